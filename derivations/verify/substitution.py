"""Numbers put in for names: which literal stands for which part of the formula before."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.model import Node
from derivations.verify.entries import plain
from derivations.verify.literals import is_scaled
from derivations.verify.roles import role_of_name


def pairs(before: Node, after: Node) -> Iterator[tuple[Node, Node]]:
    """(formula, literal) wherever ``after`` has a literal in the place of a formula of ``before``."""
    if plain(before) == plain(after):
        return
    if after.kind == before.kind == "call" and before.data == after.data == "sqrt":
        yield from pairs(before.args[0], after.args[0])
        return
    if after.kind in ("matrix", "list") and before.kind != after.kind:
        yield before, after
        return
    if is_scaled(after) and before.kind != after.kind:
        yield before, after
        return
    if after.kind == "number" and before.kind != "number":
        yield before, after
        return
    if after.kind == before.kind == "list" and all(
        item.kind in ("number", "negative") for item in after.args
    ):
        yield before, after
        return
    if after.kind == "matrix" and before.kind == "matrix":
        yield before, after
        return
    if (
        before.kind == after.kind == "divide"
        and before.args[1].kind == "name"
        and after.args[1].kind == "number"
    ):
        total = Node("call", (before.args[0],), "total")
        yield from pairs(before.args[0], after.args[0])
        yield (total if role_of_name(before.args[1].data) == "total" else before.args[1]), after.args[1]
        return
    if before.kind == after.kind and len(before.args) == len(after.args) and _same_sign(before, after):
        for left, right in zip(before.args, after.args, strict=True):
            yield from pairs(left, right)


def _same_sign(before: Node, after: Node) -> bool:
    if before.kind in ("call", "sum"):
        return bool(before.data == after.data)
    return before.kind not in ("matrix", "row", "list", "opaque")
