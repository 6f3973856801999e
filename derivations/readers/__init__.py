"""Somebody's text -> Article: formulas and words in document order, with exact places.

A reader finds; it never judges and never binds a name.  ``READERS`` lists the
formats: a reader takes a Source and gives its pieces, and ``read`` has the
mathematics among them parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import PurePath

from derivations.formula import parse
from derivations.model import Article, CellText, DerivationError, Formula, Prose, Source, Unread
from derivations.readers import commas
from derivations.readers.fragments import Fragment, Piece

__all__ = ["READERS", "Fragment", "fragments", "read"]

READERS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".ipynb": "notebook",
    ".txt": "plain",
    ".js": "javascript",
    ".jsx": "javascript",
    ".ts": "javascript",
    ".tsx": "javascript",
}
"""Which module here reads which file: its ``read`` yields fragments and words in document order.

A module is imported when the first of its files is read.
"""


def read(source: Source, format: str | None = None) -> Article:
    """An article, read as its format (``md``, ``.tex`` ..) or as what its path ends with.

    Raises DerivationError for a format that has no reader and for a notebook
    that is no JSON; whatever else a text holds is read as far as it goes.
    """
    pieces = list(fragments(source, format))
    parts: list[Formula | Prose] = []
    unread: list[Unread] = []
    decimal = "," in source.text and commas.are_decimal(source.text)
    for piece in pieces:
        part = _parsed(piece)
        if decimal and isinstance(part, Formula):
            part = replace(part, node=commas.as_decimals(part.node))
        (unread if isinstance(part, Unread) else parts).append(part)  # type: ignore[arg-type]
    return Article(source, tuple(parts), tuple(unread), cells(source, format))


def fragments(source: Source, format: str | None = None) -> Iterator[Piece]:
    """What the reader of a format finds, before any formula is parsed."""
    pieces: Iterable[Piece] = import_module(f"{__name__}.{READERS[_suffix(source, format)]}").read(source)
    yield from pieces


def cells(source: Source, format: str | None = None) -> tuple[CellText, ...]:
    """The cells of a notebook with their places; nothing for any other format."""
    if _suffix(source, format) != ".ipynb":
        return ()
    from derivations.readers import notebook

    return notebook.cells(source)


def _suffix(source: Source, format: str | None) -> str:
    suffix = "." + format.lstrip(".").lower() if format else PurePath(source.path).suffix.lower() or ".txt"
    if suffix not in READERS:
        known = ", ".join(sorted(key.lstrip(".") for key in READERS))
        raise DerivationError(
            f"{source.path}: no reader for {suffix!r}; name one of these with --format: {known}"
        )
    return suffix


def _parsed(piece: Piece) -> Formula | Prose | Unread:
    """A fragment as a formula; as words or as unread where the parser makes nothing of it."""
    if not isinstance(piece, Fragment):
        return piece
    node = parse(piece.text, piece.at)
    if node.kind != "opaque":
        return Formula(node, piece.span, piece.cell, piece.origin)
    if piece.origin in ("text", "code", "output"):
        return Prose(" ".join(piece.text.split()), piece.span, 0, piece.cell)
    return Unread(piece.span, "not understood as a formula", piece.cell)
