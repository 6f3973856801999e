"""What an arrow says: the function or the operation above it, and an operation right after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.formula import names, symbols
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

MULTIPLY = 30
"""What binds at least as tightly belongs to the operand of the operation."""
_LEADING = frozenset("/×·*")
_WORDS = frozenset(("word", "text", "identifier"))


def above(parser: Parser, left: Node) -> Node | None:
    """``\\xrightarrow{\\text{softmax}}`` and ``\\xrightarrow{\\div\\sqrt2}``: a side of its own."""
    if not parser.text.startswith("\\x", parser.token.start) or parser.peek().value != "{":
        return None
    return _function(parser) or _operation(parser, left) or _unread(parser)


def _function(parser: Parser) -> Node | None:
    words = [t for t in parser.level(parser.index + 1) if t.kind in _WORDS or t.value in symbols.COMMANDS]
    last = words[-1].value.lstrip("\\") if words else ""
    if last not in FUNCTION_NAMES or len(words) > 2:
        return None
    return names.leaf(FUNCTION_NAMES[last], parser.span(words[-1].start, words[-1].end))


def _operation(parser: Parser, left: Node) -> Node | None:
    """The value before the arrow, divided or multiplied by what stands above it."""
    place = parser.index
    parser.index += 2
    try:
        node = applied(parser, left)
        return node if node is not None and parser.token.value == "}" else None
    finally:
        parser.index = place


def _unread(parser: Parser) -> Node | None:
    """``\\xrightarrow{\\text{scale}}``: what follows is no longer the value before, whatever it says."""
    inside = parser.level(parser.index + 1)
    if not any(token.kind in _WORDS for token in inside):
        return None
    span = parser.span(inside[0].start, inside[-1].end)
    return Node("opaque", (), parser.text[inside[0].start : inside[-1].end], span)


def led_on(parser: Parser, left: Node, closers: tuple[str, ...]) -> Node:
    """``[20.1, 1] → /21.1 ≈ [0.95, 0.05]``: an operation on what the arrow comes from."""
    node = applied(parser, left)
    return parser.side(closers) if node is None else node


def applied(parser: Parser, left: Node) -> Node | None:
    """The operation at the cursor with ``left`` as its first operand; None where there is none."""
    sign, first = parser.token, parser.index
    if sign.kind != "op" or sign.value not in _LEADING or left.kind == "opaque":
        return None
    parser.index += 1
    try:
        right = parser.expression(MULTIPLY)
    except Unreadable:
        parser.index = first
        return None
    kind = "divide" if sign.value == "/" else "multiply"
    return parser.node(kind, (left, right), first, sign.value)
