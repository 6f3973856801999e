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
from derivations.derive import derive, formula_of
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.nice import Look, has_idle_row, is_flat, look, looks
from derivations.exercises.pools import Pool, pools
from derivations.exercises.solution import is_short
from derivations.exercises.worlds import Frame, Table, exactly, floats, is_numeric, tables
from derivations.formula import parse
from derivations.model import Derivation, DerivationError, Example, Input, Step

if TYPE_CHECKING:
    from derivations.arrays import Array

Tables = Mapping[str, Table]

POSITIONS = (2, 3, 3, 4, 4)
"""Sizes of axes that count positions, by difficulty."""
MORE_POSITIONS = ((5, (2, 3, 4, 5, 6)), (7, (2, 3, 3, 4, 5)))
"""The same where there are at most so many steps, too few to ask for more of them."""
WIDTHS = (2, 2, 3, 3, 4)
"""Sizes of the other axes, by difficulty."""
ROOMY = 4
"""A width whose root is whole."""
HOPELESS = 8
"""Failures after which no other numbers are tried: it is the sizes that do not fit together."""
ZEROS = (0, 1, 2, 4)
"""Zeros against one drawn cell, the fewest first: sparse rows keep fractions short."""
TRIES = 240
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
    """Steps in which one number fills most cells, and values of which a row is repeated or 0."""
    idle: frozenset[str]
    """Values with such a row."""

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
            if step.name not in found or not touched.isdisjoint(self.frame.needs[step.name]):
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
    """The base of a derivation of the library: that of the level below, grown."""
    from derivations.library import load

    draws = Draws(seed_of("base", derivation_id, str(difficulty)))
    best = _easier(load(derivation_id), difficulty)
    for change in (_polished, _revealed, _grown, _revealed, _polished):
        best = change(best, difficulty, draws)
    return best


def _easier(derivation: Derivation, difficulty: int) -> Base:
    """The base of the level below with the numbers of this one; for the first the pleasantest example."""
    if difficulty == 1:
        found = [_first(derivation, each, 1) for each in derivation.examples if is_numeric(each)]
        return max(found, key=_pleasantness)
    below = base(derivation.id, difficulty - 1)
    return replace(below, pools=pools(derivation, below.example, difficulty))


def _first(derivation: Derivation, example: Example, difficulty: int) -> Base:
    """An example as it stands.  Raises DerivationError for one that cannot be worked out with floats."""
    shown = replace(example, values=tables(example), note="", title=derivation.title)
    frame = _frame(derivation, shown)
    values = evaluated(frame, tables(shown))
    if values is None:
        raise DerivationError(f"{derivation.id}, example {example.id}: cannot be worked out with floats")
    return _confirmed(_seen(frame, shown, pools(derivation, shown, difficulty), values))


def _frame(derivation: Derivation, example: Example) -> Frame:
    from derivations.arrays import ARRAY

    values = derive(derivation, example, ARRAY)
    return Frame.of(derivation, {name: (len(value), len(value[0])) for name, value in values.items()})


def _seen(frame: Frame, example: Example, drawn: Mapping[str, Pool], values: Mapping[str, Array]) -> Base:
    """A base as floats see it."""
    flat = sum(is_flat(values[step.name]) for step in frame.derivation.steps)
    idle = frozenset(name for name, value in values.items() if has_idle_row(value))
    return Base(frame, example, drawn, looks(values), _bounds(values), flat + len(idle), idle)


def _confirmed(found: Base) -> Base:
    """The base as exact values see it: GELU far from 0 only comes close to a fraction, and is none."""
    exact = exactly(found.frame.derivation, found.example)
    certain = {name: each if is_short(exact[name]) else Look.DECIMAL for name, each in found.looks.items()}
    return replace(found, looks=certain)


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


def _polished(start: Base, _difficulty: int, draws: Draws) -> Base:
    """The base with other numbers, where these make more of its steps exact."""
    best = start
    for _ in range(POLISH):
        if _exact(best) == len(best.frame.derivation.steps):
            break
        name = draws.pick([name for name, pool in best.pools.items() if not pool.is_fixed])
        given = dict(tables(best.example))
        given[name] = best.pools[name].with_cell_drawn(draws, given[name])
        values = evaluated(best.frame, given)
        if values is None:
            continue
        found = _seen(best.frame, replace(best.example, values=given), best.pools, values)
        # Not fewer than before is enough, so that a plateau can be crossed.
        best = found if _exact(found) >= _exact(best) and found.flat <= best.flat else best
    best = _confirmed(best)
    return best if _exact(best) >= _exact(start) else start


def _grown(start: Base, difficulty: int, draws: Draws) -> Base:
    """The base with each axis as near to the size of the difficulty as pleasant numbers are found."""
    for axis in _free_axes(start.frame.derivation):
        wanted = _wanted(start.frame.derivation, axis)[difficulty - 1]
        for size in _towards(start.frame.sizes[axis], wanted):
            start = _resized(start, {**start.frame.sizes, axis: size}, draws) or start
    return start


