"""More habits of authors: sweeps, families of numbers, terms written out, suppositions.

Every expected value was worked out with NumPy or by hand; an article is told right and with one fault.
"""

from __future__ import annotations

import pytest

from tests.verify.test_judge import findings, verdicts

SWEEP = """
For scores $S = [2, 1, 0]$:

| T | Weights | Entropy |
|---|---|---|
| 0.5 | [0.867, 0.117, {}] | {} |
| 2.0 | [0.506, 0.307, 0.186] | 1.02 |
"""


@pytest.mark.parametrize(
    ("weight", "entropy", "expected"),
    [
        ("0.016", "0.44", ["right", "right", "right", "right"]),
        ("0.061", "0.44", ["wrong", "right", "right", "right"]),
        ("0.016", "0.24", ["right", "wrong", "right", "right"]),
    ],
)
def test_weights_and_their_entropy_at_several_temperatures(
    weight: str, entropy: str, expected: list[str]
) -> None:
    assert expected == verdicts(SWEEP.format(weight, entropy))


FAMILY = r"""
$q_C = [1, 1]$, $k_A = [1, 0]$, $k_B = [0, 1]$, $k_C = [1, 1]$

$$e_{C,A} = q_C \cdot k_A = 1, \quad e_{C,B} = q_C \cdot k_B = 1, \quad e_{C,C} = q_C \cdot k_C = 2$$

Scale by $\sqrt{2}$, as $d_k = 2$:

$$\tilde{e}_{C,A} = 0.71, \quad \tilde{e}_{C,B} = SSS, \quad \tilde{e}_{C,C} = 1.41$$

$$\alpha_{C,A} \approx 0.25, \quad \alpha_{C,C} \approx AAA$$
"""


@pytest.mark.parametrize(
    ("scaled", "weight", "faults"),
    [("0.71", "0.50", []), ("0.91", "0.50", ["wrong"]), ("0.71", "0.70", ["wrong"])],
)
def test_single_numbers_with_the_places_of_tokens(scaled: str, weight: str, faults: list[str]) -> None:
    found = verdicts(FAMILY.replace("SSS", scaled).replace("AAA", weight))
    assert 8 == len(found)
    assert faults == [verdict for verdict in found if verdict not in ("right", "carried")]


TERMS = "$$z = 0.2 [1, 5] + 0.8 [3, 4] = [0.2 + {}, 1.0 + 3.2] = [2.6, 4.2]$$\n"


@pytest.mark.parametrize(("term", "faults"), [("2.4", []), ("2.2", ["2.4"])])
def test_each_term_of_a_sum_in_a_list_is_checked(term: str, faults: list[str]) -> None:
    found = findings(TERMS.format(term))
    wrong = [f.expected_decimal[0][0] for f in found if str(f.verdict) == "wrong" and f.expected_decimal]
    assert faults == wrong


def test_terms_that_were_added_up_are_grouped_as_they_fit() -> None:
    assert {"right"} == set(verdicts("$$d = 1.368 \\cdot 0.135 + 1 + 0.368 = 0.185 + 1.368 = 1.553$$\n"))


def test_a_total_of_numbers_one_of_which_counts_twice() -> None:
    text = "$e^1 = 2.718$ twice, $e^2 = 7.389$; sum $= {}$\n"
    assert ["right", "right", "right"] == verdicts(text.format("12.825"))


@pytest.mark.parametrize(
    "text",
    [
        "$x = [1, 2]$, $y = 2 x = [2, 4]$. If it had been given $y = [9, 7]$, all would differ.\n",
        "The shapes are $(4, 3) \\times (3, 4) = (4, 4)$.\n",
        "That is $4096 \\times 4096 = 16.8$M entries.\n",
        "$i = 0$ at first. Dimension 2 has $2i = 2$, so $i = 1$.\n",
        "$P(\\text{cat}) = 0.7$ here. With less confidence $P(\\text{cat}) = 0.2$ there.\n",
        "$A = [0.5, 0.5]$, $V = [[1, 0], [0, 1]]$\n\n$\\text{mlp\\_output} = [0.9, 0.3]$\n",
        "$x = [1, 2]$ and its $\\sum = 1$ in general.\n",
        "$s = [1, 2]$\n\nBefore masking:\n\n[[0.8, 0.2], [0.3, 0.9]]\n",
    ],
)
def test_nobody_is_accused_of_what_was_not_computed(text: str) -> None:
    assert not {"wrong", "carried", "rounding"} & set(verdicts(text))


