"""How hard an exercise is: the work that it takes by hand, beside what is usual at its level.

The level, 1 to 5, says how many steps are left out and how large everything is
(``selection.COUNTS``, ``growing.POSITIONS`` and ``WIDTHS``).  The work counts

* for every step that is asked for, the operations of its formula at these sizes,
  and of those the share of the cells that are left out: size and steps blanked;
* half as much again for cells that are no whole numbers: fractions;
* one operation for every -∞: masks;
* ten for every step that a formula has to do without; an identity counts like the formula beside it.

Where a mistake has to be found, every line that may be the wrong one is worked out.

An exercise of level 2 that takes the usual work of level 2 measures 2.0; twice
the work is one level more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log2
from typing import TYPE_CHECKING

from derivations.costs import cost_of
from derivations.exercises.nice import is_fraction
from derivations.exercises.worlds import Frame
from derivations.model import FormulaError, Part, Planted

if TYPE_CHECKING:
    from derivations.arrays import Array

FOR_FRACTIONS = 0.5
"""How much more work a cell is that is no whole number."""
FOR_A_CELL = 2
"""Operations of a cell that is defined by itself, not by matrices."""
FOR_A_SHAPE = 2
FOR_A_STEP_LEFT_OUT = 10
FARTHEST = 0.1
"""How far from its level an exercise may measure."""


def measure(level: int, work: float, usual: float) -> float:
    """The difficulty of so much work where ``usual`` is the middle of the level."""
    return level + log2(work / usual)


def work(frame: Frame, parts: Sequence[Part], planted: Planted | None, values: Mapping[str, Array]) -> float:
    """Operations by hand that the questions take."""
    import numpy as np

    if planted is not None:
        suspects = {option.tex for part in parts if not part.step for option in part.options}
        asked = {step.name: 1.0 for step in frame.derivation.steps if step.formula in suspects}
    else:
        asked = {part.step: _share(frame, part) for part in parts if part.step and part.answer != "formula"}
    if all(part.answer == "shape" for part in parts):
        return float(FOR_A_SHAPE * len(parts))
    masked = sum(float(np.isinf(value).sum()) for value in values.values())
    return (
        masked
        + _formulas(parts)
        + sum(
            share * operations(frame, name) * (1 + FOR_FRACTIONS * _fractions(values[name]))
            for name, share in asked.items()
        )
    )


def _formulas(parts: Sequence[Part]) -> float:
    """What has to be written; an identity counts as much as the formula beside it."""
    left_out = [len(part.without) for part in parts if part.answer == "formula"]
    most = max(left_out, default=0) or 1
    return float(FOR_A_STEP_LEFT_OUT * sum(each or most for each in left_out))


def _share(frame: Frame, part: Part) -> float:
    rows, columns = frame.shapes[part.step]
    return len(part.cells) / (rows * columns) if part.cells else 1.0


def _fractions(value: Array) -> float:
    """The share of the entries that are no whole numbers."""
    return 1 - float(is_fraction(value, 1).mean())


def operations(frame: Frame, name: str) -> int:
    """Operations of a step from the values that it names."""
    step = next(step for step in frame.derivation.steps if step.name == name)
    shapes = {used: frame.shapes[used] for used in frame.needs[name]}
    return _operations(step.formula, frame.shapes[name], tuple(shapes.items()), tuple(frame.sizes.items()))


@lru_cache(maxsize=4096)
def _operations(
    formula: str,
    shape: tuple[int, int],
    used: tuple[tuple[str, tuple[int, int]], ...],
    sizes: tuple[tuple[str, int], ...],
) -> int:
    """The count of the formula, at least one operation for a cell."""
    known: dict[str, tuple[str, ...]] = {axis: () for axis, _ in sizes}
    known |= {name: (str(rows), str(columns)) for name, (rows, columns) in used}
    cells = shape[0] * shape[1]
    try:
        return max(int(cost_of([formula], known).operations.at(dict(sizes))), cells)
    except FormulaError:
        return FOR_A_CELL * cells
