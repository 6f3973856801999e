"""What ``--fix`` would write, place by place: the text around a change, what goes and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivations.model import Edit
from derivations.writers.reports.listing import Piece
from derivations.writers.reports.passages import Passage, holding

AROUND = 48
"""Characters that are shown on both sides of a change."""
MOST = 40
"""Changes that are shown of one claim."""
LONGEST = 1200
"""Characters of one change; of a longer one only its two ends are shown."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One place with its changes."""

    text: Passage
    line: int
    pieces: tuple[Piece, ...]


def corrections(edits: Sequence[Edit], texts: Sequence[Passage]) -> tuple[list[Correction], int]:
    """The first changes, by the places where they stand, and how many more there are."""
    first = sorted(edits, key=lambda edit: (edit.span.start, -edit.span.end))[:MOST]
    shown = [
        Correction(text, text.line(group[0][0]), tuple(_pieces(text.text, group)))
        for text, group in _groups(first, texts)
    ]
    return shown, len(edits) - len(first)


Change = tuple[int, int, str]


def _groups(edits: Sequence[Edit], texts: Sequence[Passage]) -> Iterator[tuple[Passage, list[Change]]]:
    """Changes that stand near to each other are one place; of two that overlap the first is made."""
    text: Passage | None = None
    group: list[Change] = []
    for edit in edits:
        here = holding(texts, edit.span)
        span = here.local(edit.span)
        if group and here is text and span.start < group[-1][1]:
            continue
        near = here is text and span.start - group[-1][1] <= 2 * AROUND
        if text is not None and not near:
            yield text, group
            group = []
        text = here
        group.append((span.start, span.end, here.written(edit.text)))
    if text is not None:
        yield text, group


def _pieces(text: str, group: Sequence[Change]) -> Iterator[Piece]:
    """A place from left to right, on its line."""
    first, last = group[0][0], group[-1][1]
    start = max(text.rfind("\n", 0, first) + 1, first - AROUND)
    line_end = text.find("\n", last)
    end = min(line_end if line_end >= 0 else len(text), last + AROUND)
    yield Piece(("…" if start > 0 and text[start - 1] != "\n" else "") + text[start:first])
    at = first
    for low, high, new in group:
        yield Piece(text[at:low])
        yield from _cut(text[low:high], "deleted")
        yield from _cut(new, "inserted")
        at = high
    yield Piece(text[at:end] + ("…" if end < len(text) and text[end] not in "\r\n" else ""))


def _cut(text: str, kind: str) -> Iterator[Piece]:
    if not text:
        return
    left_out = len(text) - LONGEST
    if left_out <= 0:
        yield Piece(text, kind)
        return
    yield Piece(text[: LONGEST // 2], kind)
    yield Piece("", cut=left_out)
    yield Piece(text[-(LONGEST // 2) :], kind)
