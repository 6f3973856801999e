"""Sheets: which exercises a student gets, and the line by which a sheet can be graded later.

The line holds no salt, so that nobody's sheet can be made from somebody else's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from derivations.exercises.draw import VERSION, seed_of
from derivations.exercises.generate import exercise
from derivations.exercises.roster import Student
from derivations.exercises.solution import Solution
from derivations.model import DerivationError, Exercise, Source

MARK = "derivations-sheet:"


@dataclass(frozen=True)
class Order:
    """What everybody in a class gets."""

    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    difficulty: int
    salt: str
    language: str = "en"


@dataclass(frozen=True)
class Sheet:
    """The exercises of a student."""

    student: Student
    exercises: tuple[Exercise, ...]
    language: str = "en"

    @cached_property
    def solutions(self) -> tuple[Solution, ...]:
        """The right answers to each exercise, worked out once for sheet, key, exports and marks."""
        return tuple(map(Solution, self.exercises))

    def __reduce__(self) -> tuple[type[Sheet], tuple[Student, tuple[Exercise, ...], str]]:
        """What has been worked out stays in its process."""
        return Sheet, (self.student, self.exercises, self.language)

    @property
    def origins(self) -> list[dict[str, object]]:
        """What each exercise was made from."""
        return [
            {"topic": e.derivation.id, "kind": e.kind, "difficulty": e.difficulty, "seed": f"{e.seed:016x}"}
            for e in self.exercises
        ]

    @property
    def line(self) -> str:
        """Everything that is needed to make the same sheet again, as one line of text."""
        facts = {
            "version": VERSION,
            "student": self.student.id,
            "language": self.language,
            "exercises": self.origins,
        }
        return f"{MARK} {json.dumps(facts, ensure_ascii=True)}".replace("--", r"-\u002d")


def sheet(order: Order, student: Student) -> Sheet:
    """The sheet of a student: it depends on the order and the student's id, on nobody else."""
    wanted = [(topic, kind) for topic in order.topics for kind in order.kinds]
    exercises = [exercise(t, k, order.difficulty, _seed(order, student, t, k)) for t, k in wanted]
    return Sheet(student, tuple(exercises), order.language)


def _seed(order: Order, student: Student, topic: str, kind: str) -> int:
    return seed_of(order.salt, student.id, f"{topic}:{kind}:{order.difficulty}")


# ---------------------------------------------------------------- reading the line again


def sheet_of(source: Source) -> Sheet:
    """The sheet that a file was made from.  Raises DerivationError for a file without the line."""
    facts = facts_of(source)
    if facts is None:
        raise DerivationError(
            f"{source.path}: this is no sheet: it has no line that begins with {MARK!r}; "
            "name a sheet as `derivations exercises` wrote it"
        )
    if facts.get("version") != VERSION:
        raise DerivationError(
            f"{source.path}: the sheet was made by generator version {facts.get('version')}, this is version "
            f"{VERSION}; grade it with the program that made it"
        )
    try:
        made = [
            exercise(e["topic"], e["kind"], int(e["difficulty"]), int(e["seed"], 16))
            for e in facts["exercises"]
        ]
        return Sheet(Student(str(facts["student"])), tuple(made), str(facts.get("language", "en")))
    except (KeyError, TypeError, ValueError) as error:
        raise DerivationError(f"{source.path}: the line {MARK!r} is damaged: {error}") from error


def facts_of(source: Source) -> dict[str, Any] | None:
    """What the line of a file says; None where there is none."""
    found = re.search(rf"{MARK}\s*(\{{.*?\]\s*\}})", source.text.replace('\\"', '"'))
    if found is None:
        return None
    try:
        facts = json.loads(found[1])
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def shared(sheets: Sequence[Sheet]) -> list[list[str]]:
    """The ids of students whose sheets are alike."""
    groups: dict[str, list[str]] = {}
    for each in sheets:
        text = repr([(e.example.values, e.parts, e.sizes) for e in each.exercises])
        groups.setdefault(text, []).append(each.student.id)
    return [ids for ids in groups.values() if len(ids) > 1]
