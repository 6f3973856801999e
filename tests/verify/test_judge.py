"""Verdicts on small articles.  Every expected value was worked out by hand or with a pocket calculator."""

from __future__ import annotations

import pytest

from derivations.model import Finding, Source
from derivations.readers import read
from derivations.verify.judge import judge

GIVEN = """
The input is $X = \\begin{bmatrix} 1 & 2 \\\\ 0 & 1 \\end{bmatrix}$ with the weights
$W^Q = \\begin{bmatrix} 1 & 0 \\\\ 1 & 1 \\end{bmatrix}$,
$W^K = \\begin{bmatrix} 0 & 1 \\\\ 1 & 0 \\end{bmatrix}$ and
$W^V = \\begin{bmatrix} 2 & 0 \\\\ 0 & 1 \\end{bmatrix}$.
"""


def findings(text: str, suffix: str = "md") -> list[Finding]:
    return judge(read(Source(f"article.{suffix}", text)))


def verdicts(text: str, suffix: str = "md") -> list[str]:
    return [str(finding.verdict) for finding in findings(text, suffix)]


def test_a_right_article_has_only_right_claims() -> None:
    text = GIVEN + (
        "$$Q = XW^Q = \\begin{bmatrix} 3 & 2 \\\\ 1 & 1 \\end{bmatrix}, \\quad"
        " K = XW^K = \\begin{bmatrix} 2 & 1 \\\\ 1 & 0 \\end{bmatrix}$$\n"
        "$$S = \\frac{QK^T}{\\sqrt{d_k}} = \\frac{1}{\\sqrt2}\\begin{bmatrix} 8 & 3 \\\\ 3 & 1 \\end{bmatrix}"
        " \\approx \\begin{bmatrix} 5.66 & 2.12 \\\\ 2.12 & 0.71 \\end{bmatrix}$$\n"
        "$$A = \\text{softmax}(S) \\approx \\begin{bmatrix} 0.972 & 0.028 \\\\ 0.804 & 0.196 "
        "\\end{bmatrix}$$\n"
    )
    found = findings(text)
    assert {str(f.verdict) for f in found} == {"right"}
    assert [f.name for f in found if f.name] == ["Q", "K", "S", "S", "A"]


def test_an_error_is_reported_once_and_then_carried() -> None:
    text = GIVEN + (
        "$$Q = XW^Q = \\begin{bmatrix} 3 & 2 \\\\ 1 & 2 \\end{bmatrix}$$\n"
        "$$K = XW^K = \\begin{bmatrix} 2 & 1 \\\\ 1 & 0 \\end{bmatrix}$$\n"
        "$$QK^T = \\begin{bmatrix} 8 & 3 \\\\ 4 & 1 \\end{bmatrix}$$\n"
    )
    wrong, right, carried = findings(text)
    assert (str(wrong.verdict), wrong.cells) == ("wrong", ((2, 2),))
    assert str(right.verdict) == "right"
    assert (str(carried.verdict), carried.cells, carried.upstream) == ("carried", ((2, 1),), (wrong.id,))


def test_the_whole_chain_of_a_scraped_page_is_understood() -> None:
    """Q has a row too few numbers, the scores have the wrong shape, and a softmax has zeros."""
    text = (
        "[ X = \\begin{bmatrix} 1 & 0 & 0 \\\\ 0 & 1 & 0 \\\\ 0 & 0 & 1 \\end{bmatrix} ]\n"
        "[ W^Q = W^K = \\begin{bmatrix} 2 & 1 \\\\ 0 & 1 \\\\ 1 & 3 \\end{bmatrix} ]\n"
        "[ Q = XW^Q = \\begin{bmatrix} 2 & 1 \\\\ 0 & 1 \\\\ 0 & 0 \\end{bmatrix} ]\n"
        "[ \\text{Scores} = \\frac{QK^T}{\\sqrt{d_k}} = \\frac{1}{\\sqrt{2}} \\begin{bmatrix} 2 & 0 & 0 "
        "\\\\ 1 & 1 & 0"
        " \\end{bmatrix} \\begin{bmatrix} 2 & 1 \\\\ 0 & 1 \\\\ 1 & 3 \\end{bmatrix} = \\frac{1}{\\sqrt{2}}"
        " \\begin{bmatrix} 4 & 2 \\\\ 2 & 2 \\end{bmatrix} ]\n"
        "[ \\text{Weights} = \\text{softmax}(\\text{Scores}) = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 "
        "\\end{bmatrix} ]\n"
    )
    found = findings(text, "txt")
    assert [(str(f.verdict), f.rule) for f in found if f.name in ("Q", "Scores")] == [
        ("wrong", "value-mismatch"),
        ("carried", "carried"),
    ]
    assert [f.rule for f in found if str(f.verdict) == "wrong"][1] == "shape-mismatch"
    assert str(found[-1].verdict) == "wrong"


