"""The kinds of exercise: what each one asks about a variant.

A kind takes a draft, numbers and the steps to ask about, and gives the parts of
the exercise.  It raises ``UnfitError`` where this derivation, or these numbers,
have nothing of the kind to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derivations import checks
from derivations.exercises.distractors import choice
from derivations.exercises.drafts import Draft, Questions, UnfitError
from derivations.exercises.planted import error
from derivations.exercises.selection import askable
from derivations.exercises.shapes import shape
from derivations.exercises.statements import Statement, rewritten, stated
from derivations.model import Derivation, Part, Step

SHARES = (0.25, 0.35, 0.45, 0.55, 0.65)
"""Share of the cells that are left out, by difficulty."""
FEWEST_FORMULAS = 3
"""Of one sort, so that not too many in a class get the same."""

# ---------------------------------------------------------------- values


def _steps(draft: Draft) -> Questions:
    """The value of every step that is left out."""
    return Questions(tuple(draft.part(at, name) for at, name in enumerate(draft.asked, 1)))


def _cells(draft: Draft) -> Questions:
    """Some cells of each of these steps."""
    parts = [draft.part(at, name, _holes(draft, name)) for at, name in enumerate(draft.asked, 1)]
    return Questions(tuple(parts))


def _holes(draft: Draft, name: str) -> list[tuple[int, int]]:
    rows, columns = draft.base.frame.shapes[name]
    places = [(i, j) for i in range(1, rows + 1) for j in range(1, columns + 1)]
    if len(places) == 1:
        return []
    count = max(1, min(len(places) - 1, round(SHARES[draft.difficulty - 1] * len(places))))
    if checks.is_softmax(step_of(draft.derivation, name)) and columns > 1:
        return _pairs(draft, rows, columns, count)
    return draft.draws.some(places, count)


def _pairs(draft: Draft, rows: int, columns: int, count: int) -> list[tuple[int, int]]:
    """Two holes in a row: a single one could be filled without any work, because the row sums to 1."""
    chosen = draft.draws.some(range(1, rows + 1), max(1, round(count / 2)))
    return [(i, j) for i in chosen for j in draft.draws.some(range(1, columns + 1), 2)]


def step_of(derivation: Derivation, name: str) -> Step:
    """A step by its name."""
    return next(step for step in derivation.steps if step.name == name)


# ---------------------------------------------------------------- formulas


def _identity(draft: Draft) -> Questions:
    """Other ways to write steps or sides of identities, and the value of the last step."""
    last = draft.asked[-1]
    chosen = _formulas(draft, last)
    if not chosen:
        raise UnfitError("no step can be written in another way")
    parts = [
        Part(str(at), "formula", each.step, 2, left=each.left, right=each.right, without=each.without)
        for at, each in enumerate(chosen, 1)
    ]
    return Questions((*parts, draft.part(len(parts) + 1, last)))


def _formulas(draft: Draft, last: str) -> list[Statement]:
    """An identity and a step in other words; any two, where one sort leaves the class hardly a choice."""
    hidden = draft.base.frame.below(last)
    steps = tuple(name for name in askable(draft.base) if name not in hidden)
    own, made = stated(draft.base, draft.values), rewritten(draft.derivation.id, draft.difficulty, steps)
    if min(len(own), len(made)) >= FEWEST_FORMULAS:
        return [draft.draws.pick(own), draft.draws.pick(made)]
    return draft.draws.shuffled([*own, *made])[:2]


KINDS: Mapping[str, Callable[[Draft], Questions]] = {
    "step": _steps,
    "cells": _cells,
    "error": error,
    "choice": choice,
    "shape": shape,
    "identity": _identity,
    "grid": _steps,
}
