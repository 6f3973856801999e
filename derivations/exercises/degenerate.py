"""Reasons to throw a variant away: what would give an answer away, or make it worth nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from derivations.exercises.bases import Base, attempted
from derivations.exercises.growing import base
from derivations.exercises.nice import has_idle_row, is_flat
from derivations.exercises.wrong import wrong_values

if TYPE_CHECKING:
    from derivations.arrays import Array

Values = Mapping[str, "Array"]


def faults(start: Base, asked: Sequence[str], values: Values) -> list[str]:
    """Why a variant with these steps left out is no good exercise; nothing if it is."""
    printed = [given.name for given in start.frame.derivation.inputs] + start.frame.shown(
        asked, lambda name, other: values[name].size > 1 and _same(values[name], values[other])
    )
    found = [f"a row of {name} is repeated or 0" for name in _idle(start, asked, values)]
    found += [f"{one} and {other} are the same" for one, other in _twins(start, values)]
    for name in asked:
        found += [reason for reason in (_readable(name, printed, values), _alike(values[name])) if reason]
    return found


def _idle(start: Base, asked: Sequence[str], values: Values) -> list[str]:
    """Inputs and answers of which a row is repeated or 0, where in the base none is."""
    return [
        name
        for name in dict.fromkeys([*start.drawn, *asked])
        if has_idle_row(values[name]) and name not in start.idle
    ]


def _twins(start: Base, values: Values) -> list[tuple[str, str]]:
    """Inputs that are the same where in the base they are not: nobody could mistake one for the other."""
    pairs = combinations(start.drawn, 2)
    return [pair for pair in pairs if _equal(values, *pair) and not _equal(start.values, *pair)]


def _equal(values: Values, one: str, other: str) -> bool:
    return values[one].shape == values[other].shape and _same_here(values[one], values[other])


def _readable(name: str, printed: Sequence[str], values: Values) -> str:
    """An answer must not stand elsewhere on the sheet."""
    value = values[name]
    if value.size < 2:
        return ""
    return next((f"{name} is printed as {other}" for other in printed if _same(value, values[other])), "")


def _same(one: Array, other: Array) -> bool:
    import numpy as np

    return any(one.shape == each.shape and np.allclose(one, each, atol=1e-9) for each in (other, other.T))


def _alike(value: Array) -> str:
    return "one number fills most cells" if is_flat(value) else ""


# ---------------------------------------------------------------- slips


def confusions(start: Base, asked: Sequence[str], values: Values) -> frozenset[tuple[str, str, str]]:
    """Step and two slips that cannot be told apart, because they give the same wrong value."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = start.frame.scope(values, ARRAY)
    found: set[tuple[str, str, str]] = set()
    for name in asked:
        with np.errstate(all="ignore"):
            wrong: dict[str, Array] = {}
            for slip, _, value in wrong_values(start.frame, name, scope, ARRAY):
                if not np.isnan(value).any() and not _same_here(value, values[name]):
                    wrong.setdefault(slip.id, value)
        pairs = combinations(wrong, 2)
        found |= {(name, one, other) for one, other in pairs if _same_here(wrong[one], wrong[other])}
    return frozenset(found)


def _same_here(one: Array, other: Array) -> bool:
    import numpy as np

    return bool(np.allclose(one, other, atol=1e-9))


@lru_cache(maxsize=512)
def usual_confusions(
    derivation_id: str, difficulty: int, asked: tuple[str, ...]
) -> frozenset[tuple[str, str, str]]:
    """Slips that give the same value in the base already: a width of 1 hides some for everybody."""
    start = base(derivation_id, difficulty)
    return confusions(start, asked, start.values)


def trivial_after_slip(start: Base, asked: Sequence[str], values: Values) -> list[str]:
    """Answers that become one number everywhere once an earlier one is wrong: credit would be a gift."""
    import numpy as np

    from derivations.arrays import ARRAY

    scope = start.frame.scope(values, ARRAY)
    found = []
    for name in asked[:-1]:
        below = [other for other in asked if other in start.frame.below(name)]
        with np.errstate(all="ignore"):
            for slip, _, wrong in wrong_values(start.frame, name, scope, ARRAY):
                after = _after(start, {**scope, name: wrong}, below)
                found += [
                    f"{other} is trivial after {slip.id} in {name}" for other in after if _alike(after[other])
                ]
                break
    return found


def _after(start: Base, scope: dict[str, Array], below: Sequence[str]) -> dict[str, Array]:
    for name in below:
        value = attempted(start.frame, name, scope)
        if value is None:
            return {}
        scope[name] = value
    return {name: scope[name] for name in below}
