"""Topic, kind, difficulty and seed -> Exercise: always the same one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from derivations.exercises.degenerate import confusions, faults, trivial_after_slip, usual_confusions
from derivations.exercises.difficulty import measure
from derivations.exercises.draw import Draws
from derivations.exercises.kinds import KINDS, Draft, Questions, UnfitError
from derivations.exercises.nice import Look
from derivations.exercises.selection import blanked
from derivations.exercises.solution import is_short
from derivations.exercises.variants import base, variant
from derivations.model import DerivationError, Exercise

ATTEMPTS = 12
"""Variants that are drawn before the least bad one is taken."""


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
    draws = Draws(seed)
    rejected: list[str] = []
    spare: tuple[Draft, Questions] | None = None
    for _ in range(ATTEMPTS):
        draft = _draft(topic, difficulty, draws)
        reasons = _reasons(draft)
        try:
            _check_exactly(draft)
            questions = KINDS[kind](draft)
        except UnfitError as error:
            rejected.append(str(error))
            continue
        if not reasons:
            return Drawn(_finished(draft, questions, kind, seed), tuple(rejected))
        spare = spare or (draft, questions)
        rejected.append(reasons[0])
    if spare is None:
        raise DerivationError(f"{topic} has no exercise of the kind {kind!r}: {rejected[-1]}")
    return Drawn(_finished(*spare, kind, seed), tuple(rejected[:-1]))


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


def _finished(draft: Draft, questions: Questions, kind: str, seed: int) -> Exercise:
    asked = list(dict.fromkeys(p.step for p in questions.parts if p.step))
    cells = sum(_cells(draft, part.step, len(part.cells)) for part in questions.parts if part.step)
    return Exercise(
        draft.derivation,
        replace(draft.example, id=f"{seed:016x}", title=draft.derivation.title),
        kind,
        questions.parts,
        draft.difficulty,
        seed,
        measure(asked, cells, draft.values),
        questions.planted,
        questions.sizes,
    )


def _cells(draft: Draft, name: str, holes: int) -> int:
    rows, columns = draft.base.frame.shapes[name]
    return holes or rows * columns


@lru_cache(maxsize=1024)
def has_kind(topic: str, kind: str, difficulty: int) -> bool:
    """Whether a derivation has exercises of a kind."""
    try:
        exercise(topic, kind, difficulty, 1)
    except DerivationError:
        return False
    return True
