"""The base of variants: an example, how pleasant each of its values is, and what may be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from derivations.derive import derive
from derivations.exact import Exact
from derivations.exercises.nice import Look, has_idle_row, is_as_pleasant, is_flat, looks
from derivations.exercises.pools import Pool, pools
from derivations.exercises.solution import is_short
from derivations.exercises.worlds import Frame, Table, exactly, floats, tables
from derivations.model import Derivation, DerivationError, Example

if TYPE_CHECKING:
    from derivations.arrays import Array

Tables = Mapping[str, Table]

LARGEST_WHOLE = 60.0
"""Values up to here are pleasant by hand, wherever the base ends."""
LARGEST_COUNT = 1e6
"""The same where nothing is a matrix: counts of operations are large."""


@dataclass(frozen=True)
class Base:
    """Where the variants of a difficulty start."""

    frame: Frame
    example: Example
    pools: Mapping[str, Pool]
    looks: Mapping[str, Look]
    largest: Mapping[str, float]
    """Bounds of the absolute values, so that sums stay short."""
    flat: int
    """Steps in which one number fills most cells, and values of which a row is repeated or 0."""
    idle: frozenset[str]
    """Values with such a row."""

    @cached_property
    def values(self) -> Mapping[str, Array]:
        """All values as floats.  Raises DerivationError where they cannot be worked out."""
        values = evaluated(self.frame, tables(self.example))
        if values is None:
            raise DerivationError(f"{self.frame.derivation.id}: the base cannot be worked out")
        return values

    @property
    def drawn(self) -> list[str]:
        """Matrices among the inputs whose cells are drawn."""
        inputs = self.frame.derivation.inputs
        return [each.name for each in inputs if len(each.axes) == 2 and not self.pools[each.name].is_fixed]

    def accepts(self, name: str, value: Array) -> bool:
        """Whether a value is as pleasant as in the base."""
        bound = max(self.looks[name], Look.FRACTION)
        return not _is_nan(value) and _largest(value) <= self.largest[name] and is_as_pleasant(value, bound)

    def moved(self, values: Mapping[str, Array], changes: Tables) -> dict[str, Array] | None:
        """The values after some inputs change; None as soon as one is less pleasant than in the base."""
        import numpy as np

        from derivations.arrays import ARRAY

        found = {**values, **{name: floats(cells) for name, cells in changes.items()}}
        touched = set(changes)
        scope = self.frame.scope(found, ARRAY)
        with np.errstate(all="ignore"):
            for name, needs in self.frame.needs.items():
                if name not in found or not touched.isdisjoint(needs):
                    value = attempted(self.frame, name, scope)
                    if value is None or not self.accepts(name, value):
                        return None
                    touched.add(name)
                    scope[name] = found[name] = value
        return found


def attempted(frame: Frame, name: str, scope: Mapping[str, Array]) -> Array | None:
    """The value of a step as floats; None where it cannot be worked out.

    NumPy may warn; it is for the caller, who tries many, to say once that it need not.
    """
    from derivations.arrays import ARRAY

    try:
        return frame.step(name, scope, ARRAY)
    except (DerivationError, ArithmeticError, ValueError):
        return None


def _is_nan(value: Array) -> bool:
    import numpy as np

    return bool(np.isnan(value).any())


def evaluated(frame: Frame, given: Tables) -> dict[str, Array] | None:
    """The values of a variant as floats; None where something cannot be worked out."""
    import numpy as np

    from derivations.arrays import ARRAY

    try:
        with np.errstate(all="ignore"):
            values = frame.steps({name: floats(cells) for name, cells in given.items()}, ARRAY)
    except (DerivationError, ArithmeticError, ValueError):
        return None
    return None if any(np.isnan(value).any() for value in values.values()) else values


def _largest(value: Array) -> float:
    import numpy as np

    return float(np.abs(np.where(np.isfinite(value), value, 0.0)).max())


# ---------------------------------------------------------------- making one


def seen_first(derivation: Derivation, example: Example, difficulty: int) -> Base:
    """An example as it stands.  Raises DerivationError for one that cannot be worked out with floats."""
    shown = replace(example, values=tables(example), note="", title=derivation.title)
    frame = frame_of(derivation, shown)
    values = evaluated(frame, tables(shown))
    if values is None:
        raise DerivationError(f"{derivation.id}, example {example.id}: cannot be worked out with floats")
    return confirmed(
        seen(frame, shown, pools(derivation, shown, difficulty), values), exactly(derivation, shown)
    )


def frame_of(derivation: Derivation, example: Example) -> Frame:
    """The sizes and shapes of an example.  Raises DerivationError where it cannot be worked out."""
    from derivations.arrays import ARRAY

    values = derive(derivation, example, ARRAY)
    return Frame.of(derivation, {name: (len(value), len(value[0])) for name, value in values.items()})


def seen(frame: Frame, example: Example, drawn: Mapping[str, Pool], values: Mapping[str, Array]) -> Base:
    """A base as floats see it."""
    flat = sum(is_flat(values[step.name]) for step in frame.derivation.steps)
    idle = frozenset(name for name, value in values.items() if has_idle_row(value))
    return Base(frame, example, drawn, looks(values), _bounds(values), flat + len(idle), idle)


def confirmed(found: Base, exact: Mapping[str, Exact]) -> Base:
    """The base as exact values see it: GELU far from 0 only comes close to a fraction, and is none."""
    certain = {name: each if is_short(exact[name]) else Look.DECIMAL for name, each in found.looks.items()}
    return replace(found, looks=certain)


def _bounds(values: Mapping[str, Array]) -> dict[str, float]:
    matrices = any(value.shape != (1, 1) for value in values.values())
    least = LARGEST_WHOLE if matrices else LARGEST_COUNT
    return {name: max(least, 2 * _largest(value)) for name, value in values.items()}
