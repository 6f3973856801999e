"""Why a printed number is probably wrong: the slip, or the misprint, that gives exactly this number.

First the catalogue of slips is tried: each one says what people compute instead of the
formula, and the first that reproduces every printed cell is named.  Then come
misprints: right values that were written down wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from flint import arb, arb_mat

from derivations import slips
from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.exact.printed import fixed_text
from derivations.model import DerivationError, Node, Verdict
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import FAULTS, Entry
from derivations.verify.literals import Match, Printed, matches, rational
from derivations.verify.misprints import FORCED, MISPRINTS
from derivations.verify.wording import Case, place_text

MOST = 200
"""Evaluations for one article."""
MOST_CELLS = 144
MOST_VARIANTS = 60
"""Variants of one formula that are tried."""


class Cause(NamedTuple):
    """What probably happened."""

    id: str
    message: str


@dataclass
class Inquest:
    """Looks for causes, in one article, within a bound on its work."""

    book: Book
    left: int = MOST

    def cause(self, case: Case) -> Cause | None:
        """The first slip or misprint that gives every printed cell; None where none does."""
        claim = case.claim
        cells = claim.literal.shape[0] * claim.literal.shape[1]
        if (
            claim.verdict not in (Verdict.WRONG, Verdict.ROUNDING)
            or claim.literal.elided
            or cells > MOST_CELLS
        ):
            return None
        if claim.verdict is Verdict.ROUNDING:
            return _forced_cause(case)
        return self._slip(claim) or self._misprint(case)

    # ------------------------------------------------------------ slips

    def _slip(self, claim: Claim) -> Cause | None:
        if self.left <= 0:
            return None
        before = self._before(claim)
        target = _target(claim, before)
        for slip, node in islice(self._variants(claim, before), MOST_VARIANTS):
            for reading in ("true", "points") if claim.upstream else ("true",):
                if self.left <= 0:
                    return None
                self.left -= 1
                if target(_value(before, node, reading)):
                    return Cause(slip.id, slip.message)
        return None

    def _variants(self, claim: Claim, before: Book) -> Iterator[tuple[slips.Slip, Node]]:
        """Wrong trees, in references to what the article had given by then, each once."""
        seen: set[Node] = set()
        for slip, node in self._rewritten(claim, before):
            if node not in seen:
                seen.add(node)
                yield slip, node

    def _rewritten(self, claim: Claim, before: Book) -> Iterator[tuple[slips.Slip, Node]]:
        if claim.formula is not None and not _has_references(claim.formula):
            for slip, tree in slips.variants(claim.formula):
                resolved = before.resolve(tree)
                if not resolved.missing:
                    yield slip, resolved.node
        truth = claim.truth or claim.resolved
        if truth is not None:
            yield from slips.variants(truth.node)

    def _before(self, claim: Claim) -> Book:
        """The book as it was when the claim was made."""
        known = [entry for entry in self.book.entries if _stands_before(entry, claim)]
        bindings = {entry.name: entry for entry in known if entry.name}
        return Book(entries=known, bindings=bindings, defaults=self.book.defaults)

    # ------------------------------------------------------------ misprints

    def _misprint(self, case: Case) -> Cause | None:
        off = case.off()
        if not off:
            return None
        for misprint in MISPRINTS:
            if misprint.explains(case, off):
                return Cause(misprint.id, misprint.message)
        copied = self._copied(case)
        return copied or self._rounded_early(case.claim)

    def _copied(self, case: Case) -> Cause | None:
        """The value of an earlier statement, printed once more in a place where another belongs."""
        literal = case.claim.literal
        if literal.shape == (1, 1):
            return None
        for entry in self.book.recall.with_row(literal.rows[0]):
            if entry.verdict in FAULTS or entry.printed is None or entry.printed.shape != literal.shape:
                continue
            if not _stands_before(entry, case.claim):
                continue
            if _equal(entry.printed, literal):
                return Cause("copied", f"these are the numbers of {place_text(entry, case.article)}")
        return None

    def _rounded_early(self, claim: Claim) -> Cause | None:
        """The operands rounded to a few digits before the formula was worked out."""
        truth = claim.truth
        if truth is None:
            return None
        for places in (3, 2, 1):
            if self.left <= 0:
                return None
            self.left -= 1
            values = {e.key: _rounded(e.true, places) for e in self._used(truth.node) if e.true is not None}
            try:
                value = evaluate(truth.node, values, BALL, lenient=True)
            except (DerivationError, ArithmeticError, ValueError):
                return None
            if _fits(value, claim.literal):
                return Cause(
                    "rounded-early",
                    f"the operands were rounded to {places} digit{'s' * (places > 1)} before computing",
                )
        return None

    def _used(self, node: Node) -> Iterator[Entry]:
        entries = self.book.recall.by_key()
        keys = {inner.data for inner in node.walk() if inner.kind == "name"}
        return (entries[key] for key in keys if key in entries)


def _stands_before(entry: Entry, claim: Claim) -> bool:
    return entry.at < claim.literal.span.start and entry.claim != claim.id


def _target(claim: Claim, before: Book) -> Callable[[arb_mat | None], bool]:
    """Whether a value is what is printed; for a written-out product, what the product gives."""
    if claim.whole is None:
        return lambda value: value is not None and _fits(value, claim.literal)
    product = _value(before, before.resolve(claim.whole).node, "points")
    return lambda value: value is not None and product is not None and _same(value, product)


def _has_references(node: Node) -> bool:
    return any(inner.kind == "name" and inner.data.startswith("@") for inner in node.walk())


def _value(book: Book, node: Node, reading: str) -> arb_mat | None:
    try:
        return book.evaluate(node, reading)
    except (DerivationError, ArithmeticError, ValueError, RecursionError):
        return None


def _fits(value: arb_mat, literal: Printed) -> bool:
    found = matches(value, literal)
    return found is not None and all(cell <= Match.TRUNCATED for row in found for cell in row)


def _same(one: arb_mat, other: arb_mat) -> bool:
    if (one.nrows(), one.ncols()) != (other.nrows(), other.ncols()):
        return False
    return all(a.overlaps(b) for a, b in zip(one.entries(), other.entries(), strict=True))


def _equal(one: Printed, other: Printed) -> bool:
    pairs = zip(one.cells(), other.cells(), strict=True)
    return all(a.ball is not None and b.ball is not None and a.ball.overlaps(b.ball) for a, b in pairs)


def _rounded(value: arb_mat, places: int) -> arb_mat:
    def rounded(x: arb) -> arb:
        text = fixed_text(x, places) if x.is_finite() else None
        return x if text is None else rational(Fraction(text))

    return arb_mat(value.nrows(), value.ncols(), [rounded(x) for x in value.entries()])


def _forced_cause(case: Case) -> Cause | None:
    """The one thing beyond carelessness that makes a last digit wrong."""
    off = case.off()
    return Cause(FORCED.id, FORCED.message) if off and FORCED.explains(case, off) else None
