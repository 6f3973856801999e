"""Variants of a derivation: other numbers of the same kind, as pleasant as those of its base.

A variant is a random walk from the base: inputs are drawn anew, rows and columns
change places, and a move is taken only if every value stays as pleasant as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from derivations.exercises.bases import Base, Tables
from derivations.exercises.draw import Draws
from derivations.exercises.nice import has_idle_row, is_flat
from derivations.exercises.worlds import Table, tables
from derivations.model import Example

if TYPE_CHECKING:
    from derivations.arrays import Array

CELLS_DRAWN = 6
"""How often one cell of every input is drawn anew, after whole inputs."""
Move = Callable[[Tables], Tables]
"""The inputs that change, and some that may not."""


def variant(start: Base, draws: Draws, asked: Sequence[str] = ()) -> tuple[Example, dict[str, Array]]:
    """Another example as pleasant as the base, and its values as floats.

    No row of an input or of a step that is asked for becomes idle on the way.
    """
    given: dict[str, Table] = dict(tables(start.example))
    values = dict(start.values)
    for move in _moves(start, draws):
        changes = {name: cells for name, cells in move(given).items() if cells != given[name]}
        kept = start.moved(values, changes) if changes else None
        if kept is not None and not _dulls(start, asked, values, kept):
            given, values = given | changes, kept
    return replace(start.example, values=given), values


def _dulls(
    start: Base, asked: Sequence[str], before: Mapping[str, Array], after: Mapping[str, Array]
) -> bool:
    """Whether a move makes a row idle, or fills most cells of a step that is asked for with one number."""
    changed = [name for name in (*start.drawn, *asked) if after[name] is not before[name]]
    return any(has_idle_row(after[name]) and not has_idle_row(before[name]) for name in changed) or any(
        is_flat(after[name]) and not is_flat(before[name]) for name in changed if name in asked
    )


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
