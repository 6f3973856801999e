r"""LaTeX sources: macros, environments, headings, tables, listings, running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.model import Source, Unread
from derivations.readers import code, delimiters, macros, tables, text
from derivations.readers.escapes import text_symbols
from derivations.readers.fragments import Fragment, Passage, Piece, prose
from derivations.readers.items import Atom

LEVELS = {
    "title": 1,
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}

_COMMENT = re.compile(r"\\.|%[^\n]*", re.DOTALL)
_LISTING = re.compile(
    r"\\begin\{(?P<name>verbatim|Verbatim|lstlisting|minted|alltt)\*?\}(?P<options>(?:\[[^\]\n]*\])?(?:\{\w+\})?)"
)
_DRAWN = re.compile(r"\\begin\{(tikzpicture|pspicture|picture)\}.*?\\end\{\1\}", re.DOTALL)
"""What is drawn repeats what is written, without words that say what it is."""
_INLINE_CODE = re.compile(r"\\(?:verb|lstinline)\*?(?:\[[^\]\n]*\])?([^\sA-Za-z{])(?P<code>[^\n]*?)\1")
_SPECIAL = re.compile(
    r"\\(?P<heading>" + "|".join(LEVELS) + r")\*?(?:\[[^\]\n]*\])?(?=\{)|(?P<table>\\begin\{tabular[x*]?\})"
    r"|\\(?P<input>input|include)\s*\{(?P<file>[^}\n]*)\}"
)
_WITH_ARGUMENT = re.compile(
    r"\\(?:label|ref|eqref|cite[a-z]*|includegraphics|usepackage|documentclass|bibliography|bibliographystyle|vspace|hspace|begin|end|"
    r"pagestyle|setlength|author|date|url|footnotemark|graphicspath|newtheorem)\*?(?:\[[^\]\n]{0,300}\]|\{[^{}\n]{0,300}\})*"
)
_COMMAND = re.compile(
    r"\\[A-Za-z]+\*?(?:\[[^\]\n\\$]{0,100}\])?|\\\\(?:\[[^\]\n]{0,20}\])?|\\(?=[%&#_${}])|[{}~]|``|''"
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|centering)")


def read(source: Source) -> Iterator[Piece]:
    """A whole LaTeX document."""
    return scan(Passage.whole(source.text))


def scan(passage: Passage) -> Iterator[Piece]:
    """The pieces of a LaTeX text."""
    body = re.search(r"\\begin\{document\}", passage.text)
    done = 0
    for start, end, language in _listings(passage.text):
        if start >= done:
            yield from _text(passage, done, start, body)
            yield from code.scan(passage[start:end], language)
            done = end
    yield from _text(passage, done, len(passage), body)


def _listings(source: str) -> Iterator[tuple[int, int, str]]:
    """The insides of verbatim environments and their languages."""
    done = 0
    while match := _LISTING.search(source, done):
        end = source.find(rf"\end{{{match['name']}", match.end())
        end = end if end >= 0 else len(source)
        language = re.search(r"language=(\w+)|\{(\w+)\}", match["options"])
        yield match.end(), end, (language[1] or language[2]).lower() if language else ""
        done = max(end, match.end())


def _text(passage: Passage, start: int, end: int, body: re.Match[str] | None) -> Iterator[Piece]:
    """The text between two listings, with the macros of the whole document."""
    part = passage[start:end]
    part = part.blank(m.span() for m in _COMMENT.finditer(part.text) if m.group()[0] == "%")
    part = part.blank(m.span() for m in _DRAWN.finditer(part.text))
    if start == 0 and body is not None and body.start() < end:
        head, part = part[: body.start()], part[body.end() :]
        definitions = macros.definitions(head)
    else:
        definitions = macros.definitions(passage[: body.start()] if body else passage[:0])
    part = macros.expanded(part, definitions)
    yield from _pieces(text_symbols(part))


def _pieces(passage: Passage) -> Iterator[Piece]:
    inline = list(_INLINE_CODE.finditer(passage.text))
    found = delimiters.find(passage.blank(match.span("code") for match in inline).text)
    atoms: list[Atom] = [(d.first, d.last, "math") for d in found]
    blanks = [part for d in found for part in ((d.start, d.first), (d.last, d.end))]
    blanks += [part for m in inline for part in ((m.start(), m.start("code")), (m.end("code"), m.end()))]
    masked = passage.blank([*((d.start, d.end) for d in found), *(m.span() for m in inline)]).text
    shown = passage.blank(
        [*blanks, *(m.span() for pattern in (_WITH_ARGUMENT, _COMMAND) for m in pattern.finditer(masked))]
    )
    closers, done = macros.braces(masked), 0
    for match in _SPECIAL.finditer(masked):
        if match.start() >= done:
            yield from text.pieces(shown, atoms, start=done, end=match.start())
            done = match.end()
            if match["input"]:
                yield Unread(
                    passage[slice(*match.span())].span,
                    f"another file, {match['file'] or 'without a name'}: give it as well",
                )
            elif match["heading"]:
                close = closers.get(match.end(), match.end())
                yield from _heading(shown, atoms, match.end(), close, LEVELS[match["heading"]])
                done = close + 1
            else:
                end = masked.find(r"\end{tabular", match.end())
                end = end if end >= 0 else len(masked)
                yield from tables.pieces(_rows(shown, masked, atoms, match.end(), end, closers))
                done = end
    yield from text.pieces(shown, atoms, start=done)


def _heading(shown: Passage, atoms: list[Atom], start: int, end: int, level: int) -> Iterator[Piece]:
    yield from prose(shown[start:end], level)
    yield from (
        piece for piece in text.pieces(shown, atoms, start=start, end=end) if isinstance(piece, Fragment)
    )


def _rows(
    shown: Passage, masked: str, atoms: list[Atom], start: int, end: int, closers: dict[int, int]
) -> list[list[tables.Cell]]:
    """The cells of a tabular, its column specification left out."""
    while start < end and masked[start : start + 1] == "{":
        start = closers.get(start, start) + 1
    rules = [(m.start(), m.end()) for m in _RULES.finditer(masked, start, end)]
    table = shown.blank(rules)
    rows: list[list[tables.Cell]] = [[]]
    low = start
    for match in [
        *re.compile(r"(?<!\\)&|\\\\(?:\[[^\]\n]{0,20}\])?|\\tabularnewline").finditer(masked, start, end),
        None,
    ]:
        high = match.start() if match else end
        inner = [(s - low, e - low, kind) for s, e, kind in text.between(atoms, low, high)]
        rows[-1].append(tables.Cell(table[low:high], inner))
        low = match.end() if match else end
        if match and match.group() != "&":
            rows.append([])
    return [row for row in rows if any(cell.text for cell in row)]
