"""One entry of a step worked out in full: a dot product, or a weight of a softmax row."""

from __future__ import annotations

from collections.abc import Callable

from derivations.derive import formula_of
from derivations.evaluate import define
from derivations.exact import EXACT, Exact
from derivations.exact.structure import select
from derivations.formula import statements
from derivations.model import Node, Step
from derivations.writers.decimals import decimal_form
from derivations.writers.forms import Denominators, exact_form, tex_of
from derivations.writers.layout import chain
from derivations.writers.sheet import Sheet, authors_name, both_axes, valued_scope
from derivations.writers.text import literal
from derivations.writers.views import EQUAL, ROUNDED, Entry, Side
from derivations.writers.width import LINE, width
from derivations.writers.written import Written, entry_name, written_out


def entry(sheet: Sheet, step: Step, named: Written | None) -> Entry | None:
    """The most instructive entry; ``named`` are the step's entries written with those of earlier steps."""
    value = sheet.worked[step.name]
    valued = written_out(formula_of(step), value.shape, valued_scope(sheet, step))
    if named is None or valued is None or value.shape == (1, 1):
        return None
    place = _most_instructive(named, valued)
    if place is None:
        return None
    i, j = place
    first = origin(formula_of(step), value.shape)
    left = tex_of(entry_name(step.name, value.shape, i + first, j + first, authors_name(step)))
    sides = _entry_sides(value, named.at(i, j), valued.at(i, j), i, j)
    row, column = labels(sheet, step)
    return Entry(i + 1, j + 1, row(i), column(j), chain(left, sides)) if len(sides) > 1 else None


def origin(formula: Node, shape: tuple[int, int]) -> int:
    """What a definition cell by cell, ``P_{p,2i} = …``, calls its first row: 1 or 0."""
    lefts = [piece.args[0] for piece in statements(formula) if piece.kind == "relation"]
    if any(left.kind != "index" for left in lefts):
        return 1
    # Cells that are defined as their own first subscript say how the rows are counted.
    counted = tuple(Node("relation", (left, left.args[1]), ("=",)) for left in lefts)
    return 0 if define(Node("statements", counted), shape, {}, EXACT).text()[0][0] == "0" else 1


def _most_instructive(named: Written, valued: Written) -> tuple[int, int] | None:
    """The entry whose sum has the most terms that count, among those that fit on a line."""
    rows, columns = (range(min(size, 6)) for size in valued.shape)
    places = [(i, j) for i in rows for j in columns if width(named.at(i, j)) <= LINE - 6]
    return max(places, key=lambda place: _weight(valued.at(*place)), default=None)


def _weight(node: Node) -> tuple[int, int, int]:
    """Products without a zero, no zeros elsewhere, different numbers."""
    inner = node.walk()
    products = [n for n in inner if n.kind == "multiply" and n.data == "·" and not any(map(_is_zero, n.args))]
    return len(products), -sum(map(_is_zero, inner)), len({n.data.text for n in inner if n.kind == "number"})


def _is_zero(node: Node) -> bool:
    return node.kind == "number" and node.data.value == 0


def _entry_sides(value: Exact, named: Node, valued: Node, i: int, j: int) -> list[Side]:
    cell = select(value, [i], [j])
    exact = exact_form(cell, None, Denominators("Z"))
    steps = [tex_of(node) for node in (named, valued) if width(node) <= LINE - 6]
    if exact.kind == "whole" and cell.is_numeric:
        steps.append(exact.tex)
    sides = [Side(EQUAL, tex) for tex in dict.fromkeys(steps)]
    rounded = decimal_form(cell)
    return [*sides, Side(ROUNDED, rounded.tex)] if rounded else sides


def labels(sheet: Sheet, step: Step) -> list[Callable[[int], str]]:
    """What rows and columns are called by their number from 0: tokens, or nothing."""
    tokens, along = sheet.worked.example.tokens, sheet.derivation.token_axis
    known = len(tokens) == (int(along) if along.isdigit() else sheet.sizes.get(along))
    return [
        (lambda at: literal(tokens[at])) if known and axis == along else (lambda _at: "")
        for axis in both_axes(step.axes)
    ]
