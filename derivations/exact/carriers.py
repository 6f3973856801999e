"""The operations on carriers: the lowest carrier that can hold the result does the work.

Each table lists what one carrier can do.  An operation is tried on the lowest
carrier that holds its operands; a carrier that cannot hold the result says so
(``UnfitError``), and the next one is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flint import arb_mat

from derivations.exact import exponentials, nested, quotients, rational, symbolic, weights
from derivations.exact.exponentials import Exponentials, Fractions, add_all, each, paired
from derivations.exact.nested import Nested
from derivations.exact.quotients import Quotient
from derivations.exact.rational import Rational, UnfitError
from derivations.exact.symbolic import Symbolic
from derivations.exact.weights import Mixture, Weights

Carrier = Rational | Exponentials | Symbolic | Nested
Table = dict[Any, Callable[..., Any]]


def _cellwise(kind: type[Any]) -> Table:
    """What only moves entries about, for a carrier that keeps its entries in ``cells``."""
    return {
        "transpose": lambda a: kind(tuple(zip(*a.cells, strict=True))),
        "concat": lambda *a: kind(tuple(sum(row, ()) for row in zip(*(x.cells for x in a), strict=True))),
        "stack": lambda *a: kind(sum((x.cells for x in a), ())),
        "select": lambda a, rows, columns: kind(tuple(tuple(a.cells[i][j] for j in columns) for i in rows)),
    }


def _rowwise(fold: Callable[[Sequence[Any]], Any], kind: type[Any]) -> Callable[[Any], Any]:
    return lambda a: kind(tuple((fold(row),) for row in a.cells))


def _columnwise(fold: Callable[[Sequence[Any]], Any], kind: type[Any]) -> Callable[[Any], Any]:
    return lambda a: kind((tuple(map(fold, zip(*a.cells, strict=True))),))


RATIONAL: Table = {
    name: getattr(rational, name)
    for name in (
        *("add", "subtract", "hadamard", "divide", "power", "maximum", "multiply", "transpose", "negative"),
        *("sqrt", "row_sum", "row_max", "column_sum", "concat", "stack", "select"),
    )
} | {"abs": rational.absolute, "softmax": weights.softmax}

FAST: Table = {
    ("multiply", Weights, Rational): weights.weighted,
    ("multiply", Mixture, Rational): weights.weighted,
    ("multiply", Rational, Weights): weights.scaled_by,
    ("multiply", Rational, Mixture): weights.scaled_by,
    ("hadamard", Rational, Weights): weights.scaled_by,
    ("hadamard", Rational, Mixture): weights.scaled_by,
    ("hadamard", Weights, Rational): lambda a, b: weights.scaled_by(b, a),
    ("hadamard", Mixture, Rational): lambda a, b: weights.scaled_by(b, a),
    ("divide", Weights, Rational): weights.divided_by,
    ("divide", Mixture, Rational): weights.divided_by,
    ("negative", Weights): lambda a: weights.scaled_by(rational.filled(1, 1, -1), a),
    ("negative", Mixture): lambda a: weights.scaled_by(rational.filled(1, 1, -1), a),
    ("select", Weights): exponentials.select,
    ("select", Mixture): exponentials.select,
    ("row_sum", Weights): lambda a: rational.filled(a.shape[0], 1, 1),
}

FRACTIONS: Table = _cellwise(Fractions) | {
    "add": partial(paired, quotients.add),
    "subtract": partial(paired, quotients.subtract),
    "hadamard": partial(paired, quotients.multiply),
    "divide": partial(paired, quotients.divide),
    "power": partial(paired, exponentials.power),
    "maximum": partial(paired, exponentials.larger),
    "multiply": exponentials.multiply,
    "negative": partial(each, quotients.negative),
    "sqrt": partial(each, quotients.sqrt),
    "exp": partial(each, quotients.exp),
    "ln": partial(each, quotients.ln),
    "sin": partial(each, exponentials.at_zero(0)),
    "cos": partial(each, exponentials.at_zero(1)),
    "erf": partial(each, exponentials.at_zero(0)),
    "tanh": partial(each, exponentials.tanh),
    "abs": partial(each, exponentials.absolute),
    "softmax": exponentials.general_softmax,
    "row_sum": _rowwise(add_all, Fractions),
    "row_max": _rowwise(exponentials.largest, Fractions),
    "column_sum": _columnwise(add_all, Fractions),
}

SYMBOLIC: Table = _cellwise(Symbolic) | {
    "add": partial(symbolic.paired, lambda a, b: a + b),
    "subtract": partial(symbolic.paired, lambda a, b: a - b),
    "hadamard": partial(symbolic.paired, lambda a, b: a * b),
    "divide": partial(symbolic.paired, symbolic.divide),
    "power": partial(symbolic.paired, symbolic.power),
    "maximum": partial(symbolic.paired, lambda a, b: symbolic.largest([a, b])),
    "multiply": symbolic.multiply,
    "negative": partial(symbolic.each, lambda a: -a),
    "sqrt": partial(symbolic.each, symbolic.root),
    "ln": partial(symbolic.each, symbolic.logarithm),
    **{name: partial(symbolic.each_named, name) for name in ("exp", "sin", "cos", "tanh", "erf")},
    "abs": partial(symbolic.each_named, "Abs"),
    "softmax": symbolic.softmax,
    "row_sum": _rowwise(symbolic.add_all, Symbolic),
    "row_max": _rowwise(symbolic.largest, Symbolic),
    "column_sum": _columnwise(symbolic.add_all, Symbolic),
}


def apply(name: str, operands: Sequence[Carrier], *rest: Any) -> Carrier:
    """One operation of the vocabulary on carriers of fitting shapes."""
    kinds = tuple(map(type, operands))
    if Nested in kinds:
        return _by_digits(name, operands, rest)
    quick = RATIONAL.get(name) if all(kind is Rational for kind in kinds) else FAST.get((name, *kinds))
    if quick is not None:
        try:
            found: Carrier = quick(*operands, *rest)
            return lowered(found)
        except UnfitError:
            pass
    if name in FRACTIONS and Symbolic not in kinds:
        try:
            lifted = [exponentials.general(operand) for operand in operands]  # type: ignore[arg-type]
            return exponentials.lowered(FRACTIONS[name](*lifted, *rest))
        except UnfitError:
            pass
    return _written_out(name, operands, rest)


def _by_digits(name: str, operands: Sequence[Carrier], rest: Sequence[Any]) -> Carrier:
    """By what is to be done, unless a symbol stands beside it."""
    if any(isinstance(operand, Symbolic) and operand.symbols for operand in operands):
        return nested.written_out(Nested(name, tuple(operands), tuple(rest)), SYMBOLIC)
    return nested.nested(name, operands, rest)


def _written_out(name: str, operands: Sequence[Any], rest: Sequence[Any]) -> Carrier:
    """By SymPy, unless an operand is a number that fills lines."""
    expressions = list(map(symbolic.lift, operands))
    if not any(value.symbols for value in expressions) and any(map(nested.is_long, expressions)):
        return nested.nested(name, operands, rest)
    return lowered(SYMBOLIC[name](*expressions, *rest))


def lowered(value: Carrier) -> Carrier:
    """The same value in the lowest carrier that holds it on sight."""
    if isinstance(value, Symbolic):
        value = symbolic.lowered(value)
    return exponentials.lowered(value) if isinstance(value, Fractions) else value


def balls(value: Carrier) -> arb_mat:
    """Balls around the entries, at the present precision."""
    return weights.rational_balls(value) if isinstance(value, Rational) else value.balls()


def cell(value: Rational | Exponentials, row: int, column: int) -> Quotient:
    """One entry of the first two carriers in normal form, counted from 0."""
    if isinstance(value, Rational):
        return quotients.constant(value.at(row, column), value.radicand)
    return value.cell(row, column)
