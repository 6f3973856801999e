r"""The same article in another dress: other brackets, marks, formats; the same is said of it.

Every expected value was worked out by hand.
"""

from __future__ import annotations

import json

import pytest

from tests.readers.seen import formulas
from tests.verify.judging import checked
from tests.verify.test_judge import verdicts

ECHOED = r"""
X=[1011]X = \begin{bmatrix} 1 & 0 \\ 1 & 1 \end{bmatrix}
WQ=[2011]W^Q = \begin{bmatrix} 2 & 0 \\ 1 & 1 \end{bmatrix}

Q=XWQ=[2031]Q = XW^Q = \begin{bmatrix} 2 & 0 \\ 3 & 1 \end{bmatrix}
"""


def in_array(tex: str) -> str:
    r"""``\left[\begin{array}{cc}`` for ``\begin{bmatrix}``."""
    opened = tex.replace(r"\begin{bmatrix}", r"\left[\begin{array}{cc}")
    return opened.replace(r"\end{bmatrix}", r"\end{array}\right]")


def with_space(tex: str) -> str:
    return tex.replace(r"\\", r"\\[4pt]")


def on_lines(tex: str) -> str:
    return tex.replace(r"\\ ", "\\\\\n")


@pytest.mark.parametrize("dress", [str, in_array, with_space, on_lines])
@pytest.mark.parametrize(("value", "verdict"), [("3", "right"), ("4", "wrong")])
def test_flat_copies_before_their_tex_in_any_dress(dress: type[str], value: str, verdict: str) -> None:
    assert [verdict] == verdicts(dress(ECHOED.replace("3 &", f"{value} &")))


def test_a_notebook_that_begins_with_a_byte_order_mark() -> None:
    cell = {"cell_type": "markdown", "source": "$[1, 2] + [3, 4] = [4, 7]$"}
    (found,) = checked("\ufeff" + json.dumps({"cells": [cell]}), "ipynb").findings
    assert "wrong" == str(found.verdict)


def test_space_between_rows_opens_no_formula() -> None:
    """An excerpt that ends inside its last formula."""
    cut_off = r"A = \begin{bmatrix} 1 & 2 \\[4pt] 3 & 4 \end{bmatrix} = \begin{bmatrix} 1 &"
    assert [cut_off] == formulas(f"${cut_off}", "md")


IN_A_FENCE = """
K = [[2, 0], [1, 1], [0, 2]] and q1 = [1, 0]

```
token1: score = q1·Kᵀ = [2, 1, 0]
        /√2 = [1.41, 0.71, 0.00]
        softmax → [0.58, 0.28, 0.14]
```
"""


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def in_a_notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text.splitlines(True)}]}, indent=1)


def in_one_line(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "markdown", "source": text}]})


@pytest.mark.parametrize(
    ("dress", "format"), [(quoted, "md"), (in_a_notebook, "ipynb"), (in_one_line, "ipynb")]
)
def test_lines_of_a_fence_go_on_from_each_other(dress: type[str], format: str) -> None:
    text = dress(IN_A_FENCE)
    assert ["right"] * 3 == [str(found.verdict) for found in checked(text, format).findings]


def test_a_fence_in_the_words_of_a_notebook_was_not_run() -> None:
    """A program that was run gives its lists; a fence beside it states what it computes."""
    text = "```\nX = [[1, 2], [3, 4]]\nW = [[1, 0], [1, 1]]\n\nS = X W\nS = [[3, 2], [{}, 4]]\n```\n"
    right, wrong = (checked(in_a_notebook(text.format(cell)), "ipynb").findings for cell in "78")
    assert [["right"], ["wrong"]] == [[str(found.verdict) for found in each] for each in (right, wrong)]


def test_a_fence_of_mathematics_in_a_quotation() -> None:
    assert [r"1 + 1 \approx 3"] == formulas("1. First:\n>   ```math\n>   1 + 1 \\approx 3\n>   ```\n", "md")


def test_the_words_that_lead_to_a_value_are_found_between_tags() -> None:
    tex = '<annotation encoding="application/x-tex">{}</annotation>'
    formula = f'<span class="katex"><math><semantics><mrow></mrow>{tex}</semantics></math></span>'
    said = [r"x = [1, 2]", r"a = [1, 1]", r"r = x + a = [2, 3]", r"r = [1, 4]", r"r + a = [2, 5]"]
    page = "<p>Let {} and {}.</p><p>Here {}.</p><p>Now, for {}, we get {}.</p>"
    text = page.format(*(formula.format(each) for each in said))
    assert ["right", "right"] == [str(found.verdict) for found in checked(text, "html").findings]
