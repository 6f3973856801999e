"""What should stand in a cell: the true value, or what follows from the student's own answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivations.evaluate import evaluate
from derivations.exact import EXACT, Exact
from derivations.exact.structure import select
from derivations.exercises.filled import At, Filled
from derivations.exercises.solution import Solution
from derivations.model import DerivationError, Node, Part

PLACES = 4
LONGEST = 40
LARGEST_EXPONENT = 60


@dataclass
class Expectation:
    """Exact values in the student's own world, as far as they stay small."""

    solution: Solution
    own: dict[str, Exact] = field(default_factory=dict)

    def take(self, name: str, found: Filled) -> None:
        """The student has written this value."""
        true = self.solution.values[name]
        cells = {at: _exact(cell.node) for at, cell in found.cells.items()}
        if any(cell is None for cell in cells.values()):
            return
        rows, columns = true.shape
        table = [
            [cells.get((i, j)) or select(true, [i - 1], [j - 1]) for j in range(1, columns + 1)]
            for i in range(1, rows + 1)
        ]
        self.own[name] = EXACT.assemble(table)

    def cell(self, part: Part, at: At, own: bool) -> str:
        """The expected cell as one line of text."""
        value = self.own_value(part.step) if own else None
        return shown(value if value is not None else self.solution.values[part.step], at, part.places)

    def own_value(self, name: str) -> Exact | None:
        """What follows exactly from the student's own answers; None where nothing does."""
        frame = self.solution.frame
        try:
            values = {
                given.name: self.solution.values[given.name]
                for given in self.solution.exercise.derivation.inputs
            }
            before = {each: value for each, value in self.own.items() if each != name}
            return frame.steps(values, EXACT, fixed=before)[name]
        except (DerivationError, ArithmeticError, ValueError):
            return None


def shown(value: Exact, at: At, places: int | None) -> str:
    """A cell, 1-based: exactly where that is short, else in decimals."""
    cell = select(value, [at[0] - 1], [at[1] - 1])
    text = cell.plain()
    if places is not None or len(text) > LONGEST:
        return cell.fixed(places or PLACES)[0][0]
    return text


def _exact(node: Node) -> Exact | None:
    """The value of a cell as written; None where it would be too large to hold."""
    for inner in node.walk():
        if inner.kind == "power" and not _is_modest(inner.args[1]):
            return None
    try:
        return evaluate(node, {}, EXACT)
    except (DerivationError, ArithmeticError, ValueError):
        return None


def _is_modest(exponent: Node) -> bool:
    numbers = [inner.data.value for inner in exponent.walk() if inner.kind == "number"]
    nested = any(inner.kind == "power" for inner in exponent.walk())
    return not nested and all(abs(value) <= LARGEST_EXPONENT for value in numbers)
