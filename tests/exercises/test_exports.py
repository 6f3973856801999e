"""Files for learning platforms, read again by what reads such files."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from zipfile import ZipFile

import pytest

from derivations.exercises.draw import VERSION
from derivations.exercises.roster import Student
from derivations.exercises.sheets import Order, Sheet, sheet
from derivations.typeset import latex
from derivations.writers.sheets import exports
from derivations.writers.sheets.documents import render
from tests.exercises.by_hand import SHEET
from tests.exercises.messages import messages

KINDS = ("step", "cells", "choice", "shape", "identity", "error")


@pytest.fixture(scope="module")
def mixed() -> list[Sheet]:
    order = Order(("self-attention", "causal-mask"), KINDS, 2, "salt")
    return [sheet(order, Student(id)) for id in ("017", "a.b@c")]


def made(sheets: list[Sheet], format: str) -> bytes:
    (content,) = exports.class_wide(sheets, [format]).values()
    return content


# ---------------------------------------------------------------- Moodle


def test_moodle_gaps_hold_values_and_tolerances() -> None:
    root = ET.fromstring(made([SHEET], "moodle"))
    weights = root.findall("question")[3]
    text = weights.findtext("questiontext/text") or ""
    assert ["=0.666667:0.005", "=0.333333:0.005", "=0.250000:0.005", "=0.750000:0.005"] == re.findall(
        r"\{1:NUMERICAL:(.*?)\}", text
    )
    assert ["=2.000000:0"] == re.findall(
        r"\{1:NUMERICAL:(=2\.0+:[^}]*)\}", root.findall("question")[1].findtext("questiontext/text") or ""
    )[:1]


def test_moodle_has_a_question_for_every_part(mixed: list[Sheet]) -> None:
    root = ET.fromstring(made(mixed, "moodle"))
    kinds = [question.get("type") for question in root]
    parts = [part for each in mixed for e in each.exercises for part in e.parts]
    assert len(parts) == len([kind for kind in kinds if kind != "category"])
    assert 2 * len(KINDS) == kinds.count("category")
    for question in root.iter("question"):
        fractions = [answer.get("fraction") for answer in question.findall("answer")]
        assert question.get("type") != "multichoice" or 1 == fractions.count("100") < len(fractions)
    ids = [e.text for e in root.iter("idnumber")]
    assert len(ids) == len(set(ids))


# ---------------------------------------------------------------- QTI

QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"


def unzipped(content: bytes) -> dict[str, ET.Element]:
    with ZipFile(io.BytesIO(content)) as zipped:
        assert zipped.testzip() is None
        return {name: ET.fromstring(zipped.read(name)) for name in zipped.namelist()}


@pytest.mark.parametrize("format", ["qti12", "qti21"])
def test_a_package_lists_what_it_holds(mixed: list[Sheet], format: str) -> None:
    files = unzipped(made(mixed, format))
    manifest = files.pop("imsmanifest.xml")
    listed = {file.get("href") for file in manifest.iter() if file.tag.endswith("}file")}
    assert listed == set(files)
    ids = [r.get("identifier") for r in manifest.iter() if r.tag.endswith("}resource")]
    assert len(ids) == len(set(ids))


def qti21_score(item: ET.Element, responses: dict[str, str]) -> float:
    """What a player of QTI 2.1 gives for numbers: each rule adds its worth where the number fits."""
    right = {
        d.get("identifier"): d.findtext(f".//{QTI}value") for d in item.iter(f"{QTI}responseDeclaration")
    }
    score = 0.0
    for rule in item.iter(f"{QTI}responseIf"):
        equal = rule.find(f"{QTI}equal")
        assert equal is not None
        variable = equal.find(f"{QTI}variable")
        assert variable is not None
        id = variable.get("identifier") or ""
        reach = float((equal.get("tolerance") or "0 0").split()[0])
        if abs(float(responses[id]) - float(right[id] or "nan")) <= reach:
            score += float(rule.findtext(f".//{QTI}sum/{QTI}baseValue") or 0)
    return score


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("0.6667", "0.3333", "0.25", "0.75"), 2.0),
        (("0.67", "0.33", "0.25", "0.75"), 2.0),
        (("0.65", "0.35", "0.25", "0.75"), 1.0),
        (("0.8", "0.2", "0.1", "0.9"), 0.0),
    ],
)
def test_qti21_marks_numbers_with_their_tolerance(cells: tuple[str, ...], expected: float) -> None:
    item = unzipped(made([SHEET], "qti21"))["017/item-3.xml"]
    responses = dict(zip(("R1_1", "R1_2", "R2_1", "R2_2"), cells, strict=True))
    assert expected == pytest.approx(qti21_score(item, responses))


def test_qti12_ranges_are_the_tolerance() -> None:
    root = unzipped(made([SHEET], "qti12"))["017/017.xml"]
    space = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
    item = next(each for each in root.iter(f"{space}item") if each.get("ident") == "017-3-1-1")
    assert ("0.661667", "0.671667") == (
        item.findtext(f".//{space}vargte"),
        item.findtext(f".//{space}varlte"),
    )
    assert "numerical_question" == item.findtext(f".//{space}fieldentry")


# ---------------------------------------------------------------- GIFT, tables, notebooks


def test_gift_escapes_its_own_signs() -> None:
    text = made([SHEET], "gift").decode()
    blocks = [block for block in text.split("\n\n") if block.startswith("::")]
    assert 8 + 4 + 4 + 4 == len(blocks)
    for block in blocks:
        bare = re.sub(r"\\\\|\\[~=#{}:]", "", block.removeprefix("::"))
        assert re.fullmatch(r"[^:{}~=#]*::\[html\][^{}~=#:]*\{#-?[\d.]+:[\d.]+\}\n?", bare), bare


def test_csv_and_json_hold_the_same_answers(mixed: list[Sheet]) -> None:
    rows = list(csv.DictReader(made(mixed, "csv").decode().splitlines()))
    whole = json.loads(made(mixed, "json"))
    for student in whole:
        for part, answer in student["answers"].items():
            mine = [r["answer"] for r in rows if (r["student"], r["part"]) == (student["student"], part)]
            flat = [cell for row in answer for cell in row if cell] if isinstance(answer, list) else [answer]
            assert mine == flat


def test_notebook_cells_have_the_metadata_of_nbgrader() -> None:
    """nbgrader, schema version 3: an answer is graded and a solution, other cells are locked."""
    cells = json.loads(exports.own(SHEET, ["ipynb"])["sheet.ipynb"])["cells"]
    graders = [cell["metadata"]["nbgrader"] for cell in cells]
    assert [2, 2, 2, 2] == [g["points"] for g in graders if g["grade"]]
    assert all(g["grade"] == g["solution"] == (not g["locked"]) for g in graders)
    assert all(
        {"schema_version", "grade_id", "task"} <= g.keys() and g["schema_version"] == 3 for g in graders
    )
    ids = [g["grade_id"] for g in graders]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[\w-]{1,64}", id) for id in ids)


PLATFORMS = Path(__file__).parents[2] / ".venv" / "platforms" / "bin"
"""An environment of its own for programs of others that read our exports; ``.ci/run`` makes it."""

VALIDATION = """
import sys, nbformat
from nbgrader.nbgraderformat import MetadataValidator
for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
"""


def by_platform(program: str, *arguments: str) -> None:
    if not PLATFORMS.exists():
        pytest.skip("needs platforms: .ci/run installs nbgrader and qti-convert for it")
    found = subprocess.run(
        [str(PLATFORMS / program), *arguments], capture_output=True, text=True, check=False
    )
    assert 0 == found.returncode, found.stderr


def test_notebooks_pass_the_validation_of_nbgrader(mixed: list[Sheet], tmp_path: Path) -> None:
    for name, content in exports.own(mixed[0], ["ipynb"]).items():
        (tmp_path / name).write_bytes(content)
    by_platform("python", "-c", VALIDATION, *map(str, tmp_path.iterdir()))


def test_a_package_is_read_by_another_program(mixed: list[Sheet], tmp_path: Path) -> None:
    """qti-convert reads the package, manifest, tests and items, and writes it as QTI 3."""
    (tmp_path / "qti21.zip").write_bytes(made(mixed, "qti21"))
    by_platform("qti-convert", "upgrade", str(tmp_path / "qti21.zip"), str(tmp_path / "qti3.zip"))
    with ZipFile(tmp_path / "qti3.zip") as zipped:
        items = [ET.fromstring(zipped.read(n)) for n in zipped.namelist() if "/item-" in n]
    parts = [part for each in mixed for e in each.exercises for part in e.parts]
    assert len(parts) == len(items)
    asked = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}qti-response-declaration"
    assert all(item.findall(asked) for item in items)


# ---------------------------------------------------------------- documents


@pytest.mark.parametrize("language", ["en", "zh"])
def test_sheets_compile(mixed: list[Sheet], language: str) -> None:
    if shutil.which("xelatex") is None:
        pytest.skip("needs tex: there is no xelatex")
    exercises = mixed[0].exercises
    for is_key in (False, True):
        tex = render(Sheet(Student("017", r"Ada_% \L {"), exercises, language), "tex", is_key)
        assert latex.pdf(tex, "sheet").startswith(b"%PDF")


@pytest.mark.parametrize("format", ["md", "tex", "html"])
def test_a_sheet_holds_no_answer(mixed: list[Sheet], format: str) -> None:
    """What the key has more than the sheet is missing there: the right letter, and the value of a step."""
    exercise = SHEET.exercises[0]
    text = render(SHEET, format, False)
    assert exercise.example.id not in text
    assert r"\frac{2}{3}" not in text
    assert "<mn>2</mn><mn>3</mn>" not in text
    assert str(VERSION) in text


def test_every_word_is_translated() -> None:
    from derivations.writers import templates
    from derivations.writers.translations import catalogue

    words = catalogue(templates.locale(), "zh")
    assert [] == [message for message in messages() if words.gettext(message) == message]
