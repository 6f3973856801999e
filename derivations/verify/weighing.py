"""One printed value weighed against the formulas it may come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import arb_mat

from derivations.model import Node, Verdict
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.literals import Cell, Match, Printed, digits, match, matches, outside, uncut
from derivations.verify.readings import Candidate, Reading, agreeing, read_all
from derivations.verify.routes import ROUTES

TELLING = 6
"""So many digits do not agree by chance."""
_PER_ROW = ("mean", "variance", "deviation", "unbiased_variance", "unbiased_deviation", "max")


def weigh(
    literal: Printed, candidates: Sequence[Candidate], book: Book, id: str, in_order: bool = False
) -> Claim | None:
    """The verdict on a printed value; None when no candidate can be evaluated.

    Candidates come nearest first; the last sure one is the most symbolic and
    stands for the truth, unless ``in_order`` says that the first does.
    """
    readings = read_all(literal, candidates, book)
    if not readings:
        return _not_evaluable(literal, candidates, id)
    if literal.elided and not any(r.true_match or r.shown_match for r in readings):
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason="entries are left out")
    for route in ROUTES:
        claim = route(literal, readings, book, id)
        if claim is not None:
            break
    else:
        claim = _wrong(literal, readings, id, in_order)
    anchor = _anchor(readings, in_order)
    if anchor.resolved.assumed and claim.verdict in (Verdict.WRONG, Verdict.ROUNDING):
        reason = f"{', '.join(anchor.resolved.assumed)} is not given"
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason=reason)
    claim.truth = claim.resolved
    if claim.expected is None:
        followed = next((r for r in readings if r.resolved is claim.resolved), anchor)
        truth = followed if claim.verdict is Verdict.CARRIED and not anchor.sure else anchor
        claim.expected, claim.truth = truth.true, truth.resolved
    if claim.verdict is not Verdict.RIGHT:
        claim.cells = claim.cells or _off_cells(literal, readings, _intended(readings, anchor), book)
    if claim.verdict is Verdict.CARRIED and claim.resolved is not None:
        claim.cells = _without_fitting(literal, claim.cells, book.mended(claim.resolved))
    return claim


def _anchor(readings: Sequence[Reading], in_order: bool) -> Reading:
    """The reading that stands for the truth."""
    ordered = list(readings) if in_order else list(reversed(readings))
    sure = [r for r in ordered if r.sure and r.true is not None]
    return (sure or ordered)[0]


def _intended(readings: Sequence[Reading], anchor: Reading) -> Reading:
    """What a wrong value was meant to be: the truth, unless another reading explains most of the cells."""
    best = max(readings, key=agreeing)
    cells = sum(len(row) for row in best.true_match or ())
    return best if 2 * agreeing(best) > cells and agreeing(best) > agreeing(anchor) else anchor


def is_almost(claim: Claim) -> bool:
    """Whether a wrong value agrees with a formula in all of its many cells but one: no chance does that."""
    shape = claim.literal.shape
    value = claim.expected
    if claim.rule == "shape-mismatch" or len(claim.cells) != 1 or value is None:
        return False
    if (value.nrows(), value.ncols()) != shape or value.nrows() * value.ncols() < 3:
        return False
    ((i, j),) = claim.cells
    if match(value[i - 1, j - 1], claim.literal.rows[i - 1][j - 1]) <= Match.NEAR:
        return False
    others = [
        cell
        for i, row in enumerate(claim.literal.rows, 1)
        for j, cell in enumerate(row, 1)
        if (i, j) not in claim.cells and cell.ball is not None and not cell.ball.contains(0)
    ]
    if sum(digits(cell) for cell in others if cell.half and not _is_round(cell)) >= TELLING:
        return True
    if shape[0] * shape[1] < 4:
        return False
    decimals = sum(bool(cell.half) for cell in others)
    return decimals >= 2 or len({float(cell.ball.mid()) for cell in others if cell.ball is not None}) >= 3


def _is_round(cell: Cell) -> bool:
    """``0.500``: a number that many calculations give."""
    return cell.node.kind == "number" and cell.node.data.text.endswith("0")


def _wrong(literal: Printed, readings: Sequence[Reading], id: str, in_order: bool) -> Claim:
    anchor = _intended(readings, _anchor(readings, in_order))
    if anchor.resolved.guessed and anchor.true_match is None and anchor.shown_match is None:
        reason = "what it is computed from is only guessed, and the shapes do not fit"
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason=reason)
    shaped = any(r.true_match is not None or r.shown_match is not None for r in readings)
    if not shaped and literal.shape == (1, 1) and _is_measure(anchor.resolved.node):
        reason = "one number for all rows of a matrix; here a row has one of its own"
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason=reason)
    return Claim(
        id,
        literal,
        Verdict.WRONG,
        rule="value-mismatch" if shaped else "shape-mismatch",
        expected=anchor.true if anchor.true is not None else anchor.shown,
        shown=anchor.shown,
        resolved=anchor.resolved,
        upstream=anchor.faulty,
    )


def _is_measure(node: Node) -> bool:
    """Whether a formula is a mean, a variance or the like, which is taken of each row of a matrix."""
    return node.kind == "call" and node.data in _PER_ROW


def _not_evaluable(literal: Printed, candidates: Sequence[Candidate], id: str) -> Claim | None:
    missing = [name for resolved, _ in candidates for name in resolved.missing]
    if not candidates:
        return None
    reason = (
        f"{', '.join(dict.fromkeys(missing))} is not given before here"
        if missing
        else "the formula could not be evaluated"
    )
    return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason=reason, resolved=None)


def _without_fitting(
    literal: Printed, cells: tuple[tuple[int, int], ...], value: arb_mat | None
) -> tuple[tuple[int, int], ...]:
    """The cells at fault, without those that the printed operands give as well when put right."""
    found = matches(value, literal) if value is not None else None
    kept = tuple((i, j) for i, j in cells if found and found[i - 1][j - 1] > Match.ROUNDED)
    return kept or cells


def _off_cells(
    literal: Printed, readings: Sequence[Reading], anchor: Reading, book: Book
) -> tuple[tuple[int, int], ...]:
    """The cells that are off by every route, 1-based; the fewest that any candidate leaves."""
    best: list[tuple[int, int]] | None = None
    for reading in (anchor, *readings):
        off = _rounded_off(literal, reading)
        if off and (best is None or (reading.sure and len(off) < len(best))):
            best = off
    if best is None:
        return ()
    for cells in _looser(literal, anchor, book):
        best = cells if 0 < len(cells) < len(best) else best
    return tuple(best)


def _rounded_off(literal: Printed, reading: Reading) -> list[tuple[int, int]]:
    """The cells that neither world gives; where each is right in one of them, those that are not true."""
    found = [m for m in (reading.true_match, reading.shown_match) if m is not None]
    places = [(i, j) for i in range(literal.shape[0]) for j in range(literal.shape[1])] if found else []
    off = [(i + 1, j + 1) for i, j in places if all(m[i][j] > Match.ROUNDED for m in found)]
    return off or [(i + 1, j + 1) for i, j in places if found[0][i][j] > Match.ROUNDED]


def _looser(literal: Printed, reading: Reading, book: Book) -> Iterator[list[tuple[int, int]]]:
    """The cells that are off where the author cuts digits off, or works with rounded operands."""
    if reading.true_match is not None and reading.true is not None:
        yield uncut(reading.true, literal)
    wide = book.wide(reading.resolved) if reading.shown_match is not None and not reading.faulty else None
    if wide is not None:
        yield outside(wide, literal)
