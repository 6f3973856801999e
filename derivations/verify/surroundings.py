"""The text around a place, as people read it: of a notebook its cells, without the escapes of its file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from derivations.model import Article, CellText, Source

MARKUP = 10
"""A page has so many characters for each one of its text."""
_BLOCK = re.compile(r"</?(?:p|br|div|li|ul|ol|td|th|tr|h[1-6]|pre|table|section)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+")
"""What marks a line as quoted."""


class Surroundings:
    """What stands before and after a place of an article."""

    def __init__(self, article: Article) -> None:
        self._source = article.source
        self._cells = sorted((cell for cell in article.cells if cell.text), key=lambda cell: cell.at[0])
        self._starts = [cell.at[0] for cell in self._cells]

    def before(self, place: int, most: int) -> str:
        """At most so many characters before a place."""
        text, at = self._find(place)
        return text[max(0, at - most) : at]

    def after(self, place: int, most: int) -> str:
        """At most so many characters from a place on."""
        text, at = self._find(place)
        return text[at : at + most]

    def line_before(self, place: int, most: int) -> str:
        """The end of the line that leads to a place, without tags and the marks of a quotation."""
        line = self.before(place, most).rpartition("\n")[2]
        if line.rfind(">") < 0:
            return line
        line = self.before(place, MARKUP * most).rpartition("\n")[2]
        return _TAG.sub("", _QUOTED.sub("", _BLOCK.split(line)[-1], count=1))[-most:]

    def line(self, place: int) -> int:
        """The number of the line of a place, in a notebook counted through all of its cells."""
        number = self._number(place)
        if number is None:
            return self._source.place(place)[0]
        cell = self._texts[number]
        return self._lines[number] + cell.place(self._index(self._cells[number], place))[0]

    def is_program(self, place: int) -> bool:
        """Whether a place lies in a program of a notebook, which was run."""
        number = self._number(place)
        return number is not None and self._cells[number].is_program

    # ------------------------------------------------------------ cells

    def _find(self, place: int) -> tuple[str, int]:
        """The text that a place belongs to, and where it stands in it."""
        number = self._number(place)
        if number is None:
            return self._source.text, place
        cell = self._cells[number]
        return cell.text, self._index(cell, place)

    def _number(self, place: int) -> int | None:
        number = bisect_right(self._starts, place) - 1
        return number if number >= 0 and place <= self._cells[number].at[-1] else None

    @staticmethod
    def _index(cell: CellText, place: int) -> int:
        return bisect_left(cell.at, place)

    @cached_property
    def _texts(self) -> Sequence[Source]:
        return [Source("", cell.text) for cell in self._cells]

    @cached_property
    def _lines(self) -> Sequence[int]:
        """How many lines stand in the cells before each one."""
        return list(accumulate((cell.text.count("\n") + 2 for cell in self._cells), initial=0))
