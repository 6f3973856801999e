"""Filled-in text -> printed values: what a student's cells claim, in the terms of the verifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivations.exact.printed import read_number
from derivations.exercises.answers import Answer, is_blank
from derivations.formula import parse
from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify.literals import Cell, Printed, printed

At = tuple[int, int]
Shape = tuple[int, int]

FRACTIONS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅙": "1/6", "⅛": "1/8"}
INFINITY = re.compile(r"(?<![A-Za-z])(?:oo|inf(?:inity)?)(?![A-Za-z])|∞", re.IGNORECASE)
GLUED = re.compile(r"(?<![A-Za-z\\])(ln|log|exp|sqrt|sin|cos|tanh)(?=\d)", re.IGNORECASE)
"""A function and the number after it, as people type them."""
DECIMAL_COMMA = re.compile(r"([+\-−]?\d+),(\d+)(\s*\\?%)?")
THOUSANDS = re.compile(r"[+\-−]?[1-9]\d{0,2}(,\d{3})+")
LONGEST_CELL = 300
OMITTED = Cell(Node("ellipsis"), None, None)


@dataclass(frozen=True)
class Filled:
    """The cells of an answer, 1-based; what cannot be read is listed apart."""

    shape: Shape
    cells: Mapping[At, Cell]
    texts: Mapping[At, str]
    unread: tuple[At, ...] = ()

    def literal(self, only: Sequence[At]) -> Printed:
        """The answer as the verifier sees a printed matrix; all other cells are left out."""
        rows, columns = (range(1, size + 1) for size in self.shape)
        cells = tuple(
            tuple(self.cells.get((i, j), OMITTED) if (i, j) in only else OMITTED for j in columns)
            for i in rows
        )
        return Printed(Node("matrix", tuple(Node("row", tuple(c.node for c in row)) for row in cells)), cells)


def filled(answer: Answer, shape: Shape, blanks: Sequence[At]) -> Filled | None:
    """The cells of an answer, None where they do not fit the shape in any way."""
    grid = _grid(answer)
    texts = _padded(grid, shape) if answer.is_placed else _placed(grid, shape, blanks)
    if texts is None:
        return None
    cells = {at: cell for at, text in texts.items() if (cell := read_cell(text)) is not None}
    unread = tuple(at for at, text in texts.items() if at not in cells and not is_blank(text))
    return Filled(shape, cells, texts, unread)


def any_shape(answer: Answer) -> Filled | None:
    """The cells of an answer in the shape that it has itself; None where one of them cannot be read."""
    grid = [row for row in _grid(answer) if row]
    if not grid or len({len(row) for row in grid}) > 1:
        return None
    shape = (len(grid), len(grid[0]))
    blanks = [(i, j) for i in range(1, shape[0] + 1) for j in range(1, shape[1] + 1)]
    found = filled(answer, shape, blanks)
    return found if found is not None and len(found.cells) == len(blanks) else None


# ---------------------------------------------------------------- text to cells of text


def _grid(answer: Answer) -> list[list[str]]:
    """Cells of text, row by row."""
    if answer.rows:
        return [list(row) for row in answer.rows]
    text = tidy(answer.text)
    if not text:
        return []
    node = last_side(parse(text))
    if node.kind == "matrix":
        return [[_text(cell, text) for cell in row.args] for row in node.args]
    if node.kind == "list":
        return [[_text(cell, text) for cell in node.args]]
    return [[text[node.span.start : node.span.end] if node.span.end > node.span.start else text]]


def _text(node: Node, whole: str) -> str:
    return whole[node.span.start : node.span.end]


def tidy(text: str) -> str:
    """Mathematics without what Markdown puts around it; ``4ln2`` with the space that people leave out."""
    text = re.sub(r"^```\w*$", "", text.strip(), flags=re.MULTILINE)
    return GLUED.sub(r"\1 ", text.strip().strip("$`").strip())


def last_side(node: Node) -> Node:
    """``2/3`` of ``Q_{11} = 4/6 = 2/3``, and of the last of several statements."""
    while node.kind in ("relation", "statements"):
        node = node.args[-1]
    return node


def _padded(grid: list[list[str]], shape: Shape) -> dict[At, str] | None:
    """The text of each cell, blank where there is none; None for cells outside."""
    if len(grid) > shape[0] or max(map(len, grid), default=0) > shape[1]:
        return None
    return {(i, j): text for i, row in enumerate(grid, 1) for j, text in enumerate(row, 1)}


def _placed(grid: list[list[str]], shape: Shape, blanks: Sequence[At]) -> dict[At, str] | None:
    """The text of each cell; a table may have headings, and only the blanks may be given."""
    rows, columns = shape
    height, width = len(grid), max(map(len, grid), default=0)
    if any(len(row) != width for row in grid):
        grid = [row + [""] * (width - len(row)) for row in grid]
    if (height, width) in ((rows + 1, columns + 1), (rows + 1, columns)):
        grid = grid[1:]
    if grid and (len(grid), width) == (rows, columns + 1):
        grid = [row[1:] for row in grid]
    size = (len(grid), len(grid[0]) if grid else 0)
    if size == shape:
        return {(i, j): text for i, row in enumerate(grid, 1) for j, text in enumerate(row, 1)}
    if 1 in shape and size == shape[::-1]:
        return _placed([list(column) for column in zip(*grid, strict=True)], shape, blanks)
    flat = [text for row in grid for text in row]
    return dict(zip(blanks, flat, strict=True)) if len(flat) == len(blanks) and 1 in size else None


# ---------------------------------------------------------------- one cell


def read_cell(text: str) -> Cell | None:
    """A cell as a printed number or constant; None where it is neither."""
    text = tidy(text)
    if not text or len(text) > LONGEST_CELL:
        return None
    node = _node(text)
    if node is None:
        return None
    literal = printed(Node("list", (node,), None, node.span))
    return literal.rows[0][0] if literal is not None and literal.shape == (1, 1) else None


def _node(text: str) -> Node | None:
    """The number or formula of a cell; None for several of them, of which nobody knows which one counts."""
    for sign, plain in FRACTIONS.items():
        text = text.replace(sign, f"({plain})")
    text = INFINITY.sub(r"\\infty", text)
    if DECIMAL_COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text):
        text = text.replace(",", ".")
    plain_number = read_number(text)
    if plain_number is not None and "%" not in text and plain_number.value >= 0 and text[0] not in "+":
        return Node("number", (), number(text.translate(FULL_WIDTH).replace(" ", "")))
    node = parse(re.sub(r"^\s*(?:=|≈|\\approx)\s*", "", text))
    several = node.kind == "statements" and any(each.kind != "name" for each in node.args[:-1])
    return None if several else last_side(node)


FULL_WIDTH = str.maketrans("０１２３４５６７８９．", "0123456789.")
