"""What the known slips would make of a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from derivations.evaluate import define
from derivations.exercises.worlds import Frame
from derivations.formula.reading import Reading
from derivations.model import DerivationError, Node
from derivations.slips import Slip, variants

V = TypeVar("V")

MOST_TREES = 40
"""Wrong formulas that are tried for one step."""


def wrong_formulas(frame: Frame, name: str) -> Sequence[tuple[Slip, Node]]:
    """Definitions of a step that somebody who makes a slip would evaluate."""
    return _wrong_formulas(frame.formulas[name])


@lru_cache(maxsize=1024)
def _wrong_formulas(formula: Node) -> Sequence[tuple[Slip, Node]]:
    if formula.kind != "relation":
        return ()
    left, right, *_ = formula.args
    trees = ((slip, Node("relation", (left, tree), ("=",))) for slip, tree in variants(right))
    return tuple(islice(trees, MOST_TREES))


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
