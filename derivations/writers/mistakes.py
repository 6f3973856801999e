"""Common mistakes: what the known slips would make of a step, worked out exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from derivations.evaluate import define
from derivations.exact import EXACT, Answer, Exact, compare
from derivations.model import DerivationError, Node
from derivations.slips import variants

MOST = 3
MOST_CELLS = 100
"""Larger steps are not worked out wrongly as well."""


@dataclass(frozen=True, slots=True)
class Slipped:
    """A slip and the value that it gives instead of the right one."""

    message: str
    value: Exact
    row: int | None
    """The row that tells the two apart best, counted from 0; None when the shapes differ."""


def mistakes(formula: Node, value: Exact, given: Mapping[str, Exact]) -> list[Slipped]:
    """At most three slips whose value differs from the right one, most telling first, each kind once."""
    if not value.is_numeric or value.shape[0] * value.shape[1] > MOST_CELLS or formula.kind != "relation":
        return []
    same_shape: dict[str, Slipped] = {}
    other_shape: dict[str, Slipped] = {}
    for message, wrong in _wrong_values(formula, value, given):
        found = same_shape if wrong.shape == value.shape else other_shape
        found.setdefault(message, Slipped(message, wrong, _telling_row(value, wrong)))
        if len(same_shape) == MOST:
            break
    return [*same_shape.values(), *other_shape.values()][:MOST]


def _wrong_values(formula: Node, value: Exact, given: Mapping[str, Exact]) -> Iterator[tuple[str, Exact]]:
    left, right, *_ = formula.args
    for slip, tree in variants(right):
        try:
            wrong = define(Node("relation", (left, tree), ("=",)), value.shape, given, EXACT)
        except DerivationError:
            continue
        if wrong.shape != value.shape or compare(wrong, value).answer is Answer.DIFFERENT:
            yield slip.message, wrong


def _telling_row(right: Exact, wrong: Exact) -> int | None:
    """The row with the largest difference."""
    import numpy as np

    if right.shape != wrong.shape:
        return None
    with np.errstate(invalid="ignore"):  # -∞ minus -∞: hidden in both
        difference = np.nan_to_num(np.abs(right.numpy() - wrong.numpy()), nan=0.0, posinf=1e300)
    return int(np.argmax(difference.max(axis=1)))