def test_a_name_after_an_arrow_begins_another_statement() -> None:
    text = "token1: s = [0, 1] → w = softmax(s) = [0.{}, 0.731]\n"
    assert ["right"] == verdicts(text.format("269"))
    assert ["wrong"] == verdicts(text.format("296"))


def test_the_score_of_another_token_is_another_score() -> None:
    text = (
        "q1 = [1, 0], q2 = [0, 1], k1 = [1, 0], k2 = [0, 1]\n\n"
        "token 1: score = [q1·k1, q1·k2] = [1, 0]\n\ntoken 2: score = [0, 1]\n"
    )
    assert {"right"} == set(verdicts(text))


def test_the_word_same_stands_for_the_value_before() -> None:
    text = "X = [[1, 0], [1, 1]]\n\nQ = [[2, 0], [1, 1]]\n\nK = same\n\nS = Q K^T = [[4, 2], [2, {}]]\n"
    assert ["right"] == verdicts(text.format("2"))
    assert ["wrong"] == verdicts(text.format("3"))


def test_a_unit_matrix_by_its_name() -> None:
    text = "$X = [[1, 2], [0, 1]]$, $W^Q = W^K = I_2$\n\n$$Q = X W^Q = [[1, 2], [0, {}]]$$\n"
    assert ["right"] == verdicts(text.format("1"))
    assert ["wrong"] == verdicts(text.format("3"))


def test_vectors_of_tokens_are_rows_in_the_order_of_the_inputs() -> None:
    text = (
        "$W^Q = [[2, 0], [0, 1]]$ and $Q = X W^Q$\n\n"
        "| token | embedding ($X$) |\n|---|---|\n| the | [1, 1] |\n| cat | [0, 3] |\n\n"
        "| token | query ($Q$) |\n|---|---|\n| the | [2, 1] |\n| cat | [0, {}] |\n"
    )
    assert ["right", "right"] == verdicts(text.format("3"))
    assert ["right", "wrong"] == verdicts(text.format("6"))


def test_one_row_of_the_scores_after_masking() -> None:
    text = "$S = [[1, 2], [3, 4]]$ are the scores. After masking row 1 is $[1, -\\infty]$.\n"
    assert ["right"] == verdicts(text)


def test_entries_in_brackets_count_from_one_where_the_names_do() -> None:
    text = (
        "X = [[1, 2], [3, 4]], W = [[1, 0], [0, 2]]\n\nq_1 = X[1] · W = [1, 4]\n\nq_2 = X[2] · W = [3, {}]\n"
    )
    assert ["right", "right"] == verdicts(text.format("8"))
    assert ["right", "wrong"] == verdicts(text.format("6"))


def test_a_divisor_at_the_beginning_of_a_line_divides_the_line_before() -> None:
    text = "```\nscore = [2, 0]\n   /√2 = [1.41, {}]\n```\n"
    assert "wrong" not in verdicts(text.format("0"))
    assert "wrong" in verdicts(text.format("1"))


QK = r"""$$Q = \begin{pmatrix} 2 & 0 \\ 1 & 1 \end{pmatrix}$$

$$K = \begin{pmatrix} 1 & 0 \\ 1 & 3 \end{pmatrix}$$

"""


def test_an_operation_above_an_arrow_is_carried_out() -> None:
    text = QK + (
        "$$QK^\\top = \\begin{pmatrix} 2 & 2 \\\\ 1 & 4 \\end{pmatrix} \\xrightarrow{\\div\\sqrt{4}} "
        "\\begin{pmatrix} 1 & 1 \\\\ 0.5 & LAST \\end{pmatrix}$$\n"
    )
    assert ["right", "right"] == verdicts(text.replace("LAST", "2"))
    assert ["right", "wrong"] == verdicts(text.replace("LAST", "4"))


