"""Many variants of one exercise: their time, their spread, how far guessing gets, what is rejected."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivations.exercises.draw import seed_of
from derivations.exercises.generate import Drawn, drawn
from derivations.exercises.solution import Solution
from derivations.model import Part


@dataclass(frozen=True)
class Guess:
    """What somebody gets for a part who gives the commonest answer everywhere, over many variants."""

    part: str
    step: str
    answers: int
    """Different answers that occur."""
    commonest: str
    share: float
    """Of the cells, or of the parts, that the commonest answer gets right."""


@dataclass(frozen=True)
class Stress:
    """What a stress test found."""

    topic: str
    kind: str
    difficulty: int
    count: int
    seconds: tuple[float, ...]
    """For each variant."""
    measures: tuple[float, ...]
    alike: int
    """Variants that another one is the same as."""
    guesses: tuple[Guess, ...]
    rejected: tuple[tuple[str, int], ...]
    """Reasons, the commonest first."""


def stress(topic: str, kind: str, difficulty: int, salt: str, count: int) -> Stress:
    """Draw so many variants and look at them."""
    found: list[Drawn] = []
    seconds: list[float] = []
    for at in range(1, count + 1):
        start = time.perf_counter()
        found.append(
            drawn(topic, kind, difficulty, seed_of(salt, f"{at:03d}", f"{topic}:{kind}:{difficulty}"))
        )
        seconds.append(time.perf_counter() - start)
    texts = Counter(repr((d.exercise.example.values, d.exercise.parts, d.exercise.sizes)) for d in found)
    reasons = Counter(reason for each in found for reason in each.rejected)
    return Stress(
        topic,
        kind,
        difficulty,
        count,
        tuple(seconds),
        tuple(each.exercise.measure for each in found),
        sum(times - 1 for times in texts.values()),
        tuple(_guesses(found)),
        tuple(reasons.most_common()),
    )


def _guesses(found: list[Drawn]) -> Iterator[Guess]:
    """Part by part; parts are told apart by their number."""
    cells: dict[tuple[str, str], Counter[str]] = {}
    for each in found:
        solution = Solution(each.exercise)
        for part in each.exercise.parts:
            step = "" if each.exercise.planted else part.step
            cells.setdefault((part.id, step), Counter()).update(answers(solution, part))
    for (number, step), counts in sorted(cells.items(), key=lambda item: (int(item[0][0]), item[0][1])):
        commonest, times = counts.most_common(1)[0]
        yield Guess(number, step, len(counts), commonest, float(Fraction(times, counts.total())))


def answers(solution: Solution, part: Part) -> list[str]:
    """The right answers to a part: cells, a letter, a shape or a formula."""
    if part.options:
        return [solution.letter(part)]
    if part.answer == "shape":
        return ["×".join(map(str, solution.shape(solution.asked(part))))]
    if part.answer == "formula":
        return [part.right]
    rows = solution.cells(part)
    return [rows[i - 1][j - 1] for i, j in solution.blanks(part)]
