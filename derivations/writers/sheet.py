"""What all steps of one example share while they are set: sizes, forms of values, names of denominators."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from derivations.derive import formula_of
from derivations.exact import Exact
from derivations.model import Derivation, Step, Worked
from derivations.writers import written
from derivations.writers.forms import Denominators, Form
from derivations.writers.written import Written

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Sheet:
    """What all steps of one example share while they are set."""

    worked: Worked
    translate: Translate
    full: bool
    sizes: Mapping[str, int]
    denominators: Denominators
    forms: dict[str, Form]
    drawn: set[str] = field(default_factory=set)
    """The names of the pictures so far, in small letters: for some systems ``A.svg`` is ``a.svg``."""

    @property
    def derivation(self) -> Derivation:
        """The derivation that is worked out."""
        return self.worked.derivation

    def words(self, text: str) -> str:
        """Prose in the language of the page."""
        return self.translate(text) if text else ""


# ---------------------------------------------------------------- sizes


def sizes(worked: Worked) -> dict[str, int]:
    """The sizes of the axes that have names, such as ``n`` and ``d_k``."""
    inputs = [(given.name, given.axes) for given in worked.derivation.inputs]
    steps = [(step.name, step.axes) for step in worked.derivation.steps]
    found: dict[str, int] = {}
    for name, axes in [*inputs, *steps]:
        pairs = zip(both_axes(axes), worked[name].shape, strict=True)
        found.update({axis: size for axis, size in pairs if is_name(axis)})
    return found


def is_name(axis: str) -> bool:
    """Whether an axis is a name such as ``d_k`` rather than a size."""
    return re.fullmatch(r"[A-Za-z](?:_\w+)?", axis) is not None


def both_axes(axes: tuple[str, ...]) -> tuple[str, str]:
    """The axes of rows and columns; a vector is a row, a scalar is 1 × 1."""
    return ("1", *axes)[-2:] if axes else ("1", "1")  # type: ignore[return-value]


AXIS_WORDS = {
    "n": "positions",
    "d": "model dimensions",
    "d_model": "model dimensions",
    "d_k": "dimensions of queries and keys",
    "d_v": "dimensions of values",
    "d_ff": "hidden dimensions",
    "h": "heads",
}
"""What the rows or columns of an axis are; other axes go by their letter."""

POSITIONS = ("n", "m")
"""Axes along which words stand."""

SQUARE_WORDS = ("queries", "keys")
"""A matrix of positions by positions compares queries with keys."""


def axis_words(axes: tuple[str, ...]) -> tuple[str, str]:
    """What the rows and the columns of a matrix are, in English; empty where that is not known."""
    pair = both_axes(axes)
    if set(pair) <= set(POSITIONS):
        return SQUARE_WORDS
    return AXIS_WORDS.get(pair[0], ""), AXIS_WORDS.get(pair[1], "")


# ---------------------------------------------------------------- what a step may use


def _earlier(worked: Worked, step: Step) -> dict[str, Exact]:
    """Inputs and the steps before this one."""
    return dict(takewhile(lambda item: item[0] != step.name, worked.values.items()))


def _numbers(known: Mapping[str, int]) -> dict[str, Written]:
    return {name: written.scalar(written.integer(size)) for name, size in known.items()}


def named_scope(worked: Worked, step: Step, known: Mapping[str, int]) -> dict[str, Written]:
    """What a step may use, by names: ``Q_{31}``; ``known`` has the sizes."""
    writing = {each.name: authors_name(each) for each in worked.derivation.steps}
    return _numbers(known) | {
        name: written.entries(name, value.shape, writing.get(name, ""))
        for name, value in _earlier(worked, step).items()
    }


def authors_name(step: Step) -> str:
    """How the formula of a step writes its name, such as ``dV``; empty for a definition cell by cell."""
    formula = formula_of(step)
    if formula.kind != "relation" or formula.args[0].kind != "name" or formula.args[0].data != step.name:
        return ""
    span = formula.args[0].span
    return step.formula[span.start : span.end].strip()


def valued_scope(sheet: Sheet, step: Step) -> dict[str, Written]:
    """What a step may use, by values."""
    earlier = _earlier(sheet.worked, step)
    return _numbers(sheet.sizes) | {
        name: written.values(value.shape, value.entry_tex) for name, value in earlier.items()
    }
