"""Numbers put in for names: which literal stands for which part of the formula before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.model import DerivationError, Node
from derivations.verify.entries import plain
from derivations.verify.literals import Match, is_constant, is_scaled, matches, printed
from derivations.verify.roles import role_of_name
from derivations.verify.sides import added, terms

MOST_TERMS = 10
"""Terms of a sum that are grouped in all ways."""


def pairs(before: Node, after: Node) -> Iterator[tuple[Node, Node]]:
    """(formula, literal) wherever ``after`` has a literal in the place of a formula of ``before``."""
    if plain(before) == plain(after):
        return
    if (columns := _columns(before, after)) is not None:
        for formula, item in zip(columns, after.args, strict=True):
            yield from pairs(formula, item)
    elif _is_shared_out(before, after):
        terms_of = Node("call", before.args, "exp")
        yield terms_of, after.args[0]
        yield Node("call", (terms_of,), "total"), after.args[1]
    elif _is_put_in(before, after):
        yield before, after
    elif before.kind == after.kind:
        yield from _inside(before, after)


def _columns(before: Node, after: Node) -> list[Node] | None:
    """``0.3·[1, 2] + 0.7·[3, 4] = [0.3 + 2.1, 0.6 + 2.8]``: the sum of products behind each entry."""
    if before.kind != "add" or after.kind != "list" or any(item.kind != "add" for item in after.args):
        return None
    width, products = len(after.args), terms(before)
    if any(
        p.kind != "multiply" or p.args[1].kind != "list" or len(p.args[1].args) != width for p in products
    ):
        return None
    if any(len(terms(item)) != len(products) for item in after.args):
        return None
    columns = zip(
        *([Node("multiply", (p.args[0], v), "") for v in p.args[1].args] for p in products), strict=True
    )
    return [added(column) for column in columns]


def _is_shared_out(before: Node, after: Node) -> bool:
    """``softmax([1, 0]) = [2.718, 1]/3.718``: exponentials, unless another number was taken off before."""
    if before.kind != "call" or before.data != "softmax" or after.kind != "divide":
        return False
    return after.args[0].kind == "list" and _gives(Node("call", before.args, "exp"), after.args[0])


def _is_put_in(before: Node, after: Node) -> bool:
    """Whether a literal stands for the whole formula."""
    if before.kind != after.kind:
        return after.kind in ("matrix", "list", "number") or is_scaled(after)
    numbers = after.kind == "list" and all(item.kind in ("number", "negative") for item in after.args)
    return numbers or after.kind == "matrix"


def _inside(before: Node, after: Node) -> Iterator[tuple[Node, Node]]:
    """The literals in formulas of one kind."""
    if before.kind == "divide" and before.args[1].kind == "name" and after.args[1].kind == "number":
        total = Node("call", (before.args[0],), "total")
        summed = role_of_name(before.args[1].data) == "total" and before.args[0].kind != "add"
        yield from pairs(before.args[0], after.args[0])
        yield (total if summed else before.args[1]), after.args[1]
    elif before.kind == "add" and len(terms(before)) != len(terms(after)):
        yield from _grouped(terms(before), terms(after))
    elif len(before.args) == len(after.args) and _same_sign(before, after):
        for left, right in zip(before.args, after.args, strict=True):
            if before.kind != "list" or right.kind == "add":
                yield from pairs(left, right)


def _grouped(before: Sequence[Node], after: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Neighbouring terms of a sum that were added up, grouped so that most of the sums are right."""
    if len(before) > MOST_TERMS or len(after) > len(before):
        return
    cuts = combinations(range(1, len(before)), len(after) - 1)
    groupings = [[added(before[a:b]) for a, b in pairwise((0, *cut, None))] for cut in cuts]
    best = max(groupings, key=lambda sums: sum(map(_gives, sums, after)))
    for sums, total in zip(best, after, strict=True):
        yield from pairs(sums, total)


def _gives(formula: Node, total: Node) -> bool:
    """Whether a formula of numbers gives what is printed for it."""
    literal = printed(total)
    if literal is None or not is_constant(formula):
        return False
    try:
        found = matches(evaluate(formula, {}, BALL), literal)
    except (DerivationError, ArithmeticError):
        return False
    return found is not None and all(cell <= Match.ROUNDED for row in found for cell in row)


def _same_sign(before: Node, after: Node) -> bool:
    if before.kind in ("call", "sum"):
        return bool(before.data == after.data)
    return before.kind not in ("matrix", "row", "opaque")
