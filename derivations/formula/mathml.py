"""Tree -> presentation MathML (MathML Core), which browsers show and screen readers read without a script.

Every printer returns exactly one element, so that it can stand in a fraction or a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from html import escape

from derivations.formula import names
from derivations.formula.tex import ADD, ATOM, FUNCTIONS, MULTIPLY, UNARY, precedence
from derivations.model import Node

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TIMES = {"": "\u2062", "*": "∗", "@": "@"}
"""Signs of products that are not printed as written; a product without a sign is an invisible one."""
BARS = {"abs": "||", "norm": "‖‖", "floor": "⌊⌋"}
LARGE = {"sum": "∑", "product": "∏", "max": "max"}
LETTERS = {word: letter for letter, word in names.GREEK_LETTERS.items() if letter not in "ϵϕ"} | {"ell": "ℓ"}
ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯"}
WORDS = FUNCTIONS | {"trace": "tr", "row_sum": "rowsum", "column_sum": "colsum"}
APPLY = "<mo>\u2061</mo>"
MARKED = "marked"
"""The class of what stands out; how it looks is said where the page is made."""
TALL = re.compile("<(?:mfrac|mtable|msqrt|munder)")
"""Brackets grow around these only; those that may grow are set apart from what they hold."""
SCRIPTED = frozenset(("power", "transpose", "sum", "cases", "divide"))
"""A base of these kinds stands in brackets under a script."""


def to_mathml(node: Node, display: bool = False) -> str:
    """The tree as a ``<math>`` element, on a line of its own or among words."""
    return wrapped(element(node), display)


def wrapped(inner: str, display: bool = False) -> str:
    """Elements as a ``<math>`` element."""
    return f'<math display="block">{inner}</math>' if display else f"<math>{inner}</math>"


def element(node: Node) -> str:
    """The tree as one element inside ``<math>``."""
    return _print(node, 0)


def operator(sign: str) -> str:
    """A sign such as ``=``."""
    return f"<mo>{escape(sign)}</mo>"


def _print(node: Node, binding: int) -> str:
    shown = _PRINTERS[node.kind](node)
    return _bracketed(shown) if precedence(node) < binding else shown


def _row(*parts: str) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _bracketed(shown: str, pair: str = "()") -> str:
    sign = operator if TALL.search(shown) else _small
    return _row(sign(pair[0]), shown, sign(pair[1]))


def _small(sign: str) -> str:
    return f'<mo stretchy="false">{sign}</mo>'


def _separated(nodes: Sequence[Node]) -> str:
    return operator(",").join(_print(node, 0) for node in nodes)


# ---------------------------------------------------------------- names and numbers


def _number(node: Node) -> str:
    return f"<mn>{escape(node.data.text)}</mn>"


def _name(node: Node) -> str:
    base, above, below = names.parts(node.data)
    if base == "infinity":
        return "<mi>∞</mi>"
    shown = _base(base)
    for accent, sign in ACCENTS.items():
        if below == accent or below.startswith(accent + "_"):
            shown, below = f'<mover accent="true">{shown}{operator(sign)}</mover>', below[len(accent) + 1 :]
    if above == "prime":
        return _scripted(shown, _script(below) if below else "", operator("′"))
    in_brackets = above and (above.isdigit() or not (base[0].isupper() and base.isascii()))
    raised = _bracketed(_script(above)) if in_brackets else _script(above) if above else ""
    return _scripted(shown, _script(below) if below else "", raised)


def _base(base: str) -> str:
    """A letter, which is italic, or a word, which is upright."""
    return f"<mi>{escape(LETTERS.get(base, base))}</mi>"


def _script(script: str) -> str:
    """``ij`` is two letters and ``model`` a word, as the TeX printer has it."""
    if script in LETTERS:
        return f"<mi>{LETTERS[script]}</mi>"
    if re.fullmatch(r"[a-z]{3,}\d*", script) or not re.fullmatch(r"[a-zA-Z]{1,2}|[0-9,a-z]+|.", script):
        return f"<mtext>{escape(script)}</mtext>"
    return _row(*map(_leaf, re.findall(r"\d+|.", script)))


def _leaf(text: str) -> str:
    tag = "mn" if text.isdigit() else "mi" if text.isalpha() else "mo"
    return f"<{tag}>{escape(text)}</{tag}>"


def _scripted(base: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


# ---------------------------------------------------------------- arithmetic


def _infix(sign: str) -> Callable[[Node], str]:
    return lambda node: _row(_print(node.args[0], ADD), operator(sign), _right(node.args[1], ADD + 1))


def _right(node: Node, binding: int) -> str:
    """A right operand: a sign in front of it needs brackets."""
    if precedence(node) >= binding and _begins(node, "negative"):
        return _bracketed(_print(node, 0))
    return _print(node, binding)


def _begins(node: Node, kind: str) -> bool:
    """Whether what is printed first is a node of this kind."""
    while node.kind in ("multiply", "divide", "power", "add", "subtract") and node.data != "frac":
        node = node.args[0]
    return node.kind == kind


def _multiply(node: Node) -> str:
    left, right = node.args
    sign = TIMES.get(node.data, node.data)
    if not node.data and _begins(right, "number"):
        sign = "·"
    first = _bracketed(_print(left, 0)) if _ends_open(left) else _print(left, MULTIPLY)
    return _row(first, operator(sign), _right(right, MULTIPLY + 1))


def _ends_open(node: Node) -> bool:
    """Whether a factor after the node would seem to belong to its last part, as in ``ln 2 x``."""
    while node.kind in ("multiply", "divide") and node.data != "frac":
        node = node.args[-1]
    return _is_bare(node)


def _is_bare(node: Node) -> bool:
    """``ln 2`` needs no brackets."""
    return node.kind == "call" and node.data == "ln" and [arg.kind for arg in node.args] == ["number"]


def _divide(node: Node) -> str:
    over, under = node.args
    if node.data == "frac":
        return f"<mfrac>{_print(over, 0)}{_print(under, 0)}</mfrac>"
    return _row(_print(over, MULTIPLY), '<mo lspace="0" rspace="0">/</mo>', _right(under, MULTIPLY + 1))


def _negative(node: Node) -> str:
    return _row(operator("−"), _right(node.args[0], UNARY + 1))


def _power(node: Node) -> str:
    base, exponent = node.args
    if base.kind == "call" and base.data in ("sin", "cos") and exponent.kind == "number":
        return _applied(f"<msup><mi>{base.data}</mi>{_print(exponent, 0)}</msup>", base.args)
    clash = base.kind == "name" and exponent.kind == "name" and base.data[0].isupper()
    return f"<msup>{_raised(base, clash)}{_print(exponent, 0)}</msup>"


def _transpose(node: Node) -> str:
    return f"<msup>{_raised(node.args[0])}<mi>T</mi></msup>"


def _raised(base: Node, clash: bool = False) -> str:
    """The base of a power; one with a superscript of its own stands in brackets."""
    marked = base.kind == "name" and bool(names.parts(base.data)[1])
    if clash or marked or base.kind in SCRIPTED or _is_bare(base):
        return _bracketed(_print(base, 0))
    return _print(base, ATOM)


def _index(node: Node) -> str:
    base, *subscripts = node.args
    shown = _print(base, ATOM)
    if base.kind in SCRIPTED or (base.kind == "name" and names.parts(base.data)[2] not in ("", *ACCENTS)):
        shown = _bracketed(_print(base, 0))
    digits = len(subscripts) > 1 and all(s.kind == "number" and len(s.data.text) == 1 for s in subscripts)
    places = "".join(_print(s, 0) for s in subscripts) if digits else _separated(subscripts)
    return f"<msub>{shown}<mrow>{places}</mrow></msub>"


# ---------------------------------------------------------------- functions and sums


def _call(node: Node) -> str:
    first = _print(node.args[0], ATOM) if node.args else ""
    if node.data == "sqrt" and len(node.args) == 1:
        return f"<msqrt>{_print(node.args[0], 0)}</msqrt>"
    if node.data == "partial" and len(node.args) == 1:
        return _row("<mi>∂</mi>", first)
    if node.data == "item":
        return _row(first, _bracketed(f"<mrow>{_separated(node.args[1:])}</mrow>", "[]"))
    if node.data in BARS:
        return _bracketed(f"<mrow>{_separated(node.args)}</mrow>", BARS[node.data])
    if _is_bare(node):
        return _row("<mi>ln</mi>", APPLY, first)
    return _applied(_function(node.data), node.args)


def _applied(function: str, arguments: Sequence[Node]) -> str:
    return _row(function, APPLY, _bracketed(f"<mrow>{_separated(arguments)}</mrow>"))


def _function(name: str) -> str:
    if name == "column_softmax":
        return "<msub><mi>softmax</mi><mtext>columns</mtext></msub>"
    if name not in names.FUNCTIONS:
        return _name(Node("name", (), name))
    return f"<mi>{escape(WORDS.get(name, name))}</mi>"


def _sum(node: Node) -> str:
    variable, lower, upper, body = node.args
    below, above = [_print(variable, 0)], ""
    if lower.data != "":
        below += [operator("="), _print(lower, 0)]
        above = _print(upper, 0) if upper.data != "" else ""
    elif upper.data != "":
        below += [operator("≤"), _print(upper, 0)]
    large = operator(LARGE[node.data])
    scripts = (
        f"<munderover>{large}{_row(*below)}{above}</munderover>"
        if above
        else f"<munder>{large}{_row(*below)}</munder>"
    )
    return _row(scripts, _print(body, ADD + 1))


# ---------------------------------------------------------------- tables and relations


def _list(node: Node) -> str:
    return (
        _bracketed(f"<mrow>{_separated(node.args)}</mrow>", "[]")
        if node.args
        else _row(operator("["), operator("]"))
    )


def _table(rows: Sequence[Sequence[str]], kind: str, marked: Container[tuple[int, int]] = ()) -> str:
    shown = (
        "".join(_cell(cell, (i, j) in marked) for j, cell in enumerate(row, 1))
        for i, row in enumerate(rows, 1)
    )
    return f'<mtable class="{kind}">{"".join(f"<mtr>{row}</mtr>" for row in shown)}</mtable>'


def _cell(shown: str, is_marked: bool) -> str:
    return f'<mtd class="{MARKED}">{shown}</mtd>' if is_marked else f"<mtd>{shown}</mtd>"


def _matrix(node: Node) -> str:
    return matrix([row.args for row in node.args])


def matrix(rows: Sequence[Sequence[Node]], marked: Container[tuple[int, int]] = ()) -> str:
    """Cells in square brackets as one element; those at the places in ``marked``, from 1, stand out."""
    shown = [
        _dotted(row, rows[0]) if _is_left_out(row) else [_print(cell, 0) for cell in row] for row in rows
    ]
    return _bracketed(_table(shown, "matrix", marked), "[]")


def _is_left_out(row: Sequence[Node]) -> bool:
    """Whether a row stands for rows that are not shown."""
    return all(cell.kind == "ellipsis" for cell in row)


def _dotted(row: Sequence[Node], above: Sequence[Node]) -> list[str]:
    """Dots downwards, and slanting in a column that is left out as well."""
    skipped = [cell.kind == "ellipsis" for cell in above] + [False] * len(row)
    return [f"<mi>{'⋱' if skipped[column] else '⋮'}</mi>" for column in range(len(row))]


def _cases(node: Node) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    rows = [[_print(value, 0), _print(condition, 0)] for value, condition in pairs]
    return _row(operator("{"), _table(rows, "cases"))


def _relation(node: Node) -> str:
    first, *rest = node.args
    parts = [_print(first, 0)]
    for sign, side in zip(node.data, rest, strict=True):
        parts += [operator(sign), _print(_reals(side) if sign == "∈" else side, 0)]
    return _row(*parts)


def _reals(node: Node) -> Node:
    """``R`` after ∈ is the set of real numbers."""
    if node.kind == "power":
        return Node("power", (_reals(node.args[0]), node.args[1]))
    return Node("name", (), "ℝ") if node.kind == "name" and node.data == "R" else node


def _statements(node: Node) -> str:
    gap = operator(",") + '<mspace width="1em"/>'
    return f"<mrow>{gap.join(_print(statement, 0) for statement in node.args)}</mrow>"


_PRINTERS: dict[str, Callable[[Node], str]] = {
    "number": _number,
    "name": _name,
    "matrix": _matrix,
    "row": lambda node: f"<mrow>{_separated(node.args)}</mrow>",
    "list": _list,
    "add": _infix("+"),
    "subtract": _infix("−"),
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "transpose": _transpose,
    "index": _index,
    "call": _call,
    "sum": _sum,
    "cases": _cases,
    "relation": _relation,
    "statements": _statements,
    "ellipsis": lambda _node: "<mi>…</mi>",
    "opaque": lambda node: f"<mtext>{escape(node.data)}</mtext>",
}
