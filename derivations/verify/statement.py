"""Sides joined by relations, with the words that lead to them."""

from __future__ import annotations

import re
from typing import NamedTuple

from derivations.model import Node, Span

RELATIONS = {"=", "≈", "→"}
"""Signs that say what something is; others (<, ∈, ...) claim nothing about values."""


class Statement(NamedTuple):
    """Sides joined by relations, with their context."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]
    span: Span
    words: str = ""
    """Running text between the formula before and this one."""
    paragraph: str = ""
    """Running text of the same line or list item, from its beginning."""
    before: str = ""
    """The source text of the same line up to the formula."""
    above: str = ""
    """The line of words below the heading that leads to this one: ``**Softmax:**``."""
    heading: str = ""
    line: int = 0
    cell: int | None = None
    origin: str = "math"

    def approximate(self, side: int) -> bool:
        """Whether the sign before a side is ≈."""
        return side > 0 and self.signs[side - 1] == "≈"


_NUMBERED = (
    r"(?:\b(?:row|token|position|pos|query|input|output|word|fila|zeile|ligne)|第|行)"
    r"\s*#?\(?\s*(\d{1,3})\)?\s*(?:行)?"
)
_ROW = re.compile(_NUMBERED + r"[^\d]{0,30}$", re.IGNORECASE)
_ROW_OF_LINE = re.compile(r"[\W_]*" + _NUMBERED + r"[\s*_`]*[:：(（]", re.IGNORECASE)


def row_label(statement: Statement) -> int | None:
    """The row that the words before a statement name, or its line: ``Row 1:``, ``第2行``."""
    found = _ROW.search(statement.words or statement.paragraph) or _ROW_OF_LINE.match(statement.before)
    return int(found[1]) if found else None
