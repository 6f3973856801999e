"""Mending: the right number in the author's hand, wherever it stands, and nothing else."""

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.model import Verdict
from derivations.verify.mending import mended
from tests.verify.judging import GIVEN, bmatrix, checked

RIGHT = {
    "md": GIVEN
    + rf"""
$$Q = X W^Q = {bmatrix("1 2; 0 1; 1 3")}$$

and the keys $K = X W^K = {bmatrix("2 0; 1 1; 3 1")}$, so that
$\frac{{Q K^T}}{{\sqrt{{2}}}} = {bmatrix("1.41 2.12 3.54; 0.00 0.71 0.71; 1.41 2.83 4.24")}$.
""",
    "txt": """\
X = [[1, 0], [0, 1], [1, 1]]
W^V = [[0, 1], [3, 0]]
V = X W^V = [[0, 1], [3, 0], [3, 1]]
softmax([2, 1, 0]) = [0.665, 0.245, 0.090]
0.25 * 8 + 3 = 5.00
""",
    "tex": r"""
\documentclass{article}
\begin{document}
\[ \mathrm{softmax}(2, 1, 0) = (66.5\%, 24.5\%, 9.0\%) \]
\[ A = \begin{pmatrix} 1 & -2 \\ 3 & 4 \end{pmatrix}, \quad
   A A = \begin{pmatrix} -5 & -10 \\ 15 & 10 \end{pmatrix} \]
\end{document}
""",
    "html": "<p>Take $x = 2.5$. Then $4 x = 10.0$, and $x &minus; 4 = &minus;1.5$.</p>\n",
    "markdown": r"""
$A = \text{softmax}\left(\begin{bmatrix} 1 & 0 \\ 0 & 3 \end{bmatrix}\right)
= \begin{bmatrix}
\frac{e}{1 + e} & \frac{1}{1 + e} \\
\frac{1}{1 + e^{3}} & \frac{e^{3}}{1 + e^{3}}
\end{bmatrix}$
""",
    "js": """\
const text = String.raw`$3 \\cdot 45 = 135$`;
const more = '$\\\\frac{1}{8} + \\\\frac{1}{8} = \\\\frac{1}{4}$';
""",
}
"""Articles without a wrong number, worked out by hand."""


def claimed_digits(format: str) -> list[int]:
    """The offsets of all digits of claims."""
    text = RIGHT[format]
    spans = [finding.span for finding in checked(text, format).findings]
    return [at for at in range(len(text)) if text[at].isdigit() and any(s.start <= at < s.end for s in spans)]


@pytest.mark.parametrize("format", RIGHT)
def test_the_articles_are_right_and_stay_as_they_are(format: str) -> None:
    found = checked(RIGHT[format], format)
    assert found.findings
    assert {Verdict.RIGHT} == {finding.verdict for finding in found.findings}
    assert RIGHT[format] == mended(found).source.text


@pytest.mark.parametrize("format", RIGHT)
def test_any_digit_that_is_corrupted_is_found_and_mended(format: str) -> None:
    text = RIGHT[format]
    for at in claimed_digits(format):
        corrupted = text[:at] + str((int(text[at]) + 5) % 10) + text[at + 1 :]
        found = checked(corrupted, format)
        (finding,) = [f for f in found.findings if f.verdict is not Verdict.RIGHT]
        assert finding.span.start <= at < finding.span.end
        assert text == mended(found).source.text


@given(st.data())
def test_several_corrupted_digits_are_mended_and_a_second_run_changes_nothing(data: st.DataObject) -> None:
    format = data.draw(st.sampled_from(sorted(RIGHT)))
    places = data.draw(st.lists(st.sampled_from(claimed_digits(format)), min_size=2, max_size=4, unique=True))
    text = RIGHT[format]
    for at in places:
        text = text[:at] + str((int(text[at]) + 5) % 10) + text[at + 1 :]
    after = mended(checked(text, format))
    assert {Verdict.RIGHT} == {finding.verdict for finding in after.findings}
    assert after.source.text == mended(after).source.text


# ---------------------------------------------------------------- the author's hand


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$3 \\cdot 0.25 = 0.80$", "$3 \\cdot 0.25 = 0.75$"),
        ("$\\frac{1}{8} = .225$", "$\\frac{1}{8} = .125$"),
        ("$\\frac{1}{4} = 35\\%$", "$\\frac{1}{4} = 25\\%$"),
        ("$\\frac{1}{3} + \\frac{1}{3} = \\frac{1}{3}$", "$\\frac{1}{3} + \\frac{1}{3} = \\frac{2}{3}$"),
        ("$1/3 + 1/3 = 5/6$", "$1/3 + 1/3 = 2/3$"),
        ("$2 - 4.5 = −2.7$", "$2 - 4.5 = −2.5$"),
        ("$2 \\cdot 3 - 8 = 2$", "$2 \\cdot 3 - 8 = -2$"),
        ("$0.003 / 8 = 3.85e-4$", "$0.003 / 8 = 3.75e-4$"),
        ("$250 \\cdot 250.5 = 62,635.0$", "$250 \\cdot 250.5 = 62,625.0$"),
        (
            r"$\frac{1}{\sqrt{2}} [1, 2] = [\frac{1}{\sqrt{2}}, \frac{2}{\sqrt{3}}]$",
            r"$\frac{1}{\sqrt{2}} [1, 2] = [\frac{1}{\sqrt{2}}, \frac{2}{\sqrt{2}}]$",
        ),
        (
            r"$\text{softmax}([2, 1, 2]) = [\frac{e}{1+2e}, \frac{1}{1+2e}, \frac{7}{8-e}]$",
            r"$\text{softmax}([2, 1, 2]) = [\frac{e}{1+2e}, \frac{1}{1+2e}, \frac{e}{1+2e}]$",
        ),
    ],
)
def test_notation(before: str, after: str) -> None:
    assert after == mended(checked(before)).source.text


