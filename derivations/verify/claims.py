"""One printed value weighed against the formulas it may come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flint import arb_mat

from derivations.model import Node, Verdict
from derivations.verify.book import Book
from derivations.verify.entries import FAULTS, Entry, Resolved
from derivations.verify.literals import Match, Printed, matches, overlaps, truncates

Candidate = tuple[Resolved, bool]
"""A formula, and whether a mismatch with it is an error of the article."""


@dataclass
class Claim:
    """A printed value and the verdict on it, while the article is being judged."""

    id: str
    literal: Printed
    verdict: Verdict
    rule: str = ""
    route: str | None = None
    expected: arb_mat | None = None
    """The true value; what the printed one should have been."""
    shown: arb_mat | None = None
    """What follows from the numbers as printed."""
    cells: tuple[tuple[int, int], ...] = ()
    resolved: Resolved | None = None
    truth: Resolved | None = None
    """The formula whose value from the inputs is ``expected``."""
    formula: Node | None = None
    upstream: tuple[Entry, ...] = ()
    reason: str = ""
    name: str = ""
    cell: int | None = None
    whole: Node | None = None
    shown_shape: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class _Reading:
    """One candidate evaluated in both worlds."""

    resolved: Resolved
    sure: bool
    true: arb_mat | None
    shown: arb_mat | None
    true_match: list[list[Match]] | None
    shown_match: list[list[Match]] | None

    @property
    def faulty(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.resolved.entries if entry.verdict in FAULTS)


def weigh(
    literal: Printed, candidates: Sequence[Candidate], book: Book, id: str, in_order: bool = False
) -> Claim | None:
    """The verdict on a printed value; None when no candidate can be evaluated.

    Candidates come nearest first; the last sure one is the most symbolic and
    stands for the truth, unless ``in_order`` says that the first does.
    """
    readings = _readings(literal, candidates, book)
    if not readings:
        return _not_evaluable(literal, candidates, id)
    if literal.elided and not any(r.true_match or r.shown_match for r in readings):
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason="entries are left out")
    for find in (
        _worked_from_fault,
        _right,
        _from_shown,
        _truncated,
        _within,
        _followed_fault,
        _near,
        _from_one_fault,
        _followed,
        _mixed,
    ):
        claim = find(literal, readings, book, id)
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
        claim.expected, claim.truth = anchor.true, anchor.resolved
    if claim.verdict is not Verdict.RIGHT:
        claim.cells = claim.cells or _off_cells(literal, readings, _intended(readings, anchor))
    if claim.verdict is Verdict.CARRIED and claim.resolved is not None:
        claim.cells = _without_fitting(literal, claim.cells, book.mended(claim.resolved))
    return claim


def _readings(literal: Printed, candidates: Sequence[Candidate], book: Book) -> list[_Reading]:
    """The candidates that can be evaluated, up to the one that makes the value right.

    After arithmetic on bare numbers the last still counts, if it uses a value at fault.
    """
    found: list[_Reading] = []
    fits = False
    for at, (resolved, sure) in enumerate(candidates):
        reading = None if resolved.missing else _read(literal, resolved, sure, book)
        if reading is None or (reading.true is None and reading.shown is None):
            continue
        found.append(reading)
        if not fits and _all(reading.true_match, Match.ROUNDED):
            if reading.true is not None:
                found += [] if resolved.entries else _faulty(literal, candidates[at + 1 :][-1:], book)
                break
            fits = True
    return found


def _faulty(literal: Printed, candidates: Sequence[Candidate], book: Book) -> list[_Reading]:
    """Candidates that use a value at fault."""
    return [
        _read(literal, resolved, sure, book)
        for resolved, sure in candidates
        if not resolved.missing and any(entry.verdict in FAULTS for entry in resolved.entries)
    ]


def _read(literal: Printed, resolved: Resolved, sure: bool, book: Book) -> _Reading:
    true = shown = book.true(resolved)
    true_match = shown_match = matches(true, literal) if true is not None else None
    if any(entry.true is not entry.points for entry in resolved.entries):
        shown = book.shown(resolved)
        shown_match = matches(shown, literal) if shown is not None else None
    return _Reading(
        resolved, sure, true if sure or resolved.entries else None, shown, true_match, shown_match
    )


def _anchor(readings: Sequence[_Reading], in_order: bool) -> _Reading:
    """The reading that stands for the truth."""
    ordered = list(readings) if in_order else list(reversed(readings))
    sure = [r for r in ordered if r.sure and r.true is not None]
    return (sure or ordered)[0]


def _intended(readings: Sequence[_Reading], anchor: _Reading) -> _Reading:
    """What a wrong value was meant to be: the truth, unless another reading explains most of the cells."""
    best = max(readings, key=_fitting)
    cells = sum(len(row) for row in best.true_match or ())
    return best if 2 * _fitting(best) > cells and _fitting(best) > _fitting(anchor) else anchor


def is_almost(claim: Claim) -> bool:
    """Whether a wrong value agrees with a formula in all of its many cells but one: no chance does that."""
    shape = claim.literal.shape
    value = claim.expected
    if claim.rule == "shape-mismatch" or len(claim.cells) != 1 or value is None:
        return False
    if (value.nrows(), value.ncols()) != shape or value.nrows() * value.ncols() < 4:
        return False
    others = [
        cell
        for i, row in enumerate(claim.literal.rows, 1)
        for j, cell in enumerate(row, 1)
        if (i, j) not in claim.cells and cell.ball is not None and not cell.ball.contains(0)
    ]
    decimals = sum(bool(cell.half) for cell in others)
    return decimals >= 2 or len({float(cell.ball.mid()) for cell in others if cell.ball is not None}) >= 3


def _fitting(reading: _Reading) -> int:
    """How many cells agree with the value from the inputs."""
    return sum(cell <= Match.ROUNDED for row in reading.true_match or () for cell in row)


def _all(match: list[list[Match]] | None, limit: Match) -> bool:
    return match is not None and all(cell <= limit for row in match for cell in row)


# ---------------------------------------------------------------- the routes, strictest first


def _worked_from_fault(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """``q · k_3 = 1·2 + 1·1 = 3``: right arithmetic on numbers that are at fault themselves."""
    right = [r for r in readings if _all(r.true_match, Match.ROUNDED)]
    if not right or any(r.resolved.entries for r in right):
        return None
    named = [r for r in readings if r.sure and r.faulty and _all(r.shown_match, Match.ROUNDED)]
    found = _stated(literal, named, book, id, "") if named else None
    return found if found is not None and found.verdict is Verdict.CARRIED else None


def _right(literal: Printed, readings: Sequence[_Reading], _book: Book, id: str) -> Claim | None:
    for reading in readings:
        if _all(reading.true_match, Match.ROUNDED):
            return Claim(
                id,
                literal,
                Verdict.RIGHT,
                expected=reading.true,
                shown=reading.shown,
                resolved=reading.resolved,
            )
    return None


def _from_shown(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """True of the numbers as printed: right if they are, carried if one of them is at fault."""
    fitting = [r for r in readings if _all(r.shown_match, Match.ROUNDED)]
    return _stated(literal, fitting, book, id, "displayed-operands")


def _stated(literal: Printed, fitting: Sequence[_Reading], book: Book, id: str, route: str) -> Claim | None:
    if not fitting:
        return None
    clean = [r for r in fitting if not r.faulty and r.sure]
    reading = (clean or list(fitting))[0]
    if reading.faulty and not _holds_mended(literal, reading, book):
        return Claim(
            id,
            literal,
            Verdict.CARRIED,
            rule="carried",
            shown=reading.shown,
            resolved=reading.resolved,
            upstream=reading.faulty,
        )
    return Claim(id, literal, Verdict.RIGHT, route=route, shown=reading.shown, resolved=reading.resolved)


def _truncated(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    for reading in readings:
        if reading.true is not None and truncates(reading.true, literal):
            return Claim(
                id,
                literal,
                Verdict.RIGHT,
                route="truncated",
                expected=reading.true,
                resolved=reading.resolved,
            )
    return _stated(
        literal,
        [r for r in readings if r.shown is not None and truncates(r.shown, literal)],
        book,
        id,
        "truncated",
    )


def _holds_mended(literal: Printed, reading: _Reading, book: Book) -> bool:
    """Whether the value would follow just as well from operands without their faults."""
    mended = book.mended(reading.resolved)
    return mended is not None and _all(matches(mended, literal), Match.ROUNDED)


def _within(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """Inside what the rounding of the printed operands allows."""
    for reading in readings:
        computed = [e for e in reading.resolved.entries if not e.is_given]
        listed = any(_holds_list(inner) for inner in reading.resolved.node.walk())
        if (
            not (computed or listed)
            or reading.faulty
            or (reading.true_match is None and reading.shown_match is None)
        ):
            continue
        wide = book.wide(reading.resolved)
        if wide is not None and overlaps(wide, literal):
            return Claim(
                id, literal, Verdict.RIGHT, route="interval", expected=reading.true, resolved=reading.resolved
            )
    return None


def _holds_list(node: Node) -> bool:
    """A softmax of numbers written out, which are as a rule rounded."""
    return node.kind == "call" and node.data == "softmax" and node.args[0].kind in ("list", "matrix")


def _near(literal: Printed, readings: Sequence[_Reading], _book: Book, id: str) -> Claim | None:
    """Off in the last printed digit by every route."""
    for reading in readings:
        if _all(reading.true_match, Match.NEAR) and (reading.sure or len(readings) == 1):
            return Claim(
                id,
                literal,
                Verdict.ROUNDING,
                rule="rounding",
                expected=reading.true,
                resolved=reading.resolved,
            )
    for reading in readings:
        if _all(reading.shown_match, Match.NEAR):
            return Claim(
                id,
                literal,
                Verdict.ROUNDING,
                rule="rounding",
                shown=reading.shown,
                resolved=reading.resolved,
                upstream=reading.faulty,
            )
    return None


def _from_one_fault(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """What follows from one value at fault, the others being right: an author may work from either."""
    for reading in readings:
        for entry in reading.faulty if len(reading.faulty) > 1 else ():
            value = book.with_fault(reading.resolved, entry)
            if value is not None and _all(matches(value, literal), Match.ROUNDED):
                return Claim(
                    id,
                    literal,
                    Verdict.CARRIED,
                    rule="carried",
                    shown=value,
                    resolved=reading.resolved,
                    upstream=(entry,),
                )
    return None


def _followed_fault(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """What follows exactly from a fault is no matter of rounding."""
    return _followed(literal, [r for r in readings if r.faulty], book, id)


def _followed(literal: Printed, readings: Sequence[_Reading], book: Book, id: str) -> Claim | None:
    """What follows from an earlier fault with all digits kept in between."""
    for reading in readings:
        value = book.followed(reading.resolved)
        if value is not None and _all(matches(value, literal), Match.ROUNDED):
            upstream = reading.faulty or tuple(e for e in reading.resolved.entries if not e.is_given)
            return Claim(
                id,
                literal,
                Verdict.CARRIED,
                rule="carried",
                shown=value,
                resolved=reading.resolved,
                upstream=upstream,
            )
    return None


def _mixed(literal: Printed, readings: Sequence[_Reading], _book: Book, id: str) -> Claim | None:
    """Every cell follows from one world or the other: a program with one wrong row prints this."""
    for reading in readings:
        if reading.true_match is None or reading.shown_match is None or not reading.faulty:
            continue
        both = [
            [min(a, b) for a, b in zip(true, shown, strict=True)]
            for true, shown in zip(reading.true_match, reading.shown_match, strict=True)
        ]
        if _all(both, Match.ROUNDED):
            off = tuple(
                (i, j)
                for i, row in enumerate(reading.true_match, 1)
                for j, cell in enumerate(row, 1)
                if cell > Match.ROUNDED
            )
            return Claim(
                id,
                literal,
                Verdict.CARRIED,
                rule="carried",
                shown=reading.shown,
                cells=off,
                resolved=reading.resolved,
                upstream=reading.faulty,
            )
    return None


def _wrong(literal: Printed, readings: Sequence[_Reading], id: str, in_order: bool) -> Claim:
    anchor = _intended(readings, _anchor(readings, in_order))
    if anchor.resolved.guessed and anchor.true_match is None and anchor.shown_match is None:
        reason = "what it is computed from is only guessed, and the shapes do not fit"
        return Claim(id, literal, Verdict.UNCHECKED, rule="unchecked", reason=reason)
    shaped = any(r.true_match is not None or r.shown_match is not None for r in readings)
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
    literal: Printed, readings: Sequence[_Reading], anchor: _Reading
) -> tuple[tuple[int, int], ...]:
    """The cells that are off by every route, 1-based; the fewest that any candidate leaves."""
    best: list[tuple[int, int]] | None = None
    for reading in (anchor, *readings):
        found = [m for m in (reading.true_match, reading.shown_match) if m is not None]
        if not found:
            continue
        off = [
            (i + 1, j + 1)
            for i in range(literal.shape[0])
            for j in range(literal.shape[1])
            if all(m[i][j] > Match.ROUNDED for m in found)
        ]
        off = off or [
            (i + 1, j + 1)
            for i, row in enumerate(found[0])
            for j, cell in enumerate(row)
            if cell > Match.ROUNDED
        ]
        if best is None or (reading.sure and len(off) < len(best)):
            best = off
    return tuple(best or ())
