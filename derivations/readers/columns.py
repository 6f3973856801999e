"""Columns of a table: given values, and what is worked out from the columns beside them.

| token | score | exp(score) | weight |
| cat   | 1.0   | 2.718      | 0.731  |      ->   exp(score) = (2.718, ..)
| sat   | 0.0   | 1.000      | 0.269  |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from derivations.readers.fragments import Passage, Piece, chained, fragment, join, prose

_MAY_BEGIN = re.compile(r"[\w\\√∑Σ(|$[{'\"]")
_OPERATION = re.compile(r"[=^()√/·×+*⋅\\]|\d|[⁰¹²³⁴ˣ]|\be\^")
_FORMULA = re.compile(
    r"\w\s?[·×*⋅/÷]\s?[\w√(]|\b(?:exp|sqrt|softmax|e\^)\b|\be\^|[eQ]ˣ|√|\w\)?\s?[-−]\s?(?:max|mean|[μµm])\b|\w\^?[²2]\b\s?$"
)
_CENTRED = re.compile(r"(?P<name>[^\W\d]\w*)\s*[-−–]\s*(?:max|min|mean)(?![\w(])")
_FUNCTION = re.compile(r"\b(?:exp|sqrt|ln|log|sin|cos|tanh)\b")
_SIGN = re.compile(r"[√/·×*⋅^+(]")
_TWICE = re.compile(r"[^()]*\d\s+\([^()]*\)\s*")
"""``1e-4 (0.0001)``: a number that is written in two ways."""
_PRODUCT = re.compile(r"(?P<left>[\w ]+?)\s*(?P<sign>[·×*⋅])\s*(?P<right>[\w ]+)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its heading; ``name`` is the heading as a name, where it is one."""

    heading: Passage
    name: Passage | None
    values: tuple[Passage, ...]
    is_vector: bool
    """Whether the values are vectors: each has a name of its own."""


def pieces(columns: Sequence[Column], beside: Collection[str] = ()) -> Iterator[Piece]:
    """Vectors with their names; numbers as one vector for each column.

    ``beside`` holds the headings of further columns that may be multiplied.
    """
    numeric = {*beside, *(column.heading.text for column in columns if not column.is_vector)}
    for column in columns:
        yield from prose(column.heading)
        if column.is_vector:
            yield from (fragment(value, "table") for value in column.values)
            continue
        vector = join([value.after(",") for value in column.values[:-1]] + [column.values[-1]])
        vector = vector.before("(").after(")")
        name = formula(column.heading, numeric) if column.name is None else column.name
        if not name.text:
            yield fragment(vector, "table")
        else:
            yield fragment(join([name.after(" ="), vector]), "table", vector.span)


def is_worked_out(label: str) -> bool:
    """Whether a label is a formula: ``exp(z - max)``, ``q·k / √2``."""
    return _FORMULA.search(label) is not None


def is_calculation(text: str) -> bool:
    """``2 / √2`` and ``exp(1.41)``: numbers that are still to be worked out."""
    letters = _FUNCTION.sub("", text)
    if _TWICE.fullmatch(text):
        return False
    return bool(re.search(r"\d", text) and _SIGN.search(text)) and not re.search(
        r"[^\W\d]{2,}|[=,:]", letters
    )


def formula(heading: Passage, columns: Collection[str]) -> Passage:
    """A heading as a formula; the product of two columns goes entry by entry.  Empty where it is none."""
    centred = _CENTRED.search(heading.text)
    if centred:
        argument = heading[slice(*centred.span("name"))].before("(").after(")")
        return chained([heading[: centred.end()], argument, heading[centred.end() :]])
    if not _OPERATION.search(heading.text):
        return heading.before(r"\text{").after("}") if re.fullmatch(r"[\w ]+", heading.text) else heading[:0]
    product = _PRODUCT.fullmatch(heading.text)
    if product and {product["left"].strip(), product["right"].strip()} <= set(columns):
        at = product.start("sign")
        sign = Passage("⊙", heading.at[at : at + 2])
        return heading[:at] + sign + heading[at + 1 :]
    return heading if _MAY_BEGIN.match(heading.text) else heading[:0]
