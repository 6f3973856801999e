"""The third carrier: SymPy expressions, for everything the normal form cannot hold.

Symbols, exponentials of fractions of exponentials (stacked layers), sines, the
error function.  Expressions are built as they come and never simplified; SymPy
is imported when the first one is built.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from derivations.exact.exponentials import Exponentials, Fractions, general
from derivations.exact.expressions import ball, expression, read, sp
from derivations.exact.quotients import Quotient
from derivations.exact.rational import Rational, UnfitError
from derivations.exact.weights import Cells, refuse_empty_row
from derivations.formula.reading import broadcast_shape
from derivations.model import DerivationError

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, eq=False)
class Symbolic:
    """A matrix of SymPy expressions."""

    cells: tuple[tuple[sympy.Expr, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.cells), len(self.cells[0])

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The names of the symbols in the entries."""
        found = sp().Tuple(*(cell for row in self.cells for cell in row)).free_symbols
        return tuple(sorted(symbol.name for symbol in found))

    def balls(self) -> arb_mat:
        """Balls at the present precision; DerivationError when a symbol has no value."""
        known: dict[Any, arb] = {}
        return arb_mat([[ball(cell, known) for cell in row] for row in self.cells])


def lift(value: Rational | Exponentials | Symbolic) -> Symbolic:
    """Any carrier as SymPy expressions."""
    if isinstance(value, Symbolic):
        return value
    return Symbolic(tuple(tuple(map(expression, row)) for row in general(value).cells))


def symbol(name: str) -> Symbolic:
    """A real symbol, named by its TeX."""
    return Symbolic(((sp().Symbol(name, real=True),),))


def lowered(value: Symbolic) -> Fractions | Symbolic:
    """The normal form when every entry has one."""
    try:
        return Fractions(tuple(tuple(map(_read_number, row)) for row in value.cells))
    except UnfitError:
        return value


def _read_number(value: sympy.Expr) -> Quotient:
    if value.free_symbols:
        raise UnfitError
    return read(value)


# ---------------------------------------------------------------- operations


def paired(operation: Callable[[Any, Any], Any], left: Symbolic, right: Symbolic) -> Symbolic:
    """An operation entry by entry, operands spread to the common shape."""
    shape = broadcast_shape(left.shape, right.shape)
    assert shape is not None
    a, b = _spread(left, shape), _spread(right, shape)
    return Symbolic(tuple(tuple(map(operation, x, y)) for x, y in zip(a, b, strict=True)))


def _spread(value: Symbolic, shape: tuple[int, int]) -> Sequence[Sequence[sympy.Expr]]:
    rows = value.cells if len(value.cells) == shape[0] else value.cells * shape[0]
    return [row if len(row) == shape[1] else row * shape[1] for row in rows]


def each(operation: Callable[[Any], Any], value: Symbolic) -> Symbolic:
    """An operation on every entry."""
    return Symbolic(tuple(tuple(map(operation, row)) for row in value.cells))


def each_named(function: str, value: Symbolic) -> Symbolic:
    """A function of SymPy, by its name, on every entry."""
    return each(getattr(sp(), function), value)


def add_all(parts: Sequence[sympy.Expr]) -> sympy.Expr:
    """The sum of one or more entries, in one step (adding one by one is quadratic)."""
    total: sympy.Expr = sp().Add(*parts)
    return total


def divide(left: sympy.Expr, right: sympy.Expr) -> sympy.Expr:
    """One entry by another; DerivationError when the right one is 0."""
    if right.is_zero:
        raise DerivationError("division by zero")
    return left / right


def root(value: sympy.Expr) -> sympy.Expr:
    """The square root; DerivationError when it is not real."""
    if value.is_negative:
        raise DerivationError("the square root of a negative number is not real")
    found: sympy.Expr = sp().sqrt(value)
    return found


def power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """A power; DerivationError when it is infinite or not real."""
    if base.is_zero and exponent.is_negative:
        raise DerivationError("division by zero: 0 to a negative power")
    if base.is_negative and exponent.is_integer is False:
        raise DerivationError(f"the power {exponent} of a negative number is not real")
    found: sympy.Expr = base**exponent
    return found


def logarithm(value: sympy.Expr) -> sympy.Expr:
    """The natural logarithm; DerivationError when it is not real."""
    if value.is_nonpositive:
        raise DerivationError("the logarithm of a number that is not positive is not real")
    found: sympy.Expr = sp().log(value)
    return found


def multiply(left: Symbolic, right: Symbolic) -> Symbolic:
    """The matrix product (m, k) × (k, n); a 1 × 1 operand scales."""
    if left.shape[1] != right.shape[0]:
        return paired(lambda a, b: a * b, left, right)
    columns = tuple(zip(*right.cells, strict=True))
    return Symbolic(
        tuple(
            tuple(add_all([a * b for a, b in zip(row, column, strict=True)]) for column in columns)
            for row in left.cells
        )
    )


def largest(parts: Sequence[sympy.Expr]) -> sympy.Expr:
    """The largest of some entries: by balls when they decide, else SymPy's Max."""
    if any(part.free_symbols for part in parts):
        found: sympy.Expr = sp().Max(*parts)
        return found
    best = parts[0]
    for part in parts[1:]:
        order = _order(part, best)
        if order is None:
            together: sympy.Expr = sp().Max(*parts, evaluate=False)
            return together
        best = part if order > 0 else best
    return best


def _order(left: sympy.Expr, right: sympy.Expr) -> int | None:
    if left == right:
        return 0
    difference = ball(left) - ball(right)
    return 1 if difference > 0 else -1 if difference < 0 else None


def softmax(scores: Symbolic, hidden: Cells = frozenset()) -> Symbolic:
    """Softmax of every row; hidden cells get weight 0."""
    return Symbolic(tuple(_softmax_row(row, i, hidden) for i, row in enumerate(scores.cells)))


def _softmax_row(row: Sequence[sympy.Expr], at: int, hidden: Cells) -> tuple[sympy.Expr, ...]:
    lib = sp()
    visible = [j for j in range(len(row)) if (at, j) not in hidden]
    refuse_empty_row(at, visible)
    powers = {j: lib.exp(row[j]) for j in visible}
    below = add_all(list(powers.values()))
    return tuple(powers[j] / below if j in powers else lib.Integer(0) for j in range(len(row)))
