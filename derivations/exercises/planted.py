"""Find the mistake: a known slip put into one step, and everything after it worked out from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from derivations.exact import EXACT
from derivations.exercises.bases import attempted
from derivations.exercises.drafts import MOST_OPTIONS, Draft, Questions, UnfitError
from derivations.exercises.selection import askable
from derivations.exercises.wrong import Wrong, telling
from derivations.model import DerivationError, Option, Part, Planted
from derivations.slips import BY_ID, Slip

if TYPE_CHECKING:
    from derivations.arrays import Array

LARGEST = 1e9
"""No exercise has larger numbers; exact arithmetic would have divided by 0."""
FEWEST_SUSPECTS = 3
"""Steps of which one has the mistake: with fewer, half of a class has it in the same line."""
REPAIRED_TOO = 3
"""From this difficulty on, the last value has to be put right as well."""


def error(draft: Draft) -> Questions:
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
    """The steps with slips that show, and those before the last; other steps too where these are few."""
    usable = _slippery(draft, draft.asked)
    more = [name for name in reversed(askable(draft.base)) if name not in draft.asked]
    for name in more:
        before = _before(draft, usable, last)
        if len(before if draft.difficulty >= REPAIRED_TOO else usable) >= FEWEST_SUSPECTS:
            break
        usable |= _slippery(draft, [name])
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
    found = {
        name: [w for w in telling(draft.base.frame, draft.values, name) if _goes_on(draft, name, w[2])]
        for name in names
    }
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
