"""Definitions: what a formula gives to its left side, as a whole or cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from derivations.evaluate.indices import integer_of, subscripted
from derivations.evaluate.scope import MAX_TERMS, Scope
from derivations.evaluate.walk import evaluate, value_of
from derivations.formula import statements
from derivations.formula.names import FUNCTION_NAMES
from derivations.formula.reading import Reading
from derivations.model import FormulaError, Node

V = TypeVar("V")
Indices = dict[str, int]
Grid = dict[tuple[int, ...], tuple[int, Indices]]
"""Cell, counted from 0 -> the statement that defines it and the indices there."""

RUNNING = frozenset("ijklmnpqrst")


def define(formula: Node, shape: tuple[int, int], values: Mapping[str, V], reading: Reading[V]) -> V:
    """The value that one or more statements give to their left side.

    ``S = QK^T`` is evaluated as it stands.  ``S_{ij} = ...`` and
    ``P_{p,2i} = \\sin(...), P_{p,2i+1} = \\cos(...)`` are evaluated cell by cell over
    ``shape``; whether the first cell is 0 or 1 follows from the subscripts.
    """
    pieces = [_sides(statement) for statement in statements(formula)]
    if not _pattern(pieces[0][0]):
        return evaluate(pieces[0][1], values, reading)
    origin, grid = _layout(formula, shape)
    scope = Scope(values, reading, origin=origin)
    cells = {at: value_of(pieces[which][1], scope.within(indices)) for at, (which, indices) in grid.items()}
    return reading.assemble(_rows(cells, shape))


def _rows(cells: Mapping[tuple[int, ...], V], shape: tuple[int, int]) -> list[list[V]]:
    """Cells in their places; those with one subscript as a column, or as the row that is asked for."""
    if all(len(at) == 2 for at in cells):
        return [[cells[i, j] for j in range(shape[1])] for i in range(shape[0])]
    ordered = [cells[at] for at in sorted(cells)]
    return [[cell] for cell in ordered] if len(ordered) == shape[0] else [ordered]


def _sides(statement: Node) -> tuple[Node, Node]:
    if statement.kind != "relation" or len(statement.args) < 2:
        raise FormulaError("a definition needs an equals sign", statement.span)
    return statement.args[0], statement.args[1]


def _pattern(left: Node) -> list[Node]:
    """The subscripts of the left side that are not just part of its name; ``PE(p, 2i)`` has two."""
    if left.kind == "index":
        return list(left.args[1:])
    if left.kind == "call" and left.data not in FUNCTION_NAMES and len(left.args) == 2:
        return list(left.args)
    _, subscripts = subscripted(left)
    if len(subscripts) not in (1, 2) or not set(subscripts) <= RUNNING:
        return []
    return [Node("name", (), s, left.span) for s in subscripts]


@lru_cache(maxsize=256)
def _layout(formula: Node, shape: tuple[int, int]) -> tuple[int, Grid]:
    """Whether cells count from 1 or from 0, and which statement defines which cell with which indices."""
    patterns = [_pattern(statement.args[0]) for statement in statements(formula)]
    if len({len(pattern) for pattern in patterns}) > 1:
        raise FormulaError("the definitions have different numbers of subscripts", formula.span)
    sizes = shape if len(patterns[0]) == 2 else (max(shape),)
    count = sizes[0] * sizes[-1] if len(sizes) == 2 else sizes[0]
    if count > MAX_TERMS:
        raise FormulaError("too many cells for an elementwise definition", formula.span)
    for origin in (1, 0):
        grid, starts = _grid(patterns, sizes, origin)
        if len(grid) == count and starts <= {origin}:
            return origin, grid
    raise FormulaError("the subscripts do not cover every cell", formula.span)


def _grid(patterns: Sequence[Sequence[Node]], sizes: Sequence[int], origin: int) -> tuple[Grid, set[int]]:
    """The cells that the patterns reach, and with which value of their index each axis begins."""
    grid: Grid = {}
    starts: set[int] = set()
    for which, pattern in enumerate(patterns):
        axes = [list(_hits(s, size, origin)) for s, size in zip(pattern, sizes, strict=True)]
        starts |= {next(iter(axis[0][1].values())) for axis in axes if axis and axis[0][1]}
        grid |= {at: (which, indices) for at, indices in _combined(axes)}
    return grid, starts


def _hits(subscript: Node, size: int, origin: int) -> Iterator[tuple[int, Indices]]:
    """The places of one axis that a subscript such as ``2i+1`` reaches, with the index that does."""
    variables = sorted({n.data for n in subscript.walk() if n.kind == "name"})
    if len(variables) > 1:
        raise FormulaError("a subscript with two running indices", subscript.span)
    for k in range(origin - 1, size + 2):
        indices = {variables[0]: k} if variables else {}
        scope: Scope[Any] = Scope({}, None, indices)  # type: ignore[arg-type]
        found = integer_of(subscript, scope)
        if origin <= found < origin + size and found.denominator == 1:
            yield int(found) - origin, indices
        if not variables:
            return


def _combined(axes: Sequence[Sequence[tuple[int, Indices]]]) -> Iterator[tuple[tuple[int, ...], Indices]]:
    if len(axes) == 1:
        yield from (((at,), indices) for at, indices in axes[0])
        return
    for i, first in axes[0]:
        for j, second in axes[1]:
            if all(second.get(name, value) == value for name, value in first.items()):
                yield (i, j), {**first, **second}
