"""``derivations exercises`` and ``derivations grade`` as a teacher meets them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from derivations import cli


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    return cli.main([*arguments])


def test_sheets_keys_and_class_wide_files(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(
        "exercises", "--topic", "self-attention", "--count", "2", "--seed", "1", "--format", "md,moodle,csv"
    )
    build = here / "build" / "exercises"
    assert {"001", "002", "moodle.xml", "answers.csv"} == {path.name for path in build.iterdir()}
    assert {"sheet.md", "key.md"} == {path.name for path in (build / "001").iterdir()}
    out = capsys.readouterr().out
    assert out.startswith("2 sheets, 2 keys (md), build/exercises/moodle.xml, build/exercises/answers.csv\n")
    assert "no two alike" in out


def test_a_class_from_a_roster_to_marks(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "class.csv").write_text("name,id\nAda,s17\nGrace,s18\n", "utf-8")
    assert 0 == run("exercises", "--students", "class.csv", "--seed", "2026")
    answers = here / "answers"
    answers.mkdir()
    for id in ("s17", "s18"):
        shutil.copy(
            here / "build" / "exercises" / id / ("key.md" if id == "s17" else "sheet.md"),
            answers / f"{id}.md",
        )
    capsys.readouterr()
    assert 0 == run("grade", "build/exercises", "answers", "-o", "marks")
    assert "8 of 8" in capsys.readouterr().out
    table = (here / "marks" / "marks.csv").read_text("utf-8").splitlines()
    assert [
        "student,score,points,without_carrying,part_1,part_2,part_3,part_4",
        "s17,8,8,8,2,2,2,2",
        "s18,0,8,0,0,0,0,0",
    ] == table
    assert {"feedback.md"} == {path.name for path in (here / "marks" / "s17").iterdir()}


def test_an_unreadable_part_is_told_by_the_exit_code(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("exercises", "--count", "1")
    sheet = here / "build" / "exercises" / "001" / "sheet.md"
    text = sheet.read_text("utf-8")
    at = text.index("<!-- answer 2 -->")
    (here / "mine.md").write_text(
        text[:at] + "<!-- answer 2 -->\nas discussed\n" + text[text.index("<!-- end 2 -->") :], "utf-8"
    )
    assert 1 == run("grade", str(sheet), "mine.md")
    assert "cannot be read: as discussed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["exercises", "--topic", "self-atention"], "did you mean self-attention"),
        (["exercises", "--kind", "essay"], "no kind of exercise is called 'essay'; there are step, cells"),
        (["exercises", "--format", "docx"], "no format 'docx' for exercises; there are md"),
        (["exercises", "--topic", "cost", "--kind", "shape"], "cost has no exercise of the kind 'shape'"),
        (["exercises", "--students", "nobody.csv"], "nobody.csv: there is no such file"),
        (["exercises", "--lang", "xx"], "no texts in the language 'xx'"),
        (["exercises", "--kind", ""], "--kind is empty; leave it out"),
        (["exercises", "--topic", " , "], "--topic is empty; leave it out"),
        (["exercises", "-o", "/dev/null/x"], "/dev/null/x/001/sheet.md: cannot be written"),
        (["grade", "none.md", "none.md"], "none.md: there is no such file"),
        (["grade", "none.md", "scan.pdf"], "scan.pdf: answers are read from .md, .markdown, .txt, .ipynb"),
    ],
)
def test_what_cannot_run_is_told_in_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert 2 == run(*arguments)
    out, err = capsys.readouterr()
    assert "" == out
    assert message in err
    assert 1 == err.count("\n")


def test_answers_of_somebody_else_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("exercises", "--count", "2")
    capsys.readouterr()
    assert 2 == run("grade", "build/exercises/001/sheet.md", "build/exercises/002/key.md")
    assert "these are the answers of '002', the sheet is that of '001'" in capsys.readouterr().err


def test_answers_to_a_sheet_of_another_seed_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in "12":
        words = ["exercises", "--topic", "softmax", "--count", "1", "--format", "md,ipynb", "--seed", seed]
        assert 0 == cli.main([*words, "-o", seed])
    for ending in ("md", "ipynb"):
        assert 2 == cli.main(["grade", "1/001/sheet.md", f"2/001/key.{ending}"])
        assert "these answers are to other exercises than those of the sheet" in capsys.readouterr().err
        assert 0 == cli.main(["grade", "1/001/sheet.md", f"1/001/key.{ending}"])


def test_two_answers_of_one_student_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("exercises", "--count", "1")
    for name in ("001.md", "again.md"):
        shutil.copy(here / "build" / "exercises" / "001" / "key.md", here / name)
    capsys.readouterr()
    assert 2 == run("grade", "build/exercises", "001.md", "again.md", "-o", "marks")
    assert "again.md: 001 was marked already, from 001.md" in capsys.readouterr().err
    assert 2 == len((here / "marks" / "marks.csv").read_text("utf-8").splitlines())


def test_a_part_that_the_sheet_does_not_have_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("exercises", "--count", "1")
    (here / "mine.json").write_text('{"answers": {"7": "x"}}', "utf-8")
    assert 0 == run("grade", "build/exercises/001/sheet.md", "mine.json")
    assert "mine.json: the sheet has no part 7; it has 1, 2, 3, 4" in capsys.readouterr().err


def test_stress_writes_a_table_and_a_picture(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run("exercises", "--stress", "5", "--topic", "softmax")
    out = capsys.readouterr().out
    assert out.startswith("softmax, step, difficulty 2: 5 variants\n")
    assert "rejected" in out
    picture = (here / "build" / "exercises" / "stress-softmax-step-2.svg").read_text("utf-8")
    assert picture.startswith("<svg")
    assert "guessed right" in picture
