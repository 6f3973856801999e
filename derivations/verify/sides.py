"""What the side of a chain is: a label, a formula, a written-out calculation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import pairwise

from flint import arb_mat

from derivations.formula import names
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.entries import FUNCTION_WORDS, label_of
from derivations.verify.literals import Printed, is_constant, is_number
from derivations.verify.roles import SIZES


def is_label(side: Node, book: Book) -> bool:
    """Whether a side only names the value that follows."""
    if side.kind == "name":
        return side.data not in ("e", "pi", "infinity")
    if side.kind == "index":
        return side.args[0].kind == "name"
    if side.kind == "power" and side.args[0].kind == "name" and side.args[1].kind == "number":
        return bool(book.resolve(side.args[0]).missing)
    if side.kind == "divide":
        return all(arg.kind == "call" and arg.data == "partial" for arg in side.args)
    if side.kind == "multiply" and not side.data:
        unknown = [_is_unknown_word(factor, book) for factor in side.args]
        return all(unknown) or (unknown[-1] and _is_letter(side.args[0])) or _is_acronym(side, book)
    if side.kind != "call" or side.data == "sigma":
        return False
    if side.data not in FUNCTION_WORDS:
        return True
    if side.data not in DERIVED:
        return False
    resolved = book.resolve(side)
    return bool(resolved.missing) or book.shown(resolved) is None


def is_root(side: Node) -> bool:
    """``√2``: the root of a number."""
    return side.kind == "call" and side.data == "sqrt" and side.args[0].kind == "number"


def _is_letter(node: Node) -> bool:
    """The P of ``P(cat) = 0.7``: what is said of a word, and no factor."""
    return node.kind == "name" and len(node.data) == 1


MATRICES = frozenset("QKVWXSAOZEHPCYU")
"""Letters of matrices, two of which side by side are a product."""


def _is_acronym(side: Node, book: Book) -> bool:
    """``AUC = 0.5``, ``AI = [1, 0]``: capitals in one word, not all of which stand for something."""
    letters = [node for node in side.walk() if node.kind != "multiply"]
    matrices = len(letters) < 3 and all(node.data in MATRICES for node in letters)
    if matrices or any(n.kind != "name" or len(n.data) > 1 or not n.data.isupper() for n in letters):
        return False
    joined = all(one.span.end == other.span.start for one, other in pairwise(letters))
    return joined and any(book.resolve(letter).missing for letter in letters)


def _is_unknown_word(node: Node, book: Book) -> bool:
    """``Batch size``: words that stand for nothing known only name the value."""
    if node.kind == "multiply":
        return all(_is_unknown_word(factor, book) for factor in node.args)
    is_word = node.kind == "name" and (len(names.parts(node.data)[0]) > 2 or node.data in SIZES)
    return is_word and bool(book.resolve(node).missing)


DERIVED = {
    "attention",
    "multi_head",
    "feed_forward",
    "layer_norm",
    "mean",
    "variance",
    "deviation",
    "total",
    "softmax",
}
"""Functions whose name also names their value: ``Attention(Q, K, V) = ...``."""


def label_name(label: Node) -> str:
    """The name under which a label's value is kept."""
    if label.kind == "name":
        return str(label.data)
    if label.kind == "index":
        inner = ",".join(a.data.text if a.kind == "number" else str(a.data or "") for a in label.args[1:])
        return f"{label.args[0].data}_{inner}"
    if label.kind == "transpose":
        return f"{label.args[0].data}^prime"
    if label.kind == "call" and label.data == "item":
        return label_name(label.args[0]) + "".join(f"[{_text(place)}]" for place in label.args[1:])
    if label.kind == "power":
        return f"{label.args[0].data}{label.args[1].data.text}"
    if label.kind == "divide":
        return "_".join(f"d{label_name(arg.args[0])}" for arg in label.args)
    if label.kind == "multiply":
        words = [n.data for n in label.walk() if n.kind == "name"]
        return next((word for word in words if word in SIZES), "_".join(words))
    return label_of(label)


def _text(place: Node) -> str:
    return place.data.text if place.kind == "number" else str(place.data or "")


def is_symbolic(side: Node) -> bool:
    """A formula in names, without a matrix of numbers."""
    kinds = {inner.kind for inner in side.walk()}
    has_name = any(
        inner.kind == "name" and inner.data not in ("e", "pi", "infinity") for inner in side.walk()
    )
    return has_name and not kinds & {"matrix", "opaque", "ellipsis", "relation"}


def terms(node: Node) -> list[Node]:
    """The terms of a sum, from left to right."""
    return [*terms(node.args[0]), node.args[1]] if node.kind == "add" else [node]


def added(summands: Iterable[Node]) -> Node:
    """The sum of one or more terms, added from left to right."""
    return reduce(lambda total, term: Node("add", (total, term)), summands)


def is_collection(side: Node) -> bool:
    """A matrix or a list."""
    return side.kind in ("matrix", "list")


def is_exact(literal: Printed) -> bool:
    """Whether no cell is a rounded number."""
    return all(cell.half is None for cell in literal.cells())


def is_worked(literal: Printed) -> bool:
    """Whether cells hold arithmetic that still has to be carried out."""
    return any(
        cell.ball is not None and not cell.infinite and cell.half is None and _has_operation(cell.node)
        for cell in literal.cells()
    )


def _has_operation(node: Node) -> bool:
    inner = node.args[0] if node.kind == "negative" else node
    if is_number(inner):
        return False
    return inner.kind in ("add", "subtract", "multiply", "power") or (
        inner.kind in ("divide", "call") and is_constant(inner) and not _is_closed(inner)
    )


def _is_closed(node: Node) -> bool:
    """``\\ln 2`` and ``1/\\sqrt2`` are values as they stand; ``(1 - 3)/0.81`` still has to be worked out."""
    return not any(
        inner.kind in ("add", "subtract", "power")
        or (inner.kind == "number" and inner.data.decimals is not None)
        for inner in node.walk()
    )


def same_shape(one: arb_mat, other: arb_mat) -> bool:
    """Whether two values have one shape; a vector may stand or lie."""
    a, b = (one.nrows(), one.ncols()), (other.nrows(), other.ncols())
    return a == b or (1 in a and 1 in b and max(a) == max(b))