def test_what_an_unread_arrow_leads_to_is_not_the_value_before() -> None:
    text = QK + (
        "$$QK^\\top = \\begin{pmatrix} 2 & 2 \\\\ 1 & 4 \\end{pmatrix} \\xrightarrow{\\text{quantise}} "
        "\\begin{pmatrix} 2 & 2 \\\\ 0 & 4 \\end{pmatrix}$$\n"
    )
    assert "wrong" not in verdicts(text)


def test_a_line_that_names_a_position_speaks_of_that_position() -> None:
    text = "freq_1 = 0.1\n\nPosition 1: p = 1, θ_1 = p · freq_1 = 0.1\n\nPosition 3: θ_0 = 3.0, θ_1 = 0.3\n"
    assert "wrong" not in verdicts(text)


def test_scores_that_were_worked_out_in_steps_are_listed_scaled_and_normalised() -> None:
    text = (
        "q = [1, 2]\n\nq · k1 = [1, 2] · [1, 1] = 1×1 + 2×1 = 1 + 2 = 3\n\n"
        "q · k2 = [1, 2] · [2, 0] = 1×2 + 2×0 = 2 + 0 = 2\n\n"
        "Raw scores: [3, {}]\n\nDivide by √4 = 2: [1.5, {}]\n\nSoftmax weights: [{}, 0.38]\n"
    )
    assert {"right"} == set(verdicts(text.format("2", "1.0", "0.62")))
    assert "wrong" in verdicts(text.format("4", "1.0", "0.62"))
    assert "wrong" in verdicts(text.format("2", "1.1", "0.62"))
    assert "wrong" in verdicts(text.format("2", "1.0", "0.72"))


def test_exponentials_their_sum_and_the_row_of_weights() -> None:
    text = "Row 2: $e^0 = 1$, $e^1 = 2.718$; sum $= 3.718$.\n\n$[0.269, 0.{}, 0]$.\n"
    assert ["right"] * 4 == verdicts(text.format("731"))


def test_a_row_that_only_its_number_names_is_of_the_kind_of_the_row_before() -> None:
    text = QK + (
        "$$S = QK^\\top = \\begin{pmatrix} 2 & 2 \\\\ 1 & 4 \\end{pmatrix}$$\n\n"
        "Row 1: $\\text{softmax}([2, 2]) = [0.5, 0.5]$\n\nRow 2: $[0.047, 0.953]$\n"
    )
    assert ["right"] * 3 == verdicts(text)


def test_a_dash_in_a_sentence_is_no_minus_sign() -> None:
    text = "$V_1 = (1, 0)$\n\n$0.5 \\cdot V_1 = (0.5, {})$ --- token 1 only.\n"
    assert ["right"] == verdicts(text.format("0"))
    assert ["wrong"] == verdicts(text.format("1"))


def test_the_second_head_is_defined_as_the_first_was() -> None:
    text = (
        "Q_1 = [[1, 0], [0, 1]], K_1 = [[0, 2], [1, 0]], V_1 = [[1, 2], [3, 4]]\n\n"
        "Q_2 = [[2, 0], [1, 1]], K_2 = [[1, 0], [0, 3]]\n\n"
        "S_1 = Q_1 K_1^T = [[0, 1], [2, 0]]\n\nS_2 = [[2, 0], [1, {}]]\n"
    )
    assert ["right", "right"] == verdicts(text.format("3"))
    assert ["right", "wrong"] == verdicts(text.format("4"))


@pytest.mark.parametrize("whole", ["scores = Q K^T", "scores = Q K^T = [[1, 2], [1, 0]]"])
def test_entries_in_brackets_are_those_of_the_matrix(whole: str) -> None:
    text = f"Q = [[1, 0], [0, 1]], K = [[1, 1], [2, 0]]\n\n{whole}\n\nscore[0][1] = 2\n\nscore[1][1] = "
    assert "wrong" not in verdicts(text + "0")
    assert "right" in verdicts(text + "0")
    assert "wrong" == verdicts(text + "1")[-1]


def test_a_list_for_the_product_of_two_vectors_is_not_accused() -> None:
    assert ["right"] == verdicts("$(1, 2) \\cdot (3, 4) = (3, 8)$\n")
    assert ["unchecked"] == verdicts("$(1, 2) \\cdot (3, 4) = (3, 9)$\n")


