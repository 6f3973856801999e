"""The second carrier, fast form: softmax weights, and weights times values.

With N/L the scores over their common denominator and x = exp(√r/L), row i of a
softmax is ``x^{N_ij} / Σ_k x^{N_ik}``: integer exponents, grouped where they are equal.
Nothing is ever simplified; a mask leaves columns out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import gcd

from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz, fmpz_mat

from derivations.exact import quotients, rational, sums
from derivations.exact.quotients import Quotient
from derivations.exact.rational import Rational, UnfitError
from derivations.exact.sums import Monomial, Sum
from derivations.model import DerivationError

Cells = frozenset[tuple[int, int]]
Groups = Mapping[int, Sequence[int]]
"""Exponent, counted from the smallest of the row -> the columns that have it."""

# ---------------------------------------------------------------- weights


@dataclass(frozen=True, eq=False)
class Weights:
    """A softmax: entry (i, j) is ``x^e / Σ x^e`` with ``x = exp(step · √radicand)``."""

    step: fmpq
    radicand: int
    rows: tuple[Groups, ...]
    columns: int
    _denominators: dict[int, Sum] = field(default_factory=dict, repr=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), self.columns

    def term(self, exponent: int) -> Monomial:
        """``x^exponent``."""
        if not exponent:
            return sums.UNIT
        return sums.exponential({sums.surd(self.radicand): self.step * exponent})

    def denominator(self, row: int) -> Sum:
        """The sum below the line of a row, counted from 0."""
        if row not in self._denominators:
            counts = {self.term(e): fmpq(len(keys)) for e, keys in self.rows[row].items()}
            self._denominators[row] = counts
        return self._denominators[row]

    def cell(self, row: int, column: int) -> Quotient:
        """One entry, counted from 0; a column that is not visible is exactly 0."""
        for exponent, keys in self.rows[row].items():
            if column in keys:
                return quotients.quotient({self.term(exponent): sums.ONE_Q}, self.denominator(row))
        return quotients.NOTHING

    def balls(self) -> arb_mat:
        """Balls at the present precision."""
        unit = arb(self.radicand).sqrt() * self.step
        matrix = arb_mat(*self.shape)
        for i, groups in enumerate(self.rows):
            powers = {exponent: (unit * exponent).exp() for exponent in groups}
            below = sum((powers[e] * len(keys) for e, keys in groups.items()), arb(0))
            for exponent, keys in groups.items():
                weight = powers[exponent] / below
                for j in keys:
                    matrix[i, j] = weight
        return matrix


def softmax(scores: Rational, hidden: Cells = frozenset()) -> Weights | Rational:
    """Softmax of every row, (n, m) -> (n, m); hidden cells (counted from 0) get weight 0.

    Raises DerivationError for a row in which everything is hidden.
    """
    above, below = scores.matrix.numer_denom()
    table = above.tolist()
    if hidden:
        rows = tuple(_visible_groups(row, i, hidden) for i, row in enumerate(table))
    else:
        rows = tuple(map(_groups, table))
    if all(len(groups) == 1 for groups in rows):
        return _uniform(rows, scores.shape[1])
    return Weights(fmpq(1, below), scores.radicand, rows, scores.shape[1])


def _groups(row: Sequence[fmpz]) -> Groups:
    least = min(row)
    groups: dict[int, list[int]] = {}
    for column, value in enumerate(row):
        exponent = int(value - least)
        if exponent in groups:
            groups[exponent].append(column)
        else:
            groups[exponent] = [column]
    return groups


def _visible_groups(row: Sequence[fmpz], at: int, hidden: Cells) -> Groups:
    visible = [column for column in range(len(row)) if (at, column) not in hidden]
    refuse_empty_row(at, visible)
    groups = _groups([row[column] for column in visible])
    return {exponent: [visible[key] for key in keys] for exponent, keys in groups.items()}


def refuse_empty_row(row: int, visible: Sequence[object]) -> None:
    """Softmax of a row (counted from 0) with nothing visible is an error, not 0/0."""
    if not visible:
        raise DerivationError(
            f"softmax of row {row + 1}: every entry is -∞, so there is nothing to share the weight among"
        )


def _uniform(rows: Sequence[Groups], columns: int) -> Rational:
    matrix = fmpq_mat(len(rows), columns)
    for i, groups in enumerate(rows):
        for keys in groups.values():
            for j in keys:
                matrix[i, j] = fmpq(1, len(keys))
    return Rational(matrix)


# ---------------------------------------------------------------- weights times values


@dataclass(frozen=True, eq=False)
class Mixture:
    """Weights (n, m) times rational values (m, d), equal exponents merged.

    Entry (i, j) is ``scale · √values.radicand · Σ_e rows[i][e][j] x^e / Σ_k x^{e_ik}``.
    """

    weights: Weights
    values: Rational
    scale: fmpq
    rows: tuple[Mapping[int, Sequence[fmpz]], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), self.values.shape[1]

    def cell(self, row: int, column: int) -> Quotient:
        """One entry, counted from 0."""
        terms = {
            self.weights.term(exponent): self.scale * vector[column]
            for exponent, vector in self.rows[row].items()
            if vector[column] != 0
        }
        above = sums.product(terms, {sums.surd(self.values.radicand): sums.ONE_Q}) if terms else terms
        return quotients.quotient(above, self.weights.denominator(row))

    def balls(self) -> arb_mat:
        """Balls at the present precision."""
        return self.weights.balls() * rational_balls(self.values)


def mix(weights: Weights, values: Rational) -> Mixture:
    """Weights (n, m) times values (m, d)."""
    above, below = values.matrix.numer_denom()
    vectors = above.tolist()
    rows: list[dict[int, Sequence[fmpz]]] = []
    shared: list[tuple[int, int, Sequence[int]]] = []
    for i, groups in enumerate(weights.rows):
        rows.append({exponent: vectors[keys[0]] for exponent, keys in groups.items()})
        shared.extend((i, exponent, keys) for exponent, keys in groups.items() if len(keys) > 1)
    for (i, exponent, _), vector in zip(shared, _merged_vectors(shared, above, vectors), strict=True):
        rows[i][exponent] = vector
    return Mixture(weights, values, fmpq(1, below), tuple(rows))


def _merged_vectors(
    shared: Sequence[tuple[int, int, Sequence[int]]], above: fmpz_mat, vectors: Sequence[Sequence[fmpz]]
) -> Sequence[Sequence[fmpz]]:
    """The sum of the vectors of each group: few by hand, many as one FLINT product."""
    if sum(len(keys) for _, _, keys in shared) < 4 * len(shared) + 8:
        return [
            [sum(parts[1:], parts[0]) for parts in zip(*(vectors[key] for key in keys), strict=True)]
            for _, _, keys in shared
        ]
    chosen = fmpz_mat(len(shared), above.nrows())
    for at, (_, _, keys) in enumerate(shared):
        for key in keys:
            chosen[at, key] = 1
    merged: list[list[fmpz]] = (chosen * above).tolist()
    return merged


def weighted(value: Weights | Mixture, values: Rational) -> Mixture:
    """Weights or a mixture (n, m) times rationals (m, d) or 1 × 1; ``(A V) B = A (V B)``."""
    if isinstance(value, Mixture):
        return mix(value.weights, rational.multiply(value.values, values))
    if value.columns == values.shape[0]:
        return mix(value, values)
    return mix(value, rational.multiply(rational.identity(value.columns), values))


def scaled_by(factor: Rational, value: Weights | Mixture) -> Mixture:
    """A 1 × 1 rational times weights or a mixture; UnfitError for any other left factor."""
    if factor.shape != (1, 1):
        raise UnfitError
    return weighted(value, factor)


def divided_by(value: Weights | Mixture, divisor: Rational) -> Mixture:
    """Weights or a mixture over a 1 × 1 rational; UnfitError for any other divisor."""
    return scaled_by(rational.divide(rational.filled(1, 1, 1), divisor), value)


def identical(left: object, right: object) -> bool:
    """Whether the two are equal term by term; False proves nothing."""
    if isinstance(left, Weights) and isinstance(right, Weights):
        return _unit_and_rows(left) == _unit_and_rows(right)
    if not (isinstance(left, Mixture) and isinstance(right, Mixture)):
        return False
    (unit, rows), (other_unit, other_rows) = _unit_and_rows(left.weights), _unit_and_rows(right.weights)
    same = unit == other_unit and [_counts(row) for row in rows] == [_counts(row) for row in other_rows]
    same_scale = left.scale == right.scale and left.values.radicand == right.values.radicand
    return same and same_scale and _vectors(left) == _vectors(right)


def _unit_and_rows(weights: Weights) -> tuple[tuple[fmpq, int], list[Groups]]:
    """The exponents divided by what they have in common."""
    common = gcd(*(exponent for groups in weights.rows for exponent in groups)) or 1
    rows: list[Groups] = [{e // common: keys for e, keys in groups.items()} for groups in weights.rows]
    return (weights.step * common, weights.radicand), rows


def _counts(groups: Groups) -> Mapping[int, int]:
    return {exponent: len(keys) for exponent, keys in groups.items()}


def _vectors(mixture: Mixture) -> list[list[Sequence[fmpz]]]:
    return [[vectors[exponent] for exponent in sorted(vectors)] for vectors in mixture.rows]


def rational_balls(value: Rational) -> arb_mat:
    """Balls around a rational carrier, at the present precision."""
    matrix = arb_mat(value.matrix)
    return matrix if value.radicand == 1 else matrix * arb(value.radicand).sqrt()
