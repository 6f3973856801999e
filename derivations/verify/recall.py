"""Stated values found by what is known of them, instead of by going through all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice, takewhile

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

    def using(self, entry: Entry) -> Iterator[Entry]:
        """Entries that were computed from an entry."""
        self._look()
        return self._latest([("using", entry.key)], 0)

    # ------------------------------------------------------------ by cells

    def with_row(self, row: Sequence[Cell], since: int = 0) -> Iterator[Entry]:
        """Entries that may have a row, or as their first column what is asked for."""
        return self._with([(("row",), row)], since)

    def with_decimal(self, cell: Cell, since: int = 0) -> Iterator[Entry]:
        """Claimed entries, without a factor in front, that may hold a decimal."""
        return self._with([(("decimal", cell.half), [cell])], since)

    def almost(self, literal: Printed, since: int = 0) -> Iterator[Entry]:
        """Claimed entries, without a factor in front, that may differ from a literal in one cell."""
        return self._with(_halves(literal), since)

    def _with(self, asked: Iterable[tuple[Trait, Sequence[Cell]]], since: int) -> Iterator[Entry]:
        self._look()
        traits: list[Trait] = []
        for kind, cells in asked:
            key = _key(cells)
            if key == BLURRED:
                traits.extend(trait for trait in self._by_trait if trait[:-1] == kind)
            elif key is not None:
                traits += [(*kind, key), (*kind, BLURRED)]
        return self._latest(traits, since)

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
    if entry.definition is not None:
        yield from (("using", node.data) for node in entry.definition.walk() if node.kind == "name")
    if entry.printed is not None:
        for kind, cells in _cells_of(entry.printed, entry.claim is not None):
            key = _key(cells)
            if key is not None:
                yield (*kind, key)


def _cells_of(literal: Printed, claimed: bool) -> Iterator[tuple[Trait, Sequence[Cell]]]:
    """The cells by which a value is found, and what they are in it."""
    yield from ((("row",), row) for row in literal.rows)
    if not literal.is_vector:
        yield ("row",), [row[0] for row in literal.rows]
    if claimed and literal.factor is None:
        yield from ((("decimal", cell.half), [cell]) for cell in literal.cells() if cell.half)
        yield from _halves(literal)


def _halves(literal: Printed) -> Iterator[tuple[Trait, Sequence[Cell]]]:
    """The first two cells and all others: where one cell differs, one of these does not."""
    cells = list(literal.cells())
    if len(cells) > 2:
        yield ("head", literal.shape), cells[:2]
        yield ("tail", literal.shape), cells[2:]


def _key(cells: Sequence[Cell]) -> Hashable:
    """The values up to the first infinity, where every comparison ends; None where a cell is left out."""
    values: list[float] = []
    for cell in cells:
        ball = cell.ball
        if ball is None:
            return None
        if not ball.is_finite():
            return BLURRED if ball.is_nan() else (*values, INFINITE)
        if ball.rel_accuracy_bits() < SHARP_BITS:
            return BLURRED
        values.append(float(ball.mid()))
    return tuple(values)
