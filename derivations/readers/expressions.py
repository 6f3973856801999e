"""What of a program is arithmetic that a formula can say."""

from __future__ import annotations

import re

from derivations.readers.fragments import Passage

_FUNCTIONS = frozenset(
    (
        "array asarray tensor matrix Tensor FloatTensor Matrix constant exp sqrt softmax dot matmul mm "
        "bmm outer sum mean var std max min abs log tanh sin cos relu sigmoid transpose T "
        "concatenate concat cat stack vstack hstack round diag eye ones zeros float"
    ).split()
)
STATEMENT = re.compile(
    r"\s*(?:(?:import|from|return|assert|raise|yield|del|global|export|function|print|console\.log|plt|sns|ax|pip)\b|%|!|@"
    r"|(?:def|class|for|while|if|elif|else|with|try|except|finally|async)\b.*[:{]\s*$)"
)
"""Statements that are no mathematics."""
_KEYWORDS = re.compile(r",\s*\w+\s*=\s*(?:True|False|None|-?\d+)")
"""Keyword arguments that change no value, such as ``keepdims=True``; the parser reads ``axis=`` itself."""
_ALLOWED = re.compile(r"[\w\s+\-*/@()\[\],.=^√·×−:%]+")
_ARITHMETIC = re.compile(r"[-+*/@]|\d|\.T\b|\w\(")
_PART = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>,)"""
)
_CALL = re.compile(r"(?<!\w)([^\W\d]\w*+)\s*+\(")


def is_formula(value: str) -> bool:
    """Whether a right side is arithmetic: no strings, no calls but mathematical ones."""
    value = _KEYWORDS.sub("", value)
    if not _ALLOWED.fullmatch(value) or not _ARITHMETIC.search(value):
        return False
    if re.search(r"\b(?:for|in|if|else|lambda|not|and|or|None|True|random|shape)\b|\brand", value):
        return False
    return all(call in _FUNCTIONS for call in _CALL.findall(value))


def items(expression: Passage) -> list[Passage]:
    """What stands between the commas outside of brackets and strings."""
    found, start, depth = [], 0, 0
    for part in [*_PART.finditer(expression.text), None]:
        if part is not None:
            depth += (part["open"] is not None) - (part["close"] is not None)
            if part["comma"] is None or depth:
                continue
        found.append(expression[start : part.start() if part else len(expression)].strip())
        start = part.end() if part else 0
    return found
