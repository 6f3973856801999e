"""Tree -> one line of plain text for messages: ``softmax(QKᵀ/√d_k) V``."""

from __future__ import annotations

from collections.abc import Callable

from derivations.formula import names
from derivations.formula.tex import precedence
from derivations.model import Node

LETTERS = {name: letter for letter, name in names.GREEK_LETTERS.items()}
TIMES = {"": " ", "·": "·", "×": "×", "*": "*", "@": "@", "⊙": "⊙"}
ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
"""Marks that stand above the letter before them."""
SHOWN = {
    "column_softmax": "softmax down the columns",
    "layer_norm": "LayerNorm",
    "variance": "Var",
    "deviation": "std",
}


def plain_text(node: Node, limit: int = 60) -> str:
    """The tree in at most about ``limit`` characters; matrices show their shape only."""
    text = _print(node, 0)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _print(node: Node, binding: int) -> str:
    text = _PRINTERS.get(node.kind, _other)(node)
    held = 30 if node.kind == "divide" else precedence(node)
    return f"({text})" if held < binding else text


def _name(node: Node) -> str:
    base, superscript, subscript = names.parts(str(node.data))
    shown = {"infinity": "∞"}.get(base) or LETTERS.get(base, base)
    accent, _, below = subscript.partition("_")
    if accent in ACCENTS and len(shown) == 1:
        shown, subscript = shown + ACCENTS[accent], below
    return shown + (f"^{superscript}" if superscript else "") + (f"_{subscript}" if subscript else "")


def _infix(sign: str) -> Callable[[Node], str]:
    return lambda node: f"{_print(node.args[0], 20)} {sign} {_print(node.args[1], 21)}"


def _multiply(node: Node) -> str:
    left, right = _print(node.args[0], 30), _print(node.args[1], 31)
    short = len(left) == 1 and right[:1].isupper() and len(right) <= 2
    sign = "·" if left[-1:].isdigit() and right[:1].isdigit() else TIMES.get(str(node.data), "·")
    return left + ("" if short and not node.data else sign) + right


def _transpose(node: Node) -> str:
    return _print(node.args[0], 51) + "ᵀ"


def _call(node: Node) -> str:
    inner = ", ".join(_print(arg, 0) for arg in node.args)
    if node.data == "sqrt":
        return "√" + _print(node.args[0], 60)
    if node.data == "item":
        whole, *places = node.args
        return f"{_print(whole, 60)}[{', '.join(_print(place, 0) for place in places)}]"
    return f"{SHOWN.get(str(node.data), str(node.data))}({inner})"


def _index(node: Node) -> str:
    base, *places = node.args
    inner = ", ".join(_print(place, 0) for place in places)
    return f"row {inner} of {_print(base, 60)}" if len(places) == 1 else f"{_print(base, 60)}[{inner}]"


def _list(node: Node) -> str:
    return "[…]" if len(node.args) > 4 else "[" + ", ".join(_print(arg, 0) for arg in node.args) + "]"


def _other(_node: Node) -> str:
    return "…"


_PRINTERS: dict[str, Callable[[Node], str]] = {
    "number": lambda node: str(node.data.text),
    "name": _name,
    "matrix": lambda node: f"[{len(node.args)}×{len(node.args[0].args)}]",
    "list": _list,
    "add": _infix("+"),
    "subtract": _infix("-"),
    "multiply": _multiply,
    "divide": lambda node: f"{_print(node.args[0], 30)}/{_print(node.args[1], 31)}",
    "negative": lambda node: "-" + _print(node.args[0], 26),
    "power": lambda node: f"{_print(node.args[0], 51)}^{_print(node.args[1], 51)}",
    "transpose": _transpose,
    "index": _index,
    "call": _call,
}
