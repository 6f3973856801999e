"""HTML pages: KaTeX, MathJax, MathML, formulas in attributes, tables, code, running text.

A page shows each formula up to three times (TeX in an annotation, MathML, and
boxes for the eye): the TeX is read and the echoes are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.model import Source, Unread
from derivations.readers import code, escapes, images, mathml, tables, text
from derivations.readers.fragments import Builder, Fragment, Passage, Piece, prose
from derivations.readers.tags import Tag, Token, Words, tokenize

SKIPPED = frozenset(
    "script style nav noscript template head svg button select iframe object footer form textarea".split()
)
BLOCKS = frozenset(
    "p div li ul ol dl dt dd section article main header aside blockquote figure figcaption tr td th tbody "
    "thead table center details summary hr body html pre address fieldset".split()
)
_TEX_ATTRIBUTES = (
    "data-tex",
    "data-latex",
    "data-formula",
    "data-math",
    "data-expr",
    "data-katex",
    "alttext",
)
_FORMULA_CLASS = re.compile(
    r"\b(?:katex|MathJax\w*|mwe-math-element|mjx-[\w-]+|math-tex|ztext-math|MathJye)\b"
)
_HEADING = re.compile(r"h[1-6]")
_ISLAND = re.compile(r"<(table|pre|math|svg|script|style)\b", re.IGNORECASE)


def read(source: Source) -> Iterator[Piece]:
    """A whole page."""
    return scan(Passage.whole(source.text))


def scan(passage: Passage) -> Iterator[Piece]:
    """The pieces of a page or of a part of one."""
    return _Page(passage).pieces()


def islands(markdown: str) -> Iterator[tuple[int, int, str | None]]:
    """A Markdown text as ranges: elements that are HTML through and through, and the rest (None)."""
    done = 0
    lower = markdown.lower()
    while match := _ISLAND.search(markdown, done):
        name = match[1].lower()
        end = lower.find(f"</{name}", match.end())
        if end < 0:
            break
        end = lower.find(">", end) + 1 or len(markdown)
        yield done, match.start(), None
        yield match.start(), end, name
        done = end
    yield done, len(markdown), None


def formula_of_image(tag: Passage) -> Passage | None:
    """The TeX of an ``<img ..>`` tag, from its data, its address or its alternative text."""
    found = tokenize(tag.text)
    return _Page(tag).image(found[0]) if found and isinstance(found[0], Tag) else None


class _Page:
    """A walk over the tokens of a page."""

    def __init__(self, passage: Passage) -> None:
        self.passage = passage
        self.tokens: list[Token] = []
        self.block = Builder()
        self.unread: list[Unread] = []

    def pieces(self) -> Iterator[Piece]:
        self.tokens = tokenize(self.passage.text)
        at = self._cut_off()
        if at:
            yield from self._code(0, at, "")
        while at < len(self.tokens):
            token = self.tokens[at]
            if (
                isinstance(token, Tag)
                and not token.closing
                and token.partner > 0
                and _is_structure(token.name)
            ):
                yield from self._flush()
                yield from self._structure(token, at)
                at = token.partner + 1
            else:
                if isinstance(token, Tag) and token.name in BLOCKS:
                    yield from self._flush()
                at = self._take(at)
        yield from self._flush()

    def _cut_off(self) -> int:
        """An excerpt that begins inside a code block: the number of the token that closes it."""
        for number, token in enumerate(self.tokens[:8]):
            if isinstance(token, Tag):
                return number if token.closing and token.name in ("pre", "code") else 0
        return 0

    # ------------------------------------------------------------ blocks

    def _flush(self, level: int = 0) -> Iterator[Piece]:
        """What the block so far says; then an empty block."""
        block, self.block = self.block, Builder()
        unread, self.unread = self.unread, []
        if not block.empty:
            passage, atoms = text.marked(block.build(), block.atoms)
            found = text.pieces(passage, atoms)
            if level:
                yield from prose(passage, level)
                found = (piece for piece in found if isinstance(piece, Fragment))
            yield from found
        yield from unread

    def _structure(self, tag: Tag, at: int) -> Iterator[Piece]:
        if tag.name == "table":
            yield from tables.pieces(self._rows(at), self._caption(at))
        elif tag.name == "pre":
            yield from self._code(at + 1, tag.partner, self._language(at))
        else:
            self._inside(at + 1, tag.partner)
            yield from self._flush(int(tag.name[1]))

    def _inside(self, at: int, end: int) -> None:
        while at < end:
            at = self._take(at)

    def _code(self, at: int, end: int, language: str) -> Iterator[Piece]:
        """The text of a code block; tags in it only colour it."""
        builder = Builder()
        for token in self.tokens[at:end]:
            if isinstance(token, Words):
                builder.add(escapes.entities(self.passage[token.start : token.end]))
            elif token.name == "br":
                builder.add(Passage("\n", [self.passage.at[token.start], self.passage.at[token.end]]))
        yield from code.scan(builder.build(), language)

    def _language(self, at: int) -> str:
        for token in self.tokens[at : at + 3]:
            match = re.search(r"\b(?:language|lang|highlight-source)-(\w+)", self._attribute(token, "class"))
            if match:
                return match[1]
        return ""

    def _rows(self, at: int) -> list[list[tables.Cell]]:
        """The cells of the table at a token; tables inside it count as text."""
        end, rows = self._tag(at).partner, list[list[tables.Cell]]()
        at += 1
        while at < end:
            token = self.tokens[at]
            if isinstance(token, Tag) and not token.closing and token.name == "tr":
                rows.append([])
            elif isinstance(token, Tag) and not token.closing and token.name in ("td", "th"):
                stop = token.partner if at < token.partner <= end else self._next_cell(at + 1, end)
                rows = rows or [[]]
                rows[-1].append(self._cell(at + 1, stop, token.name == "th"))
                at = max(at, stop - 1)
            at += 1
        return [row for row in rows if row]

    def _next_cell(self, at: int, end: int) -> int:
        while at < end:
            token = self.tokens[at]
            if isinstance(token, Tag) and token.name in ("td", "th", "tr", "tbody", "thead", "table"):
                return at
            at += 1
        return end

    def _caption(self, at: int) -> Passage | None:
        """The caption of the table at a token."""
        for number in range(at + 1, self._tag(at).partner):
            token = self.tokens[number]
            if isinstance(token, Tag) and token.name == "caption" and token.partner > number:
                return self._cell(number + 1, token.partner, True).passage.strip()
        return None

    def _cell(self, at: int, end: int, is_heading: bool) -> tables.Cell:
        saved, self.block = self.block, Builder()
        self._inside(at, end)
        block, self.block = self.block, saved
        return tables.Cell(*text.marked(block.build(), block.atoms), is_heading)

    # ------------------------------------------------------------ running text

    def _take(self, at: int) -> int:
        """Put one token, or one formula with all its echoes, into the block; the number of the next token."""
        token = self.tokens[at]
        if isinstance(token, Words):
            self.block.add(escapes.entities(self.passage[token.start : token.end]))
            return at + 1
        if token.closing:
            return at + 1
        tex = self._formula(token, at)
        after = max(token.partner, at) + 1
        if tex is not None:
            self.block.add(tex, "image" if token.name == "img" else "math")
            return after
        if token.name in SKIPPED or self._is_echo(token):
            return after
        if token.name in ("sup", "sub") and token.partner > 0:
            self._script(at, token)
            return after
        if token.name == "br" or token.name in BLOCKS:
            self.block.add(Passage("\n", [self.passage.at[token.start], self.passage.at[token.end]]))
        return at + 1

    def _script(self, at: int, tag: Tag) -> None:
        """``K<sup>T</sup>`` as ``K^{T}``; a raised number after a full stop is a footnote."""
        inner = [t for t in self.tokens[at + 1 : tag.partner] if isinstance(t, Words)]
        links = any(isinstance(t, Tag) and t.name == "a" for t in self.tokens[at + 1 : tag.partner])
        if not inner or links or not (self.block.last.isalnum() or self.block.last in ")]}′'"):
            return
        mark = "^{" if tag.name == "sup" else "_{"
        builder = Builder()
        for words in inner:
            builder.add(escapes.entities(self.passage[words.start : words.end]))
        script = builder.build().before(mark).after("}")
        self.block.add(Passage(script.text, [self.block.end, *script.at[1:]]))

    # ------------------------------------------------------------ formulas

    def _formula(self, tag: Tag, at: int) -> Passage | None:
        """The TeX of an element that is a formula, whatever it is shown with."""
        for name in _TEX_ATTRIBUTES:
            if name in tag.attributes:
                tex = escapes.entities(self.passage[slice(*tag.attributes[name])]).strip()
                return tex if tex.text else None
        if tag.name == "img":
            return self.image(tag)
        if tag.partner < 0:
            return None
        if tag.name == "script":
            is_tex = self._attribute(tag, "type").startswith("math/tex")
            return self.passage[tag.end : self.tokens[tag.partner].start].strip() if is_tex else None
        inner = self.tokens[at + 1 : tag.partner] if tag.name == "math" or self._is_echo(tag) else []
        if not inner:
            return None
        if tag.name != "math":
            first = next(
                (
                    k
                    for k, t in enumerate(inner)
                    if isinstance(t, Tag) and t.name in ("math", "img", "script")
                ),
                None,
            )
            return self._formula(self._tag(at + 1 + first), at + 1 + first) if first is not None else None
        tex = mathml.annotation(inner, self.passage) or mathml.tex(inner, self.passage)
        return tex if tex.text.strip() else None

    def image(self, tag: Tag) -> Passage | None:
        """The TeX of an image; one that only claims to show a formula is noted as unread."""
        for name in (*_TEX_ATTRIBUTES, "eeimg"):
            if name in tag.attributes and name != "eeimg":
                return escapes.entities(self.passage[slice(*tag.attributes[name])]).strip()
        address = self.passage[slice(*tag.attributes.get("src", (0, 0)))]
        words = self.passage[slice(*tag.attributes.get("alt", (0, 0)))]
        tex = images.in_address(address) or images.in_words(words)
        if tex is None and images.is_lost_formula(words.text):
            self.unread.append(
                Unread(self.passage[tag.start : tag.end].span, "a formula shown only as a picture")
            )
        return tex

    def _is_echo(self, tag: Tag) -> bool:
        """Whether an element is drawn mathematics."""
        return tag.name.startswith("mjx-") or bool(_FORMULA_CLASS.search(self._attribute(tag, "class")))

    def _attribute(self, token: Token, name: str) -> str:
        if not isinstance(token, Tag) or name not in token.attributes:
            return ""
        return self.passage.text[slice(*token.attributes[name])]

    def _tag(self, at: int) -> Tag:
        token = self.tokens[at]
        assert isinstance(token, Tag)
        return token


def _is_structure(name: str) -> bool:
    return name in ("table", "pre") or bool(_HEADING.fullmatch(name))
