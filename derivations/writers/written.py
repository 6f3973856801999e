"""The reading that computes nothing: the entries of a formula, written out as formulas.

``Q = X W^Q`` read this way has the entry ``X_{31} W^Q_{11} + X_{32} W^Q_{21}`` or,
with values for the names, ``0 · 1 + 1 · 1``.  An entry is built when it is asked
for, so a large product costs nothing until one of its entries is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce

from derivations.evaluate import define
from derivations.formula import names, parse
from derivations.formula.numerals import number
from derivations.formula.reading import RULES, Reading, Shape, assembled, broadcast_shape, guarded
from derivations.model import DerivationError, Node, Number

MOST_TERMS = 6
"""A longer sum is shown as its first terms, dots and its last term."""


@dataclass(frozen=True, eq=False)
class Written:
    """A matrix of formulas; ``at(i, j)`` is an entry, counted from 0."""

    shape: Shape
    at: Callable[[int, int], Node]


# ---------------------------------------------------------------- making


def entries(name: str, shape: Shape, tex: str = "") -> Written:
    """The entries of a matrix by its name: ``Q_{31}``; a scalar is its name."""
    if shape == (1, 1):
        return Written(shape, lambda _i, _j: Node("name", (), name))
    return Written(shape, lambda i, j: entry_name(name, shape, i + 1, j + 1, tex))


def entry_name(name: str, shape: Shape, row: int, column: int, tex: str = "") -> Node:
    """``Q_{31}``, ``x_{2}`` for a vector, ``(A_1)_{12}`` where the name has a subscript; counted from 1.

    ``tex`` is how the author writes the name, where that is not as usual.
    """
    places = [row, column] if 1 not in shape else [max(row, column)]
    below = ("," if max(places) > 9 else "").join(map(str, places))
    base, above, subscript = names.parts(name)
    if len(base) == 1 and not subscript:
        return Node("name", (), names.canonical(base, above, below))
    shown = tex or names.tex(name)
    return Node("opaque", (), rf"\left({shown}\right)_{{{below}}}" if subscript else rf"{shown}_{{{below}}}")


def values(shape: Shape, entry_tex: Callable[[int, int], str]) -> Written:
    """The entries of a matrix by their values; ``entry_tex`` counts from 1."""
    return Written(shape, lambda i, j: parse(entry_tex(i + 1, j + 1)))


def scalar(node: Node) -> Written:
    """A formula, 1 × 1."""
    return Written((1, 1), lambda _i, _j: node)


def integer(value: int) -> Node:
    """A whole number as a leaf."""
    return Node("number", (), number(str(value)))


# ---------------------------------------------------------------- sums and products


def _times(left: Node, right: Node) -> Node:
    letters = all(any(n.kind in ("name", "opaque") for n in side.walk()) for side in (left, right))
    return Node("multiply", (left, right), "" if letters else "·")


def _terms(count: int, term: Callable[[int], Node]) -> Node:
    """A sum of so many terms; a long one keeps its first three and its last."""
    if count <= MOST_TERMS:
        shown = [term(k) for k in range(count)]
    else:
        shown = [term(0), term(1), term(2), Node("ellipsis"), term(count - 1)]
    return reduce(lambda a, b: Node("add", (a, b)), shown)


def _product(a: Written, b: Written) -> Written:
    if a.shape[1] != b.shape[0]:
        return _paired(_times)(a, b)
    shape = (a.shape[0], b.shape[1])
    return Written(shape, lambda i, j: _terms(a.shape[1], lambda k: _times(a.at(i, k), b.at(k, j))))


# ---------------------------------------------------------------- entry by entry


def _spread(a: Written, i: int, j: int) -> Node:
    return a.at(min(i, a.shape[0] - 1), min(j, a.shape[1] - 1))


def _paired(make: Callable[[Node, Node], Node]) -> Callable[[Written, Written], Written]:
    def operation(a: Written, b: Written) -> Written:
        shape = broadcast_shape(a.shape, b.shape) or a.shape
        return Written(shape, lambda i, j: make(_spread(a, i, j), _spread(b, i, j)))

    return operation


def _each(make: Callable[[Node], Node]) -> Callable[[Written], Written]:
    return lambda a: Written(a.shape, lambda i, j: make(a.at(i, j)))


def _called(name: str) -> Callable[[Written], Written]:
    return _each(lambda node: Node("call", (node,), name))


def _exp(node: Node) -> Node:
    return Node("power", (Node("name", (), "e"), node))


def _over(above: Node, below: Node) -> Node:
    return Node("divide", (above, below), "frac")


# ---------------------------------------------------------------- rows


def _softmax(a: Written) -> Written:
    def weight(i: int, j: int) -> Node:
        return _over(_exp(a.at(i, j)), _terms(a.shape[1], lambda k: _exp(a.at(i, k))))

    return Written(a.shape, weight)


def _by_row(make: Callable[[Written, int], Node]) -> Callable[[Written], Written]:
    return lambda a: Written((a.shape[0], 1), lambda i, _j: make(a, i))


def _row_sum(a: Written, i: int) -> Node:
    return _terms(a.shape[1], lambda k: a.at(i, k))


def _row_mean(a: Written, i: int) -> Node:
    return _over(_row_sum(a, i), integer(a.shape[1]))


def _row_variance(a: Written, i: int) -> Node:
    mean, two = _row_mean(a, i), integer(2)
    squares = _terms(a.shape[1], lambda k: Node("power", (Node("subtract", (a.at(i, k), mean)), two)))
    return _over(squares, integer(a.shape[1]))


def _row_max(a: Written, i: int) -> Node:
    return Node("call", tuple(a.at(i, k) for k in range(a.shape[1])), "max")


# ---------------------------------------------------------------- moving entries


def _transpose(a: Written) -> Written:
    return Written((a.shape[1], a.shape[0]), lambda i, j: a.at(j, i))


def _concat(*blocks: Written) -> Written:
    places = [(block, j) for block in blocks for j in range(block.shape[1])]
    return Written((blocks[0].shape[0], len(places)), lambda i, j: places[j][0].at(i, places[j][1]))


def _stack(*blocks: Written) -> Written:
    return _transpose(_concat(*map(_transpose, blocks)))


def _filled(value: int, rows: int, columns: int) -> Written:
    return Written((rows, columns), lambda _i, _j: integer(value))


def _diagonal(a: Written) -> Written:
    size = max(a.shape)
    return Written((size, size), lambda i, j: _spread(a, i, i) if i == j else integer(0))


def _total(a: Written) -> Written:
    return scalar(_terms(a.shape[0] * a.shape[1], lambda k: a.at(*divmod(k, a.shape[1]))))


def _unwritten(name: str) -> Callable[..., Written]:
    def refuse(*_operands: Written) -> Written:
        raise DerivationError(f"{name} is not written out entry by entry")

    return refuse


OPERATIONS: Mapping[str, Callable[..., Written]] = guarded(
    {name: _unwritten(name) for name in RULES}
    | {
        "add": _paired(lambda a, b: Node("add", (a, b))),
        "subtract": _paired(lambda a, b: Node("subtract", (a, b))),
        "hadamard": _paired(_times),
        "divide": _paired(_over),
        "power": _paired(lambda a, b: Node("power", (a, b))),
        "maximum": _paired(lambda a, b: Node("call", (a, b), "max")),
        "multiply": _product,
        "transpose": _transpose,
        "negative": _each(lambda a: Node("negative", (a,))),
        "exp": _each(_exp),
        **{name: _called(name) for name in ("sqrt", "ln", "sin", "cos", "tanh", "erf", "abs")},
        **{name: _called(name) for name in ("relu", "sigmoid", "gelu", "silu")},
        "softmax": _softmax,
        "row_sum": _by_row(_row_sum),
        "row_mean": _by_row(_row_mean),
        "row_variance": _by_row(_row_variance),
        "row_max": _by_row(_row_max),
        "column_sum": lambda a: _transpose(_by_row(_row_sum)(_transpose(a))),
        "total": _total,
        "count_rows": lambda a: scalar(integer(a.shape[0])),
        "count_columns": lambda a: scalar(integer(a.shape[1])),
        "concat": _concat,
        "stack": _stack,
        "entry": lambda a, i, j: scalar(a.at(i - 1, j - 1)),
        "row": lambda a, i: Written((1, a.shape[1]), lambda _, j: a.at(i - 1, j)),
        "column": lambda a, j: Written((a.shape[0], 1), lambda i, _: a.at(i, j - 1)),
        "diagonal": _diagonal,
        "identity": lambda n: Written((n, n), lambda i, j: integer(int(i == j))),
        "ones": partial(_filled, 1),
        "zeros": partial(_filled, 0),
    },
    lambda a: a.shape,
)


def _number(printed: Number) -> Written:
    return scalar(Node("number", (), printed))


def _symbol(name: str) -> Written:
    return scalar(parse(name))


def _constant(name: str) -> Written:
    return scalar(Node("name", (), name))


def _whole(value: Written) -> int | None:
    node = value.at(0, 0)
    if node.kind == "number" and node.data.value.denominator == 1:
        return int(node.data.value)
    return None


WRITTEN: Reading[Written] = Reading(
    "written",
    _number,
    _symbol,
    _constant,
    partial(assembled, OPERATIONS),
    lambda a: a.shape,
    OPERATIONS,
    _whole,
)
"""Matrices of formulas."""


def written_out(formula: Node, shape: Shape, given: Mapping[str, Written]) -> Written | None:
    """The right side of a step's formula, entry by entry; None when it has no such form."""
    try:
        return define(formula, shape, given, WRITTEN)
    except DerivationError:
        return None
