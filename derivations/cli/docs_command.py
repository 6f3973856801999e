"""``derivations docs``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derivations.cli import complain
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.writers.views import Page

PDF = "pdf"
"""Made by :mod:`derivations.typeset`."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    languages: Sequence[str]
    formats: Sequence[str]
    folder: Path


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
    "-o",
    "--output",
    default="build",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the pages.",
)
def docs(targets: tuple[str, ...], lang: str, formats: str, output: Path) -> int:
    """Write tutorials, with every number checked; all derivations if none is named."""
    from derivations.library import load_all
    from derivations.writers import documents

    order = Order(_listed(lang) or documents.known_languages(), _listed(formats), output)
    documents.check_languages(order.languages)
    _check_formats(order.formats, order.languages)
    written: list[Path] = []
    failed = 0
    asked = targets or tuple(load_all())
    with _progress(len(asked)) as advance:
        for target in asked:
            try:
                written += _build(target, order)
            except DerivationError as error:
                complain(str(error))
                failed += 1
            advance()
    _close(written, failed)
    return 2 if failed else 0


def _listed(words: str) -> list[str]:
    """``en,zh`` as a list, each once."""
    return list(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


def _check_formats(formats: Sequence[str], languages: Sequence[str]) -> None:
    """Raise DerivationError for a format that there is not, or that this machine cannot make."""
    from derivations import typeset
    from derivations.writers import documents

    known = [*documents.FORMATS, PDF]
    for each in formats:
        if each not in known:
            raise DerivationError(f"no format {each!r}; there are {', '.join(known)}")
    if PDF in formats:
        typeset.check(languages)


def _build(target: str, order: Order) -> list[Path]:
    """The documents of one derivation: all are made before the first is written."""
    from derivations import files
    from derivations.cli.targets import worked_examples
    from derivations.library import load_all
    from derivations.writers import documents

    titles = {id: derivation.title for id, derivation in load_all().items()}
    worked = list(worked_examples(target))
    made: dict[Path, bytes] = {}
    for language in order.languages:
        page = documents.tutorial(worked, language, titles)
        for format in order.formats:
            made |= _files(page, format, order.languages, order.folder / language)
    for path, raw in made.items():
        files.write_bytes(path, raw)
    return list(made)


def _files(page: Page, format: str, languages: Sequence[str], folder: Path) -> dict[Path, bytes]:
    """The files of a page in a format."""
    from derivations import typeset
    from derivations.writers import documents

    if format == PDF:
        path = folder / f"{page.id}.{PDF}"
        return {path: typeset.pdf(lambda kind: documents.render(page, kind, languages), str(path))}
    return {folder / name: raw for name, raw in documents.files(page, format, languages).items()}


@contextmanager
def _progress(count: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("tutorials", total=count)
        yield lambda: bar.advance(task)


def _close(written: Sequence[Path], failed: int) -> None:
    if failed:
        complain(f"{failed} {'derivation was' if failed == 1 else 'derivations were'} not written; see above")
    if written:
        more = f" and {len(written) - 1} more" if len(written) > 1 else ""
        click.echo(f"Written: {written[0]}{more}")
