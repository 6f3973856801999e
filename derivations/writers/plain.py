"""Tree -> one line of Unicode text, as formulas are written in a terminal: ``S = Q Kᵀ/√d_k``."""

from __future__ import annotations

from collections.abc import Callable

from derivations.formula import names
from derivations.formula.names import GREEK_LETTERS
from derivations.formula.tex import MULTIPLY, precedence
from derivations.model import Node

_LETTERS = {name: letter for letter, name in GREEK_LETTERS.items() if letter not in "ϵϕ"}
_SIGNS = {"": " ", "·": "·", "×": "×", "*": "·", "@": " ", "⊙": " ⊙ "}


def plain(node: Node) -> str:
    """A formula on one line."""
    return _RULES.get(node.kind, _unknown)(node)


def plain_name(name: str) -> str:
    """A canonical name with its Greek letter: ``α_1``, ``W^Q``."""
    base, above, below = names.parts(name)
    shown = "∞" if base == "infinity" else _LETTERS.get(base, base)
    return shown + (f"^{above}" if above else "") + (f"_{below}" if below else "")


def _held(node: Node, binding: int) -> str:
    """An operand, in brackets where it needs them."""
    text = plain(node)
    return f"({text})" if precedence(node) < binding or text.startswith("-") else text


def _multiply(node: Node) -> str:
    left, right = node.args
    close = not node.data and left.kind == "number" and right.kind == "name"
    return ("" if close else _SIGNS[node.data]).join(_held(arg, MULTIPLY) for arg in node.args)


def _divide(node: Node) -> str:
    above, below = node.args
    under = plain(below)
    simple = below.kind in ("number", "name") or (below.kind == "call" and below.data == "sqrt")
    return f"{_held(above, MULTIPLY)}/{under if simple else f'({under})'}"


def _power(node: Node) -> str:
    base, exponent = node.args
    text = plain(exponent)
    shown = plain(base) if not base.args else f"({plain(base)})"
    return f"{shown}^{text}" if text.isalnum() else f"{shown}^({text})"


def _call(node: Node) -> str:
    inner = ", ".join(map(plain, node.args))
    if node.data == "sqrt":
        return f"√{inner}" if not node.args[0].args else f"√({inner})"
    if node.data == "abs":
        return f"|{inner}|"
    return f"{node.data}({inner})"


def _sum(node: Node) -> str:
    variable, lower, upper, body = node.args
    bounds = f"_{plain(variable)}"
    if lower.data != "" and upper.data != "":
        bounds = f"_({plain(variable)}={plain(lower)}…{plain(upper)})"
    return f"{'Σ' if node.data == 'sum' else 'Π'}{bounds} {plain(body)}"


def _infix(sign: str) -> Callable[[Node], str]:
    return lambda node: f"{plain(node.args[0])} {sign} {_held(node.args[1], precedence(node) + 1)}"


def _relation(node: Node) -> str:
    first, *rest = map(plain, node.args)
    return first + "".join(f" {sign} {side}" for sign, side in zip(node.data, rest, strict=True))


def _matrix(node: Node) -> str:
    return "[" + "; ".join(", ".join(map(plain, row.args)) for row in node.args) + "]"


def _cases(node: Node) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    return "{" + ", ".join(f"{plain(value)} if {plain(condition)}" for value, condition in pairs) + "}"


def _unknown(node: Node) -> str:
    return ", ".join(map(plain, node.args)) if node.args else str(node.data)


_RULES: dict[str, Callable[[Node], str]] = {
    "number": lambda node: str(node.data.text),
    "name": lambda node: plain_name(node.data),
    "add": _infix("+"),
    "subtract": _infix("-"),
    "multiply": _multiply,
    "divide": _divide,
    "negative": lambda node: "-" + _held(node.args[0], MULTIPLY),
    "power": _power,
    "transpose": lambda node: _held(node.args[0], 100) + "ᵀ",
    "index": lambda node: f"{plain(node.args[0])}[{', '.join(map(plain, node.args[1:]))}]",
    "call": _call,
    "sum": _sum,
    "matrix": _matrix,
    "cases": _cases,
    "relation": _relation,
    "ellipsis": lambda _node: "…",
}
