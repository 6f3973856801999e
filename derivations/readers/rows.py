"""Rows of numbers between brackets or bars, line by line: what drawn matrices are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from derivations.readers.fragments import Passage, Piece, join

NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?%?|\.\d+|∞|inf\b|nan\b)"
_CELLS = re.compile(NUMBER)
_SUMS = r"[-+−]?\d[-+−\d. \t×·*/÷]*(?:[,;][ \t]*|[ \t]{2,})[-+−\d.,; \t×·*/÷]*\d\.?"
"""Arithmetic in cells; what parts it from the next cell is a comma, or more than one blank."""
_APART = re.compile(r"[ \t]*[,;][ \t]*|[ \t]{2,}")
_ROW = re.compile(
    rf"[\[|│┃║⎡⎢⎣┌├└⎛⎜⎝╭╰](?:[ \t]*\[)?[ \t]*"
    rf"(?:(?P<cells>{NUMBER}(?:[ \t]*[,;][ \t]*{NUMBER}|[ \t]+{NUMBER}){{0,63}})"
    rf"|(?P<sums>{_SUMS}))"
    rf"[ \t]*,?[ \t]*(?:\][ \t]*)?(?:[\]|│┃║⎤⎥⎦┐┤┘⎞⎟⎠╮╯])"
)


class Grid(NamedTuple):
    """A drawing: the lines it takes (start to end) and what it says."""

    start: int
    end: int
    pieces: tuple[Piece, ...]
    lines: int = 1
    marked: tuple[tuple[int, int], ...] = ()
    """Ranges that may be marked as formulas, where each is a row of the drawing."""


@dataclass(slots=True)
class Row:
    """One row of a matrix: its line, its columns, and the range of its cells in the text."""

    line: int
    left: int
    right: int
    first: int
    last: int


@dataclass(slots=True)
class Line:
    """One line of a text."""

    start: int
    end: int
    rows: list[Row] = field(default_factory=list)
    rest: str = ""
    """The line with its rows and corners blanked."""


def read(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of a range of a text with the rows on each."""
    for number, line in enumerate(text[start:end].split("\n")):
        found = Line(start, start + len(line))
        rest, done = [], 0
        for match in _ROW.finditer(line) if len(line) < 2000 else ():
            first, last = match.span(match.lastgroup or "cells")
            found.rows.append(Row(number, match.start(), match.end(), start + first, start + last))
            rest += [line[done : match.start()], " " * len(match.group())]
            done = match.end()
        found.rest = "".join(rest) + line[done:]
        yield found
        start += len(line) + 1


def cells(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Where the cells of a row stand: its numbers, or what commas and gaps part."""
    if not re.search(r"[×·*/÷]|\d [-+−] |\d[-+−]\d", text[first:last]):
        return [found.span() for found in _CELLS.finditer(text, first, last)]
    edges = [first, *(edge for gap in _APART.finditer(text, first, last) for edge in gap.span()), last]
    return list(zip(edges[::2], edges[1::2], strict=True))


def matrix(passage: Passage, stack: Sequence[Row]) -> Passage:
    """Rows as one bmatrix; signs that are not in the source stand at the nearest number."""
    rows = []
    for row in stack:
        values = [passage[start:end] for start, end in cells(passage.text, row.first, row.last)]
        rows.append(join([value.after(" &") for value in values[:-1]] + values[-1:]))
    whole = join([row.after(r" \\") for row in rows[:-1]] + rows[-1:])
    return whole.before(r"\begin{bmatrix} ").after(r" \end{bmatrix}")
