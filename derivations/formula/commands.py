"""TeX commands that take arguments: fractions, roots, sums, braces with labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from derivations.formula import brackets, names, numerals, symbols
from derivations.formula.calls import FRACTIONS
from derivations.formula.cursor import Unreadable
from derivations.model import Node, Span

if TYPE_CHECKING:
    from derivations.formula.parser import Parser


def command(parser: Parser) -> Node:
    """The command at the cursor with its arguments."""
    first = parser.index
    value = parser.next().value
    if value not in COMMANDS:
        raise Unreadable(f"unknown command {value}")
    return COMMANDS[value](parser, first)


def _argument(parser: Parser) -> Node:
    """A braced group, one digit or one letter: ``\\frac ab`` is a over b."""
    if parser.token.kind == "word" and parser.token.value.isascii() and parser.token.value.isalpha():
        first = parser.index
        start = parser.token.start
        letter = symbols.first_letter(parser)
        node = parser.node("name", (), first, names.canonical(letter))
        return Node("name", (), node.data, parser.span(start, start + 1))
    return parser.argument()


def _fraction(parser: Parser, first: int) -> Node:
    over, under = _argument(parser), _argument(parser)
    return parser.node("divide", (over, under), first, "frac")


def _root(parser: Parser, first: int) -> Node:
    """``\\sqrt[3]{8}`` and ``√dₖ``; the bare sign takes a whole number or a name with its scripts."""
    plain = parser.text[parser.tokens[first].start] != "\\"
    degree = brackets.bracket(parser) if not plain and parser.opens("[") else None
    radicand = _radicand(parser, plain)
    if degree is None:
        return parser.node("call", (radicand,), first, "sqrt")
    order = degree.args[0] if degree.kind == "list" and len(degree.args) == 1 else degree
    one = names.leaf("1", Span(degree.span.start, degree.span.start))
    inverse = Node("divide", (one, order), "/", degree.span)
    return parser.node("power", (radicand, inverse), first)


def _radicand(parser: Parser, plain: bool) -> Node:
    if parser.opens("("):
        return brackets.bracket(parser)
    if parser.peek().kind == "sub":
        return parser.operand()
    if not plain or parser.opens("{"):
        return _argument(parser)
    return numerals.leaf(parser) if parser.token.kind == "number" else parser.operand()


def _labelled(parser: Parser, first: int) -> Node:
    """``\\underbrace{...}_{scores}``: the label is left out."""
    inner = parser.argument()
    while parser.token.kind in ("sub", "sup"):
        parser.index += 1
        parser.skip_group()
    return parser.widened(inner, first)


def _stacked(parser: Parser, first: int) -> Node:
    """``\\overset{a}{b}`` is b."""
    parser.skip_group()
    return parser.widened(parser.argument(), first)


def _sum(kind: str) -> Callable[[Parser, int], Node]:
    """``\\sum_{j=1}^{n} body``; missing bounds are opaque and empty."""

    def read(parser: Parser, first: int) -> Node:
        if parser.token.kind == "relation":
            return parser.node("name", (), first, kind)
        nothing = Node("opaque", (), "", parser.node("opaque", (), first).span)
        variable = lower = upper = nothing
        for _ in range(2):
            if parser.accept("sub"):
                variable, lower, bound = _running(parser.argument(), nothing)
                upper = bound if bound is not nothing else upper
            elif parser.accept("sup"):
                upper = parser.argument()
        return parser.node("sum", (variable, lower, upper, parser.expression(20)), first, kind)

    return read


def _running(below: Node, nothing: Node) -> tuple[Node, Node, Node]:
    """The running index and its bounds from ``j=1``, ``j``, ``j \\le i`` or ``j < i``."""
    if below.kind != "relation":
        return below, nothing, nothing
    variable, bound = below.args[:2]
    if below.data == ("=",):
        return variable, bound, nothing
    if below.data == ("≤",):
        return variable, nothing, bound
    if below.data == ("<",):
        return (
            variable,
            nothing,
            Node(
                "subtract", (bound, names.leaf("1", Span(bound.span.end, bound.span.end))), None, bound.span
            ),
        )
    raise Unreadable("the bounds of a sum")


def _partial(parser: Parser, first: int) -> Node:
    """``\\partial a_i``, above or below the line of a derivative."""
    return parser.node("call", (parser.operand(),), first, "partial")


COMMANDS: dict[str, Callable[[Parser, int], Node]] = {
    **dict.fromkeys(FRACTIONS, _fraction),
    "\\sqrt": _root,
    "\\sum": _sum("sum"),
    "\\prod": _sum("product"),
    "\\partial": _partial,
    **dict.fromkeys(("\\underbrace", "\\overbrace"), _labelled),
    **dict.fromkeys(("\\overset", "\\underset", "\\stackrel"), _stacked),
}
