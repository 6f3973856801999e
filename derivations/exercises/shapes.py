"""Predict the shape: rows and columns of each step, for sizes too large to work anything out.

More steps with the difficulty, and larger sizes; from level 4 on the shape of an input is
left out too, and has to be told from those it is multiplied with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from derivations.exercises.bases import Base
from derivations.exercises.drafts import Draft, Questions, UnfitError
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.growing import HOPELESS, ZEROS, agrees, base, drawn_anew
from derivations.exercises.worlds import Frame, exactly
from derivations.formula import parse
from derivations.model import Derivation, DerivationError, Input, Part, Step

LARGEST_SIZES = (256, 512, 1024, 2048, 4096)
"""By difficulty."""
INFERRED = (0, 0, 0, 1, 2)
"""How many inputs come without their shape, by difficulty."""
STRIDES = (1, 2)
"""A size may be any number, or only an even one, or only an odd one."""


def shape(draft: Draft) -> Questions:
    """Rows and columns of steps that do not have the same shape for everybody, and of inputs."""
    derivation, frame = draft.derivation, draft.base.frame
    matrices = [s for s in derivation.steps if s.axes and frame.shapes[s.name] != (1, 1)]
    if len(matrices) < 2:
        raise UnfitError("everything is a number")
    strides = {axis: stride(derivation.id, axis) for axis in frame.sizes}
    free = {axis: each for axis, each in strides.items() if each}
    drawn = _different(draft.draws, frame, free, LARGEST_SIZES[draft.difficulty - 1])
    sizes = tuple((axis, drawn.get(axis, size)) for axis, size in frame.sizes.items())
    varying = [step for step in matrices if _axes_of([step]) & {*free}]
    steps = varying if len(varying) > 1 else matrices
    asked: list[Input | Step] = [
        *_inferred(draft.draws, derivation, INFERRED[draft.difficulty - 1]),
        *draft.draws.some(steps, min(len(steps), 1 + draft.difficulty)),
    ]
    parts = tuple(Part(str(at), "shape", each.name, 1) for at, each in enumerate(asked, 1))
    return Questions(parts, None, sizes)


def _different(draws: Draws, frame: Frame, strides: Mapping[str, int], largest: int) -> dict[str, int]:
    """Sizes of which no two are the same, so that each answer tells which axes it has."""
    found: dict[str, int] = {}
    for axis, step in strides.items():
        first = frame.sizes[axis] % step + 2
        left = [size for size in range(first, largest + 1, step) if size not in found.values()]
        found[axis] = draws.pick(left)
    return found


def _inferred(draws: Draws, derivation: Derivation, count: int) -> list[Input]:
    """Inputs whose sizes are all told by the inputs that keep theirs, none twice."""
    left = [given for given in derivation.inputs if given.axes]
    chosen: list[Input] = []
    for given in draws.shuffled(left):
        others = [each for each in left if each is not given]
        named = {axis for each in others for axis in each.axes}
        if len(chosen) < count and len(given.axes) == 2 and _axes_of([given]) <= named:
            left = others
            chosen.append(given)
    return [given for given in derivation.inputs if given in chosen]


def _axes_of(parts: Iterable[Input | Step]) -> set[str]:
    """The names in all axes: ``d`` of ``2 d``."""
    trees = (parse(axis) for part in parts for axis in part.axes)
    return {node.data for tree in trees for node in tree.walk() if node.kind == "name"}


# ---------------------------------------------------------------- which sizes may be any number


@lru_cache(maxsize=512)
def stride(derivation_id: str, axis: str) -> int:
    """From which size of an axis to the next, as far as two others can tell; 0 where there is only one."""
    start = base(derivation_id, 1)
    if not any(axis in given.axes for given in start.frame.derivation.inputs):
        return 0
    draws = Draws(seed_of("free", derivation_id, axis))
    for step in STRIDES:
        sizes = (start.frame.sizes[axis] + more * step for more in (1, 2))
        if all(_any_resized(start, {**start.frame.sizes, axis: size}, draws) for size in sizes):
            return step
    return 0


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
