"""Data frames of pandas: what a cell ends with, and the table that was printed for it.

         k:cat  k:sat
q:cat    0.778  0.849      pd.DataFrame(S, index=.., columns=..).round(3)
q:sat    0.707  1.103
"""

from __future__ import annotations

import re

from derivations.readers.expressions import items
from derivations.readers.fragments import Passage
from derivations.readers.rows import NUMBER, Row, matrix

_FRAME = re.compile(
    r"^(?:pd|pandas)\.DataFrame\((?P<inside>[^#]{1,2000})\)(?:\.round\(\d*\))?[ \t]*\Z", re.MULTILINE
)
_LINE = re.compile(rf"(?P<label>\S.{{0,60}}?)[ \t]{{1,}}(?P<cells>{NUMBER}(?:[ \t]+{NUMBER})*)[ \t]*")


def shown(code: Passage) -> Passage | None:
    """The array that the data frame at the end of a cell is made of."""
    found = _FRAME.search(code.text)
    if found is None:
        return None
    first = items(code[slice(*found.span("inside"))])[0].strip()
    return first if first.text and not re.match(r"[{\[]|\w+\s*=", first.text) else None


def table(output: Passage, start: int) -> tuple[Passage, int] | None:
    """The numbers of the table that is printed next, and where it ends; its first line has the headings."""
    rows: list[Row] = []
    at = start
    for number, line in enumerate(output.text[start:].split("\n")):
        found = _LINE.fullmatch(line)
        if found is not None and number:
            first, last = found.span("cells")
            rows.append(Row(number, first, last, at + first, at + last))
        elif rows:
            break
        at += len(line) + 1
    counts = {len(re.findall(NUMBER, output.text[row.first : row.last])) for row in rows}
    return (matrix(output, rows), rows[-1].last) if len(counts) == 1 else None
