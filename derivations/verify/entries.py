"""Stated values: what the article printed, what is true, and how the two are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb_mat

from derivations.formula import names
from derivations.formula.numerals import number
from derivations.model import NOWHERE, Node, Verdict
from derivations.verify.literals import Printed, as_intervals_around, put_right

FAULTS = (Verdict.WRONG, Verdict.CARRIED, Verdict.ROUNDING)


@dataclass(eq=False)
class Entry:
    """One stated value."""

    key: str
    name: str
    printed: Printed | None
    true: arb_mat | None
    points: arb_mat | None
    wide: arb_mat | None
    followed: arb_mat | None = None
    """What follows from the article's faults when nothing else is rounded."""
    definition: Node | None = None
    """What it was computed from, in references to entries; None for an input."""
    formula: Node | None = None
    """What it was computed from, as the article writes it."""
    claim: str | None = None
    """Id of the claim that stated it; None for an input."""
    verdict: Verdict | None = None
    role: str = ""
    at: int = 0
    """Where it stands in the source."""
    is_rounded: bool = False
    """Whether it is an input that a program printed, which has more digits than are shown."""
    is_turned: bool = False
    """Whether its formula gives a column and it is printed as a row, or the other way round."""

    @cached_property
    def mended(self) -> arb_mat | None:
        """The printed values, each cell that is off replaced by the right one with as many digits."""
        if self.verdict not in FAULTS or self.printed is None or self.true is None or self.points is None:
            return self.points
        if (self.true.nrows(), self.true.ncols()) != self.printed.shape or self.printed.factor is not None:
            return self.true
        return arb_mat(
            [
                [put_right(self.true[i, j], c) for j, c in enumerate(row)]
                for i, row in enumerate(self.printed.rows)
            ]
        )

    @cached_property
    def mended_wide(self) -> arb_mat | None:
        """Everything that would have been printed like the value put right."""
        points = self.mended
        if points is self.points or points is None or self.printed is None:
            return self.wide
        if (points.nrows(), points.ncols()) != self.printed.shape or self.printed.factor is not None:
            return points
        return as_intervals_around(points, self.printed)

    @property
    def is_given(self) -> bool:
        """Whether it is an input and not a claim."""
        return self.claim is None

    @property
    def is_number(self) -> bool:
        """Whether it is a single number."""
        return self.points is not None and self.points.nrows() * self.points.ncols() == 1

    @property
    def reference(self) -> Node:
        """A name that stands for it in formulas."""
        return Node("name", (), self.key, self.printed.span if self.printed else NOWHERE)


@dataclass
class Resolved:
    """A formula whose names are references, and the entries it uses."""

    node: Node
    entries: tuple[Entry, ...]
    missing: tuple[str, ...] = ()
    """Names that stand for nothing the article has given."""
    guessed: bool = False
    """Whether a name was understood only by its role."""
    assumed: tuple[str, ...] = ()
    """Names that were given a usual value, such as 0 for an ε that is never stated."""


FUNCTION_WORDS = set(names.FUNCTIONS) | {"column_softmax", "reveal"}


def label_of(node: Node) -> str:
    """``PE(1)`` and ``PE(1, 2)`` as names: PE_1, PE_1,2."""
    inner = ",".join(_label_text(a) for a in node.args)
    return names.canonical(str(node.data), "", inner)


def _label_text(node: Node) -> str:
    return node.data.text if node.kind == "number" else str(node.data or "")


def _index(node: Node, *places: int) -> Node:
    return Node("index", (node, *(Node("number", (), number(str(p))) for p in places)))


def cell_of(entry: Entry, i: int, j: int) -> Node:
    """The formula of one cell of an entry."""
    return (
        _index(entry.reference, i, j) if entry.printed and entry.printed.shape != (1, 1) else entry.reference
    )


def inside(literal: Printed, entry: Entry) -> Node | None:
    """Where a literal stands inside an entry: the whole, its transpose, or one row."""
    whole = entry.printed
    if whole is not None and literal.factor is not None and whole.factor is not None:
        same = plain(literal.factor) == plain(whole.factor) and same_values(whole, literal)
        return entry.reference if same else None
    if whole is None or whole.factor is not None or literal.factor is not None:
        return None
    if same_values(whole, literal):
        return entry.reference
    if not literal.is_vector and _same_grid(list(zip(*whole.rows, strict=True)), literal.rows):
        return Node("transpose", (entry.reference,))
    if literal.shape[0] == 1 and whole.shape[0] > 1:
        for i, row in enumerate(whole.rows, 1):
            if _same_grid([row], literal.rows):
                return _index(entry.reference, i)
    return None


def same_values(one: Printed | None, other: Printed | None) -> bool:
    """Whether two literals print the same numbers in the same shape."""
    return (
        one is not None
        and other is not None
        and one.shape == other.shape
        and _same_grid(one.rows, other.rows)
    )


def _same_grid(one: Any, other: Any) -> bool:
    if len(one) != len(other):
        return False
    for left, right in zip(one, other, strict=True):
        if len(left) != len(right):
            return False
        for a, b in zip(left, right, strict=True):
            if a.ball is None or b.ball is None or not a.ball.overlaps(b.ball):
                return a.infinite and b.infinite if a.infinite or b.infinite else False
    return True


# ---------------------------------------------------------------- comparing formulas


def plain(node: Node) -> Node:
    """A formula without what does not change its meaning: signs of products, kinds of fraction, digits."""
    if node.kind == "number":
        return Node("number", (), node.data.value)
    data = node.data
    if node.kind == "multiply":
        data = "⊙" if data == "⊙" else ""
    if node.kind == "divide":
        data = "/"
    return Node(node.kind, tuple(plain(arg) for arg in node.args), data)


def names_in(formula: Node) -> set[str]:
    """The names that a formula mentions."""
    return {node.data for node in formula.walk() if node.kind == "name"}


def replaced(formula: Node, name: str, value: Node) -> Node:
    """A formula with another in the place of a name."""
    if formula.kind == "name" and formula.data == name:
        return value
    args = tuple(replaced(arg, name, value) for arg in formula.args)
    return Node(formula.kind, args, formula.data, formula.span)
