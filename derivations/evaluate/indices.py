"""Indices and what runs over them: entries, sums, products, maxima, cases."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any, TypeVar

from derivations.evaluate import walk
from derivations.evaluate.names_in_scope import at
from derivations.evaluate.scope import MAX_FACTORS, MAX_TERMS, Scope
from derivations.formula import names
from derivations.formula.tex import to_tex
from derivations.model import FormulaError, Node

V = TypeVar("V")

OTHERWISE = frozenset(("otherwise", "else", "其他", "否则", "sonst", "en_otro_caso", "en_caso_contrario"))
"""Names in the place of a condition that hold always."""

# ---------------------------------------------------------------- index arithmetic

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


def integer_of(node: Node, scope: Scope[Any]) -> Fraction:
    """The value of index arithmetic such as ``2i+1``, where names are running indices."""
    if node.kind == "number":
        return Fraction(node.data.value)
    if node.kind == "name" and node.data in scope.indices:
        return Fraction(scope.indices[node.data])
    if node.kind in _ARITHMETIC:
        left, right = (integer_of(a, scope) for a in node.args)
        if node.kind == "divide" and not right:
            raise FormulaError("an index divided by 0", node.span)
        return _ARITHMETIC[node.kind](left, right)
    if node.kind == "negative":
        return -integer_of(node.args[0], scope)
    if node.kind == "call" and node.data == "floor" and len(node.args) == 1:
        return Fraction(floor(integer_of(node.args[0], scope)))
    if node.kind in ("name", "index"):
        return _whole(walk.value_of(node, scope), node, scope)
    raise FormulaError("not an index", node.span)


def _whole(value: Any, node: Node, scope: Scope[Any]) -> Fraction:
    number = scope.reading.whole(value)
    if number is None:
        raise FormulaError(f"{to_tex(node)} is not a whole number", node.span)
    return Fraction(number)


def place(node: Node, scope: Scope[Any]) -> int:
    """Index arithmetic whose result is a whole number."""
    number = integer_of(node, scope)
    if number.denominator != 1:
        raise FormulaError(f"{number} is not a whole number", node.span)
    return int(number)


def entry(node: Node, scope: Scope[V]) -> V:
    """``S_{i,j}``, ``x_{2i}``, ``(QK^T)_{ij}``; for a matrix ``S_{2j}`` is row 2, column j."""
    base, *subscripts = node.args
    if base.kind == "name" and base.data not in scope.values and scope.free is not None:
        return scope.free(to_tex(node))
    value = walk.value_of(base, scope)
    if len(subscripts) == 1 and 1 not in scope.shape(value) and _is_pair(subscripts[0]):
        subscripts = list(subscripts[0].args)
    return at(value, [place(s, scope) for s in subscripts], scope)


def _is_pair(node: Node) -> bool:
    return node.kind == "multiply" and node.data == "" and [a.kind for a in node.args] == ["number", "name"]


# ---------------------------------------------------------------- sums, products, maxima

_JOINED = {"sum": "add", "product": "multiply", "max": "maximum"}


def written_out(node: Node, scope: Scope[V]) -> V:
    """A sum, a product or a maximum over a running index, term by term."""
    variable, lower, upper, body = node.args
    if variable.kind != "name":
        raise FormulaError("the running index of the sum is not a name", variable.span)
    low, high = _bounds(variable.data, lower, upper, body, scope)
    if high - low >= (MAX_TERMS if node.data != "product" else MAX_FACTORS):
        raise FormulaError(f"a {node.data} of {high - low + 1} terms is too long to write out", node.span)
    terms = [walk.value_of(body, scope.running(**{variable.data: k})) for k in range(low, high + 1)]
    if not terms:
        return _empty(node, scope)
    total = terms[0]
    for term in terms[1:]:
        total = scope.operation(_JOINED[node.data], total, term)
    return total


def _empty(node: Node, scope: Scope[V]) -> V:
    if node.data == "max":
        raise FormulaError("the largest of no terms", node.span)
    return scope.integer(0 if node.data == "sum" else 1)


def _bounds(variable: str, lower: Node, upper: Node, body: Node, scope: Scope[Any]) -> tuple[int, int]:
    """The first and the last index; a missing one is that of the axis on which the index stands."""
    low = scope.origin if lower.data == "" else place(lower, scope)
    if upper.data != "":
        return low, place(upper, scope)
    sizes = _extents(variable, body, scope)
    if not sizes:
        raise FormulaError(f"the bounds of the sum over {variable} are missing", body.span)
    if len(sizes) > 1:
        found = " and ".join(f"{size} of {base}" for size, base in sorted(sizes.items()))
        raise FormulaError(f"{variable} runs over {found}", body.span)
    return low, scope.origin + next(iter(sizes)) - 1


def _extents(variable: str, body: Node, scope: Scope[Any]) -> dict[int, str]:
    """The sizes of all axes on which an index stands, and whose they are."""
    found: dict[int, str] = {}
    for node in body.walk():
        base, subscripts = subscripted(node)
        if variable not in subscripts:
            continue
        if base in scope.values:
            rows, columns = scope.sizes(scope.values[base])
            alone = columns if rows == 1 else rows
            size = alone if len(subscripts) == 1 else (rows, columns)[subscripts.index(variable)]
            found.setdefault(size, base)
        elif count := _count(base, subscripts, variable, scope):
            found.setdefault(count, base)
    return found


def _count(base: str, subscripts: list[str], variable: str, scope: Scope[Any]) -> int:
    """How many of ``v_1``, ``v_2`` … are given."""
    if len(subscripts) > 2:
        return 0
    fixed = [str(scope.indices.get(s, s)) for s in subscripts]
    at_place, count = subscripts.index(variable), 0
    while True:
        fixed[at_place] = str(scope.origin + count)
        if f"{base}_{''.join(fixed)}" not in scope.values:
            return count
        count += 1


def subscripted(node: Node) -> tuple[str, list[str]]:
    """The base and the subscripts of ``S_ij`` or ``P_{p,2i}``; empty for anything else."""
    if node.kind == "index" and node.args[0].kind == "name":
        return node.args[0].data, [to_tex(s) for s in node.args[1:]]
    if node.kind == "name":
        base, superscript, subscript = names.parts(node.data)
        if subscript and not superscript.isdigit():
            return names.canonical(base, superscript), subscript.split(",") if "," in subscript else list(
                subscript
            )
    return "", []


# ---------------------------------------------------------------- cases

_COMPARISONS: dict[str, Callable[[Fraction], bool]] = {
    "=": lambda difference: difference == 0,
    "≠": lambda difference: difference != 0,
    "<": lambda difference: difference < 0,
    ">": lambda difference: difference > 0,
    "≤": lambda difference: difference <= 0,
    "≥": lambda difference: difference >= 0,
}


def first_case(node: Node, scope: Scope[V]) -> V:
    """The value whose condition holds first."""
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        if _holds(condition, scope):
            return walk.value_of(value, scope)
    raise FormulaError("no case applies", node.span)


def _holds(condition: Node, scope: Scope[Any]) -> bool:
    if condition.kind == "name" and condition.data in OTHERWISE:
        return True
    if condition.kind != "relation" or not set(condition.data) <= _COMPARISONS.keys():
        raise FormulaError("a condition that cannot be decided", condition.span)
    pairs = zip(condition.data, condition.args, condition.args[1:], strict=False)
    return all(_COMPARISONS[sign](_difference(left, right, scope)) for sign, left, right in pairs)


def _difference(left: Node, right: Node, scope: Scope[Any]) -> Fraction:
    """The difference of two indices, or the sign of the difference of two values."""
    places = [
        (base, [scope.indices.get(s, s) for s in marks]) for base, marks in map(subscripted, (left, right))
    ]
    if places[0] == places[1] and places[0][0]:
        return Fraction(0)  # one entry, however wide the ball around it is
    try:
        return integer_of(left, scope) - integer_of(right, scope)
    except FormulaError:
        difference = scope.operation("subtract", walk.value_of(left, scope), walk.value_of(right, scope))
    sign = scope.reading.sign(difference)
    if sign is None:
        raise FormulaError(f"whether {to_tex(left)} is the larger one is not known", left.span)
    return Fraction(sign)
