"""Unit matrices whose size the article does not say: ``W^Q = W^K = I``, ``W^V = 2 I``."""

from __future__ import annotations

from collections.abc import Container, Mapping

from derivations.formula import names
from derivations.formula.numerals import number
from derivations.model import Node

ONE = Node("number", (), number("1"))
MOST_NAMES = 4
"""So many names may stand for one another before the unit matrix does."""


def is_unit(node: Node, given: Container[str]) -> bool:
    """``I`` and ``I_d``, where the article gives no matrix of that name."""
    base, above, size = names.parts(node.data) if node.kind == "name" else ("", "", "")
    return base == "I" and not above and not size.isdigit() and node.data not in given


def unit_of(
    node: Node, given: Container[str], definitions: Mapping[str, Node], names_left: int = MOST_NAMES
) -> Node | None:
    """The number that a multiple of the unit matrix multiplies by; None for anything else."""
    if is_unit(node, given):
        return ONE
    if node.kind == "name" and node.data in definitions and node.data not in given and names_left:
        return unit_of(definitions[node.data], given, definitions, names_left - 1)
    if node.kind == "transpose":
        return unit_of(node.args[0], given, definitions, names_left)
    if node.kind == "multiply" and node.args[0].kind == "number":
        unit = unit_of(node.args[1], given, definitions, names_left)
        return node.args[0] if unit is ONE else None
    return None
