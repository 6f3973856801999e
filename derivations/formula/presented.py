"""Tree -> presentation: what stands beside, above and below what, for a language that is no TeX.

The walk is the same for every such language; how each writes a letter, a fraction or
a matrix is its :class:`Notation`.  Every function of a notation returns one part, which
can stand in a fraction or a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivations.formula import names
from derivations.formula.tex import ADD, ATOM, FUNCTIONS, MULTIPLY, UNARY, precedence
from derivations.model import Node


@dataclass(frozen=True, slots=True)
class Notation:
    """How a language writes the parts of a formula."""

    number: Callable[[str], str]
    letter: Callable[[str], str]
    """A letter, which is italic, or a word, which is upright."""
    words: Callable[[str], str]
    sign: Callable[[str], str]
    row: Callable[..., str]
    """Parts one after another."""
    bracketed: Callable[[str, str], str]
    """A part between an opening and a closing sign, which grow with it."""
    scripts: Callable[[str, str, str], str]
    """A base, and what stands below and above; either may be empty."""
    accented: Callable[[str, str], str]
    """A base under an accent: ``hat``, ``tilde`` or ``bar``."""
    fraction: Callable[[str, str], str]
    slash: str
    root: Callable[[str], str]
    function: Callable[[str], str]
    """The name of a function, which is upright."""
    applied: Callable[[str, str], str]
    """A function and its argument, in brackets or bare."""
    large: Callable[[str, str, str], str]
    """A large sign, and what stands below and above; above may be empty."""
    matrix: Callable[[Sequence[Sequence[str]]], str]
    cases: Callable[[Sequence[Sequence[str]]], str]
    """Rows of a value and its condition."""
    beside: str
    """The invisible sign of a product before a function, as in ``2 ln 3``."""
    gap: str
    """Between two statements."""


TIMES = {"": "\u2062", "*": "∗", "@": "@"}
"""Signs of products that are not printed as written; a product without a sign is an invisible one."""
BARS = {"abs": "||", "norm": "‖‖", "floor": "⌊⌋"}
LARGE = {"sum": "∑", "product": "∏", "max": "max"}
LETTERS = {word: letter for letter, word in names.GREEK_LETTERS.items() if letter not in "ϵϕ"} | {"ell": "ℓ"}
ACCENTS = ("hat", "tilde", "bar")
WORDS = FUNCTIONS | {"trace": "tr", "row_sum": "rowsum", "column_sum": "colsum"}
SCRIPTED = frozenset(("power", "transpose", "sum", "cases", "divide"))
"""A base of these kinds stands in brackets under a script."""


def presented(node: Node, to: Notation) -> str:
    """The tree as one part in a notation."""
    return _print(node, to, 0)


def _print(node: Node, to: Notation, binding: int) -> str:
    shown = _PRINTERS[node.kind](node, to)
    return to.bracketed(shown, "()") if precedence(node) < binding else shown


def _separated(nodes: Sequence[Node], to: Notation) -> str:
    """Parts between commas."""
    parts = [part for node in nodes for part in (to.sign(","), _print(node, to, 0))]
    return to.row(*parts[1:])


# ---------------------------------------------------------------- names


def _name(node: Node, to: Notation) -> str:
    base, above, below = names.parts(node.data)
    if base == "infinity":
        return to.letter("∞")
    shown = to.letter(LETTERS.get(base, base))
    for accent in ACCENTS:
        if below == accent or below.startswith(accent + "_"):
            shown, below = to.accented(shown, accent), below[len(accent) + 1 :]
    if above == "prime":
        return to.scripts(shown, _script(below, to), to.sign("′"))
    in_brackets = above and (above.isdigit() or not (base[0].isupper() and base.isascii()))
    raised = to.bracketed(_script(above, to), "()") if in_brackets else _script(above, to)
    return to.scripts(shown, _script(below, to), raised)


def _script(script: str, to: Notation) -> str:
    """``ij`` is two letters and ``model`` a word, as the TeX printer has it."""
    if script in LETTERS:
        return to.letter(LETTERS[script])
    if re.fullmatch(r"[a-z]{3,}\d*", script) or not re.fullmatch(r"[a-zA-Z]{1,2}|[0-9,a-z]*|.", script):
        return to.words(script)
    parts = [_leaf(text, to) for text in re.findall(r"\d+|.", script)]
    return to.row(*parts) if parts else ""


def _leaf(text: str, to: Notation) -> str:
    kind = to.number if text.isdigit() else to.letter if text.isalpha() else to.sign
    return kind(text)


# ---------------------------------------------------------------- arithmetic


def _infix(sign: str) -> Callable[[Node, Notation], str]:
    return lambda node, to: to.row(
        _print(node.args[0], to, ADD), to.sign(sign), _right(node.args[1], to, ADD + 1)
    )


def _right(node: Node, to: Notation, binding: int) -> str:
    """A right operand: a sign in front of it needs brackets."""
    if precedence(node) >= binding and _begins(node, "negative"):
        return to.bracketed(_print(node, to, 0), "()")
    return _print(node, to, binding)


def _begins(node: Node, kind: str) -> bool:
    """Whether what is printed first is a node of this kind."""
    while node.kind in ("multiply", "divide", "power", "add", "subtract") and node.data != "frac":
        node = node.args[0]
    return node.kind == kind


def _begins_with_word(node: Node) -> bool:
    """Whether what is printed first is the upright name of a function."""
    while node.kind in ("multiply", "divide", "power") and node.data != "frac":
        node = node.args[0]
    return node.kind == "call" and node.data != "sqrt" and node.data not in BARS


def _multiply(node: Node, to: Notation) -> str:
    left, right = node.args
    sign = TIMES.get(node.data, node.data)
    if not node.data and _begins(right, "number"):
        sign = "·"
    first = to.bracketed(_print(left, to, 0), "()") if _ends_open(left) else _print(left, to, MULTIPLY)
    between = to.beside if not node.data and _begins_with_word(right) else to.sign(sign)
    return to.row(first, between, _right(right, to, MULTIPLY + 1))


def _ends_open(node: Node) -> bool:
    """Whether a factor after the node would seem to belong to its last part, as in ``ln 2 x``."""
    while node.kind in ("multiply", "divide") and node.data != "frac":
        node = node.args[-1]
    return _is_bare(node)


def _is_bare(node: Node) -> bool:
    """``ln 2`` needs no brackets."""
    return node.kind == "call" and node.data == "ln" and [arg.kind for arg in node.args] == ["number"]


def _divide(node: Node, to: Notation) -> str:
    over, under = node.args
    if node.data == "frac":
        return to.fraction(_print(over, to, 0), _print(under, to, 0))
    return to.row(_print(over, to, MULTIPLY), to.slash, _right(under, to, MULTIPLY + 1))


def _negative(node: Node, to: Notation) -> str:
    return to.row(to.sign("−"), _right(node.args[0], to, UNARY + 1))


def _power(node: Node, to: Notation) -> str:
    base, exponent = node.args
    above = _print(exponent, to, 0)
    if base.kind == "call" and base.data in ("sin", "cos") and exponent.kind == "number":
        return _applied(to.scripts(to.function(base.data), "", above), base.args, to)
    clash = base.data != "ℝ" and names.is_named_by(base, exponent)
    return to.scripts(_raised(base, to, clash), "", above)


def _transpose(node: Node, to: Notation) -> str:
    return to.scripts(_raised(node.args[0], to), "", to.letter("T"))


def _raised(base: Node, to: Notation, clash: bool = False) -> str:
    """The base of a power; one with a superscript of its own stands in brackets."""
    marked = base.kind == "name" and bool(names.parts(base.data)[1])
    if clash or marked or base.kind in SCRIPTED or _is_bare(base):
        return to.bracketed(_print(base, to, 0), "()")
    return _print(base, to, ATOM)


def _index(node: Node, to: Notation) -> str:
    base, *subscripts = node.args
    shown = _print(base, to, ATOM)
    if base.kind in SCRIPTED or (base.kind == "name" and names.parts(base.data)[2] not in ("", *ACCENTS)):
        shown = to.bracketed(_print(base, to, 0), "()")
    digits = len(subscripts) > 1 and all(s.kind == "number" and len(s.data.text) == 1 for s in subscripts)
    places = to.row(*(_print(s, to, 0) for s in subscripts)) if digits else _separated(subscripts, to)
    return to.scripts(shown, places, "")


# ---------------------------------------------------------------- functions and sums


def _call(node: Node, to: Notation) -> str:
    first = _print(node.args[0], to, ATOM) if node.args else ""
    if node.data == "sqrt" and len(node.args) == 1:
        return to.root(_print(node.args[0], to, 0))
    if node.data == "partial" and len(node.args) == 1:
        return to.row(to.letter("∂"), first)
    if node.data == "item":
        return to.row(first, to.bracketed(_separated(node.args[1:], to), "[]"))
    if node.data in BARS:
        return to.bracketed(_separated(node.args, to), BARS[node.data])
    if _is_bare(node):
        return to.applied(to.function("ln"), first)
    return _applied(_function(node.data, to), node.args, to)


def _applied(function: str, arguments: Sequence[Node], to: Notation) -> str:
    return to.applied(function, to.bracketed(_separated(arguments, to), "()"))


def _function(name: str, to: Notation) -> str:
    if name == "column_softmax":
        return to.scripts(to.function("softmax"), to.words("columns"), "")
    if name not in names.FUNCTIONS:
        return _name(Node("name", (), name), to)
    return to.function(WORDS.get(name, name))


def _sum(node: Node, to: Notation) -> str:
    variable, lower, upper, body = node.args
    below, above = [_print(variable, to, 0)], ""
    if lower.data != "":
        below += [to.sign("="), _print(lower, to, 0)]
        above = _print(upper, to, 0) if upper.data != "" else ""
    elif upper.data != "":
        below += [to.sign("≤"), _print(upper, to, 0)]
    return to.row(to.large(LARGE[node.data], to.row(*below), above), _print(body, to, ADD + 1))


# ---------------------------------------------------------------- tables and relations


def _matrix(node: Node, to: Notation) -> str:
    return to.matrix(cells([row.args for row in node.args], to))


def cells(rows: Sequence[Sequence[Node]], to: Notation) -> list[list[str]]:
    """Each cell of a matrix as one part; a row that stands for others becomes dots."""
    return [
        _dotted(row, rows[0], to) if _is_left_out(row) else [_print(cell, to, 0) for cell in row]
        for row in rows
    ]


def _is_left_out(row: Sequence[Node]) -> bool:
    """Whether a row stands for rows that are not shown."""
    return all(cell.kind == "ellipsis" for cell in row)


def _dotted(row: Sequence[Node], above: Sequence[Node], to: Notation) -> list[str]:
    """Dots downwards, and slanting in a column that is left out as well."""
    skipped = [cell.kind == "ellipsis" for cell in above] + [False] * len(row)
    return [to.letter("⋱" if skipped[column] else "⋮") for column in range(len(row))]


def _cases(node: Node, to: Notation) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    return to.cases([[_print(value, to, 0), _print(condition, to, 0)] for value, condition in pairs])


def _relation(node: Node, to: Notation) -> str:
    first, *rest = node.args
    parts = [_print(first, to, 0)]
    for sign, side in zip(node.data, rest, strict=True):
        parts += [to.sign(sign), _print(_reals(side) if sign == "∈" else side, to, 0)]
    return to.row(*parts)


def _reals(node: Node) -> Node:
    """``R`` after ∈ is the set of real numbers."""
    if node.kind == "power":
        return Node("power", (_reals(node.args[0]), node.args[1]))
    base, above, below = names.parts(node.data) if node.kind == "name" else ("", "", "")
    if base != "R" or below:
        return node
    reals = Node("name", (), "ℝ")
    return Node("power", (reals, Node("name", (), above))) if above else reals


def _statements(node: Node, to: Notation) -> str:
    parts = [part for statement in node.args for part in (to.sign(","), to.gap, _print(statement, to, 0))]
    return to.row(*parts[2:])


_PRINTERS: dict[str, Callable[[Node, Notation], str]] = {
    "number": lambda node, to: to.number(node.data.text),
    "name": _name,
    "matrix": _matrix,
    "row": lambda node, to: _separated(node.args, to),
    "list": lambda node, to: to.bracketed(_separated(node.args, to), "[]"),
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
    "ellipsis": lambda _node, to: to.letter("…"),
    "opaque": lambda node, to: to.words(node.data),
}
