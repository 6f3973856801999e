"""Which matrices are shown as grids: weights, masks, and steps at a size that a derivation asks for."""

from __future__ import annotations

import re
from fractions import Fraction
from math import exp, inf

from derivations.checks import is_softmax
from derivations.derive import formula_of
from derivations.evaluate import define
from derivations.exact import EXACT, Exact
from derivations.model import Number, Pattern, Step
from derivations.writers.entry import labels, origin
from derivations.writers.pictures.grid import Shown, Sides, grid
from derivations.writers.pictures.marks import Picture, Tone
from derivations.writers.sheet import Sheet, axis_words, both_axes

MOST = 8
"""A larger matrix is hard to read with its numbers."""
PLACES = 3
WORDS = {
    "weights": (
        "Heat map: %(title)s",
        "The stronger the shade of a cell, the more its row takes from its column.",
    ),
    "mask": (
        "Who sees whom: %(title)s",
        "Shaded: the query of this row sees the key of this column.  Blank: the key is hidden from it.",
    ),
    "bias": (
        "Who sees whom: %(title)s",
        "The stronger the shade of a cell, the more of the key's weight is left; a blank cell is hidden.",
    ),
}
"""Title and caption by what a matrix is."""


def matrix(sheet: Sheet, step: Step) -> Picture | None:
    """The picture of a matrix of weights or of a mask; None for another one, for symbols and a large one."""
    value = sheet.worked[step.name]
    rows, columns = value.shape
    if not (value.is_numeric and 1 < columns <= MOST and rows <= MOST):
        return None
    if is_softmax(step):
        return _weights(sheet, step, value)
    return _mask(sheet, step, value) if is_mask(step, value) else None


def is_mask(step: Step, value: Exact) -> bool:
    """Whether a matrix, added to scores, hides keys from queries."""
    return len(step.axes) == 2 and step.axes[0] == step.axes[1] and bool(value.hidden)


def _weights(sheet: Sheet, step: Step, value: Exact) -> Picture:
    texts = value.fixed(PLACES)
    shares = value.numpy()
    cells = [
        [Shown(text, float(share)) for text, share in zip(*row, strict=True)]
        for row in zip(texts, shares, strict=True)
    ]
    return _picture(sheet, step, "weights", cells, _listed(_sides(sheet, step), texts))


def _mask(sheet: Sheet, step: Step, value: Exact) -> Picture:
    """What a mask leaves of the exponential of a score is the exponential of the mask."""
    numbers = value.numpy()
    finite = numbers[numbers > -inf]
    plain = not finite.any()
    texts = [
        ["$-\\infty$" if cell == "-inf" else _short(cell) for cell in row] for row in value.fixed(PLACES)
    ]
    most = max(map(float, finite), default=0.0)
    cells = [
        [Shown(text, exp(number - most)) for text, number in zip(*row, strict=True)]
        for row in zip(texts, numbers.tolist(), strict=True)
    ]
    sides = _sides(sheet, step)
    seen = [
        [column for column, number in zip(sides.columns, row, strict=True) if number > -inf]
        for row in numbers.tolist()
    ]
    shown = seen if plain else texts
    return _picture(sheet, step, "mask" if plain else "bias", cells, _listed(sides, shown))


def _short(number: str) -> str:
    """``0`` for ``0.000``, and a minus sign for a hyphen."""
    return "0" if not number.strip("0.") else f"${number}$" if number.startswith("-") else number


def _listed(sides: Sides, rows: list[list[str]]) -> str:
    """The rows of a table as words: ``the: 0.401, 0.599; cat: …``."""
    named = [f"{label}: " if label else "" for label in sides.rows]
    return "; ".join(label + ", ".join(row) for label, row in zip(named, rows, strict=True))


def _sides(sheet: Sheet, step: Step) -> Sides:
    """Tokens, or numbers where there are none; a vector has one row without a name."""
    shape = sheet.worked[step.name].shape
    left, above = (
        [label(at) or str(at + 1) for at in range(size)]
        for label, size in zip(labels(sheet, step), shape, strict=True)
    )
    if len(step.axes) < 2:
        return Sides([""], above)
    return Sides(left, above, *map(sheet.words, axis_words(step.axes)))


def _picture(sheet: Sheet, step: Step, kind: str, cells: list[list[Shown]], text: str) -> Picture:
    title, caption = map(sheet.words, WORDS[kind])
    words = (title % {"title": sheet.words(step.title)}, text, caption)
    return grid(named(step.name), words, cells, _sides(sheet, step))


def named(name: str) -> str:
    """A name for files: ``W^Q_1`` is ``WQ-1``."""
    return re.sub(r"[^A-Za-z0-9-]", "", name.replace("_", "-")) or "step"


# ---------------------------------------------------------------- at another size


def pattern(sheet: Sheet, wanted: Pattern) -> Picture:
    """The values of a step at a size that is wanted, without their numbers, their signs as colours."""
    step = next(each for each in sheet.derivation.steps if each.name == wanted.step)
    sizes = dict(zip(both_axes(step.axes), (wanted.rows, wanted.columns), strict=True))
    scope = {axis: EXACT.number(Number(str(size), Fraction(size))) for axis, size in sizes.items()}
    numbers = define(formula_of(step), (wanted.rows, wanted.columns), scope, EXACT).numpy()
    largest = float(abs(numbers).max()) or 1.0
    cells = [
        [Shown("", abs(number) / largest, Tone.MINUS if number < 0 else Tone.PLUS) for number in row]
        for row in numbers.tolist()
    ]
    first = origin(formula_of(step), (wanted.rows, wanted.columns))
    down, across = ([str(at + first) for at in range(size)] for size in (wanted.rows, wanted.columns))
    text = "; ".join(
        f"{label}: {low:.2f} … {high:.2f}"
        for label, low, high in zip(across, numbers.min(axis=0), numbers.max(axis=0), strict=True)
    )
    words = (sheet.words(wanted.title), text, sheet.words(wanted.why))
    sides = Sides(down, across, *map(sheet.words, axis_words(step.axes)))
    return grid(f"{named(step.name)}-pattern", words, cells, sides)
