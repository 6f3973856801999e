"""Exact values of claims: what the formulas give from the inputs, without any rounding.

Verdicts need balls only; the exact form is worked out afterwards, for what a
report shows.  It is left out where it would take SymPy for a claim that is right,
and where it would be too large to read.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from dataclasses import dataclass, field

from flint import arb_mat

from derivations.evaluate import evaluate
from derivations.exact import EXACT, Exact
from derivations.model import DerivationError, Node, Verdict
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import Entry

MOST_CELLS = 400
MOST_SYMBOLIC_CELLS = 36
TRANSCENDENTAL = {"sin", "cos", "tanh", "erf", "gelu", "silu", "sigmoid"}
"""Functions whose exact values only SymPy holds."""
EXPONENTIAL = {"softmax", "exp", "column_softmax", "attention"}
"""Functions that give exponential sums where they are taken of rational numbers, roots and logarithms."""
SIMPLE = {*EXPONENTIAL, "ln"}
"""Functions that need SymPy where they are taken of exponential sums."""


@dataclass
class Exactly:
    """The exact values of an article, worked out when they are asked for."""

    book: Book
    claims: dict[str, Claim]
    _entries: dict[str, Entry] = field(init=False)
    _known: ChainMap[str, Exact | None] = field(default_factory=ChainMap)

    def __post_init__(self) -> None:
        self._entries = {entry.key: entry for entry in self.book.entries}

    def aside(self) -> Exactly:
        """The same values, and others that nobody else gets to see: what is mended changes no finding."""
        other = Exactly(self.book, self.claims)
        other._known = self._known.new_child()
        return other

    def of(self, claim: Claim) -> Exact | None:
        """The exact expected value; None where there is none that is worth its cost."""
        truth = claim.truth or claim.resolved
        if truth is None or claim.expected is None:
            return None
        value = self._value(truth.node, may_be_slow=claim.verdict is not Verdict.RIGHT)
        return value if value is not None and agrees(value, claim.expected) else None

    def shown(self, claim: Claim) -> Exact | None:
        """The exact value of what the numbers as printed give; None where that is of no interest."""
        if claim.resolved is None or claim.shown is None:
            return None
        values = {}
        for key in dict.fromkeys(_references(claim.resolved.node)):
            literal = self._entries[key].printed
            value = self._value(literal.node, may_be_slow=False) if literal is not None else None
            if value is None:
                return None
            values[key] = value
        if not is_affordable(claim.resolved.node, values.values(), may_be_slow=False):
            return None
        try:
            value = evaluate(claim.resolved.node, values, EXACT, lenient=True)
        except (DerivationError, ArithmeticError, ValueError):
            return None
        return value if agrees(value, claim.shown) else None

    def formula(self, node: Node, expected: arb_mat) -> Exact | None:
        """The exact value of a formula in references, if it is what the balls hold."""
        value = self._value(node, may_be_slow=True)
        if value is not None and value.shape == (expected.ncols(), expected.nrows()) != (
            expected.nrows(),
            expected.ncols(),
        ):
            value = EXACT.operations["transpose"](value)
        return value if value is not None and agrees(value, expected) else None

    def entry(self, key: str, may_be_slow: bool) -> Exact | None:
        """The exact true value of an entry of the book."""
        if key not in self._known or (self._known[key] is None and may_be_slow):
            self._known[key] = self._entry(self._entries[key], may_be_slow)
        return self._known[key]

    def _entry(self, entry: Entry, may_be_slow: bool) -> Exact | None:
        claim = self.claims.get(entry.claim or "")
        truth = (claim.truth or claim.resolved) if claim is not None else None
        literal = entry.printed.node if entry.printed is not None else None
        node = truth.node if truth is not None else entry.definition or literal
        value = self._value(node, may_be_slow) if node is not None else None
        if value is None or entry.true is None:
            return None
        if value.shape != (entry.true.nrows(), entry.true.ncols()) and value.shape == (
            entry.true.ncols(),
            entry.true.nrows(),
        ):
            value = EXACT.operations["transpose"](value)
        return value if agrees(value, entry.true) else None

    def _value(self, node: Node, may_be_slow: bool) -> Exact | None:
        values = {}
        for key in dict.fromkeys(_references(node)):
            value = self.entry(key, may_be_slow)
            if value is None:
                return None
            values[key] = value
        if not is_affordable(node, values.values(), may_be_slow):
            return None
        try:
            return evaluate(node, values, EXACT, lenient=True)
        except (DerivationError, ArithmeticError, ValueError):
            return None


def _references(node: Node) -> list[str]:
    return [inner.data for inner in node.walk() if inner.kind == "name" and inner.data.startswith("@")]


def is_affordable(node: Node, operands: Iterable[Exact], may_be_slow: bool) -> bool:
    """Whether the exact value of a formula stays small, and cheap unless it may be slow."""
    held = list(operands)
    cells = max((value.shape[0] * value.shape[1] for value in held), default=1)
    rational = all(value.carrier == "rational" for value in held)
    calls = {inner.data for inner in node.walk() if inner.kind == "call"}
    symbolic = bool(calls & TRANSCENDENTAL) or any(value.carrier == "symbolic" for value in held)
    symbolic = symbolic or (bool(calls & SIMPLE) and not rational) or _is_nested(node)
    return cells <= MOST_CELLS and (not symbolic or (may_be_slow and cells <= MOST_SYMBOLIC_CELLS))


def _is_nested(node: Node) -> bool:
    """Whether an exponential or logarithm is taken of an exponential, all in one formula."""
    outer = (inner for inner in node.walk() if inner.kind == "call" and inner.data in SIMPLE)
    return any(inner.data in EXPONENTIAL for call in outer for arg in call.args for inner in arg.walk())


def agrees(value: Exact, balls: arb_mat) -> bool:
    """Whether an exact value lies in the balls that the verdict rests on."""
    shape = (balls.nrows(), balls.ncols())
    if value.shape != shape or not value.is_numeric:
        return False
    found = value.enclosure(30)
    pairs = zip(found.entries(), balls.entries(), strict=True)
    return all(one.overlaps(other) or not (one.is_finite() or other.is_finite()) for one, other in pairs)
