"""The kinds of exercise: what each one asks about a variant.

A kind takes a draft, numbers and the steps to ask about, and gives the parts of
the exercise.  It raises ``UnfitError`` where this derivation, or these numbers,
have nothing of the kind to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from derivations import checks
from derivations.evaluate import define
from derivations.exact import EXACT, Exact
from derivations.exercises.bases import Base, attempted
from derivations.exercises.draw import Draws
from derivations.exercises.growing import is_free
from derivations.exercises.nice import Look
from derivations.exercises.selection import askable
from derivations.exercises.solution import is_short
from derivations.exercises.statements import Statement, rewritten, stated
from derivations.exercises.worlds import exactly
from derivations.exercises.wrong import wrong_values
from derivations.model import Derivation, DerivationError, Example, Node, Option, Part, Planted, Step
from derivations.slips import BY_ID, Slip

if TYPE_CHECKING:
    from derivations.arrays import Array

LARGEST = 1e9
"""No exercise has larger numbers; exact arithmetic would have divided by 0."""
PLACES = 3
"""Digits after the point that are asked for where no short exact value exists."""
SHARES = (0.25, 0.35, 0.45, 0.55, 0.65)
"""Share of the cells that are left out, by difficulty."""
MOST_OPTIONS = 4
LARGEST_SIZE = 48
FEWEST_SUSPECTS = 3
"""Steps of which one has the mistake: with fewer, half of a class has it in the same line."""
FEWEST_FORMULAS = 3
"""Of one sort, so that not too many in a class get the same."""
REPAIRED_TOO = 3
"""From this difficulty on, the last value has to be put right as well."""


class UnfitError(DerivationError):
    """This kind has nothing to ask here."""


@dataclass(frozen=True)
class Draft:
    """A variant that is to become an exercise."""

    base: Base
    difficulty: int
    asked: tuple[str, ...]
    example: Example
    values: Mapping[str, Array]
    draws: Draws

    @property
    def derivation(self) -> Derivation:
        """What the variant is one of."""
        return self.base.frame.derivation

    @cached_property
    def exact(self) -> dict[str, Exact]:
        """All values without rounding."""
        return exactly(self.derivation, self.example)

    def places(self, name: str) -> int | None:
        """None where the value is short enough to be written exactly."""
        return PLACES if self.base.looks[name] is Look.DECIMAL else None

    def part(self, number: int, name: str, cells: Sequence[tuple[int, int]] = ()) -> Part:
        """The question for the value of a step, or for some of its cells."""
        return Part(str(number), "values", name, 2, tuple(cells), self.places(name))


@dataclass(frozen=True)
class Questions:
    """What a kind has made of a draft."""

    parts: tuple[Part, ...]
    planted: Planted | None = None
    sizes: tuple[tuple[str, int], ...] = ()


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


# ---------------------------------------------------------------- slips


Wrong = tuple[Slip, Node, "Array"]


def _usable(draft: Draft, name: str) -> list[Wrong]:
    """Slips of a step whose values differ from the right one and from each other, the first of each."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = draft.base.frame.scope(draft.values, ARRAY)
    kept: list[Wrong] = []
    with np.errstate(all="ignore"):
        for slip, formula, value in wrong_values(draft.base.frame, name, scope, ARRAY):
            others = [draft.values[name], *(other for _, _, other in kept)]
            if np.isnan(value).any() or np.isposinf(value).any() or any(slip.id == s.id for s, _, _ in kept):
                continue
            if not any(np.allclose(value, other, atol=1e-6) for other in others):
                kept.append((slip, formula, value))
    return kept


def _error(draft: Draft) -> Questions:
    """One planted slip: where it is, what it is, and the right value there.

    Nothing but the numbers may tell where it is, so from some difficulty on the last
    value is asked for as well, and the slip is never there; unless that leaves few lines for a whole class.
    """
    last = draft.asked[-1]
    usable, before = _suspects(draft, last)
    goes_on = draft.difficulty >= REPAIRED_TOO and len(before) >= FEWEST_SUSPECTS
    names = before if goes_on else list(usable)
    if not names:
        raise UnfitError("no step has a slip that shows")
    name = draft.draws.pick(names)
    slip, formula, _ = draft.draws.pick(usable[name])
    parts = [
        Part("1", "choice", "", 1, options=tuple(_places(draft, {*draft.asked, *usable}, name))),
        Part("2", "choice", name, 1, options=tuple(_messages(draft, slip, usable))),
        draft.part(3, name),
    ]
    if goes_on:
        parts.append(draft.part(4, last))
    return Questions(tuple(parts), Planted(name, slip.id, formula))


def _suspects(draft: Draft, last: str) -> tuple[dict[str, list[Wrong]], list[str]]:
    """The steps with slips that show, and those of them before the last; other steps where these are few."""
    usable = _slippery(draft, draft.asked)
    before = _before(draft, usable, last)
    if len(before if draft.difficulty >= REPAIRED_TOO else usable) < FEWEST_SUSPECTS:
        usable = _slippery(draft, askable(draft.base))
    return usable, _before(draft, usable, last)


def _before(draft: Draft, names: Iterable[str], last: str) -> list[str]:
    return [name for name in names if name != last and last in draft.base.frame.below(name)]


