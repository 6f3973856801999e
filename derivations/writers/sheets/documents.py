"""Sheets as documents: one template for each format, and files for learning platforms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivations.exercises.sheets import Sheet
from derivations.writers import templates
from derivations.writers.sheets.page import page
from derivations.writers.text import CJK
from derivations.writers.translations import catalogue, tag


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: its template and the end of its file names."""

    template: str
    extension: str


DOCUMENTS = {
    "md": Format("exercise.md.j2", "md"),
    "tex": Format("exercise.tex.j2", "tex"),
    "html": Format("exercise.html.j2", "html"),
    "typ": Format("exercise.typ.j2", "typ"),
}


def render(sheet: Sheet, format: str, is_key: bool) -> str:
    """A sheet, or its key, as the text of a document."""
    words = catalogue(templates.locale(), sheet.language)
    view = page(sheet, words.gettext, is_key)
    template = templates.environment(sheet.language).get_template(DOCUMENTS[format].template)
    cjk = sheet.language.startswith("zh") or bool(CJK.search(repr(view)))
    return (
        re.sub(r"\n{3,}", "\n\n", template.render(sheet=view, cjk=cjk, lang=tag(sheet.language))).strip()
        + "\n"
    )
