"""Fingerprints of what documents are made of: while one stays the same, so does the document.

They are of contents, never of times or places.  Nothing is imported here that making a
document needs, so it is quickly known that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Container, Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from derivations import library
from derivations.writers import templates

PACKAGES = ("jinja2", "markupsafe", "mpmath", "numpy", "python-flint", "sympy")
"""What pages are made with, besides Python and this package."""


def digest(*parts: str) -> str:
    """One fingerprint of many texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def code() -> str:
    """What is part of every document: the package without its derivations, the templates, the versions."""
    package = Path(library.__file__).parents[1]
    own = {*library.files().values(), templates.locale()}
    return digest(*_contents(package, own), *_contents(templates.folder(), own), *versions(PACKAGES))


def derivation(id: str) -> str:
    """The file of one derivation; derivations do not import one another."""
    return digest(library.files()[id].read_text("utf-8"))


@cache
def language(language: str) -> str:
    """The words of a language."""
    return digest(*_contents(templates.locale() / language))


def _contents(folder: Path, without: Container[Path] = ()) -> Iterator[str]:
    """Names and contents of all files of a folder, in the order of their names."""
    if not folder.is_dir():
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = Path(entry.path)
        if path in without or entry.name == "__pycache__" or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from (f"{entry.name}/{each}" for each in _contents(path, without))
        else:
            yield f"{entry.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}"


def versions(packages: Sequence[str]) -> Iterator[str]:
    """Python and what is installed of some packages."""
    yield f"{sys.implementation.name} {sys.version_info}"
    for name in packages:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield name
