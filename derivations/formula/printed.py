"""Arrays as programs print them: numbers between square brackets, with or without commas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivations.formula import brackets, numerals
from derivations.formula.tokens import Token
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

_INFINITIES = frozenset(("inf", "Inf", "Infinity", "infinity", "\\infty"))
_DEEPEST = 3


def is_printed(parser: Parser) -> bool:
    """Whether the square bracket at the cursor holds nothing but numbers, signs, commas and brackets."""
    opened, last = parser.index, parser.closes_at(parser.index)
    if last >= len(parser.tokens):
        return False
    numbers = level = 0
    before = parser.tokens[opened]
    for index in range(opened + 1, last + 1):
        token = parser.tokens[index]
        if not _fits(before, token):
            return False
        numbers += token.kind == "number"
        level += (token.kind == "open") - (token.kind == "close")
        if level >= _DEEPEST:
            return False
        before = token
    return numbers > 0


def _fits(before: Token, token: Token) -> bool:
    """Whether a token may stand in a printed array after another one."""
    kind = token.kind
    if before.kind == "op" and (token.space or kind not in ("number", "word", "command")):
        return False
    if kind == "number":
        return before.kind != "number" or token.space
    if kind == "op":
        return token.value in "+-" and (before.kind not in ("number", "close") or token.space)
    if kind in ("open", "close"):
        return token.value in "[]"
    if kind == "semicolon":
        return before.kind in ("number", "word") and before.value not in "[]"
    return kind in ("comma", "ellipsis", "gap") or token.value in _INFINITIES


def array(parser: Parser) -> Node:
    """The printed array at the cursor as a list or a matrix."""
    first = parser.index
    semicolons = any(token.kind == "semicolon" for token in parser.level(first))
    parser.index += 1
    rows: list[list[Node]] = [[]]
    while parser.token.kind != "close":
        if parser.token.kind == "open":
            rows[-1].append(array(parser))
        elif parser.accept("semicolon"):
            rows.append([])
        elif parser.token.kind in ("comma", "gap"):
            parser.index += 1
        else:
            rows[-1].append(_signed(parser))
    parser.index += 1
    if semicolons:
        return brackets.stacked(parser, first, [row for row in rows if row])
    return _listed(parser, first, rows[0])


def _listed(parser: Parser, first: int, items: Sequence[Node]) -> Node:
    node = parser.node("list", items, first)
    if len(items) == 1 and items[0].kind in ("list", "matrix"):
        inner = items[0]
        return parser.node("matrix", [brackets.as_row(inner)] if inner.kind == "list" else inner.args, first)
    return brackets.nested(node)


def _signed(parser: Parser) -> Node:
    first = parser.index
    sign = parser.accept("op")
    if parser.token.kind == "number":
        node = numerals.leaf(parser)
    else:
        at = parser.index
        kind = "ellipsis" if parser.next().kind == "ellipsis" else "name"
        node = parser.node(kind, (), at, None if kind == "ellipsis" else "infinity")
    return parser.node("negative", (node,), first) if sign and sign.value == "-" else node
