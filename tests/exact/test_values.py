"""How exact values show themselves, and properties that hold for all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.exact import EXACT, Answer, Exact, compare
from derivations.model import DerivationError

do = EXACT.operations
HALF = Fraction(1, 2)
mpmath.mp.dps = 80

small = st.fractions(min_value=-3, max_value=3, max_denominator=4)


@st.composite
def matrices(draw: Any, rows: int = 3, columns: int = 3) -> Exact:
    return Exact.rational([[draw(small) for _ in range(columns)] for _ in range(rows)])


@st.composite
def values(draw: Any) -> Exact:
    """A value of any numeric kind: scores, weights, outputs, roots, logarithms, sums of them."""
    scores = do["divide"](
        draw(matrices()), do["sqrt"](Exact.rational([[draw(st.sampled_from([1, 2, 3, 8]))]]))
    )
    kind = draw(st.sampled_from(["scores", "weights", "output", "sum", "sigmoid", "logarithms", "sines"]))
    if kind == "scores":
        return scores
    if kind == "logarithms":
        return do["add"](do["ln"](Exact.rational([[2, 3, 10], [HALF, 5, 1], [1, 9, 7]])), scores)
    if kind in ("sigmoid", "sines"):
        return do["sigmoid" if kind == "sigmoid" else "sin"](scores)
    weights = do["softmax"](scores)
    mixed = do["multiply"](weights, draw(matrices()))
    return {"weights": weights, "output": mixed, "sum": do["add"](mixed, scores)}[kind]


def numbers(value: Exact) -> list[list[Any]]:
    """The entries by mpmath, from SymPy's expressions."""
    return [[mpmath.mpf(sympy.N(cell, 70)) for cell in value.sympy().row(i)] for i in range(value.shape[0])]


# ---------------------------------------------------------------- properties


@settings(deadline=None, max_examples=40)
@given(matrices(), st.sampled_from([1, 2, 3, 4]))
def test_rows_of_a_softmax_sum_to_exactly_one(scores: Exact, divisor: int) -> None:
    weights = do["softmax"](do["divide"](scores, do["sqrt"](Exact.rational([[divisor]]))))
    sums = do["multiply"](weights, do["ones"](3, 1))
    assert compare(do["ones"](3, 1), sums).answer is Answer.EQUAL
    assert [["1.00"], ["1.00"], ["1.00"]] == sums.fixed(2)


@settings(deadline=None, max_examples=40)
@given(matrices(), matrices(), matrices(columns=1))
def test_a_shift_of_every_row_changes_nothing(scores: Exact, keys: Exact, shift: Exact) -> None:
    weights, shifted = do["softmax"](scores), do["softmax"](do["add"](scores, shift))
    assert compare(weights, shifted).answer is Answer.EQUAL
    assert compare(do["multiply"](weights, keys), do["multiply"](shifted, keys)).answer is Answer.EQUAL


@settings(deadline=None, max_examples=60)
@given(values(), st.integers(0, 6))
def test_fixed_is_within_half_a_unit(value: Exact, places: int) -> None:
    for found, row in zip(value.fixed(places), numbers(value), strict=True):
        for text, number in zip(found, row, strict=True):
            assert abs(mpmath.mpf(text) - number) <= mpmath.mpf(10) ** -places / 2 + mpmath.mpf(10) ** -60
            assert (places or 0) == len(text.partition(".")[2])
            assert not (text.startswith("-") and float(text) == 0)


@settings(deadline=None, max_examples=60)
@given(values(), st.integers(1, 40))
def test_decimal_has_the_digits_of_mpmath(value: Exact, digits: int) -> None:
    for found, row in zip(value.decimal(digits), numbers(value), strict=True):
        for text, number in zip(found, row, strict=True):
            assert abs(mpmath.mpf(text) - number) <= abs(number) * mpmath.mpf(10) ** (1 - digits) / 2 * (
                1 + 1e-9
            )
            if number:
                assert digits == len(text.partition("e")[0].replace(".", "").lstrip("-").lstrip("0"))


@settings(deadline=None, max_examples=60)
@given(values())
def test_text_is_what_sympy_says(value: Exact) -> None:
    read = sympy.ImmutableMatrix([[sympy.sympify(cell) for cell in row] for row in value.text()])  # noqa: TID251
    assert value.sympy() == read


@settings(deadline=None, max_examples=40)
@given(values())
def test_sympy_and_back_is_the_same_value(value: Exact) -> None:
    assert compare(value, Exact.from_sympy(value.sympy())).answer is Answer.EQUAL


