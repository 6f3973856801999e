"""``head_2`` where only ``head_1 = softmax(Q_1 K_1^T) V_1`` is defined: the same, with its number changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from derivations.formula import names
from derivations.model import Node
from derivations.verify.entries import names_in, replaced
from derivations.verify.roles import SIZES


class Analogy(NamedTuple):
    """A formula made from a sibling's, and whether everything in it carries the number."""

    formula: Node
    complete: bool


def by_analogy(name: str, definitions: Mapping[str, Node]) -> Analogy | None:
    """The formula of a numbered name, from that of the first or the one before."""
    base, above, number = names.parts(name)
    if not number.isdigit() or len(number) > 2:
        return None
    for sibling in ("1", "0", str(int(number) - 1)):
        formula = definitions.get(names.canonical(base, above, sibling)) if sibling != number else None
        if formula is not None:
            return _renumbered(formula, sibling, number)
    return None


def _renumbered(formula: Node, old: str, new: str) -> Analogy | None:
    """The formula with every number old as new; None where names have others."""
    found, complete = formula, True
    for name in names_in(formula):
        base, above, number = names.parts(name)
        if number == old:
            found = replaced(found, name, Node("name", (), names.canonical(base, above, new)))
        elif number.isdigit():
            return None
        else:
            complete = complete and name in SIZES
    return Analogy(found, complete) if found != formula else None