def test_values_side_by_side_are_not_factors() -> None:
    text = "sin(1/1)=0.841 cos(1/1)=0.{} sin(1/100)=0.010\n"
    assert ["right"] * 3 == verdicts(text.format("540"))
    assert ["right", "wrong", "right"] == verdicts(text.format("504"))


def test_scores_and_weights_beside_their_tokens() -> None:
    text = 'Scores: [dog: 3.0, cat: 1.0]\n\nSoftmax: {{"dog": 0.88, "cat": 0.{}}}\n'
    assert ["right"] == verdicts(text.format("12"))
    assert ["wrong"] == verdicts(text.format("21"))


POSITIONS = """
With d_model = 4 the positional encoding is:

| pos | PE(pos,0) | PE(pos,1) | PE(pos,2) |
|---|---|---|---|
| 1 | 0.841 | 0.540 | 0.010 |
| 2 | 0.909 | -0.416 | {} |
| 3 | 0.141 | -0.990 | 0.030 |
"""


def test_columns_of_positional_encodings() -> None:
    assert ["right"] * 3 == verdicts(POSITIONS.format("0.020"))
    assert ["right", "right", "wrong"] == verdicts(POSITIONS.format("0.200"))


def test_a_table_of_positional_encodings_with_places_as_headings() -> None:
    text = (
        "## Positional encoding\n\n| | i=0 (sin) | i=0 (cos) | i=1 (sin) | i=1 (cos) |\n"
        "|---|---|---|---|---|\n"
        "| pos=0 | 0 | 1 | 0 | 1 |\n| pos=1 | 0.8415 | 0.5403 | 0.0100 | {} |\n"
    )
    assert ["right"] == verdicts(text.format("1.0000"))
    assert ["wrong"] == verdicts(text.format("0.5403"))


@pytest.mark.parametrize(
    "text",
    [
        "Positional encodings of width d_model = 6 with $\\omega_i = 1/10000^{{2i/d}}$: $\\omega_2 = {}$.\n",
        "RoPE with d = 6: freqs = [1, 0.0464, {}]\n",
    ],
)
def test_frequencies_of_encodings(text: str) -> None:
    assert ["right"] == verdicts(text.format("0.00215"))
    assert ["wrong"] == verdicts(text.format("0.00251"))


def test_of_digits_cut_off_only_the_one_that_is_wrong_is_named() -> None:
    text = "softmax([2, 1, 0, 0]) = [0.6102, 0.2245, 0.0825, 0.0825]\n"
    assert ["right"] == verdicts(text)
    (finding,) = findings(text.replace("0.2245", "0.2345"))
    assert ((1, 2),) == finding.cells


def test_an_accent_of_its_own_is_one_with_the_letter() -> None:
    text = "x = [2, 4, 6, 8]\n\nx̂₁ = (2-5)/√5 = -1.34\n\nx̂_2 = (4-5)/√5 = -0.{}\n"
    assert ["right", "right"] == verdicts(text.format("45"))
    assert ["right", "wrong"] == verdicts(text.format("54"))


def test_a_normalised_vector_and_its_gain_and_bias() -> None:
    text = (
        "x = [2, 4, 6, 8]. Normalized: [-1.342, -0.447, 0.447, {}]. "
        "With γ = 2, β = 1: [-1.683, {}, 1.894, 3.683]\n"
    )
    assert ["right", "right"] == verdicts(text.format("1.342", "0.106"))
    assert ["right", "wrong"] == verdicts(text.format("1.342", "0.160"))
    assert "wrong" in verdicts(text.format("1.432", "0.106"))


def test_a_unit_matrix_without_a_size() -> None:
    text = (
        "W_Q = W_K = I, W_V = 2I, X = [[1, 0], [3, 1]]\n\nQ = X W_Q = [[1, 0], [3, 1]]\n\n"
        "V = X W_V = [[2, 0], [{}, 2]]\n"
    )
    assert ["right", "right"] == verdicts(text.format("6"))
    assert ["right", "wrong"] == verdicts(text.format("5"))


