"""The ways in which a printed value may follow from a formula, the strictest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.model import Node, Verdict
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.literals import Match, Printed, matches, overlaps, truncates
from derivations.verify.readings import Reading, agreeing, fits

Route = Callable[[Printed, Sequence[Reading], Book, str], Claim | None]


def _worked_from_fault(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """``q · k_3 = 1·2 + 1·1 = 3``: right arithmetic on numbers that are at fault themselves."""
    right = [r for r in readings if fits(r.true_match, Match.ROUNDED)]
    if not right or any(r.resolved.entries for r in right):
        return None
    named = [r for r in readings if r.sure and r.faulty and fits(r.shown_match, Match.ROUNDED)]
    found = _stated(literal, named, book, id, "") if named else None
    return found if found is not None and found.verdict is Verdict.CARRIED else None


def _right(literal: Printed, readings: Sequence[Reading], _book: Book, id: str) -> Claim | None:
    for reading in readings:
        if fits(reading.true_match, Match.ROUNDED):
            return Claim(
                id,
                literal,
                Verdict.RIGHT,
                expected=reading.true,
                shown=reading.shown,
                resolved=reading.resolved,
            )
    return None


def _from_shown(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """True of the numbers as printed: right if they are, carried if one of them is at fault."""
    fitting = [r for r in readings if fits(r.shown_match, Match.ROUNDED)]
    return _stated(literal, fitting, book, id, "displayed-operands")


def _stated(literal: Printed, fitting: Sequence[Reading], book: Book, id: str, route: str) -> Claim | None:
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


def _truncated(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
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


def _holds_mended(literal: Printed, reading: Reading, book: Book) -> bool:
    """Whether the value would follow just as well from operands without their faults."""
    mended = book.mended(reading.resolved)
    return mended is not None and fits(matches(mended, literal), Match.ROUNDED)


def _within(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """Inside what the rounding of the printed operands allows."""
    for reading in readings:
        computed = [e for e in reading.resolved.entries if not e.is_given or e.is_rounded]
        listed = any(_is_of_rounded(inner) for inner in reading.resolved.node.walk())
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


def _is_of_rounded(node: Node) -> bool:
    """A softmax or an exponential of numbers written out, which are as a rule rounded."""
    if node.kind == "call" and node.data == "softmax":
        return node.args[0].kind in ("list", "matrix")
    exponents = node.args if node.kind == "call" and node.data == "exp" else ()
    if node.kind == "power":
        exponents = node.args[1:]
    return any(inner.kind == "number" and inner.data.decimals for one in exponents for inner in one.walk())


def _from_mended(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """What follows from operands whose faults are put right: those were only written down wrongly."""
    for reading in readings:
        if not reading.faulty:
            continue
        wide = book.mended_wide(reading.resolved)
        route = "displayed-operands" if _holds_mended(literal, reading, book) else "interval"
        if route == "displayed-operands" or (wide is not None and overlaps(wide, literal)):
            return Claim(
                id, literal, Verdict.RIGHT, route=route, expected=reading.true, resolved=reading.resolved
            )
    return None


def _near(literal: Printed, readings: Sequence[Reading], _book: Book, id: str) -> Claim | None:
    """Off in the last printed digit by every route."""
    cells = literal.shape[0] * literal.shape[1]
    for reading in readings:
        likely = reading.sure or len(readings) == 1 or (cells > 2 and 2 * agreeing(reading) > cells)
        if likely and fits(reading.true_match, Match.NEAR):
            return Claim(
                id,
                literal,
                Verdict.ROUNDING,
                rule="rounding",
                expected=reading.true,
                resolved=reading.resolved,
            )
    judging = [reading for reading in readings if reading.sure] or readings
    for reading in judging:
        if fits(reading.shown_match, Match.NEAR):
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


def _from_one_fault(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """What follows from one value at fault, the others being right: an author may work from either."""
    for reading in readings:
        faults = reading.faulty if len(reading.faulty) > 1 else ()
        for entry, kind in ((entry, kind) for entry in faults for kind in ("points", "followed")):
            value = book.with_fault(reading.resolved, entry, kind)
            if value is not None and fits(matches(value, literal), Match.ROUNDED):
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


def _followed_fault(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """What follows exactly from a fault is no matter of rounding."""
    return _followed(literal, [r for r in readings if r.faulty], book, id)


def _followed(literal: Printed, readings: Sequence[Reading], book: Book, id: str) -> Claim | None:
    """What follows from an earlier fault with all digits kept in between."""
    for reading in readings:
        value = book.followed(reading.resolved)
        if value is not None and fits(matches(value, literal), Match.ROUNDED):
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


def _mixed(literal: Printed, readings: Sequence[Reading], _book: Book, id: str) -> Claim | None:
    """Every cell follows from one world or the other: a program with one wrong row prints this."""
    for reading in readings:
        if reading.true_match is None or reading.shown_match is None or not reading.faulty:
            continue
        both = [
            [min(a, b) for a, b in zip(true, shown, strict=True)]
            for true, shown in zip(reading.true_match, reading.shown_match, strict=True)
        ]
        if fits(both, Match.ROUNDED):
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


ROUTES: tuple[Route, ...] = (
    _worked_from_fault,
    _right,
    _from_shown,
    _truncated,
    _within,
    _followed_fault,
    _from_mended,
    _near,
    _from_one_fault,
    _followed,
    _mixed,
)
"""The first that explains every cell of a value decides."""
