"""The smallest change that makes an expression right: one of its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from flint import arb

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.formula.numerals import number
from derivations.model import DerivationError, Node
from derivations.verify.literals import Cell

MOST_NUMBERS = 12
SMALL = range(13)


def repaired(cell: Cell, right: arb, source: str) -> str | None:
    """The text of a cell with one number changed, if that makes it right; None if no such change does.

    A fraction is changed only into one in lowest terms.
    """
    node, start = cell.node, cell.span.start
    if node.kind == "number" or not right.is_finite():
        return None
    for leaf in _integers(node)[:MOST_NUMBERS]:
        for text in _candidates(leaf.data.text):
            changed = _with(node, leaf, text)
            if _is_reduced(changed) and _gives(changed, right):
                return source[start : leaf.span.start] + text + source[leaf.span.end : cell.span.end]
    return None


def _integers(node: Node) -> list[Node]:
    return [
        leaf
        for leaf in node.walk()
        if leaf.kind == "number" and leaf.data.decimals is None and len(leaf.span)
    ]


def _candidates(text: str) -> Iterator[str]:
    """Another digit in one place, then other small numbers."""
    for at, old in enumerate(text):
        yield from (
            text[:at] + digit + text[at + 1 :] for digit in "0123456789" if old.isdigit() and digit != old
        )
    yield from (str(small) for small in SMALL if len(str(small)) != len(text))


def _with(node: Node, leaf: Node, text: str) -> Node:
    """The tree with another number in the place of a leaf."""
    if node is leaf:
        return Node(node.kind, node.args, number(text), node.span)
    if not node.args:
        return node
    return Node(node.kind, tuple(_with(arg, leaf, text) for arg in node.args), node.data, node.span)


def _is_reduced(node: Node) -> bool:
    """Whether a tree is anything but a fraction that could be shortened."""
    bare = node.args[0] if node.kind == "negative" else node
    if bare.kind != "divide" or any(arg.kind != "number" for arg in bare.args):
        return True
    above, below = (int(arg.data.value) for arg in bare.args)
    return below > 1 and gcd(above, below) == 1


def _gives(node: Node, right: arb) -> bool:
    try:
        value = evaluate(node, {}, BALL)[0, 0]
    except (DerivationError, ArithmeticError, ValueError):
        return False
    return bool(value.is_finite() and value.overlaps(right))
