"""Sums, products, quotients and powers, strict as in a textbook or lenient as in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from derivations.evaluate import walk
from derivations.evaluate.scope import Scope
from derivations.formula.tex import to_tex
from derivations.model import DerivationError, FormulaError, Node

V = TypeVar("V")
Shape = tuple[int, int]

LONGEST_HINT = 40
"""A suggestion longer than this explains nothing."""


def pairwise(name: str) -> Callable[[Node, Scope[V]], V]:
    """Entry by entry; a plain list beside a column stands up, where lists may lie either way."""

    def rule(node: Node, scope: Scope[V]) -> V:
        first, second = node.args
        left, right = walk.value_of(first, scope), walk.value_of(second, scope)
        if scope.lenient:
            a, b = scope.shape(left), scope.shape(right)
            if a != b and a == (b[1], b[0]) and 1 in a:
                right = scope.operation("transpose", right)
        return scope.operation(name, left, right)

    return rule


def product(node: Node, scope: Scope[V]) -> V:
    """The matrix product, or the product entry by entry for ``⊙``."""
    first, second = node.args
    left, right = walk.value_of(first, scope), walk.value_of(second, scope)
    if node.data == "⊙":
        return scope.operation("hadamard", left, right)
    if scope.lenient:
        return _lenient(node, left, right, scope)
    try:
        return scope.operation("multiply", left, right)
    except DerivationError as error:
        message = misfit(node, scope.shape(left), scope.shape(right), str(error))
        raise FormulaError(message, node.span) from error


def misfit(node: Node, left: Shape, right: Shape, reason: str) -> str:
    """``K·Q: 3×2 times 3×2 does not multiply; did you mean K Q^T or Q K^T?``"""
    a, b = (to_tex(arg) for arg in node.args)
    suggestions: list[str] = []
    if left[1] == right[1]:
        suggestions = [f"{a} {b}^T", f"{b} {a}^T"]
    else:
        suggestions += [f"{a}^T {b}"] if left[0] == right[0] else []
        suggestions += [f"{b} {a}"] if right[1] == left[0] else []
    shown = dict.fromkeys(s for s in suggestions if len(s) <= LONGEST_HINT)
    hint = f"; did you mean {' or '.join(shown)}?" if shown else ""
    return f"{a}·{b}: {reason.split(';', maxsplit=1)[0]}{hint}"


def _lenient(node: Node, left: V, right: V, scope: Scope[V]) -> V:
    """A product in which a vector may lie either way, as NumPy and most articles read it."""
    a, b = scope.shape(left), scope.shape(right)
    if node.data == "*" and a == b:
        return scope.operation("hadamard", left, right)
    if a[1] == b[0] or (1, 1) in (a, b):
        return scope.operation("multiply", left, right)
    if b[0] == 1 and a[1] == b[1]:
        return _lying(scope.operation("multiply", left, scope.operation("transpose", right)), scope)
    if a[1] == 1 and a[0] == b[0]:
        return scope.operation("multiply", scope.operation("transpose", left), right)
    if a[0] == 1 and a[1] == b[1]:
        return _lying(scope.operation("multiply", right, scope.operation("transpose", left)), scope)
    reason = f"{a[0]}×{a[1]} times {b[0]}×{b[1]} does not multiply"
    raise FormulaError(misfit(node, a, b, reason), node.span)


def _lying(value: V, scope: Scope[V]) -> V:
    """A column that came from a plain list lies down again."""
    return scope.operation("transpose", value) if scope.shape(value)[1] == 1 else value


def power(node: Node, scope: Scope[V]) -> V:
    """A power entry by entry; of e an exponential; of a square matrix in an article the matrix power."""
    base, exponent = node.args
    if base.kind == "name" and base.data == "e" and "e" not in scope.values:
        return scope.operation("exp", walk.value_of(exponent, scope))
    value = walk.value_of(base, scope)
    rows, columns = scope.shape(value)
    times = exponent.data.value if exponent.kind == "number" else 0
    if scope.lenient and rows == columns > 1 and times in (2, 3, 4):
        product = value
        for _ in range(int(times) - 1):
            product = scope.operation("multiply", product, value)
        return product
    return scope.operation("power", value, walk.value_of(exponent, scope))


def quotient(node: Node, scope: Scope[V]) -> V:
    """A quotient entry by entry, or a derivative ``\\frac{\\partial a}{\\partial s}``."""
    above, below = node.args
    if above.kind == below.kind == "call" and all(
        side.data == "partial" and len(side.args) == 1 for side in node.args
    ):
        return _derivative(node, scope)
    return scope.operation("divide", *[walk.value_of(side, scope) for side in node.args])


def _derivative(node: Node, scope: Scope[V]) -> V:
    """``\\frac{\\partial a}{\\partial s}``, where s stands for symbols."""
    if scope.reading.derivative is None:
        raise FormulaError("a derivative is worked out for symbols, and here are numbers", node.span)
    value, by = (walk.value_of(side.args[0], scope) for side in node.args)
    return scope.reading.derivative(value, by)
