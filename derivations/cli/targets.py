"""What a command works on: a derivation of the library or a user's TOML file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from derivations import files, library
from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.model import Source, Worked


def is_own(target: str) -> bool:
    """Whether a target is meant as the path of a user's file; an id of the library is none."""
    is_path = target.endswith(".toml") or os.sep in target or Path(target).exists()
    return is_path and target not in library.load_all()


def worked_examples(target: str) -> Iterator[Worked]:
    """The worked examples of an id or a path, each worked out when it is asked for.

    Raises DerivationError for an unknown id, an unreadable file, or values that do not fit.
    """
    if is_own(target):
        from derivations import userfile

        yield userfile.work(source(target))
    else:
        yield from _from_library(target)


def source(target: str) -> Source:
    """The text of a user's file.  Raises DerivationError when it cannot be read."""
    if not Path(target).exists():
        raise DerivationError(
            f"{target}: there is no such file; expected a TOML file or an id, see: derivations list"
        )
    return files.read(target)


def _from_library(id: str) -> Iterator[Worked]:
    derivation = library.load(id)
    from derivations.derive import work

    for example in derivation.examples:
        try:
            yield work(derivation, example)
        except DerivationError as error:
            raise DerivationError(f"{id}, example {example.id}: {error}") from error