def test_a_name_may_stand_for_what_is_given_after_it() -> None:
    text = "Q = K = V = X, where X = [[1, 0], [1, 1]].\n\nQK^T = [[1, 1], [1, {}]]\n"
    assert ["right"] == verdicts(text.format("2"))
    assert ["wrong"] == verdicts(text.format("1"))


def test_weights_after_who_looks_at_whom() -> None:
    text = (
        "- cat → the: 2 / √2 = 1.41\n- cat → sat: 0 / √2 = 0\n\n"
        "After softmax:\n\n- cat → the: {}\n- cat → sat: 0.20\n"
    )
    assert ["right"] * 3 == verdicts(text.format("0.80"))
    assert ["right", "right", "wrong"] == verdicts(text.format("0.08"))


def test_the_sum_of_the_exponentials_is_called_z() -> None:
    text = "exp(2 - 2) = 1, exp(1 - 2) = 0.368, exp(0 - 2) = 0.135; Z = {}; p = [{}, 0.245, 0.090]\n"
    assert ["right"] * 5 == verdicts("Scores: [2, 1, 0].\n\n" + text.format("1.503", "0.665"))
    assert "wrong" == verdicts("Scores: [2, 1, 0].\n\n" + text.format("1.530", "0.665"))[3]
    assert "wrong" == verdicts("Scores: [2, 1, 0].\n\n" + text.format("1.503", "0.656"))[4]


@pytest.mark.parametrize(
    "line",
    [
        "scores = x @ x  # {}",
        "print(x @ x)  # {}",
        "print(x @ x)\n# {}",
        'print(f"s = {{x @ x:.1f}}")  # s = {}',
    ],
)
def test_comments_say_what_a_program_computes(line: str) -> None:
    text = "```python\nx = np.array([1.0, 2.0, 3.0])\n" + line + "\n```\n"
    assert ["right"] == verdicts(text.format("14.0"))
    assert ["wrong"] == verdicts(text.format("14.5"))


def test_heads_side_by_side() -> None:
    text = "head_1 = [0.5, 0.2], head_2 = [0.1, 0.9]\n\nConcat = [0.5, 0.2, {}]\n"
    assert ["right"] == verdicts(text.format("0.1, 0.9"))
    assert ["wrong"] == verdicts(text.format("0.9, 0.1"))


def test_a_letter_that_is_only_guessed_accuses_nobody() -> None:
    text = "Logits z = (2, 1, 0).\n\nsoftmax(z) = (0.665, 0.245, 0.090)\n\np - y = (-0.335, 0.245, {})\n"
    assert "wrong" not in verdicts(text.format("0.1"))


def test_weights_that_an_arrow_leads_to_from_a_temperature() -> None:
    text = "Logits z = (2.0, 1.0, 0.1).\n\nWith T = 0.5 → (0.864, {}, 0.019)\n"
    assert ["right"] == verdicts(text.format("0.117"))
    assert ["wrong"] == verdicts(text.format("0.171"))


ONE_BY_ONE = r"""
\begin{align*}
s_{11} &= (1)(2) + (0)(1) = 2\\
s_{12} &= (1)(0) + (0)(3) = 0\\
s_{21} &= (1)(2) + (1)(1) = 3\\
s_{22} &= (1)(0) + (1)(3) = FIRST
\end{align*}
Dividing by $\sqrt{2}$, we get
\[ S = \begin{pmatrix} 1.41 & 0 \\ 2.12 & SECOND \end{pmatrix} \]
"""


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("3", "2.12", "right"), ("4", "2.83", "carried"), ("3", "1.22", "wrong")],
)
def test_scores_worked_out_one_by_one_are_the_cells_of_the_matrix(
    first: str, second: str, expected: str
) -> None:
    last = findings(ONE_BY_ONE.replace("FIRST", first).replace("SECOND", second), "tex")[-1]
    assert expected == last.verdict.value
    assert last.cells == (() if expected == "right" else ((2, 2),))


