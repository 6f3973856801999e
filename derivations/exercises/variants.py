"""Variants of a derivation: other numbers of the same kind, as pleasant as those of its base.

A variant is a random walk from the base: inputs are drawn anew, rows and columns
change places, and a move is taken only if every value stays as pleasant as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from derivations.exercises.bases import Base, Tables, evaluated
from derivations.exercises.draw import Draws
from derivations.exercises.worlds import Table, tables
from derivations.model import DerivationError, Example

if TYPE_CHECKING:
    from derivations.arrays import Array

CELLS_DRAWN = 3
"""How often one cell of every input is drawn anew, after whole inputs."""
Move = Callable[[Tables], Tables]
"""The inputs that change, and some that may not."""


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
