"""A formula tree on one line, for tables of expected trees.

0.50  W^Q_1         a number as printed, a canonical name
[1 2; 3 4]  [1 2;]  a matrix, a matrix of one row
<1 2>               a list
(+ a b) (- a b) (- a) (^ a b) (T a) (frac a b) (/ a b)
(* a b)             a product by juxtaposition; (· a b) (× a b) (@ a b) … with the sign as written
(at S i j)          an index
(call softmax S)    a function
(sum j 1 n body)    a sum or a product; _ for a bound that is missing
(= a b)  (=≈ a b c) a relation or a chain of them
(cases v c v c)  (statements s s)
...  {text}         an ellipsis, text that was not understood
"""

from __future__ import annotations

from collections.abc import Callable

from derivations.model import Node

SIGNS = {"add": "+", "subtract": "-", "negative": "-", "power": "^", "transpose": "T", "index": "at"}


def compact(node: Node) -> str:
    """The tree in the notation of this module."""
    return _FORMS.get(node.kind, _plain)(node)


def _all(nodes: tuple[Node, ...]) -> str:
    return " ".join(map(compact, nodes))


def _plain(node: Node) -> str:
    return f"({SIGNS.get(node.kind, node.kind)} {_all(node.args)})"


def _matrix(node: Node) -> str:
    rows = [_all(row.args) for row in node.args]
    return f"[{'; '.join(rows)}{';' if len(rows) == 1 else ''}]"


def _multiply(node: Node) -> str:
    sign = {"": "*", "*": "ast"}.get(node.data, node.data)
    return f"({sign} {_all(node.args)})"


def _sum(node: Node) -> str:
    shown = ["_" if part.kind == "opaque" and not part.data else compact(part) for part in node.args]
    return f"({node.data} {' '.join(shown)})"


def _relation(node: Node) -> str:
    signs = node.data[0] if len(set(node.data)) == 1 else "".join(node.data)
    return f"({signs} {_all(node.args)})"


_FORMS: dict[str, Callable[[Node], str]] = {
    "number": lambda node: str(node.data.text),
    "name": lambda node: str(node.data),
    "matrix": _matrix,
    "row": lambda node: f"({_all(node.args)})",
    "list": lambda node: f"<{_all(node.args)}>",
    "multiply": _multiply,
    "divide": lambda node: f"({node.data} {_all(node.args)})",
    "call": lambda node: f"(call {node.data} {_all(node.args)})",
    "sum": _sum,
    "relation": _relation,
    "ellipsis": lambda _node: "...",
    "opaque": lambda node: f"{{{node.data}}}",
}
