"""Values that make no claims by the words around them: supposed, taken back, sizes, ranges, other units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from flint import arb_mat

from derivations.model import Node
from derivations.verify.literals import Printed
from derivations.verify.roles import HEDGES, WITHDRAWN_AFTER, WITHDRAWN_BEFORE
from derivations.verify.statement import Statement
from derivations.verify.surroundings import Surroundings


def is_hedged(statement: Statement, label: Node | None = None) -> bool:
    """Whether the words before a value, or its own name, say that it is supposed and not computed."""
    named = str(label.data).replace("_", " ") if label is not None and label.kind == "name" else ""
    sentence = _SENTENCE.split(statement.before)[-1]
    supposed = _SUPPOSED.search(sentence)
    return bool(supposed) or any(HEDGES.search(words) for words in (statement.words[-120:], sentence, named))


MARKUP = 300
"""Characters of a page that hold some fifty of its words."""
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？；;]")
_SUPPOSED = re.compile(r"(?:\b(?:if|wenn|falls|si)\b|如果|若|假如)[^,，;:：]*$", re.IGNORECASE)
"""A clause with "if" that the value stands in itself."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def is_withdrawn(literal: Printed, around: Surroundings) -> bool:
    """Whether the text takes a value back in the same breath: a mistake it quotes, or what it replaces."""
    start, end = literal.span.start, literal.span.end
    before = _TAG.sub("", around.before(start, MARKUP))[-60:]
    after = _TAG.sub("", around.after(end, MARKUP))[:50]
    sentence = re.split(r"[.。!?\n]\s", after)[0]
    return bool(
        WITHDRAWN_BEFORE.search(re.split(r"[.。!?\n]\s", before)[-1]) or WITHDRAWN_AFTER.search(sentence)
    )


_MAGNITUDE = re.compile(
    r"[!°/^]|,\d|(?<=\d)[A-Za-z]|\$[ \t]?[KMBGT](?![A-Za-z])"
    r"|[ \t]?(?:[百千]?万|亿|兆|[百千]?萬|億|만|억|조)"
    r"|[ \t](?:million|billion|trillion|thousand|hundred"
    r"|mill(?:ion|iard)e?n?|millones|mil|milliers?|tausend)\b",
    re.IGNORECASE,
)
"""What right after a number makes it another one: ``134M``, ``1.3 billion``, ``16!``, ``1/(..`` cut off."""
_UNIT = re.compile(
    r"[ \t]?(?:[kmgt]i?b(?:/s|ytes?)?|[µmn]?s(?:ec(?:onds?)?)?|seconds?|min(?:utes?)?|h(?:ours?|rs?)?"
    r"|days?|weeks?|months?|years?|[tpg]?flops?|[kmg]?hz|m?w|usd|tage?n?|stunden|días?|horas?|jours?|heures?)\b"
    r"|[ \t]?(?:[天秒年]|小时|分钟|毫秒|日|時間|个?字[节符]|시간|초|일)",
    re.IGNORECASE,
)
"""Units that are rarely those of the formula before them."""
_RANGE = re.compile(
    r"\b(?:range|interval|between|from|domain|entre|intervalo|intervalle|zwischen|bereich)\b[^.]{0,20}$"
    r"|(?:值域|区间|范围|取值|之间|区間|範囲|범위)[^。]{0,8}$",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"\s*(?:[-*+]\s+)?(?:\[.?\]\s*)?(?:\*\*\(?[A-H]\)?[.):：]?\*\*[.):：]?|\(?[A-Ha-h][.):：])[\s$\\(`]*"
)
_BOUNDS = (-1, 0, 1)
_CONDITION = re.compile(
    r"[`*)\]}$ \t]{0,4}(?:\\text\{ ?)?"
    r"(?:(?:when|if|unless|otherwise|wenn|falls|cuando|quand)\b|当|若|如果|时)",
    re.IGNORECASE,
)
_SHAPE = re.compile(
    r"\b(?:shapes?|dimensions?|sizes?|formas?|dimensiones|formes?|Form(?:en)?|Größen?)\b|形状|维度|尺寸|大小|형태",
    re.IGNORECASE,
)


