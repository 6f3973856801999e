"""Work in processes of its own: bounded in time and memory, and in order.

Whatever happens to one piece of work, the others go on: a process that takes too
long is killed, one that needs too much memory or crashes says so.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_all_start_methods, get_context
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take."""

    seconds: float = 20.0
    megabytes: int = 1024


@dataclass(frozen=True)
class Stopped:
    """Why a piece of work has no result."""

    reason: str


@dataclass
class _Running(Generic[Item]):
    at: int
    process: Any
    results: connection.Connection
    deadline: float


def cores() -> int:
    """How many processes run at the same time where nobody says otherwise."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    limits: Limits,
    jobs: int,
    meanwhile: Callable[[], None] | None = None,
) -> Iterator[Result | Stopped]:
    """The results of all items in their order, each from a process of its own.

    ``meanwhile`` is done once, while the first ones are at work.
    """
    waiting = deque(enumerate(items))
    running: list[_Running[Item]] = []
    done: dict[int, Result | Stopped] = {}
    try:
        for at in range(len(items)):
            while at not in done:
                while waiting and len(running) < max(jobs, 1):
                    running.append(_start(*waiting.popleft(), work, limits))
                if meanwhile is not None:
                    meanwhile()
                    meanwhile = None
                _collect(running, done, limits)
            yield done.pop(at)
    finally:
        for each in running:
            each.process.kill()


def _start(at: int, item: Item, work: Callable[[Item], Result], limits: Limits) -> _Running[Item]:
    context: Any = get_context("fork" if "fork" in get_all_start_methods() else None)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(work, item, sender, limits), daemon=True)
    sys.stdout.flush()
    process.start()
    sender.close()
    return _Running(at, process, receiver, time.monotonic() + limits.seconds)


def _collect(running: list[_Running[Item]], done: dict[int, Result | Stopped], limits: Limits) -> None:
    """Wait until something is finished or late, and take it off the list."""
    patience = min(each.deadline for each in running) - time.monotonic()
    ready = connection.wait([each.results for each in running], max(patience, 0))
    for each in list(running):
        if each.results in ready:
            done[each.at] = _received(each, limits)
        elif time.monotonic() >= each.deadline:
            each.process.kill()
            done[each.at] = Stopped(f"stopped after {limits.seconds:g} s; --timeout gives it longer")
        else:
            continue
        each.results.close()
        each.process.join()
        running.remove(each)


def _received(each: _Running[Item], limits: Limits) -> Any:
    try:
        return each.results.recv()
    except (EOFError, OSError):
        each.process.join(1)
        code = each.process.exitcode
        return Stopped(
            f"stopped: it crashed, or needed more than {limits.megabytes} MiB of memory (code {code})"
        )


# ---------------------------------------------------------------- inside the process


def _child(work: Callable[[Item], Result], item: Item, sender: connection.Connection, limits: Limits) -> None:
    if os.environ.get("DERIVATIONS_DEBUG") != "1":
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _confine(limits)
    try:
        result: Result | Stopped = work(item)
    except MemoryError:
        result = Stopped(f"stopped: it needs more than {limits.megabytes} MiB of memory")
    except RecursionError:
        result = Stopped("stopped: it is nested too deeply")
    sender.send(result)
    sender.close()


def _confine(limits: Limits) -> None:
    """Set the limits of this process, where the system has any."""
    try:
        import resource
    except ImportError:
        return
    memory = _taken() + limits.megabytes * MEGABYTE
    seconds = int(limits.seconds) + 2
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, hard))


def _taken() -> int:
    """Bytes of address space that this process has already."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
