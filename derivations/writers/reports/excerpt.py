"""A source line trimmed around a place, with carets under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
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
    shown = [_visible(char) for char in line]
    widths = [columns(text) for text in shown]
    start, end = _window(widths, marks, max(width, 20))
    head, tail = (ELLIPSIS + " ") * (start > 0), (" " + ELLIPSIS) * (end < len(line))
    carets = " " * len(head)
    for at in range(start, end):
        marked = any(low <= at < high for low, high in marks)
        carets += ("^" if marked else " ") * widths[at]
    empty = [low for low, high in marks if low == high and start <= low <= end]
    if empty and "^" not in carets:
        carets = " " * (len(head) + sum(widths[start : empty[0]])) + "^"
    return Excerpt((head + "".join(shown[start:end]) + tail).rstrip(), carets.rstrip())


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two, accents none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _visible(char: str) -> str:
    return " " if char in "\t\n\r" else clean(char)


def _window(widths: Sequence[int], marks: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """The range of characters that is shown."""
    if sum(widths) <= width:
        return 0, len(widths)
    room = width - 4
    first = min((low for low, _ in marks), default=0)
    start, used = min(first, len(widths)), 0
    while start > 0 and used + widths[start - 1] <= room // BEFORE:
        start -= 1
        used += widths[start]
    end, used = start, 0
    while end < len(widths) and used + widths[end] <= room:
        used += widths[end]
        end += 1
    while start > 0 and used + widths[start - 1] <= room:
        start -= 1
        used += widths[start]
    return start, end
