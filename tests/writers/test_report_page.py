"""The page of ``verify --format html``: findings in place, corrections beside them, nothing let loose."""

from __future__ import annotations

import json
import re

import pytest

from derivations.model import Edit, Finding, Source, Span, Unread, Verdict
from derivations.verify.checked import Checked, check
from derivations.verify.contract import article as contract
from derivations.verify.mending import mended
from derivations.writers import templates
from derivations.writers.reports import Report, render, values
from derivations.writers.reports.listing import Mark, Piece, Spot, Stretch, listing
from tests.corpus.labels import Labelled, articles
from tests.verify.judging import GIVEN, bmatrix
from tests.writers.report_pages import Element, by_id, lines, read, strangers

ARTICLES = list(articles())
QUERIES = bmatrix("1 2; 0 1; 0 0")
SCORES = bmatrix("5 2 0; 2 1 0; 0 0 0")
ARTICLE = (
    GIVEN
    + f"""
The queries are $Q = X W^Q = {QUERIES}$, so $Q Q^T = {SCORES}$.

$1/3 = 0.34$ and $U = R T = {bmatrix("1 2")}$ $\\heartsuit$ $\\operatorname{{softmax}}([1, 0]) = [0.6, 0.4]$

$1/8 = 0.125$
"""
)
"""Something of everything; by hand: Q = (1 2; 0 1; 1 3), QQ^T = (5 2 7; 2 1 3; 7 3 10)."""


def page(text: str, path: str = "docs/article.md") -> Element:
    return read(render(Report([check(Source(path, text))], "1.2.3"), "html"))


@pytest.fixture(scope="module")
def example() -> Element:
    return page(ARTICLE)


def cells(shown: Element) -> list[list[str]]:
    return [["".join(cell.text.split()) for cell in row.all("mtd")] for row in shown.all("mtr")]


def marked(shown: Element) -> list[str]:
    return ["".join(each.text.split()) for each in shown.all(name="marked")]


# ---------------------------------------------------------------- a finding and its place


def test_the_summary_counts_every_verdict(example: Element) -> None:
    tally = [each.words for each in example.one("ul", "tally").all("li")]
    assert ["6 claims", "✗2 wrong", "↳1 carried", "≈1 rounding", "?1 unchecked", "✓1 right"] == tally


def test_a_wrong_claim_is_marked_cell_by_cell(example: Element) -> None:
    (line,) = [each for each in example.all("div", "line") if "queries" in each.text]
    assert f"The queries are $Q = X W^Q = {QUERIES}$, so $Q Q^T = {SCORES}$." == line.one("code").source
    wrong = [each for each in line.all("mark") if "wrong" in each.classes]
    assert QUERIES == "".join(each.text for each in wrong)
    assert ["0", "0"] == [each.text for each in wrong if each.all(name="spot")]
    assert ["✗wrong 1", "↳carried 2"] == [each.words for each in line.all("a", "badge")]


def test_a_card_shows_what_is_printed_and_what_was_expected(example: Element) -> None:
    card = by_id(example)["a1-c1-card"]
    assert "✗ wrong claim 1, line 6" == card.one("h3").words
    printed, expected = card.one("figure", "printed"), card.one("figure", "expected")
    assert ([["1", "2"], ["0", "1"], ["0", "0"]], ["0", "0"]) == (cells(printed), marked(printed))
    assert ([["1", "2"], ["0", "1"], ["1", "3"]], ["1", "3"]) == (cells(expected), marked(expected))
    assert ["Q=", "Q=X\u2062WQ="] == [
        re.sub(r"\[.*|\s", "", each.one("math").text) for each in (printed, expected)
    ]


def test_a_card_shows_what_fix_would_write(example: Element) -> None:
    (code,) = by_id(example)["a1-c1-card"].all("code")
    assert ["0", "0"] == [each.text for each in code.all("del")]
    assert ["1", "3"] == [each.text for each in code.all("ins")]
    assert r"\\ 01 & 03 \end{bmatrix}$, so" in code.text


def test_carried_errors_and_their_origin_are_linked_both_ways(example: Element) -> None:
    ids = by_id(example)
    origin, carried = ids["a1-c1-card"], ids["a1-c2-card"]
    (there,) = [each for each in origin.all("p") if "Carried on to" in each.text]
    (back,) = [each for each in carried.all("p") if "Carried from" in each.text]
    assert ("#a1-c2", "#a1-c1") == (there.one("a").attributes["href"], back.one("a").attributes["href"])
    assert "Carried from Q, line 6" == back.words


