"""Why a printed number is probably wrong: the slip, or the misprint, that gives exactly this number.

First the catalogue of slips is tried: each one says what people compute instead of the
formula, and the first that reproduces every printed cell is named.  Then come
misprints: right values that were written down wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
from derivations.verify.handwriting import Amount, leaf
from derivations.verify.literals import Cell, Match, Printed, match, matches, rational
from derivations.verify.wording import Case, place_text

MOST = 200
"""Evaluations for one article."""
MOST_CELLS = 144
MOST_VARIANTS = 60
"""Variants of one formula that are tried."""

Off = list[tuple[int, int, Cell, Amount]]


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
        start = claim.literal.span.start
        known = [entry for entry in self.book.entries if entry.at < start and entry.claim != claim.id]
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
        for entry in reversed(self._before(case.claim).entries):
            if entry.verdict in FAULTS or entry.printed is None or entry.printed.shape != literal.shape:
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
        keys = {inner.data for inner in node.walk() if inner.kind == "name"}
        return (entry for entry in self.book.entries if entry.key in keys)


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


# ---------------------------------------------------------------- misprints


class Misprint(NamedTuple):
    """A right value written down wrongly: ``explains`` says whether that gives every cell that is off."""

    id: str
    message: str
    explains: Callable[[Case, Off], bool]


def _all_cells(test: Callable[[Cell, Amount], bool]) -> Callable[[Case, Off], bool]:
    return lambda _case, off: all(test(cell, amount) for _, _, cell, amount in off)


def _sign_lost(cell: Cell, amount: Amount) -> bool:
    return cell.ball is not None and bool(cell.ball != 0) and match(-amount.ball, cell) <= Match.ROUNDED


def _digits(cell: Cell, amount: Amount) -> tuple[str, str] | None:
    """The printed and the right digits at the same precision, as long as each other."""
    number = leaf(cell.node)
    if number is None or cell.ball is None or not amount.ball.is_finite():
        return None
    value = number.value
    shown = fixed_text(value, number.decimals or 0)
    right = amount.fixed(number.decimals or 0).removeprefix("-")
    return (
        None
        if shown is None or len(shown) != len(right) or (amount.ball < 0) != (cell.ball < 0)
        else (shown, right)
    )


def _transposed(cell: Cell, amount: Amount) -> bool:
    pair = _digits(cell, amount)
    if pair is None:
        return False
    shown, right = pair
    swaps = (
        right[:k] + right[k + 1] + right[k] + right[k + 2 :]
        for k in range(len(right) - 1)
        if "." not in right[k : k + 2]
    )
    return shown in swaps


def _one_digit(_case: Case, off: Off) -> bool:
    pair = _digits(off[0][2], off[0][3]) if len(off) == 1 else None
    if pair is None or len(pair[0].replace(".", "")) < 2:
        return False
    return sum(a != b for a, b in zip(*pair, strict=True)) == 1


def _point_moved(cell: Cell, amount: Amount) -> bool:
    if cell.ball is None or not cell.ball.is_finite() or cell.ball == 0 or leaf(cell.node) is None:
        return False
    return any(match(amount.ball * arb(10) ** k, cell) <= Match.ROUNDED for k in (-2, -1, 1, 2))


def _row_left_out(case: Case, off: Off) -> bool:
    """Every row that is off is printed as zeros."""
    rows = case.claim.literal.rows
    return len(rows[0]) > 1 and all(
        cell.ball is not None and cell.ball == 0 for i, _, _, _ in off for cell in rows[i - 1]
    )


def _wrong_row(case: Case, off: Off) -> bool:
    """Every row that is off is another row of the right matrix."""
    if case.amounts is None or len(case.amounts) < 2:
        return False
    rows = {i for i, _, _, _ in off}
    return all(any(k != i and _row_fits(case, i, k) for k in range(1, len(case.amounts) + 1)) for i in rows)


def _row_fits(case: Case, printed: int, right: int) -> bool:
    assert case.amounts is not None
    pairs = zip(case.claim.literal.rows[printed - 1], case.amounts[right - 1], strict=True)
    return all(cell.ball is not None and match(amount.ball, cell) <= Match.ROUNDED for cell, amount in pairs)


def _wrong_column(case: Case, off: Off) -> bool:
    if case.amounts is None or len(case.amounts[0]) < 2 or len(case.amounts) < 2:
        return False
    turned = replace(
        case,
        amounts=[list(column) for column in zip(*case.amounts, strict=True)],
        claim=replace(case.claim, literal=_turned(case.claim.literal)),
    )
    return _wrong_row(turned, [(j, i, cell, amount) for i, j, cell, amount in off])


def _turned(literal: Printed) -> Printed:
    return replace(literal, rows=tuple(zip(*literal.rows, strict=True)))


def _forced_sum(case: Case, off: Off) -> bool:
    """All weights of a row but one are right, and that one makes the printed row sum to exactly 1."""
    if not is_weights(case.claim):
        return False
    rows = [i for i, _, _, _ in off]
    if len(rows) != len(set(rows)):
        return False
    return all(_sum(case.claim.literal.rows[i - 1]) == 1 for i in rows)


def _sum(row: tuple[Cell, ...]) -> Fraction | None:
    numbers = [leaf(cell.node) for cell in row]
    values = [number.value for number in numbers if number is not None]
    return sum(values, Fraction(0)) if len(values) == len(row) else None


def is_weights(claim: Claim) -> bool:
    """Whether a claim states the result of a softmax."""
    nodes = [resolved.node for resolved in (claim.truth, claim.resolved) if resolved is not None]
    return any(
        node.kind == "call" and node.data in ("softmax", "column_softmax")
        for node in [*nodes, *_formulas(claim)]
    )


def _formulas(claim: Claim) -> list[Node]:
    return [claim.formula] if claim.formula is not None else []


FORCED = Misprint("forced-sum", "one weight was chosen to make the row sum to 1", _forced_sum)

MISPRINTS: tuple[Misprint, ...] = (
    Misprint("minus-lost", "the sign is wrong", _all_cells(_sign_lost)),
    Misprint("point-moved", "the decimal point stands in another place", _all_cells(_point_moved)),
    Misprint("row-left-out", "a row was not worked out: zeros stand in its place", _row_left_out),
    Misprint("digits-transposed", "two digits are exchanged", _all_cells(_transposed)),
    Misprint("wrong-row", "another row of the result stands here", _wrong_row),
    Misprint("wrong-column", "another column of the result stands here", _wrong_column),
    FORCED,
    Misprint("one-digit", "one digit is wrong", _one_digit),
)
"""Most telling first."""
