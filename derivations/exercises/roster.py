"""Who gets a sheet: so many numbered students, or those of a class list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from derivations.model import DerivationError, Source

IDS = (
    "id",
    "student id",
    "sis login id",
    "sis user id",
    "id number",
    "username",
    "user id",
    "login",
    "学号",
    "用户名",
    "student",
)
"""Headings of the column with the ids, as learning platforms write them, the surest first."""
NAMES = ("name", "full name", "display name", "姓名", "student", "student name")
PARTS = (("first name", "last name"), ("given name", "family name"), ("名", "姓"))
"""Headings of names in two columns."""


@dataclass(frozen=True)
class Student:
    """Somebody who gets a sheet."""

    id: str
    name: str = ""


def students(count: int) -> list[Student]:
    """001, 002, …"""
    return [Student(f"{at:03d}") for at in range(1, count + 1)]


def roster(source: Source) -> list[Student]:
    """The students of a CSV file, one in each line, with a heading; ``,`` ``;`` or tabs between the cells.

    Raises DerivationError for a file without students or without a column of ids,
    an id that occurs twice, and one that cannot be the name of a folder.
    """
    reader = csv.reader(io.StringIO(source.text), delimiter=delimiter(source.text))
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DerivationError(f"{source.path}:{reader.line_num}: this is no CSV: {error}") from error
    if len(rows) < 2:
        raise DerivationError(
            f"{source.path}: no students; expected a heading and one line for each, with an id"
        )
    heading = [" ".join(cell.lower().replace("_", " ").split()) for cell in rows[0][1]]
    at = _column(heading, IDS)
    if at is None:
        raise DerivationError(
            f"{source.path}:1: no column of ids: the heading is {', '.join(rows[0][1])!r}; "
            f"expected a first line that names one of {', '.join(IDS)}"
        )
    found: dict[str, Student] = {}
    for line, row in rows[1:]:
        id = _cell(row, at)
        _check_id(source.path, line, id, found)
        found[id.casefold()] = Student(id, _name(heading, row, at))
    return list(found.values())


def delimiter(text: str) -> str:
    """What stands between the cells of a table: a spreadsheet may write ``;`` or tabs instead of ``,``."""
    heading = text.lstrip().split("\n", maxsplit=1)[0]
    return max(",;\t", key=heading.count)


def _column(heading: Sequence[str], words: Sequence[str]) -> int | None:
    return next((heading.index(word) for word in words if word in heading), None)


def _cell(row: Sequence[str], at: int | None) -> str:
    return " ".join(row[at].split()) if at is not None and at < len(row) else ""


def _name(heading: Sequence[str], row: Sequence[str], id_at: int) -> str:
    whole = _column(heading, NAMES)
    if whole is not None and whole != id_at:
        return _cell(row, whole)
    pairs = ([_cell(row, _column(heading, [word])) for word in pair] for pair in PARTS)
    return next((name for pair in pairs if (name := " ".join(filter(None, pair)))), "")


def _check_id(path: str, line: int, id: str, known: dict[str, Student]) -> None:
    """Folders may be the same on a system that sees no capitals."""
    if not re.fullmatch(r"\w[\w@.+-]{0,63}", id) or id.endswith("."):
        raise DerivationError(
            f"{path}:{line}: the id {id!r} cannot be the name of a folder; it takes letters, "
            "digits and, after the first, @ . _ + -"
        )
    if id.casefold() in known:
        raise DerivationError(
            f"{path}:{line}: the id {id!r} occurs twice; every student needs an id of their own"
        )
