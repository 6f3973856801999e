"""Printed numbers as tree leaves."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from derivations.formula.tokens import Token
from derivations.model import Node, Number

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

_FORM = re.compile(r"(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?\s*(%)?", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?![\d,])", re.ASCII)
_MAX_EXPONENT = 400
"""Beyond any number that a worked example prints; keeps ``1e999999999`` from filling the memory."""

_MAX_DIGITS = 1000
"""Longer runs of digits are no numbers that anybody worked out."""


def number(text: str) -> Number:
    """The meaning of an unsigned number as printed: ``0.50``, ``.5``, ``1e-5``, ``40%``, ``1,234``, ``0,5``.

    A comma before exactly three digits separates thousands, any other is a decimal
    comma.  Raises ValueError for text that is no number.
    """
    if text.isdigit() and text.isascii() and len(text) <= _MAX_DIGITS:
        return Number(text, Fraction(int(text)))
    plain = text.replace("−", "-")
    if "^" in plain:
        plain = re.sub(r"e\^\{?\s?-\s?(\d+)\s?\}?", r"e-\1", plain)  # 1e^{-5} means 1e-5
    plain = plain.replace(",", "") if _THOUSANDS.match(plain) else plain.replace(",", ".", 1)
    match = _FORM.fullmatch(plain.strip())
    if match is None or not (match[1] or match[2]) or len(plain) > _MAX_DIGITS:
        raise ValueError(f"not a number: {text[:40]!r}")
    whole, places, exponent, percent = match.groups()
    if exponent and (len(exponent) > 5 or abs(int(exponent)) > _MAX_EXPONENT):
        raise ValueError(f"exponent out of range: {text[:40]!r}")
    shift = int(exponent or 0) - (2 if percent else 0)
    digits = len(places or "")
    value = scaled(int((whole or "0") + (places or "")), shift - digits)
    exact = not digits and not exponent and not percent
    return Number(text, value, None if exact else digits - shift)


def scaled(digits: int, exponent: int) -> Fraction:
    """``digits · 10^exponent``, exactly."""
    return Fraction(digits * 10**exponent) if exponent >= 0 else Fraction(digits, 10**-exponent)


def leaf(parser: Parser) -> Node:
    """The number token at the cursor as a node; opaque when it is out of range."""
    first = parser.index
    token = parser.next()
    try:
        return parser.node("number", (), first, number(token.value))
    except ValueError:
        return parser.opaque(first)


def single_digit(parser: Parser) -> Node:
    """``\\frac12``: an argument without braces is one digit; the rest of the run stays."""
    token = parser.token
    if len(token.value) == 1 or not token.value[0].isdigit():
        return leaf(parser)
    digit = Node("number", (), number(token.value[0]), parser.span(token.start, token.start + 1))
    parser.tokens[parser.index] = Token("number", token.value[1:], token.start + 1, token.end, False)
    return digit
