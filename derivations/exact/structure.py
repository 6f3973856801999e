"""Exact matrices put together and taken apart; infinite cells move with their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import fmpq, fmpq_mat

from derivations.exact import carriers, rational
from derivations.exact.masks import infinite
from derivations.exact.rational import Rational
from derivations.exact.values import Cells, Exact

Operation = Callable[..., Exact]


def select(value: Exact, rows: Sequence[int], columns: Sequence[int]) -> Exact:
    """The submatrix at the given places, counted from 0."""
    data = carriers.apply("select", [value.data], rows, columns)
    if not infinite(value):
        return Exact(data)
    places = {(i, j): (rows[i], columns[j]) for i in range(len(rows)) for j in range(len(columns))}
    hidden = frozenset(place for place, old in places.items() if old in value.hidden)
    return Exact(data, hidden, frozenset(place for place, old in places.items() if old in value.unbounded))


def transpose(value: Exact) -> Exact:
    """(m, n) -> (n, m)."""
    data = carriers.apply("transpose", [value.data])
    return Exact(data, _turned(value.hidden), _turned(value.unbounded))


def _turned(cells: Cells) -> Cells:
    return frozenset((j, i) for i, j in cells) if cells else cells


def _joined(name: str, side: int) -> Operation:
    """Blocks put together along the rows (side 0) or the columns (side 1)."""

    def operation(*blocks: Exact) -> Exact:
        if len(blocks) == 1:
            return blocks[0]
        data = carriers.apply(name, [block.data for block in blocks])
        if not any(map(infinite, blocks)):
            return Exact(data)
        hidden, unbounded, at = set(), set(), 0
        for block in blocks:
            down, right = (at, 0) if side == 0 else (0, at)
            hidden |= {(i + down, j + right) for i, j in block.hidden}
            unbounded |= {(i + down, j + right) for i, j in block.unbounded}
            at += block.shape[side]
        return Exact(data, frozenset(hidden), frozenset(unbounded))

    return operation


concat = _joined("concat", 1)
stack = _joined("stack", 0)


def entry(value: Exact, row: int, column: int) -> Exact:
    """One entry, counted from 1."""
    return select(value, [row - 1], [column - 1])


def row(value: Exact, at: int) -> Exact:
    """One row, counted from 1, (1, d)."""
    return select(value, [at - 1], range(value.shape[1]))


def column(value: Exact, at: int) -> Exact:
    """One column, counted from 1, (n, 1)."""
    return select(value, range(value.shape[0]), [at - 1])


def identity(size: int) -> Exact:
    """The identity matrix."""
    return Exact(rational.identity(size))


def filled(value: int, rows: int, columns: int) -> Exact:
    """The same integer everywhere."""
    return Exact(rational.filled(rows, columns, value))


def assembled_rationals(cells: Sequence[Sequence[Exact]]) -> Exact | None:
    """A matrix of plain numbers in one step."""
    table: list[list[fmpq]] = []
    for row in cells:
        table.append([])
        for value in row:
            data = value.data
            if not isinstance(data, Rational) or data.radicand != 1 or infinite(value):
                return None
            if data.shape != (1, 1) or len(row) != len(cells[0]):
                return None
            table[-1].append(data.matrix[0, 0])
    return Exact(Rational(fmpq_mat(table)))
