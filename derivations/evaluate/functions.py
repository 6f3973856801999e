"""Functions: operations of the reading under another name, and functions that are formulas themselves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from derivations.evaluate import indices, walk
from derivations.evaluate.names_in_scope import at
from derivations.evaluate.scope import MAX_CELLS, Scope
from derivations.formula import parse
from derivations.model import FormulaError, Node

V = TypeVar("V")

COMPOSED: dict[str, tuple[tuple[str, ...], str]] = {
    "attention": (
        ("Q", "K", "V"),
        r"\operatorname{softmax}\left(\frac{Q K^T}{\sqrt{\operatorname{columns}(K)}}\right) V",
    ),
    "layer_norm": (("x",), r"\frac{x - \operatorname{mean}(x)}{\sqrt{\operatorname{Var}(x)}}"),
    "rms_norm": (("x",), r"\frac{x}{\sqrt{\operatorname{mean}(x \odot x)}}"),
    "column_softmax": (("x",), r"\operatorname{softmax}(x^T)^T"),
    "deviation": (("x",), r"\sqrt{\operatorname{Var}(x)}"),
    "unbiased_variance": (
        ("x",),
        r"\frac{\operatorname{width}(x)}{\operatorname{width}(x) - 1} \operatorname{Var}(x)",
    ),
    "unbiased_deviation": (("x",), r"\sqrt{\operatorname{unbiased\_variance}(x)}"),
    "norm": (("x",), r"\sqrt{\operatorname{total}(x \odot x)}"),
    "min": (("x",), r"-\max(-x)"),
    "minimum": (("x", "y"), r"-\max(-x, -y)"),
    "trace": (("x",), r"\sum_{i} x_{ii}"),
}
"""Functions that are formulas: parameters and definition, in the language itself."""

OPERATIONS = {
    "mean": "row_mean",
    "variance": "row_variance",
    "rows": "count_rows",
    "columns": "count_columns",
    "max": "row_max",
    "width": "count_columns",
}
"""Functions whose operation has another name."""

ALONG_ROWS = frozenset(("softmax", "mean", "variance", "max", "width"))
"""Functions of each row; a single column is one vector, and they take it as such."""

_ARGUMENTS: dict[str, int | None] = {
    **dict.fromkeys(
        "sqrt exp ln sin cos tanh erf abs relu gelu silu sigmoid reveal softmax total diagonal".split(), 1
    ),
    **dict.fromkeys("row_sum row_max row_mean row_variance column_sum count_rows count_columns".split(), 1),
    "maximum": 2,
    "concat": None,
    "stack": None,
}
"""Operations that a formula may call by name, and how many arguments they take."""

_SIZED = frozenset(("identity", "ones", "zeros"))


def call(node: Node, scope: Scope[V]) -> V:
    """The value of a function, of Python's ``x[0]``, or of a product such as ``\\sigma(x)`` with σ given."""
    name: str = node.data
    if name == "item":
        places = [indices.place(a, scope) + scope.origin for a in node.args[1:]]
        return at(walk.value_of(node.args[0], scope), places, scope)
    if name in _SIZED:
        return _sized(node, scope)
    if name == "floor":
        return scope.integer(indices.place(node, scope))
    if name in scope.values:
        return _named(node, scope)
    arguments = [walk.value_of(a, scope) for a in node.args]
    if len(arguments) == 2 and name in ("max", "min"):
        name = {"max": "maximum", "min": "minimum"}[name]
    if name in COMPOSED:
        return _composed(name, arguments, node, scope)
    operation = OPERATIONS.get(name, name)
    if operation not in _ARGUMENTS:
        raise FormulaError(f"the function {name} is not known", node.span)
    if _ARGUMENTS[operation] not in (None, len(arguments)):
        raise FormulaError(f"{name} does not take {len(arguments)} arguments", node.span)
    if name in ALONG_ROWS:
        return _along_rows(operation, arguments[0], scope)
    return scope.operation(operation, *arguments)


def _named(node: Node, scope: Scope[V]) -> V:
    """``PE(1, 2)`` is an entry and ``\\sigma(x)`` a product where the name has a value."""
    value = scope.values[node.data]
    if len(node.args) == 1:
        return scope.operation("multiply", value, walk.value_of(node.args[0], scope))
    return at(value, [indices.place(a, scope) for a in node.args], scope)


@cache
def _definition(name: str) -> tuple[tuple[str, ...], Node]:
    parameters, formula = COMPOSED[name]
    return parameters, parse(formula)


def expanded(node: Node) -> Node:
    """A call of a composed function as the formula that defines it, with the arguments in their places."""
    parameters, body = _definition(node.data)
    return _substituted(body, dict(zip(parameters, node.args, strict=False)))


def _substituted(node: Node, arguments: dict[str, Node]) -> Node:
    if node.kind == "name":
        return arguments.get(node.data, node)
    return Node(node.kind, tuple(_substituted(part, arguments) for part in node.args), node.data, node.span)


def _composed(name: str, arguments: Sequence[V], node: Node, scope: Scope[V]) -> V:
    parameters, body = _definition(name)
    if len(parameters) != len(arguments):
        raise FormulaError(f"{name} takes {len(parameters)} arguments, found {len(arguments)}", node.span)
    try:
        return walk.value_of(body, scope.inside(dict(zip(parameters, arguments, strict=True))))
    except FormulaError as error:
        raise FormulaError(f"{name}: {error}", node.span) from error


def _along_rows(operation: str, value: V, scope: Scope[V]) -> V:
    """By rows; a single column lies down first, and what is as long as it gets up again."""
    rows, columns = scope.shape(value)
    if columns != 1 or rows == 1:
        return scope.operation(operation, value)
    lying = scope.operation(operation, scope.operation("transpose", value))
    return lying if scope.shape(lying) == (1, 1) else scope.operation("transpose", lying)


def _sized(node: Node, scope: Scope[V]) -> V:
    sizes = [indices.place(a, scope) for a in node.args]
    if node.data != "identity" and len(sizes) == 1:
        sizes = [1, *sizes]
    if len(sizes) != (1 if node.data == "identity" else 2):
        raise FormulaError(f"{node.data} does not take {len(sizes)} sizes", node.span)
    if abs(sizes[0] * sizes[-1]) > MAX_CELLS:
        raise FormulaError(f"a matrix of {'×'.join(map(str, sizes))} is too large to write out", node.span)
    return scope.operation(node.data, *sizes)
