"""A small numeric search for values that nothing explains: products, softmaxes, norms, sums."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import inf

from flint import arb

from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.entries import FAULTS, Entry
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Printed

RECENT = 8
"""So many of the last values are tried against each other."""
FEW = 4
"""Cells that are compared before a formula is weighed."""
SLACK = 1e-9
"""More than a double is off by, for a number of size 1."""
EVERYWHERE, NOWHERE = (-inf, inf), (inf, -inf)
ROOT = Node("call", (Node("name", (), "d_k"),), "sqrt")

Shape = tuple[int, int]
Range = tuple[float, float]
Reach = Sequence[Range] | None
"""Where the first few cells of a formula lie in all readings of its operands; None for anywhere."""
Attempt = tuple[Hashable, tuple[Entry, ...], Callable[..., Expectation]]
"""A kind of formula, its operands, and how it is made from them."""


@dataclass
class Search:
    """Looks for what gives a printed value, in one article."""

    book: Book
    _known: dict[Hashable, tuple[Expectation, Reach]] = field(default_factory=dict)
    """What was tried before, by kind and operands."""
    _divisors: dict[Node, int] = field(default_factory=dict)

    def expectations(self, literal: Printed) -> Iterator[Expectation]:
        """Formulas that may give a value.  A hit explains the value; a miss accuses nobody.

        Those whose first cells, all but one, are far from the printed ones in every reading of
        their operands are left out: none of them is a hit, nor a hit but for one cell.  Of what
        was stated long ago only hits are sought.
        """
        asked = _asked(literal)
        recent = self.book.entries[-RECENT:]
        for kind, operands, make in self._attempts(literal.shape):
            key = (kind, *[entry.key for entry in operands])
            if key not in self._known:
                expectation = make(*operands)
                self._known[key] = expectation, self._reach(expectation, literal.shape)
            expectation, reach = self._known[key]
            may_miss = operands[0] in recent
            if asked is None or reach is None or _meet(asked, reach, may_miss):
                yield expectation

    def _attempts(self, shape: Shape) -> Iterator[Attempt]:
        scaled = None
        for entry in self.book.backwards():
            if _shape(entry) == shape:
                yield ("softmax", self.book.by_columns), (entry,), _softmax
                scaled = scaled or ("scaled", self._divisor())
                yield scaled, (entry,), _scaled
                if shape[1] > 2:
                    yield "normalised", (entry,), _normalised
                if {"gamma", "beta"} <= self.book.bindings.keys():
                    gain, bias = (self.book.bindings[name] for name in ("gamma", "beta"))
                    yield "shifted", (entry, gain, bias), _shifted
        recent = list(islice((e for e in self.book.backwards() if e.points is not None), RECENT))[::-1]
        for left in recent:
            for right in recent:
                yield from _pairs(left, right, shape)

    def _divisor(self) -> int:
        """A number for what √d_k stands for at present."""
        return self._divisors.setdefault(self.book.resolve(ROOT).node, len(self._divisors))

    def _reach(self, expectation: Expectation, shape: Shape) -> Reach:
        """What all readings of a formula span, those with one of several faults among them."""
        book, resolved = self.book, self.book.resolve(expectation.formula)
        given = all(entry.true is entry.points is entry.wide is entry.followed for entry in resolved.entries)
        readings = (book.true, book.wide) if given else (book.true, book.shown, book.wide, book.followed)
        faulty = [entry for entry in resolved.entries if entry.verdict in FAULTS]
        alone = (book.with_fault(resolved, entry) for entry in faulty if len(faulty) > 1)
        values = [v for v in (*(read(resolved) for read in readings), *alone) if v is not None]
        if not values:
            return [NOWHERE]
        if any((value.nrows(), value.ncols()) != shape for value in values):
            return None
        cells = [[_range(ball) for ball in islice(value.entries(), FEW)] for value in values]
        return [
            (min(low for low, _ in spans), max(high for _, high in spans))
            for spans in zip(*cells, strict=True)
        ]


def _pairs(left: Entry, right: Entry, shape: Shape) -> Iterator[Attempt]:
    a, b = _shape(left), _shape(right)
    if (a[0], b[1]) == shape and a[1] == b[0]:
        yield "product", (left, right), _product
    if (a[0], b[0]) == shape and a[1] == b[1]:
        yield "scores", (left, right), _scores
    if left is not right and a == shape == b:
        yield "sum", (left, right), _sum


def _shape(entry: Entry) -> Shape:
    return (0, 0) if entry.points is None else (entry.points.nrows(), entry.points.ncols())


# ---------------------------------------------------------------- formulas


def _softmax(scores: Entry) -> Expectation:
    return Expectation(Node("call", (scores.reference,), "softmax"), "weights", False)


def _scaled(scores: Entry) -> Expectation:
    return Expectation(Node("divide", (scores.reference, ROOT), "/"), "scaled", False)


def _normalised(vector: Entry) -> Expectation:
    return Expectation(Node("call", (vector.reference,), "layer_norm"), "normalised", False)


def _shifted(vector: Entry, gain: Entry, bias: Entry) -> Expectation:
    """γ ⊙ x̂ + β, Ba et al. 2016 (Layer Normalization), equation 4."""
    scaled = Node("multiply", (gain.reference, vector.reference), "" if gain.is_number else "⊙")
    return Expectation(Node("add", (scaled, bias.reference)), "normalised", False)


def _product(left: Entry, right: Entry) -> Expectation:
    return Expectation(Node("multiply", (left.reference, right.reference), ""), "", False)


def _scores(left: Entry, right: Entry) -> Expectation:
    transposed = Node("transpose", (right.reference,))
    return Expectation(Node("multiply", (left.reference, transposed), ""), "scores", False)


def _sum(left: Entry, right: Entry) -> Expectation:
    return Expectation(Node("add", (left.reference, right.reference)), "residual", False)


# ---------------------------------------------------------------- what is out of reach


def _asked(literal: Printed) -> Reach:
    """Where the first cells of a hit lie: within a unit of the last printed digit."""
    cells = list(islice(literal.cells(), FEW))
    if literal.factor is not None or any(cell.ball is None for cell in cells):
        return None
    return [_range(cell.ball, float(2 * (cell.half or 0))) for cell in cells if cell.ball is not None]


def _range(ball: arb, more: float = 0.0) -> Range:
    """Where a ball lies, as doubles that hold it for certain."""
    if not ball.is_finite():
        return EVERYWHERE
    low, high = float(ball.lower()), float(ball.upper())
    more += SLACK * max(1.0, abs(low), abs(high))
    return (low - more, high + more) if more < inf else EVERYWHERE


def _meet(asked: Sequence[Range], reach: Sequence[Range], may_miss: bool) -> bool:
    """Whether all of the first cells may agree, or all but one of several."""
    misses = int(may_miss and len(asked) >= FEW - 1)
    for (low, high), (a, b) in zip(asked, reach, strict=False):
        misses -= b < low or high < a
        if misses < 0:
            return False
    return True