@pytest.mark.parametrize(
    ("printed", "verdict", "route"),
    [
        ("[0.422, 0.155, 0.422]", "right", None),
        ("[0.42, 0.16, 0.42]", "right", None),
        ("[0.42, 0.15, 0.42]", "right", "truncated"),
        ("[0.423, 0.155, 0.422]", "rounding", None),
        ("[0.43, 0.16, 0.42]", "rounding", None),
        ("[0.44, 0.12, 0.44]", "wrong", None),
        ("[0.5, 0.0, 0.5]", "wrong", None),
    ],
)
def test_a_softmax_row_is_judged_at_its_printed_precision(
    printed: str, verdict: str, route: str | None
) -> None:
    """softmax(1, 0, 1) = 0.42232, 0.15536, 0.42232."""
    (finding,) = findings(f"softmax([1, 0, 1]) = {printed}\n")
    assert (str(finding.verdict), finding.route) == (verdict, route)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [
        (r"$\frac{7}{3} \approx 2.33$", "right"),
        (r"$\frac{7}{3} \approx 2.34$", "rounding"),
        (r"$\frac{7}{3} = 2.4$", "rounding"),
        (r"$\frac{7}{3} \approx 3.1$", "wrong"),
        (r"$\frac{5}{2} = 2.6$", "wrong"),
        (r"$2 \cdot 3 + 4 \cdot 5 = 26$", "right"),
        (r"$2 \cdot 3 + 4 \cdot 5 = 25$", "wrong"),
        (r"$\sqrt{8} \approx 2.828$", "right"),
        (r"$e^{0.5} \approx 1.65$", "right"),
        (r"$e^{0.5} \approx 1.56$", "wrong"),
        (r"$\sqrt{5.0 + 1e^{-5}} \approx 2.23607$", "right"),
    ],
)
def test_arithmetic(statement: str, verdict: str) -> None:
    assert verdicts(statement + "\n") == [verdict]


def test_an_exact_result_has_no_rounding_excuse() -> None:
    """0.25 is what it is: 0.26 is not a rounding of it."""
    assert verdicts(r"$\frac{1}{4} = 0.26$") == ["wrong"]
    assert verdicts(r"$\frac{1}{3} = 0.34$") == ["rounding"]


def test_rounding_at_every_step_is_no_error() -> None:
    """From the rounded 0.58 the second step gives 1.16; the exact value would be 1.1547."""
    text = "$s = \\frac{1}{\\sqrt{3}} \\approx 0.58$\n\n$t = 2 s = 1.16$\n"
    found = findings(text)
    assert [str(f.verdict) for f in found] == ["right", "right"]
    assert found[1].route == "displayed-operands"


def test_rows_are_followed_by_their_labels() -> None:
    text = (
        "$$S = \\begin{bmatrix} 0 & 1 \\\\ 2 & 0 \\end{bmatrix}$$\n"
        "- Row 1: softmax([0, 1]) = [0.27, 0.73]\n"
        "- Row 2: softmax([2, 0]) = [0.12, 0.88]\n"
    )
    assert verdicts(text) == ["right", "wrong"]


def test_a_hypothetical_value_is_no_claim() -> None:
    text = "softmax([0, 1]) = [0.27, 0.73]\n\nSuppose the weights were $A = [0.5, 0.5]$.\n"
    assert verdicts(text) == ["right"]


def test_inputs_are_no_claims() -> None:
    assert verdicts(GIVEN) == []


def test_a_new_input_opens_a_new_example() -> None:
    """The second X makes the first Q stale; the second Q is right for the second X."""
    text = (
        "$W^Q = \\begin{bmatrix} 1 & 1 \\\\ 0 & 1 \\end{bmatrix}$\n\n"
        "$X = [1, 2]$ gives $Q = XW^Q = [1, 3]$.\n\n"
        "## Another input\n\n"
        "$X = [3, 1]$ gives $Q = XW^Q = [3, 4]$.\n"
    )
    assert verdicts(text) == ["right", "right"]