@settings(deadline=None, max_examples=40)
@given(values())
def test_floats_are_the_nearest_ones(value: Exact) -> None:
    for found, row in zip(value.numpy().tolist(), numbers(value), strict=True):
        assert [float(number) for number in row] == found


@settings(deadline=None, max_examples=30)
@given(values())
def test_balls_are_sharp_and_hold_the_value(value: Exact) -> None:
    for found, row in zip(value.balls(20), numbers(value), strict=True):
        for ball, number in zip(found, row, strict=True):
            assert (
                abs(mpmath.mpf(ball.mid().str(60, radius=False)) - number)
                <= abs(number) * mpmath.mpf(10) ** -20
            )


# ---------------------------------------------------------------- notation


def scalar(expression: Any) -> Exact:
    return Exact.from_sympy(sympy.Matrix([[expression]]))


r2, E = sympy.sqrt(2), sympy.E
SHOWN = [
    # value, TeX, one line, text
    (sympy.Rational(-1, 2), r"-\frac{1}{2}", "-1/2", "-1/2"),
    (r2 / 2, r"\frac{1}{\sqrt{2}}", "1/√2", "sqrt(2)/2"),
    (3 * r2 / 4, r"\frac{3}{2 \sqrt{2}}", "3/(2√2)", "3*sqrt(2)/4"),
    (sympy.sqrt(3) / 2, r"\frac{\sqrt{3}}{2}", "√3/2", "sqrt(3)/2"),
    (5 * r2, r"5 \sqrt{2}", "5√2", "5*sqrt(2)"),
    (E, "e", "e", "exp(1)"),
    (E**2 / 3, r"\frac{e^{2}}{3}", "e^2/3", "exp(2)/3"),
    (1 + r2, r"1 + \sqrt{2}", "1+√2", "1 + sqrt(2)"),
    (1 - E, "1 - e", "1-e", "1 - exp(1)"),
    (sympy.log(12), r"2 \ln 2 + \ln 3", "2ln(2)+ln(3)", "2*log(2) + log(3)"),
    (
        2 * sympy.exp(r2 / 2) / (1 + 2 * sympy.exp(r2 / 2)),
        r"\frac{2 e^{\frac{1}{\sqrt{2}}}}{1 + 2 e^{\frac{1}{\sqrt{2}}}}",
        "2e^(1/√2)/(1+2e^(1/√2))",
        "2*exp(sqrt(2)/2)/(1 + 2*exp(sqrt(2)/2))",
    ),
    ((1 + E) / (2 + E), r"\frac{1 + e}{2 + e}", "(1+e)/(2+e)", "(1 + exp(1))/(2 + exp(1))"),
    (1 / (1 + sympy.exp(-3)), r"\frac{e^{3}}{1 + e^{3}}", "e^3/(1+e^3)", "exp(3)/(1 + exp(3))"),
    (E**2 - 1, "e^{2} - 1", "e^2-1", "exp(2) - 1"),
    (1 / (E - 1), r"\frac{1}{e - 1}", "1/(e-1)", "1/(exp(1) - 1)"),
    (1 / (1 - E), r"-\frac{1}{e - 1}", "-1/(e-1)", "-1/(exp(1) - 1)"),
    (-1 / (1 + E), r"-\frac{1}{1 + e}", "-1/(1+e)", "-1/(1 + exp(1))"),
    (sympy.pi / 2, r"\frac{\pi}{2}", "π/2", "pi/2"),
    (-sympy.oo, r"-\infty", "-∞", "-oo"),
]


@pytest.mark.parametrize(("value", "tex", "plain", "text"), SHOWN, ids=lambda part: str(part)[:24])
def test_notation(value: Any, tex: str, plain: str, text: str) -> None:
    shown = scalar(value)
    assert (tex, plain, [[text]]) == (shown.tex(), shown.plain(), shown.text())


def test_a_matrix_in_tex_and_in_one_line() -> None:
    value = Exact.from_sympy(sympy.Matrix([[1, -sympy.oo], [r2, sympy.Rational(1, 2)]]))
    assert r"\begin{bmatrix} 1 & -\infty \\ \sqrt{2} & \frac{1}{2} \end{bmatrix}" == value.tex()
    assert "[[1, -∞], [√2, 1/2]]" == value.plain()
    assert (r"\frac{1}{2}", frozenset({(0, 1)})) == (value.entry_tex(2, 2), value.hidden)
    assert [["1.0", "-inf"], ["1.4", "0.5"]] == value.fixed(1)
    assert [1, float("-inf")] == value.numpy()[0].tolist()
    assert sympy.ImmutableMatrix([[1, -sympy.oo], [r2, sympy.Rational(1, 2)]]) == value.sympy()
    assert f"$$\n{value.tex()}\n$$" == value._repr_latex_()


