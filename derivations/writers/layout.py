"""What stands beside what: chains and groups of equations in rows that fit on a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from derivations.formula import parse
from derivations.writers.text import TeX
from derivations.writers.views import Chain, Side
from derivations.writers.width import LINE, width

T = TypeVar("T")

BETWEEN = 3.0
"""A sign between two sides, or the blank between two equations."""


def chain(left: TeX, sides: Sequence[Side]) -> Chain:
    """``left = … = …``: short sides share a row, a wide one begins the next."""
    room = LINE - tex_width(left) - BETWEEN
    return Chain(left, _rows(sides, lambda side: tex_width(side.tex), room))


def packed(chains: Sequence[Chain]) -> tuple[tuple[Chain, ...], ...]:
    """Equations side by side as far as the line goes; those without a value are left out."""
    return _rows([each for each in chains if each.rows], _chain_width, LINE)


def _chain_width(equation: Chain) -> float:
    sides = sum(tex_width(side.tex) + BETWEEN for row in equation.rows for side in row)
    return tex_width(equation.left) + sides


def tex_width(tex: TeX) -> float:
    """The width of TeX that the formula language reads, in digits."""
    return width(parse(tex))


def _rows(items: Sequence[T], measure: Callable[[T], float], line: float) -> tuple[tuple[T, ...], ...]:
    rows: list[list[T]] = []
    room = 0.0
    for item in items:
        wide = measure(item)
        if not rows or wide > room:
            rows.append([])
            room = line
        rows[-1].append(item)
        room -= wide + BETWEEN
    return tuple(map(tuple, rows))
