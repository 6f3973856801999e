"""Topic, kind, difficulty and seed -> Exercise: always the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median

from derivations.exercises.degenerate import confusions, faults, trivial_after_slip, usual_confusions
from derivations.exercises.difficulty import FARTHEST, measure, work
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.growing import base
from derivations.exercises.kinds import KINDS, Draft, Questions, UnfitError
from derivations.exercises.nice import Look
from derivations.exercises.selection import blanked
from derivations.exercises.solution import is_short
from derivations.exercises.variants import variant
from derivations.model import DerivationError, Exercise

ATTEMPTS = 20
"""Variants that are drawn before the least bad one is taken."""
SAMPLES = 7
"""Variants whose middle is what is usual."""


@dataclass(frozen=True)
class Drawn:
    """An exercise, and why variants before it were thrown away."""

    exercise: Exercise
    rejected: tuple[str, ...]


def exercise(topic: str, kind: str, difficulty: int, seed: int) -> Exercise:
    """The exercise of a seed.  Raises DerivationError where a derivation has none of this kind."""
    return drawn(topic, kind, difficulty, seed).exercise


def drawn(topic: str, kind: str, difficulty: int, seed: int) -> Drawn:
    """The exercise of a seed, with the variants that were rejected on the way."""
    usual = usual_work(topic, kind, difficulty)
    rejected: list[str] = []
    spare: tuple[tuple[bool, float], Exercise] | None = None
    for found in _attempts(topic, kind, difficulty, seed):
        if isinstance(found, str):
            rejected.append(found)
            continue
        draft, questions = found
        made = _finished(draft, questions, kind, seed, usual)
        reasons = [*_reasons(draft), *_uneven(made)]
        if not reasons:
            return Drawn(made, tuple(rejected))
        rejected.append(reasons[0])
        badness = (reasons != _uneven(made), abs(made.measure - difficulty))
        if spare is None or badness < spare[0]:
            spare = (badness, made)
    if spare is None:
        raise DerivationError(f"{topic} has no exercise of the kind {kind!r}: {rejected[-1]}")
    return Drawn(spare[1], tuple(rejected[:-1]))


def _attempts(topic: str, kind: str, difficulty: int, seed: int) -> Iterator[tuple[Draft, Questions] | str]:
    """Variants with their questions, one after the other; where there are none, why."""
    draws = Draws(seed)
    for _ in range(ATTEMPTS):
        draft = _draft(topic, difficulty, draws)
        try:
            _check_exactly(draft)
            yield draft, KINDS[kind](draft)
        except UnfitError as error:
            yield str(error)


@lru_cache(maxsize=1024)
def usual_work(topic: str, kind: str, difficulty: int) -> float:
    """The work of exercises in the middle of a level, of those that are not degenerate."""
    seeds = (seed_of("usual", topic, f"{kind}:{difficulty}:{at}") for at in range(SAMPLES))
    found = [each for seed in seeds if (each := _sample(topic, kind, difficulty, seed)) is not None]
    return median(found) if found else 1.0


def _sample(topic: str, kind: str, difficulty: int, seed: int) -> float | None:
    spare = None
    for found in _attempts(topic, kind, difficulty, seed):
        if isinstance(found, str):
            continue
        draft, made = found
        spare = work(draft.base.frame, made.parts, made.planted, draft.values)
        if not _reasons(draft):
            break
    return spare


def _uneven(made: Exercise) -> list[str]:
    """Everybody in a class gets the same amount of work."""
    if abs(made.measure - made.difficulty) <= FARTHEST:
        return []
    return ["harder than its level" if made.measure > made.difficulty else "easier than its level"]


def _draft(topic: str, difficulty: int, draws: Draws) -> Draft:
    start = base(topic, difficulty)
    asked = tuple(blanked(start, difficulty))
    example, values = variant(start, draws)
    return Draft(start, difficulty, asked, example, values, draws)


def _check_exactly(draft: Draft) -> None:
    """Floats chose the numbers; exact values have the last word.  Raises UnfitError."""
    try:
        values = draft.exact
    except (DerivationError, ArithmeticError) as error:
        raise UnfitError(f"cannot be worked out exactly: {error}") from error
    for name, look in draft.base.looks.items():
        if look < Look.DECIMAL and not is_short(values[name]):
            raise UnfitError(f"{name} only comes close to short numbers")


def _reasons(draft: Draft) -> list[str]:
    found = faults(draft.base, draft.asked, draft.values)
    if found:
        return found
    usual = usual_confusions(draft.derivation.id, draft.difficulty, draft.asked)
    confused = confusions(draft.base, draft.asked, draft.values) - usual
    found = [f"{one} and {other} give the same {name}" for name, one, other in sorted(confused)]
    return found or trivial_after_slip(draft.base, draft.asked, draft.values)


def _finished(draft: Draft, questions: Questions, kind: str, seed: int, usual: float) -> Exercise:
    effort = work(draft.base.frame, questions.parts, questions.planted, draft.values)
    return Exercise(
        draft.derivation,
        replace(draft.example, id=f"{seed:016x}", title=draft.derivation.title),
        kind,
        questions.parts,
        draft.difficulty,
        seed,
        measure(draft.difficulty, effort, usual),
        round(effort),
        questions.planted,
        questions.sizes,
    )


@lru_cache(maxsize=1024)
def has_kind(topic: str, kind: str, difficulty: int) -> bool:
    """Whether a derivation has exercises of a kind."""
    return any(not isinstance(found, str) for found in _attempts(topic, kind, difficulty, 1))
