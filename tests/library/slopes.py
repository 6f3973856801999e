"""Derivatives of a derivation without differentiating anything: difference quotients in certified balls."""

from fractions import Fraction

from flint import arb, arb_mat

from derivations.derive import derive
from derivations.exact import BALL, precision
from derivations.model import Cell, Derivation, Example, Rows

STEP = Fraction(1, 10**20)
DIGITS = 60
"""With this precision the quotients below are right to 30 digits and more."""


def weights(rows: int, columns: int) -> list[list[Fraction]]:
    """Unrelated fractions, so that no two entries can stand for each other."""
    return [[Fraction((7 * i + 11 * j) % 13 - 5, 3 + i + 2 * j) for j in range(columns)] for i in range(rows)]


def slope(derivation: Derivation, example: Example, given: str, step: str) -> float:
    """How a weighted sum of a step's entries changes when one input moves along ``weights``.

    The central difference, with an error of the order of STEP².
    """
    with precision(DIGITS):
        high, low = (_weighted(derivation, _moved(example, given, side * STEP), step) for side in (1, -1))
        return float((high - low) / arb(2) * arb(STEP.denominator))


def _weighted(derivation: Derivation, example: Example, step: str) -> arb:
    value: arb_mat = derive(derivation, example, BALL)[step]
    factors = weights(value.nrows(), value.ncols())
    places = [(i, j) for i in range(value.nrows()) for j in range(value.ncols())]
    return sum(
        (value[i, j] * arb(factors[i][j].numerator) / factors[i][j].denominator for i, j in places), arb(0)
    )


def _moved(example: Example, given: str, length: Fraction) -> Example:
    rows = table(example.values[given])
    along = weights(len(rows), len(rows[0]))
    moved = [
        [f"({cell}) + ({length * part})" for cell, part in zip(*pair, strict=True)]
        for pair in zip(rows, along, strict=True)
    ]
    return Example(example.id, example.title, {**example.values, given: moved})


def table(value: Rows | Cell) -> list[list[Cell]]:
    """An input as rows of cells, whichever way it is written."""
    if isinstance(value, int | Fraction | str):
        return [[value]]
    if isinstance(value[0], int | Fraction | str):
        return [list(value)]  # type: ignore[arg-type]
    return [list(row) for row in value]
