"""A page for people: the article with its findings in place, and the corrected steps beside them.

One file without a script that needs no network.  The template holds the words; all
that comes from an article passes ``markup``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from derivations.model import Verdict
from derivations.verify.checked import Checked
from derivations.verify.rules import RULES, Rule
from derivations.writers import templates
from derivations.writers.reports import cards, markup, values
from derivations.writers.reports.cards import Card
from derivations.writers.reports.content import Report, mending
from derivations.writers.reports.listing import Mark, Spot, Stretch, listing
from derivations.writers.reports.passages import Passage

if TYPE_CHECKING:
    from jinja2 import Environment

SIGNS = {
    "right": "✓",
    "rounding": "≈",
    "carried": "↳",
    "wrong": "✗",
    "unchecked": "?",
    "unread": "…",
    "note": "i",
}
"""What stands beside the colour of each kind, so that nobody needs to see the colour."""
ORDER = (Verdict.WRONG, Verdict.CARRIED, Verdict.ROUNDING, Verdict.UNCHECKED, Verdict.RIGHT)
"""As the page counts them: what matters most stands first, also on a phone."""
FAULTS = ("wrong", "carried", "rounding")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim in the list of all claims."""

    id: str
    number: str
    kind: str
    text: Passage
    line: int
    label: values.Shown | None
    message: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A text of an article, line by line."""

    text: Passage
    stretches: Sequence[Stretch]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is said about any of its lines."""
        return all(stretch.is_quiet for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its part of the page shows it."""

    id: str
    path: str
    tally: Sequence[tuple[str, int]]
    claims: Sequence[Claim]
    cards: Mapping[str, Card]
    texts: Sequence[Listed]
    error: str

    @property
    def faults(self) -> list[Card]:
        """What is said against it."""
        return [card for card in self.cards.values() if card.kind in FAULTS]

    @property
    def others(self) -> list[Card]:
        """What was not checked, not read, or is only a remark."""
        return [card for card in self.cards.values() if card.kind not in FAULTS]

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to say about it."""
        return not self.cards and not self.error


def render(report: Report) -> str:
    """The whole page."""
    articles = [_article(each, f"a{at}") for at, each in enumerate(report.articles, 1)]
    filled = (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=articles[0].path if len(articles) == 1 else f"{len(articles)} articles",
            is_many=len(articles) > 1,
            articles=articles,
            claims=report.counts.total(),
            noun="claim" if report.counts.total() == 1 else "claims",
            tally=_tally(report.counts),
            coverage=report.coverage,
            mending=mending(report),
            rules=list(_rules(articles)),
            signs=SIGNS,
            version=report.version,
        )
    )
    return filled.strip() + "\n"


@cache
def _environment() -> Environment:
    """That of the other templates, with filters for what articles hold."""
    made = templates.environment("en").overlay()
    made.filters = made.filters | {"words": markup.words, "plain": markup.plain}
    return made


def _tally(counts: Mapping[Verdict, int]) -> list[tuple[str, int]]:
    return [(str(verdict), counts.get(verdict, 0)) for verdict in ORDER]


def _rules(articles: Sequence[Article]) -> Iterator[tuple[str, Rule]]:
    """The rules that the page mentions."""
    used = {card.rule for article in articles for card in article.cards.values()}
    return ((id, rule) for id, rule in RULES.items() if id in used)


def _article(article: Checked, id: str) -> Article:
    desk = cards.desk(article, id)
    return Article(
        id,
        article.source.path,
        _tally(article.counts),
        list(_claims(desk)),
        {card.id: card for card in cards.cards(desk)},
        list(_listed(desk)),
        article.error,
    )


def _claims(desk: cards.Desk) -> Iterator[Claim]:
    for finding in desk.article.findings:
        text, line = cards.place(desk, finding.span)
        yield Claim(
            f"{desk.prefix}-{finding.id}",
            cards.number(finding.id),
            str(finding.verdict),
            text,
            line,
            values.claim(finding.name, finding.formula),
            finding.message if finding.verdict is not Verdict.RIGHT or finding.route else "",
        )


def _listed(desk: cards.Desk) -> Iterator[Listed]:
    marks: dict[int, list[Mark]] = defaultdict(list)
    spots: dict[int, list[Spot]] = defaultdict(list)
    for text, mark in cards.marks(desk):
        marks[id(text)].append(mark)
    for text, spot in cards.spots(desk):
        spots[id(text)].append(spot)
    for text in desk.texts:
        yield Listed(text, listing(text.text, marks[id(text)], spots[id(text)]))
