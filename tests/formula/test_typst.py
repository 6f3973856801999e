"""Typst mathematics: every tree compiles, nothing is lost, and no text is ever code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations import library
from derivations.formula import parse
from derivations.formula.numerals import number
from derivations.formula.typst import string, to_typst
from derivations.model import Node
from tests.formula.strategies import trees

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
CALLED = set(
    "attach frac sqrt mat display cases op hat tilde macron abs norm floor class quad "  # what is printed
    "b t delim limits true".split()  # and its arguments
)


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def compiled(source: str) -> None:
    typst.compile(source.encode(), font_paths=fonts())


def queried(source: str, label: str) -> str:
    return str(typst.query(source.encode(), label, field="value", one=True, font_paths=fonts()))


@cache
def typesetter() -> ProcessPoolExecutor:
    """A process for Typst, whose threads would make a later fork of this one wait for ever."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    typesetter().shutdown()


def check(*formulas: str) -> None:
    """Raise TypstError for a formula that Typst does not take."""
    source = "\n\n".join(f"$ {each} $" for each in formulas)
    typesetter().submit(compiled, source).result()


def printed(tex: str) -> str:
    return to_typst(parse(tex))


@settings(max_examples=80)
@given(st.lists(trees(), min_size=1, max_size=3))
def test_every_tree_compiles(found: list[Node]) -> None:
    check(*map(to_typst, found))


@settings(max_examples=100)
@given(trees())
def test_every_printed_digit_is_there(tree: Node) -> None:
    numbers = {node.data.text for node in tree.walk() if node.kind == "number"}
    assert not [each for each in numbers if each not in to_typst(tree)]


def test_the_library_compiles() -> None:
    steps = [step.formula for each in library.load_all().values() for step in each.steps]
    assert len(steps) > 200
    check(*map(printed, steps))


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"S = \frac{Q K^T}{\sqrt{d_k}}", "S = frac(Q attach(K, t: T), sqrt(attach(d, b: k)))"),
        (r"W^Q_1", "attach(W, b: 1, t: Q)"),
        (r"\left(W^Q\right)^T", "attach((attach(W, t: Q)), t: T)"),
        (r"d_{model}", 'attach(d, b: "model")'),
        (r"2 \cdot (a + b)", "2 · (a + b)"),
        (r"a \left(-1\right)", "a (− 1)"),
        (r"p / 10000^{2i}", r"p \/ attach(10000, t: 2 i)"),
        (r"\sin^2(p \omega)", 'attach(op("sin"), t: 2) (p ω)'),
        (r"\ln 2", 'op("ln") 2'),
        (r"f(x, y) \le 1{,}000", r'f (x \, y) ≤ "1,000"'),
        (r"\hat{x}_{i} + x'", "attach(hat(x), b: i) + attach(x, t: ′)"),
        (r"\sum_{i=1}^{n} x_i", "attach(∑, b: i = 1, t: n) attach(x, b: i)"),
        (r"\max_j x_j", 'attach(op("max", limits: #true), b: j) attach(x, b: j)'),
        (r"x \in \mathbb{R}^{n}", "x ∈ attach(ℝ, t: n)"),
        (r"X \in \mathbb{R}^{n \times d}", "X ∈ attach(ℝ, t: n × d)"),
        (r"\left|x\right| < \left\lfloor y \right\rfloor", r"abs(x) \< floor(y)"),
        (
            r"\begin{bmatrix} 1 & \frac{1}{2} \\ 3 & 4 \end{bmatrix}",
            'display(mat(delim: "[", 1, frac(1, 2); 3, 4))',
        ),
        (
            r"\begin{cases} 0 & j \le i \\ -\infty & j > i \end{cases}",
            r"cases(0 & quad j ≤ i, − ∞ & quad j \> i)",
        ),
        (r"\text{scores} = 查询", '"scores" = "查询"'),
    ],
)  # fmt: skip
def test_what_is_printed(tex: str, shown: str) -> None:
    assert shown == printed(tex)
    check(shown)


def test_rows_that_are_left_out_have_their_own_dots() -> None:
    tex = r"\begin{bmatrix} 1 & \cdots & 2 \\ \vdots & \ddots & \vdots \\ 3 & \cdots & 4 \end{bmatrix}"
    assert 'display(mat(delim: "[", 1, …, 2; ⋮, ⋱, ⋮; 3, …, 4))' == printed(tex)


# ---------------------------------------------------------------- text is never code


HOSTILE = (
    '#read("/etc/passwd")', '"); #read("x")', "$ #x $", "\\", '\\"', "\\u{41}", "a\nb", "//", "/*", "√",
    "x_1^2", "@label", "<label>", "`raw`", "];", ")", "#", "=", "\u2062", "\x00",
)  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def named(text: str) -> list[Node]:
    """Every place of a tree where a text can stand."""
    return [
        Node("opaque", (), text),
        Node("name", (), text),
        Node("name", (), f"x^{text}"),
        Node("name", (), f"x_{text}"),
        Node("call", (Node("name", (), "x"),), text),
        Node("number", (), number("1").__class__(text, number("1").value)),
        Node("relation", (Node("name", (), "x"), Node("name", (), "y")), (text,)),
        Node("multiply", (Node("name", (), "x"), Node("name", (), "y")), text),
    ]


@settings(max_examples=150)
@given(texts)
def test_a_text_is_a_literal_or_a_letter(text: str) -> None:
    shown = list(map(to_typst, named(text)))
    for each in shown:
        rest = STRING.sub("", each)
        assert not re.search(r"(?<!\\)#(?!true\b)", rest), each
        assert set(re.findall(r"[A-Za-z]{2,}", rest)) <= CALLED, each
        assert not re.search(r"//|/\*|(?<!\\)[$`@<]", rest), each
    check(*shown)


@given(texts)
def test_a_string_literal_is_the_text(text: str) -> None:
    source = f"#metadata({string(text)}) <it>"
    assert text == json.loads(typesetter().submit(queried, source, "<it>").result())
