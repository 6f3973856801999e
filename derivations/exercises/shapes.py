"""Predict the shape: rows and columns of each step, for sizes too large to work anything out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from derivations.exercises.bases import Base
from derivations.exercises.drafts import Draft, Questions, UnfitError
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.growing import HOPELESS, ZEROS, agrees, base, drawn_anew, free_axes
from derivations.exercises.worlds import exactly
from derivations.model import DerivationError, Part

LARGEST_SIZE = 48


def shape(draft: Draft) -> Questions:
    """Rows and columns of each step, for sizes too large to work anything out."""
    frame = draft.base.frame
    matrices = [s.name for s in draft.derivation.steps if s.axes and frame.shapes[s.name] != (1, 1)]
    if len(matrices) < 2:
        raise UnfitError("everything is a number")
    free = [axis for axis in frame.sizes if is_free(draft.derivation.id, axis)]
    drawn = dict(zip(free, _different(draft.draws, len(free)), strict=True))
    sizes = tuple((axis, drawn.get(axis, size)) for axis, size in frame.sizes.items())
    count = min(len(matrices), 1 + draft.difficulty)
    asked = draft.draws.some(matrices, count)
    return Questions(tuple(Part(str(at), "shape", name, 1) for at, name in enumerate(asked, 1)), None, sizes)


def _different(draws: Draws, count: int) -> list[int]:
    """Sizes of which no two are the same, so that each answer tells which axes it has."""
    return draws.shuffled(range(2, LARGEST_SIZE + 1))[:count]


@lru_cache(maxsize=512)
def is_free(derivation_id: str, axis: str) -> bool:
    """Whether the size of an axis may be any number, as far as two other sizes can tell."""
    start = base(derivation_id, 1)
    if axis not in free_axes(start.frame.derivation):
        return False
    draws = Draws(seed_of("free", derivation_id, axis))
    sizes = (start.frame.sizes[axis] + more for more in (1, 2))
    return all(_any_resized(start, {**start.frame.sizes, axis: size}, draws) for size in sizes)


def _any_resized(start: Base, sizes: Mapping[str, int], draws: Draws) -> bool:
    """Whether some numbers suit these sizes: others may divide by 0."""
    return any(_suits(start, sizes, draws, zeros) for zeros in ZEROS for _ in range(HOPELESS // len(ZEROS)))


def _suits(start: Base, sizes: Mapping[str, int], draws: Draws, zeros: int) -> bool:
    derivation = start.frame.derivation
    example = replace(start.example, values=drawn_anew(start, sizes, draws, zeros), tokens=())
    try:
        return agrees(derivation, exactly(derivation, example))
    except (DerivationError, ArithmeticError, ValueError):
        return False
