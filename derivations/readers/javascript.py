"""JavaScript and TypeScript, with or without JSX: the texts in string literals and between tags.

Articles live in strings: HTML, Markdown or TeX in quotes, backticks or
``String.raw``.  The program around them is passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from derivations.model import Source
from derivations.readers import escapes, html, markdown, records, running
from derivations.readers.fragments import Passage, Piece, fragment

_TOKEN = re.compile(
    r"(?P<line>(?<!:)//[^\n]*)|(?P<block>/\*)|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<regex>(?<=[(,=:\[!&|?{};])\s*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,60}\]){1,120}/[a-z]*)"
    r"|(?P<open>\{)|(?P<close>\})|(?P<tick>(?:String\.raw\s*)?`)"
)
_IN_TEMPLATE = re.compile(r"\\.|`|\$\{", re.DOTALL)
_MARKUP = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>")
_WORTH = re.compile(r"\d|\\[A-Za-z]|[=≈]|</")
_STYLE = re.compile(
    r"#[0-9a-fA-F]{3,8}|(?:rgb|hsl)a?\([^()]*\)"
    r"|(?:\d+(?:\.\d+)?(?:px|r?em|vh|vw|m?s)?\s*){1,4}(?:solid .*)?(?<=[a-z])"
)
"""Colours and lengths of a style."""
_TEX = re.compile(r"\\(?:begin|frac|text|sqrt|math|cdot|times|left)|[_^]\{")
_BETWEEN_TAGS = re.compile(r"(?<!=)>((?:[^<>{}`;&]|&#?\w{1,10};|&(?!#?\w)){3,2000})</?[A-Za-z]")
_ATTRIBUTES = (
    r"(?:[^<>{}\"'`]|\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|\{(?:[^{}`]|\{[^{}`]{0,200}\}){0,200}\}){0,200}"
)
_INLINE = re.compile(rf"<(?:span|tspan|b|i|em|strong|code|var|sub|sup)\b(?P<attributes>{_ATTRIBUTES})>")
_RUN = re.compile(
    rf"(?:{_INLINE.pattern.replace('?P<attributes>', '?:')}[^<>{{}}`]{{1,300}}</[a-z]+>\s*){{2,40}}"
)
"""Texts side by side, each in an element that only colours it."""
_HOLE = re.compile(r"\{\s*(?:\"[^\"\n<>{}]{0,40}\"|'[^'\n<>{}]{0,40}')\s*\}")
_BLOCK = re.compile(
    rf"<(?P<tag>p|li|td|dd|h[1-6]|blockquote)\b{_ATTRIBUTES}>"
    rf"(?P<inner>(?:[^<>{{}}`]|{_HOLE.pattern}|{_INLINE.pattern.replace('?P<attributes>', '?:')}"
    r"|</(?:span|tspan|b|i|em|strong|code|var|sub|sup)>|<br\s*/>){1,4000})</(?P=tag)>"
)
"""A paragraph or an item, in which elements only colour the text and holes hold blanks."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a template or a comment: its inside, and how its escapes read."""

    start: int
    end: int
    kind: str


def read(source: Source) -> Iterator[Piece]:
    """A whole program text."""
    passage = Passage.whole(source.text)
    start = _cut_off(source.text)
    if start:
        yield from _content(escapes.script_string(passage[:start]))
    done = start
    literals = list(_literals(source.text, start + bool(start)))
    runs = [run for run in _texts(source.text) if _is_program(literals, run[0], start)]
    data = _data(passage, literals, start)
    data += [(run[0], piece) for run in runs for piece in _run(passage[slice(*run)])]
    data.sort(key=lambda placed: placed[0])
    around = passage.blank(runs)
    for literal in literals:
        while data and data[0][0] <= literal.start:
            place, piece = data.pop(0)
            yield from _elements(around, done, place)
            yield piece
            done = max(done, place)
        yield from _elements(around, done, literal.start)
        yield from _literal(passage[literal.start : literal.end], literal.kind)
        done = literal.end
    for place, piece in data:
        yield from _elements(around, done, place)
        yield piece
        done = max(done, place)
    yield from _elements(around, done, len(passage))


def _data(passage: Passage, literals: list[Literal], start: int) -> list[tuple[int, Piece]]:
    """The data of the program, without what stands in texts and comments."""
    return [(place, piece) for place, piece in records.find(passage) if _is_program(literals, place, start)]


