"""What must hold for every exercise, whatever its derivation, kind, difficulty and seed.

``python -m tests.exercises.stress 100`` tries it for a hundred seeds of each; the test
suite does it for a few.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import islice

from derivations.exact import EXACT, Exact
from derivations.exercises import answers
from derivations.exercises.answers import Answer, Answers
from derivations.exercises.generate import exercise
from derivations.exercises.grading import Marked, grade, numbered
from derivations.exercises.kinds import KINDS
from derivations.exercises.roster import Student
from derivations.exercises.sheets import Sheet, sheet_of
from derivations.exercises.solution import Solution, exact_cells
from derivations.exercises.wrong import wrong_values
from derivations.library import load_all
from derivations.model import DerivationError, Exercise, Part, Source
from derivations.verify.checked import check
from derivations.writers.sheets.documents import render

LONGEST = 60
MOST_SLIPS = 4
"""Slips of one exercise that are tried."""


def rows_of(value: Exact) -> tuple[tuple[str, ...], ...]:
    """A value as a student could write it: exactly, or with many digits."""
    exact, fixed = exact_cells(value), value.fixed(12)
    pairs = zip(exact, fixed, strict=True)
    return tuple(tuple(e if len(e) <= LONGEST else f for e, f in zip(*rows, strict=True)) for rows in pairs)


def sheet_with(made: Exercise) -> Sheet:
    return Sheet(Student("001"), (made,))


def graded(made: Exercise, values: Mapping[str, Exact]) -> Marked:
    """The marks of somebody who answers everything that is asked with these values."""
    sheet = sheet_with(made)
    own = {
        n.number: Answer(rows_of(values[n.part.step])) for n in numbered(sheet) if n.part.answer == "values"
    }
    return grade(sheet, Answers("", "001", own))


def lost(marked: Marked) -> list[str]:
    """The steps whose values have cost marks."""
    return [n.part.step for n, m in marked.marks if n.part.answer == "values" and m.score < m.part.points]


# ---------------------------------------------------------------- what must hold


def key_is_right(made: Exercise) -> Iterator[str]:
    text = render(sheet_with(made), "md", True)
    (filled,) = answers.read(Source("key.md", text))
    marked = grade(sheet_of(Source("key.md", text)), filled)
    if marked.score != marked.points:
        faulty = [mark for _, mark in marked.marks if mark.score < mark.part.points]
        yield f"the key has {marked.score} of {marked.points}: {faulty}"


def key_is_verified(made: Exercise) -> Iterator[str]:
    """The verifier reads the key as any article; a planted mistake is meant to be found."""
    if made.planted is None:
        found = check(Source("key.md", render(sheet_with(made), "md", True)))
        faults = [
            f"{f.verdict} {f.name}: {f.message}" for f in found.findings if f.verdict in ("wrong", "carried")
        ]
        yield from faults


def blank_is_nothing(made: Exercise) -> Iterator[str]:
    text = render(sheet_with(made), "md", False)
    (filled,) = answers.read(Source("sheet.md", text))
    marked = grade(sheet_with(made), filled)
    if marked.score:
        yield f"a blank sheet has {marked.score}: {marked.marks}"


def slips(made: Exercise) -> Iterator[tuple[str, str, Exact]]:
    """Step, slip and value, for slips that can be told from each other and from the truth."""
    solution = Solution(made)
    scope = solution.frame.scope(solution.values, EXACT)
    for part in made.parts:
        if part.answer != "values":
            continue
        seen = [asked_cells(solution, part, solution.values[part.step])]
        for slip, _, value in wrong_values(solution.frame, part.step, scope, EXACT):
            if not value.unbounded and value.is_numeric and asked_cells(solution, part, value) not in seen:
                seen.append(asked_cells(solution, part, value))
                yield part.step, slip.id, value


def asked_cells(solution: Solution, part: Part, value: Exact) -> list[str]:
    """Only what is asked for can tell one slip from another."""
    rows = value.fixed(6)
    return [rows[i - 1][j - 1] for i, j in solution.blanks(part)]


def slips_are_named(made: Exercise) -> Iterator[str]:
    solution = Solution(made)
    for step, slip, value in islice(slips(made), MOST_SLIPS):
        marked = graded(made, {**solution.values, step: value})
        mark = next(m for n, m in marked.marks if n.part.step == step and n.part.answer == "values")
        if mark.score < mark.part.points and mark.cause != slip:
            yield f"{slip} in {step} is called {mark.cause}"


def planted_slip_is_named(made: Exercise) -> Iterator[str]:
    if made.planted is None:
        return
    marked = graded(made, Solution(made).printed)
    causes = [
        m.cause for n, m in marked.marks if n.part.step == made.planted.step and n.part.answer == "values"
    ]
    if causes != [made.planted.slip]:
        yield f"the planted {made.planted.slip} is called {causes}"


def error_is_carried(made: Exercise) -> Iterator[str]:
    """A wrong early step with right continuation loses marks in that step only."""
    solution = Solution(made)
    inputs = {given.name: solution.values[given.name] for given in made.derivation.inputs}
    asked = [part.step for part in made.parts if part.answer == "values"]
    if made.kind not in ("step", "grid") or len(asked) < 2:
        return
    for step, slip, value in islice(slips(made), MOST_SLIPS):
        try:
            after = solution.frame.steps(inputs, EXACT, fixed={step: value})
            marked = graded(made, after)
        except DerivationError:
            continue
        if lost(marked) != [step]:
            yield f"{slip} in {step} costs marks in {lost(marked)}: {[m for _, m in marked.marks]}"


PROPERTIES = (
    key_is_right,
    key_is_verified,
    blank_is_nothing,
    slips_are_named,
    planted_slip_is_named,
    error_is_carried,
)


def faults(topic: str, kind: str, difficulty: int, seed: int) -> Iterator[str]:
    """What does not hold for one exercise; nothing for a kind that the derivation does not have."""
    try:
        made = exercise(topic, kind, difficulty, seed)
    except DerivationError as error:
        if "has no exercise of the kind" not in str(error):
            yield f"{topic} {kind} {difficulty} seed {seed}: {error}"
        return
    for holds in PROPERTIES:
        name = f"{topic} {kind} {difficulty} seed {seed}: {holds.__name__}"
        try:
            yield from (f"{name}: {what}" for what in holds(made))
        except Exception as error:  # one crash does not end a long run
            yield f"{name}: {type(error).__name__}: {error}"


def main() -> int:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    topics = sys.argv[2].split(",") if len(sys.argv) > 2 else list(load_all())
    kinds = sys.argv[3].split(",") if len(sys.argv) > 3 else list(KINDS)
    levels = [int(n) for n in sys.argv[4].split(",")] if len(sys.argv) > 4 else [1, 2, 3, 4, 5]
    bad = total = 0
    for topic in topics:
        for kind in kinds:
            for difficulty in levels:
                for seed in range(seeds):
                    total += 1
                    for fault in faults(topic, kind, difficulty, seed * 7919 + 1):
                        bad += 1
                        print(fault[:400], flush=True)
        print(f"{topic}: {total} exercises so far, {bad} faults", flush=True)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
