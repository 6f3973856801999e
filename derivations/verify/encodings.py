"""Sinusoidal positional encodings: ``PE(1) = [0.84, 0.54, ...]`` and single entries of it."""

from __future__ import annotations

import re

from derivations.formula import names, parse
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.expect import Expectation
from derivations.verify.literals import Printed
from derivations.verify.roles import role_of_name


def expected(label: Node | None, literal: Printed, book: Book) -> list[Expectation]:
    """The sinusoidal encoding of a position, in the two usual orders of sines and cosines.

    Vaswani et al. 2017, section 3.5: PE(p, 2i) = sin(p / 10000^(2i/d)), PE(p, 2i+1) = cos of the same.
    """
    place = _place(label)
    if place is None or not place or literal.elided:
        return []
    if len(place) == 2:
        width = _width(book)
        return [] if width is None else [Expectation(_entry(place[0], place[1], width), "encoding", True)]
    width = literal.shape[1]
    if literal.shape[0] != 1 or width % 2:
        return []
    interleaved = [_text(place[0], k, width) for k in range(width)]
    halves = interleaved[0::2] + interleaved[1::2]
    return [
        Expectation(parse(f"[{', '.join(cells)}]"), "encoding", cells is interleaved)
        for cells in (interleaved, halves)
    ]


def _place(label: Node | None) -> list[int] | None:
    """The position, or position and dimension, that a label names."""
    if label is None:
        return None
    if label.kind == "call" and role_of_name(str(label.data)) == "encoding":
        texts = [a.data.text if a.kind == "number" else "?" for a in label.args]
    elif label.kind == "index" and role_of_name(str(label.args[0].data)) == "encoding":
        texts = [a.data.text if a.kind == "number" else "?" for a in label.args[1:]]
    elif label.kind == "name" and role_of_name(label.data) == "encoding":
        texts = re.findall(r"\d+", names.parts(label.data)[2])
    else:
        return None
    return [int(t) for t in texts] if texts and all(t.isdigit() for t in texts) else None


def _width(book: Book) -> int | None:
    for name in ("d_model", "d", "dimension"):
        entry = book.bindings.get(name)
        if entry is not None and entry.points is not None:
            return int(float(entry.points[0, 0]))
    return None


def _text(position: int, k: int, width: int) -> str:
    function = "cos" if k % 2 else "sin"
    return rf"\{function}\left(\frac{{{position}}}{{10000^{{{k - k % 2}/{width}}}}}\right)"


def _entry(position: int, k: int, width: int) -> Node:
    return parse(_text(position, k, width))
