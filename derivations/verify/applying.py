"""What a statement takes from the one before: a function after an arrow, a divisor, ``same``."""

from __future__ import annotations

from derivations.model import Node
from derivations.verify.statement import Statement

MOST_BETWEEN = 40
"""Characters between a value and the function that an arrow applies to it."""
_SAME = frozenset("same ditto idem 同上 相同 igual gleich identique".split())


def as_before(statement: Statement, before: Statement | None) -> Statement:
    """``K = same``: the name of the value before stands in the place of the word."""
    last = statement.sides[-1]
    if len(statement.sides) < 2 or last.kind != "name" or last.data not in _SAME or before is None:
        return statement
    known = before.sides[-1] if all(side.kind == "name" for side in before.sides) else before.sides[0]
    return statement._replace(sides=(*statement.sides[:-1], known))


APPLIED = {"softmax", "exp", "relu", "sqrt", "ln", "sigmoid", "tanh", "total", "sum", "square"}
"""Functions that an arrow may lead to: ``[1, 0] → softmax → [0.73, 0.27]``."""


def applied(statement: Statement, before: Statement | None) -> Statement:
    """A bare function after or before an arrow takes what the arrow comes from, or the value stated last."""
    sides = list(statement.sides)
    if _is_normalised(statement, before) and before is not None:
        return statement._replace(sides=(before.sides[0], *sides[1:]))
    for at, side in enumerate(statement.sides[:-1]):
        if side.kind != "name" or side.data not in APPLIED:
            continue
        if at and statement.signs[at - 1] == "→" and sides[at - 1].kind != "opaque":
            argument = sides[at - 1]
        elif not at and statement.signs[0] == "→" and before is not None and _is_close(before, statement):
            argument = before.sides[-1]
        else:
            continue
        function = "total" if side.data == "sum" else side.data
        sides[at] = Node("call", (argument,), function, side.span)
    return statement._replace(sides=tuple(sides))


_NORMALISED = frozenset(("normalized", "normalised", "normalize", "normalise", "归一化"))


def _is_normalised(statement: Statement, before: Statement | None) -> bool:
    """``softmax([2, 1]) → [e^2, e^1], normalized → [0.73, 0.27]``."""
    first = statement.sides[0]
    if before is None or len(statement.sides) < 2 or statement.line != before.line:
        return False
    asked = before.sides[0].kind == "call" and before.sides[0].data == "softmax"
    return asked and first.kind == "name" and str(first.data).lower() in _NORMALISED


def is_applied(statement: Statement, at: int) -> bool:
    """Whether a side is made of the one before it, as after an arrow: no longer the value of the label."""
    side = statement.sides[at]
    return at > 0 and bool(side.args) and side.args[0] is statement.sides[at - 1]


def is_led_away(statement: Statement, at: int) -> bool:
    """Whether what comes after an arrow is another value: one that cannot be read, or the way to one.

    ``softmax([2, 1]) → [e^2, e^1]`` is on its way to the weights.
    """
    if at == 0 or statement.signs[at - 1] != "→":
        return False
    before, side = statement.sides[at - 1], statement.sides[at]
    on_the_way = before.kind == "call" and before.data == "softmax" and side.kind == "list"
    kinds = {node.kind for node in side.walk()}
    exponentials = "power" in kinds or any(node.data == "exp" for node in side.walk())
    return side.kind == "opaque" or (on_the_way and exponentials and "divide" not in kinds)


def _is_close(before: Statement, after: Statement) -> bool:
    """Whether a value is stated right before, in the same cell and with hardly a word between."""
    near = 0 <= after.span.start - before.span.end < MOST_BETWEEN and before.cell == after.cell
    return near and before.sides[-1].kind in ("list", "matrix")


def divided(statement: Statement, before: Statement | None) -> Statement | None:
    """``/√2 = [0.7, 0]`` at the beginning of a line divides the value of the line before."""
    if before is None or before.sides[-1].kind not in ("list", "matrix"):
        return None
    if statement.before.strip() not in ("/", "÷") or len(statement.sides) < 2:
        return None
    divisor = statement.sides[0]
    quotient = Node("divide", (before.sides[-1], divisor), "/", divisor.span)
    return statement._replace(sides=(quotient, *statement.sides[1:]))