def test_a_missing_operand_leaves_a_claim_unchecked_and_says_which() -> None:
    (finding,) = findings("$K = XW^K = [1, 2]$\n")
    assert str(finding.verdict) == "unchecked"
    assert "W^K" in finding.message


def test_positional_encodings_are_known() -> None:
    """sin 1 = 0.8415, cos 1 = 0.5403, sin 0.01 = 0.0100, cos 0.01 = 0.99995."""
    assert verdicts("PE(1) = [0.84, 0.54, 0.01, 1.00]\n") == ["right"]
    assert verdicts("PE(1) = [0.84, 0.54, 0.10, 1.00]\n") == ["wrong"]


def test_layer_norm_with_the_population_variance() -> None:
    """The mean of 2, 4, 6, 8 is 5 and the variance 5, so that 2 becomes -3/√5 = -1.3416."""
    text = (
        "For x = [2, 4, 6, 8]:\n\nmean = (2 + 4 + 6 + 8)/4 = 5\n\nvar = 5.0\n\n"
        "(2 - 5)/2.236 = -1.342\n\n(8 - 5)/2.236 = 1.432\n"
    )
    assert verdicts(text)[-2:] == ["right", "wrong"]


def test_a_causal_mask_leaves_minus_infinity_and_zero_weights() -> None:
    text = (
        "$$S = \\begin{bmatrix} 1 & 2 \\\\ 0 & 1 \\end{bmatrix}$$\n"
        "$$\\text{Masked} = \\begin{bmatrix} 1 & -\\infty \\\\ 0 & 1 \\end{bmatrix}$$\n"
        "$$A = \\text{softmax}(\\text{Masked}) = \\begin{bmatrix} 1.00 & 0.00 \\\\ 0.27 & 0.73 "
        "\\end{bmatrix}$$\n"
    )
    assert verdicts(text) == ["right", "right"]


def test_python_code_and_its_printed_output() -> None:
    """K q = (5, 2): softmax is 0.9526, 0.0474."""
    text = (
        '{"cells": [{"cell_type": "code", "source": ["import numpy as np\\n", "K = np.array([[1, 2], '
        '[0, 1]])\\n",'
        ' "q = np.array([1, 2])\\n", "scores = K @ q\\n", "weights = np.exp(scores) / '
        'np.exp(scores).sum()\\n",'
        ' "print(\'scores:\', scores)\\n", "print(\'weights:\', weights)"], "outputs": [{"output_type": '
        '"stream",'
        ' "text": ["scores: [5 2]\\n", "weights: [0.9526 0.0574]\\n"]}]}], "nbformat": 4, '
        '"nbformat_minor": 5,'
        ' "metadata": {}}'
    )
    assert verdicts(text, "ipynb") == ["right", "wrong"]


def test_full_precision_kept_below_a_fault_is_carried() -> None:
    """The scores are (5, 1); from the wrong (6, 1) a program gets 0.97167 and 2·0.02833, not 2·0.028."""
    text = (
        "With $Q = [1, 3]$, $K = [[2, 1], [1, 0]]$ and $V = [[1, 0], [0, 2]]$:\n\n"
        "$$QK^T = [6, 1]$$\n\n"
        "$$\\text{softmax}\\left(\\frac{QK^T}{\\sqrt{2}}\\right) = [0.972, 0.028]$$\n\n"
        "$$\\text{softmax}\\left(\\frac{QK^T}{\\sqrt{2}}\\right)V = [0.972, 0.057]$$\n"
    )
    assert verdicts(text) == ["wrong", "carried", "carried"]


def test_a_softmax_down_the_columns_is_right_where_the_article_says_so() -> None:
    """exp(1)/(exp(1) + exp(0)) = 0.731 in each column."""
    said = "The softmax runs down each column.\n\n$S = [[1, 0], [0, 1]]$\n\n"
    weights = "$A = \\text{softmax}(S) = [[0.73, 0.27], [0.27, 0.73]]$\n"
    uneven = "$S = [[1, 2], [0, 0]]$\n\n$A = \\text{softmax}(S) = [[0.73, 0.88], [0.27, 0.12]]$\n"
    assert verdicts(said + weights) == ["right"]
    assert verdicts("The softmax runs down each column.\n\n" + uneven) == ["right"]
    assert verdicts(uneven) == ["wrong"]


