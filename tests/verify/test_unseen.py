"""Habits of authors that need more than the formula: axes, tables, sentences, values given anew.

Every expected value was worked out with NumPy.
"""

from __future__ import annotations

import pytest

from tests.verify.test_judge import findings, verdicts


def test_where_keys_multiply_queries_the_first_softmax_tells_its_axis() -> None:
    text = (
        "$Q = \\begin{bmatrix} 1 & 0 \\\\ 3 & 1 \\end{bmatrix}, "
        "K = \\begin{bmatrix} 2 & 1 \\\\ 1 & 0 \\end{bmatrix}$\n\n"
        "$$S = K^T Q = \\begin{bmatrix} 5 & 1 \\\\ 1 & 0 \\end{bmatrix}$$\n\n"
        "$$A = \\text{softmax}(S) = \\begin{bmatrix} 0.982 & 0.731 \\\\ 0.018 & 0.FFF \\end{bmatrix}$$\n"
    )
    assert ["right", "right"] == verdicts(text.replace("FFF", "269"))
    wrong = findings(text.replace("FFF", "296"))[-1]
    assert ("wrong", ((2, 2),)) == (str(wrong.verdict), wrong.cells)


@pytest.mark.parametrize(
    "words",
    ["Softmax über jede Spalte:", "softmax over each column:", "softmax por cada columna:", "各列 softmax："],
)
def test_words_say_that_the_softmax_runs_down_the_columns(words: str) -> None:
    text = f"$S = \\begin{{bmatrix}} 5 & 1 \\\\ 1 & 0 \\end{{bmatrix}}$\n\n{words}\n\n"
    text += "$$\\text{softmax}(S) = \\begin{bmatrix} 0.982 & 0.731 \\\\ 0.018 & 0.269 \\end{bmatrix}$$\n"
    assert ["right"] == verdicts(text)


TABLE = """
| token | score | exp(score) | weight |
|---|---|---|---|
| cat | 1.0 | 2.718 | 0.731 |
| sat | 0.0 | {} | {} |
| sum | | 3.718 | 1.000 |
"""


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [(("1.000", "0.269"), []), (("1.100", "0.269"), ["1.000"]), (("1.000", "0.296"), ["0.269"])],
)
def test_columns_of_a_table_are_worked_out_from_the_others(cells: tuple[str, str], wrong: list[str]) -> None:
    found = findings(TABLE.format(*cells))
    accused = [f for f in found if str(f.verdict) == "wrong"]
    assert 4 == len(found)
    assert wrong == [f.expected_decimal[0][1] for f in accused if f.expected_decimal]


def test_a_product_with_each_of_several_vectors() -> None:
    text = (
        "q = (1, 2)\n\n| word | key k | q·k | q·k/2 |\n|---|---|---|---|\n"
        "| a | (1, 1) | 3 | 1.5 |\n| b | (0, 4) | 8 | 5.0 |\n"
    )
    assert ["right", "wrong"] == verdicts(text)


def test_a_table_of_positional_encodings() -> None:
    text = (
        "## Positional encoding\n\n| pos | dim 0 | dim 1 |\n|---|---|---|\n"
        "| 0 | 0.00 | 1.00 |\n| 1 | 0.84 | 0.45 |\n| 2 | 0.91 | -0.42 |\n"
    )
    (found,) = findings(text)
    assert ("wrong", ((2, 2),)) == (str(found.verdict), found.cells)


SCORES = "$s = [2, 1, 0]$ are the scores.\n\n$A = \\text{softmax}(s) = [0.665, 0.245, 0.090]$\n\n"


def test_a_number_in_a_sentence_is_a_cell_of_the_weights() -> None:
    text = SCORES + "So cat gets a weight of 0.665 and mat a weight of 0.09, far from the 0.5 of a coin.\n"
    assert ["right", "right", "right"] == verdicts(text)


def test_a_number_in_a_sentence_that_no_cell_explains_accuses_nobody() -> None:
    assert ["right"] == verdicts(SCORES + "A trained model might give it a weight of 0.91 instead.\n")


def test_a_number_that_repeats_a_fault_is_carried() -> None:
    text = SCORES.replace("0.665", "0.656") + "So cat gets a weight of 0.656.\n"
    assert ["wrong", "carried"] == verdicts(text)


