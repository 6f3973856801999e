"""Topic, kind, difficulty and seed -> Exercise: always the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from statistics import median

from derivations.exercises.degenerate import confusions, faults, trivial_after_slip, usual_confusions
from derivations.exercises.difficulty import FARTHEST, measure, work
from derivations.exercises.drafts import Draft, Questions, UnfitError
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.growing import base
from derivations.exercises.kinds import KINDS
from derivations.exercises.nice import Look
from derivations.exercises.planted import check_followed
from derivations.exercises.selection import blanked
from derivations.exercises.settled import settled
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
    spares: list[tuple[int, float, Attempt]] = []
    for found in _attempts(topic, kind, difficulty, seed):
        if isinstance(found, str):
            rejected.append(found)
            continue
        effort = measure(difficulty, found.work, usual)
        reasons = _uneven(effort, difficulty) or found.reasons or found.open
        if not reasons:
            return Drawn(_finished(found, kind, seed, effort), tuple(rejected))
        spares.append((len(rejected), effort, found))
        rejected.append(reasons[0])
    for at, effort, found in sorted(spares, key=lambda s: (bool(s[2].reasons), abs(s[1] - difficulty))):
        if not found.open:
            return Drawn(_finished(found, kind, seed, effort), (*rejected[:at], *rejected[at + 1 :]))
    raise DerivationError(f"{topic} has no exercise of the kind {kind!r}: {rejected[-1]}")


@dataclass(frozen=True)
class Attempt:
    """A variant with its questions; what speaks against it is looked for only when somebody asks."""

    draft: Draft
    questions: Questions

    @cached_property
    def work(self) -> float:
        """Operations by hand."""
        return work(self.draft.base.frame, self.questions.parts, self.questions.planted, self.draft.values)

    @cached_property
    def reasons(self) -> list[str]:
        """Why the numbers make no good exercise; where shapes are asked for they stand nowhere."""
        return [] if self.questions.sizes else _reasons(self.draft)

    @cached_property
    def open(self) -> list[str]:
        """Where floats chose numbers for which exact values, which have the last word, say otherwise."""
        try:
            if not self.questions.sizes:
                _check_exactly(self.draft, self.questions)
        except UnfitError as error:
            return [str(error)]
        return []


def _attempts(topic: str, kind: str, difficulty: int, seed: int) -> Iterator[Attempt | str]:
    """Variants with their questions, one after the other; where there are none, why."""
    draws = Draws(seed)
    for _ in range(ATTEMPTS):
        draft = _draft(topic, difficulty, draws)
        try:
            yield Attempt(draft, KINDS[kind](draft))
        except UnfitError as error:
            yield str(error)


@lru_cache(maxsize=2048)
def usual_work(topic: str, kind: str, difficulty: int) -> float:
    """The work of exercises in the middle of a level, of those that are not degenerate."""
    draws = Draws(seed_of("usual", topic, f"{kind}:{difficulty}"))
    found = [work for each in _usual(topic, difficulty) if (work := _work(replace(each, draws=draws), kind))]
    attempts = _attempts(topic, kind, difficulty, seed_of("usual", topic, kind))
    rare = (each.work for each in attempts if isinstance(each, Attempt))
    return median(found) if found else next(rare, 1.0)


@lru_cache(maxsize=16)
def _usual(topic: str, difficulty: int) -> tuple[Draft, ...]:
    """Variants that are not degenerate, the same for each kind."""
    return tuple(_sample(topic, difficulty, at) for at in range(SAMPLES))


def _sample(topic: str, difficulty: int, at: int) -> Draft:
    draws = Draws(seed_of("usual", topic, f"{difficulty}:{at}"))
    drafts = [_draft(topic, difficulty, draws)]
    while _reasons(drafts[-1]) and len(drafts) < ATTEMPTS:
        drafts.append(_draft(topic, difficulty, draws))
    return drafts[-1]


def _work(draft: Draft, kind: str) -> float | None:
    try:
        return Attempt(draft, KINDS[kind](draft)).work
    except UnfitError:
        return None


def _uneven(effort: float, level: int) -> list[str]:
    """Everybody in a class gets the same amount of work."""
    if abs(effort - level) <= FARTHEST:
        return []
    return ["harder than its level" if effort > level else "easier than its level"]


def _draft(topic: str, difficulty: int, draws: Draws) -> Draft:
    start = base(topic, difficulty)
    asked = tuple(blanked(start, difficulty, settled(topic, difficulty)))
    example, values = variant(start, draws, asked)
    return Draft(start, difficulty, asked, example, values, draws)


def _check_exactly(draft: Draft, questions: Questions) -> None:
    """Whether exact values are as short as floats look.  Raises UnfitError."""
    try:
        values = draft.exact
    except (DerivationError, ArithmeticError) as error:
        raise UnfitError(f"cannot be worked out exactly: {error}") from error
    for name, look in draft.base.looks.items():
        if look < Look.DECIMAL and not is_short(values[name]):
            raise UnfitError(f"{name} only comes close to short numbers")
    if questions.planted is not None:
        check_followed(draft, questions.planted)


def _reasons(draft: Draft) -> list[str]:
    found = faults(draft.base, draft.asked, draft.values)
    if found:
        return found
    usual = usual_confusions(draft.derivation.id, draft.difficulty, draft.asked)
    confused = confusions(draft.base, draft.asked, draft.values) - usual
    found = [f"{one} and {other} give the same {name}" for name, one, other in sorted(confused)]
    return found or trivial_after_slip(draft.base, draft.asked, draft.values)


def _finished(found: Attempt, kind: str, seed: int, effort: float) -> Exercise:
    draft, questions = found.draft, found.questions
    return Exercise(
        draft.derivation,
        replace(draft.example, id=f"{seed:016x}", title=draft.derivation.title),
        kind,
        questions.parts,
        draft.difficulty,
        seed,
        effort,
        round(found.work),
        questions.planted,
        questions.sizes,
    )


@lru_cache(maxsize=1024)
def has_kind(topic: str, kind: str, difficulty: int) -> bool:
    """Whether a derivation has exercises of a kind."""
    return any(not isinstance(found, str) for found in _attempts(topic, kind, difficulty, 1))
