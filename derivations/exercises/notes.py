"""What is known while a sheet is graded: the verifier's book, with the formulas of a derivation in it.

Inputs and printed steps are given; what a student has answered is an entry with
two readings, the true value and the value as written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb, arb_mat

from derivations.evaluate import define
from derivations.exact.balls import BALL
from derivations.exercises.solution import Solution
from derivations.model import DerivationError, Node, Verdict
from derivations.verify.book import Book
from derivations.verify.entries import Entry, Resolved
from derivations.verify.literals import Printed, rational


@dataclass
class Notes(Book):
    """A book whose formulas are the steps of a derivation."""

    solution: Solution | None = None
    steps: dict[Node, str] = field(default_factory=dict)
    """The name of a step by its formula."""

    @staticmethod
    def of(solution: Solution) -> Notes:
        """The book of an exercise, with its inputs."""
        made = Notes(solution=solution)
        for given in solution.exercise.derivation.inputs:
            made.know(given.name)
        made.steps = {formula: name for name, formula in solution.frame.formulas.items()}
        return made

    def know(self, name: str) -> None:
        """A value that is printed on the sheet, or that the student has left out."""
        assert self.solution is not None
        true = self.solution.balls[name]
        self.entries.append(Entry(name, name, None, true, true, true, true))

    def take(self, name: str, literal: Printed, part: str, verdict: Verdict) -> None:
        """A value that the student has written; cells that are left out are true."""
        assert self.solution is not None
        true = self.solution.balls[name]
        points, wide = _matrix(literal, true, 0), _matrix(literal, true, 1)
        followed = points if verdict is Verdict.WRONG else self.followed(self.formula(name))
        self.entries.append(
            Entry(name, name, literal, true, points, wide, followed, claim=part, verdict=verdict)
        )

    def true(self, resolved: Resolved) -> arb_mat | None:
        """The exact value of a step: balls could not tell whether two of its inputs are equal."""
        assert self.solution is not None
        return self.solution.balls[self.steps[resolved.node]]

    def formula(self, name: str) -> Resolved:
        """The formula of a step, with the entries that it uses."""
        assert self.solution is not None
        node = self.solution.frame.formulas[name]
        used = self.solution.frame.needs[name]
        return Resolved(node, tuple(entry for entry in self.entries if entry.key in used))

    def values(self, reading: str) -> dict[str, arb_mat]:
        """All entries in one reading, and the sizes of the axes."""
        assert self.solution is not None
        found = {e.key: value for e in self.entries if (value := getattr(e, reading)) is not None}
        return self.solution.frame.scope(found, BALL)

    def evaluate(self, node: Node, reading: str) -> arb_mat:
        """The value of a step's formula.  Raises DerivationError where there is none."""
        return self._define(node, self.values(reading))

    def _define(self, node: Node, values: dict[str, arb_mat]) -> arb_mat:
        assert self.solution is not None
        shape = self.solution.values[self.steps[node]].shape
        value: arb_mat = define(node, shape, values, BALL)
        return value

    def with_fault(self, resolved: Resolved, fault: Entry, reading: str = "points") -> arb_mat | None:
        """The value from what the student wrote, all put right but one, which is read in its own way."""
        values = self.values("mended")
        own = getattr(fault, reading)
        if own is not None:
            values[fault.key] = own
        try:
            return self._define(resolved.node, values)
        except (DerivationError, ArithmeticError, ValueError):
            return None


def _matrix(literal: Printed, true: arb_mat, spread: int) -> arb_mat:
    """The cells as written, widened by their rounding where ``spread`` is 1."""
    rows: list[list[arb]] = []
    for i, row in enumerate(literal.rows):
        rows.append([])
        for j, cell in enumerate(row):
            ball = true[i, j] if cell.ball is None else cell.ball
            reach = rational((cell.half or Fraction(0)) * spread)
            rows[-1].append(arb(ball.mid(), reach) if spread and cell.half else ball)
    return arb_mat(rows)
