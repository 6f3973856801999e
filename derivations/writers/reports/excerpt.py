"""A source line trimmed around a place, with carets under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from derivations.writers.reports.content import clean

ELLIPSIS = "…"
BEFORE = 3
"""The share of the line, one in so many, that stands before the first mark."""


class Excerpt(NamedTuple):
    """A line as shown, and the line of carets below it."""

    line: str
    carets: str


def excerpt(line: str, marks: Sequence[tuple[int, int]], width: int) -> Excerpt:
    """The part of a line around the marks (ranges of characters), at most ``width`` columns wide."""
    start, end = _window(line, marks, max(width, 20))
    shown = [_visible(char) for char in line[start:end]]
    widths = [columns(text) for text in shown]
    head, tail = (ELLIPSIS + " ") * (start > 0), (" " + ELLIPSIS) * (end < len(line))
    carets = " " * len(head)
    for at, wide in enumerate(widths, start):
        marked = any(low <= at < high for low, high in marks)
        carets += ("^" if marked else " ") * wide
    empty = [low for low, high in marks if low == high and start <= low <= end]
    if empty and "^" not in carets:
        carets = " " * (len(head) + sum(widths[: empty[0] - start])) + "^"
    return Excerpt((head + "".join(shown) + tail).rstrip(), carets.rstrip())


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _visible(char: str) -> str:
    return " " if char in "\t\n\r" else clean(char)


def _width(char: str) -> int:
    return columns(_visible(char))


def _fits(line: str, width: int) -> bool:
    return all(used <= width for used in accumulate(map(_width, line)))


def _window(line: str, marks: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """The range of characters that is shown; of a long line only what is near is looked at."""
    if _fits(line, width):
        return 0, len(line)
    room = width - 4
    first = min((low for low, _ in marks), default=0)
    start, used = min(first, len(line)), 0
    while start > 0 and used + _width(line[start - 1]) <= room // BEFORE:
        start -= 1
        used += _width(line[start])
    end, used = start, 0
    while end < len(line) and used + _width(line[end]) <= room:
        used += _width(line[end])
        end += 1
    while start > 0 and used + _width(line[start - 1]) <= room:
        start -= 1
        used += _width(line[start])
    return start, end
