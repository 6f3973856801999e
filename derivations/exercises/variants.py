"""Variants of a derivation: other numbers of the same kind, as pleasant as those of its examples.

A *base* belongs to a derivation and a difficulty: the example whose values are
pleasantest, brought to the sizes of the difficulty.  A *variant* is a random walk
from there: inputs are drawn anew, rows and columns change places, and a move is
taken only if every value stays as pleasant as it was in the base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from derivations import checks
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.nice import Look, is_flat, look, looks
from derivations.exercises.pools import Pool, pools
from derivations.exercises.solution import is_short
from derivations.exercises.worlds import Frame, Table, exactly, floats, is_numeric, tables
from derivations.formula import parse
from derivations.model import Derivation, DerivationError, Example, Input, Step

if TYPE_CHECKING:
    from derivations.arrays import Array
    from derivations.exact import Exact

Tables = Mapping[str, Table]

POSITIONS = (2, 3, 3, 4, 4)
"""Sizes of axes that count positions, by difficulty."""
WIDTHS = (2, 2, 3, 3, 4)
"""Sizes of the other axes, by difficulty."""
TRIES = 40
"""How often a size is tried with other numbers."""
POLISH = 80
"""How often a cell of the base is drawn anew to make more steps exact."""
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
    """Steps in which one number fills most cells."""

    def accepts(self, name: str, value: Array) -> bool:
        """Whether a value is as pleasant as in the base."""
        bound = max(self.looks[name], Look.FRACTION)
        return bool(look(value) <= bound and _largest(value) <= self.largest[name] and not _is_nan(value))

    def moved(self, values: Mapping[str, Array], changes: Tables) -> dict[str, Array] | None:
        """The values after some inputs change; None as soon as one is less pleasant than in the base."""
        from derivations.arrays import ARRAY

        found = {**values, **{name: floats(cells) for name, cells in changes.items()}}
        touched = set(changes)
        scope = self.frame.scope(found, ARRAY)
        for step in self.frame.derivation.steps:
            if not touched.isdisjoint(self.frame.needs[step.name]):
                value = attempted(self.frame, step.name, scope)
                if value is None or not self.accepts(step.name, value):
                    return None
                touched.add(step.name)
                scope[step.name] = found[step.name] = value
        return found


def attempted(frame: Frame, name: str, scope: Mapping[str, Array]) -> Array | None:
    """The value of a step as floats; None where it cannot be worked out."""
    import numpy as np

    from derivations.arrays import ARRAY

    try:
        with np.errstate(all="ignore"):
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


# ---------------------------------------------------------------- the base


@lru_cache(maxsize=512)
def base(derivation_id: str, difficulty: int) -> Base:
    """The base of a derivation of the library."""
    from derivations.library import load

    derivation = load(derivation_id)
    draws = Draws(seed_of("base", derivation_id, str(difficulty)))
    found = [_base(derivation, each, difficulty) for each in derivation.examples if is_numeric(each)]
    best = _polished(max(found, key=_pleasantness), difficulty, draws)
    return _polished(_grown(best, difficulty, draws), difficulty, draws)


def _base(derivation: Derivation, example: Example, difficulty: int) -> Base:
    given = tables(example)
    frame = Frame.of(derivation, example)
    values = evaluated(frame, given)
    if values is None:
        raise DerivationError(f"{derivation.id}, example {example.id}: cannot be worked out with floats")
    variant = replace(example, values=given, note="", title=derivation.title)
    certain = _certain(looks(values), exactly(derivation, example))
    flat = sum(is_flat(values[step.name]) for step in derivation.steps)
    return Base(frame, variant, pools(derivation, variant, difficulty), certain, _bounds(values), flat)


def _certain(found: Mapping[str, Look], exact: Mapping[str, Exact]) -> dict[str, Look]:
    """What only comes close to a fraction, such as GELU far from 0, is none."""
    return {name: look if is_short(exact[name]) else Look.DECIMAL for name, look in found.items()}


def _bounds(values: Mapping[str, Array]) -> dict[str, float]:
    matrices = any(value.shape != (1, 1) for value in values.values())
    least = LARGEST_WHOLE if matrices else LARGEST_COUNT
    return {name: max(least, 2 * _largest(value)) for name, value in values.items()}


def _pleasantness(found: Base) -> tuple[bool, int, int]:
    """Logarithms, which make weights short fractions; then more exact steps, then a smaller example."""
    steps = [step.name for step in found.frame.derivation.steps]
    logarithms = any(
        "ln" in str(cell) for each in tables(found.example).values() for row in each for cell in row
    )
    return logarithms, _exact(found), -sum(a * b for a, b in (found.frame.shapes[name] for name in steps))


def _exact(found: Base) -> int:
    return sum(found.looks[step.name] < Look.DECIMAL for step in found.frame.derivation.steps)


def _polished(start: Base, difficulty: int, draws: Draws) -> Base:
    """The base with other numbers, where these make more of its steps exact."""
    best = start
    for _ in range(POLISH):
        if _exact(best) == len(best.frame.derivation.steps):
            break
        name = draws.pick([name for name, pool in best.pools.items() if not pool.is_fixed])
        given = dict(tables(best.example))
        given[name] = best.pools[name].with_cell_drawn(draws, given[name])
        values = evaluated(best.frame, given)
        if values is not None and _is_better(looks(values), best.looks):
            found = _base(best.frame.derivation, replace(best.example, values=given), difficulty)
            best = found if found.flat <= best.flat else best
    return best


def _is_better(new: Mapping[str, Look], old: Mapping[str, Look]) -> bool:
    """Not more decimals than before, so that a plateau can be crossed."""
    return sum(look is Look.DECIMAL for look in new.values()) <= sum(
        look is Look.DECIMAL for look in old.values()
    )


def _grown(start: Base, difficulty: int, draws: Draws) -> Base:
    """The base with each axis as near to the size of the difficulty as pleasant numbers are found."""
    for axis in _free_axes(start.frame.derivation):
        wanted = (POSITIONS if axis in ("n", "m") else WIDTHS)[difficulty - 1]
        for size in _towards(start.frame.sizes[axis], wanted):
            start = _resized(start, {**start.frame.sizes, axis: size}, difficulty, draws) or start
    return start


def _free_axes(derivation: Derivation) -> list[str]:
    """Axes of matrices that occur only by themselves, so that nothing else hangs on their size."""
    parts: list[Input | Step] = [*derivation.inputs, *derivation.steps]
    axes = [axis for part in parts for axis in part.axes]
    inner = {node.data for axis in axes for node in parse(axis).walk() if parse(axis).kind != "name"}
    own = dict.fromkeys(axis for given in derivation.inputs for axis in given.axes)
    return [axis for axis in own if parse(axis).kind == "name" and axis not in inner]


def _towards(size: int, wanted: int) -> Iterator[int]:
    step = 1 if wanted > size else -1
    yield from range(size + step, wanted + step, step)


def _resized(start: Base, sizes: Mapping[str, int], difficulty: int, draws: Draws) -> Base | None:
    """The base with other sizes, new cells drawn; None where no draw is pleasant."""
    derivation = start.frame.derivation
    for _ in range(TRIES):
        given = {each.name: _fitted(each.axes, start, each.name, sizes, draws) for each in derivation.inputs}
        example = replace(start.example, values=given, tokens=())
        try:
            found = _base(derivation, example, difficulty)
            agrees = _agrees_with_reference(found)
        except (DerivationError, ArithmeticError, ValueError):
            continue
        if (
            agrees
            and found.flat <= start.flat
            and all(found.looks[name] <= max(start.looks[name], Look.FRACTION) for name in found.looks)
        ):
            return replace(found, pools=start.pools)
    return None


def _agrees_with_reference(found: Base) -> bool:
    """Whether the sizes make sense to the independent reference too: a width may have to be even."""
    values = exactly(found.frame.derivation, found.example)
    return all(check.passed for check in checks.run(found.frame.derivation, values))


def _fitted(axes: tuple[str, ...], start: Base, name: str, sizes: Mapping[str, int], draws: Draws) -> Table:
    """A table cut or filled up to the sizes of its axes."""
    old: Table = tables(start.example)[name]
    shape = (len(old), len(old[0]))
    wanted = (
        [sizes.get(axis, size) for axis, size in zip(axes, shape[-len(axes) :], strict=True)] if axes else []
    )
    rows, columns = (*shape[: 2 - len(wanted)], *wanted)
    pool = start.pools[name]
    fill = pool.values or tuple(cell for row in old for cell in row)
    if 0 in fill and draws.chance(0.5):
        fill = (0, 0, *fill)  # sparse rows keep fractions short; the walk draws their cells again

    def cell(i: int, j: int) -> object:
        return old[i][j] if i < shape[0] and j < shape[1] else draws.pick(fill)

    return tuple(tuple(cell(i, j) for j in range(columns)) for i in range(rows))  # type: ignore[misc]


# ---------------------------------------------------------------- the walk


def variant(start: Base, draws: Draws) -> tuple[Example, dict[str, Array]]:
    """Another example as pleasant as the base, and its values as floats."""
    given: dict[str, Table] = dict(tables(start.example))
    values = evaluated(start.frame, given)
    if values is None:
        raise DerivationError(f"{start.frame.derivation.id}: the base cannot be worked out")
    for move in _moves(start, draws):
        changes = {name: cells for name, cells in move(given).items() if cells != given[name]}
        kept = start.moved(values, changes) if changes else None
        if kept is not None:
            given, values = given | changes, kept
    return replace(start.example, values=given), values


CELLS_DRAWN = 2
"""How often one cell of every input is drawn anew, after whole inputs."""
Move = Callable[[Tables], Tables]
"""The inputs that change, and some that may not."""


def _moves(start: Base, draws: Draws) -> Iterator[Move]:
    """Every input drawn as a whole, then cells one by one; at last rows and columns in another order."""
    names = [given.name for given in start.frame.derivation.inputs]
    for name in draws.shuffled(names):
        yield partial(_drawn, start, draws, name)
    for _ in range(CELLS_DRAWN):
        for name in draws.shuffled(names):
            yield partial(_cell_drawn, start, draws, name)
    for axis in draws.shuffled(list(start.frame.sizes)):
        yield partial(_reordered, start, draws, axis)


def _drawn(start: Base, draws: Draws, name: str, given: Tables) -> Tables:
    return {name: start.pools[name].drawn(draws, given[name])}


def _cell_drawn(start: Base, draws: Draws, name: str, given: Tables) -> Tables:
    return {name: start.pools[name].with_cell_drawn(draws, given[name])}


def _reordered(start: Base, draws: Draws, axis: str, given: Tables) -> Tables:
    """The places along an axis in another order, the same in every input."""
    order = draws.shuffled(range(start.frame.sizes[axis]))
    changed = dict(given)
    for each in start.frame.derivation.inputs:
        cells = changed[each.name]
        if each.axes and each.axes[-1] == axis:
            cells = tuple(tuple(row[j] for j in order) for row in cells)
        if len(each.axes) == 2 and each.axes[0] == axis:
            cells = tuple(cells[i] for i in order)
        changed[each.name] = cells
    return changed


@lru_cache(maxsize=512)
def is_free(derivation_id: str, axis: str) -> bool:
    """Whether the size of an axis may be any number, as far as two other sizes can tell."""
    start = base(derivation_id, 1)
    if axis not in _free_axes(start.frame.derivation):
        return False
    draws = Draws(seed_of("free", derivation_id, axis))
    sizes = (start.frame.sizes[axis] + more for more in (1, 2))
    return all(_any_resized(start, {**start.frame.sizes, axis: size}, draws) for size in sizes)


def _any_resized(start: Base, sizes: Mapping[str, int], draws: Draws) -> bool:
    given = {
        each.name: _fitted(each.axes, start, each.name, sizes, draws)
        for each in start.frame.derivation.inputs
    }
    example = replace(start.example, values=given, tokens=())
    try:
        return _agrees_with_reference(_base(start.frame.derivation, example, 1))
    except (DerivationError, ArithmeticError, ValueError):
        return False
