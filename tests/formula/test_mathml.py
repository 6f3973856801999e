"""MathML: well formed, nothing lost, and read back as the same formula."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from derivations import library, readers
from derivations.formula import parse
from derivations.formula.mathml import to_mathml
from derivations.model import Formula, Node, Source
from tests.formula.compact import compact
from tests.formula.strategies import trees

CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2, "munder": 2, "munderover": 3}
LIBRARY = sorted(
    {formula for each in library.load_all().values() for formula in (
        *(step.formula for step in each.steps),
        *(side for law in each.identities for side in (law.left, law.right, *law.where)),
    )}
)  # fmt: skip


def text(tex: str) -> str:
    """What is seen of a formula, without invisible signs."""
    shown = "".join(ElementTree.fromstring(to_mathml(parse(tex))).itertext())
    return shown.replace("\u2061", "").replace("\u2062", "")


@settings(max_examples=300)
@given(trees())
def test_every_tree_is_well_formed_and_every_element_has_its_children(tree: Node) -> None:
    for found in ElementTree.fromstring(to_mathml(tree)).iter():
        assert CHILDREN.get(found.tag, len(found)) == len(found), found.tag
        assert not (len(found) and (found.text or "").strip()), found.tag


@settings(max_examples=300)
@given(trees())
def test_every_printed_digit_stands_in_the_element(tree: Node) -> None:
    numbers = [node.data.text for node in tree.walk() if node.kind == "number"]
    shown = [found.text for found in ElementTree.fromstring(to_mathml(tree)).iter("mn")]
    assert not set(numbers) - set(shown)


@pytest.mark.parametrize("tex", LIBRARY)
def test_the_library_is_printed_without_source_text(tex: str) -> None:
    assert not re.search(r"[\\}$]", text(tex))


def read_back(mathml: str) -> Node:
    article = readers.read(Source("page.html", f"<p>{mathml}</p>"))
    (found,) = [part.node for part in article.parts if isinstance(part, Formula)]
    return found


@pytest.mark.parametrize("tex", LIBRARY)
def test_the_library_is_read_back_from_its_mathml(tex: str) -> None:
    assert compact(parse(tex)) == compact(read_back(to_mathml(parse(tex))))


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"S = \frac{Q K^T}{\sqrt{d_k}}", "S=QKTdk"),
        (r"\left(W^Q\right)^T", "(WQ)T"),
        (r"\left(A_1\right)_{12}", "(A1)12"),
        (r"2 \cdot 4^2", "2·42"),
        (r"\ln 2 + \ln 3", "ln2+ln3"),
        (r"\left(\ln 2\right) x", "(ln2)x"),
        (r"x \in \mathbb{R}^{n \times d}", "x∈ℝn×d"),
        (r"x \in \mathbb{R}^{n}", "x∈ℝn"),
        (r"a - (b - c)", "a−(b−c)"),
        (r"a \left(-1\right)", "a(−1)"),
        (r"e^{-1/2}", "e−1/2"),
        (r"\sin^2(p \omega)", "sin2(pω)"),
        (r"\operatorname{ReLU}(x) < y", "ReLU(x)<y"),
        (r"\left\lfloor \frac{i}{2} \right\rfloor", "⌊i2⌋"),
        (r"\hat{x}_{i}", "x^i"),
    ],
)  # fmt: skip
def test_what_is_seen(tex: str, shown: str) -> None:
    assert shown == text(tex)


def test_rows_that_are_left_out_have_their_own_dots() -> None:
    shown = text(
        r"\begin{bmatrix} 1 & \cdots & 2 \\ \vdots & \ddots & \vdots \\ 3 & \cdots & 4 \end{bmatrix}"
    )
    assert "[1…2⋮⋱⋮3…4]" == shown


def test_a_display_says_so() -> None:
    assert to_mathml(parse("x"), display=True) == '<math display="block"><mi>x</mi></math>'
