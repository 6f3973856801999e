"""Right values in the author's own hand: their digits, signs and fractions.

A text that is written here replaces a piece of the source, so it is written in
the code of its place too: a backslash inside a JSON string is two of them.
"""

from __future__ import annotations

import re
from fractions import Fraction

from derivations.exact.printed import fixed_text
from derivations.model import Node, Number
from derivations.verify.amounts import Amount
from derivations.verify.literals import Cell, Printed

PLACES = 4
"""Digits after the point where the author's notation gives none."""
LONGEST_TEX = 36
MOST_DENOMINATOR = 1000
COMMAND = re.compile(r"(\\+)(?:begin|end|[dt]?frac|sqrt|infty|left|right|text|cdot)")
"""A command of TeX with its backslashes; the end of a row before it may add two."""


def written(amount: Amount, cell: Cell, literal: Printed, source: str, roots: bool = True) -> str | None:
    """The value as this author would print it in this cell; None where nothing fits.

    ``roots`` says that irrational values may be written exactly.
    """
    if not amount.ball.is_finite():
        return _infinite(amount, literal, source)
    number = leaf(cell.node)
    if number is not None and number.decimals is not None:
        span = _bare(cell.node).span
        body = _like(number, amount, number.decimals, source[span.start : span.end])
    elif cell.half is not None:
        body = _among_decimals(amount, cell.half)
    else:
        body = _exactly(amount, cell, literal, source, roots)
    negative = body.startswith("-")
    sign = _sign(cell, literal, source) if negative else ""
    return sign + body.removeprefix("-")


def leaf(node: Node) -> Number | None:
    """The printed number of a cell, without its sign."""
    inner = _bare(node)
    return inner.data if inner.kind == "number" else None


def _bare(node: Node) -> Node:
    return node.args[0] if node.kind == "negative" else node


def _sign(cell: Cell, literal: Printed, source: str) -> str:
    """The minus that the author uses: here, or in another cell."""
    for node in (cell.node, *(other.node for other in literal.cells())):
        if node.kind == "negative":
            between = source[node.span.start : node.args[0].span.start]
            if between and len(between) <= 10:
                return between
    return "-"


def _infinite(amount: Amount, literal: Printed, source: str) -> str | None:
    """The author's own way to write -∞, where there is one."""
    for cell in literal.cells():
        if cell.infinite and cell.ball is not None and (cell.ball < 0) == (amount.ball < 0):
            return source[cell.span.start : cell.span.end]
    return None


def _like(number: Number, amount: Amount, decimals: int, raw: str) -> str:
    """Digits as in a printed number: ``.5``, ``0,50``, ``40%``, ``1.2e-3``, ``62,500.0``."""
    text = number.text
    percent, power = "%" in text, re.search(r"[eE]([-+]?)(\d+)", text)
    if power:
        return _scientific(text, amount, decimals)
    body = amount.fixed(max(decimals - 2 if percent else decimals, 0), 100 if percent else 1)
    digits = re.split(r"[%\s]", text)[0]
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+\.\d*", digits):
        body = _grouped(body)
    elif "," in digits:
        body = body.replace(".", ",")
    if digits.startswith((".", ",")):
        body = re.sub(r"^(-?)0(?=[.,])", r"\1", body)
    return body + (raw[len(digits) :] if percent else "")


def _grouped(body: str) -> str:
    whole, point, rest = body.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}{point}{rest}"


def _scientific(text: str, amount: Amount, decimals: int) -> str:
    """As many digits before the exponent as the author gives, and the exponent in their way."""
    match = re.fullmatch(r"(\d*)[.,]?(\d*)\s*([eE])([-+]?)(\d+)", text)
    if match is None:
        return amount.fixed(max(decimals, 0))
    digits = max(len(match[2]), 0)
    mantissa, _, exponent = f"{float(amount.ball.mid()):.{digits}e}".partition("e")
    power = int(exponent)
    sign = "-" if power < 0 else "+" if match[4] == "+" else ""
    return f"{mantissa}{match[3]}{sign}{str(abs(power)).zfill(len(match[5]))}"


def _among_decimals(amount: Amount, half: Fraction) -> str:
    """A bare integer among decimals stays bare where the value is one."""
    value = amount.fraction
    if value is not None and value.denominator == 1:
        return str(value)
    places, unit = 0, Fraction(1)
    while unit > 2 * half and places < 30:
        places, unit = places + 1, unit / 10
    return amount.fixed(places)


# ---------------------------------------------------------------- exact cells


def _exactly(amount: Amount, cell: Cell, literal: Printed, source: str, roots: bool) -> str:
    """A cell among integers, fractions and roots."""
    value = amount.fraction
    if value is not None and value.denominator == 1:
        return str(value)
    if value is not None and value.denominator <= MOST_DENOMINATOR:
        found = _fraction(value, cell, literal, source)
        if found is not None:
            return found
    if roots and amount.tex is not None and is_short(amount) and _has_tex(literal, source):
        return coded(amount.tex, source[literal.span.start : literal.span.end])
    return _short_decimal(value) or amount.fixed(PLACES)


def is_short(amount: Amount) -> bool:
    """Whether an exact value is short enough for a cell of a matrix."""
    return amount.fraction is not None or (amount.tex is not None and len(amount.tex) <= LONGEST_TEX)


def _fraction(value: Fraction, cell: Cell, literal: Printed, source: str) -> str | None:
    """In the place of an integer or fraction: a fraction like the author's own, if they use any."""
    for other in (cell, *literal.cells()):
        node = _bare(other.node)
        if node.kind != "divide" or not all(arg.kind == "number" for arg in node.args):
            continue
        above, below = (arg.span for arg in node.args)
        raw = (
            source[node.span.start : above.start],
            source[above.end : below.start],
            source[below.end : node.span.end],
        )
        body = f"{raw[0]}{abs(value.numerator)}{raw[1]}{value.denominator}{raw[2]}"
        return "-" + body if value < 0 else body
    return None


def _short_decimal(value: Fraction | None) -> str | None:
    """``0.5`` for a fraction that ends after a few digits."""
    if value is None:
        return None
    for places in range(1, PLACES + 1):
        if (value * 10**places).denominator == 1:
            return fixed_text(value, places)
    return None


def _has_tex(literal: Printed, source: str) -> bool:
    """Whether the author writes TeX here, so that a fraction or a root may stand in a cell."""
    return (
        "\\" in source[literal.span.start : literal.span.end]
        or "%5C" in source[literal.span.start : literal.span.end]
    )


def coded(tex: str, sample: str) -> str:
    """TeX in the code of its place, told from a sample of it."""
    if "%5C" in sample or "%5c" in sample:
        return "".join(char if char.isalnum() or char in "-_.~()*!'" else f"%{ord(char):02X}" for char in tex)
    if any(len(run) % 2 == 0 for run in COMMAND.findall(sample)):  # inside a string literal
        return tex.replace("\\", "\\\\")
    return tex