def _is_program(literals: list[Literal], place: int, start: int) -> bool:
    """Whether a place is in no text and in no comment."""
    at = bisect_right(literals, place, key=lambda literal: literal.start) - 1
    return place >= start and (at < 0 or literals[at].end <= place)


def _texts(source: str) -> list[tuple[int, int]]:
    """Where paragraphs, items, and inline elements side by side stand."""
    blocks = [match.span("inner") for match in _BLOCK.finditer(source)]
    hidden = Passage.whole(source).blank(blocks).text if blocks else source
    return sorted([*blocks, *(match.span() for match in _RUN.finditer(hidden))])


def _run(run: Passage) -> Iterator[Piece]:
    """Inline elements side by side as one running text, over the ends of lines."""
    attributes = [match.span("attributes") for match in _INLINE.finditer(run.text)]
    if _WORTH.search(_INLINE.sub("", run.text)):
        line = run.blank([*attributes, *(hole.span() for hole in _HOLE.finditer(run.text))])
        yield from html.scan(Passage(re.sub(r"\s", " ", line.text), line.at))


def _cut_off(source: str) -> int:
    """Where an excerpt that begins inside a template leaves it.

    Either its first tag closes what never opened, or what follows the first backtick can only follow an end.
    """
    first = source.find("`")
    if first > 0 and source[first + 1 : first + 2] in (*",;)]}",):
        return first
    tag = _MARKUP.search(source, 0, first) if first > 0 else None
    return first if tag and tag.group().startswith("</") else 0


def _elements(passage: Passage, start: int, end: int) -> Iterator[Piece]:
    """The text between JSX tags, where a line end is a blank and entities stand for characters."""
    for match in _BETWEEN_TAGS.finditer(passage.text, start, end):
        if _WORTH.search(match[1]):
            inner = passage[slice(*match.span(1))]
            yield from _content(escapes.entities(Passage(re.sub(r"\s", " ", inner.text), inner.at)))


def _literal(inner: Passage, kind: str) -> Iterator[Piece]:
    if not _WORTH.search(inner.text) or _STYLE.fullmatch(inner.text):
        return
    if kind == "comment":
        for line in re.finditer(r"[^\n]+", inner.text):
            yield from running.pieces(inner[line.start() : line.end()].strip("*/ \t\r"), origin="code")
    else:
        yield from _content(inner if kind == "raw" else escapes.script_string(inner))


def _content(inner: Passage) -> Iterator[Piece]:
    """A text in whatever markup it has: HTML, bare TeX, or Markdown."""
    if _MARKUP.search(inner.text):
        yield from html.scan(inner)
    elif _TEX.search(inner.text) and not re.search(r"\$|\\\(|\\\[|```", inner.text):
        yield fragment(inner)
    else:
        yield from markdown.scan(inner)


def _literals(source: str, at: int) -> Iterator[Literal]:
    """All literals and comments in order, a template as one literal for each stretch between its holes."""
    templates: list[str] = []
    depths = [0]
    while match := _TOKEN.search(source, at):
        start, at = match.span()
        if match["line"]:
            yield Literal(start + 2, at, "comment")
        elif match["block"]:
            end = source.find("*/", at)
            end = end if end >= 0 else len(source)
            yield Literal(at, end, "comment")
            at = end + 2
        elif match["string"]:
            yield Literal(start + 1, at - 1, "string")
        elif match["tick"]:
            templates.append("raw" if match["tick"] != "`" else "template")
            at = yield from _stretch(source, at, templates, depths)
        elif match["open"]:
            depths[-1] += 1
        elif match["close"] and depths[-1] > 0:
            depths[-1] -= 1
        elif match["close"] and templates:
            depths.pop()
            at = yield from _stretch(source, at, templates, depths)


def _stretch(source: str, at: int, templates: list[str], depths: list[int]) -> Generator[Literal, None, int]:
    """The text of the innermost template up to its end or its next hole; gives where that begins."""
    start, kind = at, templates[-1]
    while match := _IN_TEMPLATE.search(source, at):
        at = match.end()
        if match.group() == "`":
            templates.pop()
        elif match.group() == "${":
            depths.append(0)
        else:
            continue
        yield Literal(start, match.start(), kind)
        return at
    yield Literal(start, len(source), kind)
    return len(source)
