"""Work in processes of its own: bounded in time and memory, and in order.

Whatever happens to one piece of work, the others go on: a process that takes too
long is killed, one that needs too much memory or crashes says so.  Where a system
cannot fork, the work is done here, one piece after the other and without bounds.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from derivations.model import DerivationError

Item = TypeVar("Item")
Result = TypeVar("Result")

MEGABYTE = 1 << 20
PATIENCE = 2.0
"""Seconds that a process has to stop by itself."""


class Limits(NamedTuple):
    """What one piece of work may take."""

    seconds: float = 20.0
    megabytes: int = 1024


class Stopped(NamedTuple):
    """Why a piece of work has no result."""

    reason: str


@dataclass
class _Running:
    at: int
    process: int
    pipe: int
    deadline: float
    received: list[bytes] = field(default_factory=list)


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
    if not hasattr(os, "fork"):
        yield from map(work, items)
        return
    waiting = deque(enumerate(items))
    running: list[_Running] = []
    done: dict[int, Result | Stopped] = {}
    try:
        for at in range(len(items)):
            while at not in done:
                while waiting and len(running) < jobs:
                    running.append(_start(*waiting.popleft(), work, limits))
                if meanwhile is not None:
                    meanwhile()
                    meanwhile = None
                _collect(running, done, limits)
            yield done.pop(at)
    finally:
        _end_all(running)


def told(work: Callable[[Item], Result], item: Item) -> Result | DerivationError:
    """The result of a work, or what it complains of."""
    try:
        return work(item)
    except DerivationError as error:
        return error


def _start(at: int, item: Item, work: Callable[[Item], Result], limits: Limits) -> _Running:
    receiver, sender = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if not process:
        os.close(receiver)
        _child(work, item, sender, limits)
    os.close(sender)
    return _Running(at, process, receiver, time.monotonic() + limits.seconds)


def _collect(running: list[_Running], done: dict[int, Any], limits: Limits) -> None:
    """Wait until something arrives or is late; take what is finished off the list."""
    patience = max(min(each.deadline for each in running) - time.monotonic(), 0)
    ready, _, _ = select.select([each.pipe for each in running], [], [], patience)
    for each in list(running):
        late = time.monotonic() >= each.deadline
        if each.pipe in ready:
            chunk = os.read(each.pipe, MEGABYTE)
            each.received.append(chunk)
            if chunk:
                continue
            running.remove(each)
            done[each.at] = _received(each, limits)
        elif late:
            running.remove(each)
            _end(each)
            done[each.at] = Stopped(f"stopped after {limits.seconds:g} s; --timeout gives it longer")


def _received(each: _Running, limits: Limits) -> Any:
    os.close(each.pipe)
    code = os.waitstatus_to_exitcode(os.waitpid(each.process, 0)[1])
    if code:
        reason = f"stopped: it crashed, or needed more than {limits.megabytes} MiB of memory (code {code})"
        return Stopped(reason)
    return pickle.loads(b"".join(each.received))  # noqa: S301 - written by the process that was started here


def _end_all(running: Sequence[_Running]) -> None:
    """Ask the processes to stop, so that they can stop what they have started, and do not wait long."""
    for each in running:
        os.kill(each.process, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for each in running:
        while select.select([each.pipe], [], [], max(deadline - time.monotonic(), 0))[0]:
            if not os.read(each.pipe, MEGABYTE):
                break
        _end(each)


def _end(each: _Running) -> None:
    os.kill(each.process, signal.SIGKILL)
    os.close(each.pipe)
    os.waitpid(each.process, 0)


# ---------------------------------------------------------------- inside the process


def _child(work: Callable[[Item], Result], item: Item, sender: int, limits: Limits) -> None:
    """Do the work, send the result, and end; nothing of the process that was forked goes on."""
    code = 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all at once; the one that waits decides
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if os.environ.get("DERIVATIONS_DEBUG") != "1":
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        _confine(limits)
        with os.fdopen(sender, "wb") as pipe:
            pickle.dump(_outcome(work, item, limits), pipe)
        code = 0
    finally:
        os._exit(code)


def _outcome(work: Callable[[Item], Result], item: Item, limits: Limits) -> Result | Stopped:
    try:
        return work(item)
    except MemoryError:
        return Stopped(f"stopped: it needs more than {limits.megabytes} MiB of memory")
    except RecursionError:
        return Stopped("stopped: it is nested too deeply")
    except Exception as error:  # a mistake of this program must not stop the other articles
        if os.environ.get("DERIVATIONS_DEBUG") == "1":
            traceback.print_exc()
        return Stopped(f"internal error, {type(error).__name__}: {error}; please report it with its input")


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
