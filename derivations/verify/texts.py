"""The bytes of a file <-> its text: what was read is written again in the same encoding."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from derivations.model import DerivationError, Source

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, the longer ones before those they begin with."""
MOST_BYTES = 50_000_000


class Text(NamedTuple):
    """A decoded file; its mark is no part of the text."""

    source: Source
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Another text as the bytes of this file."""
        return self.mark + text.encode(self.encoding)


def decode(path: str, raw: bytes) -> Text:
    """The text of a file.  Raises DerivationError, with the line, where it is none."""
    if len(raw) > MOST_BYTES:
        raise DerivationError(f"{path}: {len(raw)} bytes; an article has at most {MOST_BYTES}")
    mark, encoding = next(((m, e) for m, e in MARKS if raw.startswith(m)), (b"", "utf-8"))
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, len(mark) + error.start) + 1
        wanted = "UTF-8" if encoding == "utf-8" else encoding
        raise DerivationError(f"{path}:{line}: this is not {wanted}; save the file as UTF-8") from None
    return Text(Source(path, text), encoding, mark)
