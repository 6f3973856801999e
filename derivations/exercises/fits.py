"""Which cells of an answer fit, in the true world and in the student's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from derivations.exercises.answers import is_blank
from derivations.exercises.filled import At, Filled
from derivations.model import Part, Verdict
from derivations.verify.claims import Claim
from derivations.verify.literals import Cell, Match, Printed, matches, rational, representable

FEWEST_PLACES = 2
"""Digits after the point that a decimal needs where a short exact value exists."""
GOOD = (Verdict.RIGHT, Verdict.ROUNDING)


@dataclass(frozen=True)
class Fits:
    """The cells that fit, in the true world and in the student's own."""

    true: frozenset[At]
    shown: frozenset[At]
    faulty: tuple[str, ...]
    """Earlier steps that are wrong and that this one uses."""


@dataclass(frozen=True)
class Judged:
    """An answer with everything that its mark rests on."""

    part: Part
    claim: Claim
    found: Filled
    blanks: Sequence[At]
    fits: Fits

    def off(self, mode: str) -> list[At]:
        """The cells that do not count, in one way to carry errors forward."""
        if not self.fits.faulty or mode == "off":
            good = self.fits.true
        else:
            good = self.fits.shown if mode == "always" else self.fits.true | self.fits.shown
        return [at for at in self.blanks if at not in good]

    def score(self, mode: str, cause: str | None) -> Fraction:
        """All points, or a share of them: for right cells, and half for a known slip."""
        off, points = len(self.off(mode)), self.part.points
        if not off:
            return Fraction(points)
        share = floor(points * Fraction(len(self.blanks) - off, len(self.blanks)))
        return Fraction(max(share, points // 2 if cause else 0))

    def remark(self, off: Sequence[At]) -> tuple[str, str]:
        """What is to be said beside the cells."""
        unread = [at for at in self.found.unread if at in self.blanks]
        if unread:
            return "unread", "; ".join(self.found.texts[at] for at in unread)
        missing = [at for at in self.blanks if is_blank(self.found.texts.get(at, ""))]
        if missing:
            return "missing", str(len(missing))
        if off and self.claim.verdict in GOOD:
            return "digits", str(self.part.places or FEWEST_PLACES)
        return ("rounding", "") if self.claim.verdict is Verdict.ROUNDING else ("", "")


def fitting(world: object, literal: Printed, mine: Sequence[At], places: int | None) -> frozenset[At]:
    """The cells that a value agrees with, each printed with enough digits."""
    found = matches(world, literal) if world is not None else None  # type: ignore[arg-type]
    if found is None:
        return frozenset()
    good = {at for at in mine if found[at[0] - 1][at[1] - 1] <= Match.TRUNCATED}
    return frozenset(good - set(too_short(literal, mine, world, places)))


def within(world: object, literal: Printed, mine: Sequence[At]) -> frozenset[At]:
    """The cells inside what the rounding of the earlier answers allows."""
    if world is None:
        return frozenset()

    def meets(at: At) -> bool:
        cell = literal.rows[at[0] - 1][at[1] - 1]
        value = world[at[0] - 1, at[1] - 1]  # type: ignore[index]
        if cell.ball is None or cell.infinite or not value.is_finite():
            return False
        return not abs(value - cell.ball) > rational(cell.half or Fraction(0))

    return frozenset(at for at in mine if meets(at))


def too_short(literal: Printed, mine: Sequence[At], world: object, places: int | None) -> list[At]:
    """Decimals with so few digits that many values would fit, unless they are exact."""
    widest = Fraction(1, 2 * 10 ** (places or FEWEST_PLACES))
    return [at for at in mine if _is_short(literal.rows[at[0] - 1][at[1] - 1], world, at, widest)]


def _is_short(cell: Cell, world: object, at: At, widest: Fraction) -> bool:
    if cell.half is None or cell.ball is None or cell.half <= widest or world is None:
        return False
    value = world[at[0] - 1, at[1] - 1]  # type: ignore[index]
    return (
        not (abs(value - cell.ball).contains(0) and representable(value, cell.half))
        and rational(cell.half) > 0
    )