def test_a_mask_told_in_words_is_applied_before_anybody_is_accused() -> None:
    """Row 2 of the masked softmax of (2, 1) is 0.731, 0.269; unmasked row 1 would be 0.269, 0.731."""
    text = "$S = [[0, 1], [2, 1]]$\n\n{}$A = \\text{{softmax}}(S) = [[1.00, 0.00], [0.73, 0.27]]$\n"
    assert verdicts(text.format("With the causal mask:\n\n")) == ["right"]
    assert verdicts(text.format("")) == ["wrong"]


def test_a_value_that_the_text_takes_back_is_no_claim() -> None:
    assert verdicts("I first wrote 3·2 + 1·4 = 11; of course that is wrong: 3·2 + 1·4 = 10.\n") == ["right"]


def test_a_name_assigned_twice_has_its_last_value() -> None:
    """exp of (0, 1) is (1, 2.718), divided by its sum 0.269, 0.731."""
    text = (
        "```python\ns = np.array([0, 1])\nA = np.exp(s)\nA = A / A.sum()\nprint(A)  # [0.269 0.731]\n```\n"
        "A = [0.269, 0.731]\n"
    )
    assert set(verdicts(text)) == {"right"}


def test_a_primed_name_is_its_own() -> None:
    text = (
        "S = [[1, 2], [3, 1]]\n\nS' = [[1, -inf], [3, 1]]\n\nsoftmax(S') = [[1.000, 0.000], [0.881, 0.119]]\n"
    )
    assert "wrong" not in verdicts(text, "txt")


def test_sizes_and_numbers_end_with_their_example() -> None:
    """d_k is 1 in the first example and 4 in the second, where it is only the width of K."""
    text = (
        "## Example 1\n\n$q = [2]$, $K = [[3], [1]]$, $d_k = 1$:\n\n$\\frac{q K^T}{\\sqrt{d_k}} = [6, 2]$\n\n"
        "## Example 2\n\n$q = [2, 0, 0, 0]$, $K = [[3, 0, 0, 0], [1, 1, 1, 1]]$:\n\n"
        "$\\frac{q K^T}{\\sqrt{d_k}} = [3, 1]$\n"
    )
    assert verdicts(text) == ["right", "right"]


def test_an_unstated_epsilon_accuses_nobody() -> None:
    """With ε = 0 the first entry would be -1.225; with ε = 0.1 it is -1.142."""
    formula = "$$\\frac{x - \\mu}{\\sqrt{\\sigma^2 + \\epsilon}}"
    text = "$x = [1, 2, 3]$\n\n$\\mu = 2$, $\\sigma^2 = 0.667$\n\n" + formula
    assert verdicts(text + " = [-1.225, 0.000, 1.225]$$\n")[-1] == "right"
    assert verdicts(text + " = [-1.142, 0.000, 1.142]$$\n")[-1] == "unchecked"


def test_one_letter_does_not_decide_what_a_matrix_is() -> None:
    """P is often the weights; here it is a permutation and nothing says that it is a softmax."""
    text = "$S = [[1, 2], [3, 4]]$\n\nLet us reorder with the permutation $P = [[0, 1], [1, 0]]$.\n"
    assert verdicts(text) == []


def test_the_square_of_a_matrix_is_a_matrix_product() -> None:
    """[[1, 1], [0, 1]] times itself is [[1, 2], [0, 1]]; entry by entry it would stay as it is."""
    assert verdicts("$A = [[1, 1], [0, 1]]$\n\n$A^2 = [[1, 2], [0, 1]]$\n") == ["right"]


def test_a_number_too_large_to_compute_accuses_nobody() -> None:
    assert "wrong" not in verdicts("$9^{9^{9^{9}}} = 5$\n")


def test_the_period_of_a_positional_sine_is_two_pi_wavelengths() -> None:
    """10000^(1/2) = 100, so that the sine repeats after 628.3 positions."""
    text = "wavelength = 10000^(1/2) = 100\n  cycles every ~628 positions\n"
    assert verdicts(text, "txt") == ["right", "right"]


