"""On which line of a TOML text each key stands; the parser of the standard library does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

Key = tuple[str | int, ...]

_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_ARRAY = re.compile(rf"\s*\[\[\s*({_DOTTED})\s*\]\]")
_TABLE = re.compile(rf"\s*\[\s*({_DOTTED})\s*\]\s*(?:#.*)?$")
_ENTRY = re.compile(rf"\s*({_DOTTED})\s*=")


def places(text: str) -> Mapping[Key, int]:
    """Key path -> line from 1; the tables of an array are counted from 0: ``("steps", 0, "formula")``."""
    found: dict[Key, int] = {}
    table: Key = ()
    counts: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if array := _ARRAY.match(line):
            path = _parts(array[1])
            counts[path] = counts.get(path, -1) + 1
            table = (*path, counts[path])
            found.setdefault(path, number)
            found.setdefault(table, number)
        elif header := _TABLE.match(line):
            table = _parts(header[1])
            found.setdefault(table, number)
        elif entry := _ENTRY.match(line):
            keys = (*table, *_parts(entry[1]))
            for length in range(len(table) + 1, len(keys) + 1):
                found.setdefault(keys[:length], number)
    return found


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))