def is_shape(literal: Printed, statement: Statement, around: Surroundings) -> bool:
    """``K has shape (2, 3)``: whole numbers in round brackets that are sizes and no values."""
    sizes = all(
        cell.half is None and cell.node.kind == "number" and cell.node.data.value > 0
        for cell in literal.cells()
    )
    if (
        not sizes
        or literal.shape[0] > 1
        or not 2 <= literal.shape[1] <= 4
        or around.after(literal.span.start, 1) != "("
    ):
        return False
    return bool(_SHAPE.search(statement.before[-100:]) or _SHAPE.search(statement.words[-60:]))


def are_sizes(sides: Sequence[Node]) -> bool:
    """``(4, 3) \\times (3, 4) = (4, 4)`` says how large matrices are, and so does ``2×8 · 8×4 = 2×4``."""
    if len(sides) != 2 or sides[0].kind != "multiply":
        return False
    left = sides[0]
    inner = left.args[0]
    if left.data == "×" and inner.kind == "multiply" and inner.args[0].kind == "multiply":
        first, second = inner.args[0], Node("multiply", (inner.args[1], left.args[1]), "×")
    else:
        first, second = left.args
    sizes = [_size(side) for side in (first, second, sides[1])]
    if None in sizes:
        return False
    (a, b), (c, d), whole = (size or (0, 0) for size in sizes)
    return b == c and whole == (a, d)


def _size(side: Node) -> tuple[Fraction, Fraction] | None:
    numbers = [item.data.value for item in side.args if item.kind == "number"]
    pair = side.kind == "list" or (side.kind == "multiply" and side.data == "×")
    return (numbers[0], numbers[1]) if pair and len(numbers) == len(side.args) == 2 else None


def is_another_number(literal: Printed, around: Surroundings) -> bool:
    """``134M``, ``1.3 billion``, ``16!``: what follows makes it another number than the one that is read."""
    return (
        literal.node.kind == "number" and _MAGNITUDE.match(around.after(literal.span.end, MARKUP)) is not None
    )


def is_range(literal: Printed, around: Surroundings) -> bool:
    """``between [0, 1]``: two bounds and no values."""
    if literal.shape != (1, 2) or not all(cell.half is None for cell in literal.cells()):
        return False
    first, last = (cell.ball for cell in literal.cells())
    if first is not None and last is not None and first in _BOUNDS and last in _BOUNDS and first < last:
        return True
    return _RANGE.search(around.line_before(literal.span.start, 40)) is not None


def is_option(literal: Printed, around: Surroundings) -> bool:
    """``- **B** [1, 2]``: one answer of several to choose from."""
    return _OPTION.fullmatch(around.line_before(literal.span.start, 20)) is not None


_REFERENCE = re.compile(r"\b(?:same as|identical to|gleich wie|igual que|même que)\s*$", re.IGNORECASE)


def is_reference(statement: Statement) -> bool:
    """``same as t=2``: what follows is named to refer to it."""
    return _REFERENCE.search(statement.words) is not None and statement.sides[0].kind == "name"


def is_counted_off(literal: Printed, value: arb_mat | None, around: Surroundings) -> bool:
    """``10,000 / 32 = 312 batches``: a whole number of things, where the formula gives no whole number."""
    cell = literal.rows[0][0]
    whole = literal.shape == (1, 1) and cell.half is None and cell.node.kind == "number"
    if not whole or cell.ball is None or value is None or (value.nrows(), value.ncols()) != (1, 1):
        return False
    return (
        bool(abs(value[0, 0] - cell.ball) < 1)
        and _THINGS.match(around.after(literal.span.end, MARKUP)) is not None
    )


_THINGS = re.compile(r"[ \t]+[a-z]{3,}s\b|[ \t]*[个次批步]")


def is_excused(literal: Printed, around: Surroundings) -> bool:
    """Whether a mismatch is no error: a value in another unit, or one that holds under a condition."""
    after = around.after(literal.span.end, MARKUP)
    has_unit = literal.shape == (1, 1) and _UNIT.match(after) is not None
    return has_unit or _CONDITION.match(after) is not None
