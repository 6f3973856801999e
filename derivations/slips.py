"""The catalogue of known slips: what people do instead of what the formula says.

Each slip rewrites a formula tree into the tree that somebody who makes the slip
really evaluates.  Tutorials show the value it would give, ``verify`` names the
slip that reproduces a printed value, and exercises use it as a distractor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from derivations.evaluate.functions import expanded
from derivations.formula import names
from derivations.model import Node

Rewrite = Callable[[Node], Iterator[Node]]


EXPANDED = frozenset(("attention", "layer_norm", "rms_norm", "deviation"))
"""Functions inside whose definitions people slip too."""


class Slip(NamedTuple):
    """A known slip: ``rewrite`` yields the wrong trees that stand for one node."""

    id: str
    message: str
    rewrite: Rewrite


def _is_call(node: Node, name: str) -> bool:
    return node.kind == "call" and node.data == name


def _call(name: str, *args: Node) -> Node:
    return Node("call", args, name)


def _is_root(node: Node) -> bool:
    """The square root of a width, or one over it; the root of a variance or a mean square is no scaling."""
    if node.kind == "divide":
        return node.args[0].kind == "number" and _is_root(node.args[1])
    return _is_call(node, "sqrt") and not _holds_variance(node) and not _holds_mean(node)


def _unscaled(node: Node) -> Iterator[Node]:
    if node.kind == "divide" and _is_root(node.args[1]) and node.args[0].kind != "number":
        yield node.args[0]
    if node.kind == "multiply" and node.args[0].kind == "divide" and _is_root(node.args[0]):
        yield node.args[1]


def _root_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "divide" and node.args[1].kind == "call" and _is_root(node.args[1]):
        yield Node("divide", (node.args[0], node.args[1].args[0]), node.data)


def _model_width(node: Node) -> Iterator[Node]:
    if _is_call(node, "sqrt") and node.args[0].kind == "name" and node.args[0].data in ("d_k", "d_h"):
        for width in ("d", "d_model"):
            yield _call("sqrt", Node("name", (), width))


def _columns(node: Node) -> Iterator[Node]:
    if _is_call(node, "softmax"):
        yield _call("column_softmax", *node.args)


def _without_exponential(node: Node) -> Iterator[Node]:
    if _is_call(node, "softmax"):
        scores = node.args[0]
        yield Node("divide", (scores, _call("row_sum", scores)), "frac")


def _exponential_only(node: Node) -> Iterator[Node]:
    if _is_call(node, "softmax"):
        yield _call("exp", *node.args)


def _masked_with_zero(node: Node) -> Iterator[Node]:
    if _is_call(node, "softmax"):
        yield _call("softmax", _call("reveal", *node.args))


def _mask_forgotten(node: Node) -> Iterator[Node]:
    if _is_call(node, "softmax") and node.args[0].kind == "add":
        yield _call("softmax", node.args[0].args[0])


_EXCHANGED = str.maketrans("ij", "ji")


def _indices_exchanged(node: Node) -> Iterator[Node]:
    if node.kind == "cases":
        yield _exchanged(node)


def _exchanged(node: Node) -> Node:
    """The tree with i for j and j for i."""
    if node.kind == "name":
        base, superscript, subscript = names.parts(node.data)
        running = set(subscript) <= set("ij,")
        subscript = subscript.translate(_EXCHANGED) if running else subscript
        return Node(
            "name",
            (),
            names.canonical(base.translate(_EXCHANGED) if base in "ij" else base, superscript, subscript),
        )
    return Node(node.kind, tuple(map(_exchanged, node.args)), node.data, node.span)


def _sides_swapped(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and node.args[1].kind == "transpose":
        left, right = node.args[0], node.args[1].args[0]
        if left != right:
            yield Node("multiply", (right, Node("transpose", (left,))), node.data)


def _transpose_missing(node: Node) -> Iterator[Node]:
    if node.kind == "multiply":
        left, right = node.args
        if right.kind == "transpose":
            yield Node("multiply", (left, right.args[0]), node.data)
        if left.kind == "transpose":
            yield Node("multiply", (left.args[0], right), node.data)


def _extra_transpose(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and all(arg.kind in ("name", "matrix") for arg in node.args):
        left, right = node.args
        yield Node("multiply", (left, Node("transpose", (right,))), node.data)
        yield Node("multiply", (Node("transpose", (left,)), right), node.data)


def _factors_swapped(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and node.data != "⊙" and node.args[0] != node.args[1]:
        yield Node("multiply", (node.args[1], node.args[0]), node.data)


def _elementwise(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and node.data != "⊙":
        yield Node("multiply", node.args, "⊙")


def _single_index(node: Node) -> Iterator[Node]:
    two = node.kind == "multiply" and node.args[0].kind == "number" and node.args[0].data.value == 2
    if two and node.args[1].kind == "name":
        yield node.args[1]


def _sine_for_cosine(node: Node) -> Iterator[Node]:
    if node.kind == "call" and node.data in ("sin", "cos"):
        yield _call("cos" if node.data == "sin" else "sin", *node.args)


def _unbiased(node: Node) -> Iterator[Node]:
    if node.kind == "call" and node.data in ("variance", "deviation"):
        yield _call(f"unbiased_{node.data}", *node.args)


def _holds_variance(node: Node) -> bool:
    return any(_is_call(inner, "variance") for inner in node.walk())


def _holds_mean(node: Node) -> bool:
    return any(_is_call(inner, "mean") for inner in node.walk())


def _variance_for_deviation(node: Node) -> Iterator[Node]:
    if _is_call(node, "sqrt") and _holds_variance(node):
        yield node.args[0]


def _mean_square_for_root(node: Node) -> Iterator[Node]:
    if _is_call(node, "sqrt") and _holds_mean(node) and not _holds_variance(node):
        yield node.args[0]


def _sign(node: Node) -> Iterator[Node]:
    if node.kind in ("add", "subtract"):
        yield Node("subtract" if node.kind == "add" else "add", node.args)
    if node.kind == "negative":
        yield node.args[0]


def _heads_reordered(node: Node) -> Iterator[Node]:
    if _is_call(node, "concat") and len(node.args) > 1:
        yield _call("concat", *reversed(node.args))


def _weight_confused(node: Node) -> Iterator[Node]:
    if node.kind == "name":
        base, superscript, subscript = names.parts(node.data)
        if base == "W" and superscript in ("Q", "K", "V"):
            for other in "QKV":
                if other != superscript:
                    yield Node("name", (), names.canonical("W", other, subscript))


def _value_is_key(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and node.args[1].kind == "name" and names.parts(node.args[1].data)[0] == "V":
        yield Node("multiply", (node.args[0], Node("name", (), "K" + node.args[1].data[1:])), node.data)


def _relu_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "call" and node.data in ("relu", "gelu", "silu"):
        yield node.args[0]


def _bias_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "add" and node.args[1].kind == "name" and node.args[1].data[0] in "bβ":
        yield node.args[0]


def _scale_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "multiply" and node.data == "⊙":
        factor = node.args[1]
        if factor.kind == "name" and names.parts(factor.data)[0] == "gamma":
            yield node.args[0]


def _residual_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "add" and node.args[0].kind == "name":
        yield node.args[1]


def _mean_forgotten(node: Node) -> Iterator[Node]:
    if node.kind == "subtract" and any(_is_call(inner, "mean") for inner in node.args[1].walk()):
        yield node.args[0]


CATALOGUE: tuple[Slip, ...] = (
    Slip("no-scaling", "the division by √d_k is missing", _unscaled),
    Slip("root-forgotten", "divided by d_k instead of √d_k", _root_forgotten),
    Slip("model-width", "scaled with the model width instead of d_k", _model_width),
    Slip("softmax-columns", "softmax taken down the columns instead of along the rows", _columns),
    Slip("no-exponential", "divided by the row sum without taking exponentials", _without_exponential),
    Slip("not-normalised", "exponentials not divided by their sum", _exponential_only),
    Slip(
        "masked-with-zero",
        "masked with 0 instead of -∞, so that hidden positions keep a weight",
        _masked_with_zero,
    ),
    Slip("mask-forgotten", "the mask is missing", _mask_forgotten),
    Slip(
        "indices-exchanged",
        "rows and columns are exchanged, so that the wrong side is hidden",
        _indices_exchanged,
    ),
    Slip(
        "sides-swapped",
        "the two sides swapped, such as K Q^T for Q K^T: the result is transposed",
        _sides_swapped,
    ),
    Slip("transpose-missing", "the transpose is missing", _transpose_missing),
    Slip("transpose-added", "a factor is transposed that should not be", _extra_transpose),
    Slip("factors-swapped", "the factors stand in the wrong order", _factors_swapped),
    Slip("elementwise", "multiplied entry by entry instead of row by column", _elementwise),
    Slip("i-for-2i", "i in the exponent where 2i belongs", _single_index),
    Slip("sine-for-cosine", "sine and cosine exchanged", _sine_for_cosine),
    Slip("unbiased-variance", "divided by d-1 instead of d in the variance", _unbiased),
    Slip(
        "variance-for-deviation",
        "divided by the variance instead of its square root",
        _variance_for_deviation,
    ),
    Slip(
        "mean-square-for-root",
        "divided by the mean square instead of its square root",
        _mean_square_for_root,
    ),
    Slip("mean-not-subtracted", "the mean is not subtracted", _mean_forgotten),
    Slip("sign", "a sign is wrong", _sign),
    Slip("heads-reordered", "the heads are joined in the wrong order", _heads_reordered),
    Slip("wrong-weight", "multiplied with the weights of another projection", _weight_confused),
    Slip("keys-for-values", "the keys are averaged instead of the values", _value_is_key),
    Slip("activation-forgotten", "the activation function is missing", _relu_forgotten),
    Slip("scale-forgotten", "the scale γ is missing", _scale_forgotten),
    Slip("bias-forgotten", "the bias is missing", _bias_forgotten),
    Slip("residual-forgotten", "the residual connection is missing", _residual_forgotten),
)
"""Most telling first: the first slip that reproduces a value is the one named."""

BY_ID = {slip.id: slip for slip in CATALOGUE}


def variants(node: Node) -> Iterator[tuple[Slip, Node]]:
    """Every wrong tree that one slip at one place of the tree makes, most telling slips first."""
    seen = {node}
    places = list(_places(node))
    for slip in CATALOGUE:
        for part, whole in places:
            for wrong in map(whole, slip.rewrite(part)):
                if wrong not in seen:
                    seen.add(wrong)
                    yield slip, wrong


def _places(node: Node) -> Iterator[tuple[Node, Callable[[Node], Node]]]:
    """The nodes of a tree, and what the tree becomes with another in the place of each.

    The left side of a definition only says what is defined.
    """
    yield node, lambda other: other
    if node.kind == "call" and node.data in EXPANDED:
        yield from _places(expanded(node))
    for at in range(1 if node.kind == "relation" else 0, len(node.args)):
        for part, whole in _places(node.args[at]):
            yield part, partial(_around, node, at, whole)


def _around(node: Node, at: int, whole: Callable[[Node], Node], other: Node) -> Node:
    """A node whose argument at a place has become another, itself with another inside it."""
    args = (*node.args[:at], whole(other), *node.args[at + 1 :])
    return Node(node.kind, args, node.data, node.span)
