"""Matrices drawn with characters: side by side, boxed, or as a table under labels.

            [1, 2]
    [1, 0] x [3, 4] = [1, 2]

Each matrix is collected row by row into one bmatrix whose characters keep their
true places, so that a number in a finding can be pointed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from derivations.readers import bracketed, labelled
from derivations.readers.fragments import Passage, Piece, fragment, join, prose
from derivations.readers.rows import NUMBER, Grid, Line, Row, cells, matrix, read

_CORNERS = re.compile(r"[┌┐└┘├┤⎡⎤⎣⎦⎛⎞⎝⎠╭╮╰╯─_=|│┃║⎢⎥⎜⎟\[\]]")
_BAR = re.compile(r"[│⎢⎥┃║]")
_RELATION = re.compile(r"(?<![=<>!])=(?!=)|≈|→|->")
_BETWEEN = re.compile(
    r"^[\s,;]*[/÷]\s*(?:√|sqrt)?\s*\(?\d+(?:\.\d+)?\)?\s*[=≈→][\s,;]*$"
    r"|^[\s,;]*(?:[-+−*×·@xX⋅∙=≈→⊙]|->|\^T|ᵀ|\.T)?(?:\s*(?:softmax|exp|\d+(?:\.\d+)?\s*[×·*]))?[\s,;(]*$"
)
_NAME = re.compile(r"[^\W\d]\w{0,12}(?:[\^_]\w{1,8})?\s*=")
_WORD = re.compile(r"[^\W\d_]")
"""Letters beside the rows of a drawing stand on one line at most: others are labels, or lines of text."""
_WORDS = re.compile(r"(?P<name>[A-Za-z]{3,}(?: [A-Za-z]{2,}){1,3})\s*=")
_HEADING = re.compile(r"(?P<name>[^\W\d][\w^]{0,12})(?:[ ]\([^()\n]*\))?[ ]?:?(?=[ ]{2,}|\s*$)")
"""A name over a matrix, with a remark; two blanks end it."""
_FRAME = " \t\r,;|│┃║┌┐└┘├┤⎡⎤⎣⎦⎛⎞⎝⎠╭╮╰╯─_"
_ASIDE = re.compile(r"(?:\([^()\d]*\))?\s*(?:(?:←|⟵|<-|#|//)[^=\d]*)?")
_LABELLED = re.compile(
    rf"^[ \t]*+(?P<label>[^\s\d|:\[\](){{}}=+│][^|:\[\](){{}}=+\n│]{{0,24}}?"
    rf"|\w{{1,8}}:\s?[\"“'][^\"”'\n]{{1,20}}[\"”'])?"
    rf"[ \t]*+(?:(?:→|->)[ \t]*+)?(?:[|:│][ \t]*+)?"
    rf"(?<!\w)(?P<cells>{NUMBER}(?:[ \t]++(?:[|│][ \t]*+)?{NUMBER})+)[ \t]*+[|│]?[ \t\r]*"
    r"(?:(?<=\s)(?:←|⟵|<-|#|//|(?:[Ss]um|total|Σ)\b|✓)[^\n]*)?$"
)
"""A row of a table, with its label before it and a remark after it."""
_RULE = re.compile(r"[ \t]*[├┼┤─┬┴│|+\-=┝┿┥━]*[├┼─━┼-]{3}[├┼┤─┬┴│|+\-=┝┿┥━ \t\r]*")
"""A line drawn between two rows."""


def find(passage: Passage, start: int = 0, end: int | None = None) -> Iterator[Grid]:
    """All drawn matrices in a range of a text."""
    lines = list(read(passage.text, start, len(passage) if end is None else end))
    at = seen = 0
    while at < len(lines):
        grid = (
            bracketed.find(passage, lines, at)
            or labelled.find(passage, lines, at)
            or _under_name(passage, lines, at)
        )
        after = at if grid is None else at + grid.lines
        if grid is None and at >= seen:
            after = seen = _block(lines, at)
            above = lines[at - 1] if at else None
            grid = _side_by_side(passage, lines[at:seen], above) if seen - at > 1 else None
        if grid is None:
            after, grid = _table(passage, lines, at)
        if grid is not None:
            yield grid
        at = after


def _block(lines: list[Line], at: int) -> int:
    """The line after the last one of a drawing that begins here: lines with rows, or with corners only."""
    end = at
    while end < len(lines) and end - at < 200 and (lines[end].rows or _is_frame(lines[end])):
        end += 1
    while end > at and not lines[end - 1].rows and not _CORNERS.search(lines[end - 1].rest):
        end -= 1
    return end


def _is_frame(line: Line) -> bool:
    bare = _CORNERS.sub("", line.rest)
    return bare != line.rest and not bare.strip(" \t\r") and bool(re.search(r"[┌┐└┘⎡⎤⎣⎦⎛⎞⎝⎠╭╮╰╯]", line.rest))


# ---------------------------------------------------------------- side by side


def _side_by_side(passage: Passage, lines: list[Line], above: Line | None) -> Grid | None:
    """Matrices next to each other with the operators between them on some of the lines."""
    drawings = _split(lines)
    if all(_is_named(passage, drawing) for drawing in drawings):
        return _grid(lines, [_named(passage, drawing) for drawing in drawings])
    stacks = _stacks(lines)
    if max(map(len, stacks), default=0) < 2 or sum(bool(_RELATION.search(line.rest)) for line in lines) > 1:
        return None
    drawn = any(_is_frame(line) or _BAR.search(passage.text, line.start, line.end) for line in lines)
    if not drawn and (len(stacks) == 1 or not _is_layout(lines, stacks)):
        return None
    found = _statements(passage, lines, stacks) or _under_headings(passage, lines, stacks, above)
    return None if found is None else _grid(lines, found)


def _grid(lines: list[Line], statements: Sequence[Sequence[Passage]]) -> Grid:
    found = tuple(fragment(join(parts), "text") for parts in statements)
    return Grid(lines[0].start, lines[-1].end, found, len(lines))


def _under_name(passage: Passage, lines: list[Line], at: int) -> Grid | None:
    """``Q = X =`` on a line of its own, and the rows of the matrix below it."""
    if lines[at].rows or not lines[at].rest.rstrip().endswith("=") or at + 2 >= len(lines):
        return None
    name = passage[lines[at].start : lines[at].end].strip()
    end = _block(lines, at + 1)
    block = lines[at + 1 : end]
    if len(block) < 2 or not _is_stack(passage, block) or any("[" in _inner(passage, line) for line in block):
        return None
    if not all(_is_remark(line.rest) for line in block):
        return None
    whole = fragment(join([name, matrix(passage, [line.rows[0] for line in block])]), "text")
    return Grid(lines[at].start, block[-1].end, (whole,), len(block) + 1)


def _is_stack(passage: Passage, lines: list[Line]) -> bool:
    """Whether every line has one row, all of them with as many cells."""
    if any(len(line.rows) != 1 for line in lines):
        return False
    rows = [line.rows[0] for line in lines]
    return len({len(cells(passage.text, row.first, row.last)) for row in rows}) == 1


def _is_remark(rest: str) -> bool:
    """Whether what stands beside a row is nothing, or a remark."""
    return _ASIDE.fullmatch(rest.strip(" \t\r,;")) is not None


def _inner(passage: Passage, line: Line) -> str:
    """What stands between the bracket of a row and its first cell."""
    row = line.rows[0]
    return passage.text[line.start + row.left + 1 : row.first]


def _split(lines: list[Line]) -> list[list[Line]]:
    """The lines of several drawings one under the other: each begins with an equals sign before its row."""
    starts = [k for k, line in enumerate(lines) if line.rows and _head(line).endswith("=")]
    parts = [lines[a:b] for a, b in pairwise([*starts, len(lines)])]
    return parts if starts[:1] == [0] and all(len(part) > 1 for part in parts) else [lines]


def _head(line: Line) -> str:
    """What stands before the first row of a line."""
    return line.rest[: line.rows[0].left].rstrip()


def _named(passage: Passage, lines: list[Line]) -> list[Passage]:
    """The name of a matrix, which its rows may run under, and the matrix."""
    first = lines[0]
    head = passage[first.start : first.start + first.rows[0].left].strip(" \t,;")
    words = _WORDS.fullmatch(head.text)
    if words:
        end = words.end("name")
        head = join([head[:end].before(r"\text{").after("}"), head[end:]])
    return [head, matrix(passage, [line.rows[0] for line in lines])]


def _is_named(passage: Passage, lines: list[Line]) -> bool:
    """One matrix, row under row, with its name and, but for remarks, nothing else beside the rows."""
    if not _is_stack(passage, lines) or not _head(lines[0]).endswith("="):
        return False
    rests = [lines[0].rest[lines[0].rows[0].right :], *(line.rest for line in lines[1:])]
    return all(map(_is_remark, rests))


def _is_layout(lines: list[Line], stacks: list[list[Row]]) -> bool:
    """Whether several matrices are laid out, and not several statements of the same form."""
    return any(len(line.rows) != len(stacks) for line in lines) or _one_operator_line(lines)


def _stacks(lines: list[Line]) -> list[list[Row]]:
    """Rows that stand one above the other, from left to right."""
    stacks: list[list[Row]] = []
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


def _overlap(stack: list[Row], row: Row) -> bool:
    return any(row.left < other.right and other.left < row.right for other in (stack[-1], stack[0]))


def _one_operator_line(lines: list[Line]) -> bool:
    """Whether the signs between the matrices stand on one line only."""
    return (
        sum(
            bool(_CORNERS.sub("", re.sub(r"[,;]", "", line.rest)).strip() or _RELATION.search(line.rest))
            for line in lines
        )
        <= 1
    )


def _statements(passage: Passage, lines: list[Line], stacks: list[list[Row]]) -> list[list[Passage]] | None:
    """Names, operators and matrices from left to right; a name before an equals sign begins a statement.

    None where something else stands between two matrices.
    """
    found: list[list[Passage]] = [[]]
    edge = 0
    for stack in stacks:
        signs = _signs(passage, lines, edge, min(row.left for row in stack))
        said = "".join(sign.text for sign in signs)
        if sum(bool(_WORD.search(sign.text)) for sign in signs) > 1:
            return None
        if edge and _NAME.fullmatch(said):
            found.append([])
        elif edge and not (said and _BETWEEN.match(said)):
            return None
        found[-1] += [*signs, matrix(passage, stack)]
        edge = max(row.right for row in stack)
    return found


def _under_headings(
    passage: Passage, lines: list[Line], stacks: list[list[Row]], above: Line | None
) -> list[list[Passage]] | None:
    """Matrices with nothing between them, each under its name: ``W_Q (4×2 matrix):   W_K (4×2 matrix):``."""
    if above is None or any(line.rest[min(r.left for r in stacks[0]) :].strip(_FRAME) for line in lines):
        return None
    heads = [
        found for found in _HEADING.finditer(passage.text, above.start, above.end) if found.group().strip()
    ]
    if len(heads) != len(stacks):
        return None
    pairs = zip(heads, stacks, strict=True)
    return [[passage[slice(*head.span("name"))].after(" ="), matrix(passage, stack)] for head, stack in pairs]


def _signs(passage: Passage, lines: list[Line], low: int, high: int) -> list[Passage]:
    """What stands between two columns of characters on the lines of a drawing."""
    found = []
    for line in lines:
        between = line.rest[low:high]
        if _CORNERS.sub("", between.replace("=", "\0")).strip(" \t\r,;"):
            found.append(passage[line.start + low : line.start + low + len(between)].strip(" \t,;|│┃║⎢⎥⎜⎟[]"))
    return found


# ---------------------------------------------------------------- tables under labels


def _table(passage: Passage, lines: list[Line], at: int) -> tuple[int, Grid | None]:
    """Bare rows of numbers, each with the same count, under a line of labels or with a label each."""
    found: list[tuple[int, re.Match[str]]] = []
    after = at
    while after < len(lines) and len(found) < 200:
        line = lines[after]
        text = passage.text[line.start : line.end] if line.end - line.start < 2000 else ""
        match = _LABELLED.match(text)
        if match is None and found and _RULE.fullmatch(text):
            after += 1
            continue
        if match is None or (found and _count(match) != _count(found[0][1])):
            break
        found.append((after, match))
        after += 1
    if len(found) < 2 or not _is_table([match for _, match in found]):
        return at + 1, None
    return found[-1][0] + 1, _grid_of_table(passage, lines, found)


def _count(match: re.Match[str]) -> int:
    return len(cells(match["cells"], 0, len(match["cells"])))


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


def _grid_of_table(passage: Passage, lines: list[Line], found: list[tuple[int, re.Match[str]]]) -> Grid:
    rows = [
        Row(k, 0, 0, lines[k].start + match.start("cells"), lines[k].start + match.end("cells"))
        for k, match in found
    ]
    words: list[Piece] = []
    for k, match in found:
        if match["label"]:
            start = lines[k].start
            words += prose(passage[start + match.start("label") : start + match.end("label")])
    first, last = found[0][0], found[-1][0]
    whole = fragment(labelled.named(passage, lines, first, matrix(passage, rows)), "text")
    return Grid(lines[first].start, lines[last].end, (whole, *words))
