"""Lists whose entries say what they belong to.

``[dog: 3.1, cat: 5.2]``, ``{"dog": 0.3, "cat": 0.7}`` and ``[0.3 (dog), 0.7 (cat)]`` are lists of
two numbers; ``[row 2, col 0]``, without decimals, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.readers.fragments import Passage

_NUMBER = r"[-+−–]?(?:\d+(?:\.\d+)?|\.\d+)%?"
_KEY = (
    r"(?:\"[^\"\n\[\]{}]{1,30}\"|'[^'\n\[\]{}]{1,30}'|“[^”\n]{1,30}”"
    r"|[^\W\d_](?:[\w’'.-]|[ ](?=[^\W\d_])){0,30}(?:[ ]\d{1,3})?)"
)
_BEFORE = rf"(?:{_KEY}\s*[:：]|[^\W\d_][\w’']+(?=\s))\s*"
_AFTER = r"\s*[(（][^\W\d_][\w’' .-]{0,30}[)）]"
_ENTRY = rf"\s*(?:{_BEFORE}{_NUMBER}|{_NUMBER}{_AFTER})\s*"
_LIST = re.compile(rf"[\[{{]{_ENTRY}(?:,{_ENTRY})+[\]}}]")
_DECIMAL = re.compile(r"\d\.\d|\d%")
_VALUE = re.compile(rf"(?<=[\[{{,]){_ENTRY}(?=[,\]}}])")
_PRINTED = re.compile(rf"(?<![\w.]){_NUMBER}(?=\s*(?:[(（]|$))")
"""The number of an entry: the last thing in it but for a remark."""


def without_keys(passage: Passage) -> Passage:
    """The same passage, such lists without what stands beside their numbers."""
    if not any(opener in passage.text for opener in "[{"):
        return passage
    found = [match for match in _LIST.finditer(passage.text) if _DECIMAL.search(match.group())]
    if not found:
        return passage
    shown = passage.blank(beside for match in found for beside in _beside(match))
    return _in_brackets(shown, found)


def _beside(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    for entry in _VALUE.finditer(found.string, found.start(), found.end()):
        text = entry.group().rstrip()
        number = next(_PRINTED.finditer(text))
        yield entry.start(), entry.start() + number.start()
        yield entry.start() + number.end(), entry.end()


def _in_brackets(passage: Passage, found: list[re.Match[str]]) -> Passage:
    """Braces of such lists as square brackets: in mathematics they would only hold things together."""
    text = list(passage.text)
    for match in found:
        text[match.start()], text[match.end() - 1] = "[", "]"
    return Passage("".join(text), passage.at)
