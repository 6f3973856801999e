"""What a finding says: expected values, digits, words, rules."""

from fractions import Fraction

import mpmath
import pytest

from derivations.model import Verdict
from derivations.verify import contract
from tests.verify.judging import GIVEN, bmatrix, checked, fault, faults

# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("claim", "rule", "message"),
    [
        (
            f"$Q = X W^Q = {bmatrix('1 2; 0 1; 0 0')}$",
            "value-mismatch",
            "Q = X W^Q, row 3: 0 0 printed, 1 3 expected",
        ),
        (
            f"$Q = X W^Q = {bmatrix('1 2; 0 1; 1 4')}$",
            "value-mismatch",
            "Q = X W^Q, row 3, column 2: 4 printed, 3 expected",
        ),
        (f"$Q = X W^Q = {bmatrix('1 2; 0 1')}$", "shape-mismatch", "Q = X W^Q: 2×2 printed, 3×2 expected"),
        (r"$\text{softmax}([1, 0, 0]) = [\frac12, \frac12, 0]$", "softmax-zero", None),
        (r"$\text{softmax}([2, 1, 0]) = [0.67, 0.24, 0.19]$", "softmax-sum", None),
        ("$3 + 4 = 8$", "value-mismatch", "3 + 4: 8 printed, 7 expected"),
        (r"$\frac{1}{3} = 0.34$", "rounding", "1/3: 0.34 printed, 0.33 expected"),
    ],
)
def test_message_and_rule(claim: str, rule: str, message: str | None) -> None:
    found = fault(GIVEN + "\n" + claim)
    assert rule == found.rule
    assert message in (None, found.message)


def test_a_vector_names_its_entries() -> None:
    found = fault(r"$\text{softmax}([2, 1, 0]) = [0.67, 0.24, 0.08]$")
    assert "softmax([2, 1, 0]), entry 3: 0.08 printed, 0.09 expected" == found.message


def test_a_zero_weight_is_explained() -> None:
    found = fault(r"$\text{softmax}([1, 0, 0]) = [\frac12, \frac12, 0]$")
    assert "softmax of finite scores is never 0" in found.notes
    assert any(note.startswith("exactly e/(2+e)") for note in found.notes)


def test_a_masked_weight_of_zero_is_right() -> None:
    assert [] == faults(r"$\text{softmax}([1, -\infty, 1]) = [0.5, 0, 0.5]$")


def test_carried_names_the_claim_it_comes_from() -> None:
    text = (
        GIVEN + f"\n$Q = X W^Q = {bmatrix('1 2; 0 1; 1 4')}$\n\n$Q Q^T = {bmatrix('5 2 9; 2 1 4; 9 4 17')}$\n"
    )
    wrong, carried = faults(text)
    assert (Verdict.WRONG, Verdict.CARRIED) == (wrong.verdict, carried.verdict)
    assert (wrong.id,) == carried.upstream
    assert "QQᵀ follows from a wrong value before (Q, line 6)" in carried.message
    assert (("5", "2", "7"), ("2", "1", "3"), ("7", "3", "10")) == carried.expected


def test_what_cannot_be_checked_says_why() -> None:
    found = fault(f"$O = A V = {bmatrix('1 2; 3 4')}$")
    assert (Verdict.UNCHECKED, "unchecked") == (found.verdict, found.rule)
    assert "is not given before here" in found.message


# ---------------------------------------------------------------- exact values


def test_expected_is_exact_and_readable_by_sympy() -> None:
    found = fault(r"$\text{softmax}([1, 0, 0]) = [0.6, 0.2, 0.3]$")
    assert (("exp(1)/(2 + exp(1))", "1/(2 + exp(1))", "1/(2 + exp(1))"),) == found.expected
    assert (("0.6", "0.2", "0.2"),) == found.expected_decimal


def test_right_claims_have_their_exact_value_too() -> None:
    (claim,) = checked(r"$\text{softmax}([\ln 2, 0]) = [0.67, 0.33]$").findings
    assert Verdict.RIGHT is claim.verdict
    assert (("2/3", "1/3"),) == claim.expected


def test_a_long_exact_value_is_given_in_certified_digits() -> None:
    scores = [round(0.137 * k + k * k / 997, 3) for k in range(16)]
    found = fault(rf"$\text{{softmax}}({scores}) = {[0.99] + 15 * [0.1]}$")
    assert found.expected is not None
    with mpmath.workdps(30):
        exponentials = [mpmath.exp(mpmath.mpf(str(score))) for score in scores]
        expected = [mpmath.nstr(x / sum(exponentials), 15, strip_zeros=False) for x in exponentials]
    assert expected == list(found.expected[0])


def test_integers_have_no_decimals_beside_them() -> None:
    found = fault(GIVEN + f"\n$Q = X W^Q = {bmatrix('1 2; 0 1; 1 4')}$")
    assert (("1", "2"), ("0", "1"), ("1", "3")) == found.expected
    assert found.expected_decimal is None


def test_decimals_are_the_author_s() -> None:
    found = fault(r"$\frac{1}{7} + \frac{1}{7} = 0.2959$")
    assert ((("2/7",),), (("0.2857",),)) == (found.expected, found.expected_decimal)
    assert Fraction(2, 7) == Fraction(found.expected[0][0]) if found.expected else False


# ---------------------------------------------------------------- the contract

KEYS = (
    "id line column end_line end_column cell name formula stated expected expected_decimal "
    "verdict route rule cells cause upstream message"
)


def test_an_article_of_the_contract() -> None:
    found = contract.article(checked(GIVEN + f"\n$Q = X W^Q = {bmatrix('1 2; 0 1; 0 0')}$\n"))
    assert {"claims": 1, "right": 0, "rounding": 0, "carried": 0, "wrong": 1, "unchecked": 0} == found[
        "summary"
    ]
    (claim,) = found["claims"]
    assert KEYS.split() == list(claim)
    assert (6, 14, 6, 67) == tuple(claim[key] for key in ("line", "column", "end_line", "end_column"))
    assert [["1", "2"], ["0", "1"], ["0", "0"]] == claim["stated"]
    assert [[3, 1], [3, 2]] == claim["cells"]


def test_a_standing_vector_is_one_row() -> None:
    found = fault(f"${bmatrix('1 2; 3 4')} {bmatrix('1; 1')} = {bmatrix('3; 8')}$")
    assert ((("3", "8"),), (("3", "7"),), ((1, 2),)) == (found.stated, found.expected, found.cells)


def test_a_place_in_a_notebook_counts_inside_the_cell() -> None:
    cell = '{"cell_type": "markdown", "metadata": {}, "source": ["Text\\n", "$3 + 4 = 8$"]}'
    notebook = '{"cells": [' + cell.replace("8", "7") + ", " + cell + '], "nbformat": 4}'
    (claim,) = [c for c in contract.article(checked(notebook, "ipynb"))["claims"] if c["verdict"] == "wrong"]
    assert (2, 2, 10) == (claim["cell"], claim["line"], claim["column"])
