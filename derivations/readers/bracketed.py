"""Lists of lists laid out row under row, several side by side, with names, operations and remarks.

Q = [[1, 0],    K = [[0, 1],          # scores = [[0, 2],   "The" looks at "cat"
     [0, 1]]         [1, 0]]          #           [4, 0]]   "cat" looks at "The"
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from derivations.readers.fragments import Passage, Piece, fragment, join
from derivations.readers.rows import Grid, Line, Row, matrix

MOST_ROWS = 64
_HEAD = re.compile(r"[\s,;#/]*(?P<head>(?:[^\s,;#/\[\]][^\[\]]{0,60}?)?(?:=|≈|→|->)|[·×@*⊙⊕+−-])\s*")
_SIGN = re.compile(r"[×·@*⊙⊕+−=≈-]")
_OPERATION = re.compile(r"[÷/×·*+−→-]")
_BLANK = " \t\r,;[]"


def find(passage: Passage, lines: Sequence[Line], at: int) -> Grid | None:
    """The lists whose first rows stand on a line, each as a statement of its own."""
    first = lines[at]
    if not first.rows or not all(_opens(passage, first, row) for row in first.rows):
        return None
    block = _rows_below(passage, lines, at)
    if block is None or (len(first.rows) == 1 and not any(_remark(line) for line in block)):
        return None
    above = passage.text[lines[at - 1].start : lines[at - 1].end] if at else ""
    found = _pieces(passage, block, above.count("=") >= len(first.rows) > 1)
    return None if found is None else Grid(first.start, block[-1].end, tuple(found), len(block))


def _opens(passage: Passage, line: Line, row: Row) -> bool:
    """Whether a row is the first of a list of rows, which other rows follow."""
    begins = re.match(r"\[\s*\[", passage.text[line.start + row.left : row.first + 1])
    return begins is not None and not _closes(passage, line, row)


def _closes(passage: Passage, line: Line, row: Row) -> bool:
    return re.search(r"\]\s*\]$", passage.text[row.last : line.start + row.right]) is not None


def _rows_below(passage: Passage, lines: Sequence[Line], at: int) -> list[Line] | None:
    """The lines up to the one that closes all lists; None where something else stands between."""
    block = [lines[at]]
    for line in islice(lines, at + 1, at + MOST_ROWS):
        if len(line.rows) != len(block[0].rows) or not _is_laid_out(line):
            return None
        block.append(line)
        closed = [_closes(passage, line, row) for row in line.rows]
        if any(closed):
            return block if all(closed) else None
    return None


def _is_laid_out(line: Line) -> bool:
    """Whether nothing stands before and between the rows; a remark may come after them."""
    before = line.rest[: line.rows[-1].left]
    return not before.strip(_BLANK + "#/")


def _remark(line: Line) -> str:
    return line.rest[line.rows[-1].right :].strip(_BLANK)


def _pieces(passage: Passage, block: Sequence[Line], under_names: bool) -> list[Piece] | None:
    """The statements from left to right; None where something else stands between the lists.

    ``÷ 2 =`` takes the list before into a statement of its own, a sign alone goes on with the one before.
    """
    first = block[0]
    matrices = [matrix(passage, column) for column in zip(*(line.rows for line in block), strict=True)]
    lefts = [0, *(row.right for row in first.rows)]
    found: list[tuple[Passage, Passage]] = []
    for place, (low, row) in enumerate(zip(lefts, first.rows, strict=False)):
        head = _HEAD.fullmatch(first.rest, low, row.left)
        if head is None:
            return None
        start, end = head.span("head")
        words, value = passage[first.start + start : first.start + end], matrices[place]
        if under_names and words.text == "=":
            found.append((value, value))
        elif found and _SIGN.fullmatch(words.text):
            found[-1] = join([found[-1][0], words, value]), value
        elif found and _OPERATION.match(words.text):
            found.append((join([matrices[place - 1], words, value]), value))
        else:
            found.append((join([words, value]), value))
    return [fragment(statement, "text", value.span) for statement, value in found]
