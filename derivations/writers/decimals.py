"""Certified decimals beside exact values, where these are not already plain numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from derivations.exact import Exact
from derivations.exact.structure import select
from derivations.formula import parse
from derivations.model import Node
from derivations.writers.forms import (
    LIMITS,
    Form,
    Places,
    entry_tex,
    matrix_tex,
    measured,
    shown_places,
    table,
)

PLACES = 4
"""Digits after the point."""
LONGEST_DECIMAL = 12
"""A decimal with more characters than this is shown with a power of ten."""
SHORT = 5
"""A fraction of two integers with at most so many digits needs no decimals."""


def needs_decimals(cells: Sequence[Sequence[str]]) -> bool:
    """Whether some entry is neither an integer nor a short fraction."""
    return not all(_is_short(parse(cell)) for row in cells for cell in row)


def _is_short(node: Node) -> bool:
    if node.kind == "negative":
        return _is_short(node.args[0])
    if node.kind == "divide":
        return (
            all(a.kind == "number" for a in node.args) and sum(len(a.data.text) for a in node.args) <= SHORT
        )
    return node.kind in ("number", "ellipsis") or (node.kind == "name" and node.data == "infinity")


def decimal_form(value: Exact) -> Form | None:
    """Certified decimals of a numeric matrix; None where the exact entries say it all."""
    if not value.is_numeric:
        return None
    rows, columns = (shown_places(size, LIMITS[0]) for size in value.shape)
    if not needs_decimals(table(rows, columns, lambda i, j: entry_tex(value, i, j))):
        return None
    texts = selected_decimals(value, rows, columns)
    cells = table(rows, columns, lambda i, j: texts[i, j])
    return Form(matrix_tex(cells), measured(cells)[0])


def selected_decimals(value: Exact, rows: Places, columns: Places) -> dict[tuple[int, int], str]:
    """The decimals of the shown places, by row and column from 0."""
    kept = [[place for place in places if place is not None] for places in (rows, columns)]
    texts = decimals(select(value, *kept))
    return {(i, j): texts[a][b] for a, i in enumerate(kept[0]) for b, j in enumerate(kept[1])}


def decimals(value: Exact) -> list[list[str]]:
    """Entries with four digits after the point; integers as they are, extremes with a power of ten."""
    fixed, exact = value.fixed(PLACES), value.text()
    rows, columns = map(range, value.shape)
    return [[_decimal(value, i, j, fixed[i][j], exact[i][j]) for j in columns] for i in rows]


def _decimal(value: Exact, i: int, j: int, fixed: str, exact: str) -> str:
    if fixed.endswith("inf"):
        return fixed.replace("inf", r"\infty")
    if re.fullmatch(r"-?\d{1,12}", exact):
        return exact
    if len(fixed) > LONGEST_DECIMAL:
        return _scientific(value, i, j, PLACES + 1)
    return fixed if fixed.strip("-0.") else _scientific(value, i, j, 2)


def _scientific(value: Exact, i: int, j: int, digits: int) -> str:
    """``1.2 \\cdot 10^{-7}``: an entry with so many significant digits and a power of ten."""
    exact = Decimal(select(value, [i], [j]).decimal(digits)[0][0])
    mantissa, power = f"{exact:.{digits - 1}e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"
