"""The base of each level: the pleasantest example of a derivation, brought to the sizes of the level.

Each level grows from the one below, with other cells drawn until every value is
as pleasant as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from derivations import checks
from derivations.derive import formula_of
from derivations.evaluate import Scope, integer_of
from derivations.exact import EXACT, Exact
from derivations.exercises.bases import Base, confirmed, evaluated, frame_of, seen, seen_first
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.nice import Look
from derivations.exercises.pools import Pool, pools
from derivations.exercises.worlds import Frame, Table, exactly, is_numeric, tables
from derivations.formula import parse
from derivations.model import Derivation, DerivationError, Example, Input, Step

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


class SenselessError(DerivationError):
    """Sizes that make no sense to the reference, whatever the numbers: a width may have to be even."""


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
        found = [seen_first(derivation, each, 1) for each in derivation.examples if is_numeric(each)]
        return max(found, key=_pleasantness)
    below = base(derivation.id, difficulty - 1)
    return replace(below, pools=pools(derivation, below.example, difficulty))


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
        found = seen(best.frame, replace(best.example, values=given), best.pools, values)
        # Not fewer than before is enough, so that a plateau can be crossed.
        best = found if _exact(found) >= _exact(best) and found.flat <= best.flat else best
    best = confirmed(best, exactly(best.frame.derivation, best.example))
    return best if _exact(best) >= _exact(start) else start


def _grown(start: Base, difficulty: int, draws: Draws) -> Base:
    """The base with each axis as near to the size of the difficulty as pleasant numbers are found."""
    for axis in free_axes(start.frame.derivation):
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
    for axis in free_axes(start.frame.derivation):
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


def free_axes(derivation: Derivation) -> list[str]:
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
    frame, senseless = None, 0
    for attempt in range(TRIES):
        given = drawn_anew(start, sizes, draws, ZEROS[attempt * len(ZEROS) // TRIES])
        example = replace(start.example, values=given, tokens=())
        try:
            frame = frame or frame_of(start.frame.derivation, example)
            found = _tried(start, frame, example)
        except SenselessError:
            senseless += 1
            if senseless == HOPELESS:
                break
            continue
        except (DerivationError, ArithmeticError, ValueError):
            if frame is None and attempt == HOPELESS:
                break
            continue
        if found is not None:
            return found
    return None


def _tried(start: Base, frame: Frame, example: Example) -> Base | None:
    """A base of other sizes; None if it is less pleasant.  Raises SenselessError."""
    values = replace(start, frame=frame).moved({}, tables(example))
    if values is None:
        return None
    found = seen(frame, example, start.pools, values)
    if not _is_as_pleasant(found, start):
        return None
    exact = exactly(frame.derivation, example)
    found = confirmed(found, exact)
    if not _is_as_pleasant(found, start):
        return None
    if not agrees(frame.derivation, exact):
        raise SenselessError("these sizes make no sense to the independent reference")
    return found


def agrees(derivation: Derivation, exact: Mapping[str, Exact]) -> bool:
    """Whether the independent reference can work with these sizes, and finds the same."""
    try:
        return all(check.passed for check in checks.run(derivation, exact))
    except (DerivationError, ArithmeticError, ValueError):
        return False


def drawn_anew(start: Base, sizes: Mapping[str, int], draws: Draws, zeros: int) -> dict[str, Table]:
    """The inputs with other sizes, new cells drawn, so many zeros against one drawn cell."""
    old = tables(start.example)
    return {
        each.name: _fitted(each.axes, old[each.name], start.pools[each.name], sizes, draws, zeros)
        for each in start.frame.derivation.inputs
    }


def _is_as_pleasant(found: Base, start: Base) -> bool:
    return found.flat <= start.flat and all(
        each <= max(start.looks[name], Look.FRACTION) for name, each in found.looks.items()
    )


def _fitted(
    axes: tuple[str, ...], old: Table, pool: Pool, sizes: Mapping[str, int], draws: Draws, zeros: int
) -> Table:
    """A table cut or filled up to the sizes of its axes, with so many zeros against one drawn cell."""
    shape = (len(old), len(old[0]))
    wanted = (
        [_size(axis, sizes, old) for axis, old in zip(axes, shape[-len(axes) :], strict=True)] if axes else []
    )
    rows, columns = (*shape[: 2 - len(wanted)], *wanted)
    fill = pool.values or tuple(cell for row in old for cell in row)
    if 0 in fill:
        fill = (*fill, *(0,) * (zeros * len(fill)))

    def cell(i: int, j: int) -> object:
        return old[i][j] if i < shape[0] and j < shape[1] else draws.pick(fill)

    return tuple(tuple(cell(i, j) for j in range(columns)) for i in range(rows))  # type: ignore[misc]


def _size(axis: str, sizes: Mapping[str, int], old: int) -> int:
    """The size of an axis such as ``d`` or ``d/2``; the old one where the sizes do not give a whole one."""
    try:
        found = integer_of(parse(axis), Scope({}, EXACT, dict(sizes)))
    except DerivationError:
        return old
    return int(found) if found.denominator == 1 else old
