"""Tree -> TeX.  Parsing the output gives the same tree back."""

from __future__ import annotations

from collections.abc import Callable

from derivations.formula import names
from derivations.model import Node

ADD, UNARY, MULTIPLY, POWER, ATOM = 20, 25, 30, 50, 100

PRECEDENCE = {
    "add": ADD,
    "subtract": ADD,
    "sum": ADD - 1,
    "negative": UNARY,
    "multiply": MULTIPLY,
    "power": POWER,
    "transpose": POWER,
}
RELATIONS = {
    "≈": r"\approx",
    "→": r"\to",
    "←": r"\leftarrow",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "∈": r"\in",
    "∝": r"\propto",
}
TIMES = {"": " ", "·": r" \cdot ", "×": r" \times ", "*": " * ", "@": " @ ", "⊙": r" \odot "}
FUNCTIONS = {
    "relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "layer_norm": "LayerNorm", "rms_norm": "RMSNorm",
    "attention": "Attention", "multi_head": "MultiHead", "feed_forward": "FFN", "concat": "Concat",
    "variance": "Var", "deviation": "std", "total": "sum",
    "diagonal": "diag", "identity": "eye",
}  # fmt: skip
BARS = {"abs": r"\left|{}\right|", "norm": r"\left\|{}\right\|", "floor": r"\left\lfloor {} \right\rfloor"}
SUMS = {"sum": r"\sum", "product": r"\prod", "max": r"\max"}
COMMANDS = {"exp", "ln", "sin", "cos", "tanh", "max", "min"}


def to_tex(node: Node) -> str:
    """The tree as TeX mathematics without dollar signs."""
    return _print(node, 0)


def precedence(node: Node) -> int:
    """How tightly a node holds together; lower than its surroundings means brackets."""
    if node.kind == "divide":
        return ATOM if node.data == "frac" else MULTIPLY
    return PRECEDENCE.get(node.kind, ATOM)


def _print(node: Node, binding: int) -> str:
    text = _PRINTERS[node.kind](node)
    return rf"\left({text}\right)" if precedence(node) < binding else text


def _number(node: Node) -> str:
    """Digits as printed; the point of ``1.`` would end the sentence outside brackets."""
    text: str = node.data.text
    shown = text.replace(",", "{,}").replace("%", r"\%")
    return rf"\left({shown}\right)" if shown.endswith(".") else shown


def _infix(sign: str) -> Callable[[Node], str]:
    return lambda node: f"{_print(node.args[0], ADD)} {sign} {_right(node.args[1], ADD + 1)}"


def _right(node: Node, binding: int) -> str:
    """A right operand: a sign in front of it needs brackets."""
    text = _print(node, binding)
    return rf"\left({text}\right)" if text.startswith(("-", "+")) else text


def _multiply(node: Node) -> str:
    left, right = node.args
    shown = _right(right, MULTIPLY + 1)
    if not node.data and _is_value(left) and _could_end(right, shown):
        shown = f"{{{_print(right, 0)}}}"
    return _print(left, MULTIPLY) + TIMES[node.data] + shown


def _is_value(node: Node) -> bool:
    return node.kind in ("number", "list", "matrix") or (node.kind == "name" and node.data == "infinity")


def _could_end(right: Node, shown: str) -> bool:
    """Whether a factor directly after a value could be taken for a remark, a digit or the sign ×."""
    while right.kind in ("index", "power", "transpose") or (right.kind == "call" and right.data == "item"):
        right = right.args[0]
    if right.kind == "name":
        return len(right.data) > 1 or right.data == "x"
    return shown[0].isdigit() or shown.startswith((r"\left(", r"\text", "[", "."))


def _divide(node: Node) -> str:
    over, under = node.args
    if node.data == "frac":
        return rf"\frac{{{_bare(over)}}}{{{_bare(under)}}}"
    return f"{_print(over, MULTIPLY)} / {_right(under, MULTIPLY + 1)}"


def _bare(node: Node) -> str:
    """An argument in braces; a list keeps its brackets."""
    return _print(node, 0)


def _negative(node: Node) -> str:
    return "-" + _right(node.args[0], UNARY + 1)


