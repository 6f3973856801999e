"""The texts that people read in an article: the file, or the cells of a notebook and their outputs."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from derivations.model import Span
from derivations.verify.checked import Checked


@dataclass(frozen=True)
class Passage:
    """A text, and where its characters stand in the file."""

    text: str
    cell: int | None = None
    """The number of the notebook cell, from 1."""
    is_output: bool = False
    at: Sequence[int] = ()
    """The offset of each character in the file, and where the last one ends; empty where this is the file."""

    def holds(self, offset: int) -> bool:
        """Whether an offset into the file lies in this text."""
        return not self.at or self.at[0] <= offset <= self.at[-1]

    def local(self, span: Span) -> Span:
        """A range of the file as a range of this text."""
        return Span(self._local(span.start), max(self._local(span.end), self._local(span.start)))

    def _local(self, offset: int) -> int:
        found = bisect_right(self.at, offset) - 1 if self.at else offset
        return min(max(found, 0), len(self.text))

    def line(self, offset: int) -> int:
        """The line, from 1, of an offset into this text."""
        return self.text.count("\n", 0, offset) + 1

    def written(self, text: str) -> str:
        """What a text that is put into the file says here: in a notebook it is escaped as JSON."""
        if self.cell is None:
            return text
        try:
            return str(json.loads(f'"{text}"', strict=False))
        except ValueError:
            return text


def passages(article: Checked) -> list[Passage]:
    """All texts of an article, in order."""
    if not article.cells:
        return [Passage(article.source.text)]
    return [Passage(cell.text, cell.number, cell.is_output, cell.at) for cell in article.cells if cell.text]


def holding(texts: Sequence[Passage], span: Span) -> Passage:
    """The text that a range of the file belongs to."""
    return next((text for text in texts if text.holds(span.start)), texts[-1])
