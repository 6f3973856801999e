"""Which files a command looks at: those that are named, and the articles in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch

from derivations.model import DerivationError

SUFFIXES = frozenset(".md .markdown .tex .html .htm .ipynb .txt .jsx .tsx .js".split())
"""What is taken for an article in a folder; a file that is named may end otherwise."""
SKIPPED = frozenset(("build", "node_modules", "__pycache__", "site-packages"))
STANDARD_INPUT = "-"


def articles(paths: Sequence[str], exclude: Sequence[str] = ()) -> list[str]:
    """All articles, each once; a folder's in the order of their names.

    Raises DerivationError for a path that does not exist.
    """
    return list(dict.fromkeys(found for path in paths for found in _below(path, exclude)))


def _below(path: str, exclude: Sequence[str]) -> Iterator[str]:
    if path == STANDARD_INPUT or os.path.isfile(path):
        yield path
    elif os.path.isdir(path):
        yield from _in_folder(path, exclude)
    elif os.path.exists(path):
        yield path
    else:
        raise DerivationError(
            f"{path}: there is no such file or folder; expected an article, a folder with articles, "
            f"or {STANDARD_INPUT} for standard input"
        )


def _in_folder(top: str, exclude: Sequence[str]) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not _is_skipped(name))
        for name in sorted(names):
            path = os.path.normpath(os.path.join(folder, name))
            if is_article(os.path.relpath(path, top), exclude) and not _matches(path, exclude):
                yield path


def is_article(below: str, exclude: Sequence[str] = ()) -> bool:
    """Whether a file in a folder, by its path below that folder, is taken for an article."""
    parts = below.replace(os.sep, "/").split("/")
    hidden = any(_is_skipped(part) for part in parts[:-1]) or parts[-1].startswith(".")
    return not hidden and os.path.splitext(below)[1].lower() in SUFFIXES and not _matches(below, exclude)


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED


def _matches(path: str, exclude: Iterable[str]) -> bool:
    """Whether a pattern names a path or a folder above it, from its beginning or from any folder in it."""
    parts = path.replace(os.sep, "/").split("/")
    stretches = ["/".join(parts[start:end]) for end in range(1, len(parts) + 1) for start in range(end)]
    return any(fnmatch(stretch, pattern.strip("/")) for pattern in exclude for stretch in stretches)
