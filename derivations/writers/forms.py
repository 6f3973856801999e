"""Exact values as TeX that a reader can take in: what fits is shown whole, the rest is abbreviated.

Four forms are tried in turn until one fits on a line: all entries; entries with
their denominators named; entries written with the entries of earlier steps; and,
where even that is too wide, one entry alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

from derivations.exact import Exact
from derivations.formula import names, parse
from derivations.formula.tex import to_tex
from derivations.model import Node
from derivations.writers.text import TeX
from derivations.writers.width import LINE, TEXT, matrix_width, width
from derivations.writers.written import Written

Places = Sequence[int | None]
"""Rows or columns that are shown, counted from 0; None stands for those left out."""

LIMITS = (8, 5, 4)
"""At most so many rows and columns are shown; fewer where entries are wide."""
LONGEST = 900
"""TeX of more characters does not fit on a line, so it is not measured."""
EASY = 52.0
"""A wider matrix has its denominators named, if it has any."""
WIDEST_ENTRY = 34.0
"""An entry wider than this is hard to read inside a matrix."""


@dataclass(frozen=True, slots=True)
class Form:
    """A matrix as it is shown: its TeX, its width in digits, and how it was made to fit."""

    tex: TeX
    width: float
    kind: str = "whole"
    """``whole``, ``named`` (denominators have names), ``entries`` (in those of earlier steps) or ``one``."""
    names: tuple[tuple[TeX, TeX], ...] = ()
    """Names that are new here, with what they stand for."""


@dataclass
class Denominators:
    """The names given to denominators so far, on one page section."""

    letter: str
    known: dict[str, str] = field(default_factory=dict)

    def name(self, denominator: str) -> str:
        """The name of a denominator, the same for the same one."""
        number = str(len(self.known) + 1)
        return self.known.setdefault(
            denominator, f"{self.letter}_{number if len(number) == 1 else f'{{{number}}}'}"
        )


# ---------------------------------------------------------------- TeX of trees and tables

_LN = re.compile(r"\\ln\\left\((\d+)\\right\)(?=$|[ ]*[}+&\\-])(?! *\\(?:left|cdot|frac|sqrt|ln))")


def tex_of(node: Node) -> TeX:
    """A tree as TeX, with ``\\ln 2`` for ``\\ln(2)`` where nothing follows."""
    tex = flat_exponents(_LN.sub(r"\\ln \1", to_tex(node)))
    return TeX(re.sub(r"(\^\{-?\d+) / ", r"\1/", tex))


_EXPONENT = re.compile(r"\^\{(-?)\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}\}")


def _flat(found: re.Match[str]) -> str:
    sign, above, below = found.groups()
    if re.search(r" [+-] ", above):
        above = f"({above})"
    if re.search(r"\S \S", below):
        below = f"({below})"
    return f"^{{{sign}{above}/{below}}}"


def flat_exponents(tex: str) -> TeX:
    """``e^{1/\\sqrt{2}}``: a fraction in an exponent lies down, so that rows of a matrix keep apart."""
    return TeX(_EXPONENT.sub(_flat, tex))


def entry_tex(value: Exact, row: int, column: int) -> TeX:
    """An entry, counted from 0."""
    return flat_exponents(value.entry_tex(row + 1, column + 1))


def shown_places(size: int, most: int) -> Places:
    """All places, or the first ones, dots, and the last one."""
    return [*range(size)] if size <= most else [*range(most - 2), None, size - 1]


def matrix_tex(cells: Sequence[Sequence[str]]) -> TeX:
    """Rows of TeX as a matrix, fractions set apart; one entry stands without brackets."""
    if len(cells) == 1 == len(cells[0]):
        return TeX(cells[0][0])
    tall = any(r"\frac" in cell for row in cells for cell in row)
    end = r" \\[6pt] " if tall else r" \\ "
    return TeX(r"\begin{bmatrix} " + end.join(" & ".join(row) for row in cells) + r" \end{bmatrix}")


def table(rows: Places, columns: Places, cell: Callable[[int, int], str]) -> list[list[str]]:
    """The shown cells, with dots for those left out."""

    def at(i: int | None, j: int | None) -> str:
        if i is not None and j is not None:
            return cell(i, j)
        return r"\ddots" if i is None and j is None else r"\vdots" if i is None else r"\cdots"

    return [[at(i, j) for j in columns] for i in rows]


def measured(cells: Sequence[Sequence[str]]) -> tuple[float, float]:
    """The width of the matrix, and of its widest entry."""
    if max(len(cell) for row in cells for cell in row) > LONGEST:
        return inf, inf
    widths = [[width(parse(cell), TEXT) for cell in row] for row in cells]
    columns = [max(column) for column in zip(*widths, strict=True)]
    return matrix_width(columns), max(columns)


def _form(cells: Sequence[Sequence[str]], kind: str) -> Form | None:
    """The form of a table of TeX, if it fits."""
    whole, widest = measured(cells)
    if whole > LINE or (widest > WIDEST_ENTRY and len(cells[0]) > 1):
        return None
    return Form(matrix_tex(cells), whole, kind)


# ---------------------------------------------------------------- exact values


def exact_form(
    value: Exact, written: Written | None, denominators: Denominators, limit: int = LIMITS[0]
) -> Form:
    """An exact matrix in the first form that fits.

    ``written`` holds the entries in those of earlier steps.
    """
    for most in [most for most in LIMITS if most <= limit]:
        rows, columns = (shown_places(size, most) for size in value.shape)
        cells = table(rows, columns, lambda i, j: entry_tex(value, i, j))
        found = _form(cells, "whole")
        if found is None or found.width > EASY or denominators.known:
            found = _named(cells, denominators) or found
        if found is None and written is not None:
            found = _form(table(rows, columns, lambda i, j: tex_of(written.at(i, j))), "entries")
        if found:
            return found
    return Form(TeX(""), 0, "one")


def _named(cells: Sequence[Sequence[str]], denominators: Denominators) -> Form | None:
    """The table with its wide denominators named, if that makes it fit."""
    if max(len(cell) for row in cells for cell in row) > LONGEST:
        return None
    fresh = Denominators(denominators.letter, dict(denominators.known))
    renamed = [[_renamed(cell, fresh) for cell in row] for row in cells]
    new = list(fresh.known.items())[len(denominators.known) :]
    found = _form(renamed, "named") if renamed != cells else None
    if found is None or any(width(parse(below)) > LINE - 6 for below, _ in new):
        return None
    denominators.known.update(new)
    return Form(found.tex, found.width, "named", tuple((TeX(name), TeX(below)) for below, name in new))


def _renamed(cell: str, denominators: Denominators) -> str:
    node = parse(cell)
    sign, node = ("-", node.args[0]) if node.kind == "negative" else ("", node)
    if node.kind != "divide" or node.args[1].kind != "add":
        return cell
    above, below = (tex_of(arg) for arg in node.args)
    return rf"{sign}\frac{{{above}}}{{{denominators.name(below)}}}"


def letter(taken: Sequence[str]) -> str:
    """A letter for denominators that no matrix of the derivation has."""
    bases = {names.parts(name)[0] for name in taken}
    return next(each for each in ("Z", "N", "R", "D", "C", r"\zeta") if each not in bases)
