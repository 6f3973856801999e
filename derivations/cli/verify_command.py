"""``derivations verify``."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from derivations import __version__
from derivations.cli import complain
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.cli.judging import Job, Judged
    from derivations.cli.workers import Limits

FORMATS = ("text", "json", "sarif", "junit", "github", "html")
WIDEST = 160


class Order(NamedTuple):
    """What is asked for."""

    format: str
    output: Path | None
    strict: bool
    fix: bool
    diff: bool


@click.command("verify")
@click.argument("paths", nargs=-1, required=True, metavar="PATH ...")
@click.option(
    "--format", type=click.Choice(FORMATS), default="text", show_default=True, help="Kind of report."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file."
)
@click.option("--fix", is_flag=True, help="Rewrite wrong numbers, and all that follow from them, in place.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--strict", is_flag=True, default=None, help="Rounding in the last digit counts as wrong.")
@click.option("--ignore", metavar="RULE,...", default="", help="Rules that are of no interest.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Articles at the same time; as many as there are cores.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    help="Longest time for one article; 20.",
)
@click.option("--memory", type=click.IntRange(1), metavar="MB", help="Most memory for one article; 1024.")
@click.option(
    "--stdin-filename", metavar="NAME", help="What - is called; its ending says which format it is."
)
def verify(
    paths: tuple[str, ...],
    format: str,
    output: Path | None,
    fix: bool,
    diff: bool,
    strict: bool | None,
    ignore: str,
    jobs: int | None,
    timeout: float | None,
    memory: int | None,
    stdin_filename: str | None,
) -> int:
    """Find the wrong numbers of articles: files, folders, or - for standard input."""
    gc.set_threshold(100_000)  # a short run: looking for cycles costs more than it frees
    from derivations.cli import gathering, settings, workers

    if fix and diff:
        raise DerivationError("--fix rewrites and --diff only shows; give one of them")
    if fix and gathering.STANDARD_INPUT in paths:
        raise DerivationError("--fix rewrites files, and - is none; take --diff")
    rules = [rule.strip() for rule in ignore.split(",") if rule.strip()]
    config = settings.load(Path.cwd()).overridden(strict, rules, timeout, memory)
    found = gathering.articles(paths, config.exclude)
    if not found:
        wanted = " ".join(sorted(gathering.SUFFIXES))
        raise DerivationError(f"{' '.join(paths)}: there is no article here; looked for {wanted}")
    items = list(_jobs(found, stdin_filename, frozenset(config.ignore), fix or diff))
    limits = workers.Limits(config.timeout, config.memory)
    order = Order(format, output, config.strict, fix, diff)
    results = list(_watched(_judged(items, limits, jobs or workers.cores(), order), len(items)))
    return _close(results, order)


def _jobs(paths: Sequence[str], name: str | None, ignore: frozenset[str], mend: bool) -> Iterator[Job]:
    from derivations.cli.gathering import STANDARD_INPUT
    from derivations.cli.judging import Job

    for path in paths:
        if path == STANDARD_INPUT:
            yield Job(path, sys.stdin.buffer.read(), name, ignore, mend)
        else:
            yield Job(path, None, None, ignore, mend)


def _judged(items: Sequence[Job], limits: Limits, jobs: int, order: Order) -> Iterator[Judged]:
    from derivations.cli import judging, workers

    if len(items) > 1:
        judging.load()
    results = workers.run(judging.judge, items, limits, jobs, meanwhile=lambda: _prepare(order))
    for job, result in zip(items, results, strict=True):
        yield (
            judging.failed(job, f"{job.title}: {result.reason}")
            if isinstance(result, workers.Stopped)
            else result
        )


def _prepare(order: Order) -> None:
    """Bring what the report needs while the first article is being judged."""
    from importlib import import_module

    from derivations.writers.reports import REPORTS

    import_module(f"derivations.writers.reports.{REPORTS[order.format]}")


def _watched(results: Iterable[Judged], count: int) -> Iterator[Judged]:
    """With a bar on a terminal, if there is something to wait for."""
    from derivations.cli.progress import progress

    with progress("articles", count if count > 1 else 0) as advance:
        for result in results:
            yield result
            advance(1)


# ---------------------------------------------------------------- what comes of it


def _close(results: Sequence[Judged], order: Order) -> int:
    """Show, write and mend; the exit code."""
    if order.diff:
        _emit(_differences(results), order.output)
    elif order.fix:
        _mend(results)
    if not order.diff:
        _report(results, order)
    for each in results:
        if each.checked.error and (order.format != "text" or order.diff):
            complain(each.checked.error)
    if any(each.checked.error for each in results):
        return 2
    return int(any(each.checked.is_faulty(order.strict) for each in results))


def _report(results: Sequence[Judged], order: Order) -> None:
    from derivations.writers.reports import Report, render

    terminal = sys.stdout.isatty() and order.output is None
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    width = min(_columns(), WIDEST) if terminal else 100
    articles = [each.checked for each in results]
    mended = tuple(each.after for each in results if each.after is not None) if order.fix else None
    report = Report(articles, __version__, order.strict, colour, width, mended)
    _emit(render(report, order.format), order.output)


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def _emit(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    from derivations import files

    files.write(output, text)


def _mend(results: Sequence[Judged]) -> None:
    """Write what was mended."""
    from derivations import files

    for each in results:
        if each.after is not None:
            files.replace(Path(each.path), each.raw)


def _differences(results: Sequence[Judged]) -> str:
    from derivations.writers.reports.differences import unified

    changed = ((each.checked.source, each.after.source.text) for each in results if each.after is not None)
    return "".join(line for before, after in changed for line in unified(before, after))
