"""What mending changes, as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from derivations.model import Source
from derivations.writers.reports.content import clean

MISSING = "\\ No newline at end of file\n"


def unified(before: Source, after: str) -> Iterator[str]:
    """Lines of a diff that ``patch`` takes: the lines of the article as they are."""
    path = clean(before.path).lstrip("/")
    lines = unified_diff(
        before.text.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n{MISSING}"
