"""Somebody's text inside a page: escaped, and what cannot be seen is made visible."""

from __future__ import annotations

import re
from html import escape

from derivations.writers.reports.content import UNSAFE, clean
from derivations.writers.text import Escaped

INVISIBLE_SIGNS = "\u2061\u2062"
"""What our own MathML needs: the application of a function and the product without a sign."""


def words(text: str) -> Escaped:
    """Text of an article; a control character becomes ``\\x1b`` in a frame."""
    parts, at = [], 0
    for found in UNSAFE.finditer(text):
        parts += [escape(text[at : found.start()]), f'<span class="unseen">{clean(found[0])}</span>']
        at = found.end()
    return Escaped("".join([*parts, escape(text[at:])]))


def plain(text: str) -> Escaped:
    """The same without elements, as a title needs it."""
    return Escaped(escape(clean(re.sub(r"\s+", " ", text))))


def formula(mathml: str) -> Escaped:
    """MathML whose words may come from an article."""
    return Escaped(
        UNSAFE.sub(lambda found: found[0] if found[0] in INVISIBLE_SIGNS else clean(found[0]), mathml)
    )
