"""Matrices drawn with characters: side by side, boxed, or as a table under labels.

            [1, 2]
    [1, 0] x [3, 4] = [1, 2]

Each matrix is collected row by row into one bmatrix whose characters keep their
true places, so that a number in a finding can be pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import NamedTuple

from derivations.readers.fragments import Passage, Piece, fragment, join, prose

MOST_ROWS = 64
_NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?%?|\.\d+|∞|inf\b|nan\b)"
_CELLS = re.compile(_NUMBER)
_ROW = re.compile(
    rf"[\[|│┃║⎡⎢⎣┌├└⎛⎜⎝╭╰]\[?[ \t]*(?P<cells>{_NUMBER}(?:[ \t]*[,;][ \t]*{_NUMBER}|[ \t]+{_NUMBER}){{0,63}})"
    rf"[ \t]*,?[ \t]*\]?(?:[\]|│┃║⎤⎥⎦┐┤┘⎞⎟⎠╮╯])"
)
_CORNERS = re.compile(r"[┌┐└┘├┤⎡⎤⎣⎦⎛⎞⎝⎠╭╮╰╯─_=|│┃║⎢⎥⎜⎟\[\]]")
_BAR = re.compile(r"[│⎢⎥┃║]")
_RELATION = re.compile(r"(?<![=<>!])=(?!=)|≈|→|->")
_BETWEEN = re.compile(r"^[\s,;]*(?:[-+−*×·@xX⋅∙=≈→⊙]|->|\^T|ᵀ|\.T)?(?:\s*(?:softmax|exp))?[\s,;(]*$")
_NAMED = re.compile(r"[\s,;]*(?P<name>[^\W\d][\w^]*\s*=)[\s\[]*")
_LABELLED = re.compile(
    rf"^[ \t]*+(?P<label>[^\s\d|:\[\](){{}}=+][^|:\[\](){{}}=+\n]{{0,24}}?)?[ \t]*+(?:[|:│][ \t]*+)?"
    rf"(?P<cells>{_NUMBER}(?:[ \t]++(?:[|│][ \t]*+)?{_NUMBER})+)[ \t]*+[|│]?[ \t\r]*$"
)


class Grid(NamedTuple):
    """A drawing: the lines it takes (start to end) and what it says."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(slots=True)
class _Row:
    """One row of a matrix: its line, its columns, and the range of its cells in the text."""

    line: int
    left: int
    right: int
    first: int
    last: int


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    rows: list[_Row] = field(default_factory=list)
    rest: str = ""
    """The line with its rows and corners blanked."""


def find(passage: Passage, start: int = 0, end: int | None = None) -> Iterator[Grid]:
    """All drawn matrices in a range of a text."""
    lines = list(_read(passage.text, start, len(passage) if end is None else end))
    at = seen = 0
    while at < len(lines):
        grid = _named(passage, lines, at)
        after = at if grid is None else at + _lines_of(grid, passage)
        if grid is None and at >= seen:
            after = seen = _block(lines, at)
            grid = _side_by_side(passage, lines[at:seen]) if seen - at > 1 else None
        if grid is None:
            after, grid = _table(passage, lines, at)
        if grid is not None:
            yield grid
        at = after


def _read(text: str, start: int, end: int) -> Iterator[_Line]:
    for number, line in enumerate(text[start:end].split("\n")):
        found = _Line(start, start + len(line))
        rest, done = [], 0
        for match in _ROW.finditer(line) if len(line) < 2000 else ():
            first, last = match.span("cells")
            found.rows.append(_Row(number, match.start(), match.end(), start + first, start + last))
            rest += [line[done : match.start()], " " * len(match.group())]
            done = match.end()
        found.rest = "".join(rest) + line[done:]
        yield found
        start += len(line) + 1


