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
