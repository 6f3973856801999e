"""Values that the words around them make no claims: supposed, taken back, or sizes."""

from __future__ import annotations

import re

from derivations.model import Node
from derivations.verify.chains import Statement
from derivations.verify.literals import Printed
from derivations.verify.roles import HEDGES, WITHDRAWN_AFTER, WITHDRAWN_BEFORE


def is_hedged(statement: Statement, label: Node | None = None) -> bool:
    """Whether the words before a value, or its own name, say that it is supposed and not computed."""
    named = str(label.data).replace("_", " ") if label is not None and label.kind == "name" else ""
    return bool(HEDGES.search(statement.words[-120:]) or HEDGES.search(named))


MARKUP = 300
"""Characters of a page that hold some fifty of its words."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def is_withdrawn(literal: Printed, text: str) -> bool:
    """Whether the text takes a value back in the same breath: a mistake it quotes, or what it replaces."""
    start, end = literal.span.start, literal.span.end
    before = _TAG.sub("", text[max(0, start - MARKUP) : start])[-60:]
    after = _TAG.sub("", text[end : end + MARKUP])[:50]
    sentence = re.split(r"[.。!?\n]\s", after)[0]
    return bool(
        WITHDRAWN_BEFORE.search(re.split(r"[.。!?\n]\s", before)[-1]) or WITHDRAWN_AFTER.search(sentence)
    )


_SHAPE = re.compile(
    r"\b(?:shapes?|dimensions?|sizes?|formas?|dimensiones|formes?|Form(?:en)?|Größen?)\b|形状|维度|尺寸|大小|형태",
    re.IGNORECASE,
)


def is_shape(literal: Printed, statement: Statement, text: str) -> bool:
    """``K has shape (2, 3)``: whole numbers in round brackets that are sizes and no values."""
    sizes = all(
        cell.half is None and cell.node.kind == "number" and cell.node.data.value > 0
        for cell in literal.cells()
    )
    if not sizes or literal.shape[0] > 1 or not 2 <= literal.shape[1] <= 4 or text[literal.span.start] != "(":
        return False
    return bool(_SHAPE.search(statement.before[-100:]) or _SHAPE.search(statement.words[-60:]))
