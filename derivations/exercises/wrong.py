"""What the known slips would make of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from derivations.evaluate import define
from derivations.exercises.worlds import Frame
from derivations.formula.reading import Reading
from derivations.model import DerivationError, Node
from derivations.slips import Slip, variants

if TYPE_CHECKING:
    from derivations.arrays import Array

V = TypeVar("V")
Wrong = tuple[Slip, Node, "Array"]

MOST_TREES = 40
"""Wrong formulas that are tried for one step."""


def wrong_formulas(frame: Frame, name: str) -> Sequence[tuple[Slip, Node]]:
    """Definitions of a step that somebody who makes a slip would evaluate."""
    return _wrong_formulas(frame.formulas[name])


@lru_cache(maxsize=1024)
def _wrong_formulas(formula: Node) -> Sequence[tuple[Slip, Node]]:
    if formula.kind == "statements":
        return tuple(islice(_wrong_statements(formula), MOST_TREES))
    return tuple(islice(_wrong_relations(formula), MOST_TREES))


def _wrong_relations(formula: Node) -> Iterator[tuple[Slip, Node]]:
    """``left = right`` with a slip on the right side; nothing for a formula of another kind."""
    if formula.kind == "relation":
        left, right, *_ = formula.args
        for slip, tree in variants(right):
            yield slip, Node("relation", (left, tree), ("=",))


def _wrong_statements(formula: Node) -> Iterator[tuple[Slip, Node]]:
    """A definition for even and one for odd columns: the slip in all of them, then in a single one."""
    found = [list(_wrong_relations(each)) for each in formula.args]
    for slip in dict.fromkeys(slip for each in found for slip, _ in each):
        first = [next((tree for s, tree in each if s is slip), None) for each in found]
        yield slip, _replaced(formula, first)
        for at, each in enumerate(found):
            for tree in (tree for s, tree in each if s is slip):
                yield slip, _replaced(formula, [tree if i == at else None for i in range(len(found))])


def _replaced(formula: Node, others: Sequence[Node | None]) -> Node:
    args = tuple(other or arg for other, arg in zip(others, formula.args, strict=True))
    return Node(formula.kind, args, formula.data)


def wrong_values(
    frame: Frame, name: str, scope: Mapping[str, V], reading: Reading[V]
) -> Iterator[tuple[Slip, Node, V]]:
    """Slip, formula and value, for every slip that can be worked out and keeps the shape."""
    for slip, formula in wrong_formulas(frame, name):
        try:
            value = define(formula, frame.shapes[name], scope, reading)
        except (DerivationError, ArithmeticError, ValueError):
            continue
        if reading.shape(value) == frame.shapes[name]:
            yield slip, formula, value


def telling(frame: Frame, values: Mapping[str, Array], name: str) -> list[Wrong]:
    """Slips of a step whose values differ from the right one and from each other, the first of each."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = frame.scope(values, ARRAY)
    kept: list[Wrong] = []
    with np.errstate(all="ignore"):
        for slip, formula, value in wrong_values(frame, name, scope, ARRAY):
            others = [values[name], *(other for _, _, other in kept)]
            if np.isnan(value).any() or np.isposinf(value).any() or any(slip.id == s.id for s, _, _ in kept):
                continue
            if not any(np.allclose(value, other, atol=1e-6) for other in others):
                kept.append((slip, formula, value))
    return kept
