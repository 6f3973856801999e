"""Formulas to complete: steps written without other steps, and the identities of a derivation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from derivations.derive import formula_of
from derivations.evaluate import evaluate
from derivations.exercises.bases import Base
from derivations.exercises.growing import base
from derivations.exercises.worlds import Frame
from derivations.formula import names, parse
from derivations.formula.reading import Reading
from derivations.formula.tex import to_tex
from derivations.model import DerivationError, Identity, Node

if TYPE_CHECKING:
    from derivations.arrays import Array

V = TypeVar("V")

REPLACED = (1, 2, 3, 4, 5)
"""How many steps a formula has to do without, by difficulty."""
FEWEST = 4
"""So many ways to write a step are to choose from, where there are so many."""
CONSTANTS = ("e", "pi", "infinity")
LONGEST = 60
"""Nodes of a formula that somebody is asked to write."""


@dataclass(frozen=True)
class Statement:
    """``left = right``, where the right side is asked for and ``without`` may not occur in it."""

    step: str
    left: str
    right: str
    without: tuple[str, ...] = ()


# ---------------------------------------------------------------- steps in other words


@lru_cache(maxsize=512)
def rewritten(derivation_id: str, difficulty: int, steps: tuple[str, ...]) -> tuple[Statement, ...]:
    """Every way to write these steps without so many of those before them as the difficulty says.

    Where that leaves hardly a choice, with fewer left out as well: else a whole class would write the same.
    """
    frame = base(derivation_id, difficulty).frame
    found: list[Statement] = []
    for count in range(REPLACED[difficulty - 1], 0, -1):
        found += [each for name in steps for each in _rewritten(frame, name, count)]
        if len(found) >= FEWEST:
            break
    return tuple(found)


def _rewritten(frame: Frame, name: str, count: int) -> Iterator[Statement]:
    """A step without so many others: all sets of them that hang together."""
    definitions = {
        s.name: f for s in frame.derivation.steps if (f := _definition(s.name, formula_of(s))) is not None
    }
    if name not in definitions:
        return
    choices: dict[tuple[str, ...], Node] = {(): definitions[name]}
    for _ in range(count):
        choices = dict(_with_one_more(choices, definitions, name))
    for without, right in choices.items():
        left = {node.data for node in right.walk() if node.kind == "name"}
        if not any(each == n or n.startswith(each + "_") for each in without for n in left):
            yield Statement(name, names.tex(name), to_tex(right), without)


def _with_one_more(
    choices: Mapping[tuple[str, ...], Node], definitions: Mapping[str, Node], name: str
) -> Iterator[tuple[tuple[str, ...], Node]]:
    """What was left out with each step that is still named, in the order of the derivation."""
    for without, right in choices.items():
        used = {node.data for node in right.walk() if node.kind == "name"}
        for more in definitions:
            if more in used and more != name and more not in without:
                kept = tuple(each for each in definitions if each in (*without, more))
                tree = substituted(right, {more: definitions[more]})
                if len(tree.walk()) <= LONGEST:
                    yield kept, tree


def _definition(name: str, formula: Node) -> Node | None:
    """The right side of ``name = ...``; None for what is defined cell by cell."""
    if formula.kind != "relation" or formula.args[0].kind != "name" or formula.args[0].data != name:
        return None
    return formula.args[1]


def substituted(node: Node, formulas: Mapping[str, Node]) -> Node:
    """The tree with names replaced by what they stand for."""
    if node.kind == "name":
        return formulas.get(node.data, node)
    return Node(node.kind, tuple(substituted(arg, formulas) for arg in node.args), node.data, node.span)


# ---------------------------------------------------------------- identities


def stated(start: Base, values: Mapping[str, Array]) -> list[Statement]:
    """The identities of a derivation that hold for these values as they stand."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = start.frame.scope(values, ARRAY)
    found = []
    for identity in start.frame.derivation.identities:
        statement = Statement("", identity.left, identity.right)
        with np.errstate(all="ignore"):
            sides = both_sides(statement, identity.where, scope, ARRAY)
        if sides is not None and sides[0].shape == sides[1].shape and np.allclose(*sides, atol=1e-9):
            found.append(statement)
    return found


def both_sides(
    statement: Statement, where: Sequence[str], scope: Mapping[str, V], reading: Reading[V]
) -> tuple[V, V] | None:
    """The values of both sides; None where one cannot be worked out."""
    left, right = parse(statement.left), parse(statement.right)
    try:
        inner = with_letters((left, right), with_definitions(where, scope, reading), reading)
        return evaluate(left, inner, reading), evaluate(right, inner, reading)
    except (DerivationError, ArithmeticError, ValueError):
        return None


def with_definitions(where: Sequence[str], scope: Mapping[str, V], reading: Reading[V]) -> dict[str, V]:
    """The scope with the definitions of an identity; what is only said to be a matrix keeps its value."""
    inner = dict(scope)
    for text in where:
        node = parse(text)
        if node.kind == "relation" and node.data == ("=",) and node.args[0].kind == "name":
            inner[node.args[0].data] = evaluate(node.args[1], inner, reading)
    return inner


def with_letters(
    sides: Sequence[Node], scope: Mapping[str, V], reading: Reading[V], sample: int = 0
) -> dict[str, V]:
    """The scope with a number for every letter of an identity that stands for any number."""
    inner = dict(scope)
    for name in sorted({node.data for side in sides for node in side.walk() if node.kind == "name"}):
        base, superscript, _ = names.parts(name)
        if not {name, base, names.canonical(base, superscript)} & {*scope, *CONSTANTS}:
            digits = int.from_bytes(sha256(f"{name} {sample}".encode()).digest()[:2], "big")
            inner[name] = evaluate(parse(f"{digits % 97 + 5}/{digits % 89 + 7}"), {}, reading)
    return inner


def where_of(identities: Sequence[Identity], left: str, right: str) -> tuple[str, ...]:
    """The definitions that belong to an identity, found by its two sides."""
    return next((each.where for each in identities if (each.left, each.right) == (left, right)), ())
