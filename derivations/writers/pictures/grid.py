"""A matrix as a grid of shaded cells: weights, masks, and patterns of positive and negative numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivations.writers.pictures.letters import width
from derivations.writers.pictures.marks import DARKEST, SIZE, SMALL, Area, Label, Picture, Tone

CELL, LINE = 58, 36
"""Width and height of a cell that holds a number."""
DOT, FLAT = 20, 15
"""Width and height of a cell that holds none."""
BARE = 90
"""The strongest shade of a cell without a number, in percent."""
GAP = 8
TOP = 18
"""What the columns are called stands in a line of this height."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell: its number, or nothing, and how strongly it is shaded, from 0 to 1."""

    text: str
    strength: float
    tone: Tone = Tone.INK


@dataclass(frozen=True, slots=True)
class Sides:
    """What stands at the sides of a grid: a label for each row and column, and a word for all of them."""

    rows: Sequence[str]
    columns: Sequence[str]
    row_word: str = ""
    column_word: str = ""


def grid(name: str, words: tuple[str, str, str], cells: Sequence[Sequence[Shown]], sides: Sides) -> Picture:
    """The picture of a table of cells; ``words`` are title, text and caption."""
    numbered = any(cell.text for row in cells for cell in row)
    across, down = (CELL, LINE) if numbered else (DOT, FLAT)
    left = max(width(each) for each in [*sides.rows, sides.row_word]) + GAP + GAP // 2
    above = (TOP if sides.column_word else 0) + TOP + GAP
    title, text, caption = words
    return Picture(
        name=name,
        title=title,
        text=text,
        caption=caption,
        width=max(left + across * len(cells[0]), left + width(sides.column_word)) + GAP,
        height=above + down * len(cells) + 2,
        areas=(
            *(
                _area(cell, left + across * j, above + down * i, across, down)
                for i, row in enumerate(cells)
                for j, cell in enumerate(row)
            ),
            *(() if numbered else [Area(left, above, across * len(cells[0]), down * len(cells))]),
        ),
        labels=(
            *_numbers(cells, left, above),
            *_columns(sides, left, above, across),
            *_rows(sides, left, above, down),
        ),
    )


def _area(cell: Shown, x: int, y: int, across: int, down: int) -> Area:
    return Area(
        x,
        y,
        across,
        down,
        round((DARKEST if cell.text else BARE) * cell.strength),
        cell.tone,
        framed=bool(cell.text),
    )


def _numbers(cells: Sequence[Sequence[Shown]], left: int, above: int) -> list[Label]:
    return [
        Label(left + CELL * j + CELL // 2, above + LINE * i + LINE // 2 + 5, cell.text)
        for i, row in enumerate(cells)
        for j, cell in enumerate(row)
        if cell.text
    ]


def _columns(sides: Sides, left: int, above: int, across: int) -> list[Label]:
    middle = left + across * len(sides.columns) // 2
    word = [Label(middle, TOP - 4, sides.column_word, size=SMALL)] if sides.column_word else []
    return word + [
        Label(left + across * j + across // 2, above - GAP, each, size=_size(across))
        for j, each in enumerate(sides.columns)
        if each
    ]


def _rows(sides: Sides, left: int, above: int, down: int) -> list[Label]:
    word = [Label(left - GAP, above - GAP, sides.row_word, "end", SMALL)] if sides.row_word else []
    return word + [
        Label(left - GAP, above + down * i + down // 2 + 5, each, "end", _size(down))
        for i, each in enumerate(sides.rows)
        if each
    ]


def _size(room: int) -> int:
    """The height of letters beside cells of a width or height."""
    return SMALL if room <= DOT else SIZE
