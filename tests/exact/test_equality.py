"""Equal, different, or "agrees to N digits, no proof"."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy

from derivations.exact import EXACT, Answer, Exact, compare

do = EXACT.operations
E, r2, ln = sympy.E, sympy.sqrt(2), sympy.log
x, y = sympy.Symbol("x", real=True), sympy.Symbol("y_{1}", real=True)
weight = sympy.exp(1 / r2) / (sympy.exp(1 / r2) + 2)


def scalar(expression: Any) -> Exact:
    return Exact.from_sympy(sympy.Matrix([[expression]]))


def tiny(power: int) -> sympy.Rational:
    return sympy.Rational(1, 10**power)


PAIRS = [
    # left, right, answer, why
    (sympy.Rational(1, 2), sympy.Rational(2, 4), Answer.EQUAL, "the same rational"),
    (
        sympy.Rational(1, 2),
        sympy.Rational(1, 2) + tiny(60),
        Answer.DIFFERENT,
        "rationals are exact",
    ),
    (r2 / 2, 1 / r2, Answer.EQUAL, "two ways to write a root"),
    (r2, sympy.sqrt(3), Answer.DIFFERENT, "two roots"),
    (weight, 1 / (1 + 2 * sympy.exp(-1 / r2)), Answer.EQUAL, "a fraction, expanded by e^(-1/√2)"),
    (weight, sympy.exp(1 / r2) / (sympy.exp(1 / r2) + 3), Answer.DIFFERENT, "3 for 2"),
    (weight, weight + tiny(60), Answer.DIFFERENT, "floats and 30 digits do not see this"),
    (weight, weight + tiny(200), Answer.DIFFERENT, "the normal form decides without digits"),
    ((E**2 - 1) / (E - 1), E + 1, Answer.EQUAL, "a factor cancels"),
    (1 / (1 + r2), r2 - 1, Answer.EQUAL, "a root below the line"),
    (sympy.exp(ln(2) / 2 + ln(3)), 3 * r2, Answer.EQUAL, "logarithms in an exponent"),
    (ln(6), ln(2) + ln(3), Answer.EQUAL, "logarithms of primes"),
    (ln(6), ln(2) + ln(3) + tiny(100), Answer.DIFFERENT, "balls at 120 digits see it"),
    (ln(2), ln(2) + tiny(700), Answer.CERTIFIED, "no theorem for logarithms, and too small for the balls"),
    (sympy.sin(1) ** 2 + sympy.cos(1) ** 2, 1, Answer.EQUAL, "sin² + cos² = 1"),
    (sympy.sin(2), 2 * sympy.sin(1) * sympy.cos(1), Answer.EQUAL, "the double angle"),
    (sympy.sin(1), sympy.sin(1) + tiny(80), Answer.DIFFERENT, "balls"),
    (sympy.exp(weight) ** 2, sympy.exp(2 * weight), Answer.EQUAL, "an exponential of a fraction"),
    (sympy.erf(1) + tiny(900), sympy.erf(1), Answer.CERTIFIED, "closer than any ball that is tried"),
    ((x + y) ** 2, x**2 + 2 * x * y + y**2, Answer.EQUAL, "an identity in symbols"),
    (1 / x + 1 / y, (x + y) / (x * y), Answer.EQUAL, "over a common denominator"),
    (
        sympy.exp(x) / (sympy.exp(x) + sympy.exp(y)),
        1 / (1 + sympy.exp(y - x)),
        Answer.EQUAL,
        "softmax of two",
    ),
    (x**2, x**3, Answer.DIFFERENT, "symbols, seen at a sample"),
    (x + tiny(20), x, Answer.DIFFERENT, "symbols, certified at a sample"),
    (-sympy.oo, -sympy.oo, Answer.EQUAL, "hidden in both"),
    (-sympy.oo, 0, Answer.DIFFERENT, "hidden in one"),
]


@pytest.mark.parametrize(("left", "right", "answer", "why"), PAIRS, ids=lambda part: str(part)[:30])
def test_pairs(left: Any, right: Any, answer: Answer, why: str) -> None:
    a, b = scalar(left), scalar(sympy.Integer(right) if isinstance(right, int) else right)
    assert (answer, answer) == (compare(a, b).answer, compare(b, a).answer)


def test_the_first_cell_that_differs_is_named() -> None:
    a = Exact.rational([[1, 2], [3, 4]])
    assert (2, 1) == compare(a, Exact.rational([[1, 2], [5, 6]])).cell
    left = do["softmax"](a)
    right = do["add"](left, Exact.rational([[0, 0], [0, Fraction(1, 10**60)]]))
    assert (Answer.DIFFERENT, (2, 2)) == (compare(left, right).answer, compare(left, right).cell)


def test_shapes_differ() -> None:
    found = compare(Exact.rational([[1, 2]]), Exact.rational([[1], [2]]))
    assert (Answer.DIFFERENT, None, "1×2 is not 2×1") == (found.answer, found.cell, found.reason)


def test_what_is_not_proved_says_how_many_digits_agree() -> None:
    found = compare(scalar(ln(2)), scalar(ln(2) + tiny(700)))
    assert (500, "agrees to 500 digits, no proof") == (found.digits, found.reason)


def test_an_equality_is_not_a_bool() -> None:
    with pytest.raises(TypeError):
        bool(compare(scalar(x), scalar(x)))


def test_a_larger_output_is_compared_entry_by_entry() -> None:
    scores = Exact.rational([[(3 * i + 5 * j * j) % 7 for j in range(8)] for i in range(8)])
    values = Exact.rational([[Fraction(i - j, 1 + i) for j in range(8)] for i in range(8)])
    scores = do["divide"](scores, do["sqrt"](Exact.rational([[8]])))
    output = do["multiply"](do["softmax"](scores), values)
    plain = do["divide"](do["multiply"](do["exp"](scores), values), do["row_sum"](do["exp"](scores)))
    assert compare(output, plain).answer is Answer.EQUAL
    off = Exact.rational([[Fraction(int(i == j == 7), 10**40) for j in range(8)] for i in range(8)])
    found = compare(do["add"](output, off), plain)
    assert (Answer.DIFFERENT, (8, 8)) == (found.answer, found.cell)


def test_the_same_weights_of_other_values_differ() -> None:
    weights = do["softmax"](Exact.rational([[1, 0], [0, 1]]))
    first, second = (do["multiply"](weights, Exact.rational([[1, 0], [0, last]])) for last in (1, 2))
    assert (Answer.DIFFERENT, (1, 2)) == (compare(first, second).answer, compare(first, second).cell)
    doubled = do["softmax"](Exact.rational([[2, 0], [0, 2]]))
    assert compare(weights, doubled).answer is Answer.DIFFERENT
    third = do["multiply"](do["softmax"](Exact.rational([[1, 0], [0, 2]])), Exact.rational([[1, 0], [0, 1]]))
    assert (Answer.DIFFERENT, (2, 1)) == (compare(first, third).answer, compare(first, third).cell)
