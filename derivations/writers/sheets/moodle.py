"""Moodle XML: numerical questions with a tolerance, cloze for matrices, multiple choice, essays for formulas.

Format: Moodle documentation, "Moodle XML format" and "Embedded Answers (Cloze) question type".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.items import Field, Item, cells, html, items, option_html
from derivations.writers.sheets.xml import HEAD, element, text

INFINITIES = ("-inf", "-∞", "-infinity", "−∞")
"""How -∞ may be typed."""


def moodle(sheets: Sequence[Sheet]) -> bytes:
    """A question bank: a category for each topic, a question for each part of each student."""
    by_category: dict[str, list[Item]] = {}
    for sheet in sheets:
        for item in items(sheet):
            by_category.setdefault(f"$course$/top/derivations/{item.topic}/{item.kind}", []).append(item)
    questions: list[str] = []
    for category, found in by_category.items():
        questions.append(element("question", element("category", text(category)), type="category"))
        questions += map(_question, found)
    return (HEAD + element("quiz", "\n", "\n".join(questions), "\n") + "\n").encode()


def _question(item: Item) -> str:
    if item.view.choices:
        return _made(item, "multichoice", html(item), *_options(item))
    if not item.fields:
        grader = element("graderinfo", text(option_html(item.answer, "")), format="html")
        return _made(item, "essay", html(item), grader)
    if len(item.fields) == 1 and item.fields[0].is_number:
        return _made(item, "numerical", html(item), _numerical(item.fields[0]))
    holes = {(field.row, field.column): _hole(field) for field in item.fields}
    return _made(item, "cloze", html(item, cells(item, holes)))


def _made(item: Item, kind: str, words: str, *body: str) -> str:
    """A question; one of the kind cloze counts its gaps itself."""
    return element(
        "question",
        element("name", text(f"{item.student} · {item.view.number} {item.view.title}")),
        element("questiontext", text(words), format="html"),
        *([] if kind == "cloze" else [element("defaultgrade", str(item.view.points))]),
        element("idnumber", item.id),
        *body,
        type=kind,
    )


NO_FEEDBACK = element("feedback", text(""))


def _numerical(field: Field) -> str:
    reach = element("tolerance", field.tolerance)
    return element("answer", text(field.decimal), reach, NO_FEEDBACK, fraction=100)


def _hole(field: Field) -> str:
    """One gap of a cloze question."""
    if field.is_number:
        return f"{{1:NUMERICAL:={field.decimal}:{field.tolerance}}}"
    return "{1:SHORTANSWER:" + "~".join(f"={each}" for each in INFINITIES) + "}"


def _options(item: Item) -> Iterator[str]:
    yield element("single", "true") + element("shuffleanswers", "0") + element("answernumbering", "ABCD")
    for choice in item.view.choices:
        worth = 100 if choice.letter == item.answer else 0
        words = text(option_html(choice.tex, choice.words))
        yield element("answer", words, NO_FEEDBACK, fraction=worth, format="html")