def test_symbols_come_out_as_they_are_named_and_have_no_digits() -> None:
    x = Exact.symbol("x_{11}")
    value = do["divide"](do["multiply"](x, x), Exact.rational([[2]]))
    assert r"\frac{x_{11}^{2}}{2}" == value.tex()
    assert sympy.Symbol("x_{11}", real=True) in value.sympy()[0].free_symbols
    assert (False, ("x_{11}",), "symbolic") == (value.is_numeric, value.symbols, value.carrier)
    for ask in (lambda: value.decimal(3), lambda: value.fixed(3), value.numpy, lambda: value.balls(3)):
        with pytest.raises(DerivationError, match="x_"):
            ask()


# ---------------------------------------------------------------- rounding

ROUNDED = [
    # value, places, text, why
    (Fraction(1, 8), 2, "0.12", "a tie goes to the even digit"),
    (Fraction(3, 8), 2, "0.38", "a tie goes to the even digit"),
    (Fraction(1, 200), 2, "0.00", "a tie that no float holds"),
    (Fraction(3, 200), 2, "0.02", "a tie that no float holds"),
    (Fraction(-1, 1000), 2, "0.00", "zero has no sign"),
    (Fraction(-1, 200), 2, "0.00", "zero has no sign, in a tie either"),
    (Fraction(-7, 2), 0, "-4", "no point without digits"),
    (Fraction(5, 2), 0, "2", "a tie goes to the even digit"),
    (Fraction(99999, 10000), 3, "10.000", "nines carry"),
    (Fraction(1, 3), 1, "0.3", "an ordinary number"),
]


@pytest.mark.parametrize(("value", "places", "text", "why"), ROUNDED, ids=str)
def test_fixed(value: Fraction, places: int, text: str, why: str) -> None:
    assert [[text]] == Exact.rational([[value]]).fixed(places)


def test_a_tie_that_is_missed_by_very_little_is_seen() -> None:
    tiny = sympy.exp(-200)
    assert [["0.13"]] == scalar(sympy.Rational(1, 8) + tiny).fixed(2)
    assert [["0.12"]] == scalar(sympy.Rational(1, 8) - tiny).fixed(2)


def test_decimal_of_small_large_and_round_numbers() -> None:
    value = Exact.rational([[0, 2, Fraction(1, 3), Fraction(1, 3 * 10**9), 12345678, Fraction(999999, 1000)]])
    assert [["0", "2.000", "0.3333", "3.333e-10", "1.235e7", "1000"]] == value.decimal(4)


def test_a_zero_that_no_ball_decides_is_found() -> None:
    zero = scalar(sympy.sin(1) ** 2 + sympy.cos(1) ** 2 - 1)
    assert ("symbolic", [["0"]], 0.0) == (zero.carrier, zero.decimal(5), zero.numpy()[0, 0])


def test_the_larger_of_two_equal_expressions_is_that_expression() -> None:
    assert "sin(1)" == do["maximum"](scalar(sympy.sin(1)), scalar(sympy.sin(1))).plain()
    assert (
        "sin(1)" == do["row_max"](Exact.from_sympy(sympy.Matrix([[0, sympy.sin(1), sympy.cos(1)]]))).plain()
    )


def test_many_equal_scores() -> None:
    """Rows in which dozens of keys share an exponent: the weights are counted, the values summed."""
    scores = Exact.rational([[int(j < i) for j in range(60)] for i in range(1, 4)])
    output = do["multiply"](do["softmax"](scores), Exact.rational([[j] for j in range(60)]))
    by_hand = [r"\frac{1770}{59 + e}", r"\frac{1769 + e}{58 + 2 e}", r"\frac{589 + e}{19 + e}"]
    assert by_hand == [output.entry_tex(i, 1) for i in (1, 2, 3)]


def test_rows_of_unequal_length_are_named() -> None:
    with pytest.raises(DerivationError, match="row 2 has 1 entries, row 1 has 2"):
        Exact.rational([[1, 2], [3]])


def test_floats_and_infinities_are_not_taken_from_sympy() -> None:
    for entry in (sympy.Float(0.5), sympy.oo, sympy.I, sympy.nan):
        with pytest.raises(DerivationError, match="not an exact real number"):
            scalar(entry)
