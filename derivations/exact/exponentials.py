"""The second carrier, general form: every entry a fraction of two sums of exponentials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb_mat, fmpq, fmpq_mat

from derivations.exact import quotients, sums
from derivations.exact.quotients import Quotient
from derivations.exact.rational import Rational, UnfitError
from derivations.exact.weights import Cells, Mixture, Weights, refuse_empty_row
from derivations.formula.reading import broadcast_shape, shape_text


@dataclass(frozen=True, eq=False)
class Fractions:
    """Every entry a fraction of two sums."""

    cells: tuple[tuple[Quotient, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.cells), len(self.cells[0])

    def cell(self, row: int, column: int) -> Quotient:
        """One entry, counted from 0."""
        return self.cells[row][column]

    def balls(self) -> arb_mat:
        """Balls at the present precision."""
        return arb_mat([[quotients.ball(cell) for cell in row] for row in self.cells])


Exponentials = Weights | Mixture | Fractions


def general(value: Rational | Exponentials) -> Fractions:
    """Any value of the first two carriers in the general form."""
    if isinstance(value, Fractions):
        return value
    rows, columns = value.shape
    if isinstance(value, Rational):
        root = value.radicand
        return Fractions(
            tuple(tuple(quotients.constant(c, root) for c in row) for row in value.matrix.tolist())
        )
    return Fractions(tuple(tuple(value.cell(i, j) for j in range(columns)) for i in range(rows)))


def lowered(value: Fractions) -> Rational | Fractions:
    """A value whose entries are all rationals times one square root, in the first carrier."""
    parts = [[rational_part(cell) for cell in row] for row in value.cells]
    roots = {part[1] for row in parts for part in row if part and part[0] != 0}
    if len(roots) > 1 or any(part is None for row in parts for part in row):
        return value
    return Rational(fmpq_mat([[part[0] for part in row if part] for row in parts]), max(roots, default=1))


def rational_part(cell: Quotient) -> tuple[fmpq, int] | None:
    """``(c, r)`` for an entry ``c √r``; None for any other."""
    if not cell.numerator:
        return sums.ZERO, 1
    if len(cell.numerator) > 1 or cell.denominator is not sums.ONE:
        return None
    ((monomial, count),) = cell.numerator.items()
    if monomial.exponent or monomial.logs or any(power != fmpq(1, 2) for _, power in monomial.radical):
        return None
    root = 1
    for prime, _ in monomial.radical:
        root *= prime
    return count, root


def select(
    value: Weights | Mixture, rows: Sequence[int], columns: Sequence[int]
) -> Weights | Mixture | Fractions:
    """The submatrix at the given places, counted from 0; whole rows keep their form."""
    if tuple(columns) != tuple(range(value.shape[1])):
        return Fractions(tuple(tuple(value.cell(i, j) for j in columns) for i in rows))
    weights = value if isinstance(value, Weights) else value.weights
    chosen = Weights(weights.step, weights.radicand, tuple(weights.rows[i] for i in rows), weights.columns)
    if isinstance(value, Weights):
        return chosen
    return Mixture(chosen, value.values, value.scale, tuple(value.rows[i] for i in rows))


Binary = Callable[[Quotient, Quotient], Quotient]


def paired(operation: Binary, left: Fractions, right: Fractions) -> Fractions:
    """An operation entry by entry, operands spread to the common shape."""
    shape = broadcast_shape(left.shape, right.shape)
    assert shape is not None, f"{shape_text(left.shape)} and {shape_text(right.shape)} came past the guard"
    a, b = _spread(left, shape), _spread(right, shape)
    return Fractions(tuple(tuple(map(operation, x, y)) for x, y in zip(a, b, strict=True)))


def _spread(value: Fractions, shape: tuple[int, int]) -> Sequence[Sequence[Quotient]]:
    rows = value.cells if len(value.cells) == shape[0] else value.cells * shape[0]
    return [row if len(row) == shape[1] else row * shape[1] for row in rows]


def each(operation: Callable[[Quotient], Quotient], value: Fractions) -> Fractions:
    """An operation on every entry."""
    return Fractions(tuple(tuple(map(operation, row)) for row in value.cells))


def add_all(parts: Sequence[Quotient]) -> Quotient:
    """The sum of one or more entries; those over the same denominator first."""
    groups: list[list[Quotient]] = []
    for part in parts:
        for group in groups:
            if group[0].denominator is part.denominator or group[0].denominator == part.denominator:
                group.append(part)
                break
        else:
            groups.append([part])
    return reduce(quotients.add, (reduce(quotients.add, group) for group in groups))


def multiply(left: Fractions, right: Fractions) -> Fractions:
    """The matrix product (m, k) × (k, n); a 1 × 1 operand scales."""
    if left.shape[1] != right.shape[0]:
        return paired(quotients.multiply, left, right)
    columns = tuple(zip(*right.cells, strict=True))
    return Fractions(
        tuple(
            tuple(add_all(list(map(quotients.multiply, row, column))) for column in columns)
            for row in left.cells
        )
    )


def larger(left: Quotient, right: Quotient) -> Quotient:
    """The larger of two entries."""
    return left if quotients.sign(quotients.subtract(left, right)) >= 0 else right


def largest(parts: Sequence[Quotient]) -> Quotient:
    """The largest of one or more entries."""
    return reduce(larger, parts)


def absolute(value: Quotient) -> Quotient:
    """An entry without its sign."""
    return quotients.negative(value) if quotients.sign(value) < 0 else value


def tanh(value: Quotient) -> Quotient:
    """``(e^{2x} - 1) / (e^{2x} + 1)``."""
    squared = quotients.exp(quotients.add(value, value))
    one = Quotient(sums.ONE)
    return quotients.divide(quotients.subtract(squared, one), quotients.add(squared, one))


def power(base: Quotient, exponent: Quotient) -> Quotient:
    """A rational power, or any power of e."""
    times = quotients.as_rational(exponent)
    if times is not None:
        return quotients.power(base, times)
    if base.denominator is sums.ONE and base.numerator == {sums.exponential(sums.ONE): sums.ONE_Q}:
        return quotients.exp(exponent)
    raise UnfitError


def at_zero(value: int) -> Callable[[Quotient], Quotient]:
    """A function of which only the value at 0 is a sum of exponentials (sin, cos, erf)."""

    def function(cell: Quotient) -> Quotient:
        if cell.numerator:
            raise UnfitError
        return quotients.from_fraction(value)

    return function


def general_softmax(scores: Fractions, hidden: Cells = frozenset()) -> Fractions:
    """Softmax of every row; hidden cells get weight 0."""
    return Fractions(tuple(_softmax_row(row, i, hidden) for i, row in enumerate(scores.cells)))


def _softmax_row(row: Sequence[Quotient], at: int, hidden: Cells) -> tuple[Quotient, ...]:
    visible = [j for j in range(len(row)) if (at, j) not in hidden]
    refuse_empty_row(at, visible)
    powers = {j: quotients.exp(row[j]) for j in visible}
    below = add_all(list(powers.values()))
    return tuple(
        quotients.divide(powers[j], below) if j in powers else quotients.NOTHING for j in range(len(row))
    )
