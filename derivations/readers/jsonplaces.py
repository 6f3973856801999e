"""JSON whose strings know where they stand in the file.

The standard library's decoder says whether a text is JSON, but it forgets
places; so the text is gone through once more with every string kept as a range.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TypeAlias

from derivations.readers import escapes
from derivations.readers.fragments import Passage

_BYTE_ORDER_MARK = "\ufeff"
_TOKEN = re.compile(
    r'(?:(?P<mark>[{}\[\]:,])|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<plain>[^\s{}\[\]:,"]+))',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A JSON string: the range of what stands between its quotes."""

    source: str
    start: int
    end: int

    @property
    def passage(self) -> Passage:
        """The string decoded, with places."""
        return escapes.json_string(
            Passage(self.source[self.start : self.end], range(self.start, self.end + 1))
        )


Value: TypeAlias = "Text | str | list[Value] | dict[str, Value]"
"""A JSON value; numbers, true, false and null stay as they are written."""


def load(text: str) -> Value:
    """The value of a JSON text.  Raises ValueError with the offset where it goes wrong."""
    _check(text)
    stack: list[list[Value] | dict[str, Value]] = []
    root: list[Value] = []
    holder: list[Value] | dict[str, Value] = root
    key: str | None = None
    for match in _TOKEN.finditer(text, text.startswith(_BYTE_ORDER_MARK)):
        mark = match["mark"]
        if mark in ("{", "["):
            inner: list[Value] | dict[str, Value] = {} if mark == "{" else []
            _put(holder, key, inner)
            stack.append(holder)
            holder, key = inner, None
        elif mark in ("}", "]"):
            holder, key = stack.pop(), None
        elif mark is None:
            key = _scalar(text, match, holder, key)
    return root[0]


def _check(text: str) -> None:
    try:
        json.loads(" " + text[1:] if text.startswith(_BYTE_ORDER_MARK) else text, strict=False)
    except json.JSONDecodeError as error:
        raise ValueError(error.pos) from None
    except (RecursionError, ValueError):
        raise ValueError(0) from None


def _scalar(
    text: str, match: re.Match[str], holder: list[Value] | dict[str, Value], key: str | None
) -> str | None:
    """Put a string or a plain word where it belongs; the key that now waits for its value."""
    if match["string"] is None:
        _put(holder, key, match["plain"])
        return None
    inner = Text(text, match.start("string") + 1, match.end("string") - 1)
    if isinstance(holder, dict) and key is None:
        return inner.passage.text
    _put(holder, key, inner)
    return None


def _put(holder: list[Value] | dict[str, Value], key: str | None, value: Value) -> None:
    if isinstance(holder, list):
        holder.append(value)
    elif key is not None:
        holder[key] = value
