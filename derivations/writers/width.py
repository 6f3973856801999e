"""How wide a formula is when it is set, in digits: enough to know what fits on a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.formula import names, parse
from derivations.model import Node

LINE = 78.0
"""Digits on a line of a page: 160 mm at 11 pt, or the text column of a Markdown viewer."""

SIZES = (1.0, 1.0, 0.7, 0.5)
DISPLAY, TEXT, SCRIPT, TINY = range(4)
GAP = 1.8
"""Between two columns of a matrix."""


def width(node: Node, style: int = DISPLAY) -> float:
    """The width of a formula in a style: display, text, script or smaller."""
    rule = _RULES.get(node.kind)
    return rule(node, style) if rule else _row(node.args, style, 1.0)


def matrix_width(columns: Sequence[float]) -> float:
    """The width of a matrix whose columns are so wide."""
    return sum(columns) + GAP * (len(columns) - 1) + 2.4


def _row(parts: Sequence[Node], style: int, between: float) -> float:
    return sum(width(part, style) for part in parts) + between * SIZES[style] * max(0, len(parts) - 1)


def _smaller(style: int) -> int:
    return min(max(style, TEXT) + 1, TINY)


def _name(node: Node, style: int) -> float:
    base, above, below = names.parts(str(node.data))
    letters = 1.2 if base in names.GREEK or len(base) == 1 else len(base)
    return letters * SIZES[style] + max(len(above), len(below)) * SIZES[_smaller(style)]


def _fraction(node: Node, style: int) -> float:
    if node.data != "frac":
        return _row(node.args, style, 1.0)
    inside = TEXT if style == DISPLAY else _smaller(style)
    return max(width(part, inside) for part in node.args) + 0.5


def _matrix(node: Node, style: int) -> float:
    columns = zip(*(row.args for row in node.args), strict=False)
    return matrix_width([max(width(cell, max(style, TEXT)) for cell in column) for column in columns])


def _power(node: Node, style: int) -> float:
    base, exponent = node.args
    return width(base, style) + (1.2 * SIZES[style] if base.args else 0) + width(exponent, _smaller(style))


def _call(node: Node, style: int) -> float:
    word = 0 if node.data in ("sqrt", "abs") else len(str(node.data)) * 0.9
    return (word + 1.4) * SIZES[style] + _row(node.args, style, 1.0)


def _multiply(node: Node, style: int) -> float:
    brackets = sum(1.6 * SIZES[style] for part in node.args if part.kind in ("add", "subtract", "negative"))
    return _row(node.args, style, 1.4 if node.data else 0.3) + brackets


def _opaque(node: Node, style: int) -> float:
    inner = parse(str(node.data))
    return len(str(node.data)) * 0.6 if inner.kind == "opaque" else width(inner, style)


_RULES: dict[str, Callable[[Node, int], float]] = {
    "number": lambda node, style: len(node.data.text) * SIZES[style],
    "name": _name,
    "add": lambda node, style: _row(node.args, style, 2.4),
    "subtract": lambda node, style: _row(node.args, style, 2.4),
    "relation": lambda node, style: _row(node.args, style, 2.6),
    "multiply": _multiply,
    "divide": _fraction,
    "negative": lambda node, style: 1.5 * SIZES[style] + width(node.args[0], style),
    "power": _power,
    "transpose": lambda node, style: width(node.args[0], style) + 0.9 * SIZES[style],
    "index": lambda node, style: width(node.args[0], style) + _row(node.args[1:], _smaller(style), 0.5),
    "matrix": _matrix,
    "call": _call,
    "ellipsis": lambda _node, style: 2.0 * SIZES[style],
    "opaque": _opaque,
}
