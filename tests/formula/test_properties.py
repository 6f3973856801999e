"""For every text and every tree: no exceptions, places inside the text, printing and reading agree."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from derivations.formula import parse
from derivations.formula.tex import to_tex
from derivations.model import Node, Span
from tests.formula.compact import compact
from tests.formula.fixtures import table
from tests.formula.strategies import trees

SNIPPETS = [row.snippet for row in table("trees.txt")]
READABLE = [snippet for snippet in SNIPPETS if "opaque" not in {node.kind for node in parse(snippet).walk()}]
PIECES = sorted(
    {piece for snippet in SNIPPETS for piece in re.findall(r"\\[A-Za-z]+|\w+|\s+|[^\w\s]", snippet)}
)


def assert_inside(tree: Node, text: str) -> None:
    for node in tree.walk():
        assert 0 <= node.span.start <= node.span.end <= len(text), (node.kind, node.span)


# ---------------------------------------------------------------- never an exception


@settings(max_examples=300)
@given(st.text(max_size=80))
@example("")
@example("\\")
@example("^_{")
@example("\x00\ud800")
def test_any_text_is_read(text: str) -> None:
    assert_inside(parse(text), text)


@settings(max_examples=200)
@given(st.binary(max_size=120))
def test_any_bytes_are_read(data: bytes) -> None:
    text = data.decode("latin-1")
    assert_inside(parse(text), text)


@settings(max_examples=600)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_mixture_of_pieces_is_read(text: str) -> None:
    tree = parse(text)
    assert_inside(tree, text)
    parse(to_tex(tree))


@settings(max_examples=400)
@given(st.sampled_from(SNIPPETS), st.data())
def test_mutated_snippets_are_read(snippet: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(snippet)))
    until = data.draw(st.integers(at, min(len(snippet), at + 4)))
    text = snippet[:at] + data.draw(st.sampled_from(["", *PIECES])) + snippet[until:]
    assert_inside(parse(text), text)


# ---------------------------------------------------------------- reading back what was printed


@pytest.mark.parametrize("snippet", READABLE)
def test_printing_a_snippet_and_reading_it_gives_the_same_tree(snippet: str) -> None:
    tree = parse(snippet)
    assert compact(tree) == compact(parse(to_tex(tree)))
    assert tree == parse(to_tex(tree))


@settings(max_examples=600)
@given(trees())
@example(Node("power", (Node("name", (), "a"), Node("name", (), "scores"))))
def test_printing_any_tree_and_reading_it_gives_the_same_tree(tree: Node) -> None:
    assert compact(tree) == compact(parse(to_tex(tree))), to_tex(tree)


# ---------------------------------------------------------------- one tree for every style of writing


@settings(max_examples=200)
@given(trees(), st.sampled_from(["  ", "\t", " \\, ", " \\! ", "~ "]))
def test_spacing_changes_nothing(tree: Node, space: str) -> None:
    spaced = to_tex(tree).replace(" ", space)
    assert compact(tree) == compact(parse(spaced)), spaced


@pytest.mark.parametrize("snippet", [s for s in READABLE if "begin" not in s and "\n" not in s and " " in s])
def test_line_breaks_are_spaces(snippet: str) -> None:
    assert compact(parse(snippet)) == compact(parse(snippet.replace(" ", "\n")))


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("x_1^2", "x_{1}^{2}"),
        ("x_1^2", "{x}_{1}^{ 2 }"),
        ("Q_i K_j^T", "Q_{i}K_{j}^{T}"),
        ("Q_i K_j^T", r"{Q}_{i} {K}_{j}^{\top}"),
        (r"\frac{a}{b}", r"\frac ab"),
        (r"\frac{1}{2}", r"\frac 1 2"),
        (r"\sqrt{2}", r"\sqrt 2"),
        (r"\mathbf{W}^{Q}", r"\mathbf W^Q"),
        (r"\alpha_{ij}", r"\alpha_{ij }"),
        (r"\left(a+b\right)c", r"\bigl( a+b \bigr) c"),
        (r"\operatorname{softmax}(x)", r"\mathrm{softmax} \left( x \right)"),
    ],
)
def test_braces_and_brackets_in_another_style_change_nothing(plain: str, other: str) -> None:
    assert compact(parse(plain)) == compact(parse(other))


# ---------------------------------------------------------------- places


def shown(text: str) -> str:
    """TeX digits as a reader sees them."""
    return text.replace("{,}", ",").replace("\\%", "%")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_place_of_a_number_holds_its_digits(snippet: str) -> None:
    for node in parse(snippet).walk():
        if node.kind == "number" and len(node.span) and snippet.isascii():
            assert node.data.text == shown(snippet[node.span.start : node.span.end])


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_place_of_a_node_covers_the_places_of_its_parts(snippet: str) -> None:
    for node in parse(snippet).walk():
        for part in node.args:
            assert node.span.covers(part.span), (compact(node), compact(part))


def test_places_are_source_offsets_when_the_text_was_cut_out() -> None:
    source = "Q &amp; = 7 + 25"
    text = "Q & = 7 + 25"
    at = [0, 1, 2, *range(7, 17)]
    right = parse(text, at).args[1]
    assert Span(10, 16) == right.span
    assert ["7", "25"] == [source[part.span.start : part.span.end] for part in right.args]


@settings(max_examples=100)
@given(st.sampled_from(SNIPPETS), st.integers(1, 1000))
def test_places_move_with_the_text(snippet: str, offset: int) -> None:
    here, there = parse(snippet), parse(snippet, range(offset, offset + len(snippet) + 1))
    assert here == there
    for a, b in zip(here.walk(), there.walk(), strict=True):
        assert Span(a.span.start + offset, a.span.end + offset) == b.span


# ---------------------------------------------------------------- large and hostile texts

MANY, FEWER = 100_000, 15_000


@pytest.mark.parametrize(
    "text",
    [
        *(opener * MANY for opener in ("{", "[", "(", "|", "-", "\\frac", "\\sqrt", "\\")),
        *(
            opener * FEWER
            for opener in ("+", "_", "^", "&", "'", "\\hat", "\\left(", "x_", "x^", "e^{", "f(", "\\text{")
        ),
        *(
            opener * FEWER
            for opener in ("\\begin{bmatrix}", "\\begin{cases}", "a=", "a,", "1 ", "[1;", "[0,5; ", "\\sum_{")
        ),
        "[" * MANY + "1" + "]" * MANY,
        "{" * MANY + "x" + "}" * MANY,
        "+".join(["1"] * FEWER),
        "x" * 1_000_000,
        "9" * 1_000_000,
        "[" + "1, " * FEWER + "1]",
        "a(" * FEWER + ")" * FEWER,
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_line_is_read_without_exploding(text: str) -> None:
    assert_inside(parse(text), text)