def check_followed(draft: Draft, planted: Planted) -> None:
    """What floats decide may be open for exact values: which of two is larger, or whether one is 0.

    Raises UnfitError where a value cannot be worked out, or cannot be printed.
    """
    given = {each.name: draft.exact[each.name] for each in draft.derivation.inputs}
    try:
        values = draft.base.frame.steps(given, EXACT, replaced={planted.step: planted.formula})
        for value in values.values():
            value.text()
    except (DerivationError, ArithmeticError, ValueError) as error:
        raise UnfitError(f"a slip in {planted.step} cannot be followed exactly: {error}") from error


def _slippery(draft: Draft, names: Sequence[str]) -> dict[str, list[Wrong]]:
    """The steps with slips that show, after which the rest can still be worked out."""
    found = {name: [w for w in _usable(draft, name) if _goes_on(draft, name, w[2])] for name in names}
    return {name: wrong for name, wrong in found.items() if wrong}


def _goes_on(draft: Draft, name: str, wrong: Array) -> bool:
    """Whether the steps after a slip can still be worked out."""
    import numpy as np

    from derivations.arrays import ARRAY

    frame = draft.base.frame
    scope = {**frame.scope(draft.values, ARRAY), name: wrong}
    below = frame.below(name)
    with np.errstate(all="ignore"):
        for step in (each for each in frame.formulas if each in below):
            value = attempted(frame, step, scope)
            if value is None or value.size != draft.values[step].size or _is_bad(value):
                return False
            scope[step] = value
    return True


def _is_bad(value: Array) -> bool:
    """Whether a value is no number, or so large that something was divided by a rounded 0."""
    import numpy as np

    return bool(np.isnan(value).any() or (value > LARGEST).any())


def _places(draft: Draft, suspects: Set[str], name: str) -> list[Option]:
    """The lines of which one is wrong: more of them with the difficulty."""
    steps = draft.derivation.steps
    return [Option(step.formula, "", step.name == name) for step in steps if step.name in suspects]


def _messages(draft: Draft, slip: Slip, usable: Mapping[str, list[Wrong]]) -> list[Option]:
    """The slip among others that could have happened in the same derivation."""
    others = dict.fromkeys(
        other.id for each in usable.values() for other, _, _ in each if other.id != slip.id
    )
    spare = [each for each in BY_ID if each not in others and each != slip.id]
    drawn = [*draft.draws.shuffled(list(others)), *draft.draws.shuffled(spare)][: MOST_OPTIONS - 1]
    options = [Option("", slip.id, True), *(Option("", other) for other in drawn)]
    return draft.draws.shuffled(options)


# ---------------------------------------------------------------- choices


def _choice(draft: Draft) -> Questions:
    """The right value of a step among those that known slips give."""
    values = draft.exact
    usable: list[tuple[str, list[Option]]] = []
    for names in (draft.asked, askable(draft.base)):
        if not usable:
            found = [(name, _values_to_choose(draft, name, values)) for name in names]
            usable = [(name, options) for name, options in found if len(options) > 2]
    if not usable:
        raise UnfitError("no step has two slips that give other values")
    return Questions(
        tuple(
            Part(str(at), "choice", name, 1, options=tuple(options))
            for at, (name, options) in enumerate(usable, 1)
        )
    )


def _values_to_choose(draft: Draft, name: str, values: Mapping[str, Exact]) -> list[Option]:
    options = [Option(_tex(values[name]), "", True)]
    scope = draft.base.frame.scope(values, EXACT)
    for slip, formula, _ in _usable(draft, name):
        if len(options) == MOST_OPTIONS:
            break
        try:
            exact = define(formula, draft.base.frame.shapes[name], scope, EXACT)
        except (DerivationError, ArithmeticError):
            continue  # floats see 1e-17 where exactly nothing is left to divide by
        tex = _tex(exact)
        if all(tex != other.tex for other in options):
            options.append(Option(tex, slip.id))
    if len(options) < MOST_OPTIONS:
        options += _misprinted(values[name], options)
    return draft.draws.shuffled(options[:MOST_OPTIONS])


def _misprinted(value: Exact, options: list[Option]) -> list[Option]:
    """Rows in another order, and the sign turned: for steps that hardly any slip fits."""
    from derivations.exact.structure import select

    rows = range(value.shape[0])
    turned = [("wrong-row", select(value, [*rows[1:], 0], range(value.shape[1])))]
    if not value.hidden:
        turned.append(("minus-lost", EXACT.operations["negative"](value)))
    known = {option.tex for option in options}
    found = [Option(_tex(each), id) for id, each in turned]
    return [option for option in found if option.tex not in known]


def _tex(value: Exact) -> str:
    """A matrix as it is printed: exactly where that is short, else in decimals."""
    if is_short(value):
        return value.tex()
    rows = [[cell.replace("-inf", r"-\infty") for cell in row] for row in value.fixed(PLACES)]
    if value.shape == (1, 1):
        return rows[0][0]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"


# ---------------------------------------------------------------- shapes and formulas


def _shape(draft: Draft) -> Questions:
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
    "error": _error,
    "choice": _choice,
    "shape": _shape,
    "identity": _identity,
    "grid": _steps,
}
