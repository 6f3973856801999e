"""Printed and expected values as MathML: cells that differ stand out, large matrices are shown in part."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from derivations.formula import parse
from derivations.formula.mathml import MARKED, element, matrix, operator, wrapped
from derivations.model import Node
from derivations.writers.reports.markup import formula
from derivations.writers.text import Escaped
from derivations.writers.width import width

Rows = Sequence[Sequence[str]]
Places = Collection[tuple[int, int]]

MOST = 8
"""Rows and columns of a matrix that are shown."""
LONGEST_CELL = 160
LONGEST_FORMULA = 600
"""Characters; a longer one is shown by dots."""
NARROW = 24.0
"""In digits: a wider formula scrolls on a phone."""
DOTS = Node("ellipsis")


@dataclass(frozen=True, slots=True)
class Shown:
    """A formula on a line of its own."""

    mathml: Escaped
    is_wide: bool


def printed(name: str | None, rows: Rows, off: Places) -> Shown:
    """``name = value`` as the article has it; the cells in ``off``, from 1, stand out."""
    return _equation(_left(name, None), [[_cell(cell) for cell in row] for row in rows], off)


def expected(name: str | None, tex: str | None, rows: Rows, off: Places) -> Shown:
    """``name = formula = value`` as it should be."""
    return _equation(_left(name, tex), [[_cell(cell) for cell in row] for row in rows], off)


def exactly(rows: Rows) -> Shown:
    """The exact value of cells that SymPy reads, as people write it."""
    return _equation([], [[_tidy(_cell(cell)) for cell in row] for row in rows], ())


def claim(name: str | None, tex: str | None) -> Shown | None:
    """``name = formula``, or as much of it as is known."""
    sides = _left(name, tex)
    if not sides:
        return None
    shown = formula(wrapped(f"<mrow>{operator('=').join(map(element, sides))}</mrow>"))
    return Shown(shown, sum(width(side) + 2.6 for side in sides) > NARROW)


def _left(name: str | None, tex: str | None) -> list[Node]:
    sides = [Node("name", (), name)] if name else []
    if tex:
        sides.append(parse(tex) if len(tex) <= LONGEST_FORMULA else DOTS)
    return sides[:1] if sides[1:] == sides[:1] else sides


def _cell(text: str) -> Node:
    if text.removeprefix("-") == "oo":  # SymPy's infinity
        return parse(text.replace("oo", r"\infty"))
    node = parse(text) if len(text) <= LONGEST_CELL else DOTS
    unread = any(each.kind == "opaque" for each in node.walk())
    return Node("opaque", (), text) if unread else node


def _tidy(node: Node) -> Node:
    """A value as SymPy writes it, as a textbook would: fractions, powers of e, no signs between factors."""
    args = tuple(map(_tidy, node.args))
    if node.kind == "call" and node.data == "exp":
        base = Node("name", (), "e")
        return base if args[0].kind == "number" and args[0].data.value == 1 else Node("power", (base, *args))
    if node.kind == "divide":
        return replace(node, args=args, data="frac")
    if node.kind == "multiply" and node.data == "*":
        return replace(node, args=args, data="·" if _begins_with_digit(args[1]) else "")
    return replace(node, args=args)


def _begins_with_digit(node: Node) -> bool:
    return node.kind == "number" or (node.kind in ("power", "multiply") and _begins_with_digit(node.args[0]))


# ---------------------------------------------------------------- equations and matrices


def _equation(sides: Sequence[Node], cells: Sequence[Sequence[Node]], off: Places) -> Shown:
    value, size = _value(cells, off)
    shown = operator("=").join([*map(element, sides), value])
    wide = size + sum(width(side) + 2.6 for side in sides) > NARROW
    return Shown(formula(wrapped(f"<mrow>{shown}</mrow>", display=True)), wide)


def _value(cells: Sequence[Sequence[Node]], off: Places) -> tuple[str, float]:
    """A matrix or a number as one element, and its width."""
    if len(cells) == 1 and len(cells[0]) == 1:
        inner = element(cells[0][0])
        shown = f'<mrow class="{MARKED}">{inner}</mrow>' if (1, 1) in off else inner
        return shown, width(cells[0][0])
    columns = min(map(len, cells))
    rows = _chosen(len(cells), {i for i, _ in off})
    across = _chosen(columns, {j for _, j in off})
    some = [[DOTS if i is None or j is None else cells[i - 1][j - 1] for j in across] for i in rows]
    marked = {
        (at, along)
        for at, i in enumerate(rows, 1)
        for along, j in enumerate(across, 1)
        if i is not None and j is not None and (i, j) in off
    }
    node = Node("matrix", tuple(Node("row", tuple(row)) for row in some))
    return matrix(some, marked), width(node)


def _chosen(count: int, wanted: Collection[int]) -> list[int | None]:
    """Which of so many rows are shown, from 1: the first, the last and some that matter; None for a gap."""
    if count <= MOST:
        return list(range(1, count + 1))
    room = MOST - 2
    inner = [at for at in sorted(wanted) if 1 < at < count][:room]
    inner += [at for at in range(2, count) if at not in inner][: room - len(inner)]
    found: list[int | None] = [1]
    for at in [*sorted(inner), count]:
        found += [at] if at - 1 == found[-1] else [None, at]
    return found
