"""Sessions with an interpreter: what was typed at its prompts, and what it answered.

>>> q @ k.T
array([[2., 3.],
       [0., 1.]])
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.readers.fragments import Passage, chained

_PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.|In ?\[\d*\]:|\.\.\.+:)(?: |$)")
_CONTINUED = re.compile(r"[ \t]*\.\.\.+:?(?: |$)")
_ANSWER = re.compile(r"[ \t]*Out ?\[\d*\]:")


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where sessions stand in a text: from a prompt to the empty line after the last answer."""
    start, at, opened = 0, 0, False
    for line in text.splitlines(keepends=True):
        if _PROMPT.match(line) and (opened or not _CONTINUED.match(line)):
            start, opened = (start, True) if opened else (at, True)
        elif opened and not line.strip():
            yield start, at
            opened = False
        at += len(line)
    if opened:
        yield start, at


def turns(passage: Passage) -> Iterator[tuple[Passage, Passage]]:
    """Each input without its prompts, and its answer; a text without prompts is one input."""
    if not any(_PROMPT.match(line) for line in passage.text.splitlines()):
        yield passage, passage[:0]
        return
    typed: list[Passage] = []
    answered: list[Passage] = []
    at = 0
    for line in passage.text.splitlines(keepends=True):
        mark = _PROMPT.match(line)
        if mark and answered:
            yield chained(typed), chained(answered)
            typed, answered = [], []
        if mark:
            typed.append(passage[at + mark.end() : at + len(line)])
        else:
            answer = _ANSWER.match(line)
            answered.append(passage[at + (answer.end() if answer else 0) : at + len(line)])
        at += len(line)
    yield chained(typed), chained(answered)
