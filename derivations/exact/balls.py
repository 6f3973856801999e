"""The second reading: certified balls, matrices of ``flint.arb``.

Every ball holds the true value, whatever its width: a number that is known exactly
starts as a point, a printed decimal as the interval of what rounds to it
(``ball_interval``).  A ball that is too wide for an operation (a divisor that may be
0) becomes nan, which holds everything; an operation that is certainly impossible raises.

Precision is global in FLINT, so it is set with ``precision(digits)`` around a
computation and put back afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial, reduce
from itertools import accumulate
from typing import Any

from flint import arb, arb_mat

from derivations.exact import enclosures
from derivations.exact.enclosures import is_sharp
from derivations.formula.reading import Reading, Shape, assembled, broadcast_shape, guarded
from derivations.model import DerivationError

Rows = list[list[arb]]


__all__ = ["BALL", "ball_interval", "is_sharp", "scalar"]

# ---------------------------------------------------------------- numbers


def scalar(value: Fraction | int) -> arb_mat:
    """A number, 1 × 1, as tight as the present precision allows."""
    return arb_mat([[enclosures.ball(value)]])


def ball_interval(low: Fraction | int, high: Fraction | int) -> arb_mat:
    """Everything from low to high, 1 × 1."""
    return arb_mat([[enclosures.ball(low).union(enclosures.ball(high))]])


def _symbol(name: str) -> arb_mat:
    raise DerivationError(f"{name} has no value, so there are no digits")


CONSTANTS: Mapping[str, Callable[[], arb]] = {"e": arb.const_e, "pi": arb.pi, "infinity": arb.pos_inf}


def _constant(name: str) -> arb_mat:
    if name not in CONSTANTS:
        raise DerivationError(f"there is no constant named {name!r}; there are {', '.join(CONSTANTS)}")
    return arb_mat([[CONSTANTS[name]()]])


# ---------------------------------------------------------------- matrices


def _shape(a: arb_mat) -> Shape:
    return a.nrows(), a.ncols()


def _rows(a: arb_mat) -> Rows:
    table: Rows = a.tolist()
    return table


def _each(function: Callable[[arb], arb], a: arb_mat) -> arb_mat:
    return arb_mat(a.nrows(), a.ncols(), [function(x) for x in a.entries()])


def _spread(a: arb_mat, shape: Shape) -> Rows:
    rows = _rows(a)
    rows = rows if len(rows) == shape[0] else rows * shape[0]
    return [row if len(row) == shape[1] else row * shape[1] for row in rows]


def _paired(function: Callable[[arb, arb], arb], a: arb_mat, b: arb_mat) -> arb_mat:
    shape = broadcast_shape(_shape(a), _shape(b))
    assert shape is not None
    if shape == (1, 1):
        return arb_mat([[function(a[0, 0], b[0, 0])]])
    pairs = zip(_spread(a, shape), _spread(b, shape), strict=True)
    return arb_mat([list(map(function, x, y)) for x, y in pairs])


def _multiply(a: arb_mat, b: arb_mat) -> arb_mat:
    if (1, 1) in (_shape(a), _shape(b)):
        return _paired(enclosures.multiply, a, b)
    for x in (*a.entries(), *b.entries()):
        enclosures.refuse(x, "a matrix product")
    return a * b


def _finite(name: str, kernel: Callable[[arb_mat], arb_mat]) -> Callable[[arb_mat], arb_mat]:
    """An operation that takes no infinity."""

    def operation(a: arb_mat) -> arb_mat:
        for x in a.entries():
            enclosures.refuse(x, name)
        return kernel(a)

    return operation


def _rowwise(fold: Callable[[Sequence[arb]], arb], a: arb_mat) -> arb_mat:
    return arb_mat([[fold(row)] for row in _rows(a)])


def _sum(row: Sequence[arb]) -> arb:
    return sum(row[1:], row[0])


def _mean(row: Sequence[arb]) -> arb:
    return _sum(row) / len(row)


def _variance(row: Sequence[arb]) -> arb:
    mean = _mean(row)
    return _mean([enclosures.whole_power(x - mean, 2) for x in row])


def _row_max(a: arb_mat) -> arb_mat:
    for i, row in enumerate(_rows(a)):
        _visible(row, i)
    return _rowwise(partial(reduce, arb.max), a)


def _visible(row: Sequence[arb], at: int) -> list[int]:
    """The columns of a row (counted from 0) that are not hidden; an error when there are none."""
    for x in row:
        if enclosures.infinite(x) and x > 0:
            enclosures.refuse(x, "softmax")
    visible = [j for j, x in enumerate(row) if not enclosures.infinite(x)]
    if not visible:
        raise DerivationError(f"row {at + 1}: every entry is -∞, so there is nothing to choose from")
    return visible


def _softmax(a: arb_mat) -> arb_mat:
    return arb_mat([_softmax_row(row, i) for i, row in enumerate(_rows(a))])


def _softmax_row(row: Sequence[arb], at: int) -> list[arb]:
    """A weight rises with its own score and falls with the others: two evaluations give its range."""
    visible = _visible(row, at)
    shift = reduce(arb.max, (row[j] for j in visible)).mid()
    low = [(row[j].lower() - shift).exp() for j in visible]
    high = [(row[j].upper() - shift).exp() for j in visible]
    beside_low, beside_high = _sums_of_others(low), _sums_of_others(high)
    weights = [arb(0)] * len(row)
    for at_visible, j in enumerate(visible):
        least = low[at_visible] / (low[at_visible] + beside_high[at_visible])
        most = high[at_visible] / (high[at_visible] + beside_low[at_visible])
        weights[j] = least.union(most)
    return weights


def _sums_of_others(terms: Sequence[arb]) -> list[arb]:
    """For every term the sum of all others, without subtracting."""
    before = list(accumulate(terms[:-1], initial=arb(0)))
    after = list(accumulate(reversed(terms[1:]), initial=arb(0)))[::-1]
    return [x + y for x, y in zip(before, after, strict=True)]


def _joined(blocks: Sequence[arb_mat]) -> arb_mat:
    bands = zip(*map(_rows, blocks), strict=True)
    return arb_mat([[x for part in band for x in part] for band in bands])


def _stacked(blocks: Sequence[arb_mat]) -> arb_mat:
    return arb_mat([row for block in blocks for row in _rows(block)])


def _filled(value: int, rows: int, columns: int) -> arb_mat:
    return arb_mat(rows, columns, [arb(value)] * (rows * columns))


def _identity(size: int) -> arb_mat:
    return arb_mat(size, size, [arb(int(i == j)) for i in range(size) for j in range(size)])


def _diagonal(vector: arb_mat) -> arb_mat:
    return _paired(enclosures.multiply, _identity(max(_shape(vector))), vector)


ELEMENTWISE: Mapping[str, Callable[[arb], arb]] = {
    "sqrt": enclosures.root,
    "ln": enclosures.logarithm,
    "sin": arb.sin,
    "cos": arb.cos,
    "tanh": arb.tanh,
    "erf": arb.erf,
    "abs": abs,
    "relu": lambda x: x.max(arb(0)),
    "sigmoid": enclosures.sigmoid,
    "gelu": enclosures.gelu,
    "silu": lambda x: x * enclosures.sigmoid(x),
}

ROWWISE: Mapping[str, Callable[[Sequence[arb]], arb]] = {
    "row_sum": _sum,
    "row_mean": _mean,
    "row_variance": _variance,
}

PAIRWISE: Mapping[str, Callable[[arb, arb], arb]] = {
    "add": enclosures.add,
    "subtract": lambda x, y: enclosures.add(x, -y),
    "hadamard": enclosures.multiply,
    "divide": enclosures.divide,
    "power": enclosures.power,
    "maximum": arb.max,
}


def _whole(a: arb_mat) -> int | None:
    return enclosures.integer(a[0, 0]) if _shape(a) == (1, 1) and a[0, 0].is_integer() else None


def _sign(a: arb_mat) -> int | None:
    ball = a[0, 0]
    return 1 if ball > 0 else -1 if ball < 0 else 0 if ball == 0 else None


OPERATIONS: Mapping[str, Callable[..., Any]] = guarded(
    {
        **{name: _finite(name, partial(_each, function)) for name, function in ELEMENTWISE.items()},
        **{name: _finite(name, partial(_rowwise, fold)) for name, fold in ROWWISE.items()},
        **{name: partial(_paired, function) for name, function in PAIRWISE.items()},
        "multiply": _multiply,
        "transpose": arb_mat.transpose,
        "negative": partial(_each, lambda x: -x),
        "exp": partial(_each, enclosures.exp),
        "softmax": _softmax,
        "reveal": partial(_each, lambda x: arb(0) if enclosures.infinite(x) and x < 0 else x),
        "row_max": _row_max,
        "column_sum": _finite("column_sum", lambda a: _rowwise(_sum, a.transpose()).transpose()),
        "total": _finite("total", lambda a: arb_mat([[_sum(a.entries())]])),
        "concat": lambda *blocks: _joined(blocks),
        "stack": lambda *blocks: _stacked(blocks),
        "entry": lambda a, i, j: arb_mat([[a[i - 1, j - 1]]]),
        "row": lambda a, i: arb_mat([_rows(a)[i - 1]]),
        "column": lambda a, j: arb_mat([[row[j - 1]] for row in _rows(a)]),
        "diagonal": _diagonal,
        "identity": _identity,
        "ones": partial(_filled, 1),
        "zeros": partial(_filled, 0),
        "count_rows": lambda a: scalar(a.nrows()),
        "count_columns": lambda a: scalar(a.ncols()),
    },
    _shape,
)

BALL: Reading[arb_mat] = Reading(
    "ball",
    lambda number: scalar(number.value),
    _symbol,
    _constant,
    partial(assembled, OPERATIONS),
    _shape,
    OPERATIONS,
    _whole,
    sign=_sign,
)
"""Certified balls, at the precision that is set where they are computed."""
