"""One chain that is several statements: another value is named on its way."""

from __future__ import annotations

from derivations.formula import names
from derivations.model import Node, Span
from derivations.verify.applying import APPLIED
from derivations.verify.roles import TEMPERATURES
from derivations.verify.statement import Statement

POSITIONS = ("pos", "position")
PARAMETERS = (*POSITIONS, *TEMPERATURES)
"""What may lead to a value that is another one for each of its own values."""


def split(statement: Statement, node: Node) -> list[tuple[Statement, Node]]:
    """A chain that names another value on its way is several statements."""
    for at in range(1, len(statement.sides) - 1):
        parted = (
            (_after_parameter(statement) if at == 1 else None)
            or _at_label(statement, at)
            or _at_sibling(statement, at)
        )
        if parted is not None:
            first, rest = parted
            return [(first, _node(first)), *split(rest, _node(rest))]
    return [(statement, node)]


def _after_parameter(statement: Statement) -> tuple[Statement, Statement] | None:
    """``pos = 1 → [0.84, 0.54]``, ``T = 0.5 → [0.8, 0.2]``: the value belongs to what is before the arrow."""
    name, value, *rest = statement.sides
    if statement.signs[:2] != ("=", "→") or name.kind != "name" or name.data not in PARAMETERS:
        return None
    if value.kind != "number" or rest[0].kind != "list":
        return None
    first, after = _parted(statement, (name, value), tuple(rest))
    told = f" {name.data} {value.data.text}" if name.data in POSITIONS else ""
    return first, after._replace(words=f"{statement.words}{told}")


def _at_label(statement: Statement, at: int) -> tuple[Statement, Statement] | None:
    """``s = [0, 1] → w = [0.3, 0.7]``: a name between an arrow and an equals sign."""
    side = statement.sides[at]
    named = side.kind == "name" and side.data not in APPLIED
    if not named or statement.signs[at - 1] != "→" or statement.signs[at] not in ("=", "≈"):
        return None
    if any(before.kind == "opaque" for before in statement.sides[:at]):
        return None  # what is not read may be what the name is computed from
    return _parted(statement, statement.sides[:at], statement.sides[at:])


def _at_sibling(statement: Statement, at: int) -> tuple[Statement, Statement] | None:
    """``q_1 = [1, 0] q_2 = [0, 1]``: a second name of the kind of the first, right after its value."""
    side, first = statement.sides[at], statement.sides[0]
    if side.kind != "multiply" or side.data or first.kind != "name":
        return None
    value, name = side.args
    alike = name.kind == "name" and names.parts(name.data)[0] == names.parts(first.data)[0]
    if value.kind not in ("list", "matrix", "number") or not alike or name.data == first.data:
        return None
    return _parted(statement, (*statement.sides[:at], value), (name, *statement.sides[at + 1 :]))


def _parted(
    statement: Statement, before: tuple[Node, ...], after: tuple[Node, ...]
) -> tuple[Statement, Statement]:
    place = after[0].span.start
    first = statement._replace(sides=before, signs=statement.signs[: len(before) - 1])
    rest = statement._replace(
        sides=after,
        signs=statement.signs[len(statement.signs) - len(after) + 1 :],
        span=Span(place, statement.span.end),
    )
    return first, rest


def _node(statement: Statement) -> Node:
    """The sides of a statement as one formula."""
    if len(statement.sides) == 1:
        return statement.sides[0]
    return Node("relation", statement.sides, statement.signs, statement.span)
