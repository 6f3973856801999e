"""Printed numbers.  The tables are the documentation: what is printed, what it means, and why."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb

from derivations.exact import precision
from derivations.exact.printed import (
    Interval,
    fixed_text,
    interval,
    nearest_float,
    read_number,
    rounds_to,
    truncated_text,
)
from derivations.model import Number

F = Fraction

READ = [
    # printed, value, decimals, why
    ("0.50", F(1, 2), 2, "a trailing zero is a digit"),
    (".5", F(1, 2), 1, "no zero before the point"),
    ("2.", F(2), 0, "a point makes it inexact"),
    ("-3", F(-3), None, "an integer is exact"),
    ("+3", F(3), None, "a plus sign"),
    ("−0.25", F(-1, 4), 2, "U+2212"),
    ("1e-5", F(1, 100000), 5, "scientific"),
    ("1.2e3", F(1200), -2, "hundreds are known"),
    ("1.2E+3", F(1200), -2, "capital E, signed"),
    ("-0.00", F(0), 2, "zero to two digits"),
    ("50%", F(1, 2), 2, "percent shifts by two digits"),
    ("62.5 %", F(5, 8), 3, "a space before the sign"),
    ("62,500", F(62500), None, "thousands"),
    ("1,234,567.8", F(12345678, 10), 1, "thousands and a point"),
    ("０．５０", F(1, 2), 2, "full width"),
    ("－１２％", F(-12, 100), 2, "full width signs"),
    (" 7 ", F(7), None, "space around"),
]

NO_NUMBERS = [
    "",
    ".",
    "-",
    "1,5",
    "0,500",
    "12,34",
    "1.2.3",
    "-inf",
    "nan",
    "x",
    "1/2",
    "1 2",
    "%",
    "e5",
    "1e",
    "٣",
    "1_0",
]


@pytest.mark.parametrize(("text", "value", "decimals", "why"), READ, ids=str)
def test_read_number(text: str, value: Fraction, decimals: int | None, why: str) -> None:
    assert Number(text, value, decimals) == read_number(text)


@pytest.mark.parametrize("text", NO_NUMBERS, ids=lambda text: text[:8])
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


ANSWERS = [
    # printed, exact value, answer, why
    ("0.50", F(1, 2), "exact", "the same number"),
    ("0.5", F(1, 2), "exact", "the same number"),
    ("0.73", F(732, 1000), "rounded", "rounds down"),
    ("0.73", F(727, 1000), "rounded", "rounds up"),
    ("0.12", F(1, 8), "rounded", "a tie, half to even"),
    ("0.13", F(1, 8), "rounded", "a tie, half up"),
    ("-0.13", F(-1, 8), "rounded", "a tie, away from zero"),
    ("0.11", F(119, 1000), "truncated", "digits dropped"),
    ("-0.11", F(-119, 1000), "truncated", "digits dropped, towards zero"),
    ("0.12", F(1119, 10000), "near", "one up from the right digit"),
    ("-0.12", F(-111, 1000), "near", "one away from zero"),
    ("0.12", F(109, 1000), "no", "more than one unit"),
    ("0.50", F(504, 1000), "rounded", "a trailing zero is claimed"),
    ("0.50", F(51, 100), "near", "the claim is 0.495 to 0.505"),
    ("0.5", F(51, 100), "rounded", "the claim is 0.45 to 0.55"),
    (".5", F(4, 9), "near", "0.444 rounds to 0.4"),
    ("1e-3", F(12, 10000), "rounded", "the unit is 0.001"),
    ("1.2e3", F(1249), "rounded", "the unit is 100"),
    ("-0.00", F(-1, 1000), "rounded", "a small negative number"),
    ("0.00", F(-1, 1000), "rounded", "the sign of a zero claims nothing"),
    ("0.00", F(0), "exact", "zero"),
    ("0.00", F(9, 1000), "truncated", "digits dropped"),
    ("50%", F(499, 1000), "rounded", "the unit is one percent"),
    ("62,500", F(62500), "exact", "thousands"),
    ("62,500", F(62501), "no", "an integer has no rounding excuse"),
    ("2", F(19, 10), "no", "an integer has no rounding excuse"),
    ("０．３３", F(1, 3), "rounded", "full width"),
]


@pytest.mark.parametrize(("text", "value", "answer", "why"), ANSWERS, ids=str)
def test_rounds_to(text: str, value: Fraction, answer: str, why: str) -> None:
    printed = read_number(text)
    assert printed
    assert answer == rounds_to(value, printed)


BALLS = [
    # middle, radius, printed, answer
    ("0.7321", "1e-6", "0.73", "rounded"),
    ("0.7349", "1e-6", "0.73", "rounded"),
    ("0.7350", "1e-6", "0.73", None),
    ("0.739", "1e-6", "0.73", "truncated"),
    ("0.73", "1e-6", "0.73", "rounded"),
    ("0.73", "1", "0.73", None),
    ("2", "0", "2", "exact"),
    ("2", "1e-9", "2", None),
    ("2.1", "1e-9", "2", "no"),
]


@pytest.mark.parametrize(("middle", "radius", "text", "answer"), BALLS)
def test_a_ball_answers_only_what_it_knows(middle: str, radius: str, text: str, answer: str | None) -> None:
    printed = read_number(text)
    assert printed
    with precision(30):
        assert answer == rounds_to(arb(middle, radius), printed)


def test_a_ball_that_is_not_finite_knows_nothing() -> None:
    printed = read_number("0.5")
    assert printed
    assert rounds_to(arb.nan(), printed) is None


def test_the_interval_of_a_printed_number() -> None:
    printed = read_number("0.50")
    assert printed
    assert Interval(F(495, 1000), F(505, 1000)) == interval(printed)
    assert F(1, 2) in interval(printed)
    assert F(506, 1000) not in interval(printed)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(F(119, 1000), 2, "0.11"), (F(-119, 1000), 2, "-0.11"), (F(-1, 1000), 2, "0.00")],
)
def test_truncated_text(value: Fraction, places: int, text: str) -> None:
    assert text == truncated_text(value, places)


def test_numbers_beyond_everything_printed_have_digits_all_the_same() -> None:
    """``e^(-10^11)`` has some 43 milliards of zeros after the point: none of them is written out."""
    tiny, huge = arb(-(10**11)).exp(), arb(10**11).exp()
    assert ("0.000", None) == (fixed_text(tiny, 3), fixed_text(huge, 3))
    assert (0.0, math.inf, -math.inf) == (nearest_float(tiny), nearest_float(huge), nearest_float(-huge))
    assert "0.12" == fixed_text(arb("0.123") + tiny, 2)
