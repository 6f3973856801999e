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
