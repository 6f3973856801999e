r"""Where delimited mathematics stands: ``$..$  $$..$$  \(..\)  \[..\]  \begin{align}..\end{align}``.

One pass over the text; every look ahead is answered from an index made before,
so that a megabyte of dollar signs takes a moment and not an hour.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

ENVIRONMENTS = (
    "equation align alignat gather multline eqnarray displaymath math aligned gathered split array matrix "
    "bmatrix pmatrix vmatrix Bmatrix smallmatrix cases dcases dmath"
).split()

_MARK = re.compile(
    r"(?=[$\\\n])(?:(?P<double>\$\$+)|(?P<single>\$)|(?P<begin>\\begin\s?\{[A-Za-z]{1,20}\*?\})"
    r"|(?P<end>\\end\s?\{[A-Za-z]{1,20}\*?\})|(?P<close>\\{1,2}[\])])"
    r"|(?P<open>\\{1,2}[\[(](?!-?[\d.]{1,5} ?[a-z]{2}\]))|\\\\|\\\$|(?P<break>\n[ \t>\r]*\n))"
)
_CLOSERS = {"\\(": "\\)", "\\[": "\\]", "\\\\(": "\\\\)", "\\\\[": "\\\\]"}
_LEFT = re.compile(r"\\left ?[\[(|.][ \t]*\Z")
_RIGHT = re.compile(r"[ \t]*\\right ?[\])|.]")
_SIGNS = re.compile(r"[\\^_={}+*/|<>\[\]≈·×]")
_WORDS = r"\b[A-Za-z]{2,}\s+[A-Za-z]{2,}|\d\s+[A-Za-z]{2,}|\s[A-Za-z]{2,}\s*$|[\u3400-\u9fff]{2,}"
"""Compiled by the text that needs it: a range of ideographs takes a millisecond."""


class Delimited(NamedTuple):
    """Mathematics with its delimiters (start to end) and without (first to last)."""

    start: int
    end: int
    first: int
    last: int
    display: bool


class _Mark(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def find(text: str) -> list[Delimited]:
    """All delimited mathematics of a text, in order, none inside another."""
    marks = [_Mark(m.lastgroup or "", m.group(), *m.span()) for m in _MARK.finditer(text) if m.lastgroup]
    index = _Index(marks)
    found, at = _cut_off(marks)
    while at < len(marks):
        closed = _close(text, marks, at, index)
        if closed is None:
            at += 1
            continue
        found.append(closed[0])
        at = closed[1]
    return [d for d in found if text[d.first : d.last].strip()]


def _cut_off(marks: list[_Mark]) -> tuple[list[Delimited], int]:
    """An excerpt that begins inside a formula: the first matrix mark ends one that never began."""
    matrix = next((k for k, mark in enumerate(marks) if mark.kind in ("begin", "end")), None)
    if matrix is not None and (whole := _cut_before(marks, matrix)):
        return whole
    if matrix is None or marks[matrix].kind != "end" or any(mark.kind != "break" for mark in marks[:matrix]):
        return [], 0
    close = next(
        (k for k in range(matrix, len(marks)) if marks[k].kind in ("single", "double", "close", "open")), None
    )
    if close is None or marks[close].kind == "open" or any(mark.kind == "break" for mark in marks[:close]):
        return [], 0
    end = marks[close]
    return [Delimited(0, end.end, marks[matrix].end, end.start, end.kind == "double")], close + 1


def _cut_before(marks: list[_Mark], matrix: int) -> tuple[list[Delimited], int] | None:
    """An excerpt that begins before a matrix of its formula: its first ``$$`` is one too many."""
    doubles = [k for k, mark in enumerate(marks) if mark.kind == "double"]
    if not doubles or len(doubles) % 2 == 0 or matrix > doubles[0]:
        return None
    before = [mark.kind for mark in marks[: doubles[0]]]
    if set(before) - {"begin", "end"} or before.count("begin") != before.count("end"):
        return None
    end = marks[doubles[0]]
    return [Delimited(0, end.end, 0, end.start, True)], doubles[0] + 1


class _Index:
    """For each kind of closing mark, the numbers of the marks that are one."""

    def __init__(self, marks: list[_Mark]) -> None:
        self.places: dict[str, list[int]] = {}
        self.ends: dict[int, int] = {}
        stack: list[int] = []
        for number, mark in enumerate(marks):
            if mark.kind == "begin":
                stack.append(number)
            elif mark.kind == "end":
                if stack:
                    self.ends[stack.pop()] = number
            elif mark.kind != "open":
                self.places.setdefault(
                    mark.text if mark.kind in ("close", "single") else mark.kind, []
                ).append(number)

    def after(self, key: str, number: int) -> int | None:
        """The first mark of a kind after the given one."""
        places = self.places.get(key, [])
        at = bisect_left(places, number + 1)
        return places[at] if at < len(places) else None


def _close(text: str, marks: list[_Mark], at: int, index: _Index) -> tuple[Delimited, int] | None:
    """What the mark at a number opens, and the number of the mark after it."""
    mark = marks[at]
    if mark.kind == "single":
        return _inline(text, marks, at, index)
    if mark.kind == "double":
        return _double(text, marks, at, index)
    last: int | None = None
    if mark.kind == "open":
        last = index.after(_CLOSERS[mark.text], at)
    elif mark.kind == "begin" and mark.text[6:].strip("{} *") in ENVIRONMENTS:
        last = index.ends.get(at)
    if last is None:
        return _unclosed(text, marks, at, index) if mark.kind == "open" else None
    end = marks[last]
    if mark.kind == "begin":
        return _with_brackets(text, mark.start, end.end), last + 1
    return Delimited(mark.start, end.end, mark.end, end.start, mark.text.endswith("[")), last + 1


def _with_brackets(text: str, start: int, end: int) -> Delimited:
    r"""An environment with the ``\left[`` and ``\right]`` around it."""
    before, after = _LEFT.search(text, max(0, start - 12), start), _RIGHT.match(text, end)
    if before is not None and after is not None:
        start, end = before.start(), after.end()
    return Delimited(start, end, start, end, True)


def _double(text: str, marks: list[_Mark], at: int, index: _Index) -> tuple[Delimited, int] | None:
    """``$$..$$``; one that is never closed ends with its line."""
    mark = marks[at]
    last, pause = index.after("double", at), index.after("break", at)
    if last is not None and (pause is None or last < pause or _blank_inside(text, mark)):
        return Delimited(mark.start, marks[last].end, mark.end, marks[last].start, True), last + 1
    if last is not None:
        return None
    line = text.find("\n", mark.end)
    line = line if line >= 0 else len(text)
    return Delimited(mark.start, line, mark.end, line, True), at + 1


def _blank_inside(text: str, opened: _Mark) -> bool:
    """A display may hold blank lines if it starts on a line of its own."""
    head = text[text.rfind("\n", 0, opened.start) + 1 : opened.start]
    return not head.strip(" \t>-*0123456789.") and text[opened.end : opened.end + 1] in ("\n", "\r")


def _inline(text: str, marks: list[_Mark], at: int, index: _Index) -> tuple[Delimited, int] | None:
    mark = marks[at]
    last, pause = index.after("$", at), index.after("break", at)
    if last is None or (pause is not None and pause < last):
        return _unclosed(text, marks, at, index) if last is None else None
    end = marks[last]
    inner = text[mark.end : end.start]
    if end.start - mark.end > 20_000 or not inner.strip() or _is_money(inner, text[end.end : end.end + 1]):
        return None
    return Delimited(mark.start, end.end, mark.end, end.start, False), last + 1


def _unclosed(text: str, marks: list[_Mark], at: int, index: _Index) -> tuple[Delimited, int] | None:
    """An excerpt that ends inside a formula: the last opening mark, with TeX up to the end."""
    if index.after("break", at) is not None or any(
        mark.kind not in ("begin", "end") for mark in marks[at + 1 : at + 50]
    ):
        return None
    if not re.search(r"\\[A-Za-z]{2,}", text[marks[at].end : marks[at].end + 5000]):
        return None
    return Delimited(marks[at].start, len(text), marks[at].end, len(text), False), len(marks)


def _is_money(inner: str, following: str) -> bool:
    """``cost $5 and $6``: words without any sign of mathematics, or a digit after the closing dollar."""
    if inner[:1].isdigit() and following.isdigit():
        return True
    return not _SIGNS.search(inner) and bool(re.search(_WORDS, inner))