def test_right_arithmetic_on_a_wrong_vector_is_carried() -> None:
    text = "x = [1, 1], W = [[1, 0], [1, 2]], q = [1, 1]\n\nk = x W = [2, 1]\n\nq · k = 1·2 + 1·1 = 3\n"
    assert ["wrong", "carried"] == verdicts(text)


def test_scores_worked_out_one_by_one_are_scaled_together() -> None:
    text = (
        "q = [1, 2], k1 = [1, 1], k2 = [2, 0]\n\nq·k1 = 1×1 + 2×1 = 3\n\nq·k2 = 1×2 + 2×0 = 3\n\n"
        "Dividing by √2 gives the scaled scores [2.12, 2.12].\n"
    )
    assert ["right", "wrong", "carried"] == verdicts(text)


def test_a_computed_vector_may_be_given_anew() -> None:
    text = (
        "$x = [1, 2]$, $a = [1, 1]$\n\n$$r = x + a = [2, 3]$$\n\n"
        "$\\mu = 2.5$\n\nFor $r = [1, 4, 7]$ the mean is $\\mu = 4$.\n"
    )
    assert {"right"} == set(verdicts(text))


def test_values_given_in_one_list_are_all_given() -> None:
    text = "$t = 3$, $z = t + 1 = 4$\n\n设初始 $t = 5, z = 0.1$：$2 z = 0.3$\n"
    assert verdicts(text) == ["right", "wrong"]


def test_a_slip_in_a_computed_vector_is_none_the_less_a_slip() -> None:
    text = (
        "$x = [1, 2, 5]$, $a = [1, 1, 1]$\n\n$$r = x + a = [2, 3, 6]$$\n\nFor $r = [2, 4, 6]$ all is even.\n"
    )
    assert "wrong" in verdicts(text)


def test_the_text_says_what_the_scores_are_divided_by() -> None:
    text = (
        "The shapes are K = (3, 3).\n\nQ = [[1, 0], [0, 1]], "
        "K = [[1, 1], [2, 0]]\n\nQKᵀ = [[1, 2], [1, 0]]\n\n"
    )
    text += "divided by 4: [[0.25, 0.5], [0.25, 0]]\n"
    assert ["right", "right"] == verdicts(text)


def test_softmax_takes_its_entries_one_by_one() -> None:
    assert ["wrong"] == verdicts("$$\\mathrm{softmax}(2, 1, 1) \\approx (0.50, 0.25, 0.25)$$")


def test_weights_of_scores_that_were_scaled_since_are_no_weights() -> None:
    text = (
        "$Q = \\begin{bmatrix} 1 & 2 \\\\ 2 & 0 \\end{bmatrix}, "
        "K = \\begin{bmatrix} 1 & 0 \\\\ 1 & 1 \\end{bmatrix}$\n\n"
        "$$QK^T = \\begin{bmatrix} 1 & 3 \\\\ 2 & 2 \\end{bmatrix}$$\n\n"
        "$$\\frac{QK^T}{\\sqrt{d_k}} = \\begin{bmatrix} 0.707 & 2.121 \\\\ 1.414 & 1.414 \\end{bmatrix}$$\n\n"
        "The softmax gives\n\n$$A = \\begin{bmatrix} 0.119 & 0.881 \\\\ 0.5 & 0.5 \\end{bmatrix}$$\n"
    )
    assert ["right", "right", "wrong"] == verdicts(text)


def test_a_definition_with_a_parameter_holds_for_its_values() -> None:
    text = (
        "$z = (2, 1, 0)$ and $p_\\tau = \\text{softmax}(z/\\tau)$. "
        "$p_{2} = (0.506, 0.307, 0.186)$, p_{0.5} = (0.70, 0.20, 0.10)\n"
    )
    assert ["right", "wrong"] == verdicts(text)


def test_the_length_of_a_vector() -> None:
    assert "wrong" in verdicts("a = [1, 2, 2]\n\n|a| = √(1² + 2² + 2²) = √9 = 4\n")
    assert {"right"} == set(verdicts("a = [1, 2, 2]\n\n|a| = √(1² + 2² + 2²) = √9 = 3\n"))


