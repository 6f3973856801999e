"""A bar for whoever waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(label: str, count: int) -> Iterator[Callable[[int], None]]:
    """A function that is told how much more is done: a bar on a terminal, nothing in a pipe.

    The bar has no thread of its own, so that processes can be forked beside it.
    """
    if not count or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task(label, total=count)
        bar.refresh()

        def advance(done: int) -> None:
            bar.advance(task, done)
            bar.refresh()

        yield advance
