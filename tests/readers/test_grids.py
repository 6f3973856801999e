"""Matrices drawn with characters and tables: every number keeps its true place."""

from __future__ import annotations

import pytest

from tests.readers.seen import formulas, misplaced, words

SIDE_BY_SIDE = """
               [1, 0]
[1, 2, 3]      [4, 5]   [7, 8]
[4, 5, 6]   x  [0, 9] = [2, 1]
"""

BOXES = """
    ┌     ┐   ┌    ┐
A = │ 1 2 │ × │ 50 │
    │ 3 4 │   │ 60 │
    └     ┘   └    ┘
"""

NUMPY = """
[[1 2]     [[5 6]
 [3 4]] @   [7 8]]
"""

NAMED = """
W = [1 0]
    [0 1]
"""

REMARKED = """
Q = X W = [1, 0]  ← "The"
[0, 1]  ← "cat"
"""

LABELLED = """
      The   cat
The   0.25  0.75
cat   0.50  0.50
"""

NUMBERED = """
V_1 matrix:
  token 1 (dog):    [0.340, 0.950]
  token 2 (cat):    [1.320, 0.530]
"""

QUOTED = """
"Hello": [0.1, 0.3]     # mostly positive
"you"  : [0.5, -0.3]    # mixed signs
"""

TOKENS = """
       我    爱
我:   [0.85, 0.12]
爱:   [0.38, 0.73]
"""

SEVERAL_NAMES = """
W_Q = [1  0]    W_K = [0  1]
      [0  1]          [1  0]
"""

UNDER_NAMES = """
W_Q (2×2 matrix):     W_K (2×2 matrix):
┌         ┐           ┌         ┐
│  1   0  │           │  0   1  │
│  0   1  │           │  1   0  │
└         ┘           └         ┘
"""

UNDER_A_NAME = """
Q = X =
    [1.0, 0.0]  ← "the"
    [0.0, 1.0]  ← "cat"
"""

BARE_LABELS = """
Score matrix:    I    love
       I      [ 1.0,  0.0]
       love   [ 1.0,  1.0]
"""

SUMS = """
X = [ 1.0+0.5, 0.0+1.0 ]
    [ 0.2+0.8, 1.0-0.5 ]
  = [ 1.5, 1.0 ]
    [ 1.0, 0.5 ]
"""

NUMBERED_COLUMNS = """
        k1     k2
  q1   0.707   −∞
  q2   0.000  0.707
"""

GRIDS = [
    (
        SIDE_BY_SIDE,
        r"\begin{bmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \end{bmatrix} x "
        r"\begin{bmatrix} 1 & 0 \\ 4 & 5 \\ 0 & 9 \end{bmatrix} = "
        r"\begin{bmatrix} 7 & 8 \\ 2 & 1 \end{bmatrix}",
    ),
    (BOXES, r"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} × \begin{bmatrix} 50 \\ 60 \end{bmatrix}"),
    (NUMPY, r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} @ \begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}"),
    (NAMED, r"W = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}"),
    (REMARKED, r"Q = X W = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}"),
    (LABELLED, r"\begin{bmatrix} 0.25 & 0.75 \\ 0.50 & 0.50 \end{bmatrix}"),
    (NUMBERED, r"V_1 = \begin{bmatrix} 0.340 & 0.950 \\ 1.320 & 0.530 \end{bmatrix}"),
    (QUOTED, r"\begin{bmatrix} 0.1 & 0.3 \\ 0.5 & -0.3 \end{bmatrix}"),
    (UNDER_A_NAME, r"Q = X = \begin{bmatrix} 1.0 & 0.0 \\ 0.0 & 1.0 \end{bmatrix}"),
    (BARE_LABELS, r"\begin{bmatrix} 1.0 & 0.0 \\ 1.0 & 1.0 \end{bmatrix}"),
    (NUMBERED_COLUMNS, r"\begin{bmatrix} 0.707 & −∞ \\ 0.000 & 0.707 \end{bmatrix}"),
    (TOKENS, r"\begin{bmatrix} 0.85 & 0.12 \\ 0.38 & 0.73 \end{bmatrix}"),
]


@pytest.mark.parametrize("fenced", [False, True])
@pytest.mark.parametrize(("text", "expected"), GRIDS)
def test_drawn_matrices(text: str, expected: str, fenced: bool) -> None:
    text = f"```{text}```\n" if fenced else text
    assert [expected] == formulas(text, "md")
    assert misplaced(text, "md") == []


NO_GRIDS = [
    (
        "1: 0.5 * [1, 2] = [0.5, 1]\n2: 0.5 * [4, 2] = [2, 1]",
        ["0.5 * [1, 2] = [0.5, 1]", "0.5 * [4, 2] = [2, 1]"],
    ),
    ("q = [1, 2]\nk = [3, 4]", ["q = [1, 2]", "k = [3, 4]"]),
    ("From 3 to 4 words\nand 5 to 6 more", []),
]


@pytest.mark.parametrize(("text", "expected"), NO_GRIDS)
def test_lines_of_their_own_are_no_grid(text: str, expected: list[str]) -> None:
    assert expected == formulas(text, "txt")


