"""The walk over the tree: for every kind of node the rule that gives its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from derivations.evaluate import functions, indices, names_in_scope, products
from derivations.evaluate.scope import Scope
from derivations.formula.reading import Reading
from derivations.model import DerivationError, FormulaError, Node

V = TypeVar("V")


def evaluate(node: Node, values: Mapping[str, V], reading: Reading[V], **options: Any) -> V:
    """The value of a formula; options are those of ``Scope``.

    Raises FormulaError, with the place and the reason, where the formula is not
    understood, a name is not given, or shapes do not fit.
    """
    return value_of(node, Scope(values, reading, **options))


def value_of(node: Node, scope: Scope[V]) -> V:
    """The value of a tree in a scope."""
    try:
        scope.budget.spend()
        return _RULES[node.kind](node, scope)  # type: ignore[no-any-return]
    except FormulaError:
        raise
    except DerivationError as error:
        raise FormulaError(str(error), node.span) from error


def _matrix(node: Node, scope: Scope[V]) -> V:
    rows = [[value_of(cell, scope) for cell in row.args] for row in node.args]
    if len({len(row) for row in rows}) > 1:
        lengths = ", ".join(str(len(row)) for row in rows)
        raise FormulaError(f"rows of different lengths: {lengths}", node.span)
    return scope.reading.assemble(rows)


def _list(node: Node, scope: Scope[V]) -> V:
    if any(item.kind == "list" for item in node.args):
        lengths = ", ".join(str(len(item.args)) if item.kind == "list" else "1" for item in node.args)
        raise FormulaError(f"rows of different lengths: {lengths}", node.span)
    return scope.reading.assemble([[value_of(item, scope) for item in node.args]])


def _operation(name: str) -> Callable[[Node, Scope[V]], V]:
    return lambda node, scope: scope.operation(name, *[value_of(a, scope) for a in node.args])


def _refuse(reason: str) -> Callable[[Node, Scope[V]], V]:
    def rule(node: Node, _scope: Scope[V]) -> V:
        detail = f": {str(node.data)[:60]}" if node.kind == "opaque" and node.data else ""
        raise FormulaError(reason + detail, node.span)

    return rule


_RULES: dict[str, Callable[[Node, Scope[Any]], Any]] = {
    "number": lambda node, scope: scope.reading.number(node.data),
    "name": names_in_scope.value_of_name,
    "matrix": _matrix,
    "list": _list,
    "row": _list,
    "add": products.pairwise("add"),
    "subtract": products.pairwise("subtract"),
    "multiply": products.product,
    "divide": products.quotient,
    "negative": _operation("negative"),
    "power": products.power,
    "transpose": _operation("transpose"),
    "index": indices.entry,
    "call": functions.call,
    "sum": indices.written_out,
    "cases": indices.first_case,
    "relation": _refuse("a chain of equalities where a value was expected"),
    "statements": _refuse("several statements where a value was expected"),
    "ellipsis": _refuse("entries are left out"),
    "opaque": _refuse("cannot be read"),
}
