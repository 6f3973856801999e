"""The first reading: exact values.

Masks need care: a cell that holds -∞ stays beside the carrier.  Adding keeps it,
positive factors keep it, softmax omits it, exp makes it 0, a maximum passes it
over; every other operation on it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from flint import fmpq

from derivations.exact import carriers, rational, sums
from derivations.exact.carriers import Carrier
from derivations.exact.equality import Answer, compare
from derivations.exact.exponentials import Fractions
from derivations.exact.expressions import sp
from derivations.exact.masks import infinite, kept_cells, refuse, spread, whole_shape
from derivations.exact.quotients import Quotient
from derivations.exact.rational import Rational
from derivations.exact.structure import (
    assembled_rationals,
    column,
    concat,
    entry,
    filled,
    identity,
    row,
    select,
    stack,
    transpose,
)
from derivations.exact.symbolic import Symbolic
from derivations.exact.values import Cells, Exact
from derivations.exact.weights import refuse_empty_row
from derivations.formula.reading import Reading, Shape, assembled, derivative_shape, guarded
from derivations.model import DerivationError, Number

Operation = Callable[..., Exact]

# ---------------------------------------------------------------- numbers and names


def number(printed: Number) -> Exact:
    """A printed number, exactly."""
    return Exact(rational.scalar(rational.fraction(printed.value)))


def integer(value: int) -> Exact:
    """An integer, 1 × 1."""
    return Exact(rational.scalar(fmpq(value)))


def constant(name: str) -> Exact:
    """``e``, ``pi`` or ``infinity``."""
    if name not in CONSTANTS:
        raise DerivationError(f"there is no constant named {name!r}; there are {', '.join(CONSTANTS)}")
    return CONSTANTS[name]()


CONSTANTS: Mapping[str, Callable[[], Exact]] = {
    "e": lambda: Exact(Fractions(((Quotient({sums.exponential(sums.ONE): sums.ONE_Q}),),))),
    "pi": lambda: Exact(Symbolic(((sp().pi,),))),
    "infinity": lambda: Exact(rational.filled(1, 1, 0), unbounded=frozenset({(0, 0)})),
}

# ---------------------------------------------------------------- arithmetic


def _finite(name: str) -> Operation:
    """An operation that takes no infinity."""

    def operation(*values: Exact) -> Exact:
        for value in values:
            if value.hidden or value.unbounded:
                refuse(value, name)
        return Exact(carriers.apply(name, [value.data for value in values]))

    return operation


def add(left: Exact, right: Exact) -> Exact:
    """Entry by entry; -∞ stays -∞."""
    data = carriers.apply("add", [left.data, right.data])
    if not (infinite(left) or infinite(right)):
        return Exact(data)
    whole = whole_shape(left, right)
    hidden = spread(left.hidden, left.shape, whole) | spread(right.hidden, right.shape, whole)
    unbounded = spread(left.unbounded, left.shape, whole) | spread(right.unbounded, right.shape, whole)
    if hidden & unbounded:
        raise DerivationError("∞ - ∞ has no value")
    return Exact(data, hidden, unbounded)


def negative(value: Exact) -> Exact:
    """Every sign turned; ∞ becomes -∞."""
    return Exact(carriers.apply("negative", [value.data]), value.unbounded, value.hidden)


def subtract(left: Exact, right: Exact) -> Exact:
    """Entry by entry; -∞ minus a number stays -∞."""
    if infinite(right):
        return add(left, negative(right))
    return Exact(
        carriers.apply("subtract", [left.data, right.data]), *kept_cells(left, whole_shape(left, right))
    )


def _scaling(name: str) -> Operation:
    """Products and quotients entry by entry: a factor keeps an infinity or turns its sign, 0 is refused."""

    def operation(left: Exact, right: Exact) -> Exact:
        if not (infinite(left) or infinite(right)):
            return Exact(carriers.apply(name, [left.data, right.data]))
        if infinite(right) and (infinite(left) or name == "divide"):
            refuse(right, name)
        masked, factor = (left, right) if infinite(left) else (right, left)
        data = carriers.apply(name, [left.data, right.data])
        whole = whole_shape(left, right)
        kept, turned = kept_cells(masked, whole)
        signs = {place: _sign(factor, place) for place in kept | turned}
        down = {place for place, sign in signs.items() if (place in kept) == (sign > 0)}
        return Exact(data, frozenset(down), frozenset(signs) - down)

    return operation


def _sign(factor: Exact, place: tuple[int, int]) -> int:
    """The sign of what multiplies an infinity; 0 is refused."""
    i, j = (min(at, size - 1) for at, size in zip(place, factor.shape, strict=True))
    ball = factor.enclosure(30)[i, j]
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    raise DerivationError("0 times -∞ has no value; add a mask of 0 and -∞ to the scores instead")


_hadamard = _scaling("hadamard")


def multiply(left: Exact, right: Exact) -> Exact:
    """The matrix product (m, k) × (k, n); a 1 × 1 operand scales."""
    if not (left.hidden or right.hidden or left.unbounded or right.unbounded):
        return Exact(carriers.apply("multiply", [left.data, right.data]))
    if (1, 1) in (left.shape, right.shape):
        return _hadamard(left, right)
    refuse(left if infinite(left) else right, "a matrix product")
    raise AssertionError("a value without infinite cells came past the check")


def exp(value: Exact) -> Exact:
    """Entry by entry; ``exp(-∞) = 0``."""
    if value.unbounded:
        refuse(value, "exp")
    data = carriers.apply("exp", [value.data])
    return Exact(_blanked(data, value.hidden) if value.hidden else data)


def _blanked(data: Carrier, hidden: Cells) -> Carrier:
    """The value with 0 in the hidden cells."""
    rows, columns = data.shape
    seen = [[int((i, j) not in hidden) for j in range(columns)] for i in range(rows)]
    return carriers.apply("hadamard", [data, rational.from_rows(seen)])


MAX_BITS = 12_000
"""A rational power with more bits than this, some 3600 digits, is not written out."""

MAX_EXPONENT = 10_000
"""The largest exponent of anything that is not rational."""


def power(left: Exact, right: Exact) -> Exact:
    """Entry by entry.  Raises DerivationError for ``9^{9^{9}}``, whose digits would fill the memory."""
    if isinstance(right.data, Rational):
        exponent = max(abs(cell) for cell in right.data.matrix.entries())
        base = []
        if isinstance(left.data, Rational):
            base = [*left.data.matrix.entries(), fmpq(left.data.radicand)]
        bits = max((int(part).bit_length() for cell in base for part in (cell.p, cell.q)), default=0)
        if bits * exponent > MAX_BITS if bits > 1 else not base and exponent > MAX_EXPONENT:
            raise DerivationError("a power with so large an exponent is too long to write out exactly")
    return _finite("power")(left, right)


def reveal(value: Exact) -> Exact:
    """The value with 0 in the place of every -∞, as somebody masks who multiplies with 0."""
    if value.unbounded:
        refuse(value, "reveal")
    return Exact(_blanked(value.data, value.hidden) if value.hidden else value.data)


def softmax(value: Exact) -> Exact:
    """Softmax of every row, (n, m) -> (n, m); hidden cells get weight 0.

    Raises DerivationError naming the row in which nothing is visible.
    """
    if value.unbounded:
        refuse(value, "softmax")
    return Exact(carriers.apply("softmax", [value.data], *([value.hidden] if value.hidden else [])))


def maximum(left: Exact, right: Exact) -> Exact:
    """The larger entry of the two; anything is larger than -∞."""
    if not (infinite(left) or infinite(right)):
        return Exact(carriers.apply("maximum", [left.data, right.data]))
    whole = whole_shape(left, right)
    (a, above), (b, beyond) = kept_cells(left, whole), kept_cells(right, whole)
    if above or beyond:
        refuse(left if above else right, "maximum")
    zero = Exact(rational.filled(*whole, 0))
    first, second = add(Exact(left.data), zero), add(Exact(right.data), zero)
    pairs = {(i, j): [v for v, h in ((first, a), (second, b)) if (i, j) not in h] for i, j in _places(whole)}
    cells = [[_larger(pairs[i, j], i, j) for j in range(whole[1])] for i in range(whole[0])]
    return Exact(stack(*(concat(*row) for row in cells)).data, a & b)


def _places(shape: Shape) -> Sequence[tuple[int, int]]:
    return [(i, j) for i in range(shape[0]) for j in range(shape[1])]


def _larger(candidates: Sequence[Exact], i: int, j: int) -> Exact:
    cells = [select(value, [i], [j]) for value in candidates]
    if len(cells) == 2:
        return maximum(*cells)
    return cells[0] if cells else integer(0)


def row_max(value: Exact) -> Exact:
    """The largest entry of every row, (n, 1); hidden cells are passed over."""
    if value.unbounded:
        refuse(value, "row_max")
    if not value.hidden:
        return Exact(carriers.apply("row_max", [value.data]))
    found = []
    for i in range(value.shape[0]):
        visible = [j for j in range(value.shape[1]) if (i, j) not in value.hidden]
        refuse_empty_row(i, visible)
        found.append(Exact(carriers.apply("row_max", [select(value, [i], visible).data])))
    return stack(*found)


# ---------------------------------------------------------------- built from others

_divide = _scaling("divide")


def diagonal(vector: Exact) -> Exact:
    """A square matrix with the entries of a row or a column on its diagonal."""
    return _hadamard(identity(max(vector.shape)), vector)


def relu(value: Exact) -> Exact:
    """``max(0, x)``."""
    return maximum(value, integer(0))


def sigmoid(value: Exact) -> Exact:
    """``1 / (1 + e^{-x})``."""
    return _divide(integer(1), add(integer(1), exp(negative(value))))


def silu(value: Exact) -> Exact:
    """``x σ(x)``."""
    return _hadamard(value, sigmoid(value))


def gelu(value: Exact) -> Exact:
    """``x/2 (1 + erf(x/√2))``, the exact form."""
    inside = _finite("erf")(_divide(value, _finite("sqrt")(integer(2))))
    return _hadamard(_divide(value, integer(2)), add(integer(1), inside))


def row_mean(value: Exact) -> Exact:
    """The mean of every row, (n, d) -> (n, 1)."""
    return _divide(_finite("row_sum")(value), integer(value.shape[1]))


def row_variance(value: Exact) -> Exact:
    """The mean squared distance from the mean of every row, over d and not d - 1, (n, d) -> (n, 1)."""
    off = subtract(value, row_mean(value))
    return row_mean(_hadamard(off, off))


def total(value: Exact) -> Exact:
    """The sum of all entries, 1 × 1."""
    return _finite("column_sum")(_finite("row_sum")(value))


OPERATIONS: Mapping[str, Operation] = guarded(
    {
        **{name: _finite(name) for name in ("sqrt", "ln", "sin", "cos", "tanh", "erf", "abs")},
        **{name: _finite(name) for name in ("row_sum", "column_sum")},
        **{name: _scaling(name) for name in ("hadamard", "divide")},
        **{f.__name__: f for f in (add, subtract, negative, multiply, power, exp)},
        **{f.__name__: f for f in (softmax, reveal, maximum, row_max, transpose)},
        **{f.__name__: f for f in (relu, sigmoid, silu, gelu, row_mean, row_variance, total)},
        **{f.__name__: f for f in (entry, row, column, identity, diagonal)},
        "concat": concat,
        "stack": stack,
        "ones": partial(filled, 1),
        "zeros": partial(filled, 0),
        "count_rows": lambda value: integer(value.shape[0]),
        "count_columns": lambda value: integer(value.shape[1]),
    },
    lambda value: value.shape,
)


def assemble(cells: Sequence[Sequence[Exact]]) -> Exact:
    """A block matrix from its blocks, row by row; a cell is a block of 1 × 1."""
    quick = assembled_rationals(cells) if cells and all(cells) else None
    return assembled(OPERATIONS, cells) if quick is None else quick


def whole(value: Exact) -> int | None:
    """The integer that a 1 × 1 value is; None for any other."""
    data = value.data
    if value.shape != (1, 1) or infinite(value) or not isinstance(data, Rational) or data.radicand != 1:
        return None
    found = data.at(0, 0)
    return int(found.p) if found.q == 1 else None


def sign(value: Exact) -> int | None:
    """-1, 0 or 1 for a 1 × 1 value; None where symbols leave it open or no proof is found."""
    if infinite(value):
        return -1 if value.hidden else 1
    if not value.is_numeric:
        return None
    ball = value.enclosure(30)[0, 0]
    if ball > 0 or ball < 0:
        return 1 if ball > 0 else -1
    found = compare(value, integer(0))
    if found.answer is Answer.CERTIFIED:
        return None
    return 0 if found.answer is Answer.EQUAL else _sign_of_small(value)


def _sign_of_small(value: Exact) -> int:
    """The sign of a value that is known not to be 0."""
    return 1 if value.balls(1)[0][0] > 0 else -1


def _shape(value: Any) -> Shape:
    shape: Shape = value.shape
    return shape


def derivative(value: Exact, by: Exact) -> Exact:
    """A value differentiated by a matrix of symbols, with SymPy; see ``Reading.derivative``.

    Raises DerivationError where there are numbers or formulas in place of the symbols.
    """
    shape = derivative_shape(value.shape, by.shape)
    variables = [cell for row in by.sympy().tolist() for cell in row]
    if not all(variable.is_Symbol for variable in variables):
        raise DerivationError("a derivative is taken by symbols, and here are numbers or formulas")
    entries = [cell for row in value.sympy().tolist() for cell in row]
    found = [entry.diff(variable) for entry in entries for variable in variables]
    return Exact.from_sympy(sp().Matrix(*shape, found))


EXACT: Reading[Exact] = Reading(
    "exact", number, Exact.symbol, constant, assemble, _shape, OPERATIONS, whole, derivative, sign
)
"""Exact values: rationals, exponential sums, SymPy expressions."""
