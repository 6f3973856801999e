"""What an output folder holds, and of what it was made: ``.derivations.json`` in that folder.

Nothing in it depends on when or where it was written, so two builds of the same have the
same record.  Files are known by their content: one that was edited or deleted is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

NAME = ".derivations.json"
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A document that was made."""

    of: str
    """What kind of thing it was made of."""
    inputs: str
    """The fingerprint of all that it was made of."""
    files: Mapping[str, str]
    """Its files, by path below the folder, and what they hold, as :func:`content_of`."""


Record = Mapping[str, Entry]
"""Documents by name."""


def read(folder: Path) -> Record:
    """The record of a folder; one that is missing or spoilt says nothing, and everything is made again."""
    try:
        found = json.loads((folder / NAME).read_bytes())
        if found["schema"] != SCHEMA:
            return {}
        return {name: _entry(each) for name, each in found["documents"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(found: Mapping[str, Any]) -> Entry:
    """Raises ValueError for a path that leads out of the folder."""
    for path in found["files"]:
        if PurePath(path).is_absolute() or ".." in PurePath(path).parts:
            raise ValueError(path)
    return Entry(found["of"], found["inputs"], dict(found["files"]))


def written(record: Record) -> bytes:
    """A record as the file holds it."""
    documents = {name: asdict(entry) for name, entry in record.items()}
    text = json.dumps({"schema": SCHEMA, "documents": documents}, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def content_of(raw: bytes) -> str:
    """What stands for the content of a file."""
    return hashlib.sha256(raw).hexdigest()


def holds(folder: Path, path: str, content: str) -> bool:
    """Whether a file is there with this content."""
    try:
        with (folder / path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == content
    except OSError:
        return False
