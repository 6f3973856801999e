"""Reading what students have filled in, however their editor saves it."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest

from derivations.exercises import answers
from derivations.exercises.grading import grade
from derivations.exercises.roster import Student
from derivations.exercises.sheets import Order, Sheet, sheet, sheet_of
from derivations.model import DerivationError, Source
from derivations.writers.sheets import exports, marks
from derivations.writers.sheets.documents import render
from tests.exercises.by_hand import SHEET

ORDER = Order(("self-attention",), ("step", "choice", "shape"), 1, "salt")


@pytest.fixture(scope="module")
def made() -> Sheet:
    return sheet(ORDER, Student("017", "Ada L."))


@pytest.fixture(scope="module")
def key(made: Sheet) -> str:
    return render(made, "md", True)


def score(made: Sheet, path: str, text: str) -> tuple[int, int]:
    (found,) = answers.read(Source(path, text))
    marked = grade(made, found)
    return int(marked.score), marked.points


def test_the_key_has_all_points_in_every_format(made: Sheet, key: str) -> None:
    full = marked_points(made)
    assert full == score(made, "key.md", key)
    assert full == score(made, "key.ipynb", exports.own(made, ["ipynb"])["key.ipynb"].decode())
    for name, content in exports.class_wide([made], ["csv", "json"]).items():
        assert full == score(made, name, content.decode())


def marked_points(made: Sheet) -> tuple[int, int]:
    points = sum(part.points for each in made.exercises for part in each.parts)
    return points, points


def test_a_blank_sheet_has_none(made: Sheet) -> None:
    for name in ("md", "ipynb"):
        text = exports.own(made, [name])[f"sheet.{name}"].decode()
        assert 0 == score(made, f"sheet.{name}", text)[0]


def test_comments_may_be_lost(made: Sheet, key: str) -> None:
    """A rich-text editor removes comments; the headings are left."""
    assert marked_points(made) == score(made, "key.md", re.sub(r"<!--.*?-->", "", key))


def test_windows_line_ends_change_nothing(made: Sheet, key: str) -> None:
    assert marked_points(made) == score(made, "key.md", key.replace("\n", "\r\n").replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("a.md", "# Nothing here", "no answers found"),
        ("a.docx", "PK", "answers are read from .md"),
        ("a.ipynb", "{", "a.ipynb:1:2: this is no JSON"),
        ("a.json", '{"answers": 3}', 'expected {"student": "017", "answers"'),
        ("a.json", "[" * 100_000, 'expected {"student": "017", "answers"'),
        ("a.ipynb", '{"cells": 3}', "expected a notebook with its list of cells"),
        ("a.csv", "student,mark\n1,2\n", "expected a heading with the columns part and answer"),
    ],
)
def test_what_is_no_answer_is_said(path: str, text: str, message: str) -> None:
    with pytest.raises(DerivationError, match=re.escape(message)):
        answers.read(Source(path, text))


def test_cells_with_their_places_may_be_some_of_them() -> None:
    """A table with row and column of each cell, as a spreadsheet with ; saves it: the others are blanks."""
    text = "part;row;column;answer\n3;1;1;2/3\n3;2;2;0,75\n"
    (found,) = answers.read(Source("answers.csv", text))
    mark = next(mark for each, mark in grade(SHEET, found).marks if each.number == "3")
    assert (Fraction(1), "missing", "2") == (mark.score, mark.remark, mark.detail)


def test_the_line_of_a_sheet_makes_it_again(made: Sheet, key: str) -> None:
    again = sheet_of(Source("key.md", key))
    assert render(made, "md", True).replace("**Ada L.**\n\n", "") == render(again, "md", True)
    notebook = exports.own(made, ["ipynb"])["sheet.ipynb"].decode()
    assert again == sheet_of(Source("sheet.ipynb", notebook))


def test_a_sheet_of_another_version_is_refused(key: str) -> None:
    with pytest.raises(DerivationError, match="made by generator version 99"):
        sheet_of(Source("key.md", key.replace('"version": 1', '"version": 99')))


# ---------------------------------------------------------------- feedback


def test_feedback_holds_nothing_of_anybody_else(made: Sheet) -> None:
    other = sheet(ORDER, Student("018", "Grace H."))
    table = exports.class_wide([made, other], ["json"])["answers.json"].decode()
    found = answers.read(Source("answers.json", table.replace('"part": "B"', '"part": "C"')))
    pages = [marks.feedback(grade(s, a), str) for s, a in zip((made, other), found, strict=True)]
    assert "017" in pages[0]
    assert "018" in pages[1]
    assert "018" not in pages[0]
    assert not any(f"{e.seed:016x}" in pages[0] for e in other.exercises)


def test_what_a_student_writes_stays_text(made: Sheet) -> None:
    text = json.dumps({"student": "017", "answers": {"1": "<script>alert(1)</script> [x](http://y.z)"}})
    (found,) = answers.read(Source("a.json", text))
    page = marks.feedback(grade(made, found), str)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert r"\[x\](http" in page
    assert "'=1+1" == marks.safe("=1+1")
