"""``derivations exercises``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.exercises.roster import Student
    from derivations.exercises.sheets import Order, Sheet

FIRST_TOPIC = "self-attention"
CHUNK = 20
"""Sheets that one process makes before it reports."""
SECONDS = 3600
MEGABYTES = 4096


@dataclass(frozen=True)
class Work:
    """Some sheets to make and write."""

    order: Order
    students: tuple[Student, ...]
    formats: tuple[str, ...]
    folder: Path


@click.command("exercises")
@click.option(
    "--topic",
    default=FIRST_TOPIC,
    show_default=True,
    metavar="ID,...",
    help="Derivations; each gives an exercise. all for every one.",
)
@click.option(
    "--kind",
    default="step",
    show_default=True,
    metavar="KIND,...",
    help="step, cells, error, choice, shape, identity, grid.",
)
@click.option(
    "--count",
    type=click.IntRange(1, 100_000),
    default=1,
    show_default=True,
    metavar="N",
    help="How many sheets.",
)
@click.option("--seed", default="1", show_default=True, help="Another seed, other sheets.")
@click.option(
    "--students", type=click.Path(path_type=Path), metavar="ROSTER.csv", help="One sheet for each student."
)
@click.option("--difficulty", type=click.IntRange(1, 5), default=2, show_default=True, help="1 to 5.")
@click.option(
    "--format",
    "formats",
    default="md",
    show_default=True,
    metavar="FORMAT,...",
    help="md, tex, pdf, html, ipynb, moodle, qti12, qti21, gift, csv, json.",
)
@click.option("--lang", default="en", show_default=True, help="Language of the sheets.")
@click.option(
    "--stress",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Draw N variants and report on them; writes no sheets.",
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes; as many as there are cores.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="build/exercises",
    show_default=True,
    help="Folder for the sheets.",
)
def exercises(
    topic: str,
    kind: str,
    count: int,
    seed: str,
    students: Path | None,
    difficulty: int,
    formats: str,
    lang: str,
    stress: int | None,
    jobs: int | None,
    output: Path,
) -> int:
    """Write exercise sheets and their keys, every one with numbers of its own."""
    from derivations import files, typeset
    from derivations.cli import workers
    from derivations.cli.progress import progress
    from derivations.exercises import roster, sheets
    from derivations.writers import documents
    from derivations.writers.sheets import exports

    order = sheets.Order(_topics(topic), _listed("kind", kind), difficulty, seed, lang)
    documents.check_languages([lang])
    wanted = exports.check_formats(_listed("format", formats))
    if "pdf" in wanted:
        typeset.check([lang])
    _check_kinds(order)
    class_list = roster.roster(files.read(students)) if students else roster.students(count)
    if stress:
        return _stress(order, stress, output)
    chunks = [class_list[at : at + CHUNK] for at in range(0, len(class_list), CHUNK)]
    work = [Work(order, tuple(each), wanted, output) for each in chunks]
    made: list[Sheet] = []
    with progress("sheets", len(class_list)) as advance:
        limits = workers.Limits(SECONDS, MEGABYTES)
        for done in workers.run(partial(workers.told, _make), work, limits, jobs or workers.cores()):
            if isinstance(done, workers.Stopped):
                raise DerivationError(f"the sheets were not all made: {done.reason}")
            if isinstance(done, DerivationError):
                raise done
            made += done
            advance(len(done))
    together = exports.class_wide(made, wanted)
    for name, content in together.items():
        files.write_bytes(output / name, content)
    _close(made, wanted, output, list(together))
    return 0


def _listed(option: str, words: str) -> tuple[str, ...]:
    """Words between commas, each once."""
    found = tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))
    if not found:
        raise DerivationError(f"--{option} is empty; leave it out, or see: derivations exercises --help")
    return found


def _topics(words: str) -> tuple[str, ...]:
    from derivations.library import load, load_all

    if words.strip() == "all":
        return tuple(load_all())
    return tuple(load(id).id for id in _listed("topic", words))


def _check_kinds(order: Order) -> None:
    """Every topic has every kind; this also makes the bases that all processes share."""
    from derivations.exercises.generate import exercise
    from derivations.exercises.kinds import KINDS

    for kind in order.kinds:
        if kind not in KINDS:
            raise DerivationError(f"no kind of exercise is called {kind!r}; there are {', '.join(KINDS)}")
    for topic in order.topics:
        for kind in order.kinds:
            exercise(topic, kind, order.difficulty, 1)


def _make(work: Work) -> list[Sheet]:
    """The sheets of some students, written with their keys."""
    from derivations import files
    from derivations.exercises import sheets
    from derivations.writers.sheets import exports

    made = []
    for student in work.students:
        sheet = sheets.sheet(work.order, student)
        for name, content in exports.own(sheet, work.formats).items():
            files.write_bytes(work.folder / student.id / name, content)
        made.append(sheet)
    return made


def _close(made: Sequence[Sheet], formats: Sequence[str], output: Path, together: Sequence[str]) -> None:
    from derivations.exercises import sheets
    from derivations.writers.sheets import exports

    own = [format for format in formats if format in exports.OWN]
    many = "s" * (len(made) > 1)
    kinds = f"{len(made)} sheet{many}, {len(made)} key{many} ({', '.join(own)}), " if own else ""
    click.echo(f"{kinds}{', '.join(str(output / name) for name in together) or output}")
    alike = sheets.shared(made)
    same = (
        ", no two alike" * (len(made) > 1)
        if not alike
        else f", alike: {'; '.join(', '.join(ids) for ids in alike)}; a higher difficulty has more variants"
    )
    click.echo(f"{_spread(made)}{same}")


def _spread(made: Sequence[Sheet]) -> str:
    """``difficulty 2.0 ± 0.1, about 210 operations by hand``: whole sheets, compared with each other."""
    measures = [sum(e.measure for e in sheet.exercises) / len(sheet.exercises) for sheet in made]
    work = sorted(sum(e.work for e in sheet.exercises) for sheet in made)
    middle, spread = (min(measures) + max(measures)) / 2, (max(measures) - min(measures)) / 2
    return f"difficulty {middle:.1f} ± {spread:.1f}, about {work[len(work) // 2]} operations by hand"


def _stress(order: Order, count: int, output: Path) -> int:
    from derivations import files
    from derivations.exercises.stress import stress
    from derivations.writers.sheets.stress_table import picture, table

    for topic in order.topics:
        for kind in order.kinds:
            found = stress(topic, kind, order.difficulty, order.salt, count)
            path = output / f"stress-{topic}-{kind}-{order.difficulty}.svg"
            files.write(path, picture(found))
            click.echo(table(found), nl=False)
            click.echo(f"Picture: {path}")
    return 0
