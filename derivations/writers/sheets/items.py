"""Questions for learning platforms: what every export says in its own words.

A part of a sheet is one item: numbers to fill in, each with its tolerance, options
to choose from, or a formula that a person has to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.exact.structure import select
from derivations.exercises.fits import FEWEST_PLACES
from derivations.exercises.grading import Numbered, numbered
from derivations.exercises.sheets import Sheet
from derivations.exercises.solution import Solution, exact_cells
from derivations.model import Part
from derivations.writers import templates
from derivations.writers.sheets.page import page
from derivations.writers.sheets.views import ExerciseView, PartView
from derivations.writers.sheets.xml import escape
from derivations.writers.text import MATHS, TeX
from derivations.writers.translations import catalogue

DIGITS = 6
"""Digits after the point of a right answer, far more than the tolerance needs."""


@dataclass(frozen=True, slots=True)
class Field:
    """A number to fill in; ``row`` and ``column`` are 1-based."""

    row: int
    column: int
    exact: str
    decimal: str
    """``-inf`` for -∞."""
    tolerance: str
    """Largest difference that still counts; 0 where the number is an integer."""

    @property
    def is_number(self) -> bool:
        """Whether it is finite."""
        return not self.decimal.endswith("inf")


@dataclass(frozen=True, slots=True)
class Item:
    """One question."""

    id: str
    student: str
    topic: str
    kind: str
    view: PartView
    context: ExerciseView
    fields: tuple[Field, ...]
    answer: str
    """The right letter, or a right formula as TeX; empty for numbers."""


def items(sheet: Sheet) -> Iterator[Item]:
    """All questions of a sheet."""
    words = catalogue(templates.locale(), sheet.language)
    view, key = (page(sheet, words.gettext, is_key) for is_key in (False, True))
    parts = iter(numbered(sheet))
    for solution, context, answers in zip(sheet.solutions, view.exercises, key.exercises, strict=True):
        for part, right in zip(context.parts, answers.parts, strict=True):
            yield _item(sheet, next(parts), solution, part, right, context)


def _item(
    sheet: Sheet,
    each: Numbered,
    solution: Solution,
    view: PartView,
    right: PartView,
    context: ExerciseView,
) -> Item:
    return Item(
        id=f"{sheet.student.id}-{each.number}",
        student=sheet.student.id,
        topic=each.exercise.derivation.id,
        kind=each.exercise.kind,
        view=view,
        context=context,
        fields=tuple(_fields(solution, each.part)),
        answer=right.letter or (each.part.right if each.part.answer == "formula" else ""),
    )


def _fields(solution: Solution, part: Part) -> Iterator[Field]:
    if part.answer == "shape":
        sizes = solution.shape(solution.asked(part))
        yield from (Field(1, at, str(size), str(size), "0") for at, size in enumerate(sizes, 1))
    elif part.answer == "values":
        value = solution.values[part.step]
        exact, decimal = exact_cells(value), value.fixed(DIGITS)
        for i, j in solution.blanks(part):
            text = exact[i - 1][j - 1]
            written = text if part.places is None else value.fixed(part.places)[i - 1][j - 1]
            number = decimal[i - 1][j - 1]
            cell = select(value, [i - 1], [j - 1])
            yield Field(i, j, written, number, tolerance(part, cell.text()[0][0]))


def tolerance(part: Part, exact: str) -> str:
    """Half a unit of the last digit that has to be given; 0 for an integer."""
    if exact.lstrip("-").isdigit() or exact.endswith("oo"):
        return "0"
    places = part.places or FEWEST_PLACES
    return f"{float(Fraction(1, 2 * 10**places)):.{places + 1}f}"


# ---------------------------------------------------------------- as HTML with TeX between \( and \)


def html(item: Item, rows: Sequence[Sequence[str]] | None = None) -> str:
    """The question as HTML; ``rows`` are the cells of its table, ready as HTML."""
    context = item.context
    pieces = [f"<p>{words(context.task)}</p>"] if context.task else []
    given = [
        f"<li>{maths(_named(g.name, g.value))}{words(': ' + g.meaning if g.meaning else '')}</li>"
        for g in context.given
    ]
    pieces += ["<ul>", *given, "</ul>"]
    for line in context.lines:
        head = f"<b>{words(line.letter)}</b> " if line.letter else ""
        pieces.append(f"<p>{head}{words(line.title)}: {maths(line.chain)}</p>")
    pieces.append(f"<p><b>{words(item.view.title)}</b> {words(item.view.prompt)} {words(item.view.hint)}</p>")
    if item.view.formula:
        pieces.append(f"<p>{maths(item.view.formula)}</p>")
    if rows is not None:
        pieces.append(grid(rows))
    return "".join(pieces)


def _named(name: str, value: str) -> str:
    return f"{name} = {value}" if name else value


def grid(rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tbody>{body}</tbody></table>"


def cells(item: Item, blank: dict[tuple[int, int], str]) -> list[list[str]]:
    """The table of an item: what is printed as mathematics, and for each blank what is given for it."""
    if not item.view.rows:
        return [[blank[field.row, field.column] for field in item.fields]]
    return [
        [blank.get((row.number, at)) or maths(cell) for at, cell in enumerate(row.cells, 1)]
        for row in item.view.rows
    ]


def maths(tex: str) -> str:
    """TeX for the filters of learning platforms, safe inside HTML."""
    return rf"\({escape(tex)}\)"


def words(prose: str) -> str:
    """Prose with mathematics between dollars as HTML."""
    if isinstance(prose, TeX):
        return maths(prose)
    at, out = 0, []
    for found in MATHS.finditer(prose):
        out += [escape(prose[at : found.start()]), maths(found[1])]
        at = found.end()
    return "".join([*out, escape(prose[at:])])


def option_html(tex: str, prose: str) -> str:
    """An option as HTML."""
    return maths(tex) if tex else words(prose)