def test_a_name_that_is_given_anew_makes_what_was_said_with_it_forgotten() -> None:
    """Nothing says what z is: its half and its quarter are not held against each other."""
    text = "$t = 2$\n\n$z/t = [4, 6]$\n\n$t = 4$\n\n$z/t = [2, 3]$\n"
    assert verdicts(text) == ["unchecked", "unchecked"]


CHANGED = """
```python
a = [[1, 0], [1, 1]]
b = [[2, 2], [2, 2]]
a[a == 0] = -9
```

$a + b = [[3, -7], [3, 3]]$
"""


def test_what_a_program_changes_in_place_accuses_nobody() -> None:
    assert verdicts(CHANGED) == ["unchecked"]


def test_a_numbered_name_that_a_program_computes_is_no_row() -> None:
    """The program says what a_2 is, in words that are not understood: it is not row 2 of a."""
    program = "```python\na = [[1, 0], [1, 1]]\na2 = f(q)\ns = a2 + 1\n```"
    text = f"{program}\n\n$a_2 = [[5, 5], [7, 7]]$\n\n$s = [[6, 6], [8, 8]]$\n"
    assert verdicts(text) == ["right"]


@pytest.mark.parametrize(("value", "verdict"), [("4.25", "right"), ("4.5", "unchecked")])
def test_one_mean_of_a_matrix_is_that_of_all_its_entries(value: str, verdict: str) -> None:
    """It is not held against those of the rows, 2 and 6.5."""
    text = f"$m = [[1, 3], [5, 8]]$\n\n```python\nz = m.mean()\n```\n\n$z = {value}$\n"
    assert verdicts(text) == [verdict]


def test_markup_before_a_sign_does_not_end_a_chain() -> None:
    text = (
        '<div class="step">b = 2·[1, 2] + 3·[0, 1]</div>\n'
        '<div class="step"><span class="equals">=</span> [2, 4] + [0, 3]</div>\n'
        '<div class="step"><span class="equals">=</span> [2, 6]</div>\n'
    )
    assert verdicts(text, "html") == ["right", "right", "wrong"]


def test_a_word_of_two_characters_between_tags_ends_a_chain() -> None:
    text = (
        '<p>若 <span class="m">\\(8&gt;1\\)</span>：</p>\n'
        '<p>损失 <span class="m">\\(=2\\cdot3=6\\)</span></p>\n'
    )
    assert verdicts(text, "html") == ["right"]


@pytest.mark.parametrize("size", ["(2×2)", "(2 x 2)", "(2x2)"])
def test_the_size_after_a_matrix_multiplies_nothing(size: str) -> None:
    text = f"```\nWq = [[1, 2], [3, 4]]  {size}\nQ = Wq Wq = [[7, 10], [15, 23]]  {size}\n```\n"
    assert verdicts(text) == ["wrong"]


def test_a_bracket_that_is_no_size_multiplies() -> None:
    assert verdicts("$G = [1, 2] (2 × 3) = [6, 13]$\n") == ["wrong"]


def test_what_is_done_after_an_arrow_is_done_to_the_side_before_it() -> None:
    text = "exp([2, 0]) = [7.4, 1] → /8.4 = [0.88, 0.12]\n\n[6, 2] → /2 → [3, 1] → /3 = [1, 0.43]\n"
    assert verdicts(text, "txt") == ["right", "right", "right", "wrong"]


def test_one_off_after_rounding_is_rounding_only_where_that_is_little() -> None:
    """2/3 is 0.67 and 0.7: 0.65 is two off, and 0.8 is one off where that is much."""
    printed = {"0.68": "rounding", "0.65": "wrong", "0.8": "wrong"}
    assert printed == {value: verdicts(f"$2/3 = {value}$\n")[0] for value in printed}


def test_numbers_may_be_put_into_another_formula_of_the_same_value() -> None:
    text = (
        "$X = [[1, 0], [0, 1]], A = [[1, 1], [0, 2]], V = [[0, 3], [1, 0]], W = [[1, 0], [1, 1]]$\n\n"
        "$Z = X + AV = [[2, 3], [2, 1]]$ and $H = ZW = [[5, 3], [3, 1]]$\n\n"
        "$Y = X + AV + (X + AV) W$\n\n$Y = [[2, 3], [2, 1]] + [[5, 3], [3, 1]] = [[7, 6], [5, {}]]$\n"
    )
    assert ["right"] * 3 == verdicts(text.format("2"))
    assert ["right", "right", "wrong"] == verdicts(text.format("3"))
