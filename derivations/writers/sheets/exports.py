"""Every format: documents for each student, and files for the whole class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from derivations import typeset
from derivations.exercises.sheets import Sheet
from derivations.model import DerivationError
from derivations.writers.sheets import documents, gift, listings, moodle, notebook, qti12, qti21

OWN: Mapping[str, Callable[[Sheet, bool], bytes]] = {
    "md": lambda sheet, is_key: documents.render(sheet, "md", is_key).encode(),
    "tex": lambda sheet, is_key: documents.render(sheet, "tex", is_key).encode(),
    "pdf": lambda sheet, is_key: typeset.pdf(
        lambda kind: documents.render(sheet, kind, is_key), f"the sheet of {sheet.student.id}"
    ),
    "html": lambda sheet, is_key: documents.render(sheet, "html", is_key).encode(),
    "ipynb": notebook.notebook,
}
"""For each student a sheet and a key."""
TOGETHER: Mapping[str, tuple[str, Callable[[Sequence[Sheet]], bytes]]] = {
    "moodle": ("moodle.xml", moodle.moodle),
    "qti12": ("qti12.zip", qti12.qti12),
    "qti21": ("qti21.zip", qti21.qti21),
    "gift": ("gift.txt", gift.gift),
    "csv": ("answers.csv", listings.answers_csv),
    "json": ("answers.json", listings.answers_json),
}
"""For the whole class one file: its name and what makes it."""


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """The formats, if all are known.  Raises DerivationError naming those there are."""
    for each in formats:
        if each not in OWN and each not in TOGETHER:
            raise DerivationError(
                f"no format {each!r} for exercises; there are {', '.join([*OWN, *TOGETHER])}"
            )
    return tuple(formats)


def own(sheet: Sheet, formats: Sequence[str]) -> dict[str, bytes]:
    """File name -> content of a student's documents."""
    made = {}
    for format in formats:
        if format in OWN:
            for name, is_key in (("sheet", False), ("key", True)):
                made[f"{name}.{format}"] = OWN[format](sheet, is_key)
    return made


def class_wide(sheets: Sequence[Sheet], formats: Sequence[str]) -> dict[str, bytes]:
    """File name -> content of the files for a class."""
    return {TOGETHER[format][0]: TOGETHER[format][1](sheets) for format in formats if format in TOGETHER}
