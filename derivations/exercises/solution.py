"""An exercise with its answers: what is printed on the sheet, and what belongs in the blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flint import arb_mat

from derivations.evaluate import Scope, integer_of
from derivations.exact import EXACT, Exact
from derivations.exercises.worlds import Frame, exactly
from derivations.formula import parse
from derivations.model import Exercise, Input, Part, Step
from derivations.verify.literals import DIGITS

Shape = tuple[int, int]

LONGEST = 24
"""Characters of an exact entry that people write by hand."""
NAMED = re.compile(r"erf|sin|cos|tanh|exp")
"""Functions whose values nobody leaves as they are."""
EULER = re.compile(r"\bE\b")
"""SymPy's name of e, which in a formula is a matrix."""


@dataclass(frozen=True)
class Solution:
    """The right answers of an exercise; nothing is worked out before it is asked for."""

    exercise: Exercise

    @cached_property
    def frame(self) -> Frame:
        """Sizes and shapes of the variant."""
        return Frame.of(self.exercise.derivation, {name: value.shape for name, value in self.values.items()})

    @cached_property
    def values(self) -> dict[str, Exact]:
        """All inputs and steps, exactly."""
        return exactly(self.exercise.derivation, self.exercise.example)

    @cached_property
    def balls(self) -> dict[str, arb_mat]:
        """The values with as many digits as the verifier compares."""
        return {name: value.enclosure(DIGITS) for name, value in self.values.items()}

    @cached_property
    def printed(self) -> Mapping[str, Exact]:
        """The values as the sheet has them: with the planted slip, where there is one."""
        planted = self.exercise.planted
        if planted is None:
            return self.values
        given = {each.name: self.values[each.name] for each in self.exercise.derivation.inputs}
        return self.frame.steps(given, EXACT, replaced={planted.step: planted.formula})

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The steps whose values stand on the sheet."""
        if self.exercise.kind == "error":
            return tuple(step.name for step in self.exercise.derivation.steps)
        if self.exercise.kind == "shape":
            return ()
        asked = [part.step for part in self.exercise.parts if part.step and part.answer != "formula"]
        return tuple(self.frame.shown(asked, self._repeats))

    def _repeats(self, name: str, other: str) -> bool:
        """Whether one value could be read off the other."""
        one, two = texts(self.values[name]), texts(self.values[other])
        return len(one) * len(one[0]) > 1 and one in (two, [list(row) for row in zip(*two, strict=True)])

    def shape(self, part: Step | Input) -> Shape:
        """Rows and columns: of the values, or of the sizes where only shapes are asked for."""
        if not self.exercise.sizes:
            return self.values[part.name].shape
        scope = Scope({}, EXACT, dict(self.exercise.sizes))
        sizes = [int(integer_of(parse(axis), scope)) for axis in part.axes]
        rows, columns = [1, 1, *sizes][-2:]
        return rows, columns

    def step(self, part: Part) -> Step:
        """The step that a part is about."""
        return next(step for step in self.exercise.derivation.steps if step.name == part.step)

    def asked(self, part: Part) -> Step | Input:
        """The step or, where only shapes are asked for, the input that a part is about."""
        derivation = self.exercise.derivation
        parts: tuple[Step | Input, ...] = (*derivation.inputs, *derivation.steps)
        return next(each for each in parts if each.name == part.step)

    def cells(self, part: Part) -> list[list[str]]:
        """The right entries as text: exact ones that SymPy reads, or decimals with the digits asked for."""
        value = self.values[part.step]
        return exact_cells(value) if part.places is None else value.fixed(part.places)

    def cells_tex(self, part: Part, more: int = 0) -> list[list[str]]:
        """The right entries as TeX; decimals with so many more digits than are asked for."""
        value = self.values[part.step]
        if part.places is not None:
            return [
                [cell.replace("-inf", r"-\infty") for cell in row] for row in value.fixed(part.places + more)
            ]
        rows, columns = value.shape
        return [[value.entry_tex(i, j) for j in range(1, columns + 1)] for i in range(1, rows + 1)]

    def blanks(self, part: Part) -> list[tuple[int, int]]:
        """The cells to fill in, row by row, 1-based."""
        if part.cells:
            return list(part.cells)
        rows, columns = self.values[part.step].shape
        return [(i, j) for i in range(1, rows + 1) for j in range(1, columns + 1)]

    def letter(self, part: Part) -> str:
        """The letter of the right option."""
        return letter(next(at for at, option in enumerate(part.options) if option.is_right))


def exact_cells(value: Exact) -> list[list[str]]:
    """Exact entries as text that this program and SymPy read."""
    return [[EULER.sub("exp(1)", cell) for cell in row] for row in texts(value)]


@lru_cache(maxsize=512)
def texts(value: Exact) -> list[list[str]]:
    """Exact entries as text: every page and every comparison of it asks again."""
    return value.text()


def is_short(value: Exact) -> bool:
    """Whether every entry is so short that it is written exactly rather than in decimals."""
    return all(len(cell) <= LONGEST and not NAMED.search(cell) for row in texts(value) for cell in row)


def letter(at: int) -> str:
    """A, B, C … for options counted from 0; after Z comes AA."""
    return letter(at // 26 - 1) + letter(at % 26) if at > 25 else "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at]
