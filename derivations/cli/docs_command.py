"""``derivations docs``."""

from __future__ import annotations

import gc
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivations.cli import complain
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.cli.building import Job, Made, Outcome, Task
    from derivations.cli.pages import Order


@dataclass(frozen=True, slots=True)
class _Stage:
    """What came of some jobs."""

    outcome: Outcome
    current: Sequence[str]
    """Documents that did not have to be made."""
    failed: int
    was_due: bool


@click.command("docs")
@click.argument("targets", nargs=-1, metavar="[ID|FILE.toml ...]")
@click.option("--lang", default="", metavar="en,zh", help="Languages of the pages; all by default.")
@click.option(
    "--format",
    "formats",
    default="md,tex,html,ipynb",
    show_default=True,
    metavar="md,html,...",
    help="Kinds of document; also pdf, which needs TeX or Typst, and site, which needs Sphinx.",
)
@click.option(
    "--jobs",
    "processes",
    type=click.IntRange(1),
    metavar="N",
    help="Processes; as many as there are cores.",
)
@click.option(
    "-o",
    "--output",
    default="build",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the pages.",
)
def docs(targets: tuple[str, ...], lang: str, formats: str, processes: int | None, output: Path) -> int:
    """Write tutorials, with every number checked; all derivations if none is named.

    Only what has changed since the last time is made again.
    """
    gc.set_threshold(100_000)  # a short run: looking for cycles costs more than it frees
    from derivations.cli import pages, workers
    from derivations.library import load_all
    from derivations.writers import documents

    asked = tuple(dict.fromkeys(targets or load_all()))
    order = pages.Order(
        _listed(lang) or documents.known_languages(),
        _listed(formats),
        output,
        [pages.id_of(target) for target in asked],
    )
    documents.check_languages(order.languages)
    _check_formats(order)
    jobs, refused = _planned(asked, order)
    stages = [_built(jobs, order, processes or workers.cores(), () if targets else pages.obsolete(output))]
    failed = refused + stages[0].failed
    if failed:
        complain(f"{failed} {'derivation was' if failed == 1 else 'derivations were'} not written; see above")
    elif pages.SITE in order.formats:
        stages.insert(0, _built([pages.site_job(order)], order, 1, ()))
    _close(stages, order.folder)
    return 2 if failed or any(map(_is_bad, stages)) else 0


def _listed(words: str) -> list[str]:
    """``en,zh`` as a list, each once."""
    return list(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


def _check_formats(order: Order) -> None:
    """Raise DerivationError for a format that there is not, or that this machine cannot make."""
    from derivations import typeset
    from derivations.cli import pages
    from derivations.writers import site

    for each in order.formats:
        if each not in pages.FORMATS:
            raise DerivationError(f"no format {each!r}; there are {', '.join(pages.FORMATS)}")
    if pages.PDF in order.formats:
        typeset.check(order.languages)
    if pages.SITE in order.formats:
        site.check()


def _planned(targets: Sequence[str], order: Order) -> tuple[list[Job], int]:
    """The jobs of the targets; how many targets there is none for is the second value."""
    from derivations.cli import pages

    jobs: list[Job] = []
    refused = 0
    for target in targets:
        try:
            jobs.append(pages.job(target, order))
            _check_places(jobs, order.folder)
        except DerivationError as error:
            complain(str(error))
            refused += 1
    return jobs, refused


def _check_places(jobs: list[Job], folder: Path) -> None:
    """Raise DerivationError, and drop the last job, if it would write what another one writes."""
    *others, last = jobs
    for other in others:
        for name in other.inputs.keys() & last.inputs.keys():
            jobs.pop()
            raise DerivationError(
                f"{last.title}: {other.title} is written to {folder / name}; rename one of them"
            )


def _built(jobs: Sequence[Job], order: Order, processes: int, obsolete: Collection[str]) -> _Stage:
    """Do what is due and put it in its place; what goes wrong is told at once."""
    from derivations.cli import building

    due = building.due(order.folder, jobs)
    made = _made(due, order, processes) if due else []
    outcome = building.commit(order.folder, made, obsolete)
    for complaint in outcome.failures:
        complain(complaint)
    failed = sum(bool(each.failure) for each in made)
    current = [name for name in building.current(order.folder, jobs) if name not in outcome.written]
    return _Stage(outcome, current, failed, bool(due))


def _made(due: Sequence[Task], order: Order, processes: int) -> list[Made]:
    """Do what is due; what goes wrong is told at once."""
    from derivations import files
    from derivations.cli import building, pages
    from derivations.cli.progress import progress

    files.check_folder(order.folder)
    pages.load(order.languages)
    made: list[Made] = []
    with progress("tutorials", len(due)) as advance:
        for each in building.run(due, processes):
            if each.failure:
                complain(each.failure)
            made.append(each)
            advance(1)
    return made


def _is_bad(stage: _Stage) -> bool:
    return bool(stage.failed or stage.outcome.failures)


def _close(stages: Sequence[_Stage], folder: Path) -> None:
    """Say what was done."""
    was_due = any(stage.was_due or _is_bad(stage) for stage in stages)
    _say("Removed", folder, [name for stage in stages for name in stage.outcome.removed])
    current = [name for stage in stages for name in stage.current]
    _say("Up to date" if was_due else "Nothing to do; up to date", folder, current)
    _say("Written", folder, [name for stage in stages for name in stage.outcome.written])


def _say(what: str, folder: Path, names: Sequence[str]) -> None:
    """``Written: build/en/self-attention.md and 239 more``; nothing where there is none."""
    from derivations.cli import pages

    names = [name for name in names if not name.startswith(pages.SOURCES)]  # nobody reads these
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(f"{what}: {folder / names[0]}{more}")
