"""Rows of a matrix line under line, each after a label: ``Row 1: [0.4, 0.6]``, ``"cat": [1, 0]``.

    Weights:
      token 1 (dog): [1.00, 0.00]     looks at itself
      token 2 (cat): [0.46, 0.54]

The labels are numbered words, words in quotes, or words that name no quantity: ``Q: [1, 0]``
over ``K: [0, 1]`` are two values, and no matrix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from derivations.readers.fragments import Passage, Piece, fragment, join, prose
from derivations.readers.rows import Grid, Line, Row, cells, matrix

MOST_ROWS = 64
LONGEST = 200
"""Characters of a line with a label and a number."""
_MARK = r"[ \t]*(?:[-*•+]\s+|\d{1,2}[.)]\s+)?[*_`]*"
_AFTER = r"(?:\s*\([^()\n]{1,24}\))?[*_`]*\s*(?:[:：]|→|->|=>)[*_`\s]*"
_NUMBERED = re.compile(
    rf"{_MARK}(?P<word>[^\W\d_]{{3,}}|第|行|列)\s*[#_(]?(?P<number>\d{{1,3}})\)?\s*(?:行|个)?{_AFTER}"
)
_QUOTED = re.compile(rf"{_MARK}[\"“'「][^\"”'」\n]{{1,24}}[\"”'」](?:{_AFTER}|\s+)")
_TOKEN = re.compile(rf"{_MARK}(?P<token>[^\W\d_][\w’'.-]{{0,24}}){_AFTER}")
_PAIR = re.compile(
    rf"{_MARK}[\"“'「]?(?P<one>[^\W\d_][\w’'.-]{{0,24}})[\"”'」]?\s*(?:→|->|⟶|—>)\s*"
    rf"[\"“'「]?(?P<other>[^\W\d_][\w’'.-]{{0,24}})[\"”'」]?{_AFTER}"
)
"""``cat → sat:``, the token that looks and the token that it looks at."""
_BARE = re.compile(r"[ \t]*(?P<token>[^\W\d_][\w’'.-]{0,24})[ \t]+")
"""A label with nothing but blanks after it."""
_NUMBER = re.compile(
    r"(?P<label>.*?[:：→>*`\s])(?P<value>[-−]?\d+\.\d+|\d+(?:\.\d+)?%)[*_`]*(?:\s*[(（←#].*)?\s*"
)
"""A line with a label and a single number."""
_ASIDE = re.compile(r"[(（#].*")
_CALCULATION = re.compile(r"[=≈\[]|\d\s*[·×*]")
_QUANTITY = re.compile(
    r"\b(?:quer(?:y|ies)|keys?|values?|scores?|raw|scaled|masked|logits?|exp\w*|soft-?max|weights?|prob\w*"
    r"|outputs?|inputs?|results?|before|after|mean|var\w*|std|norm\w*|sum|total|gamma|beta|bias|residual|embeddings?"
    r"|target|shape|size|step|head)\b|分|权重|概率|值|查询|键|输入|输出|结果|掩码|缩放|归一|重み|出力|가중치|점수|출력",
    re.IGNORECASE,
)
"""Labels that say what a value is, and not which row it is."""
_VECTOR = re.compile(r"[qkvxhe]_\w+", re.IGNORECASE)
"""``q_cat: [1, 0]`` names a vector."""
_LETTER = re.compile(r"[A-Za-z]\d?")
_LEAD = re.compile(
    r"[\s#>*_`-]*(?:(?:[Ii]nput|[Mm]atrix)\s+){0,2}(?P<name>[A-Z] ?[·*@×]? ?[A-Z](?:ᵀ|\^\{?T\}?)"
    r"|[A-Z][a-z]?(?:[_^]\{?[A-Za-z0-9]{1,6}\}?|[\d₀-₉¹²³]{1,2})?)"
    r"[\s*_`]*(?:matri\w+|matrice|Matrix|矩阵|矩陣|行列|행렬)?\s*(?:[(（][^()（）\n]*[)）])?[\s*_`]*[:：=]?[\s*_`]*"
)
_HEADER = re.compile(r"[ \t]*[^\W\d_][\w’'.-]*(?:[ \t]+[^\W\d_][\w’'.-]*)+[ \t\r]*")
"""The labels of the columns."""
_MATRIX = re.compile(r"matri|矩阵|矩陣|行列|행렬|[:：=][\s*_`]*$", re.IGNORECASE)


class _Labelled(NamedTuple):
    """A row with what stands before and after it on its line."""

    kind: str
    """The word before a running number; empty for words that are labels themselves."""
    number: int
    """The running number; for other labels 1 where it is a word, and 0 for a mere letter."""
    row: Row
    line: Line
    after: int
    """How many lines after the first row it stands."""
    is_number: bool = False
    """Whether it is a single number without brackets."""


def find(passage: Passage, lines: Sequence[Line], at: int) -> Grid | None:
    """The matrix whose first row stands on a line, if every row of it has a label of the same kind.

    Single numbers after labels are a vector, where the line above announces them.
    """
    first = _row(passage, lines[at], 0)
    if first is None or (first.is_number and not _is_announced(passage, lines, at)):
        return None
    found = list(_rows(passage, lines, at))
    if len(found) < 2 or not (first.kind or any(row.number for row in found)):
        return None
    block = lines[at : at + found[-1].after + 1]
    rows = [row.row for row in found]
    value = _vector(passage, rows) if found[0].is_number else matrix(passage, rows)
    whole = fragment(named(passage, lines, at, value), "text")
    words = [piece for row in found for piece in _words(passage, row)]
    spans = tuple((row.line.start + row.row.left, row.line.start + row.row.right) for row in found)
    return Grid(block[0].start, block[-1].end, (whole, *words), len(block), spans)


def _is_announced(passage: Passage, lines: Sequence[Line], at: int) -> bool:
    """Whether the line above ends with a colon."""
    return _text_above(passage, lines, at).rstrip(" *_`").endswith((":", "："))


def _vector(passage: Passage, rows: Sequence[Row]) -> Passage:
    values = [passage[row.first : row.last] for row in rows]
    return join([value.after(",") for value in values[:-1]] + values[-1:]).before("(").after(")")


def _rows(passage: Passage, lines: Sequence[Line], at: int) -> Iterator[_Labelled]:
    """The rows of one matrix; a single empty line may stand between two of them."""
    first: _Labelled | None = None
    empty = count = 0
    for after, line in enumerate(islice(lines, at, at + 2 * MOST_ROWS)):
        if not passage.text[line.start : line.end].strip() and first is not None and not empty:
            empty = 1
            continue
        row = _row(passage, line, after)
        if row is None or (first is not None and not _goes_on(passage, first, row, count)):
            return
        first, empty, count = first or row, 0, count + 1
        yield row


def _row(passage: Passage, line: Line, after: int) -> _Labelled | None:
    """The row, or the number, of a line that is nothing but label, row and remark."""
    if not line.rows:
        return _number(passage, line, after)
    if passage.text[line.start + line.rows[0].left] != "[":
        return None
    row = line.rows[0]
    remark = _ASIDE.sub("", line.rest[row.right :])
    alone = len(line.rows) == 1 or remark.strip()
    label = _label(line.rest[: row.left].rstrip("$")) if alone and not _CALCULATION.search(remark) else None
    return None if label is None else _Labelled(*label, row, line, after)


def _number(passage: Passage, line: Line, after: int) -> _Labelled | None:
    """``- cat: 0.42``."""
    text = passage.text[line.start : line.end]
    found = _NUMBER.fullmatch(text) if len(text) < LONGEST else None
    label = _label(found["label"].rstrip("$")) if found else None
    if found is None or label is None or _BARE.fullmatch(found["label"]):
        return None
    start, end = found.span("value")
    row = Row(after, start, end, line.start + start, line.start + end)
    return _Labelled(*label, row, line, after, is_number=True)


def _label(text: str) -> tuple[str, int] | None:
    """The word and the number of a numbered label; no word for a label in words of its own."""
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        return numbered["word"].lower(), int(numbered["number"])
    if _QUOTED.fullmatch(text):
        return "", 1
    pair = _PAIR.fullmatch(text)
    if pair and not any(_QUANTITY.search(token) for token in pair.groups()):
        return "", 1
    token = _TOKEN.fullmatch(text) or _BARE.fullmatch(text)
    if token is None or _QUANTITY.search(token["token"]):
        return None
    if token.re is _TOKEN and _VECTOR.fullmatch(token["token"]):
        return None
    return "", 0 if _LETTER.fullmatch(token["token"]) else 1


def _goes_on(passage: Passage, first: _Labelled, row: _Labelled, count: int) -> bool:
    """Whether a row has the same width and the same kind of label as the first one, and the next number."""
    alike = first.kind == row.kind and first.is_number == row.is_number
    counted = not first.kind or row.number == first.number + count
    return alike and counted and _width(passage, first.row) == _width(passage, row.row)


def _width(passage: Passage, row: Row) -> int:
    return len(cells(passage.text, row.first, row.last))


def _words(passage: Passage, row: _Labelled) -> Iterator[Piece]:
    start = row.line.start
    for low, high in ((0, row.row.left), (row.row.right, row.line.end - start)):
        yield from prose(passage[start + low : start + high])


def _above(lines: Sequence[Line], at: int) -> Line | None:
    """The last line above that is not empty, at most one empty line away."""
    return next((line for line in reversed(lines[max(0, at - 2) : at]) if line.end > line.start), None)


def _text_above(passage: Passage, lines: Sequence[Line], at: int) -> str:
    above = _above(lines, at)
    return passage.text[above.start : above.end] if above is not None else ""


def named(passage: Passage, lines: Sequence[Line], at: int, value: Passage) -> Passage:
    """The matrix after its name, where the line above is nothing but the name: ``V_1 matrix:``."""
    above, text = _above(lines, at), _text_above(passage, lines, at)
    if above is not None and _HEADER.fullmatch(text) and at > 1:
        above = lines[at - 2]
        text = passage.text[above.start : above.end]
    name = _LEAD.fullmatch(text)
    if above is None or name is None or not _MATRIX.search(text):
        return value
    start, end = name.span("name")
    return join([passage[above.start + start : above.start + end].after(" ="), value])
