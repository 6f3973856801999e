"""What a reader finds in a small document, in a form that fits a table."""

from __future__ import annotations

import re

from derivations import readers
from derivations.model import Prose, Source
from derivations.readers.fragments import Fragment

NUMBER = re.compile(r"\d+(?:\.\d+)?")


def fragments(text: str, format: str) -> list[Fragment]:
    """The mathematics that the reader of a format finds in a text."""
    return [
        piece for piece in readers.fragments(Source("article", text), format) if isinstance(piece, Fragment)
    ]


def formulas(text: str, format: str) -> list[str]:
    """The found mathematics, white space narrowed."""
    return [" ".join(piece.text.split()) for piece in fragments(text, format)]


def slices(text: str, format: str) -> list[str]:
    """What stands in the document at the places of the found mathematics."""
    return [text[piece.span.start : piece.span.end] for piece in fragments(text, format)]


def words(text: str, format: str) -> list[str]:
    """Formulas as ``<..>`` and words as they are, in document order."""
    found = readers.fragments(Source("article", text), format)
    return [
        f"<{' '.join(p.text.split())}>" if isinstance(p, Fragment) else p.text
        for p in found
        if isinstance(p, Fragment | Prose)
    ]


def misplaced(text: str, format: str) -> list[tuple[str, str]]:
    """Numbers of fragments that do not stand in the document where they claim to: the two texts."""
    wrong = []
    for piece in fragments(text, format):
        for number in NUMBER.finditer(piece.text):
            place = piece.at[number.start()]
            there = text[place : place + len(number.group())]
            if there != number.group():
                wrong.append((number.group(), there))
    return wrong
