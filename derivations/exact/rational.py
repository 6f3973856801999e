"""The first carrier: a matrix of rationals times one square root.

``Q K^T / √d_k`` stays here, because the square root is kept outside the matrix:
FLINT multiplies plain rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from flint import fmpq, fmpq_mat, fmpz

from derivations.formula.reading import broadcast_shape
from derivations.model import DerivationError

LARGEST_FACTORED = 10**40
"""Integers up to here are factored at once; a larger one under a root is left to SymPy."""


class UnfitError(Exception):
    """A carrier cannot hold this result; the next carrier is asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Rational:
    """The matrix ``matrix · √radicand``; the radicand is a positive squarefree integer."""

    matrix: fmpq_mat
    radicand: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.matrix.nrows(), self.matrix.ncols()

    def at(self, row: int, column: int) -> fmpq:
        """The rational in front of the root, counted from 0."""
        return self.matrix[row, column]


def fraction(value: int | Fraction) -> fmpq:
    """A Python number as a FLINT rational."""
    return fmpq(value.numerator, value.denominator)


def from_rows(rows: Sequence[Sequence[int | Fraction]]) -> Rational:
    """A matrix from Python numbers; DerivationError when the rows are not equally long."""
    lengths = [len(row) for row in rows]
    if not lengths or not min(lengths):
        raise DerivationError("a matrix needs at least one row, and every row at least one entry")
    if len(set(lengths)) > 1:
        at = next(i for i, length in enumerate(lengths) if length != lengths[0])
        raise DerivationError(f"row {at + 1} has {lengths[at]} entries, row 1 has {lengths[0]}")
    return Rational(fmpq_mat([[fraction(cell) for cell in row] for row in rows]))


def scalar(value: fmpq, radicand: int = 1) -> Rational:
    """A 1 × 1 matrix."""
    return Rational(fmpq_mat(1, 1, [value]), radicand)