TABLES = [
    (
        "| token | $\\mathbf{q}$ | k |\n|---|---|---|\n| bank | (1, 2) | [3, 4] |",
        ["\\mathbf{q}", "\\mathbf{q}_{bank} = (1, 2)", "k_{bank} = [3, 4]"],
    ),
    ("| Word | Q Vector |\n|:--|--:|\n| El | [0.2, -0.1] |", ["Q_{El} = [0.2, -0.1]"]),
    ("| | |\n|---|---|\n| x y | [1, 2] |", [r"\text{x y} = [1, 2]"]),
    (
        "|  | The | cat |\n|---|---|---|\n| The | 0.7 | 0.3 |\n| cat | 0.4 | 0.6 |",
        [r"\begin{bmatrix} 0.7 & 0.3 \\ 0.4 & 0.6 \end{bmatrix}"],
    ),
    (
        "| pos | dim 0 | dim 1 |\n|---|---|---|\n| 0 | 0.00 | 1.00 |\n| 1 | 0.84 | 0.54 |",
        [r"\begin{bmatrix} 0.00 & 1.00 \\ 0.84 & 0.54 \end{bmatrix}"],
    ),
    (
        "| token | score | weight |\n|---|---|---|\n| a | 1.0 | 0.73 |\n| b | 0.0 | 0.27 |",
        ["score = (1.0, 0.0)", "weight = (0.73, 0.27)"],
    ),
    (
        "| Symbol | Value |\n|---|---|\n| $d_k$ | 4 |\n| $W$ | [[1, 0], [0, 1]] |",
        ["d_k", "d_k = 4", "W", "W = [[1, 0], [0, 1]]"],
    ),
    ("| step | formula |\n|---|---|\n| 1 | $a\\|b = 2$ |", [r"a\|b = 2"]),
]


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_markdown_tables(text: str, expected: list[str]) -> None:
    assert expected == formulas(text, "md")
    assert misplaced(text, "md") == []


def test_labels_of_a_table_come_as_words_before_the_value() -> None:
    text = "| token | q |\n|---|---|\n| bank | (1, 2) |"
    assert words(text, "md")[-3:] == ["bank", "q", "<q_{bank} = (1, 2)>"]


@pytest.mark.parametrize(
    "lines",
    [
        "Q: [1, 0]\nK: [0, 1]\n",
        "Scores: [1, 0]\nWeights: [0.73, 0.27]\n",
        "x1: [1, 0]\nx2: [0.73, 0.27]\n",
        "Row 1: [1, 0]\nRow 3: [0, 1]\n",
        "Token 1: [1, 0]\nToken 2: [0, 1, 1]\n",
        "Token 1: [1, 0]\nPosition 2: [0, 1]\n",
    ],
)
def test_values_under_each_other_are_no_matrix_unless_their_labels_name_rows(lines: str) -> None:
    assert not any("bmatrix" in text for text in formulas(lines, "md"))


def test_rows_marked_as_formulas_after_labels_are_one_matrix() -> None:
    text = "- Token 1: $[0.34, 0.95]$, mostly itself\n- Token 2: $[1.32, 0.53]$\n"
    assert [r"\begin{bmatrix} 0.34 & 0.95 \\ 1.32 & 0.53 \end{bmatrix}"] == formulas(text, "md")


@pytest.mark.parametrize("drawing", [SEVERAL_NAMES, UNDER_NAMES])
def test_drawings_side_by_side_with_their_own_names_are_statements(drawing: str) -> None:
    expected = [
        r"W_Q = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}",
        r"W_K = \begin{bmatrix} 0 & 1 \\ 1 & 0 \end{bmatrix}",
    ]
    assert expected == formulas(drawing, "txt")
    assert misplaced(drawing, "txt") == []


def test_sums_row_under_row_and_their_values_below() -> None:
    expected = [
        r"X = \begin{bmatrix} 1.0+0.5 & 0.0+1.0 \\ 0.2+0.8 & 1.0-0.5 \end{bmatrix}",
        r"= \begin{bmatrix} 1.5 & 1.0 \\ 1.0 & 0.5 \end{bmatrix}",
    ]
    assert expected == formulas(SUMS, "txt")


def test_single_numbers_under_labels_are_a_vector_where_they_are_announced() -> None:
    lines = "- cat: 0.42\n- sat: 0.58\n"
    assert ["(0.42, 0.58)"] == formulas("Softmax weights:\n" + lines, "txt")
    assert [] == formulas("Two notes\n" + lines, "txt")


def test_a_remark_after_a_row_of_a_table_is_no_part_of_it() -> None:
    lines = "       the   cat\nthe   0.70  0.30   ← mostly itself\ncat   0.45  0.55   # nearly even\n"
    assert any("0.70 & 0.30 \\\\ 0.45 & 0.55" in text for text in formulas(lines, "txt"))


BOXED = """
            K:"I"   K:"AI"
         ┌────────────────┐
Q:"I"    │  3.79    3.21  │
         ├────────┼───────┤
Q:"AI"   │  4.88    4.14  │   sum = 9.02
         └────────────────┘
"""


def test_a_boxed_table_with_labels_outside_of_the_box() -> None:
    assert any(
        r"\begin{bmatrix} 3.79 & 3.21 \\ 4.88 & 4.14 \end{bmatrix}" in f for f in formulas(BOXED, "txt")
    )


def test_lines_of_text_with_lists_are_no_drawing() -> None:
    text = "softmax([1, 0])\n[exp(1), exp(0)] = [2.72, 1.00]\nProbabilities: [0.73, 0.27]\n"
    assert r"[exp(1), exp(0)] = [2.72, 1.00]" in formulas(text, "txt")


def test_rows_may_stand_apart_from_their_outer_brackets() -> None:
    text = "X = [ [1, 0],     token 1\n      [0, 1] ]    token 2\n"
    assert r"X = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}" in formulas(text, "txt")