def test_what_was_not_checked_says_why(example: Element) -> None:
    summary = next(each for each in example.all("details") if "Not checked" in each.text)
    assert ["unchecked", "unread"] == [each.classes.pop() for each in summary.all("li")]
    assert "is not given before here" in summary.text
    unread = by_id(example)["a1-u1-card"]
    assert r"\heartsuit" in next(each.text for each in example.all("div", "line") if "unread" in each.text), (
        unread.text
    )


def test_the_rules_that_occur_are_explained_once(example: Element) -> None:
    rules = [each.attributes["id"] for each in example.all("h3") if each.attributes["id"].startswith("rule-")]
    assert sorted(set(rules)) == sorted(rules)
    assert {"rule-value-mismatch", "rule-carried", "rule-rounding", "rule-unchecked", "rule-unread"} <= set(
        rules
    )
    assert "rule-shape-mismatch" not in rules


def test_an_article_without_claims_is_not_called_right() -> None:
    assert "No claim was found." in page("only words\n").text
    assert "Nothing wrong was found." in page("$3 + 4 = 7$\n").text


def test_an_excuse_that_is_not_needed_is_told() -> None:
    shown = page("<!-- derivations: ignore -->\n$3 + 4 = 7$\n")
    assert "remove the comment" in by_id(shown)["a1-n1-card"].text


def test_after_fix_the_page_says_so() -> None:
    before = check(Source("a.md", "$3 + 4 = 8$\n"))
    shown = read(render(Report([before], "1.2.3", mended=(mended(before),)), "html"))
    assert "Rewritten: a.md; no fault is left" in shown.one("main").text


def test_many_articles_have_a_table_and_those_without_fault_are_folded() -> None:
    checked = [check(Source(name, text)) for name, text in (("a.md", "$3 + 4 = 8$"), ("b.md", "$3 + 4 = 7$"))]
    stopped = Checked(Source("c.md", ""), error="c.md: stopped after 20 s")
    shown = read(render(Report([*checked, stopped], "1.2.3"), "html"))
    rows = [each.words for each in shown.one("tbody").all("tr")]
    assert "3 articles" == shown.one("h1").words
    assert ["a.md10000", "b.md00001", "c.md (not judged)00000"] == [row.replace(" 0", "0") for row in rows]
    first, second, third = (by_id(shown)[id] for id in ("a1", "a2", "a3"))
    assert [False, True] == ["Show the article" in each.text for each in (first, second)]
    assert "stopped after 20 s" in third.text


# ---------------------------------------------------------------- notebooks


def notebook(*found: tuple[str, str]) -> str:
    made = [
        {"cell_type": "code", "source": source, "outputs": [{"output_type": "stream", "text": [output]}]}
        for source, output in found
    ]
    return json.dumps({"cells": made, "nbformat": 4})


def test_a_notebook_is_shown_cell_by_cell() -> None:
    text = notebook(("import numpy as np", ""), ("a = np.array([1, 2])\nb = a * 3\nprint(b)", "[3 7]\n"))
    shown = page(text, "book.ipynb")
    assert "Cell 1: no claim on line 1" in shown.text
    assert ["Cell 2: no claim on lines 1 to 3", "Output of cell 2"] == [
        *(each.words for each in shown.all("summary") if "Cell 2" in each.text),
        *(each.words for each in shown.all("h3") if "cell 2" in each.words and "claim" not in each.words),
    ]
    card = by_id(shown)["a1-c1-card"]
    assert "✗ wrong claim 1, output of cell 2, line 1" == card.one("h3").words
    assert "[3 76]" == card.one("code").text


def test_what_is_written_into_a_notebook_is_shown_without_the_escapes_of_its_file() -> None:
    text = json.dumps({"cells": [{"cell_type": "markdown", "source": f"$X = {bmatrix('1 0; 0 1; 1 1')}$\n\n"
        f"$Y = X X^T = {bmatrix('1 0 1; 0 1 1')}$"}], "nbformat": 4})  # fmt: skip
    card = by_id(page(text, "book.ipynb"))["a1-c1-card"]
    assert bmatrix("1 0 1; 0 1 1; 1 1 2") == card.one("ins").text


