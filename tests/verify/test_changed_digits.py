"""One printed number is changed in a right article: it alone is accused.

Every expected value was worked out with NumPy or by hand; an article is told right and with one fault.
"""

from __future__ import annotations

import pytest

from tests.verify.judging import fault
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