def test_matrices_in_brackets_stand_side_by_side() -> None:
    text = (
        "$H_1 = \\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}, H_2 = \\begin{bmatrix} 3 \\\\ 4 \\end{bmatrix}$\n\n"
    )
    text += "$[H_1; H_2] = \\begin{bmatrix} 1 & 3 \\\\ 2 & 5 \\end{bmatrix}$\n"
    (found,) = findings(text)
    assert ("wrong", ((2, 2),)) == (str(found.verdict), found.cells)


def test_a_name_e_in_a_program_is_no_constant() -> None:
    text = (
        ">>> s = np.array([[0., 1.]])\n>>> e = np.exp(s)\n>>> e\narray([[1.   , "
        "2.718]])\n>>> e / e.sum(axis=1, keepdims=True)\narray([[0.269, 0.713]])\n"
    )
    assert ["right", "wrong"] == verdicts(text, "txt")


def test_a_value_that_agrees_with_a_product_in_all_cells_but_one_is_a_slip() -> None:
    text = (
        "$P = \\begin{bmatrix} 1 & 2 \\\\ 3 & 5 \\end{bmatrix}$ and"
        " $R = \\begin{bmatrix} 2 & 0 \\\\ 1 & 4 \\end{bmatrix}$.\n\n"
        "$$F = \\begin{bmatrix} 4 & 8 \\\\ 11 & 21 \\end{bmatrix}$$\n"
    )
    (found,) = findings(text)
    assert ("wrong", ((2, 2),)) == (str(found.verdict), found.cells)
    assert [] == findings(text.replace("11 & 21", "12 & 21"))


def test_a_value_at_fault_that_is_printed_again_is_carried() -> None:
    text = (
        "$X = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix}$,"
        " $W^Q = \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}$\n\n"
        "$$Q = X W^Q = \\begin{bmatrix} 1 & 2 \\\\ 3 & 5 \\end{bmatrix}$$\n\n"
        "Once more:\n\n$$Q = \\begin{bmatrix} 1 & 2 \\\\ 3 & 5 \\end{bmatrix}$$\n"
    )
    assert ["wrong", "carried"] == verdicts(text)
    assert ["wrong", "wrong"] == verdicts(text[:-30] + text[-30:].replace("5", "6"))


def test_keys_that_words_name_are_the_keys_of_what_follows() -> None:
    text = (
        "X = [[2, 1], [0, 1]], W_Q = [[1, 0], [1, 1]], W_K = [[3, 1], [2, 5]]\n\n"
        "Queries:\n\n[[3, 1], [1, 1]]\n\nKeys:\n\n[[8, 7], [2, 6]]\n\nQKᵀ = [[31, 12], [15, 8]]\n"
    )
    assert ["right", "wrong", "carried"] == verdicts(text)


def test_a_product_whose_factors_are_not_given_is_known_once_it_is_stated() -> None:
    text = "$QK^T = \\begin{bmatrix} 4 & 2 \\\\ 0 & 6 \\end{bmatrix}$ and "
    text += "$S = \\frac{QK^T}{2} = \\begin{bmatrix} 2 & 1 \\\\ 0 & 4 \\end{bmatrix}$\n"
    assert ["unchecked", "wrong"] == verdicts(text)


REPEATED = """
$s = [0, 1]$ and $w = softmax(s) = [{0}]$

In short, the weights are [{0}].
"""


@pytest.mark.parametrize(
    ("weights", "expected"),
    [("0.269, 0.731", ["right", "right"]), ("0.296, 0.731", ["wrong", "carried"])],
)
def test_a_value_that_stands_again_is_as_right_as_it_was(weights: str, expected: list[str]) -> None:
    assert expected == verdicts(REPEATED.format(weights))


def test_a_fault_that_stands_again_is_said_to_repeat_it() -> None:
    assert "w repeats a wrong value (w, line 2)" in findings(REPEATED.format("0.296, 0.731"))[1].message


def test_an_input_that_stands_again_claims_nothing() -> None:
    assert [] == verdicts("$s = [0.5, 1.5]$\n\nWe keep [0.5, 1.5] in mind.\n")


ENCODINGS = """
PE for d = 4:

```
pos 0: [0.000, 1.000, 0.000, 1.000]
pos 1: [0.841, {}, 0.010, 1.000]
```
"""


@pytest.mark.parametrize(("cosine", "expected"), [("0.540", "right"), ("0.450", "wrong")])
def test_encodings_row_by_row_under_labels(cosine: str, expected: str) -> None:
    assert [expected] == verdicts(ENCODINGS.format(cosine))
