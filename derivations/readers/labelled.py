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
_MARK = r"[ \t]*(?:[-*•+]\s+|\d{1,2}[.)]\s+)?[*_`]*"
_REMARKED = r"(?:\s*\([^()\n]{1,24}\))?[*_`]*\s*(?:[:：]|→|->|=>)[*_`\s]*"
_NUMBERED = re.compile(
    rf"{_MARK}(?P<word>[^\W\d_]{{3,}}|第|行|列)\s*[#_(]?(?P<number>\d{{1,3}})\)?\s*(?:行|个)?{_REMARKED}"
)
_QUOTED = re.compile(rf"{_MARK}[\"“'「][^\"”'」\n]{{1,24}}[\"”'」]{_REMARKED}")
_TOKEN = re.compile(rf"{_MARK}(?P<token>[^\W\d_][\w’'.-]{{0,24}}){_REMARKED}")
_ASIDE = re.compile(r"[(（#].*")
_CALCULATION = re.compile(r"[=≈\[]|\d\s*[·×*]")
_QUANTITY = re.compile(
    r"^[A-Za-z]\d?$|\b(?:quer(?:y|ies)|keys?|values?|scores?|raw|scaled|masked|logits?|exp\w*|soft-?max|weights?|prob\w*"
    r"|outputs?|inputs?|results?|before|after|mean|var\w*|std|norm\w*|sum|total|gamma|beta|bias|residual|embeddings?"
    r"|target|shape|size|step|head)\b|分|权重|概率|值|查询|键|输入|输出|结果|掩码|缩放|归一|重み|出力|가중치|점수|출력",
    re.IGNORECASE,
)
"""Labels that say what a value is, and not which row it is."""
_LEAD = re.compile(
    r"[\s#>*_`-]*(?P<name>[A-Z][a-z]?(?:[_^]?\{?[A-Za-z0-9₀-₉¹²³]{1,6}\}?)?)[\s*_`]*(?:matri\w+|matrice|Matrix|矩阵|矩陣|行列|행렬)?\s*"
    r"(?:[(（][^()（）\n]*[)）])?[\s*_`]*[:：=]?[\s*_`]*"
)
_MATRIX = re.compile(r"matri|矩阵|矩陣|行列|행렬|[:：=][\s*_`]*$", re.IGNORECASE)


class _Labelled(NamedTuple):
    """A row with what stands before and after it on its line."""

    kind: str
    """The word before a running number; empty for words that are labels themselves."""
    number: int
    row: Row
    line: Line
    after: int
    """How many lines after the first row it stands."""


def find(passage: Passage, lines: Sequence[Line], at: int) -> Grid | None:
    """The matrix whose first row stands on a line, if every row of it has a label of the same kind."""
    found = list(_rows(passage, lines, at))
    if len(found) < 2 or not _is_counted(found):
        return None
    block = lines[at : at + found[-1].after + 1]
    whole = fragment(_named(passage, lines, at, matrix(passage, [row.row for row in found])), "text")
    words = [piece for row in found for piece in _words(passage, row)]
    spans = tuple((row.line.start + row.row.left, row.line.start + row.row.right) for row in found)
    return Grid(block[0].start, block[-1].end, (whole, *words), len(block), spans)


def _rows(passage: Passage, lines: Sequence[Line], at: int) -> Iterator[_Labelled]:
    """The rows of one matrix; a single empty line may stand between two of them."""
    first: _Labelled | None = None
    empty = 0
    for after, line in enumerate(islice(lines, at, at + 2 * MOST_ROWS)):
        if not passage.text[line.start : line.end].strip() and first is not None and not empty:
            empty = 1
            continue
        row = _row(passage, line, after)
        if row is None or (first is not None and not _goes_on(passage, first, row)):
            return
        first, empty = first or row, 0
        yield row


def _row(passage: Passage, line: Line, after: int) -> _Labelled | None:
    """The row of a line that is nothing but label, row and remark."""
    if not line.rows or passage.text[line.start + line.rows[0].left] != "[":
        return None
    row = line.rows[0]
    remark = _ASIDE.sub("", line.rest[row.right :])
    alone = len(line.rows) == 1 or remark.strip()
    label = _label(line.rest[: row.left].rstrip("$ ")) if alone and not _CALCULATION.search(remark) else None
    return None if label is None else _Labelled(*label, row, line, after)


def _label(text: str) -> tuple[str, int] | None:
    """The word and the number of a numbered label; no word for a label in words of its own."""
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        return numbered["word"].lower(), int(numbered["number"])
    token = _TOKEN.fullmatch(text)
    named = _QUOTED.fullmatch(text) or (token and not _QUANTITY.search(token["token"]))
    return ("", 0) if named else None


def _goes_on(passage: Passage, first: _Labelled, row: _Labelled) -> bool:
    """Whether a row has the same width and the same kind of label as the first one."""
    return first.kind == row.kind and _width(passage, first.row) == _width(passage, row.row)


def _width(passage: Passage, row: Row) -> int:
    return len(cells(passage.text, row.first, row.last))


def _is_counted(found: Sequence[_Labelled]) -> bool:
    """Whether the numbers of the labels, if they have any, run on from the first."""
    return all(row.number == found[0].number + bool(found[0].kind) * k for k, row in enumerate(found))


def _words(passage: Passage, row: _Labelled) -> Iterator[Piece]:
    start = row.line.start
    for low, high in ((0, row.row.left), (row.row.right, row.line.end - start)):
        yield from prose(passage[start + low : start + high])


def _named(passage: Passage, lines: Sequence[Line], at: int, value: Passage) -> Passage:
    """The matrix after its name, where the line above is nothing but the name: ``V_1 matrix:``."""
    above = next((line for line in reversed(lines[max(0, at - 2) : at]) if line.end > line.start), None)
    text = passage.text[above.start : above.end] if above is not None else ""
    name = _LEAD.fullmatch(text)
    if above is None or name is None or not _MATRIX.search(text):
        return value
    start, end = name.span("name")
    return join([passage[above.start + start : above.start + end].after(" ="), value])
