"""The last carrier: numbers of which only the way they are computed is kept.

After a second softmax or layer norm a written-out expression fills pages, and SymPy
spends minutes on its sign.  Here an operation keeps its operands, nothing is
multiplied out, and balls come from doing the operations at the precision that is
asked for.  Entries of this carrier have certified digits and no normal form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat, ctx

from derivations.exact import expressions, symbolic
from derivations.exact.balls import OPERATIONS
from derivations.exact.rational import Rational
from derivations.exact.symbolic import Symbolic
from derivations.exact.weights import rational_balls

if TYPE_CHECKING:
    from derivations.exact.carriers import Carrier

LARGEST_ENTRY = 60
"""Operations of an expression up to which it is written out."""

DIGITS = 12
"""Significant digits that stand for an entry where a formula is asked for."""


@dataclass(frozen=True, eq=False)
class Nested:
    """An operation and its operands; at least one of them is too long to write out."""

    operation: str
    operands: tuple[Carrier, ...]
    rest: tuple[Any, ...]
    _found: dict[int, arb_mat] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        found = self._at_present()
        return found.nrows(), found.ncols()

    def balls(self) -> arb_mat:
        """Balls at the present precision."""
        return arb_mat(self._at_present())

    def _at_present(self) -> arb_mat:
        if not self._found or ctx.prec not in self._found:
            kernel = KERNELS[self.operation]
            self._found[ctx.prec] = kernel(*(_balls(operand) for operand in self.operands), *self.rest)
        return self._found[ctx.prec]


def _balls(value: Carrier) -> arb_mat:
    return rational_balls(value) if isinstance(value, Rational) else value.balls()


def nested(operation: str, operands: Sequence[Carrier], rest: Sequence[Any]) -> Nested:
    """The operation, done once so that what is impossible is refused here and now."""
    value = Nested(operation, tuple(operands), tuple(rest))
    value.balls()
    return value


def is_long(value: Symbolic) -> bool:
    """Whether an entry is a number too long to be written out."""
    return not value.symbols and any(cell.count_ops() > LARGEST_ENTRY for row in value.cells for cell in row)


# ---------------------------------------------------------------- balls


def _select(a: arb_mat, rows: Sequence[int], columns: Sequence[int]) -> arb_mat:
    return arb_mat([[a[i, j] for j in columns] for i in rows])


def _softmax(a: arb_mat, hidden: frozenset[tuple[int, int]] = frozenset()) -> arb_mat:
    scores = arb_mat(a)
    for place in hidden:
        scores[place] = arb.neg_inf()
    return OPERATIONS["softmax"](scores)  # type: ignore[no-any-return]


KERNELS: Mapping[str, Callable[..., arb_mat]] = {**OPERATIONS, "select": _select, "softmax": _softmax}


# ---------------------------------------------------------------- expressions


def written_out(value: Carrier, table: Mapping[str, Callable[..., Symbolic]]) -> Symbolic:
    """The expressions after all, nothing evaluated; they may be very long."""
    if not isinstance(value, Nested):
        return symbolic.lift(value)
    with expressions.sp().evaluate(False):
        operands = [written_out(operand, table) for operand in value.operands]
        return {**table, **UNEVALUATED}[value.operation](*operands, *value.rest)


def _root(value: Any) -> Any:
    lib = expressions.sp()
    return lib.Pow(value, lib.Rational(1, 2))


def _largest(row: Sequence[Any]) -> Any:
    return expressions.sp().Max(*row, evaluate=False)


UNEVALUATED: dict[str, Callable[..., Symbolic]] = {
    "divide": lambda a, b: symbolic.paired(lambda x, y: x / y, a, b),
    "power": lambda a, b: symbolic.paired(lambda x, y: x**y, a, b),
    "maximum": lambda a, b: symbolic.paired(lambda x, y: _largest([x, y]), a, b),
    "sqrt": lambda a: symbolic.each(_root, a),
    "ln": lambda a: symbolic.each_named("log", a),
    "row_max": lambda a: Symbolic(tuple((_largest(row),) for row in a.cells)),
}
"""Operations that would otherwise ask SymPy for a sign."""
