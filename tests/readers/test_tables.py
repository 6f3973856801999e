"""Tables: matrices, columns that are worked out from others, columns of vectors, sums below them."""

from __future__ import annotations

import pytest

from tests.readers.seen import formulas, misplaced

COMPUTED = """
| token | score | exp(score) | weight |
|---|---|---|---|
| cat | 1.0 | 2.72 | 0.73 |
| sat | 0.0 | 1.00 | 0.27 |
| sum | | 3.72 | 1.00 |
"""

MARKDOWN = [
    (
        COMPUTED,
        [
            "score = (1.0, 0.0)",
            "exp(score) = (2.72, 1.00)",
            "weight = (0.73, 0.27)",
            r"\operatorname{sum}(exp(score)) = 3.72",
            r"\operatorname{sum}(\text{weight}) = 1.00",
        ],
    ),
    # the product of two columns goes entry by entry
    (
        "| w | p | v | p·v |\n|---|---|---|---|\n| a | 0.5 | 2 | 1 |\n| b | 0.5 | 4 | 2 |",
        ["p = (0.5, 0.5)", "v = (2, 4)", "p⊙v = (1, 2)"],
    ),
    # vectors are named by their rows, the numbers beside them are columns
    (
        "| word | key k | q·k | q·k/2 |\n|---|---|---|---|\n"
        "| a | (1, 0) | 1 | 0.5 |\n| b | (0, 1) | 2 | 1.0 |",
        ["k_{a} = (1, 0)", "k_{b} = (0, 1)", "q·k = (1, 2)", "q·k/2 = (0.5, 1.0)"],
    ),
    # a place of each key above the numbers, the way to a number, a dash for what is masked
    (
        "| | K: a | K: b |\n|---|---|---|\n| **Q: a** | 1·1+0·2 = **1** | — |\n| **Q: b** | 2 | 3 |",
        ["1·1+0·2 = 1", r"\begin{bmatrix} 1 & … \\ 2 & 3 \end{bmatrix}"],
    ),
    # a row of quantities under tokens, a column of values beside one of keys
    ("| of | cat | sat |\n|---|---|---|\n| weights | 0.4 | 0.6 |", ["weights = (0.4, 0.6)"]),
    (
        "| token | Key | Value |\n|---|---|---|\n| a | (1, 0) | (2, 1) |\n| b | (0, 1) | (3, 4) |",
        ["Key_{a} = (1, 0)", "Value_{a} = (2, 1)", "Key_{b} = (0, 1)", "Value_{b} = (3, 4)"],
    ),
    # vectors that were worked out for the number before them, and line ends in a cell
    (
        "| T | w |\n|---|---|\n| 0.5 | (0.7, 0.3) |\n| 2.0 | (0.6, 0.4) |",
        ["T = 0.5", "w = (0.7, 0.3)", "T = 2.0", "w = (0.6, 0.4)"],
    ),
    ("| a | b |\n|---|---|\n| x | p = 1<br>q = 2 |", ["p = 1", "q = 2"]),
    # tokens above and beside the numbers make a matrix, whether or not they are the same
    (
        "| decoder \\ encoder | le | chat |\n|---|---|---|\n| the | 0.7 | 0.3 |\n| cat | 0.1 | 0.9 |",
        [r"\begin{bmatrix} 0.7 & 0.3 \\ 0.1 & 0.9 \end{bmatrix}"],
    ),
    # a calculation and its result beside it
    ("| step | result |\n|---|---|\n| 2 / √2 | 1.41 |\n| e^0.5 | 1.65 |", ["2 / √2 = 1.41", "e^0.5 = 1.65"]),
    # rows of one result
    (
        "| position | context vector |\n|---|---|\n| the | (1, 2) |\n| cat | (3, 4) |",
        [r"context = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"],
    ),
    # a table that lies on its side: its rows are quantities, and remarks end them
    (
        "| step | word 1 | word 2 | remark |\n|---|---|---|---|\n| logits z | 2 | 5 | max = 5 |\n"
        "| 1. z − max | −3 | 0 | |\n| 2. exp(z − max) | 0.05 | 1 | sum ≈ 1.05 |\n"
        "| 3. ÷ sum | 0.05 | 0.95 | adds up |",
        [
            "z = (2, 5)",
            "max = 5",
            "z − max(z) = (−3, 0)",
            "exp(z − max(z)) = (0.05, 1)",
            "sum ≈ 1.05",
            "(0.05, 0.95)",
        ],
    ),
    # the first column is what the others are worked out from
    (
        "| pos | a = sin(pos/4) | b = cos(pos/4) |\n|---|---|---|\n| 0 | 0.00 | 1.00 |\n| 1 | 0.25 | 0.97 |",
        ["pos = (0, 1)", "a = sin(pos/4) = (0.00, 0.25)", "b = cos(pos/4) = (1.00, 0.97)"],
    ),
    (
        "| T | z / T | remark |\n|---|---|---|\n| 0.5 | [4, 2] | wider |\n| 2 | [1, 0.5] | flatter |",
        ["T = 0.5", "z / T = [4, 2]", "T = 2", "z / T = [1, 0.5]"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), MARKDOWN, ids=range(len(MARKDOWN)))
def test_markdown(text: str, expected: list[str]) -> None:
    assert expected == formulas(text, "md")
    assert misplaced(text, "md") == []


def test_a_table_without_headings_is_a_matrix_named_by_its_caption() -> None:
    text = "<table><caption>Q</caption><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table>"
    assert [r"Q = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"] == formulas(text, "html")


def test_headings_of_html_tables_are_no_cells() -> None:
    text = (
        "<table><tr><th>1</th><th>2</th></tr><tr><td>3</td><"
        "td>4</td></tr><tr><td>5</td><td>6</td></tr></table>"
    )
    assert [r"\begin{bmatrix} 3 & 4 \\ 5 & 6 \end{bmatrix}"] == formulas(text, "html")


def test_a_subscript_after_italics_belongs_to_the_letter() -> None:
    assert ["d_{model} = 6"] == formulas("<p>with <i>d</i><sub>model</sub> = 6</p>", "html")


def test_an_excerpt_of_a_program_may_begin_inside_a_template() -> None:
    text = (
        "const logits = [1, 2];`,\n  note: `<table><tr><th>T</th><th>z / T</th></tr>"
        "<tr><td>2</td><td>[1, 3]</td></tr></table>`,"
    )
    assert ["logits = [1, 2]", "T = 2", "z / T = [1, 3]"] == formulas(text, "js")
