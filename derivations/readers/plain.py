"""Plain and scraped text, with the sessions of an interpreter in it."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.model import Source
from derivations.readers import code, sessions, text
from derivations.readers.fragments import Passage, Piece


def read(source: Source) -> Iterator[Piece]:
    """A whole text without markup; everything is laid out as its author typed it."""
    passage, done = Passage.whole(source.text), 0
    for start, end in sessions.spans(source.text):
        yield from text.scan(passage[done:start], monospace=True)
        yield from code.scan(passage[start:end])
        done = end
    yield from text.scan(passage[done:], monospace=True)
