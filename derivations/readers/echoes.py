"""Scraped pages repeat each formula: flat, in TeX, and as garbage.  Keep one, hide the rest.

    [ Q = X W = [ 1 0 0 1 ] ] [ Q = XW = \\begin{bmatrix} .. \\end{bmatrix} ] [Q=XW=[1001]]

The echoes hold the same letters and digits; the one with most TeX in it is
read, the others would only bind wrong values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

_COMMAND = re.compile(
    r"\\begin\{\w+\*?\}(?:\{[clr|@ ]*\})?|\\end\{\w+\*?\}|\\[A-Za-z]+|\\{2}(?:\[[^\]\n]{1,9}\])?"
)
_OPEN, _CLOSE = "[(", "])"
_ALIKE = 0.7
_GAP = re.compile(r"[ \t\u00a0\u200b]*")


class Echo(NamedTuple):
    """Neighbouring groups that say the same: the inside of the one to read, and all of them."""

    start: int
    end: int
    first: int
    last: int


def find(text: str) -> Iterator[Echo]:
    """All echoes of a text, line by line."""
    start = 0
    for line in _lines(text):
        if line.count("[") + line.count("(") > 1 or ("[" in line and "\\" in line):
            for row in _rows(_groups(line), line):
                yield from _echo(line, row, start)
        start += len(line)


MOST_LINES = 40
"""So many lines a matrix may take in TeX."""


def _lines(text: str) -> Iterator[str]:
    """The lines of a text; a matrix whose rows stand on lines of their own counts as one."""
    kept: list[str] = []
    opened = 0
    for line in text.splitlines(keepends=True):
        kept.append(line)
        opened += line.count("\\begin{") - line.count("\\end{")
        if opened <= 0 or len(kept) == MOST_LINES:
            yield "".join(kept)
            kept, opened = [], 0
    yield "".join(kept)


_TOKEN = re.compile(r"[^\s\\$]{0,300}=[^\s\\$]{0,300}")


def prefixes(text: str) -> Iterator[tuple[int, int]]:
    """Flat copies right before their TeX, with nothing between: ``X=[1011]X = \\begin{bmatrix} ..``."""
    start = 0
    for line in _lines(text) if "\\" in text else ():
        if "\\" in line and "=" in line and "$" not in line:
            for token in _TOKEN.finditer(line):
                length = _flat_copy(token.group(), line[token.start() :])
                if length:
                    yield start + token.start(), start + token.start() + length
        start += len(line)


def _flat_copy(token: str, rest: str) -> int:
    """How many characters of a token say, without TeX, what comes after them; 0 if none do."""
    for at in range(3, len(token) + 1):
        if rest[at : at + 1] not in (token[0], "\\") or not any(c.isdigit() for c in token[:at]):
            continue
        flat, tex = _skeleton(token[:at]), _skeleton(rest[at:])
        if len(flat) > 1 and "=" in flat and "\\" in rest[at:] and _begins_alike(flat, tex):
            return at
    return 0


def _begins_alike(flat: str, tex: str) -> bool:
    """Whether the TeX begins with what a flat copy says; one number may have been changed in one of them."""
    names, _, digits = flat.rpartition("=")
    if not tex.startswith(names + "="):
        return False
    rest = tex[len(names) + 1 :]
    return any(_is_almost(digits, rest[: len(digits) + more]) for more in (0, 1, -1))


def _is_almost(one: str, other: str) -> bool:
    """Whether two rows of digits differ in one place at most, and have more in common than that."""
    same = _in_common(one, other)
    same += _in_common(one[same:][::-1], other[same:][::-1])
    return one == other or (same > 1 and max(len(one), len(other)) - same <= 1)


def _in_common(one: str, other: str) -> int:
    """How many characters two texts begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _skeleton(text: str) -> str:
    """Letters, digits and signs of equality, without commands."""
    return "".join(c for c in _COMMAND.sub("", text) if c == "=" or (c.isalnum() and c.isascii()))


def _groups(line: str) -> list[tuple[int, int]]:
    """Outermost balanced brackets of a line."""
    found, stack = [], []
    for match in re.finditer(r"[\[\]()]", line):
        bracket = match.group()
        if bracket in _OPEN:
            stack.append(match.start())
        elif stack and _OPEN.index(line[stack[-1]]) == _CLOSE.index(bracket):
            opened = stack.pop()
            if not stack:
                found.append((opened, match.end()))
        else:
            stack.clear()
    return found


def _rows(groups: list[tuple[int, int]], line: str) -> Iterator[list[tuple[int, int]]]:
    """Groups with nothing but blanks between them."""
    row: list[tuple[int, int]] = []
    for group in groups:
        if row and not _GAP.fullmatch(line, row[-1][1], group[0]):
            yield row
            row = []
        row.append(group)
    if row:
        yield row


def _echo(line: str, row: list[tuple[int, int]], offset: int) -> Iterator[Echo]:
    """The echoes in a row of groups: maximal stretches of groups that are alike."""
    at = 0
    while at < len(row):
        end = at + 1
        while end < len(row) and _alike(line[slice(*row[at])], line[slice(*row[end])]):
            end += 1
        chosen = max(row[at:end], key=lambda group: _richness(line[slice(*group)]))
        alone = end - at == 1 and _is_statement(line[slice(*chosen)])
        if alone or (end - at > 1 and _richness(line[slice(*chosen)]) > 0):
            yield Echo(
                offset + row[at][0], offset + row[end - 1][1], offset + chosen[0] + 1, offset + chosen[1] - 1
            )
        at = end


def _is_statement(group: str) -> bool:
    """``[ Q = X W^Q = \\begin{bmatrix} .. ]``: display mathematics whose brackets lost their backslashes."""
    spaced = group.startswith("[ ") and group.endswith(" ]")
    return spaced and "=" in group and bool(_COMMAND.search(group))


def _richness(group: str) -> int:
    return 10 * group.count("\\") + group.count("_") + group.count("^")


def _alike(one: str, other: str) -> bool:
    """Whether two different groups hold the same letters and digits, in any order.

    Of a group in TeX and a flat one only the letters are compared: a number that was
    corrected in one of them makes it no less an echo of the other.
    """
    if one == other:
        return False
    a, b = _letters(one), _letters(other)
    if ("\\" in one) != ("\\" in other):
        a, b = _words(a), _words(b)
    longest = max(a.total(), b.total())
    return longest > 0 and any(c.isalpha() for c in a) and (a & b).total() >= _ALIKE * longest


def _letters(group: str) -> Counter[str]:
    return Counter(filter(str.isalnum, _COMMAND.sub("", group)))


def _words(letters: Counter[str]) -> Counter[str]:
    """Without the digits."""
    return Counter({char: count for char, count in letters.items() if char.isalpha()})