# ---------------------------------------------------------------- nothing gets lost, nothing gets loose


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)
def test_every_claim_and_every_line_is_there(article: Labelled) -> None:
    checked = check(article.source)
    shown = read(render(Report([checked], "1.2.3"), "html"))
    ids = by_id(shown)
    for claim in contract(checked)["claims"]:
        assert claim["verdict"] in ids[f"a1-{claim['id']}"].classes
        if claim["verdict"] != "right":
            card = ids[f"a1-{claim['id']}-card"]
            assert claim["verdict"] in card.classes
            assert claim["message"] in card.text
    links = {each.attributes["href"] for each in shown.all("a")}
    assert {link[1:] for link in links} <= set(ids)
    assert [] == strangers(shown)
    texts = [cell.text for cell in checked.cells if cell.text] or [article.source.text]
    assert [line for text in texts for line in text.removesuffix("\n").split("\n")] == lines(shown)


EVIL = "</code></style></math><script>alert(1)</script><img src=x onerror=alert(1)> \" ' & &lt; <!-- ]]>"
UNSEEN = "\x00 \x1b[31m \u202etxet\u2066 \ufeff \x85 \u2028"
HOSTILE = [
    f"Text {EVIL} {UNSEEN}.",
    r"\newcommand{\evil}{<script>alert(2)</script>} \href{javascript:alert(3)}{x}",
    f"$\\text{{<b onclick=x>&{UNSEEN}}} = 1 + 1 = 3$ and $\\mathrm{{<i onclick=x>}} = 1 + 1 = 3$",
    "$\\mathrm{onclick} = 1$ and $\\mathrm{onclick} + 2 = 5$",
    "$\\evil + 2 = 5$ and $\\begin{bmatrix} <script> $ and $z = \\text{</mtext><script>} = 7$",
    "[link](javascript:alert(4)) <a href='javascript:alert(5)' onclick=x>$3 + 4 = 8$</a>",
]
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
NAME = '"><script>alert(0)</script>\u202e\x00\n.'


@pytest.mark.parametrize("format", ["md", "tex", "html", "txt", "ipynb"])
def test_an_article_injects_nothing(format: str) -> None:
    text = "\n\n".join(HOSTILE) + "\n"
    written = notebook((text, text)) if format == "ipynb" else text
    rendered = render(Report([check(Source(NAME + format, written), format)], "1.2.3"), "html")
    shown = read(rendered)
    assert [] == strangers(shown)
    css = "".join((templates.folder() / f"{name}.css").read_text("utf-8") for name in ("tutorial", "report"))
    assert css.split() == shown.one("style").text.split()
    expected = text.removesuffix("\n").split("\n")
    assert (expected * 2 if format == "ipynb" else expected) == lines(shown)
    assert "\\u202e" in shown.one("h1").text
    assert not CONTROL.search(rendered)


def test_hostile_words_come_as_far_as_the_formulas() -> None:
    """The test above says something only if they do."""
    shown = page("\n\n".join(HOSTILE) + "\n")
    assert any("onclick" in each.text for each in shown.all("math"))


@pytest.mark.parametrize("evil", [EVIL, UNSEEN, rf"\text{{{EVIL}}}", rf"\mathrm{{{UNSEEN}}}", "x" * 3000])
def test_a_finding_injects_nothing_whatever_it_holds(evil: str) -> None:
    """Each text of a finding is taken to be somebody else's."""
    text = "some words\n"
    fix = (Edit(Span(5, 7), evil),)
    findings = [
        Finding(f"c{at}", verdict, Span(at, at + 3), evil, evil, ((evil, "1"),), evil, "carried",
                ((evil, "2"),), ((evil, "2"),), ((1, 1),), notes=(evil,), fix=fix, upstream=("c1",))
        for at, verdict in enumerate(Verdict, 1)
    ]  # fmt: skip
    unread = (Unread(Span(0, 4), evil),)
    checked = Checked(Source(evil, text), tuple(findings), unread, error=evil)
    rendered = render(Report([checked], "1.2.3"), "html")
    assert [] == strangers(read(rendered))
    assert ["some words"] == lines(read(rendered))
    assert not CONTROL.search(rendered)


# ---------------------------------------------------------------- long texts


def text_of(stretch: Stretch) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in stretch.lines]


def test_lines_far_from_any_claim_are_folded() -> None:
    text = "".join(f"{at}\n" for at in range(1, 21))
    before, middle, after = listing(text, [Mark(text.index("10"), text.index("10") + 2, "wrong", "x")])
    assert [True, False, True] == [each.is_quiet for each in (before, middle, after)]
    assert [(1, 7), (8, 12), (13, 20)] == [(each.first, each.last) for each in (before, middle, after)]
    assert ["8", "9", "10", "11", "12"] == text_of(middle)


