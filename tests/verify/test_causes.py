"""Probable causes: each wrong number here is what the named slip or misprint gives, worked out by hand."""

import pytest

from derivations.model import Verdict
from derivations.verify import causes
from tests.verify.judging import GIVEN, bmatrix, fault, faults

QK = f"""{GIVEN}
$Q = X W^Q = {bmatrix("1 2; 0 1; 1 3")}$ and $K = X W^K = {bmatrix("2 0; 1 1; 3 1")}$.
"""


@pytest.mark.parametrize(
    ("claim", "cause"),
    [
        # QK^T without the division; divided by 2; KQ^T for QK^T
        (rf"$\frac{{Q K^T}}{{\sqrt{{2}}}} = {bmatrix('2 3 5; 0 1 1; 2 4 6')}$", "no-scaling"),
        (rf"$\frac{{Q K^T}}{{\sqrt{{2}}}} = {bmatrix('1 1.5 2.5; 0 0.5 0.5; 1 2 3')}$", "root-forgotten"),
        (f"$Q K^T = {bmatrix('2 0 2; 3 1 4; 5 1 6')}$", "sides-swapped"),
        # by columns: e^0 : e^1 = 0.27 : 0.73 and 0.5 : 0.5
        (r"$\text{softmax}([[0, 1], [1, 1]]) = [[0.27, 0.50], [0.73, 0.50]]$", "softmax-columns"),
        (r"$\text{softmax}([1, 2, 5]) = [0.125, 0.25, 0.625]$", "no-exponential"),
        (r"$\text{softmax}([1, 2]) = [2.72, 7.39]$", "not-normalised"),
        # variance of 1 2 3 is 2/3, with d-1 it is 1
        (r"$\operatorname{Var}([1, 2, 3]) = 1$", "unbiased-variance"),
        # misprints of Q K^T = (2 3 5; 0 1 1; 2 4 6) and of Q
        (f"$Q K^T = {bmatrix('2 3 5; 0 1 1; 2 3 5')}$", "wrong-row"),
        (f"$Q K^T = {bmatrix('2 3 5; 0 1 1; 0 0 0')}$", "row-left-out"),
        (f"$Q K^T = {bmatrix('2 -3 5; 0 1 1; 2 4 6')}$", "minus-lost"),
        (f"$Q Q^T = {bmatrix('5 2 7; 2 1 3; 7 3 100')}$", "point-moved"),
        ("$12 \\cdot 13 = 165$", "digits-transposed"),
        ("$12 \\cdot 13 = 146$", "one-digit"),
        # V = X W^V would be (0 1; 3 0; 3 1); this is X W^Q
        (f"$V = X W^V = {bmatrix('1 2; 0 1; 1 3')}$", "wrong-weight"),
        # a third of 1 is 0.33
        (r"$\text{softmax}([1, 1, 1]) = [0.33, 0.33, 0.34]$", "forced-sum"),
        (r"$\text{softmax}([1, 1, 1]) = [0.33, 0.33, 0.33]$", None),
    ],
)
def test_cause(claim: str, cause: str | None) -> None:
    found = faults(f"{QK}\n{claim}\n")
    assert [cause] == [each.cause for each in found] if cause else [] == found


def test_a_product_in_the_wrong_order() -> None:
    factors = f"{bmatrix('2 1 3; 0 1 1')} {bmatrix('1 2; 0 1; 1 3')}"
    text = rf"$\frac{{Q K^T}}{{\sqrt{{2}}}} = \frac{{1}}{{\sqrt{{2}}}} {factors}$"
    found = fault(f"{QK}\n{text}\n")
    assert ("shape-mismatch", "factors-swapped") == (found.rule, found.cause)
    assert "a product of shape 2×2, 3×3 expected" in found.message


def test_copied_from_an_earlier_value() -> None:
    product = bmatrix("2 3 5; 0 1 1; 2 4 6")
    found = fault(f"{QK}\n$Q K^T = {product}$\n\n$Q Q^T = {product}$\n")
    assert "copied" == found.cause
    assert "probable cause: these are the numbers of line 8" in found.notes


def test_rounded_too_early() -> None:
    # 1/18 = 0.056; with 0.3 and 0.2 it is 0.06
    found = fault(r"$a = \frac{1}{3}$ and $b = \frac{1}{6}$. Then $a b = 0.060$.")
    assert "rounded-early" == found.cause


def test_a_number_from_nowhere_has_no_cause() -> None:
    assert fault(f"{QK}\n$Q K^T = {bmatrix('17 23 51; 20 31 71; 92 84 66')}$\n").cause is None


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    evaluate = causes._value
    monkeypatch.setattr(causes, "_value", lambda *each: calls.append(each) or evaluate(*each))  # type: ignore[func-returns-value]
    wrong = "\n\n".join(f"${k} + 2 \\cdot (3 - 4) = {k + 901}$" for k in range(300))
    assert 300 == len([f for f in faults(wrong) if f.verdict is Verdict.WRONG])
    assert len(calls) <= causes.MOST
