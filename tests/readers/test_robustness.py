"""Any text at all: no exception, places inside the source, and work that grows with the length only."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations import readers
from derivations.model import DerivationError, Prose, Source
from derivations.readers import READERS, Fragment
from derivations.readers.fragments import Piece
from tests.readers.seen import misplaced

FORMATS = sorted({".md", ".tex", ".html", ".ipynb", ".txt", ".js"})

WORDS = (
    r"$ $$ \[ \] \( \) \begin{align} \end{align} \begin{bmatrix} \end{bmatrix} & \\ { } [ ] ( ) [1,2] "
    r"(0.5) 0.25 1e-5 = ≈ → + - * · / ^ _ √ , . : ; | |-|-| # ## > - ` ``` ~~~ ![a]( ](http:// "
    r"<b> </b> <p <table> <tr><td> </table> <pre> </pre> <math> <mn> </mn> </math> <!-- --> &amp; &#x41; "
    r"% \newcommand{\a}[1]{#1} \a \section{ \verb| \input{x} %5C print( ' // # /* */ `${ } "
    r"┌ │ ┘ ⎡ ⎤ 中文 查询 Q K^T q_1 softmax( weights The cat"
).split()
BLANKS = ["\n", "\n\n", "\r\n", " ", "   ", "\t", "\0", "\ud800", "\ufeff", "\u2028", '"']
PIECES = st.sampled_from([*WORDS, *BLANKS])
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES, max_size=60).map("".join),
    st.lists(PIECES, max_size=40).map(" ".join),
)


def found(text: str, format: str) -> list[Piece]:
    return list(readers.fragments(Source("x", text), format))


def notebook_of(text: str) -> str:
    cells = [
        {"cell_type": kind, "source": text, "outputs": [{"text": text}]}
        for kind in ("markdown", "code", "raw")
    ]
    return json.dumps({"cells": cells})


@given(TEXTS, st.sampled_from(FORMATS))
@settings(max_examples=400)
def test_any_text_is_read_and_all_places_lie_inside(text: str, format: str) -> None:
    text = notebook_of(text) if format == ".ipynb" else text
    for piece in readers.fragments(Source("x", text), format):
        assert 0 <= piece.span.start <= piece.span.end <= len(text)
        if isinstance(piece, Fragment):
            assert len(piece.at) == len(piece.text) + 1
            assert all(piece.span.start <= place <= piece.span.end for place in piece.at) or piece.origin in (
                "table",
                "output",
            )


@given(TEXTS)
def test_what_is_no_json_is_no_notebook(text: str) -> None:
    with pytest.raises(DerivationError, match="this is no notebook"):
        readers.read(Source("x.ipynb", text + "{"))


@given(TEXTS)
def test_in_plain_text_every_character_of_a_formula_is_the_one_in_the_source(text: str) -> None:
    for piece in readers.fragments(Source("x", text), ".txt"):
        if isinstance(piece, Fragment):
            differing = {
                (c, text[p])
                for c, p in zip(piece.text, piece.at, strict=False)
                if p < len(text) and text[p] != c
            }
            added = set(r"\text{}\begin{bmatrix}\end{bmatrix} & \\ " + "{}")
            assert all(char in added for char, _ in differing)


NUMBERS = st.lists(st.decimals(0, 99, places=2).map(str), min_size=2, max_size=4)
TEMPLATES = [
    "Scores: [{0}] and more.",
    "$q = [{0}]$ and `k = [{0}]`",
    "> - **w** = [{0}], so",
    "| t | q |\n|--|--|\n| a | ({0}) |",
    "```\nA = [[{0}],  # one\n     [{0}]]\n```",
    "<p>w = [{0}] &amp; v = ({0})</p>",
    "![x](https://latex.codecogs.com/svg.latex?q%20%3D%20%5B{0}%5D)",
]


@given(
    st.lists(st.tuples(st.sampled_from(TEMPLATES), NUMBERS), min_size=1, max_size=4), st.sampled_from(FORMATS)
)
def test_numbers_stand_where_their_formula_says(parts: list[tuple[str, list[str]]], format: str) -> None:
    text = "\n\n".join(template.format(", ".join(numbers)) for template, numbers in parts)
    assert misplaced(notebook_of(text) if format == ".ipynb" else text, format) == []


BIG: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n,
    "nested brackets": lambda n: "(" * n + "1" + ")" * n,
    "braces": lambda n: "{" * n,
    "dollars": lambda n: "$ " * n,
    "openings": lambda n: "\\[" * n,
    "environments": lambda n: "\\begin{align}" * n,
    "ticks": lambda n: "` `` " * n,
    "fences": lambda n: "```a\n" * n,
    "tags": lambda n: "<a <b c='" * n,
    "math": lambda n: "<math><mrow>" * n,
    "tables": lambda n: "<table><tr><td>" * n,
    "pipes": lambda n: "|1|2|\n|-|-|\n" * n,
    "images": lambda n: "![a](" * n,
    "comments": lambda n: "<!--" * n,
    "grids": lambda n: "[1 2] [3 4]\n" * n,
    "open rows": lambda n: "[1,\n" * n,
    "labels": lambda n: "cat 1 2\n" * n,
    "labelled rows": lambda n: "".join(f"Row {k}: [1, 2]\n" for k in range(n)),
    "one label": lambda n: "Row 1: [1, 2]\n" * n,
    "labelled numbers": lambda n: "cat: 0.5\n" * n,
    "announced numbers": lambda n: "Weights:\ncat: 0.4\nsat: 0.6\n" * n,
    "names above": lambda n: "Q = X =\n[1, 2]\n" * n,
    "lists without brackets": lambda n: "weights 0.1, 0.2, 0.7 " * n,
    "items": lambda n: "<li>a <b>1</b> " * n,
    "sums": lambda n: "[1]\n+ [1]\n= [2]\n" * n,
    "one long line": lambda n: "softmax([1, 2]) = [0.27, 0.73] and so on, " * n,
    "echoes": lambda n: "(a_1)(a1) " * n,
    "definitions": lambda n: "\\def\\a#1{" * n,
    "calls": lambda n: "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}" + "\\a" * n,
    "sections": lambda n: "\\section{" * n,
    "templates": lambda n: "`${" * n,
    "quotes": lambda n: "'a\" " * n,
    "line ends": lambda n: "a =\r\n" * n,
}


def calls(work: Callable[[], object]) -> int:
    """How many Python functions a piece of work calls: a measure of time that no machine disturbs."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", BIG)
def test_work_grows_with_the_length(name: str) -> None:
    for format in (".md", ".txt", ".html", ".tex", ".js"):
        small, large = (
            calls(partial(found, BIG[name](100), format)),
            calls(partial(found, BIG[name](400), format)),
        )
        assert large < 6 * small + 2000, format


def test_deep_nesting_and_a_long_line_are_read() -> None:
    deep = "(" * 30_000 + "Q = [1, 2]" + ")" * 30_000
    for format in (".md", ".txt", ".html", ".tex", ".js"):
        found(deep, format)
    words = [p for p in found("word " * 20_000 + "w = [1, 2]", ".txt") if not isinstance(p, Prose)]
    assert len(words) == 1


def test_deep_json_is_no_matter() -> None:
    for text in ("[" * 100_000, "[" * 100_000 + "]" * 100_000):
        with pytest.raises(DerivationError):
            readers.read(Source("x.ipynb", text))


def test_every_format_of_the_readers_is_covered_by_a_reader_of_its_own() -> None:
    assert {
        ".md",
        ".markdown",
        ".tex",
        ".html",
        ".htm",
        ".ipynb",
        ".txt",
        ".jsx",
        ".tsx",
        ".js",
    } <= READERS.keys()
