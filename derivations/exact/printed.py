"""Printed numbers: what ``0.50``, ``50%`` or ``62,500`` claims, and whether a value rounds to it.

A printed decimal is the interval of the values that round to it: 0.73 stands for
0.725 to 0.735.  An integer without a point is exact and has no rounding excuse.
Values are Fractions or certified balls; a question that a ball is too wide to
answer gets None, and the caller asks again with a better one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import copysign, floor, inf, ldexp
from typing import TYPE_CHECKING, Literal

from derivations.model import Number

if TYPE_CHECKING:
    from flint import arb

Rounding = Literal["exact", "rounded", "truncated", "near", "no"]

SAME = str.maketrans(
    "０１２３４５６７８９．，％＋－−﹣–ｅＥ",
    "0123456789.,%+----eE",
)
"""Full-width digits and signs, U+2212 and dashes used as a minus."""

MOST_DIGITS = 1000
"""A longer row of digits is not a number that anybody rounded."""

NUMBER = re.compile(
    r"""
    (?P<sign>[+-]?) \s*
    (?: (?P<grouped>[1-9]\d{0,2}(?:,\d{3})+) | (?P<whole>\d*) )
    (?P<point>\.(?P<tenths>\d*))?
    (?:[eE](?P<power>[+-]?\d{1,4}))?
    \s* (?P<percent>%?)
    """,
    re.VERBOSE | re.ASCII,
)


def read_number(text: str) -> Number | None:
    """A printed number; None when the text is none, or has a comma that could be a decimal point.

    >>> read_number("0.50")
    Number(text='0.50', value=Fraction(1, 2), decimals=2)
    """
    found = NUMBER.fullmatch(text.translate(SAME).strip())
    if not found or not (found["whole"] or found["grouped"] or found["tenths"]):
        return None
    whole = (found["grouped"] or found["whole"] or "0").replace(",", "")
    tenths = found["tenths"] or ""
    if len(whole) + len(tenths) > MOST_DIGITS:
        return None
    shift = int(found["power"] or 0) - (2 if found["percent"] else 0)
    value = Fraction(int(found["sign"] + whole + tenths)) * _ten(shift - len(tenths))
    inexact = found["point"] is not None or found["power"] is not None or found["percent"]
    return Number(text, value, len(tenths) - shift if inexact else None)


def _ten(power: int) -> Fraction:
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


# ---------------------------------------------------------------- intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``, both included."""

    low: Fraction
    high: Fraction

    def __contains__(self, value: Fraction | int) -> bool:
        return self.low <= value <= self.high

    def touches(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return self.low <= other.high and other.low <= self.high


def interval(number: Number) -> Interval:
    """The values that round to what is printed, by either rule for ties."""
    return Interval(number.value - number.half_unit, number.value + number.half_unit)


MOST_BITS = 12000
"""Numbers with more digits, or more zeros after the point, than anybody prints are not written out."""
SMALLEST = Fraction(1, 2**MOST_BITS)


def _size(ball: arb) -> int:
    """The power of two that an exact ball stays below; that of what is printed at all for 0."""
    mantissa, exponent = (int(part) for part in ball.man_exp())
    return mantissa.bit_length() + exponent if mantissa else 0


def _dyadic(ball: arb) -> Fraction:
    """An exact ball as a Fraction."""
    mantissa, exponent = (int(part) for part in ball.man_exp())
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def bounds(value: Fraction | int | arb) -> Interval | None:
    """The ends of a ball, exactly; None when it is not finite, or too large for anybody to print."""
    if isinstance(value, int | Fraction):
        return Interval(Fraction(value), Fraction(value))
    if not value.is_finite():
        return None
    middle, radius = value.mid(), value.rad()
    sizes = _size(middle), _size(radius)
    if max(sizes) > MOST_BITS:
        return None
    if min(sizes) < -MOST_BITS:
        return _around(middle, radius)
    return Interval(_dyadic(middle) - _dyadic(radius), _dyadic(middle) + _dyadic(radius))


def _around(middle: arb, radius: arb) -> Interval:
    """A ball that is too small to be written out, or known too well, a little wider."""
    kept = [_dyadic(part) if _size(part) >= -MOST_BITS else Fraction(0) for part in (middle, radius)]
    reach = kept[1] + 2 * SMALLEST
    return Interval(kept[0] - reach, kept[0] + reach)


# ---------------------------------------------------------------- is it rounded?


def rounds_to(value: Fraction | int | arb, number: Number) -> Rounding | None:
    """How a value relates to a printed number; None when the ball is too wide to tell.

    ``exact``: the same number.  ``rounded``: within half a unit of the last digit,
    ties either way.  ``truncated``: the digits after the last one were dropped.
    ``near``: within one unit.  A printed integer is exact or not.  A ball around the
    printed number, all of which rounds to it, is ``rounded``.
    """
    ends = bounds(value)
    if ends is None:
        return None
    answers = {_relation(ends.low, number), _relation(ends.high, number)}
    if ends.low < number.value < ends.high and answers != {"rounded"}:
        return None
    return answers.pop() if len(answers) == 1 else None


def _relation(value: Fraction, number: Number) -> Rounding:
    off = abs(value - number.value)
    if off == 0:
        return "exact"
    if off <= number.half_unit:
        return "rounded"
    unit = 2 * number.half_unit
    if off < unit and abs(number.value) <= abs(value) and value * number.value >= 0:
        return "truncated"
    return "near" if off <= unit and unit else "no"


# ---------------------------------------------------------------- certified digits


def fixed_text(value: Fraction | int | arb, places: int) -> str | None:
    """Rounded to so many digits after the point, ties to even; None when the ball does not decide it."""
    ends = bounds(value)
    if ends is None:
        return None
    scale = _ten(places)
    low, high = round(ends.low * scale), round(ends.high * scale)
    return _with_point(low, places) if low == high else None


def _with_point(units: int, places: int) -> str:
    """``units · 10^-places`` in digits; zero has no sign."""
    if places <= 0:
        return str(units * 10**-places)
    digits = str(abs(units)).rjust(places + 1, "0")
    return f"{'-' if units < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def significant_text(value: Fraction | int | arb, digits: int) -> str | None:
    """Rounded to so many significant digits, ties to even; None when the ball does not decide it.

    Very small and very large numbers are written with an exponent: ``1.50e-9``.
    """
    ends = bounds(value)
    if ends is None or (ends.low <= 0 <= ends.high and ends.low != ends.high):
        return None
    low, high = _leading(ends.low, digits), _leading(ends.high, digits)
    return _written(*low, digits) if low == high else None


def _leading(value: Fraction, digits: int) -> tuple[int, int]:
    """``(units, exponent)`` with ``value ≈ units · 10^(exponent - digits + 1)``; units has so many digits."""
    if value == 0:
        return 0, 0
    exponent = _order(abs(value))
    units = round(value / _ten(exponent - digits + 1))
    if abs(units) == 10**digits:
        return units // 10, exponent + 1
    return units, exponent


def _order(value: Fraction) -> int:
    """The exponent of the first digit of a positive number."""
    guess = len(str(value.numerator)) - len(str(value.denominator))
    return guess if value >= _ten(guess) else guess - 1


def _written(units: int, exponent: int, digits: int) -> str:
    if units == 0:
        return "0"
    if -7 < exponent < digits:
        return _with_point(units, digits - 1 - exponent)
    figures = str(abs(units))
    mantissa = figures if digits == 1 else f"{figures[0]}.{figures[1:]}"
    return f"{'-' if units < 0 else ''}{mantissa}e{exponent}"


def nearest_float(value: arb) -> float | None:
    """The float nearest to a ball; None when the ball is too wide to tell."""
    if not value.is_finite():
        return float(value)
    low, high = (_float(end) for end in (value.lower(), value.upper()))
    return low if low == high else None


def _float(ball: arb) -> float:
    mantissa, exponent = (int(part) for part in ball.man_exp())
    size = mantissa.bit_length() + exponent
    if not -MOST_BITS < size <= 1024:
        return copysign(0.0 if size < 0 else inf, mantissa)
    if size < -960:  # near the subnormals ldexp would round twice
        return float(_dyadic(ball))
    return ldexp(mantissa, exponent)


def truncated_text(value: Fraction | int, places: int) -> str:
    """So many digits after the point, the rest dropped."""
    units = floor(abs(Fraction(value) * _ten(places)))
    return _with_point(-units if value < 0 else units, places)
