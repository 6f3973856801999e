"""Weights as a picture: a heat map, drawn by a template from the places and shades worked out here."""

from __future__ import annotations

from derivations.checks import is_softmax
from derivations.model import Step
from derivations.writers.entry import labels
from derivations.writers.sheet import Sheet
from derivations.writers.text import CJK
from derivations.writers.views import Heat, Spot

CELL, LINE, LETTER = 64, 40, 9
"""Width and height of a cell, and the width of a letter, in pixels."""
MOST = 8
"""A larger matrix is hard to read as a picture."""
DARKEST = 45
"""The shade of the weight 1, in percent: the number on it can still be read."""
PLACES = 3


def heat(sheet: Sheet, step: Step) -> Heat | None:
    """The picture of a matrix of weights; None for another step, for symbols and for a large matrix."""
    value = sheet.worked[step.name]
    rows, columns = value.shape
    if not (sheet.full and is_softmax(step) and value.is_numeric and 1 < columns <= MOST and rows <= MOST):
        return None
    left, above = (
        [label(at) or str(at + 1) for at in range(size)]
        for label, size in zip(labels(sheet, step), value.shape, strict=True)
    )
    margin = LETTER * (max(map(_letters, left)) + 1)
    texts, shares = value.fixed(PLACES), value.numpy()
    return Heat(
        width=margin + CELL * columns,
        height=LINE * (rows + 1),
        cell=Spot(CELL, LINE),
        rows=tuple(Spot(margin - LETTER, LINE * i + LINE + LINE // 2, each) for i, each in enumerate(left)),
        columns=tuple(Spot(margin + CELL * j + CELL // 2, LINE // 2, each) for j, each in enumerate(above)),
        cells=tuple(
            tuple(
                Spot(margin + CELL * j, LINE * (i + 1), texts[i][j], round(DARKEST * float(shares[i][j])))
                for j in range(columns)
            )
            for i in range(rows)
        ),
        middle=Spot(CELL // 2, LINE // 2),
    )


def _letters(words: str) -> int:
    """How many Latin letters are as wide."""
    return len(words) + len(CJK.findall(words))
