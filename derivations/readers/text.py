"""Running text, of every format: delimited mathematics, echoes, grids, and what reads as a formula."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from derivations.readers import delimiters, echoes, grids, lines, running
from derivations.readers.fragments import Passage, Piece
from derivations.readers.items import Atom


def scan(passage: Passage, origin: str = "text", monospace: bool = False) -> Iterator[Piece]:
    """Text that may hold delimited mathematics, echoes and grids."""
    passage, atoms = marked(passage)
    return pieces(passage, atoms, origin, monospace)


def marked(passage: Passage, known: Sequence[Atom] = ()) -> tuple[Passage, list[Atom]]:
    """Echoes masked and delimiters blanked: the formulas inside them, and those already known, are atoms."""
    passage = passage.blank(echoes.prefixes(passage.text))
    hidden = passage.blank((start, end) for start, end, _ in known)
    repeated = list(echoes.find(hidden.text))
    hidden = hidden.blank(_around([(e.start, e.end, e.first, e.last) for e in repeated]))
    found = [d for d in delimiters.find(hidden.text) if not _inside(d.start, repeated)]
    marks = [(d.start, d.end, d.first, d.last) for d in found]
    marks += [(e.start, e.end, e.first, e.last) for e in repeated]
    atoms = [*known, *((first, last, "math") for _, _, first, last in marks)]
    return passage.blank(_around(marks)), sorted(atoms)


def _around(ranges: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """The parts of start to end that lie outside first to last."""
    return [part for start, end, first, last in ranges for part in ((start, first), (last, end))]


def _inside(place: int, repeated: list[echoes.Echo]) -> bool:
    at = bisect_left(repeated, place + 1, key=lambda echo: echo.start) - 1
    return at >= 0 and place < repeated[at].end


def pieces(
    passage: Passage,
    atoms: Sequence[Atom] = (),
    origin: str = "text",
    monospace: bool = False,
    start: int = 0,
    end: int | None = None,
) -> Iterator[Piece]:
    """Fragments and words of a range of a text whose marked formulas are known."""
    end = len(passage) if end is None else end
    done = start
    for grid in grids.find(passage, start, end):
        if all(_is_row(passage, atom, grid.marked) for atom in between(atoms, grid.start, grid.end)):
            yield from _lines(passage, atoms, origin, monospace, done, grid.start)
            yield from grid.pieces
            done = grid.end
    yield from _lines(passage, atoms, origin, monospace, done, end)


def _is_row(passage: Passage, atom: Atom, rows: Sequence[tuple[int, int]]) -> bool:
    """Whether a marked formula is one row of a drawing, and nothing else."""
    start, end, _ = atom
    text = passage.text[start:end]
    return (start + len(text) - len(text.lstrip()), start + len(text.rstrip())) in rows


def _lines(
    passage: Passage, atoms: Sequence[Atom], origin: str, monospace: bool, start: int, end: int
) -> Iterator[Piece]:
    for first, statement in lines.statements(passage, atoms, monospace, start, end):
        own = [(s - first, e - first, kind) for s, e, kind in between(atoms, first, first + len(statement))]
        yield from running.pieces(statement, own, origin)


def between(atoms: Sequence[Atom], start: int, end: int) -> Sequence[Atom]:
    """The atoms that begin in a range."""
    low = bisect_left(atoms, (start,))
    return atoms[low : bisect_left(atoms, (end,), low)]
