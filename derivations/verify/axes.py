"""The axis of the softmax: along rows, unless the article says or shows that queries stand in columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.literals import Match, Printed, matches
from derivations.verify.roles import role_of_name
from derivations.verify.statement import Statement

_EACH = (
    r"(?:down|over|along|for|per|to|each|every|über|auf|pro|je|jede[rn]?|sur|par|pour|chaque|por|sobre|cada)"
)
_COLUMN = r"(?:columns?|Spalten?|colonnes?|columnas?)"
_SOFTMAX = r"(?:soft-?max|ソフトマックス|소프트맥스)"
_COLUMNS = re.compile(
    rf"{_SOFTMAX}\W+(?:\w+\W+){{0,6}}?{_EACH}\W+"
    rf"(?:(?:each|every|the|die|der|jede|chaque|cada|las)\W+)?{_COLUMN}"
    r"|(?:each|every) column (?:of (?:\w+ ){1,3})?sums? to|column-?wise|spaltenweise|por columnas"
    r"|par colonne"
    rf"|按列|每一?列(?:的)?(?:和|之和|求和)"
    rf"|(?:每一?列|各列|列ごと|列方向|각 ?열|열마다)[^。.\n]{{0,12}}{_SOFTMAX}"
    rf"|{_SOFTMAX}[^。.\n]{{0,12}}(?:每一?列|各列|列ごと|列方向|각 ?열|열마다)",
    re.IGNORECASE,
)
_HINTS = ("column", "palte", "colonne", "列", "열")
"""What every match holds, in lower case."""
_UNREAL = re.compile(r"instead of|would|mistake|wrong|not\b|而不是|statt|en lugar|au lieu", re.IGNORECASE)


def are_told(words: str) -> bool:
    """Whether running text says that the softmax runs down the columns."""
    small = words.lower()
    return any(hint in small for hint in _HINTS) and any(
        not _UNREAL.search(words, found.start(), found.end() + 60) for found in _COLUMNS.finditer(words)
    )


def are_possible(statements: Iterable[Statement]) -> bool:
    """Whether the article multiplies keys with queries, ``K^T Q``, so that a column belongs to a query."""
    return any(
        _is_keys_by_queries(node) for found in statements for side in found.sides for node in side.walk()
    )


def _is_keys_by_queries(node: Node) -> bool:
    if node.kind != "multiply" or node.args[0].kind != "transpose":
        return False
    keys, queries = node.args[0].args[0], node.args[1]
    return [role_of_name(str(one.data)) for one in (keys, queries)] == ["key", "query"]


def settle(book: Book, formula: Node, literal: Printed) -> None:
    """Where both are possible, the first printed softmax of a matrix tells along which axis it runs."""
    if not book.axis_open or literal.is_vector or not _has_softmax(formula):
        return
    fitting, told = {}, book.by_columns
    for book.by_columns in (False, True):
        value = book.shown(book.resolve(formula))
        found = matches(value, literal) if value is not None else None
        fitting[book.by_columns] = sum(cell <= Match.TRUNCATED for row in found or () for cell in row)
    book.by_columns = fitting[True] > fitting[False] or (told and fitting[True] == fitting[False])
    book.axis_open = not any(fitting.values())


def _has_softmax(formula: Node) -> bool:
    return any(node.kind == "call" and node.data == "softmax" for node in formula.walk())
