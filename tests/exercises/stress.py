"""What must hold for every exercise, whatever its derivation, kind, difficulty and seed.

``make stress SEEDS=100`` tries it for a hundred seeds of each, ``python -m tests.exercises.stress
--help`` says how to try a part of that; the test suite does it for a few.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice, product

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


def graded(sheet: Sheet, values: Mapping[str, Exact]) -> Marked:
    """The marks of somebody who answers everything that is asked with these values."""
    own = {
        n.number: Answer(rows_of(values[n.part.step])) for n in numbered(sheet) if n.part.answer == "values"
    }
    return grade(sheet, Answers("", "001", own))


def lost(marked: Marked) -> list[str]:
    """The steps whose values have cost marks."""
    return [n.part.step for n, m in marked.marks if n.part.answer == "values" and m.score < m.part.points]


@dataclass(frozen=True)
class Trial:
    """An exercise on its own sheet, with everything that several properties look at."""

    made: Exercise

    @cached_property
    def sheet(self) -> Sheet:
        """The exercise alone on a sheet."""
        return Sheet(Student("001"), (self.made,))

    @property
    def solution(self) -> Solution:
        """The right answers."""
        return self.sheet.solutions[0]

    @cached_property
    def key(self) -> Source:
        """The key as a file."""
        return Source("key.md", render(self.sheet, "md", True))

    @cached_property
    def slips(self) -> list[tuple[str, str, Exact]]:
        """Step, slip and value of the slips that are tried."""
        return list(islice(slips(self.solution), MOST_SLIPS))


# ---------------------------------------------------------------- what must hold


def key_is_right(trial: Trial) -> Iterator[str]:
    (filled,) = answers.read(trial.key)
    marked = grade(sheet_of(trial.key), filled)
    if marked.score != marked.points:
        faulty = [mark for _, mark in marked.marks if mark.score < mark.part.points]
        yield f"the key has {marked.score} of {marked.points}: {faulty}"


def key_is_verified(trial: Trial) -> Iterator[str]:
    """The verifier reads the key as any article; a planted mistake is meant to be found."""
    if trial.made.planted is None:
        found = check(trial.key)
        faults = [
            f"{f.verdict} {f.name}: {f.message}" for f in found.findings if f.verdict in ("wrong", "carried")
        ]
        yield from faults


def blank_is_nothing(trial: Trial) -> Iterator[str]:
    (filled,) = answers.read(Source("sheet.md", render(trial.sheet, "md", False)))
    marked = grade(trial.sheet, filled)
    if marked.score:
        yield f"a blank sheet has {marked.score}: {marked.marks}"


def slips(solution: Solution) -> Iterator[tuple[str, str, Exact]]:
    """Step, slip and value, for slips that can be told from each other and from the truth."""
    scope = solution.frame.scope(solution.values, EXACT)
    for part in solution.exercise.parts:
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


def slips_are_named(trial: Trial) -> Iterator[str]:
    for step, slip, value in trial.slips:
        marked = graded(trial.sheet, {**trial.solution.values, step: value})
        mark = next(m for n, m in marked.marks if n.part.step == step and n.part.answer == "values")
        if mark.score < mark.part.points and mark.cause != slip:
            yield f"{slip} in {step} is called {mark.cause}"


def planted_slip_is_named(trial: Trial) -> Iterator[str]:
    made = trial.made
    if made.planted is None:
        return
    marked = graded(trial.sheet, trial.solution.printed)
    causes = [
        m.cause for n, m in marked.marks if n.part.step == made.planted.step and n.part.answer == "values"
    ]
    if causes != [made.planted.slip]:
        yield f"the planted {made.planted.slip} is called {causes}"


def error_is_carried(trial: Trial) -> Iterator[str]:
    """A wrong early step with right continuation loses marks in that step only."""
    made, solution = trial.made, trial.solution
    inputs = {given.name: solution.values[given.name] for given in made.derivation.inputs}
    asked = [part.step for part in made.parts if part.answer == "values"]
    if made.kind not in ("step", "grid") or len(asked) < 2:
        return
    for step, slip, value in trial.slips:
        try:
            after = solution.frame.steps(inputs, EXACT, fixed={step: value})
            marked = graded(trial.sheet, after)
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
        trial = Trial(exercise(topic, kind, difficulty, seed))
    except DerivationError as error:
        if "has no exercise of the kind" not in str(error):
            yield str(error)
        return
    for holds in PROPERTIES:
        yield from (f"{holds.__name__}: {what}" for what in holds(trial))


# ---------------------------------------------------------------- many of them

CELL = tuple[str, str, int]
"""Topic, kind and difficulty."""


def tried(seeds: range, cell: CELL) -> tuple[CELL, list[str]]:
    """The faults of so many seeds; one that breaks off is a fault and stops nothing."""
    found = []
    for seed in seeds:
        number = seed * 7919 + 1
        try:
            found += [f"seed {number}: {fault}" for fault in faults(*cell, number)]
        except Exception as error:
            found.append(f"seed {number}: broke off: {type(error).__name__}: {error}")
    return cell, found


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.exercises.stress", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2, help="seeds for each topic, kind and difficulty")
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on with a run")
    parser.add_argument("--topic", default=",".join(load_all()), help="ID,...")
    parser.add_argument("--kind", default=",".join(KINDS), help="KIND,...")
    parser.add_argument("--difficulty", default="1,2,3,4,5", help="LEVEL,...")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    return parser.parse_args(words)


def rounds(seeds: range) -> Iterator[range]:
    """A few seeds of everything first, then more and more."""
    size = 1
    while seeds:
        yield seeds[:size]
        seeds, size = seeds[size:], 4 * size


def main(words: Sequence[str]) -> int:
    """Print each fault, a line for each topic, and how many there are of what."""
    wanted = arguments(words)
    levels = [int(level) for level in wanted.difficulty.split(",")]
    start, bad, total = time.monotonic(), Counter[str](), 0
    with ProcessPoolExecutor(wanted.jobs) as pool:
        topics = wanted.topic.split(",")
        for seeds, topic in product(rounds(range(wanted.first, wanted.first + wanted.seeds)), topics):
            cells = list(product([topic], wanted.kind.split(","), levels))
            for cell, found in pool.map(partial(tried, seeds), cells):
                total += len(seeds)
                bad.update(fault.split(": ")[1] for fault in found)
                for fault in found:
                    print(*cell, fault[:400], flush=True)
            so_far = f"{total} exercises so far, {bad.total()} faults, {time.monotonic() - start:.0f} s"
            print(f"{topic}, seeds {seeds.start} to {seeds.stop - 1}: {so_far}", flush=True)
    for name, count in bad.most_common():
        print(f"{count:>6} {name}")
    return int(bad.total() > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