def test_decimals_in_a_formula_without_brackets_are_a_list() -> None:
    text = QK + "$QK^T = [[2, 2], [1, 4]]$\n\nScores of row 2, scaled by $\\sqrt{4}$: $0.5, 2.0$\n"
    assert ["right", "right"] == verdicts(text)
    place = findings(text)[-1].span
    assert "0.5, 2.0" == text[place.start : place.end]


def test_a_row_of_weights_where_only_queries_and_keys_are_given() -> None:
    text = QK + "Softmax of each row:\n\nRow 1: $e^{1.41} = 4.1$, so $[0.500, 0.500]$\n"
    assert ["right", "right"] == verdicts(text)


def test_tokens_in_capitals_are_names() -> None:
    text = "AI = [1, 0]\n\nW_Q =\n1 2\n3 4\n\nQ_AI = AI · W_Q = [1, {}]\n"
    assert ["right"] == verdicts(text.format("2"))
    assert ["wrong"] == verdicts(text.format("3"))


def test_the_same_name_may_take_another_value() -> None:
    text = "L = -ln(1-y)\n\nIf y = 0.01 (sure, right) → L = 0.01\n\nIf y = 0.99 (sure, wrong!) → L = {}\n"
    assert ["right", "right"] == verdicts(text.format("4.61"))
    assert ["right", "wrong"] == verdicts(text.format("0.01"))


@pytest.mark.parametrize(
    "text",
    [
        "Z1 = Z1 + b1  # (2, 3) + (3,) = (2, 3)\n",
        "`(128, 784) @ (784,) = (128,)`\n",
        "requires fsspec[http]<=2025.3.0,>=2023.1.0->datasets\n",
        "Top-p=0.9 → production\n\nTop-p=0.5 → tests\n",
        "scores = [2.0, 1.0]\n\nSum = 1.0\n",
        "steps = 10,000 / 32 = 312 batches\n",
        "accuracy = (TP + TN) / Total\n         = (450 + 510) / 1050\n",
    ],
)
def test_shapes_versions_counts_and_totals_of_other_things(text: str) -> None:
    assert {"right", "unchecked"} >= set(verdicts(text))


def test_a_product_entry_by_entry_says_nothing_of_the_matrix_product() -> None:
    given = "A = [[1, 2], [3, 4]], B = [[5, 6], [7, 8]]\n\nA * B = [[5, 12], [21, 32]]\n\n"
    assert ["right", "right"] == verdicts(given + "A @ B = [[19, 22], [43, 50]]\n")
    assert ["right", "wrong"] == verdicts(given + "A @ B = [[19, 22], [43, 51]]\n")


def test_what_a_comment_says_is_not_gone_on_with() -> None:
    text = "```\nd = w2      # since z = w2 * a1\n  = 0.{}\n```\n"
    assert "wrong" not in verdicts("a1 = 0.622, w2 = 0.8\n\n" + text.format("8"))


def test_a_program_may_give_a_name_another_value() -> None:
    text = "A = X + X and X = [[1, 2], [3, 4]]\n\n```\nA = np.array([[1, 2], [3, 5]])\n```\n"
    assert "wrong" not in verdicts(text)


def test_weights_in_a_drawing_are_accused_as_elsewhere() -> None:
    text = (
        "```\nScaled scores:\n│ 0.00 0.71 │\n│ 0.71 0.00 │\n\nsoftmax (each row):\n"
        "│ {} │\n│ 0.67 0.33 │\n```\n"
    )
    assert ["right"] == verdicts(text.format("0.33 0.67"))
    assert ["wrong"] == verdicts(text.format("0.26 0.74"))


def test_names_in_camel_case_say_what_they_are() -> None:
    text = "```js\nconst dotProducts = [1, 0];\nconst attentionWeights = [0.73, 0.{}];\n```\n"
    assert ["right"] == verdicts(text.format("27"))
    assert ["wrong"] == verdicts(text.format("72"))


def test_rows_of_a_result_with_their_tokens_in_brackets() -> None:
    text = (
        "weights = [[0.5, 0.5], [0.25, 0.75]]\n\nV = [[1, 0], [0, 1]]\n\nout = weights @ V\n\n"
        "output[cat] = [0.5, 0.5]\n\noutput[sat] = [0.25, 0.75]\n"
    )
    assert ["right", "right"] == verdicts(text)


