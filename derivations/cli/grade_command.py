"""``derivations grade``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivations.cli import complain
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.exercises.answers import Answers
    from derivations.exercises.grading import Marked, Policy
    from derivations.exercises.sheets import Sheet

ENDINGS = (".md", ".ipynb", ".tex", ".html")
"""Of sheets, the first that a folder holds."""


@click.command("grade")
@click.argument("sheet", metavar="SHEET")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWERS ...")
@click.option(
    "--ecf",
    type=click.Choice(("off", "if-better", "always")),
    default="if-better",
    show_default=True,
    help="Whether errors are carried forward.",
)
@click.option(
    "--ecf-penalty",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    metavar="SHARE",
    help="Share of a part that carried credit loses.",
)
@click.option("--lang", help="Language of the feedback; that of the sheet by default.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write marks.csv and a feedback page for each student.",
)
def grade(
    sheet: str, answers: tuple[str, ...], ecf: str, ecf_penalty: float, lang: str | None, output: Path | None
) -> int:
    """Mark filled-in sheets: SHEET is a sheet or the folder of a class, ANSWERS files or folders."""
    from derivations.exercises.grading import Policy

    policy = Policy(ecf, Fraction(str(ecf_penalty)))
    done: list[Marked] = []
    failed = 0
    for each in _all_answers(answers):
        if isinstance(each, DerivationError):
            complain(str(each))
            failed += 1
            continue
        try:
            found = _graded(sheet, each, policy)
            _check_once(found, done)
            _tell_strangers(found)
            done.append(found)
        except DerivationError as error:
            complain(str(error))
            failed += 1
    _show(done, lang)
    if output is not None and done:
        _write(done, lang, output)
    if failed:
        return 2
    return int(any(mark.remark == "unread" for marked in done for _, mark in marked.marks))


def _check_once(found: Marked, done: list[Marked]) -> None:
    """Two files of one student: nobody can say which of them counts."""
    same = [each for each in done if each.sheet.student.id == found.sheet.student.id]
    if same:
        raise DerivationError(
            f"{found.answers.path}: {found.sheet.student.id} was marked already, "
            f"from {same[0].answers.path}; leave one of the two files out"
        )


def _tell_strangers(found: Marked) -> None:
    """Answers to parts that the sheet does not have are not marked, but not passed over in silence."""
    known = [numbered.number for numbered, _ in found.marks]
    strange = [number for number in found.answers.parts if number not in known]
    if strange:
        complain(
            f"{found.answers.path}: the sheet has no part {', '.join(strange)}; it has {', '.join(known)}"
        )


def _all_answers(paths: tuple[str, ...]) -> Iterator[Answers | DerivationError]:
    from derivations import files
    from derivations.exercises import answers

    for path in paths:
        for file in _files(path):
            try:
                answers.ending(file)
                yield from answers.read(files.read(file))
            except DerivationError as error:
                yield error


def _files(path: str) -> list[str]:
    """A file, or the files with answers in a folder, in the order of their names."""
    from derivations.exercises.answers import READERS

    if not os.path.isdir(path):
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [os.path.join(folder, name) for name in sorted(names) if Path(name).suffix in READERS]
    if not found:
        raise DerivationError(f"{path}: no answers in this folder; they end in {', '.join(READERS)}")
    return found


def _graded(sheet: str, answers: Answers, policy: Policy) -> Marked:
    from derivations.exercises.grading import grade as marked

    made = _sheet_for(sheet, answers)
    if answers.student and answers.student != made.student.id:
        raise DerivationError(
            f"{answers.path}: these are the answers of {answers.student!r}, the sheet is that of "
            f"{made.student.id!r}; name the folder of all sheets, or the right sheet"
        )
    if answers.origins is not None and answers.origins != made.origins:
        raise DerivationError(
            f"{answers.path}: these answers are to other exercises than those of the sheet: topics, kinds, "
            "difficulties or seeds differ; name the sheet on which they were filled in"
        )
    return marked(made, answers, policy)


def _sheet_for(path: str, answers: Answers) -> Sheet:
    """The sheet that was named, or the student's own in the folder of a class."""
    from derivations import files
    from derivations.exercises.sheets import sheet_of

    if not os.path.isdir(path):
        return sheet_of(files.read(path))
    place = Path(answers.path)
    for student in dict.fromkeys((answers.student, place.stem, place.parent.name)):
        for ending in ENDINGS if student else ():
            candidate = Path(path) / student / f"sheet{ending}"
            if candidate.is_file():
                return sheet_of(files.read(candidate))
    raise DerivationError(
        f"{answers.path}: no sheet in {path} belongs to these answers; name the file like the "
        "student's folder, or keep the last line of the sheet"
    )


def _show(done: list[Marked], lang: str | None) -> None:
    from derivations.writers.sheets import marks

    for marked in done:
        translate = _words(marked, lang)
        if len(done) > 1:
            click.echo(f"{marked.sheet.student.id} ({marked.answers.path})")
        for line in marks.lines(marked, translate):
            click.echo(line)


def _write(done: list[Marked], lang: str | None, output: Path) -> None:
    from derivations import files
    from derivations.writers.sheets import marks

    files.write(output / "marks.csv", marks.table(done))
    for marked in done:
        page = marks.feedback(marked, _words(marked, lang))
        files.write(output / marked.sheet.student.id / "feedback.md", page)
    click.echo(f"Written: {output / 'marks.csv'} and {len(done)} feedback page{'s' * (len(done) > 1)}")


def _words(marked: Marked, lang: str | None) -> Callable[[str], str]:
    from derivations.writers import templates
    from derivations.writers.translations import catalogue

    return catalogue(templates.locale(), lang or marked.sheet.language).gettext
