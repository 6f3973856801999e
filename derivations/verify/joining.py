"""Statements that go on from an earlier one: chains over several formulas, sums, names before values."""

from __future__ import annotations

import re

from derivations.model import Node, Span
from derivations.verify.statement import Statement
from derivations.verify.surroundings import Surroundings

MOST_BETWEEN = 40
"""Characters between a name and the matrix below it."""
_IS = re.compile(
    r"^[\s*_`'\"]*(?:is|are|=|:|：|equals?|be|为|是|设为|取|es|son|ist|sind|est|sont)[\s*_`:：(\[]*$",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"分别|respectively|respectivamente|respectivement|beziehungsweise|jeweils", re.IGNORECASE
)


def named(found: list[Statement]) -> list[Statement]:
    """``query Q is [1, 0]``: a value that running text gives to the names before it."""
    result: list[Statement] = []
    waiting: list[Statement] = []
    in_order = False
    for statement in found:
        named_by = waiting[-1:] if waiting and waiting[-1].line == statement.line else []
        if waiting and _stands_below(waiting[-1], statement):
            below = statement._replace(sides=(*waiting[-1].sides, *statement.sides), signs=("=",))
            result.append(below)
            waiting = []
            continue
        if _is_bare_name(statement):
            waiting = [*(waiting if named_by else []), statement]
            in_order = False
            continue
        if named_by and _is_bare_value(statement):
            in_order = in_order or bool(_IN_ORDER.search(statement.words))
            if in_order or _IS.match(statement.words):
                name = waiting.pop(0) if in_order else waiting.pop()
                sides, signs = (*name.sides, *statement.sides), ("=", *statement.signs)
                result.append(statement._replace(sides=sides, signs=signs))
                waiting = waiting if in_order else []
                continue
        waiting, in_order = [], False
        result.append(statement)
    return result


def _stands_below(name: Statement, value: Statement) -> bool:
    """A matrix right below ``Query $Q$``, with no word between them."""
    far = value.span.start - name.span.end
    apart = name.line != value.line and name.cell == value.cell and far < MOST_BETWEEN
    return apart and not value.words and len(value.sides) == 1 and value.sides[0].kind == "matrix"


def _is_bare_name(statement: Statement) -> bool:
    return len(statement.sides) == 1 and statement.sides[0].kind == "name"


def _is_bare_value(statement: Statement) -> bool:
    return len(statement.sides) == 1 and statement.sides[0].kind in ("list", "matrix", "number")


def _is_start_missing(node: Node) -> bool:
    return node.kind == "relation" and node.args[0].kind == "opaque" and not node.args[0].data


_WORD = re.compile(r"[^\W\d]\w{2,}|[\u3400-\u9fff]{2}")
"""A word on the line of a formula; a name, or an ideograph that means "so", is none."""


def continues(node: Node, before: Statement, after: Statement, words: str) -> bool:
    """A chain that begins with a sign goes on from the statement before, if only layout lies between."""
    if (
        not _is_start_missing(node)
        or before.cell != after.cell
        or (node.data[0] == "→" and not _leads_on(before, after))
    ):
        return False
    if before.line != after.line and _WORD.search(after.before):
        return False
    if before.sides[-1].kind == "number" and after.sides[1].kind in ("matrix", "list"):
        return False
    aside = before.line == after.line and re.fullmatch(r"\s*\([^()]{1,40}\)\s*", words)
    return bool(aside or not re.search(r"\w{3,}", words)) and after.span.start - before.span.end < 200


def _leads_on(before: Statement, after: Statement) -> bool:
    """Whether an arrow comes from the side before: on its line, or below a formula without a value."""
    open_ended = len(before.sides) == 1 and before.sides[0].kind == "call"
    return after.line == before.line or (open_ended and 0 < after.line - before.line <= 1)


def open_sum(found: list[Statement], statement: Statement, around: Surroundings) -> int | None:
    """The statement that goes on where a formula begins with a plus sign."""
    start = statement.span.start
    before = around.before(start, 3) + around.after(start, 1)
    if "+" not in before:
        return None
    begins = not re.search(r"\w", statement.before)
    for at in range(len(found) - 1, max(len(found) - 4, -1), -1):
        if not begins and found[at].line != statement.line:
            return None
        if found[at].cell == statement.cell and found[at].sides[-1].kind in (
            "list",
            "matrix",
            "add",
            "multiply",
        ):
            return at
    return None


def is_last_term(statement: Statement, around: Surroundings) -> bool:
    """``(unread) + b = [1, 2]``: the value is that of a sum whose first terms are not read."""
    before = around.before(statement.span.start, 3)
    return len(statement.sides) > 1 and before.rstrip().endswith("+")


def summed(before: Statement, after: Statement) -> Statement:
    """A sum whose later terms stand in a statement of their own."""
    last, first = before.sides[-1], after.sides[0]
    both = Node("add", (last, first), None, Span(last.span.start, max(first.span.end, last.span.end)))
    return before._replace(
        sides=(*before.sides[:-1], both, *after.sides[1:]), signs=(*before.signs, *after.signs)
    )


def joined(before: Statement, after: Statement) -> Statement:
    """A chain and what goes on from it."""
    return before._replace(
        sides=(*before.sides, *after.sides[1:]),
        signs=(*before.signs, *after.signs),
        span=Span(before.span.start, max(before.span.end, after.span.end)),
    )