def test_a_maximum_follows_the_scores_that_are_new() -> None:
    text = (
        "q · K0 = 1, q · K1 = 0\n\nm = max(scores)\n\nscores = [1, 0]\n\nm = 1\n\n"
        "scores = [1/√4, 0/√4] ≈ [0.5, 0]\n\nm ≈ {}\n"
    )
    assert "wrong" not in verdicts(text.format("0.5"))


def test_what_a_program_changes_in_place_is_not_known() -> None:
    text = "scaled = [1, 0]\n\nw = exp(scaled)\n\nw /= w.sum(1, keepdims=True)\n\nw = [0.73, 0.27]\n"
    assert "wrong" not in verdicts(text)


def test_what_is_taken_back_in_the_same_breath() -> None:
    text = "V = [0×1+2×0, 0×0+2×1] = [0+0, 0+2] = [2, 2] → actually [0, 2]\n"
    assert "wrong" not in verdicts(text)


def test_a_program_prints_0_for_what_is_too_small() -> None:
    text = ">>> x = np.array([0.0, 1000.0])\n>>> np.exp(x - x.max())\narray([0., {}])\n"
    assert ["right"] == verdicts(f"```\n{text.format('1.')}```\n")
    assert ["wrong"] == verdicts(f"```\n{text.format('2.')}```\n")


def test_the_output_of_a_norm_is_no_output_of_attention() -> None:
    text = "Q = [[1, 0]], K = [[1, 0]], V = [[1, 0]]\n\nln1 output=(1,-1) MLP ReLU=(1,0); mlp=(1,0)\n"
    assert "wrong" not in verdicts(text)


def test_rows_of_weights_make_the_matrix_of_the_output() -> None:
    text = (
        "V = [[1, 0], [0, 1], [1, 1]]\n\nsoftmax([0, 1, 1]) = [0.16, 0.42, 0.42]\n\n"
        "softmax([1, 0, 1]) = [0.42, 0.16, 0.42]\n\nRow sums: 1.0\n\n"
        "Output:\n\n[[0.58, 0.84],\n [0.84, {}]]\n"
    )
    assert ["right"] * 3 == verdicts(text.format("0.58"))
    assert ["right", "right", "wrong"] == verdicts(text.format("0.85"))


SCALED = "$QK^T = [[2, 0], [0, 2]]$ and scaled scores $S = QK^T/\\sqrt{2} = [[1.41, 0], [0, 1.41]]$.\n\n"


def test_rows_of_weights_where_the_text_has_just_spoken_of_a_mask() -> None:
    given = "$Q = [[1, 1], [1, -1]], K = Q$\n\n" + SCALED
    masked = "With a causal mask: weights of row 1 → $[1, 0]$.\n"
    assert ["right"] * 3 == verdicts(given + masked)
    assert ["right"] * 2 == verdicts(given + masked.replace("With a causal mask: w", "W"))


def test_another_part_of_an_exercise_has_matrices_of_its_own() -> None:
    text = (
        "$Q = [[1, 0], [0, 1], [1, 1]], K = [[1, 0], [0, 1], [1, 1]]$\n\n## Part (b)\n\n"
        "$QK^T = [[1, 0], [0, 1]] [[2, 0], [0, 1]] = [[2, 0], [0, {}]]$\n"
    )
    assert "wrong" not in verdicts(text.format("1"))
    assert "wrong" in verdicts(text.format("3"))


def test_a_softmax_that_is_written_before_its_value() -> None:
    text = "`softmax([2, 1, 0])`\n\nResulting probabilities: `[{}, 0.245, 0.090]`\n"
    assert ["right"] == verdicts(text.format("0.665"))
    assert ["wrong"] == verdicts(text.format("0.565"))


def test_exponentials_on_the_way_to_the_weights() -> None:
    text = "`softmax([1, 0])` -> `[exp(1), 1]` normalized -> `[0.73, 0.{}]`\n"
    assert ["right"] == verdicts(text.format("27"))
    assert ["wrong"] == verdicts(text.format("37"))


