"""Where an article begins to count: the rows of its matrices, and the entries in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.formula import names
from derivations.verify.sides import label_name
from derivations.verify.statement import Statement

_ZEROTH = re.compile(r"[xqkve][^\n]{0,40}?[0₀]", re.IGNORECASE)
_FROM_ZERO = re.compile(r"[xqkvzXQKVE]_0")


def first_row(statements: Sequence[Statement], text: str) -> int:
    """What the article calls the first row: 0 where it writes x_0."""
    return 0 if _ZEROTH.search(text) and any(map(_counts_from_zero, statements)) else 1


def first_item(statements: Sequence[Statement], text: str) -> int:
    """The number of the first entry in brackets: 1 where it writes ``q_1 = X[1]`` and never ``X[0]``."""
    return 1 if "[1]" in text and _items_count_from_one(statements) else 0


def _takes_items(statement: Statement) -> bool:
    """Whether a program takes an entry by its number, as programs count."""
    return any(
        node.kind == "call" and node.data == "item" for side in statement.sides for node in side.walk()
    )


def _counts_from_zero(statement: Statement) -> bool:
    """Whether a vector of the first token is called x_0."""
    return any(
        node.kind == "name" and _FROM_ZERO.fullmatch(node.data)
        for side in statement.sides
        for node in side.walk()
    )


def _items_count_from_one(statements: Sequence[Statement]) -> bool:
    """Whether ``q_1 = X[1] W`` takes the first row of X by its number, and no row is X[0]."""
    if any(_takes_items(statement) for statement in statements if statement.origin in ("code", "output")):
        return False
    items = [
        (label_name(statement.sides[0]) if statement.sides[0].kind == "name" else "", node.args[1])
        for statement in statements
        for side in statement.sides
        for node in side.walk()
        if node.kind == "call" and node.data == "item" and node.args[1].kind == "number"
    ]
    alike = any(names.parts(name)[2] == place.data.text for name, place in items)
    return alike and all(place.data.value for _, place in items)
