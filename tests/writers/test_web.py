"""The web page: whole in one file, every formula as MathML, usable by keyboard and on a phone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from derivations import derive, library, userfile
from derivations.model import Source, Worked
from derivations.writers import documents, web
from derivations.writers.text import TeX
from derivations.writers.views import EQUAL, ROUNDED, Chain, Side

VOID = frozenset(("meta", "br", "hr", "img"))
OWN = """
title = "<b> & $5"
tokens = ["$5", "<i>"]
[inputs]
X = [[1, "-1/2"], ["sqrt(2)", 0]]
[[steps]]
formula = "A = softmax(X X^T)"
"""


class Outline(HTMLParser):
    """Elements that are open where they are closed, ids, links and words outside mathematics."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop(), self.getpos()

    def handle_data(self, data: str) -> None:
        if not {"math", "style"} & set(self.open):
            self.words += data


@pytest.fixture(scope="module")
def worked() -> list[Worked]:
    derivation = library.load("self-attention")
    return [derive.work(derivation, example) for example in derivation.examples[:2]]


@pytest.fixture(scope="module")
def text(worked: list[Worked]) -> str:
    return documents.render(documents.tutorial(worked, "en"), "html", ["en", "xx"])


def test_the_page_is_one_well_formed_file_that_loads_nothing(text: str) -> None:
    outline = Outline(text)
    assert [] == outline.open
    assert len(set(outline.ids)) == len(outline.ids)
    assert not re.search(r"<script|<link|@import|url\(|https?://(?!www\.w3\.org)", text)
    assert {"../xx/self-attention.html"} == {link for link in outline.links if not link.startswith("#")}
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


def test_no_tex_is_left_among_the_words(text: str) -> None:
    assert not re.search(r"[\\$]|_\{|\^", Outline(text).words)


def test_somebodys_words_are_escaped() -> None:
    page = documents.tutorial([userfile.work(Source("own.toml", OWN))], "en")
    outline = Outline(documents.render(page, "html"))
    assert [] == outline.open
    assert "<b> & $5" in outline.words
    assert "$5 · <i>" in outline.words
    assert "2: 0.358, 0.642" in outline.words  # e^(√2 - 2) is 0.5567, over 1.5567


def test_the_heat_map_says_its_weights(text: str) -> None:
    """Weights of the first example: e^(1/√2) is 2.02811, so row 3 is 1, 1, 2.02811 over 4.02811."""
    found = re.search(r"<desc id=.picture-A-text.>(.*?)</desc>", text)
    assert found
    assert found[1].endswith("sat: 0.248, 0.248, 0.503")
    assert 'role="img"' in text
    assert 'fill-opacity="18%"' in text  # 0.503 of 36%


def test_answers_are_hidden_and_wide_formulas_scroll(text: str) -> None:
    assert 2 == text.count("<details><summary>")
    boxes = re.findall(r'<div class="maths[^"]*"[^>]*>', text)
    assert boxes
    assert all('tabindex="0"' in box and "aria-label=" in box for box in boxes)


def test_a_chain_has_a_line_for_each_of_its_rows() -> None:
    first, second = (Side(EQUAL, TeX(r"\frac{1}{3}")),), (Side(ROUNDED, TeX("0.3333")),)
    lines = web.lines(Chain(TeX("x"), (first, second)))
    assert 2 == len(lines)
    assert "<mi>x</mi><mo>=</mo><mfrac>" in lines[0]
    assert "<mrow><mo>≈</mo><mn>0.3333</mn></mrow>" in lines[1]


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("a < b", "a &lt; b"),
        ("the width $d_k$.", "the width <math><msub><mi>d</mi><mi>k</mi></msub></math>."),
        (r"\$5", "$5"),
    ],
)
def test_prose(prose: str, shown: str) -> None:
    assert shown == web.html(prose)
