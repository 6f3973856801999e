"""Cells that are infinite: how -∞, put there by a mask, goes through an operation.

Such cells are kept beside the carrier as sets of places, counted from 0.
"""

from __future__ import annotations

from derivations.exact.values import NO_CELLS, Cells, Exact
from derivations.formula.reading import Shape, broadcast_shape
from derivations.model import DerivationError


def infinite(value: Exact) -> bool:
    """Whether any cell is infinite."""
    return bool(value.hidden or value.unbounded)


def refuse(value: Exact, what: str) -> None:
    """Raise DerivationError for the infinite cells of an operand, if there are any."""
    if value.unbounded:
        raise DerivationError(f"{what} cannot take ∞; only -∞ can stand in a matrix, as a mask")
    if value.hidden:
        i, j = min(value.hidden)
        raise DerivationError(f"{what} cannot take -∞, which stands in row {i + 1}, column {j + 1}")


def spread(cells: Cells, shape: Shape, whole: Shape) -> Cells:
    """Cells of an operand as cells of the common shape."""
    if shape == whole:
        return cells
    rows = range(whole[0]) if shape[0] == 1 else None
    columns = range(whole[1]) if shape[1] == 1 else None
    return frozenset((i, j) for a, b in cells for i in rows or (a,) for j in columns or (b,))


def whole_shape(left: Exact, right: Exact) -> Shape:
    """The common shape of two operands that the guard has let through."""
    shape = broadcast_shape(left.shape, right.shape)
    assert shape is not None
    return shape


def kept_cells(value: Exact, whole: Shape) -> tuple[Cells, Cells]:
    """The cells of an operand that are -∞ and +∞, spread to the common shape."""
    if not infinite(value):
        return NO_CELLS, NO_CELLS
    return spread(value.hidden, value.shape, whole), spread(value.unbounded, value.shape, whole)
