"""``derivations docs``."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivations.cli import complain
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.cli.building import Job, Made, Task
    from derivations.cli.pages import Order


@click.command("docs")
@click.argument("targets", nargs=-1, metavar="[ID|FILE.toml ...]")
@click.option("--lang", default="", metavar="en,zh", help="Languages of the pages; all by default.")
@click.option(
    "--format",
    "formats",
    default="md,tex,html,ipynb",
    show_default=True,
    metavar="md,html,...",
    help="Kinds of document; also pdf, which needs TeX or Typst.",
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
    from derivations.cli import building, pages, workers
    from derivations.library import load_all
    from derivations.writers import documents

    order = pages.Order(_listed(lang) or documents.known_languages(), _listed(formats), output)
    documents.check_languages(order.languages)
    _check_formats(order)
    jobs, refused = _planned(targets or tuple(load_all()), order)
    due = building.due(output, jobs)
    made = _made(due, order, processes or workers.cores()) if due else []
    outcome = building.commit(output, made, () if targets else pages.obsolete(output))
    for complaint in outcome.failures:
        complain(complaint)
    failed = refused + sum(bool(each.failure) for each in made)
    if failed:
        complain(f"{failed} {'derivation was' if failed == 1 else 'derivations were'} not written; see above")
    _say("Removed", output, outcome.removed)
    current = [name for name in building.current(output, jobs) if name not in outcome.written]
    _say("Up to date" if due or failed else "Nothing to do; up to date", output, current)
    _say("Written", output, outcome.written)
    return 2 if failed or outcome.failures else 0


def _listed(words: str) -> list[str]:
    """``en,zh`` as a list, each once."""
    return list(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


def _check_formats(order: Order) -> None:
    """Raise DerivationError for a format that there is not, or that this machine cannot make."""
    from derivations import typeset
    from derivations.cli import pages

    for each in order.formats:
        if each not in pages.FORMATS:
            raise DerivationError(f"no format {each!r}; there are {', '.join(pages.FORMATS)}")
    if pages.PDF in order.formats:
        typeset.check(order.languages)


def _planned(targets: Sequence[str], order: Order) -> tuple[list[Job], int]:
    """The jobs of the targets; how many targets there is none for is the second value."""
    from derivations.cli import pages

    jobs: list[Job] = []
    refused = 0
    for target in dict.fromkeys(targets):
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


def _say(what: str, folder: Path, names: Sequence[str]) -> None:
    """``Written: build/en/self-attention.md and 239 more``; nothing where there is none."""
    if names:
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        click.echo(f"{what}: {folder / names[0]}{more}")
