"""Stated values found by what is known of them, instead of by going through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from heapq import merge
from itertools import islice, takewhile

from flint import arb

from derivations.verify.entries import Entry
from derivations.verify.literals import Cell, Printed

SHARP_BITS = 100
"""Cells that are known so well are equal only if they are the same double."""
BLURRED, INFINITE = "blurred", "infinite"

Trait = tuple[Hashable, ...]
"""What some entries have in common: ``("role", "weights")``, ``("row", 0.5)``."""


class Recall:
    """The entries of a book by their traits; whatever is asked for, the entry stated last comes first.

    Entries are looked at when something is asked that they may answer.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._seen = 0
        self._by_key: dict[str, Entry] = {}
        self._by_trait: dict[Trait, list[tuple[int, Entry]]] = defaultdict(list)
        """The entries with a trait and their numbers, rising."""

    def by_key(self) -> dict[str, Entry]:
        """All entries by their keys."""
        for entry in islice(self._entries, len(self._by_key), None):
            self._by_key[entry.key] = entry
        return self._by_key

    def with_role(self, role: str, several: bool, since: int) -> tuple[int, Entry] | None:
        """The last entry with a role and a value, and its number; with ``several`` a vector or a matrix."""
        self._look()
        found = self._by_trait.get(("role", role, several))
        return found[-1] if found and found[-1][0] >= since else None

    def claimed(self, since: int) -> Iterator[Entry]:
        """Entries that were stated by claims."""
        self._look()
        return self._latest([("claimed",)], since)

    # ------------------------------------------------------------ by cells

    def with_row(self, cell: Cell, since: int = 0) -> Iterator[Entry]:
        """Entries that may have a row which begins with a cell."""
        return self._with([(("row",), cell)], since)

    def with_decimal(self, cell: Cell, since: int = 0) -> Iterator[Entry]:
        """Claimed entries, without a factor in front, that may hold a decimal."""
        return self._with([(("decimal", cell.half), cell)], since)

    def almost(self, literal: Printed, since: int = 0) -> Iterator[Entry]:
        """Claimed entries of the same shape whose first or second cell may be the same."""
        return self._with(list(_first_two(literal)), since)

    def _with(self, cells: Iterable[tuple[Trait, Cell]], since: int) -> Iterator[Entry]:
        self._look()
        found = [
            trait for kind, cell in cells if cell.ball is not None for trait in self._traits(kind, cell.ball)
        ]
        return self._latest(found, since)

    def _traits(self, kind: Trait, ball: arb) -> Iterable[Trait]:
        """What cells of a kind have in common that may equal this one."""
        value = _value(ball)
        if value == BLURRED:
            return [trait for trait in self._by_trait if trait[:-1] == kind]
        return ((*kind, value), (*kind, BLURRED))

    def _latest(self, traits: Iterable[Trait], since: int) -> Iterator[Entry]:
        lists = [reversed(self._by_trait[trait]) for trait in traits if trait in self._by_trait]
        places = lists[0] if len(lists) == 1 else merge(*lists, key=lambda place: place[0], reverse=True)
        return (entry for _, entry in takewhile(lambda place: place[0] >= since, places))

    # ------------------------------------------------------------ looking at entries

    def _look(self) -> None:
        """Take in the entries that are new."""
        for number in range(self._seen, len(self._entries)):
            entry = self._entries[number]
            for trait in dict.fromkeys(_traits_of(entry)):
                self._by_trait[trait].append((number, entry))
        self._seen = len(self._entries)


def _traits_of(entry: Entry) -> Iterator[Trait]:
    if entry.points is not None:
        yield ("role", entry.role, False)
        if not entry.is_number:
            yield ("role", entry.role, True)
    if entry.claim is not None:
        yield ("claimed",)
    if entry.printed is not None:
        cells = _cells_of(entry.printed, entry.claim is not None)
        yield from ((*kind, _value(cell.ball)) for kind, cell in cells if cell.ball is not None)


def _cells_of(literal: Printed, claimed: bool) -> Iterator[tuple[Trait, Cell]]:
    """The cells by which a value is found, and what each of them is in it."""
    yield from ((("row",), row[0]) for row in literal.rows)
    if claimed and literal.factor is None:
        yield from ((("decimal", cell.half), cell) for cell in literal.cells() if cell.half)
        yield from _first_two(literal)


def _first_two(literal: Printed) -> Iterator[tuple[Trait, Cell]]:
    return ((("cell", at, literal.shape), cell) for at, cell in enumerate(islice(literal.cells(), 2)))


def _value(ball: arb) -> Hashable:
    if not ball.is_finite():
        return BLURRED if ball.is_nan() else INFINITE
    return float(ball.mid()) if ball.rel_accuracy_bits() >= SHARP_BITS else BLURRED
