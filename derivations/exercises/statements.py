"""Formulas to complete: steps written without other steps, and the identities of a derivation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from derivations.derive import formula_of
from derivations.evaluate import evaluate
from derivations.exercises.bases import Base
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


def rewritten(base: Base, asked: Sequence[str], difficulty: int) -> list[Statement]:
    """Later steps first: each written without some of the steps that it uses."""
    found = [_rewritten(base.frame, name, REPLACED[difficulty - 1]) for name in reversed(asked)]
    return [each for each in found if each is not None]


def _rewritten(frame: Frame, name: str, count: int) -> Statement | None:
    definitions = {
        s.name: f for s in frame.derivation.steps if (f := _definition(s.name, formula_of(s))) is not None
    }
    if name not in definitions:
        return None
    right, without = definitions[name], []
    for _ in range(count):
        used = [
            n.data
            for n in right.walk()
            if n.kind == "name" and n.data in definitions and n.data not in without
        ]
        used = [each for each in used if each != name]
        if not used:
            break
        tree = substituted(right, {used[-1]: definitions[used[-1]]})
        if len(tree.walk()) > LONGEST:
            break
        without.append(used[-1])
        right = tree
    left_over = {n.data for n in right.walk() if n.kind == "name"}
    if not without or any(each == n or n.startswith(each + "_") for each in without for n in left_over):
        return None
    return Statement(name, names.tex(name), to_tex(right), tuple(without))


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


def stated(base: Base, values: Mapping[str, Array]) -> list[Statement]:
    """The identities of a derivation that hold for these values as they stand."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = base.frame.scope(values, ARRAY)
    found = []
    for identity in base.frame.derivation.identities:
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