def test_an_excerpt_that_begins_in_a_formula_with_whole_matrices() -> None:
    text = (
        "\\quad K = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix}\n$$\n\nHere is more.\n\n"
        "$$2K = \\begin{bmatrix} 2 & 0 \\\\ 0 & LAST \\end{bmatrix}$$\n"
    )
    assert ["right"] == verdicts(text.replace("LAST", "2"))
    assert ["wrong"] == verdicts(text.replace("LAST", "3"))


def test_shapes_beside_matrices_and_in_words() -> None:
    assert "wrong" not in verdicts("X = [[1, 0], [0, 1]]\n\nV = X · X = [[1, 0], [0, 1]] (2, 2)\n")
    assert [] == verdicts("Down with $W_2$ ($2\\times8 \\cdot 8\\times4 = 2\\times4$).\n")


def test_scores_that_are_divided_by_a_root_before_their_value_stands() -> None:
    text = "$Q = [[1, 0], [0, 1]], K = Q$\n\nScores $S = QK^T$, divided by $\\sqrt{2} = 1.414$:\n\n"
    assert ["right", "right"] == verdicts(text + "$S = [[0.707, 0], [0, 0.707]]$\n")
    assert ["right", "wrong"] == verdicts(text + "$S = [[0.707, 0], [0, 0.777]]$\n")


def test_the_first_row_of_a_longer_matrix() -> None:
    text = "Scores: $S = [[2.0, 0.0, 1.0], ...]$\n\nSoftmax of row 1: $[0.665, 0.090, 0.{}]$\n"
    assert ["right"] == verdicts(text.format("245"))
    assert ["wrong"] == verdicts(text.format("425"))


def test_names_that_are_special_are_not_taken_for_the_usual() -> None:
    text = "$Q = [[1, 0]], K = [[1, 0]], V = [[1, 0]]$\n\nAssembled: $head_2 = [0.5, 0.7]$\n"
    assert "wrong" not in verdicts(text)


@pytest.mark.parametrize(
    "text",
    [
        "diffs = 10-30, 20-30, 50-30 = -20, -10, 20\n",
        "BATCH_SIZE = 256\n\n# another run\n\n```\nBATCH_SIZE = 64\n```\n",
        "1/400 loss = 2.9444\n\n2/400 loss = 2.1641\n",
        "1 + 2 = 3\n\n3 + 4 = 7\n\ntotal = 242,762 weights\n",
        "sum of squares: 0.23\n\n[1, 2]\n\ndiagonal sum / 10 ≈ 0.602\n",
        "mean r^2 = 4.37 / 4 = 1.0925\n\nr = 2.0 - 2.4 = -0.4; r^2 = 0.16\n",
        "m = [1, 2]\n\nThe cell checks np.sum(m) == 10.\n",
    ],
)
def test_what_only_looks_like_a_claim(text: str) -> None:
    assert {"right", "unchecked"} >= set(verdicts(text))


def test_programs_count_from_zero() -> None:
    text = "```\nX = np.array([[1, 2], [3, 4]])\nq_1 = X[1]\nprint(q_1)  # [3, {}]\n```\n"
    assert ["right"] == verdicts(text.format("4"))
    assert ["wrong"] == verdicts(text.format("5"))


def test_a_name_whose_formula_is_not_understood_is_not_the_usual() -> None:
    text = (
        "```\nscores = np.array([1.0, 0.0])\nweights = normalise(scores, kernel)\n"
        "print(weights)  # [0.9, 0.1]\n```\n"
    )
    assert "wrong" not in verdicts(text)


@pytest.mark.parametrize("lead", ["Here we see ", "It looks like ", "As in "])
def test_words_that_lead_to_a_value_do_not_take_it_away(lead: str) -> None:
    assert ["wrong"] == verdicts(lead + "$a = 2 \\cdot 3 = 7$.\n")
    assert ["right"] == verdicts("t=2: 0.78 / 2 = 0.39\n\nt=3: same as t=2 = 0.39\n")


def test_exact_weights_after_an_arrow_are_judged() -> None:
    text = "`softmax([1, 0])` -> `[e^1/(e^1+1), {}/(e^1+1)]`\n"
    assert ["right"] == verdicts(text.format("1"))
    assert ["wrong"] == verdicts(text.format("2"))
