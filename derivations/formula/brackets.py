"""Round, square and angle brackets: grouping, vectors, matrices as nested lists, remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from derivations.formula import printed
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES
from derivations.formula.tokens import Token
from derivations.model import Node, Span

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

CLOSERS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⌊": "⌋"}
_SHAPE = re.compile(r"(\d{1,4})[×x](\d{1,4})")
_REMARK_SIGNS = frozenset(("relation", "word", "text", "identifier", "number", "stop", "gap", "comma"))


def bracket(parser: Parser) -> Node:
    """The bracket that opens at the cursor as a list, a matrix, a product or a grouped expression."""
    first = parser.index
    opener = parser.token.value
    if opener == "[" and printed.is_printed(parser):
        return printed.array(parser)
    if opener not in CLOSERS:
        raise Unreadable("it is unclear whether commas separate numbers or mark decimals")
    level = parser.level(first)
    if opener == "[":
        _bars_separate(level)
    parser.index += 1
    rows = parser.item_rows(CLOSERS[opener])
    if opener == "⟨":
        return _angle(parser, first, [item for row in rows for item in row])
    if opener == "⌊":
        return parser.node("call", [item for row in rows for item in row], first, "floor")
    if opener == "[" and any(token.kind in ("semicolon", "newrow") for token in level):
        return stacked(parser, first, rows)
    items = [item for row in rows for item in row]
    return _assemble(
        parser, first, opener, items, any(token.kind in ("comma", "semicolon") for token in level)
    )


def _bars_separate(level: Sequence[Token]) -> None:
    """In ``[W_q|W_k|W_v]`` and ``[a ‖ b]`` bars separate; in ``[|x|, |y|]`` they do not."""
    bars = [token for token in level if token.kind == "bar"]
    if bars and level[0].kind != "bar" and not any(token.kind == "comma" for token in level):
        for token in bars:
            token.kind = "comma"


def _angle(parser: Parser, first: int, items: list[Node]) -> Node:
    """``⟨q, k⟩`` is a dot product, ``⟨1, 2, 3⟩`` a vector."""
    if len(items) == 1:
        return parser.widened(items[0], first)
    if len(items) == 2 and not all(item.kind in ("number", "negative") for item in items):
        return parser.node("multiply", items, first, "·")
    return parser.node("list", items, first)


def stacked(parser: Parser, first: int, rows: list[list[Node]]) -> Node:
    """``[1, 0; 0, 1]``: semicolons end the rows."""
    if all(len(row) == 1 and row[0].kind == "list" for row in rows):
        return nested(parser.node("list", [row[0] for row in rows], first))
    if not rows or len({len(row) for row in rows}) > 1:
        raise Unreadable("rows of different lengths")
    return parser.node("matrix", [Node("row", tuple(row), None, _across(row)) for row in rows], first)


def _across(cells: Sequence[Node]) -> Span:
    return Span(cells[0].span.start, max(cells[0].span.end, cells[-1].span.end))


def _assemble(parser: Parser, first: int, opener: str, items: list[Node], comma: bool) -> Node:
    if not items:
        raise Unreadable("nothing between brackets")
    if len(items) == 1 and not comma:
        item = items[0]
        if opener == "(" or item.kind == "matrix":
            return parser.widened(item, first)
        if item.kind == "list":
            return parser.node("matrix", [as_row(item)], first)
    return nested(parser.node("list", items, first))


def as_row(item: Node) -> Node:
    """A list as the row of a matrix."""
    return Node("row", item.args, None, item.span)


def nested(node: Node) -> Node:
    """A list of equally long lists is a matrix."""
    inner = [item for item in node.args if item.kind != "ellipsis"]
    if not inner or any(item.kind != "list" for item in inner):
        return node
    elided = any(cell.kind == "ellipsis" for item in inner for cell in item.args)
    if len({len(item.args) for item in inner}) > 1 and not elided:
        return node
    rows = [
        as_row(item) if item.kind == "list" else Node("row", (item,), None, item.span) for item in node.args
    ]
    return Node("matrix", tuple(rows), None, node.span)


# ---------------------------------------------------------------- brackets that are no mathematics


def is_remark(parser: Parser, left: Node) -> bool:
    """``[0.4, 0.6] (approximately)``, ``0.27 (27%)``: words in a bracket after a value, no mathematics."""
    while left.kind == "relation":
        left = left.args[-1]
    if left.kind not in ("list", "matrix", "number") or not parser.opens("(["):
        return False
    if left.kind == "number" and (parser.token.value == "[" or not parser.token.space):
        return False
    inside = parser.level(parser.index)[:60]
    if len(inside) == 1 and inside[0].value.endswith("%"):
        return True
    if left.kind != "number" and _is_shape(inside, left):
        return True
    if left.kind == "number" and any(token.kind not in _REMARK_SIGNS for token in inside):
        return False
    return any(token.kind == "relation" or _is_prose(token) for token in inside)


def _is_shape(inside: Sequence[Token], value: Node) -> bool:
    """``[[1, 0], [0, 1]] (2×2)``: the rows and columns of the value itself multiply nothing."""
    found = _SHAPE.fullmatch("".join(token.value for token in inside))
    rows = (value,) if value.kind == "list" else value.args
    shape = (len(rows), len(rows[0].args))
    return found is not None and (int(found[1]), int(found[2])) in (
        shape,
        shape[::-1] if 1 in shape else shape,
    )


def _is_prose(token: Token) -> bool:
    if token.kind not in ("word", "text", "identifier") or token.value in FUNCTION_NAMES:
        return False
    return len(token.value) > 2 or not token.value.isascii()


def holds_statements(parser: Parser) -> bool:
    """``[ Q = XW^Q, K = XW^K ]``: brackets that mean nothing; ``[≈1.0, ≈0.0]`` is a list."""
    if parser.closes_at(parser.index) >= len(parser.tokens):
        return False
    level = [parser.tokens[parser.index], *parser.level(parser.index)]
    return any(
        token.kind == "relation" and not (token.value == "≈" and before.kind in ("open", "comma"))
        for before, token in pairwise(level)
    )