def test_a_fold_that_is_too_long_says_what_it_leaves_out() -> None:
    shown = page("quiet\n" * 5000 + "$3 + 4 = 8$\n")
    (fold,) = [each for each in shown.all("details") if "No claim" in each.text]
    assert "No claim on lines 1 to 4998" == fold.one("summary").words
    assert "The lines from 401 to 4998 are left out here." == fold.one("p").words
    assert 403 == len(lines(shown))


def test_a_long_line_is_cut_around_what_matters() -> None:
    text = "a" * 300_000 + "$3 + 4 = 8$" + "b" * 700_000
    rendered = render(Report([check(Source("a.md", text))], "1.2.3"), "html")
    assert len(rendered) < 30_000
    (line,) = read(rendered).all("div", "line")
    before, after = (each.text for each in line.all(name="cut"))
    left_out = [int(re.sub(r"\D", "", each)) for each in (before, after)]
    assert len(text) == sum(left_out) + len(line.one("code").source)
    assert re.fullmatch(r"a{100,}\$3 \+ 4 = 8\$b{100,}", line.one("code").source)


def test_ranges_that_overlap_show_the_graver_one() -> None:
    outer, inner = Mark(0, 9, "wrong", "outer"), Mark(3, 6, "right", "inner")
    (whole,) = listing("abcdefghij", [inner, outer], [Spot(4, 5)])
    (line,) = whole.lines
    assert ["abc", "d", "e", "f", "ghi", "j"] == [piece.text for piece in line.pieces]
    assert ["wrong"] * 5 + [""] == [piece.kind for piece in line.pieces]
    assert [False, False, True, False, False, False] == [piece.is_spot for piece in line.pieces]
    assert [(outer,), (inner,)] == [piece.begins for piece in line.pieces if piece.begins]


def test_a_mark_over_several_lines_leaves_columns_in_place() -> None:
    text = "[1, 2] x\n[3, 4] y\n"
    mark = Mark(1, text.index(", 4") + 3, "wrong", "x")
    (whole,) = listing(text, [mark])
    first, second = whole.lines
    assert (Piece("", begins=(mark,)), (mark,)) == (first.pieces[-1]._replace(kind=""), second.ends)
    assert ["[", "1, 2] x", ""] == [piece.text for piece in first.pieces]


# ---------------------------------------------------------------- values


def test_of_a_large_matrix_the_wrong_cell_is_shown() -> None:
    rows = [[str(100 * i + j) for j in range(1, 41)] for i in range(1, 41)]
    shown = read(values.printed("B", rows, {(30, 20)}).mathml)
    assert ["3020"] == marked(shown)
    found = cells(shown)
    assert len(found) < 12
    assert ("101", "4040") == (found[0][0], found[-1][-1])
    assert "⋮" in found[-2]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("1/2", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        ("3*sqrt(2)", "<mrow><mn>3</mn><mo>\u2062</mo><msqrt><mn>2</mn></msqrt></mrow>"),
        ("2*exp(1)", "<mrow><mn>2</mn><mo>\u2062</mo><mi>e</mi></mrow>"),
        ("exp(2)", "<msup><mi>e</mi><mn>2</mn></msup>"),
        ("-oo", "<mrow><mo>−</mo><mi>∞</mi></mrow>"),
    ],
)
def test_exact_values_are_written_as_in_a_textbook(cell: str, shown: str) -> None:
    assert shown in values.exactly([[cell]]).mathml


def test_what_is_no_formula_is_shown_as_it_stands() -> None:
    assert "\\begin{x}" in read(values.printed(None, [["\\begin{x}"]], ()).mathml).text


def test_a_formula_of_thousands_of_characters_is_dots() -> None:
    shown = values.expected("B", "+".join(["1"] * 5000), [["2"]], ())
    assert len(shown.mathml) < 200


def test_a_finding_that_lies_in_no_cell_is_not_lost() -> None:
    source = Source("a.ipynb", notebook(("a = 1", "1\n")))
    finding = Finding("c1", Verdict.WRONG, Span(0, 1), "a", None, (("1",),), "told")
    checked = Checked(source, (finding,), cells=check(source).cells)
    shown = read(render(Report([checked], "1.2.3"), "html"))
    assert "told" in by_id(shown)["a1-c1-card"].text
