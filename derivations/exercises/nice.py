"""Numbers that are pleasant by hand: short fractions, logarithms of them, roots of them.

The tests work on floats, far coarser than their error and far finer than the
distance between two short fractions, so that every machine decides alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import ndarray

MOST_BELOW = 50
"""Largest denominator of a short fraction."""
SQUARES = (64, 81, 100, 121, 144)
"""Larger ones that are welcome, because two weights with short denominators are multiplied."""
LARGEST = 999
"""Largest value that is written as a fraction."""
CLOSE = 1e-9
MOST_ALIKE = 2 / 3
"""Share of the cells that may hold the same number."""


class Look(IntEnum):
    """How the entries of a matrix look, the pleasantest first."""

    WHOLE = 0
    FRACTION = 1
    EXACT = 2
    """Logarithms and roots: short, and still exact."""
    DECIMAL = 3


def is_fraction(values: ndarray, most_below: int = MOST_BELOW) -> ndarray:
    """Entry by entry, whether it is a fraction with a small denominator; -∞ counts as whole."""
    import numpy as np

    found: ndarray = _is_whole(values) | (values == -np.inf)
    if most_below == 1 or found.all():
        return found
    rest = ~found & (np.abs(values) <= LARGEST)
    found[rest] = _is_whole(_denominators(most_below) * values[rest]).any(axis=0)
    return found


def _is_whole(values: ndarray) -> ndarray:
    """Entry by entry, whether it is a whole number; infinity is none."""
    import numpy as np

    is_finite = np.isfinite(values)
    finite = np.where(is_finite, values, 0.0)
    near = np.abs(finite - np.round(finite)) < CLOSE * np.maximum(1.0, np.abs(finite))
    whole: ndarray = near & is_finite
    return whole


@cache
def _denominators(most: int) -> ndarray:
    """Those of short fractions, as a column beside the values, (denominators, 1)."""
    import numpy as np

    return np.array([*range(2, most + 1), *(SQUARES if most == MOST_BELOW else ())]).reshape(-1, 1)


def is_as_pleasant(values: ndarray, bound: Look) -> bool:
    """Whether the look of a matrix is this one or a pleasanter one."""
    if bound is Look.DECIMAL:
        return True
    return bool(is_fraction(values).all()) if bound is Look.FRACTION else look(values) <= bound


def look(values: ndarray) -> Look:
    """The look of a matrix: that of its least pleasant entry."""
    import numpy as np

    if is_fraction(values, 1).all():
        return Look.WHOLE
    fraction = is_fraction(values)
    if fraction.all():
        return Look.FRACTION
    rest = np.where(fraction, 0.0, values)
    if not np.isfinite(rest).all() or np.abs(rest).max() > 20:
        return Look.DECIMAL
    logarithm = is_fraction(np.exp(rest), 12) | is_fraction(np.exp(2 * rest), 12)
    logarithm &= np.abs(rest) <= np.log(LARGEST)
    root = is_fraction(rest * rest, 12)
    return Look.EXACT if (fraction | logarithm | root).all() else Look.DECIMAL


def is_flat(values: ndarray) -> bool:
    """Whether one number fills most cells, so that guessing it is worth something."""
    if values.size < 3:
        return False
    most = max(Counter(f"{x:.9g}" for x in values.flatten().tolist()).values())
    return most > MOST_ALIKE * values.size


def has_idle_row(values: ndarray) -> bool:
    """Whether a row occurs twice or holds zeros only, so that there is less to do; a column may."""
    rows = {tuple(f"{x:.9g}" for x in row) for row in values.tolist()}
    return values.shape[1] > 1 and (len(rows) < len(values) or not values.any(axis=1).all())


def looks(values: Mapping[str, ndarray]) -> dict[str, Look]:
    """The look of every value."""
    return {name: look(value) for name, value in values.items()}