def _block(lines: list[_Line], at: int) -> int:
    """The line after the last one of a drawing that begins here: lines with rows, or with corners only."""
    end = at
    while end < len(lines) and end - at < 200 and (lines[end].rows or _is_frame(lines[end])):
        end += 1
    while end > at and not lines[end - 1].rows and not _CORNERS.search(lines[end - 1].rest):
        end -= 1
    return end


def _is_frame(line: _Line) -> bool:
    bare = _CORNERS.sub("", line.rest)
    return bare != line.rest and not bare.strip(" \t\r") and bool(re.search(r"[┌┐└┘⎡⎤⎣⎦⎛⎞⎝⎠╭╮╰╯]", line.rest))


# ---------------------------------------------------------------- side by side


def _side_by_side(passage: Passage, lines: list[_Line]) -> Grid | None:
    """Matrices next to each other with the operators between them on some of the lines."""
    stacks = _stacks(lines)
    if max(map(len, stacks), default=0) < 2 or sum(bool(_RELATION.search(line.rest)) for line in lines) > 1:
        return None
    drawn = any(_is_frame(line) or _BAR.search(passage.text, line.start, line.end) for line in lines)
    if not drawn and not (_is_named(lines) if len(stacks) == 1 else _is_layout(lines, stacks)):
        return None
    parts = _parts(passage, lines, stacks)
    if parts is None:
        return None
    return Grid(lines[0].start, lines[-1].end, (fragment(join(parts), "text"),))


def _lines_of(grid: Grid, passage: Passage) -> int:
    return passage.text.count("\n", grid.start, grid.end) + 1


def _named(passage: Passage, lines: list[_Line], at: int) -> Grid | None:
    """``Q = [[1, 0],  K = [[0, 1],`` and the other rows below, in the same order: a statement for each."""
    first = lines[at]
    if len(first.rows) < 2:
        return None
    below = takewhile(lambda line: _is_below(line, first), islice(lines, at + 1, at + MOST_ROWS))
    block = [first, *below]
    if len(block) == 1:
        return None
    lefts = [0, *(row.right for row in first.rows)]
    named = [_NAMED.fullmatch(first.rest, low, row.left) for low, row in zip(lefts, first.rows, strict=False)]
    pieces = []
    for place, name in enumerate(named):
        if name is None:
            return None
        start, end = name.span("name")
        matrix = _matrix(passage, [line.rows[place] for line in block])
        pieces.append(fragment(join([passage[first.start + start : first.start + end], matrix]), "text"))
    return Grid(first.start, block[-1].end, tuple(pieces))


def _is_below(line: _Line, first: _Line) -> bool:
    """Whether a line holds the next row of each matrix of the first line, and nothing else."""
    return len(line.rows) == len(first.rows) and not line.rest.strip(" \t\r,;[]")


def _is_named(lines: list[_Line]) -> bool:
    """One matrix whose rows stand under each other, with its name and nothing else beside the first one."""
    named = lines[0].rest.rstrip().endswith("=") and bool(lines[0].rows)
    return named and all(len(line.rows) == 1 and not line.rest.strip() for line in lines[1:])


def _is_layout(lines: list[_Line], stacks: list[list[_Row]]) -> bool:
    """Whether several matrices are laid out, and not several statements of the same form."""
    return any(len(line.rows) != len(stacks) for line in lines) or _one_operator_line(lines)


def _stacks(lines: list[_Line]) -> list[list[_Row]]:
    """Rows that stand one above the other, from left to right."""
    stacks: list[list[_Row]] = []
    for line in lines:
        for row in line.rows:
            home = next(
                (stack for stack in stacks[:64] if stack[-1].line != row.line and _overlap(stack, row)), None
            )
            if home is None:
                stacks.append([row])
            else:
                home.append(row)
    return sorted(stacks, key=lambda stack: min(row.left for row in stack))


def _overlap(stack: list[_Row], row: _Row) -> bool:
    return any(row.left < other.right and other.left < row.right for other in (stack[-1], stack[0]))


