"""Documents that are made again only when something they are made of has changed.

What is asked for is a list of jobs.  Those that are due are done at the same time, each
in a process of its own; when all are done, their files take their places in one go.  So
an interrupted build leaves the last one whole, and a job that fails leaves its old files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from derivations import files
from derivations.cli import record, workers
from derivations.cli.record import Entry, Record, content_of
from derivations.model import DerivationError

LIMITS = workers.Limits(seconds=3600, megabytes=8192)
"""For one job: more than any needs that ends at all."""

Files = Mapping[str, bytes]
"""What files hold, by path below the output folder, with slashes."""


@dataclass(frozen=True, slots=True)
class Job:
    """Documents that are made together."""

    title: str
    """What complaints call it."""
    of: str
    """What kind of thing the documents are made of."""
    inputs: Mapping[str, str]
    """A fingerprint of all that a document is made of, by the document's name."""
    make: Callable[[Sequence[str]], Mapping[str, Files]]
    """The files of some of the documents, by the document's name.  Raises DerivationError."""


@dataclass(frozen=True, slots=True)
class Task:
    """The documents of a job that have to be made."""

    job: Job
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a task: files, or the reason why there are none."""

    task: Task
    documents: Mapping[str, Files] = field(default_factory=dict)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build has changed in the output folder."""

    written: Sequence[str] = ()
    """Names of documents."""
    removed: Sequence[str] = ()
    """Paths of files."""
    failures: Sequence[str] = ()
    """Why files could not be written or removed."""


def due(folder: Path, jobs: Sequence[Job]) -> list[Task]:
    """What has to be made: what is new, what is made of something else now, what is not there as it was."""
    known = record.read(folder)
    tasks = (
        Task(job, [name for name in job.inputs if not _is_current(folder, known, job, name)]) for job in jobs
    )
    return [task for task in tasks if task.names]


def current(folder: Path, jobs: Sequence[Job]) -> list[str]:
    """The names of the documents that need not be made."""
    known = record.read(folder)
    return [name for job in jobs for name in job.inputs if _is_current(folder, known, job, name)]


def _is_current(folder: Path, known: Record, job: Job, name: str) -> bool:
    entry = known.get(name)
    if entry is None or (entry.of, entry.inputs) != (job.of, job.inputs[name]):
        return False
    return all(record.holds(folder, path, content) for path, content in entry.files.items())


def run(tasks: Sequence[Task], processes: int) -> Iterator[Made]:
    """Do the tasks; what came of them, in their order."""
    results = workers.run(partial(workers.told, _documents), tasks, LIMITS, processes)
    for task, result in zip(tasks, results, strict=True):
        if isinstance(result, workers.Stopped):
            yield Made(task, failure=f"{task.job.title}: {result.reason}")
        elif isinstance(result, DerivationError):
            yield Made(task, failure=str(result))
        else:
            yield Made(task, result)


def _documents(task: Task) -> Mapping[str, Files]:
    return task.job.make(task.names)


# ---------------------------------------------------------------- what takes its place


def commit(folder: Path, made: Sequence[Made], obsolete: Collection[str]) -> Outcome:
    """Put files in their places, remove what is not made any more, and keep a record of it.

    ``obsolete`` names documents that are not made any more at all.  A file that is not as
    this program has written it is never removed.  The record is written last, so it is
    never ahead of the files.
    """
    documents = {name: (each.task, its) for each in made for name, its in each.documents.items()}
    if not (documents or obsolete or (folder / files.UNFINISHED).exists()):
        return Outcome()
    with files.only_one(folder):
        before = record.read(folder)
        contents = {path: raw for _, its in documents.values() for path, raw in its.items()}
        new = {path: raw for path, raw in contents.items() if not record.holds(folder, path, content_of(raw))}
        failures = files.write_all(folder, new)
        after = {name: entry for name, entry in before.items() if name not in obsolete}
        for name, (task, its) in documents.items():
            if not failures.keys() & its.keys():
                after[name] = _entry(task.job, name, its)
        removed, complaints = _swept(folder, before, after)
        files.write_all(folder, {record.NAME: record.written(after)})
    written = [name for name, (_, its) in documents.items() if (new.keys() - failures.keys()) & its.keys()]
    return Outcome(written, removed, [*failures.values(), *complaints])


def _entry(job: Job, name: str, document: Files) -> Entry:
    contents = {path: content_of(raw) for path, raw in document.items()}
    return Entry(job.of, job.inputs[name], contents)


def _swept(folder: Path, before: Record, after: Record) -> tuple[list[str], list[str]]:
    """Remove the files that no document has any more; which they were, and what went wrong."""
    wanted = {path for entry in after.values() for path in entry.files}
    removed, complaints = [], []
    for entry in before.values():
        for path, content in entry.files.items():
            if path in wanted or not record.holds(folder, path, content):
                continue
            try:
                files.remove(folder / path, folder)
                removed.append(path)
            except DerivationError as error:
                complaints.append(str(error))
    return removed, complaints
