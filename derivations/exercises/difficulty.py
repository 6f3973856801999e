"""How hard an exercise is, on the scale 1 to 5, from what can be counted on its sheet.

==============  ======  ====================================================
measure         weight  from 0 to 1
==============  ======  ====================================================
steps asked     0.55    2 steps -> 0, 8 steps -> 1
cells to fill   0.30    4 cells -> 0, 256 cells -> 1, by doublings
fractions       0.05    share of the cells that are not whole numbers
masks           0.10    whether a value on the way holds -∞
==============  ======  ====================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import TYPE_CHECKING

from derivations.exercises.nice import is_fraction

if TYPE_CHECKING:
    from derivations.arrays import Array

WEIGHTS = (0.55, 0.30, 0.05, 0.10)


def measure(asked: Sequence[str], cells: int, values: Mapping[str, Array]) -> float:
    """The difficulty of asking for these steps, ``cells`` entries in all."""
    import numpy as np

    filled = np.concatenate([values[name].flatten() for name in asked]) if asked else np.zeros(1)
    shares = (
        _clipped((len(asked) - 2) / 6),
        _clipped((log2(max(cells, 1)) - 2) / 6),
        float(1 - is_fraction(filled.reshape(1, -1), 1).mean()),
        float(any(np.isinf(value).any() for value in values.values())),
    )
    return 1 + 4 * sum(weight * share for weight, share in zip(WEIGHTS, shares, strict=True))


def _clipped(share: float) -> float:
    return min(max(share, 0.0), 1.0)
