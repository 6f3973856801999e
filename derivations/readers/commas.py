"""The decimal comma: whether ``1,414`` is one and a half or a thousand and more.

A comma before exactly three digits can be either; the rest of the article tells.
"""

from __future__ import annotations

import re
from fractions import Fraction

from derivations.model import Node, Number

_TEX = re.compile(r"(?<![\d,])(?:0|\d+)\{,\}(?:\d{1,2}|\d{4,})(?![\d{])|(?<!\d)0\{,\}\d")
_PLAIN = re.compile(
    r"(?<![\w.,\[({])0,\d{2,}(?![\w,])|\d,\d+;"
    r"|(?:[≈=] ?-?|[;\[] ?-?)\d+,\d{1,2}(?![\w,])(?! *,)(?=;|[^\])]{0,3}\s)"
)
_BETWEEN_DIGITS = re.compile(r",(?<=\d,)\d")
_POINT = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_EITHER = re.compile(r"\d{1,3},\d{3}")


def are_decimal(source: str) -> bool:
    """Whether an article writes its decimals with a comma."""
    if "{,}" in source and _TEX.search(source):
        return True
    if not _BETWEEN_DIGITS.search(source) or _POINT.search(source):
        return False
    return "0," in source and _PLAIN.search(source) is not None


def as_decimals(node: Node) -> Node:
    """A formula with ``1,414`` read as 1.414."""
    if node.kind == "number":
        return _decimal(node)
    args = tuple(as_decimals(arg) for arg in node.args)
    return node if all(a is b for a, b in zip(args, node.args, strict=True)) else _with(node, args)


def _with(node: Node, args: tuple[Node, ...]) -> Node:
    return Node(node.kind, args, node.data, node.span)


def _decimal(node: Node) -> Node:
    text = node.data.text
    if not _EITHER.fullmatch(text):
        return node
    return Node("number", (), Number(text, Fraction(text.replace(",", ".")), 3), node.span)
