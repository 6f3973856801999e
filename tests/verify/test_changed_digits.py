"""One printed number is changed in a right article: it alone is accused.

Every expected value was worked out with NumPy or by hand; an article is told right and with one fault.
"""

from __future__ import annotations

import pytest

from derivations.verify.mending import mended
from tests.verify.judging import checked, fault
from tests.verify.test_judge import verdicts

COPIED = """
S = [[2, 0], [0, 1]] and V = [[10, 20], [30, 40]]

A = softmax(S) = [[0.88, 0.12], [0.27, 0.73]]

The output is Z = A V:

Z = [[0.88, 0.12], [0.27, 0.73]] × [[{}, 20], [30, 40]] = [[12.40, 22.40], [24.60, 34.60]]
"""
"""0.88 · 10 + 0.12 · 30 = 12.40, with all digits kept it is 12.38."""


def test_a_copy_written_wrongly_leaves_right_what_was_computed_from_the_original() -> None:
    assert {"right"} == set(verdicts(COPIED.format("10")))
    found = fault(COPIED.format("70"))
    assert ("wrong", "V") == (str(found.verdict), found.formula)


TWO_FAULTS = """
Q = [[1, 0], [0, 1]], K = [[1, 0], [0, 1]], X = [[1, 0], [0, 1]], W_V = [[10, 0], [0, 10]]

V = X W_V = [[{}, 0], [0, 10]]

S = Q K^T = [[1, 0], [0, 3]]

A = softmax(S) = [[0.73, 0.27], [0.05, 0.95]]

Z = A V = [[7.31, 2.69], [0.47, 9.53]]
"""
"""Row 2 of Z is softmax(0, 3) · 10 with all digits kept; from 0.05 and 0.95 it would be 0.50 9.50."""


@pytest.mark.parametrize(("value", "first"), [("10", "right"), ("70", "wrong")])
def test_what_follows_in_full_precision_from_one_of_two_faults_is_carried(value: str, first: str) -> None:
    assert [first, "wrong", "carried", "carried"] == verdicts(TWO_FAULTS.format(value))


@pytest.mark.parametrize(
    "text",
    [
        r"$\operatorname{softmax}([101011000000, 0]) = [0.5, 0.5]$",
        r"$2^{99999999999} = 3$",
        r"$e^{-101011000000} = 7.0$",
    ],
)
def test_values_that_nobody_could_write_out_stop_nothing(text: str) -> None:
    assert ["wrong"] == verdicts(text)


def test_exponents_that_nobody_could_write_out_stop_nothing() -> None:
    assert ["unchecked"] == verdicts("$2^{2^{99999999999}} = 3$")


BY_TOKEN = """
Q = [[1, 0], [0, 1], [1, 1]], $K_{the} = [1, 0]$, $K_{cat} = [0, 2]$, $K_{sat} = [3, 1]$

$$K = \\begin{bmatrix} 1 & 0 \\\\ 0 & 2 \\\\ 3 & 1 \\end{bmatrix}$$

* Scores for "the": [1, 0, 3]
* Scores for "cat": [0, SSS, 1]
"""


@pytest.mark.parametrize(("score", "verdict"), [("2", "right"), ("7", "wrong")])
def test_a_row_is_that_of_the_token_that_the_words_name(score: str, verdict: str) -> None:
    assert ["right", verdict] == verdicts(BY_TOKEN.replace("SSS", score))


ONE_BY_ONE = """
* $n_0 = (3.16 - 1.88) / 1.04 = 1.23$
* $n_1 = (0.61 - 1.88) / 1.04 = -1.22$
* $n_2 = (1.77 - 1.88) / 1.04 = -0.11$

Our normalized vector is `n_norm = [{}, -1.22, -0.11]`.
"""


@pytest.mark.parametrize(("first", "last"), [("1.23", "right"), ("2.23", "wrong")])
def test_a_list_of_what_was_worked_out_just_before(first: str, last: str) -> None:
    assert ["right"] * 3 + [last] == [v for v in verdicts(ONE_BY_ONE.format(first)) if v != "unchecked"]


def test_many_digits_that_agree_leave_no_doubt_about_the_others() -> None:
    text = "The scores are [1, 0, 1].\n\nThen for this word [0.4223, 0.{}, 0.4223] comes out.\n"
    assert ["right"] == verdicts(text.format("1554"))
    assert ["wrong"] == verdicts(text.format("2554"))


WAVES = """
```
pos = 1:
  dim 0: sin(1 / 1) = sin({}) ≈ 0.84
  dim 1: cos(1 / 1) = cos(1) ≈ 0.54

pos = 2:
  dim 0: sin(2) ≈ 0.91
  dim 1: cos(2) ≈ -0.42
```
"""


def test_numbers_alone_are_worked_out_anew_wherever_they_stand() -> None:
    """``sin(2) ≈ 0.84`` was meant to be sin(1): that says nothing of the next sin(2)."""
    assert {"right"} == set(verdicts(WAVES.format("1")))
    assert "1/1: 2 printed, 1 expected" == fault(WAVES.format("2")).message
    assert WAVES.format("1") == mended(checked(WAVES.format("2"))).source.text


@pytest.mark.parametrize("score", ["1", "2"])
def test_a_root_repeats_no_number_at_fault(score: str) -> None:
    text = f"$1 \\cdot 1 + 1 \\cdot 0 = {score}$\n\nThen divide by $\\sqrt{{2}} \\approx 1.41$.\n"
    assert "right" == verdicts(text)[-1]


def test_nothing_is_mended_in_places_of_formulas_that_the_article_does_not_hold() -> None:
    text = "The sum of the first two is $1 + 2 = {}$.\n\nFor d = 4, $PE(1) = [0.84, 0.54, 0.01, 1.00]$.\n"
    assert text.format("3") == mended(checked(text.format("4"))).source.text
