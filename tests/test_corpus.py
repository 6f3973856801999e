"""Every labelled article is judged as its labels say; every changed digit is found where it stands."""

from __future__ import annotations

import json

import pytest

from derivations.model import Span
from tests.corpus.figures import LANGUAGES, RATES, total
from tests.corpus.labels import Labelled, articles, read
from tests.corpus.mutations import mutants, outcome
from tests.corpus.scoring import disagreements, judge

ARTICLES = list(articles())
EVERY = 7
"""Of the numbers of an article, one in so many is changed here; `make corpus` changes all."""

by_name = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.name)


@by_name
def test_the_findings_are_as_labelled(article: Labelled) -> None:
    assert [] == list(disagreements(judge(article)))


@by_name
def test_a_changed_digit_is_the_one_number_that_is_wrong(article: Labelled) -> None:
    every = 1 if article.digits else EVERY
    others = [
        f"{mutant.source.place(mutant.place.start)}: {mutant.before} -> {mutant.after}: {said}"
        for mutant in mutants(judge(article), every)
        if (said := outcome(mutant)) != "found"
    ]
    assert bool(article.digits) == bool(others), others or "digits= is no limit any more"


# ---------------------------------------------------------------- the corpus itself


def test_there_is_enough_of_everything() -> None:
    verdicts = [label.verdict for article in ARTICLES for label in article.labels]
    assert len(ARTICLES) >= 60
    assert set(LANGUAGES) == {article.language for article in ARTICLES}
    assert all(verdicts.count(verdict) >= 5 for verdict in ("right", "wrong", "carried", "rounding"))
    assert {"md", "tex", "html", "ipynb", "txt", "jsx"} <= {
        article.name.rsplit(".")[-1] for article in ARTICLES
    }


@by_name
def test_no_mark_is_left_in_what_the_verifier_reads(article: Labelled) -> None:
    assert not set("⟪⟫¦") & set(article.source.text)


@by_name
def test_marks_stand_around_numbers(article: Labelled) -> None:
    for label in article.labels:
        assert all(
            any(c.isdigit() or c == "e" for c in article.source.text[s.start : s.end]) for s in label.spans
        )


@pytest.mark.parametrize("article", [a for a in ARTICLES if a.name.endswith("ipynb")], ids=lambda a: a.name)
def test_notebooks_are_notebooks_without_their_marks(article: Labelled) -> None:
    assert json.loads(article.source.text)["nbformat"] == 4


# ---------------------------------------------------------------- reading labels


def test_a_mark_gives_place_verdict_and_more() -> None:
    article = read(
        "en/a.md", '⟪about notation="lists"⟫\n$A = ⟪wrong 1,2 be=0.67,0.33 cause=sign¦[0.67, 0.43]⟫$'
    )
    (label,) = article.labels
    assert "$A = [0.67, 0.43]$" == article.source.text
    assert ("wrong", ((1, 2),), (("0.67", "0.33"),), "sign") == (
        label.verdict,
        label.cells,
        label.value,
        label.cause,
    )
    assert (Span(5, 17),) == label.spans


def test_pieces_of_one_value_are_joined() -> None:
    article = read("en/a.txt", "⟪about notation=grids⟫\n⟪right #q¦[1, 0]⟫ x\n⟪#q¦[0, 1]⟫ y")
    assert [(Span(0, 6), Span(9, 15))] == [label.spans for label in article.labels]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("⟪about notation=n⟫ ⟪right¦1", "never closed"),
        ("⟪about notation=n⟫ 1⟫", "⟫ without ⟪"),
        ("⟪about notation=n⟫ ⟪wrogn¦1⟫", "begins with one of right"),
        ("⟪about notation=n⟫ ⟪wrong 1.2¦1⟫", "'1.2' in"),
        ("⟪about notation=n⟫ ⟪wrong said=none¦1⟫", "need their reason"),
        ("⟪right¦1⟫", "says notation"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read("en/a.md", text)


# ---------------------------------------------------------------- comparing


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2 + 2 = ⟪right¦4⟫", ""),
        ("2 + 2 = ⟪right¦5⟫", "en/a.md:1:9: right, said wrong"),
        ("2 + 2 = ⟪wrong be=4¦5⟫", ""),
        ("2 + 2 = ⟪wrong be=6¦5⟫", "should be (('6',),)"),
        ("2 + 2 = ⟪wrong be=6 but=be¦5⟫", ""),
        ("2 + 2 = ⟪wrong be=4 but=be¦5⟫", "but=be is no limit any more"),
        ("2 + 2 = ⟪wrong cause=sign¦5⟫", "cause sign, said"),
        ("2 + 2 = ⟪none¦4⟫", ""),
        ("2 + 2 = ⟪none¦5⟫", "none, said wrong"),
        ("2 + 2 = ⟪right said=wrong¦5⟫", ""),
        ("2 + 2 = ⟪right said=none¦4⟫", "said=none is no limit any more"),
        ("2 + 2 = 5", "no claim, said wrong"),
        ("nothing, but ⟪wrong¦5⟫", "wrong, said none"),
    ],
)
def test_what_is_said_otherwise_is_told(text: str, told: str) -> None:
    found = list(disagreements(judge(read("en/a.md", f"⟪about notation=n limit=l⟫{text}"))))
    assert bool(told) == bool(found)
    assert told in "".join(found)


def test_a_finding_about_several_values_accuses_only_the_cells_it_names() -> None:
    article = read("en/a.md", "⟪about notation=n⟫$[1, 2] + [3, 4] = [⟪right¦4⟫, ⟪wrong¦7⟫]$")
    assert ["right", "wrong"] == [said.verdict for said in judge(article).said]


def test_a_claim_that_is_not_read_counts_as_missed_end_to_end() -> None:
    judged = [
        judge(read("en/a.md", "⟪about notation=n⟫2 + 2 = ⟪wrong¦5⟫, and ⟪wrong¦7⟫ too; 1 + 1 = ⟪right¦2⟫"))
    ]
    counts = total(judged)
    rates = {name: (counts[part], counts[whole]) for name, part, whole in RATES}
    assert (2, 3) == rates["coverage"]
    assert (1, 1) == rates["recall"]
    assert (1, 2) == rates["end-to-end recall"]
    assert (1, 1) == rates["precision"]


def test_only_articles_without_errors_are_changed() -> None:
    right = judge(read("en/a.md", "⟪about notation=n⟫2 + 2 = ⟪right¦4⟫, 1/8 = ⟪right¦0.125⟫"))
    wrong = judge(read("en/a.md", "⟪about notation=n⟫2 + 2 = ⟪wrong¦5⟫, 1/8 = ⟪right¦0.125⟫"))
    assert ["5", "0.225"] == [mutant.after for mutant in mutants(right)]
    assert [] == list(mutants(wrong))
