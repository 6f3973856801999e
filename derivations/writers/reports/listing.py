"""A text as numbered lines: claims marked in place, long lines cut around them, quiet stretches folded.

Offsets are offsets into the text that is listed.  Nothing is silent: what is cut is
counted, and what is left out is named by its lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

KINDS = ("wrong", "carried", "rounding", "unchecked", "unread", "note", "right")
"""What can be said about a range; where ranges overlap the first of these shows."""

CONTEXT = 2
"""Lines that are always shown before and after a line that something is said about."""
FEWEST_FOLDED = 4
MOST_FOLDED = 400
"""Lines of a folded stretch; the rest of a longer one is left out."""
LONGEST = 1000
"""Characters of a line that is shown whole."""
AROUND = 160
"""Characters that are shown of a longer one on both sides of what matters."""
MOST_SPOTS = 60
"""Spots of one line that it is cut around."""


class Mark(NamedTuple):
    """A range that something is said about."""

    start: int
    end: int
    kind: str
    id: str
    number: str = ""
    """As people say it: the number of a claim."""


class Spot(NamedTuple):
    """A range inside a mark that is wrong by itself: one cell of a matrix."""

    start: int
    end: int


class Piece(NamedTuple):
    """A part of a line in which no mark begins or ends."""

    text: str
    kind: str = ""
    """One of KINDS, ``deleted`` or ``inserted``."""
    is_spot: bool = False
    begins: tuple[Mark, ...] = ()
    """The marks that are announced before it."""
    cut: int = 0
    """How many characters are left out here."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and the marks that end on it."""

    number: int
    pieces: tuple[Piece, ...]
    ends: tuple[Mark, ...] = ()


class LeftOut(NamedTuple):
    """The numbers of the first and the last line of some that are left out."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that follow each other."""

    lines: tuple[Line, ...]
    is_quiet: bool = False
    """Whether nothing is said about them."""
    left_out: LeftOut | None = None
    """Further lines, of which nothing is said either."""

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self.lines[0].number

    @property
    def last(self) -> int:
        """The number of the last line, also if it is left out."""
        return self.left_out.last if self.left_out else self.lines[-1].number


def listing(text: str, marks: Sequence[Mark], spots: Sequence[Spot] = ()) -> list[Stretch]:
    """All stretches of a text, in order."""
    if not text:
        return []
    page = _Page(text, marks, spots)
    return [_stretch(page, is_quiet, lines) for is_quiet, lines in _runs(len(page.lines), page.loud())]


def _runs(count: int, loud: Container[int]) -> list[tuple[bool, list[int]]]:
    """Lines from 0 in quiet runs and others; a few quiet lines between others stay with them."""
    found: list[tuple[bool, list[int]]] = []
    for quiet, group in groupby(range(count), lambda at: at not in loud):
        lines = [*group]
        is_quiet = quiet and (len(lines) >= FEWEST_FOLDED or len(lines) == count)
        if found and not is_quiet and not found[-1][0]:
            found[-1][1].extend(lines)
        else:
            found.append((is_quiet, lines))
    return found


def _stretch(page: _Page, is_quiet: bool, lines: Sequence[int]) -> Stretch:
    shown = lines[:MOST_FOLDED] if is_quiet else lines
    left_out = LeftOut(lines[len(shown)] + 1, lines[-1] + 1) if len(shown) < len(lines) else None
    return Stretch(tuple(page.line(at) for at in shown), is_quiet, left_out)


class _Page:
    """A text by its lines, and what is said about each."""

    def __init__(self, text: str, marks: Sequence[Mark], spots: Sequence[Spot]) -> None:
        self.lines = text.split("\n")
        if len(self.lines) > 1 and not self.lines[-1]:
            self.lines.pop()  # what ends with a line end has no further line
        self.starts = [0]
        for line in self.lines[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.ends: dict[int, list[Mark]] = defaultdict(list)
        self.begins: dict[int, list[Mark]] = defaultdict(list)
        self.marks = self._by_line(marks)
        self.spots = self._by_line(spots)
        for mark in marks:
            self.begins[self._line(mark.start)].append(mark)
            self.ends[self._line(max(mark.start, mark.end - 1))].append(mark)

    def _line(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _by_line(self, ranges: Iterable[Mark | Spot]) -> dict[int, list[tuple[int, int, str]]]:
        found: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for each in ranges:
            kind = each.kind if isinstance(each, Mark) else "spot"
            for at in range(self._line(each.start), self._line(max(each.start, each.end - 1)) + 1):
                found[at].append((each.start, each.end, kind))
        return found

    def loud(self) -> set[int]:
        """The lines on which something begins, ends or is wrong, and those around them."""
        lines = {*self.begins, *self.ends, *self.spots}
        return {at + step for at in lines for step in range(-CONTEXT, CONTEXT + 1)}

    def line(self, at: int) -> Line:
        """The line of this number, from 0."""
        start, text = self.starts[at], self.lines[at].removesuffix("\r")
        pieces = _pieces(text, start, self.marks.get(at, ()), self.spots.get(at, ()), self.begins.get(at, ()))
        return Line(at + 1, tuple(_joined(pieces)), tuple(sorted(self.ends.get(at, ()))))


# ---------------------------------------------------------------- one line

Ranges = Sequence[tuple[int, int, str]]


def _pieces(text: str, at: int, marks: Ranges, spots: Ranges, begins: Sequence[Mark]) -> Iterator[Piece]:
    """A line from edge to edge: what covers a piece is counted while going along.

    A mark that goes on over further lines is announced at the end of its first one:
    columns of numbers stay one above the other.
    """
    end = at + len(text)
    kept = _kept(at, end, [*marks, *spots[:MOST_SPOTS]])
    changes: dict[int, Counter[str]] = defaultdict(Counter)
    for first, last, kind in [*marks, *spots, *kept]:
        changes[min(max(first, at), end)][kind] += 1
        changes[min(max(last, at), end)][kind] -= 1
    opened: dict[int, list[Mark]] = defaultdict(list)
    for mark in sorted(begins, key=lambda mark: (mark.start, -mark.end)):
        goes_on = mark.end > end + 1
        opened[end if goes_on else min(mark.start, end)].append(mark)
    active: Counter[str] = Counter()
    for first, last in pairwise([*sorted({at, end, *changes, *opened}), end]):
        active.update(changes[first])
        kind = next((kind for kind in KINDS if active[kind] > 0), "")
        shown = active["kept"] > 0
        if first < last or opened[first]:
            yield Piece(
                text[first - at : last - at] if shown else "",
                kind,
                active["spot"] > 0,
                tuple(opened[first]),
                0 if shown else last - first,
            )


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces that are left out side by side are one."""
    for is_cut, group in groupby(pieces, lambda piece: piece.cut > 0):
        if is_cut:
            yield Piece("", cut=sum(piece.cut for piece in group))
        else:
            yield from group


def _kept(at: int, end: int, ranges: Ranges) -> list[tuple[int, int, str]]:
    """The parts of a line that are shown: all of it, or as much as stands around each edge."""
    if end - at <= LONGEST:
        return [(at, end, "kept")]
    edges = sorted({edge for low, high, _ in ranges for edge in (low, high) if at <= edge <= end}) or [at]
    parts: list[tuple[int, int]] = []
    for edge in edges:
        low, high = max(at, edge - AROUND), min(end, edge + AROUND)
        if parts and low <= parts[-1][1] + AROUND:
            parts[-1] = (parts[-1][0], high)
        else:
            parts.append((low, high))
    return [(low, high, "kept") for low, high in parts]
