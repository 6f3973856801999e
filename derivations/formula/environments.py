"""``\\begin ... \\end``: matrices, cases, and layout environments that mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

MATRICES = frozenset(
    "matrix bmatrix pmatrix vmatrix Vmatrix Bmatrix smallmatrix bsmallmatrix psmallmatrix matrix* "
    "bmatrix* pmatrix* "
    "array tabular NiceMatrix bNiceMatrix pNiceMatrix blockarray".split()
)
CASES = frozenset("cases dcases rcases cases*".split())
_ENDS = ("cell", "newrow", "end", "eof")
_CONDITION_WORDS = frozenset("if for when".split())


def environment(parser: Parser) -> Node:
    """The environment that begins at the cursor."""
    first = parser.index
    begin = parser.next()
    if begin.value in CASES:
        return _cases(parser, first)
    commas = not any(token.kind == "cell" for token in parser.level(first))
    rows: list[Node] = []
    parser.descend()
    while parser.token.kind not in ("end", "eof"):
        start = parser.index
        cells = _cells(parser, commas)
        if cells:
            rows.append(parser.node("row", cells, start))
        parser.skip("newrow", "gap")
    parser.depth -= 1
    parser.accept("end")
    if begin.value in ("vmatrix", "Vmatrix") or not rows:
        return parser.opaque(first)
    return parser.node("matrix", rows, first)


def _cells(parser: Parser, commas: bool) -> list[Node]:
    """The cells of one row; a row without ``&`` may use commas."""
    cells: list[Node] = []
    while True:
        parser.skip("gap")
        if parser.token.kind in ("newrow", "end", "eof"):
            return cells
        first = parser.index
        cell = parser.chain((*_ENDS, "close"))
        parser.skip("gap", "stop")
        if commas and parser.accept("comma"):
            cells.append(cell)
            continue
        cells.append(cell if _at_end(parser) else _unread(parser, first))
        if parser.accept("cell") is None:
            return cells


def _at_end(parser: Parser) -> bool:
    """At the end of a cell, past a comma that only punctuates."""
    if parser.token.kind == "comma" and parser.peek().kind in (*_ENDS, "gap"):
        parser.skip("comma", "gap")
    return parser.token.kind in _ENDS


def _unread(parser: Parser, first: int) -> Node:
    """A cell that holds more than one expression."""
    while parser.token.kind not in _ENDS:
        parser.skip_group()
    return parser.opaque(first)


def _cases(parser: Parser, first: int) -> Node:
    """Value and condition, row by row; a comma may stand for ``&``."""
    found: list[Node] = []
    parser.descend()
    while parser.token.kind not in ("end", "eof"):
        start = parser.index
        value = parser.chain(_ENDS)
        parser.skip("gap", "comma", "cell")
        condition = _condition(parser)
        if condition is None or not _at_end(parser):
            value = condition = _unread(parser, start)
        found += [value, condition]
        parser.skip("newrow", "gap", "cell", "comma", "stop")
    parser.depth -= 1
    parser.accept("end")
    return parser.node("cases", found, first) if found else parser.opaque(first)


def _condition(parser: Parser) -> Node | None:
    """A condition without the word before it and the full stop after it."""
    parser.skip("gap")
    if parser.token.kind == "word" and parser.token.value in _CONDITION_WORDS:
        parser.index += 1
    if parser.token.kind in _ENDS:
        return None
    condition = parser.chain(_ENDS)
    parser.skip("gap", "stop")
    return condition