def _one_operator_line(lines: list[_Line]) -> bool:
    """Whether the signs between the matrices stand on one line only."""
    return (
        sum(
            bool(_CORNERS.sub("", re.sub(r"[,;]", "", line.rest)).strip() or _RELATION.search(line.rest))
            for line in lines
        )
        <= 1
    )


def _parts(passage: Passage, lines: list[_Line], stacks: list[list[_Row]]) -> list[Passage] | None:
    """Names, operators and matrices from left to right; None where something else stands between."""
    parts: list[Passage] = []
    edges = [0]
    for stack in stacks:
        left, right = min(row.left for row in stack), max(row.right for row in stack)
        parts += _signs(passage, lines, edges[-1], left)
        parts.append(_matrix(passage, stack))
        edges.append(right)
    for low, high in zip(edges[1:], [min(r.left for r in s) for s in stacks[1:]], strict=False):
        signs = "".join(part.text for part in _signs(passage, lines, low, high))
        if not signs or not _BETWEEN.match(signs):
            return None
    return parts


def _signs(passage: Passage, lines: list[_Line], low: int, high: int) -> list[Passage]:
    """What stands between two columns of characters on the lines of a drawing."""
    found = []
    for line in lines:
        between = line.rest[low:high]
        if _CORNERS.sub("", between.replace("=", "\0")).strip(" \t\r,;"):
            found.append(passage[line.start + low : line.start + low + len(between)].strip(" \t,;|│┃║⎢⎥⎜⎟[]"))
    return found


def _matrix(passage: Passage, stack: list[_Row]) -> Passage:
    """Rows as one bmatrix; signs that are not in the source stand at the nearest number."""
    rows = []
    for row in stack:
        cells = [
            passage[row.first + m.start() : row.first + m.end()]
            for m in _CELLS.finditer(passage.text[row.first : row.last])
        ]
        rows.append(join([cell.after(" &") for cell in cells[:-1]] + cells[-1:]))
    whole = join([row.after(r" \\") for row in rows[:-1]] + rows[-1:])
    return whole.before(r"\begin{bmatrix} ").after(r" \end{bmatrix}")


# ---------------------------------------------------------------- tables under labels


def _table(passage: Passage, lines: list[_Line], at: int) -> tuple[int, Grid | None]:
    """Bare rows of numbers, each with the same count, under a line of labels or with a label each."""
    found: list[re.Match[str]] = []
    while at + len(found) < len(lines) and len(found) < 200:
        line = lines[at + len(found)]
        match = _LABELLED.match(passage.text[line.start : line.end]) if line.end - line.start < 2000 else None
        if match is None or (found and _count(match) != _count(found[0])):
            break
        found.append(match)
    if len(found) < 2 or not _is_table(found):
        return at + 1, None
    return at + len(found), _grid_of_table(passage, lines, at, found)


def _count(match: re.Match[str]) -> int:
    return len(_CELLS.findall(match["cells"]))


def _is_table(found: list[re.Match[str]]) -> bool:
    """Labels on all rows or on none; without labels the columns must line up."""
    labels = sum(bool(match["label"]) for match in found)
    if labels not in (0, len(found)):
        return False
    return (
        labels > 0
        or len({match.end("cells") for match in found}) == 1
        or len({match.start("cells") for match in found}) == 1
    )


def _grid_of_table(passage: Passage, lines: list[_Line], at: int, found: list[re.Match[str]]) -> Grid:
    rows = [
        _Row(at + k, 0, 0, lines[at + k].start + m.start("cells"), lines[at + k].start + m.end("cells"))
        for k, m in enumerate(found)
    ]
    words: list[Piece] = []
    for k, match in enumerate(found):
        if match["label"]:
            start = lines[at + k].start
            words += prose(passage[start + match.start("label") : start + match.end("label")])
    matrix = fragment(_matrix(passage, rows), "text")
    return Grid(lines[at].start, lines[at + len(found) - 1].end, (matrix, *words))
