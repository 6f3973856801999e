"""What a name stands for: a value, a running index, an entry, a constant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from derivations.evaluate.scope import Scope
from derivations.formula import names
from derivations.model import DerivationError, FormulaError, Node

V = TypeVar("V")

CONSTANTS = {"e": "e", "pi": "pi", "infinity": "infinity"}


def value_of_name(node: Node, scope: Scope[V]) -> V:
    """The value of a name.  Raises FormulaError with the nearest name that is given."""
    name = node.data
    if name in scope.values:
        return scope.values[name]
    if name in scope.indices:
        return scope.integer(scope.indices[name])
    for resolve in _RESOLUTIONS:
        found: V | None = resolve(name, scope)
        if found is not None:
            return found
    if scope.free is not None:
        return scope.free(names.tex(name))
    near = [] if scope.lenient else get_close_matches(name, [*scope.values, *scope.indices], 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise FormulaError(f"{name} is not given{hint}", node.span)


def _numbered(name: str, scope: Scope[V]) -> V | None:
    """``v_j`` is v_2 while j is 2, where v_1, v_2 … are given one by one."""
    base, superscript, places = _places(name, scope)
    return (
        scope.values.get(f"{base}{superscript}_{''.join(map(str, places))}")
        if places and scope.indices
        else None
    )


def _entry(name: str, scope: Scope[V]) -> V | None:
    """``S_ij`` while i and j run is an entry of S; ``W^Q_1`` is a head's matrix and no row."""
    base, superscript, places = _places(name, scope)
    whole = base + superscript
    if not places or whole not in scope.values or (base == "W" and len(places) == 1):
        return None
    return at(scope.values[whole], places, scope)


def _places(name: str, scope: Scope[Any]) -> tuple[str, str, list[int]]:
    """The base, the superscript with its sign, and the subscripts as numbers; none where one is a word."""
    base, superscript, subscript = names.parts(name)
    letters = subscript.split(",") if "," in subscript else list(subscript)
    known = all(x in scope.indices or (x.isdigit() and x.isascii()) for x in letters)
    places = [scope.indices[x] if x in scope.indices else int(x) for x in letters] if known else []
    return base, f"^{superscript}" if superscript else "", places


def at(value: V, places: Sequence[int], scope: Scope[V]) -> V:
    """An entry for two places, a row for one; the entry of a vector for one."""
    shifted = [place - scope.origin + 1 for place in places]
    rows, columns = scope.shape(value)
    if len(shifted) == 2:
        return scope.operation("entry", value, *shifted)
    if len(shifted) == 1:
        if columns == 1:
            return scope.operation("entry", value, shifted[0], 1)
        if rows == 1:
            return scope.operation("entry", value, 1, shifted[0])
        return scope.operation("row", value, shifted[0])
    raise DerivationError(f"{len(shifted)} subscripts on a matrix")


def _constant(name: str, scope: Scope[V]) -> V | None:
    return scope.reading.constant(CONSTANTS[name]) if name in CONSTANTS else None


def _identity(name: str, scope: Scope[V]) -> V | None:
    """``I_3`` is the identity matrix unless the text says otherwise."""
    base, superscript, subscript = names.parts(name)
    if base == "I" and not superscript and subscript.isdigit() and 0 < int(subscript[:4]) <= 500:
        return scope.operation("identity", int(subscript))
    return None


def _transposed(name: str, scope: Scope[V]) -> V | None:
    """``K^t`` is a transpose where K is given and nothing else is called so."""
    base, superscript, subscript = names.parts(name)
    plain = names.canonical(base, "", subscript)
    return (
        scope.operation("transpose", scope.values[plain])
        if superscript == "t" and plain in scope.values
        else None
    )


def _product_of_letters(name: str, scope: Scope[V]) -> V | None:
    """``ab`` is a product where a and b are given and ab is not."""
    if not 2 <= len(name) <= 3 or not name.isalpha() or not all(letter in scope.values for letter in name):
        return None
    product = scope.values[name[0]]
    for letter in name[1:]:
        product = scope.operation("multiply", product, scope.values[letter])
    return product


_RESOLUTIONS: tuple[Callable[[str, Scope[Any]], Any], ...] = (
    _numbered,
    _entry,
    _constant,
    _identity,
    _transposed,
    _product_of_letters,
)
"""Tried in this order when nothing is called exactly so."""