def _wanted(derivation: Derivation, axis: str) -> tuple[int, ...]:
    if axis not in ("n", "m"):
        return WIDTHS
    return next((each for most, each in MORE_POSITIONS if len(derivation.steps) <= most), POSITIONS)


def _revealed(start: Base, difficulty: int, draws: Draws) -> Base:
    """The base with wider axes instead of those of size 1 at which slips do not show.

    Nobody can be caught forgetting the root of a width of 1.  The root of 4 is
    whole; twice the numbers of an input keep what is divided by it as pleasant as before.
    """
    for axis in _free_axes(start.frame.derivation):
        if start.frame.sizes[axis] > 1 or not _hides(start, axis):
            continue
        sizes = {**start.frame.sizes, axis: ROOMY}
        for name in (each.name for each in start.frame.derivation.inputs if axis in each.axes):
            found = _resized(_doubled(start, name, difficulty), sizes, draws)
            if found is not None:
                start = found
                break
    return start


def _hides(start: Base, axis: str) -> bool:
    """Whether a step divides by the root of an axis."""
    trees = (node for step in start.frame.derivation.steps for node in formula_of(step).walk())
    roots = (node.args[0] for node in trees if node.kind == "call" and node.data == "sqrt")
    return any(node.kind == "name" and node.data == axis for node in roots)


def _doubled(start: Base, name: str, difficulty: int) -> Base:
    """The base with every whole number of an input doubled."""
    given = dict(tables(start.example))
    given[name] = tuple(
        tuple(2 * cell if isinstance(cell, int) else cell for cell in row) for row in given[name]
    )
    example = replace(start.example, values=given)
    drawn = pools(start.frame.derivation, example, difficulty)[name]
    return replace(start, example=example, pools={**start.pools, name: drawn})


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


def _resized(start: Base, sizes: Mapping[str, int], draws: Draws) -> Base | None:
    """The base with other sizes, new cells drawn; None where no draw is pleasant."""
    frame = None
    for attempt in range(TRIES):
        given = _drawn_anew(start, sizes, draws, ZEROS[attempt * len(ZEROS) // TRIES])
        example = replace(start.example, values=given, tokens=())
        try:
            frame = frame or _frame(start.frame.derivation, example)
            found = _tried(start, frame, example)
        except (DerivationError, ArithmeticError, ValueError):
            if frame is None and attempt == HOPELESS:
                break
            continue
        if found is not None:
            return found
    return None


def _tried(start: Base, frame: Frame, example: Example) -> Base | None:
    """A base of other sizes; None if it is less pleasant, or makes no sense to the reference."""
    values = replace(start, frame=frame).moved({}, tables(example))
    if values is None:
        return None
    found = _seen(frame, example, start.pools, values)
    if not _is_as_pleasant(found, start):
        return None
    found = _confirmed(found)
    return found if _is_as_pleasant(found, start) and _agrees_with_reference(found) else None


def _drawn_anew(start: Base, sizes: Mapping[str, int], draws: Draws, zeros: int) -> dict[str, Table]:
    old = tables(start.example)
    return {
        each.name: _fitted(each.axes, old[each.name], start.pools[each.name], sizes, draws, zeros)
        for each in start.frame.derivation.inputs
    }


def _is_as_pleasant(found: Base, start: Base) -> bool:
    return found.flat <= start.flat and all(
        each <= max(start.looks[name], Look.FRACTION) for name, each in found.looks.items()
    )


def _agrees_with_reference(found: Base) -> bool:
    """Whether the sizes make sense to the independent reference too: a width may have to be even."""
    values = exactly(found.frame.derivation, found.example)
    return all(check.passed for check in checks.run(found.frame.derivation, values))


def _fitted(
    axes: tuple[str, ...], old: Table, pool: Pool, sizes: Mapping[str, int], draws: Draws, zeros: int
) -> Table:
    """A table cut or filled up to the sizes of its axes, with so many zeros against one drawn cell."""
    shape = (len(old), len(old[0]))
    wanted = (
        [sizes.get(axis, size) for axis, size in zip(axes, shape[-len(axes) :], strict=True)] if axes else []
    )
    rows, columns = (*shape[: 2 - len(wanted)], *wanted)
    fill = pool.values or tuple(cell for row in old for cell in row)
    if 0 in fill:
        fill = (*fill, *(0,) * (zeros * len(fill)))

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


CELLS_DRAWN = 3
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
    derivation = start.frame.derivation
    example = replace(start.example, values=_drawn_anew(start, sizes, draws, 1), tokens=())
    try:
        return all(check.passed for check in checks.run(derivation, exactly(derivation, example)))
    except (DerivationError, ArithmeticError, ValueError):
        return False