def root_parts(value: fmpq) -> tuple[fmpq, int]:
    """``√value = rational · √squarefree`` for a value >= 0."""
    if value < 0:
        raise DerivationError(f"the square root of {value} is not real")
    if value == 0:
        return value, 1
    whole = int(value.p) * int(value.q)  # √(p/q) = √(p q) / q
    if whole > LARGEST_FACTORED:
        raise UnfitError
    outside = inside = 1
    for prime, times in fmpz(whole).factor():
        outside *= int(prime) ** (times // 2)
        inside *= int(prime) ** (times % 2)
    return fmpq(outside, int(value.q)), inside


def _common_root(left: Rational, right: Rational) -> int:
    """The root of a sum: both must have the same one, unless one of them is zero."""
    if left.radicand == right.radicand or not right.matrix:
        return left.radicand
    if not left.matrix:
        return right.radicand
    raise UnfitError


def _root_product(left: int, right: int) -> tuple[int, int]:
    """``√left · √right = outside · √inside``."""
    outside = gcd(left, right)
    return outside, (left // outside) * (right // outside)


def _scaled(matrix: fmpq_mat, factor: int) -> fmpq_mat:
    return matrix if factor == 1 else matrix * factor


def spread(value: Rational, shape: tuple[int, int]) -> fmpq_mat:
    """The matrix in front of the root, repeated to the given shape."""
    if value.shape == shape:
        return value.matrix
    rows, columns = value.shape
    cells = value.matrix.entries()
    if (rows, columns) == (1, 1):
        return fmpq_mat(*shape, cells * (shape[0] * shape[1]))
    if rows == 1:
        return fmpq_mat(*shape, cells * shape[0])
    return fmpq_mat(*shape, [cell for cell in cells for _ in range(shape[1])])


def _pair(left: Rational, right: Rational) -> tuple[tuple[int, int], fmpq_mat, fmpq_mat]:
    shape = broadcast_shape(left.shape, right.shape)
    assert shape is not None
    return shape, spread(left, shape), spread(right, shape)


def add(left: Rational, right: Rational) -> Rational:
    """Entry by entry."""
    root = _common_root(left, right)
    _, a, b = _pair(left, right)
    return Rational(a + b, root)


def subtract(left: Rational, right: Rational) -> Rational:
    """Entry by entry."""
    root = _common_root(left, right)
    _, a, b = _pair(left, right)
    return Rational(a - b, root)


def negative(value: Rational) -> Rational:
    """Every sign turned."""
    return Rational(-value.matrix, value.radicand)


def multiply(left: Rational, right: Rational) -> Rational:
    """The matrix product (m, k) × (k, n); a 1 × 1 operand scales."""
    outside, inside = _root_product(left.radicand, right.radicand)
    a, b = left.matrix, right.matrix
    if a.ncols() == b.nrows():
        product = a * b
    elif left.shape == (1, 1):
        product = b * a[0, 0]
    else:
        product = a * b[0, 0]
    return Rational(_scaled(product, outside), inside)


def hadamard(left: Rational, right: Rational) -> Rational:
    """The product entry by entry."""
    if left.shape == (1, 1) or right.shape == (1, 1):
        return multiply(left, right)
    outside, inside = _root_product(left.radicand, right.radicand)
    shape, a, b = _pair(left, right)
    cells = [x * y for x, y in zip(a.entries(), b.entries(), strict=True)]
    return Rational(_scaled(fmpq_mat(*shape, cells), outside), inside)


def divide(left: Rational, right: Rational) -> Rational:
    """The quotient entry by entry; ``1/√r = √r/r``."""
    if right.shape == (1, 1):
        below = right.matrix[0, 0] * right.radicand
        inverse = scalar(1 / below, right.radicand) if below != 0 else None
    elif all(right.matrix.entries()):
        cells = [1 / (cell * right.radicand) for cell in right.matrix.entries()]
        inverse = Rational(fmpq_mat(*right.shape, cells), right.radicand)
    else:
        inverse = None
    if inverse is None:
        raise DerivationError("division by zero")
    return hadamard(left, inverse)


def sqrt(value: Rational) -> Rational:
    """The root of every entry, when one square root serves them all."""
    if value.radicand != 1:
        raise UnfitError
    parts = [root_parts(cell) for cell in value.matrix.entries()]
    roots = {inside for outside, inside in parts if outside != 0}
    if len(roots) > 1:
        raise UnfitError
    return Rational(fmpq_mat(*value.shape, [outside for outside, _ in parts]), max(roots, default=1))


def absolute(value: Rational) -> Rational:
    """Every entry without its sign."""
    return Rational(fmpq_mat(*value.shape, [abs(cell) for cell in value.matrix.entries()]), value.radicand)


def maximum(left: Rational, right: Rational) -> Rational:
    """The larger entry of the two."""
    root = _common_root(left, right)
    shape, a, b = _pair(left, right)
    return Rational(
        fmpq_mat(*shape, [max(x, y) for x, y in zip(a.entries(), b.entries(), strict=True)]), root
    )


def power(base: Rational, exponent: Rational) -> Rational:
    """Rationals to small whole powers; everything else is left to the next carrier."""
    shape, a, b = _pair(base, exponent)
    powers = {int(cell.p) for cell in b.entries()} if all(cell.q == 1 for cell in b.entries()) else set()
    if base.radicand != 1 or exponent.radicand != 1 or not powers or max(map(abs, powers)) > 1000:
        raise UnfitError
    if min(powers) < 0 and not all(a.entries()):
        raise DerivationError("division by zero: 0 to a negative power")
    cells = [x ** int(y.p) for x, y in zip(a.entries(), b.entries(), strict=True)]
    return Rational(fmpq_mat(*shape, cells), 1)


def transpose(value: Rational) -> Rational:
    """(m, n) -> (n, m)."""
    return Rational(value.matrix.transpose(), value.radicand)


def row_max(value: Rational) -> Rational:
    """The largest entry of every row, (n, 1)."""
    rows = value.matrix.tolist()
    return Rational(fmpq_mat(len(rows), 1, [max(row) for row in rows]), value.radicand)


def row_sum(value: Rational) -> Rational:
    """The sum of every row, (n, 1)."""
    columns = value.shape[1]
    return Rational(value.matrix * fmpq_mat(columns, 1, [1] * columns), value.radicand)


def column_sum(value: Rational) -> Rational:
    """The sum of every column, (1, d)."""
    rows = value.shape[0]
    return Rational(fmpq_mat(1, rows, [1] * rows) * value.matrix, value.radicand)


def _one_root(blocks: Sequence[Rational]) -> int:
    roots = {block.radicand for block in blocks if block.matrix}
    if len(roots) > 1:
        raise UnfitError
    return max(roots, default=1)


def concat(*blocks: Rational) -> Rational:
    """Blocks side by side."""
    root = _one_root(blocks)
    bands = zip(*(block.matrix.tolist() for block in blocks), strict=True)
    return Rational(fmpq_mat([[cell for part in band for cell in part] for band in bands]), root)


def stack(*blocks: Rational) -> Rational:
    """Blocks one above the other."""
    root = _one_root(blocks)
    return Rational(fmpq_mat([row for block in blocks for row in block.matrix.tolist()]), root)


def select(value: Rational, rows: Sequence[int], columns: Sequence[int]) -> Rational:
    """The submatrix at the given places, counted from 0."""
    matrix = value.matrix
    return Rational(fmpq_mat([[matrix[i, j] for j in columns] for i in rows]), value.radicand)


def diagonal(value: Rational) -> Rational:
    """A square matrix with the entries of a row or a column on its diagonal."""
    cells = value.matrix.entries()
    size = len(cells)
    matrix = fmpq_mat(size, size)
    for at, cell in enumerate(cells):
        matrix[at, at] = cell
    return Rational(matrix, value.radicand)


def identity(size: int) -> Rational:
    """The identity matrix."""
    return diagonal(Rational(fmpq_mat(1, size, [1] * size)))


def filled(rows: int, columns: int, value: int) -> Rational:
    """A matrix with the same integer everywhere."""
    return Rational(fmpq_mat(rows, columns, [value] * (rows * columns)))