# ---------------------------------------------------------------- shapes and repetitions


def test_a_matrix_of_the_wrong_shape_is_written_anew_in_its_frame() -> None:
    wrong = GIVEN + r"$$Q = X W^Q = \left[\begin{array}{cc}1&2\\0&1\end{array}\right]$$"
    right = GIVEN + r"$$Q = X W^Q = \left[\begin{array}{cc}1&2\\0&1\\1&3\end{array}\right]$$"
    assert right == mended(checked(wrong)).source.text


def test_columns_of_an_array_are_counted_anew() -> None:
    wrong = GIVEN + r"$X X^T = \begin{array}{cc} 1 & 0 \\ 0 & 1 \\ 1 & 1 \end{array}$"
    right = GIVEN + r"$X X^T = \begin{array}{ccc} 1 & 0 & 1 \\ 0 & 1 & 1 \\ 1 & 1 & 2 \end{array}$"
    assert right == mended(checked(wrong)).source.text


def test_every_place_that_repeats_a_wrong_value_is_mended_with_it() -> None:
    text = (
        GIVEN
        + r"""
$Q = X W^Q = {Q}$.  With $K = X W^K = {K}$ the scores are
$$Q K^T = {Q} {K}^T = {S}$$
and again: $Q = {Q}$.
"""
    )
    right = {"{Q}": "1 2; 0 1; 1 3", "{K}": "2 0; 1 1; 3 1", "{S}": "2 3 5; 0 1 1; 2 4 6"}
    wrong = right | {"{Q}": "1 2; 0 1; 1 7", "{S}": "2 3 5; 0 1 1; 2 8 10"}
    assert filled(text, right) == mended(checked(filled(text, wrong))).source.text
    query = next(f for f in checked(filled(text, wrong)).findings if f.verdict is Verdict.WRONG)
    assert {"3"} == {edit.text for edit in query.fix}
    assert len(query.fix) > 1


def filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{[QKS]\}", lambda match: bmatrix(values[match.group()]), text)


def test_factors_in_the_wrong_order_are_exchanged() -> None:
    text = (
        GIVEN
        + rf"""
$Q = X W^Q = {bmatrix("1 2; 0 1; 1 3")}$ and $K = X W^K = {bmatrix("2 0; 1 1; 3 1")}$, so
$$\frac{{Q K^T}}{{\sqrt{{2}}}} = \frac{{1}}{{\sqrt{{2}}}} LEFT RIGHT$$
"""
    )
    q, q_t = bmatrix("1 2; 0 1; 1 3"), bmatrix("1 0 1; 2 1 3")
    k, k_t = bmatrix("2 0; 1 1; 3 1"), bmatrix("2 1 3; 0 1 1")
    wrong = text.replace("LEFT", k_t).replace("RIGHT", q)
    assert text.replace("LEFT", q).replace("RIGHT", k_t) == mended(checked(wrong)).source.text
    assert (q_t, k) != (q, k_t)


# ---------------------------------------------------------------- places in a code of their own


def test_inside_the_strings_of_a_notebook() -> None:
    def notebook(claim: str) -> str:
        cell = {"cell_type": "markdown", "metadata": {}, "source": [GIVEN, claim]}
        return json.dumps({"cells": [cell], "nbformat": 4}, indent=1)

    wrong, right = (notebook(f"$Q = X W^Q = {bmatrix(rows)}$") for rows in ("1 2; 0 1", "1 2; 0 1; 1 3"))
    after = mended(checked(wrong, "ipynb")).source.text
    assert right == after
    assert json.loads(right) == json.loads(after)


def test_a_command_after_the_end_of_a_row_is_not_taken_for_a_string_literal() -> None:
    wrong = r"$\frac{1}{3} X = \begin{bmatrix}\frac{1}{3}\\\frac{1}{3}\end{bmatrix}$"
    right = wrong.replace(r"{3}\\\frac", r"{3} & 0\\0 & \frac{1}{3}\\\frac").replace(
        r"\end", r" & \frac{1}{3}\end"
    )
    assert GIVEN + right == mended(checked(GIVEN + wrong)).source.text


def test_inside_an_address() -> None:
    def image(claim: str) -> str:
        return f"![formula](https://latex.codecogs.com/svg.latex?{quote(claim)})\n"

    assert image(r"3 \cdot 0.25 = 0.75") == mended(checked(image(r"3 \cdot 0.25 = 0.85"))).source.text


def test_comments_and_words_are_left_alone() -> None:
    text = "The year 2017 had 12 months.\n<!-- 3 + 4 = 8 -->\n`x = 3`\n"
    assert text == mended(checked(text)).source.text
