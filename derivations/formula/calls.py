"""Functions with their arguments, as mathematics and as Python write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from derivations.formula import brackets, names, scripts
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

BARE = frozenset(("sin", "cos", "exp", "ln", "tanh", "sqrt"))
"""Functions that may stand before anything: ``\\sin 2i``."""

BEFORE_BRACKETS = frozenset("softmax relu gelu sigmoid silu layer_norm concat max min".split())
"""Functions that may stand before braces, a matrix or a fraction."""

FRACTIONS = frozenset(("\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\nicefrac", "\\sfrac"))

_ALONG_ROWS = {
    "total": "row_sum",
    "max": "row_max",
    "softmax": "softmax",
    "mean": "mean",
    "variance": "variance",
}
_DOWN_COLUMNS = {"total": "column_sum", "softmax": "column_softmax", "concat": "stack"}
_REDUCING = frozenset(
    "total max min softmax mean variance deviation unbiased_variance unbiased_deviation".split()
)
_IGNORED = frozenset(
    "keepdims keepdim dtype device requires_grad grad_fn decimals precision eps copy".split()
)
_SPREAD = {"variance": "unbiased_variance", "deviation": "unbiased_deviation"}
_COLUMN_WORDS = frozenset("col cols column columns axis=0 dim=0 列".split())


def function(parser: Parser, name: str, word: str, first: int) -> Node | None:
    """The function whose name was just read with its argument; None when it is called on nothing."""
    start = parser.index
    below, power = _function_scripts(parser)
    if name in ("max", "sum") and len(below) == 1 and below in scripts.RUNNING:
        return _greatest(parser, below, first)
    node = _called(parser, name, word, first)
    if node is None:
        parser.index = start
        return None
    if below:
        node = _with_subscript(parser, node, name, below, first)
    return node if power is None else parser.node("power", (node, power), first)


def _function_scripts(parser: Parser) -> tuple[str, Node | None]:
    """``softmax_{row}(x)`` and ``\\sin^2 x``: the subscript as text and the power."""
    below, power = "", None
    while parser.token.kind in ("sub", "sup", "subs"):
        if parser.token.kind == "subs":
            below = "".join(names.SUBSCRIPTS.get(c, c) for c in parser.next().value)
        elif parser.token.kind == "sub":
            start = parser.index
            text, _ = scripts.subscript(parser)
            below = text or parser.text[parser.tokens[start].end : parser.tokens[parser.index - 1].end].strip(
                "{} "
            )
        else:
            parser.index += 1
            power = parser.argument()
            if power.kind == "negative":
                raise Unreadable("an inverse function")
    return below, power


def _with_subscript(parser: Parser, node: Node, name: str, below: str, first: int) -> Node:
    """A base of the logarithm, or the axis of a softmax; other subscripts say nothing."""
    if name == "ln" and below != "e":
        at = max(0, parser.text.find(below, parser.tokens[first].end))
        base = Node("call", (names.leaf(below, parser.span(at, at + len(below))),), "ln", node.span)
        return parser.node("divide", (node, base), first, "frac")
    if name == "softmax" and below.replace(" ", "") in _COLUMN_WORDS:
        return parser.node("call", node.args, first, "column_softmax")
    return node


def _greatest(parser: Parser, index: str, first: int) -> Node:
    """``\\max_j S_{ij}``: the largest of all terms."""
    variable = names.leaf(index, parser.node("name", (), first).span)
    nothing = Node("opaque", (), "", variable.span)
    return parser.node("sum", (variable, nothing, nothing, parser.expression(20)), first, "max")


def _called(parser: Parser, name: str, word: str, first: int) -> Node | None:
    token = parser.token
    if token.kind == "open" and token.value in "([":
        if token.value == "[" or name == "sqrt":
            return named_call(parser, name, word, [brackets.bracket(parser)], first)
        parser.index += 1
        return named_call(parser, name, word, parser.items(")"), first)
    if name in BARE and _begins_argument(parser):
        return named_call(parser, name, word, [_bare_argument(parser, name, first)], first)
    if token.value == "{" and parser.peek().value == "(":
        return named_call(
            parser, name, word, [parser.group()], first
        )  # SymPy's \operatorname{erf}{\left(x \right)}
    if name in BEFORE_BRACKETS and (token.kind in ("open", "begin") or token.value in FRACTIONS):
        group = parser.operand() if token.value != "{" else parser.group()
        return named_call(
            parser, name, word, scripts.as_list(group) if name in ("max", "min") else [group], first
        )
    return None


def _begins_argument(parser: Parser) -> bool:
    token = parser.token
    return token.kind not in ("bar", "ellipsis") and parser.juxtaposed(Node("name", (), "f"))


def _bare_argument(parser: Parser, name: str, first: int) -> Node:
    """``\\cos 2i`` takes the product, ``\\sin x \\cos y`` stops before the next function."""
    argument = parser.operand()
    while name != "sqrt" and parser.token.kind != "open" and parser.juxtaposed(argument):
        if parser.token.value.lstrip("\\") in FUNCTION_NAMES:
            break
        argument = parser.node("multiply", (argument, parser.operand()), first, "")
    return argument


# ---------------------------------------------------------------- arguments


def named_call(parser: Parser, name: str, word: str, arguments: Sequence[Node], first: int) -> Node:
    """A call in its plainest form: ``array([..])`` is its argument, ``softmax(x, axis=0)`` by columns."""
    keywords = {
        a.args[0].data: a.args[1] for a in arguments if a.kind == "relation" and a.args[0].kind == "name"
    }
    if name not in names.FUNCTIONS:
        arguments = [keywords[a.args[0].data] if _is_keyword(a) else a for a in arguments]
        keywords = {}
    plain = [a for a in arguments if a.kind != "relation"]
    if len(plain) + len(keywords) != len(arguments) or not plain:
        raise Unreadable(f"the arguments of {word}")
    if name in ("array", "round"):
        return parser.widened(plain[0], first)
    if name == "transpose":
        return parser.node("transpose", plain[:1], first)
    if name in ("dot", "hadamard") and len(plain) == 2:
        return parser.node("multiply", plain, first, "@" if name == "dot" else "⊙")
    if name in ("concat", "stack"):
        return _joined(parser, name, word, plain, keywords, first)
    if name in _REDUCING:
        return _reduced(parser, name, plain, keywords, first)
    if keywords.keys() - _IGNORED:
        raise Unreadable(f"an argument of {word} that is not known")
    return parser.node("call", plain, first, name)


def _is_keyword(argument: Node) -> bool:
    """``PE(pos=0)``: of a function that is not known, only the value counts."""
    return argument.kind == "relation" and argument.args[0].kind == "name"


def _joined(
    parser: Parser, name: str, word: str, blocks: list[Node], keywords: dict[str, Node], first: int
) -> Node:
    """``np.concatenate([a, b], axis=1)`` puts matrices side by side; ``Concat(a, b)`` does too."""
    listed = blocks[0].kind == "list" and len(blocks) == 1
    axis = _axis(keywords)
    if listed and axis is None and word in ("concatenate", "cat"):
        raise Unreadable("the axis of the concatenation is missing")
    name = "stack" if axis == 0 else "concat" if axis == 1 else name
    return parser.node("call", blocks[0].args if listed else blocks, first, name)


def _reduced(parser: Parser, name: str, plain: list[Node], keywords: dict[str, Node], first: int) -> Node:
    """A function along an axis: 1 and -1 are rows, 0 and -2 columns."""
    axis = _axis(keywords)
    if _are_entries(plain, name):
        plain = [parser.node("list", plain, first)]
    if len(plain) == 2 and axis is None and name not in ("max", "min"):
        axis, plain = _side(plain[1]), plain[:1]
    name = _unbiased(name, keywords)
    if keywords.keys() - _IGNORED - {"axis", "dim", "ddof", "unbiased", "correction"}:
        raise Unreadable("an argument that is not known")
    if axis == 1:
        return parser.node("call", plain, first, _ALONG_ROWS.get(name, name))
    if axis is None:
        return parser.node("call", plain, first, name)
    if name in _DOWN_COLUMNS:
        return parser.node("call", plain, first, _DOWN_COLUMNS[name])
    upright = parser.node("transpose", plain, first)
    return parser.node(
        "transpose", (parser.node("call", (upright,), first, _ALONG_ROWS.get(name, name)),), first
    )


def _are_entries(plain: list[Node], name: str) -> bool:
    """``softmax(2, 1, 1)`` takes the entries of one vector; in ``softmax(S, 1)`` the second is the axis."""
    numbers = all((a.args[0] if a.kind == "negative" else a).kind == "number" for a in plain)
    matrices = any(a.kind == "name" and len(a.data) == 1 and a.data.isupper() for a in plain)
    return len(plain) > (1 if numbers else 2) and not matrices and name not in ("max", "min")


def _axis(keywords: dict[str, Node]) -> int | None:
    given = keywords.get("axis", keywords.get("dim"))
    return None if given is None else _side(given)


def _side(node: Node) -> int:
    """0 for columns, 1 for rows."""
    sign, number = (-1, node.args[0]) if node.kind == "negative" else (1, node)
    value = sign * number.data.value if number.kind == "number" else None
    if value not in (0, 1, -1, -2):
        raise Unreadable("an axis that is neither rows nor columns")
    return int(value in (1, -1))


def _unbiased(name: str, keywords: dict[str, Node]) -> str:
    """``ddof=1``, ``unbiased=True`` and ``correction=1`` divide by n - 1; with 0 or False by n."""
    for word in ("ddof", "unbiased", "correction"):
        if word in keywords:
            biased = next((n for n, unbiased in _SPREAD.items() if unbiased == name), name)
            value = keywords[word].data
            value = value if isinstance(value, str) else str(getattr(value, "text", ""))
            if value not in ("0", "1", "True", "False"):
                raise Unreadable(f"the value of {word}")
            return _SPREAD.get(biased, biased) if value in ("1", "True") else biased
    return name
