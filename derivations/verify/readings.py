"""The formulas that a printed value may come from, each evaluated in both worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb_mat

from derivations.verify.book import Book
from derivations.verify.entries import FAULTS, Entry, Resolved
from derivations.verify.literals import Match, Printed, matches

Candidate = tuple[Resolved, bool]
"""A formula, and whether a mismatch with it is an error of the article."""


@dataclass
class Reading:
    """One candidate evaluated in both worlds."""

    resolved: Resolved
    sure: bool
    true: arb_mat | None
    shown: arb_mat | None
    true_match: list[list[Match]] | None
    shown_match: list[list[Match]] | None

    @property
    def faulty(self) -> tuple[Entry, ...]:
        """The values at fault that it uses."""
        return tuple(entry for entry in self.resolved.entries if entry.verdict in FAULTS)


def read_all(literal: Printed, candidates: Sequence[Candidate], book: Book) -> list[Reading]:
    """The candidates that can be evaluated, up to the one that makes the value right.

    After arithmetic on bare numbers the last still counts, if it uses a value at fault.
    """
    found: list[Reading] = []
    settled = False
    for at, (resolved, sure) in enumerate(candidates):
        reading = None if resolved.missing else _read(literal, resolved, sure, book)
        if reading is None or (reading.true is None and reading.shown is None):
            continue
        found.append(reading)
        if not settled and fits(reading.true_match, Match.ROUNDED):
            if reading.true is not None:
                found += [] if resolved.entries else _faulty(literal, candidates[at + 1 :][-1:], book)
                break
            settled = True
    return found


def _faulty(literal: Printed, candidates: Sequence[Candidate], book: Book) -> list[Reading]:
    """Candidates that use a value at fault."""
    return [
        _read(literal, resolved, sure, book)
        for resolved, sure in candidates
        if not resolved.missing and any(entry.verdict in FAULTS for entry in resolved.entries)
    ]


def _read(literal: Printed, resolved: Resolved, sure: bool, book: Book) -> Reading:
    true = shown = book.true(resolved)
    true_match = shown_match = matches(true, literal) if true is not None else None
    if any(entry.true is not entry.points for entry in resolved.entries):
        shown = book.shown(resolved)
        shown_match = matches(shown, literal) if shown is not None else None
    return Reading(resolved, sure, true if sure or resolved.entries else None, shown, true_match, shown_match)


def agreeing(reading: Reading) -> int:
    """How many cells agree with the value from the inputs."""
    return sum(cell <= Match.ROUNDED for row in reading.true_match or () for cell in row)


def fits(match: list[list[Match]] | None, limit: Match) -> bool:
    """Whether no cell agrees worse than the limit."""
    return match is not None and all(cell <= limit for row in match for cell in row)
