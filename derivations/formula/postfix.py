"""What follows an atom: transposes, powers, methods, indices, calls of words that are no known function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivations.formula import brackets, calls, names, numerals, scripts
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES, SUPERSCRIPTS
from derivations.formula.tokens import Token
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

_TRANSPOSES = frozenset(("T", "transpose", "mT", "t"))
_METHODS = {
    **dict.fromkeys(("dot", "matmul", "mm"), "dot"),
    **{word: FUNCTION_NAMES[word] for word in "sum mean exp softmax sqrt var std max min round abs".split()},
}
_NOTHING = frozenset("numpy item detach cpu float double copy contiguous tolist".split())
_FUNCTION_LETTERS = frozenset(("f", "g", "sigma", "phi", "psi", "Phi", "Psi"))
"""Single letters that are functions when a bracket follows them directly."""


def postfix(parser: Parser, node: Node, first: int) -> Node:
    """The atom with everything that hangs on it."""
    while True:
        token = parser.token
        if token.kind == "transpose" or (token.kind == "prime" and _transposable(node)):
            parser.index += 1
            node = parser.node("transpose", (node,), first)
        elif token.kind == "sups":
            node = _unicode_power(parser, node, first)
        elif token.kind == "sup":
            node = _power(parser, node, first)
        elif token.kind == "method":
            node = _method(parser, node, first)
        elif token.kind == "sub" and node.kind != "number":
            node = _subscripted(parser, node, first)
        elif token.kind == "open" and not token.space and _is_item(node, token.value):
            node = _item(parser, node, first)
        elif token.kind == "open" and token.value == "(" and not token.space and _is_function(parser, node):
            parser.index += 1
            name = FUNCTION_NAMES.get(node.data, node.data)
            node = calls.named_call(parser, name, node.data, parser.items(")"), first)
        else:
            return node


def _transposable(node: Node) -> bool:
    return node.kind in ("matrix", "list") or (node.kind == "name" and node.data[0].isupper())


def _is_function(parser: Parser, node: Node) -> bool:
    """A word before a bracket is a function: ``PE(1, 2)``, ``C(16, 2)``, ``P("cat")``, not ``W(x)``."""
    if node.kind != "name":
        return False
    base, superscript, _ = names.parts(node.data)
    if (
        base in _FUNCTION_LETTERS
        or superscript == "prime"
        or (len(base) > 1 and not superscript and base not in names.GREEK)
    ):
        return True
    inside = parser.level(parser.index)
    if len(inside) == 1 and (inside[0].kind == "text" or inside[0].value[:1] >= "\u3400"):
        return True  # P("cat"), Q(猫)
    return len(node.data) == 1 and any(t.kind == "comma" for t in inside) and _are_numbers(inside)


def _are_numbers(tokens: Sequence[Token]) -> bool:
    return all(token.kind in ("number", "comma", "gap") for token in tokens)


def _subscripted(parser: Parser, node: Node, first: int) -> Node:
    """An entry of an expression; ``\\|x\\|_2`` is the norm that it is anyway."""
    places = scripts.indices(parser)
    if node.kind == "call" and node.data == "norm":
        if len(places) == 1 and places[0].kind == "number" and places[0].data.value == 2:
            return parser.widened(node, first)
        raise Unreadable("a norm that is not known")
    return parser.node("index", (node, *places), first)


# ---------------------------------------------------------------- Python's brackets and methods


def _is_item(node: Node, opener: str) -> bool:
    return opener == "[" and (node.kind in ("name", "index") or (node.kind == "call" and node.data == "item"))


def _item(parser: Parser, node: Node, first: int) -> Node:
    """``V[0]``, ``S[0, 1]`` and ``S[0][1]``; a slice is not understood, other brackets multiply."""
    inside = parser.level(parser.index)
    if any(token.kind == "colon" for token in inside):
        raise Unreadable("a slice")
    if [t.kind for t in inside] == ["op", "number"] and inside[0].value == "-":
        return parser.node("call", (node, *scripts.as_list(brackets.bracket(parser))), first, "item")
    places = inside[::2]
    commas = inside[1::2]
    counted = all(t.kind in ("number", "word") and t.value.isalnum() for t in places) and len(places) < 3
    if not inside or not counted or any(t.kind != "comma" for t in commas) or len(places) == len(commas):
        return parser.node("multiply", (node, parser.operand()), first, "")
    return parser.node("call", (node, *scripts.as_list(brackets.bracket(parser))), first, "item")


def _method(parser: Parser, node: Node, first: int) -> Node:
    name = parser.next().value
    arguments: list[Node] = []
    called = parser.opens("(") and not parser.token.space
    if called:
        parser.index += 1
        arguments = parser.items(")")
    if name in _TRANSPOSES:
        return parser.node("transpose", (node,), first)
    if called and name in _NOTHING and not arguments:
        return parser.widened(node, first)
    if called and name in _METHODS:
        return calls.named_call(parser, _METHODS[name], name, [node, *arguments], first)
    raise Unreadable(f"unknown method .{name}")


# ---------------------------------------------------------------- powers


def _unicode_power(parser: Parser, node: Node, first: int) -> Node:
    """``x²``, ``10⁻³``, ``xⁿ``, ``e⁰·⁷``."""
    token = parser.next()
    text = "".join(SUPERSCRIPTS.get(c, ".") for c in token.value)
    span = parser.span(token.start, token.end)
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    if not (rest.replace(".", "", 1).isdigit() or (rest.isalpha() and len(rest) == 1)):
        raise Unreadable("a raised expression")
    exponent = names.leaf(rest, span)
    if sign:
        exponent = Node("negative", (exponent,), None, span)
    return parser.node("power", (node, exponent), first)


def _power(parser: Parser, node: Node, first: int) -> Node:
    parser.index += 1
    if scripts.accept_transpose(parser):
        return parser.node("transpose", (node,), first)
    if parser.token.kind == "op" and parser.token.value == "*":
        raise Unreadable("a star as a mark")
    exponent = _exponent(parser)
    return parser.node("power", (node, exponent), first)


def _exponent(parser: Parser) -> Node:
    """Braces, brackets or one atom; plain text writes ``e^-0.5`` and ``e^10`` without braces."""
    first = parser.index
    if parser.accept("op", "-"):
        return parser.node("negative", (_exponent(parser),), first)
    if parser.opens("(["):
        return brackets.bracket(parser)
    return numerals.leaf(parser) if parser.token.kind == "number" else parser.argument()
