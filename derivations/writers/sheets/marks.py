"""Marks in words: a few lines for a terminal, a page for the student, a table for the platform."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from rich.cells import cell_len

from derivations.exercises.grading import Marked, Numbered
from derivations.formula import names
from derivations.model import Mark
from derivations.writers.sheets.page import slip_words, untitled

Translate = Callable[[str], str]

REMARKS = {
    "blank": "nothing is filled in",
    "unread": "cannot be read: %(detail)s",
    "missing": "cells left empty: %(detail)s",
    "shape": "the shape does not fit: %(detail)s given",
    "digits": "too few digits: give at least %(detail)s after the point",
    "rounding": "off in the last digit",
    "unchanged": "this is the left side again",
    "without": "%(detail)s may not be used",
    "different": "this is not the same: %(detail)s",
}
MOST_CELLS = 4
"""Cells that are named one by one."""


def number(value: Fraction) -> str:
    """Points as people write them: ``2``, ``1.5``, ``0.67``."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.2f}".rstrip("0")


def comments(mark: Mark, translate: Translate) -> Iterator[str]:
    """What is to be said about a part."""
    if mark.cause:
        yield translate(slip_words(mark.cause))
    if mark.used_earlier_answer and not mark.cells:
        steps = ", ".join(names.tex(name) for name in mark.used_earlier_answer)
        yield translate("right for your %(steps)s, which was used") % {"steps": f"${steps}$"}
    if mark.remark:
        yield translate(REMARKS[mark.remark]) % {"detail": mark.detail}
    if mark.part.answer != "values":
        yield from _whole(mark, translate)
    elif not mark.cause and mark.remark not in ("blank", "unread", "shape"):
        yield from _cells(mark, translate)


def _whole(mark: Mark, translate: Translate) -> Iterator[str]:
    """A letter or a shape: the slip alone would not tell what is right."""
    for cell in mark.cells:
        facts = {"expected": cell.expected, "given": cell.given}
        yield translate("%(expected)s expected, %(given)s given") % facts


def _cells(mark: Mark, translate: Translate) -> Iterator[str]:
    words = translate("cell (%(row)s,%(column)s): %(expected)s expected, %(given)s given")
    if mark.used_earlier_answer:
        words = translate(
            "cell (%(row)s,%(column)s): %(expected)s expected from your answers, %(given)s given"
        )
    for cell in mark.cells[:MOST_CELLS]:
        facts = {
            "row": cell.row,
            "column": cell.column,
            "expected": cell.expected,
            "given": cell.given or "–",
        }
        yield words % facts
    if len(mark.cells) > MOST_CELLS:
        yield translate("and %(count)s more cells") % {"count": len(mark.cells) - MOST_CELLS}


def title(each: Numbered, translate: Translate) -> str:
    """What a part is called."""
    steps = {step.name: step.title or step.name for step in each.exercise.derivation.steps}
    return translate(untitled(each.exercise, each.part) or steps[each.part.step])


def lines(marked: Marked, translate: Translate) -> Iterator[str]:
    """The marks of one student, part by part, for a terminal."""
    titles = [title(each, translate) for each, _ in marked.marks]
    width = max(map(cell_len, titles), default=0)
    for (each, mark), name in zip(marked.marks, titles, strict=True):
        first, *more = [said.replace("$", "") for said in comments(mark, translate)] or [""]
        score = f"{number(mark.score)}/{mark.part.points}"
        yield f"{each.number:>2} {name}{' ' * (width - cell_len(name))}  {score:<5}  {first}".rstrip()
        yield from (f"{'':{width + 12}}{said}" for said in more)
    yield total(marked, translate)


def total(marked: Marked, translate: Translate) -> str:
    """``6 of 8 · without carrying forward: 2 of 8``."""
    facts = {"score": number(marked.score), "points": marked.points, "alone": number(marked.alone)}
    text = translate("%(score)s of %(points)s") % facts
    if marked.alone == marked.score:
        return text
    return f"{text} · {translate('without carrying forward: %(alone)s of %(points)s') % facts}"


def feedback(marked: Marked, translate: Translate) -> str:
    """A page for one student, as Markdown; it holds nothing of anybody else."""
    heading = translate("Marks for sheet %(student)s") % {"student": marked.sheet.student.id}
    rows = [f"# {_plain(heading)}", "", f"**{total(marked, translate)}**", ""]
    for each, mark in marked.marks:
        rows += [
            f"## {each.number}. {_plain(title(each, translate))}: {number(mark.score)}/{mark.part.points}",
            "",
        ]
        rows += [f"- {_plain(said)}" for said in comments(mark, translate)]
        rows += [""] if rows[-1] else []
    return "\n".join(rows).rstrip() + "\n"


def _plain(words: str) -> str:
    """Words that a student wrote stay words: no markup, no links, no HTML."""
    marks = {"<": "&lt;", ">": "&gt;", "&": "&amp;", **{c: "\\" + c for c in "\\`*_[]|"}}
    parts = words.split("$")
    escaped = [
        "".join(marks.get(c, c) for c in part) if at % 2 == 0 else part for at, part in enumerate(parts)
    ]
    return " ".join("$".join(escaped).split())


def table(all_marked: Sequence[Marked]) -> str:
    """The marks of a class as CSV: one line for each student, one column for each part."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    width = max((len(marked.marks) for marked in all_marked), default=0)
    writer.writerow(
        ["student", "score", "points", "without_carrying", *(f"part_{at}" for at in range(1, width + 1))]
    )
    for marked in all_marked:
        scores = [number(mark.score) for _, mark in marked.marks]
        facts = [marked.sheet.student.id, number(marked.score), marked.points, number(marked.alone)]
        writer.writerow([safe(str(cell)) for cell in [*facts, *scores]])
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return (
        "'" + cell
        if cell[:1] in "=+@\t\r" or (cell[:1] == "-" and not cell[1:].replace(".", "").isdigit())
        else cell
    )
