"""GIFT: one question for each number, because a question of this format has one answer.

Format: Moodle documentation, "GIFT format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.items import Field, Item, html, items, option_html
from derivations.writers.sheets.moodle import INFINITIES


def gift(sheets: Sequence[Sheet]) -> bytes:
    """All questions of a class as plain text."""
    blocks: list[str] = []
    category = ""
    for sheet in sheets:
        for item in items(sheet):
            if category != f"{item.topic}/{item.kind}":
                category = f"{item.topic}/{item.kind}"
                blocks.append(f"$CATEGORY: $course$/top/derivations/{category}")
            blocks += _questions(item)
    return ("\n\n".join(blocks) + "\n").encode()


def _questions(item: Item) -> Iterator[str]:
    if item.view.choices:
        options = "".join(
            f"\n{'=' if choice.letter == item.answer else '~'}{_safe(option_html(choice.tex, choice.words))}"
            for choice in item.view.choices
        )
        yield _question(item, "", html(item), f"{options}\n")
    elif not item.fields:
        yield _question(item, "", html(item), "")
    else:
        for field in item.fields:
            place = "" if len(item.fields) == 1 else f" ({field.row},{field.column})"
            ask = html(item) + (f"<p>{place.strip()}</p>" if place else "")
            yield _question(item, place, ask, _number(field))


def _question(item: Item, place: str, text: str, answer: str) -> str:
    title = _safe(f"{item.id} {item.view.title}{place}")
    return f"::{title}::[html]{_safe(text)}{{{answer}}}"


def _number(field: Field) -> str:
    if field.is_number:
        return f"#{field.decimal}:{field.tolerance}"
    return "".join(f"={each} " for each in INFINITIES).strip()


def _safe(text: str) -> str:
    r"""Signs of the format behind backslashes; a backslash of TeX is two of them."""
    return re.sub(r"([~=#{}:])", r"\\\1", text.replace("\\", "\\\\")).replace("\n", " ")