def _power(node: Node) -> str:
    base, exponent = node.args
    shown = _print(base, ATOM)
    marks = base.kind == "name" and "_" not in base.data and "^" in base.data
    if (
        names.is_named_by(base, exponent)
        or marks
        or shown.startswith("-")
        or base.kind == "divide"
        or _is_opened(base)
    ):
        shown = rf"\left({_print(base, 0)}\right)"
    text = _print(exponent, 0)
    return (
        f"{shown}^{text}" if len(text) == 1 and text != "T" and not text.isdigit() else f"{shown}^{{{text}}}"
    )


def _is_opened(node: Node) -> bool:
    return node.kind in ("power", "transpose", "sum", "cases")


def _transpose(node: Node) -> str:
    inner = node.args[0]
    shown = _print(inner, ATOM)
    if inner.kind == "divide" or shown.startswith("-"):
        shown = rf"\left({_print(inner, 0)}\right)"
    return shown + "^T"


def _index(node: Node) -> str:
    base, *subscripts = node.args
    shown = _print(base, ATOM)
    if base.kind == "divide":
        shown = rf"\left({shown}\right)"
    return shown + "_{" + ", ".join(_print(s, 0) for s in subscripts) + "}"


def _call(node: Node) -> str:
    inner = ", ".join(_print(a, 0) for a in node.args)
    if node.data == "sqrt":
        return rf"\sqrt{{{inner}}}"
    if node.data == "partial" and len(node.args) == 1:
        return rf"\partial {_print(node.args[0], ATOM)}"
    if node.data == "item":
        return f"{_print(node.args[0], ATOM)}[{', '.join(_print(a, 0) for a in node.args[1:])}]"
    if node.data in BARS and "|" not in inner:
        return BARS[node.data].format(inner)
    if node.data == "column_softmax":
        return rf"\operatorname{{softmax}}\left({inner}, axis=0\right)"
    return function_tex(node.data) + rf"\left({inner}\right)"


def function_tex(name: str) -> str:
    """How a function's name is set."""
    if name in COMMANDS:
        return "\\" + name
    if name not in names.FUNCTIONS:
        return names.tex(name)
    shown = FUNCTIONS.get(name, name).replace("_", r"\_")
    return rf"\operatorname{{{shown}}}"


def _sum(node: Node) -> str:
    variable, lower, upper, body = node.args
    below, above = _print(variable, 0), ""
    if lower.data != "":
        below += f"={_print(lower, 0)}"
        above = f"^{{{_print(upper, 0)}}}" if upper.data != "" else ""
    elif upper.data != "":
        below += rf" \le {_print(upper, 0)}"
    return f"{SUMS[node.data]}_{{{below}}}{above} {_print(body, ADD + 1)}"


def _list(node: Node) -> str:
    """A comma after the only item says that bars in it are no separators."""
    inner = ", ".join(_print(item, 0) for item in node.args)
    return f"[{inner},]" if len(node.args) == 1 and "|" in inner else f"[{inner}]"


def _rows(node: Node) -> str:
    return r" \\ ".join(" & ".join(_print(cell, 0) for cell in row.args) for row in node.args)


def _cases(node: Node) -> str:
    pairs = zip(node.args[::2], node.args[1::2], strict=True)
    return (
        r"\begin{cases} "
        + r" \\ ".join(f"{_print(v, 0)} & {_print(c, 0)}" for v, c in pairs)
        + r" \end{cases}"
    )


def _relation(node: Node) -> str:
    first, *rest = node.args
    text = _print(first, 0)
    for sign, side in zip(node.data, rest, strict=True):
        text += f" {RELATIONS.get(sign, sign)} {_print(side, 0)}"
    return text.lstrip()


_PRINTERS: dict[str, Callable[[Node], str]] = {
    "number": _number,
    "name": lambda node: names.tex(node.data),
    "matrix": lambda node: rf"\begin{{bmatrix}} {_rows(node)} \end{{bmatrix}}",
    "row": lambda node: " & ".join(_print(cell, 0) for cell in node.args),
    "list": _list,
    "add": _infix("+"),
    "subtract": _infix("-"),
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
    "statements": lambda node: r", \quad ".join(_print(statement, 0) for statement in node.args),
    "ellipsis": lambda _node: r"\dots",
    "opaque": lambda node: node.data,
}
