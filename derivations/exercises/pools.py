"""What an input may hold, told from what the examples of its derivation hold.

Nothing is written down for single derivations: a vector of zeros and ones is a
mask and keeps its ones, a permutation stays one, logarithms stay logarithms, a
scalar that is never 0 or negative stays positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from derivations.exercises.draw import Draws
from derivations.exercises.worlds import Table, float_of, is_numeric, table
from derivations.model import Cell, Derivation, Example, Input

INTEGERS: tuple[tuple[Cell, ...], ...] = (
    (0, 1, 1, 2, 2, 3),
    (0, 1, 1, 2, -1, 3, 4),
    (0, 1, 2, -1, 3, -2),
    (0, 1, 2, -1, 3, -2, "1/2"),
    (0, 1, 2, -1, 3, -2, "1/2", "-1/2", "3/2"),
)
"""For matrices, by difficulty; what stands twice is drawn twice as often."""
LOGARITHMS: tuple[Cell, ...] = (
    0,
    "ln(2)",
    "ln(3)",
    "ln(2)",
    "-ln(2)",
    "-ln(3)",
    "ln(4)",
    "ln(6)",
    "ln(5)",
    "ln(8)",
)
POSITIVE: tuple[Cell, ...] = (1, 2, 3, 4, "1/2", "1/3", "1/4")
WIDEST = 64
"""Largest of the whole numbers that an input which counts something is drawn from."""


@dataclass(frozen=True)
class Pool:
    """The values of one input: drawn cell by cell, or, without values, only put in another order."""

    name: str
    values: tuple[Cell, ...]

    @property
    def is_fixed(self) -> bool:
        """Whether its values may only change places."""
        return not self.values

    def drawn(self, draws: Draws, old: Table) -> Table:
        """A new table of the same shape."""
        if self.is_fixed:
            return _reordered(draws, old)
        return tuple(tuple(draws.pick(self.values) for _ in row) for row in old)

    def with_cell_drawn(self, draws: Draws, old: Table) -> Table:
        """The table with one cell drawn anew."""
        if self.is_fixed:
            return _reordered(draws, old)
        i, j = draws.below(len(old)), draws.below(len(old[0]))
        row = (*old[i][:j], draws.pick(self.values), *old[i][j + 1 :])
        return (*old[:i], row, *old[i + 1 :])


def _reordered(draws: Draws, old: Table) -> Table:
    if len(old) == 1:
        return (tuple(draws.shuffled(old[0])),)
    return tuple(draws.shuffled(old))


def pools(derivation: Derivation, base: Example, difficulty: int) -> dict[str, Pool]:
    """The pool of every input, for variants of a base."""
    examples = [example for example in derivation.examples if is_numeric(example)]
    return {
        given.name: Pool(given.name, _values(given, base, examples, difficulty))
        for given in derivation.inputs
    }


def _values(given: Input, base: Example, examples: list[Example], difficulty: int) -> tuple[Cell, ...]:
    seen = [table(example.values[given.name]) for example in examples]
    cells = [cell for each in seen for row in each for cell in row]
    own = table(base.values[given.name])
    if _is_structure(given, seen, cells):
        return ()
    if any("ln" in str(cell) for row in own for cell in row):
        return _logarithmic(own, given)
    if not given.axes:
        return _scalars(cells)
    if any(not isinstance(cell, int) and not _is_rational(cell) for row in own for cell in row):
        return tuple(dict.fromkeys(cell for row in own for cell in row))
    return _multiples(own, INTEGERS[difficulty - 1])


def _is_structure(given: Input, seen: list[Table], cells: list[Cell]) -> bool:
    """A mask, a one-hot vector or a permutation."""
    if not given.axes or not {float_of(cell) for cell in cells} <= {0.0, 1.0}:
        return False
    permutation = all(
        len(each) == len(each[0])
        and all(sum(map(float_of, line)) == 1 for line in (*each, *zip(*each, strict=True)))
        for each in seen
    )
    return len(given.axes) == 1 or permutation


def _is_rational(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell.replace("/", "").replace("-", "").isdigit()


def _logarithmic(own: Table, given: Input) -> tuple[Cell, ...]:
    if not given.axes:
        return ("ln(2)", "ln(3)", "ln(4)")
    kept = [cell for row in own for cell in row]
    return (*LOGARITHMS, *(cell for cell in dict.fromkeys(kept) if cell not in LOGARITHMS))


def _scalars(cells: list[Cell]) -> tuple[Cell, ...]:
    """A scalar keeps its sign; what counts something stays a whole number."""
    values = [float_of(cell) for cell in cells]
    if min(values) <= 0:
        return tuple(dict.fromkeys(cells))
    if all(value == int(value) for value in values):
        return tuple(range(2, WIDEST + 1)) if max(values) > 4 else tuple(dict.fromkeys(cells))
    return tuple(dict.fromkeys((*cells, *POSITIVE)))


def _multiples(own: Table, integers: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Small numbers, times what all entries of the base are divisible by."""
    whole = [abs(int(cell)) for row in own for cell in row if isinstance(cell, int) and cell]
    unit = gcd(*whole) if whole else 1
    if unit == 1:
        return integers
    return tuple(int(Fraction(c) * unit) if (Fraction(c) * unit).denominator == 1 else unit for c in integers)
