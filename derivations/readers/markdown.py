"""Markdown: fences, formulas in dollars and brackets, tables, pictures, headings, running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from derivations.model import Source
from derivations.readers import code, delimiters, echoes, escapes, html, images, lines, outputs, tables, text
from derivations.readers.fragments import Fragment, Passage, Piece, chained, fragment, prose
from derivations.readers.items import Atom

_FENCE = re.compile(
    r"^(?P<quote>[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+|\d+[.)][ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$",
    re.MULTILINE,
)
_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n.{0,20000}?\n\1[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•▢☐][ \t]+|\d{1,3}[.)][ \t]+)+(?:\[[ xX]\][ \t])?(?=\S)")
_HEADING = re.compile(r"^[ \t]{0,3}(?P<level>#{1,6})[ \t]+(?P<words>.*)$")
_HTML_HEADING = re.compile(r"^[^<]*<h(?P<level>[1-6])\b[^>]*>(?P<words>.*?)</h[1-6]>")
_SEPARATOR = re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*(?:\|[ \t\r]*)?$")
_SHORTCODE = re.compile(
    r"\{\{[<%][^\n]{0,300}?[>%]\}\}|\{%-?\s*\w+[^%\n]{0,200}%\}|^[ \t]*:::.{0,20}?(?=[ \t]|$)[a-z]*",
    re.MULTILINE,
)
_IMAGE = re.compile(
    r"!\[(?P<words>[^\]\n]{0,2000})\]"
    r"\((?P<address>[^\s()]{0,20000}(?:\([^\s()]{0,2000}\)[^\s()]{0,20000}){0,50})(?:[ ]+\"[^\"\n]*\")?\)"
)
_LINK = re.compile(
    r"\]\((?=https?:|#|/|\.{0,2}/|[\w-]+\.(?:md|html|png|jpg|ipynb))[^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)"
)
_TAG = re.compile(r"</?(?![hH][1-6]|[bB][rR]\b)(?:[A-Za-z][\w-]{0,20})(?:\s[^<>\n]{0,2000})?/?>")
_STARS = re.compile(
    r"\*{2,3}|(?<![\w*\])\\])\*(?=[^\s*\d\[(])|(?<=[^\s*\d\])=\\])\*(?![\w*\[(])|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)|~~"
)
_ESCAPE = re.compile(r"\\(?<!\\\\)(?=[\[\]*])")
"""The backslash of ``\\[1, 0]``, which keeps a bracket from being a link."""
_TICKS = re.compile(r"`+")
_PROGRAMS = frozenset("python py python3 ipython ipython3".split())
_OUTPUTS = frozenset(["", *"text txt output out console stdout plain plaintext none".split()])
"""Languages of a block that shows what the program in the block before has printed."""
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(source: Source) -> Iterator[Piece]:
    """A whole Markdown document."""
    return scan(Passage.whole(source.text))


def scan(passage: Passage) -> Iterator[Piece]:
    """The pieces of a Markdown text."""
    front = _FRONT.match(passage.text)
    start = front.end() if front else 0
    program = passage[:0]
    for block in _blocks(passage.text, start):
        part = passage[block.start : block.end]
        part = _unquoted(part) if block.quoted else part
        if not block.fenced:
            yield from _prose(part)
        elif program.text and block.language.lower() in _OUTPUTS and outputs.prints(program):
            yield from outputs.pieces(program, part)
        elif block.language in ("math", "latex", "tex", "katex") and part.text.strip():
            yield from _formulas(part)
        else:
            yield from code.scan(part, block.language)
        if block.fenced:
            program = part if block.language.lower() in _PROGRAMS else passage[:0]


# ---------------------------------------------------------------- fences


def _unquoted(part: Passage) -> Passage:
    """The lines of a quoted block without the marks before them, which are no indentation."""
    marks = [mark.span() for mark in _QUOTE_MARK.finditer(part.text)]
    starts, ends = [0, *(end for _, end in marks)], [*(start for start, _ in marks), len(part)]
    return chained([part[start:end] for start, end in zip(starts, ends, strict=True)])


class _BlockOf(NamedTuple):
    """A fenced block or the text between two of them."""

    start: int
    end: int
    fenced: bool
    language: str = ""
    quoted: bool = False


def _blocks(text: str, start: int) -> Iterator[_BlockOf]:
    marks = list(_FENCE.finditer(text, start))
    at = 0
    if (
        len(marks) > 1
        and not marks[0]["info"].strip()
        and marks[1]["info"].strip()
        and marks[1]["mark"] == marks[0]["mark"]
    ):
        yield _BlockOf(start, marks[0].start(), True, quoted=">" in marks[0]["quote"])
        start, at = marks[0].end(), 1
    while at < len(marks):
        opened = marks[at]
        last = next((k for k in range(at + 1, len(marks)) if _closes(marks[k], opened)), None)
        yield _BlockOf(start, opened.start(), False)
        end = marks[last].start() if last is not None else len(text)
        language = re.split(r"[\s{,:]", opened["info"].strip().lstrip("{."))[0]
        yield _BlockOf(min(opened.end() + 1, end), end, True, language, ">" in opened["quote"])
        start = marks[last].end() if last is not None else len(text)
        at = last + 1 if last is not None else len(marks)
    yield _BlockOf(start, len(text), False)


def _closes(mark: re.Match[str], opened: re.Match[str]) -> bool:
    return mark["mark"].startswith(opened["mark"]) and not mark["info"].strip()


def _formulas(part: Passage) -> Iterator[Piece]:
    """A fence of TeX: one formula, or a text with delimiters."""
    if delimiters.find(part.text) and "$" in part.text:
        yield from text.scan(part)
    else:
        yield from map(_repaired, [fragment(part)])


# ---------------------------------------------------------------- text between fences


def _prose(passage: Passage) -> Iterator[Piece]:
    """Everything that is not in a fence."""
    passage = (
        passage.blank(m.span() for m in _QUOTE.finditer(passage.text)) if ">" in passage.text else passage
    )
    passage = passage.blank(_comments(passage.text))
    for start, end, element in html.islands(passage.text):
        if element is None:
            yield from _paragraphs(passage[start:end])
        elif element not in ("script", "style"):
            yield from html.scan(passage[start:end])


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """HTML comments; one that is never closed is text."""
    start = text.find("<!--")
    while start >= 0 and (end := text.find("-->", start)) >= 0:
        yield start, end + 3
        start = text.find("<!--", end + 3)


def _paragraphs(passage: Passage) -> Iterator[Piece]:
    passage, atoms = _marked(escapes.markdown(passage))
    for piece in _lines(passage, atoms):
        yield _repaired(piece)


def _repaired(piece: Piece) -> Piece:
    """A formula with the entities and doubled backslashes of its Markdown undone."""
    if not isinstance(piece, Fragment) or piece.origin == "image" or not re.search(r"&\w+;|\\\\", piece.text):
        return piece
    passage = escapes.halved(escapes.entities(Passage(piece.text, piece.at)))
    return replace(piece, text=passage.text, at=passage.at)


def _marked(passage: Passage) -> tuple[Passage, list[Atom]]:
    """All markup blanked; formulas with delimiters and in pictures are atoms."""
    passage, atoms = _pictures(passage.blank(echoes.prefixes(passage.text)))
    ticks = _code_spans(passage.text)
    shown = [(start, end, first, last) for start, end, first, last in ticks if not _meets(atoms, start)]
    hidden = [(first, last) for _, _, first, last in shown] + [(s, e) for s, e, _ in atoms]
    found = delimiters.find(passage.blank(hidden).text)
    atoms = sorted(atoms + [(d.first, d.last, "math") for d in found])
    blanks = [part for d in found for part in ((d.start, d.first), (d.last, d.end))]
    blanks += [part for start, end, first, last in shown for part in ((start, first), (last, end))]
    masked = passage.blank([*((s, e) for s, e, _ in atoms), *hidden]).text
    blanks += [m.span() for mark in (_SHORTCODE, _LINK, _TAG, _STARS, _ESCAPE) for m in mark.finditer(masked)]
    return _with_breaks(passage.blank(blanks)), atoms


def _with_breaks(passage: Passage) -> Passage:
    """``| a = 1<br>b = 2 |``: a line end in a cell parts statements; elsewhere it is a blank."""
    if "<" not in passage.text:
        return passage
    return Passage("\n".join(map(_parted, passage.text.split("\n"))), passage.at)


def _parted(line: str) -> str:
    sign = ";" if "|" in line else " "
    return _BREAK.sub(lambda found: sign.ljust(len(found.group())), line)


def _meets(atoms: Sequence[Atom], place: int) -> bool:
    """Whether a place lies inside a formula."""
    at = bisect_right(atoms, place, key=lambda atom: atom[0]) - 1
    return at >= 0 and place < atoms[at][1]


def _pictures(passage: Passage) -> tuple[Passage, list[Atom]]:
    """Pictures replaced by their TeX, where they have any."""
    changes: list[tuple[int, int, Passage]] = []
    for match in _IMAGE.finditer(passage.text) if "![" in passage.text else ():
        address, words = passage[slice(*match.span("address"))], passage[slice(*match.span("words"))]
        tex = images.in_address(address) or images.in_words(words)
        changes.append((*match.span(), tex or words[:0]))
    for match in re.finditer(r"<img\b[^<>]{0,20000}>", passage.text) if "<img" in passage.text else ():
        tex = html.formula_of_image(passage[slice(*match.span())])
        changes.append((*match.span(), tex or passage[match.start() : match.start()]))
    changes.sort(key=lambda change: change[0])
    passage, ranges = passage.substitute(changes)
    return passage, [(start, end, "image") for start, end in ranges if start < end]


def _code_spans(text: str) -> list[tuple[int, int, int, int]]:
    """Backtick spans: start, end, and the same without the ticks."""
    runs = [m.span() for m in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[number][1] - runs[number][0], []).append(number)
    found, at = [], 0
    while at < len(runs):
        start, first = runs[at]
        same = later[first - start]
        while same and same[-1] <= at:
            same.pop()
        if same and "\n\n" not in text[first : min(runs[same[-1]][0], first + 2000)]:
            last, end = runs[same[-1]]
            found.append((start, end, first, last))
            at = same[-1]
        at += 1
    return found


# ---------------------------------------------------------------- headings, tables, paragraphs


def _lines(passage: Passage, atoms: list[Atom]) -> Iterator[Piece]:
    """Headings and tables out of the running text around them; list marks blanked."""
    rows = lines.lines(passage.text, [(s, e) for s, e, _ in atoms])
    bullets = []
    for row in rows:
        match = _BULLET.match(passage.text[row.start : row.end])
        if match and not _meets(text.between(atoms, row.start, row.end), row.start + match.end() - 1):
            bullets.append((row.start, row.start + match.end()))
    passage = passage.blank(bullets)
    done = at = 0
    while at < len(rows):
        taken, found = _special(passage, atoms, rows, at)
        if taken:
            yield from text.pieces(passage, atoms, start=done, end=rows[at].start)
            yield from found
            at += taken
            done = rows[at].start if at < len(rows) else len(passage)
        else:
            at += 1
    yield from text.pieces(passage, atoms, start=done)


def _special(passage: Passage, atoms: list[Atom], rows: list[lines.Line], at: int) -> tuple[int, list[Piece]]:
    """A heading or a table that begins on a line: how many lines it takes and what it says."""
    line = passage.text[rows[at].start : rows[at].end]
    heading = (
        _HEADING.match(line)
        if "#" in line
        else _HTML_HEADING.match(line)
        if "<h" in line and len(line) < 5000
        else None
    )
    if heading:
        level = len(heading["level"]) if heading.re is _HEADING else int(heading["level"])
        low = heading.start("words")
        high = low + len(heading["words"].rstrip(" \t#\r"))
        return 1, list(_heading(passage, atoms, rows[at].start + low, rows[at].start + high, level))
    if "|" in line and at + 1 < len(rows):
        below = passage.text[rows[at + 1].start : rows[at + 1].end]
        if "|" in below and len(below) < 5000 and _SEPARATOR.match(below):
            return _table(passage, atoms, rows, at)
    return 0, []


def _heading(passage: Passage, atoms: list[Atom], start: int, end: int, level: int) -> Iterator[Piece]:
    """The words of a heading, then the formulas in it."""
    yield from prose(passage[start:end], level)
    yield from (
        piece for piece in text.pieces(passage, atoms, start=start, end=end) if isinstance(piece, Fragment)
    )


def _table(passage: Passage, atoms: list[Atom], rows: list[lines.Line], at: int) -> tuple[int, list[Piece]]:
    last = at + 2
    while last < len(rows) and "|" in passage.text[rows[last].start : rows[last].end]:
        last += 1
    cells = [_row(passage, atoms, rows[k].start, rows[k].end) for k in range(at, last) if k != at + 1]
    return last - at, list(tables.pieces(cells))


def _row(passage: Passage, atoms: list[Atom], start: int, end: int) -> list[tables.Cell]:
    """The cells of a line of a table; bars inside formulas do not count."""
    own = text.between(atoms, start, end)
    masked = passage[start:end].blank((s - start, e - start) for s, e, _ in own).text.replace(r"\|", "  ")
    edges = [start - 1, *(start + m.start() for m in re.finditer(r"\|", masked)), end]
    if not masked[: edges[1] - start].strip():
        edges = edges[1:]
    if not masked[edges[-2] + 1 - start :].strip():
        edges = edges[:-1]
    found = []
    for low, high in pairwise(edges):
        inner = [(s - low - 1, e - low - 1, kind) for s, e, kind in own if low < s < high]
        found.append(tables.Cell(passage[low + 1 : high], inner))
    return found
