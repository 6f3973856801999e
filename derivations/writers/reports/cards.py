"""What a page says beside the place of a claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from derivations.formula.plain import plain_text
from derivations.model import Finding, Node, Span, Verdict
from derivations.verify.checked import Checked
from derivations.writers.reports import values
from derivations.writers.reports.content import UNUSED
from derivations.writers.reports.corrections import Correction, corrections
from derivations.writers.reports.listing import Mark, Spot
from derivations.writers.reports.passages import Passage, holding, passages
from derivations.writers.reports.values import Shown

MOST_SPOTS = 40
"""Wrong cells of one claim that are marked in the text."""
LONGEST_EXACT = 60
MOST_EXACT = 12
"""Exact values are shown if no cell has more characters, and there are no more cells."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A claim that another one comes from, or goes on to."""

    id: str
    name: str
    text: Passage
    line: int


class Values(NamedTuple):
    """What is printed, what was expected, and that exactly."""

    printed: Shown
    expected: Shown | None = None
    exactly: Shown | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One finding, an unread formula, or a comment that is not needed."""

    id: str
    kind: str
    number: str
    """Of a claim; empty for what is none."""
    text: Passage
    line: int
    message: str
    rule: str = ""
    notes: tuple[str, ...] = ()
    values: Values | None = None
    upstream: tuple[Neighbour, ...] = ()
    downstream: tuple[Neighbour, ...] = ()
    corrections: tuple[Correction, ...] = ()
    more: int = 0
    """How many further changes there are."""


class Desk(NamedTuple):
    """What writing the cards of an article takes."""

    article: Checked
    prefix: str
    """Keeps the ids of articles apart."""
    texts: Sequence[Passage]
    findings: Mapping[str, Finding]
    downstream: Mapping[str, Sequence[str]]
    """The claims that a wrong one is carried on to."""


def desk(article: Checked, prefix: str) -> Desk:
    """A desk for an article."""
    downstream: dict[str, list[str]] = {}
    for finding in article.findings:
        for id in finding.upstream:
            downstream.setdefault(id, []).append(finding.id)
    findings = {finding.id: finding for finding in article.findings}
    return Desk(article, prefix, passages(article), findings, downstream)


def marks(desk: Desk) -> list[tuple[Passage, Mark]]:
    """Everything that is pointed out in the texts of an article."""
    article = desk.article
    found = [(finding.span, str(finding.verdict), finding.id) for finding in article.findings]
    found += [(each.span, "unread", f"u{at}") for at, each in enumerate(article.unread, 1)]
    found += [(span, "note", f"n{at}") for at, span in enumerate(article.unused, 1)]
    return [_mark(desk, *each) for each in found]


def _mark(desk: Desk, span: Span, kind: str, id: str) -> tuple[Passage, Mark]:
    text = holding(desk.texts, span)
    start, end = text.local(span).start, text.local(span).end
    return text, Mark(start, end, kind, f"{desk.prefix}-{id}", number(id) if id in desk.findings else "")


def spots(desk: Desk) -> Iterator[tuple[Passage, Spot]]:
    """The wrong cells inside the claims, as far as it is known how to mend them."""
    for finding in desk.article.findings:
        inside = [edit.span for edit in finding.fix if _is_part(edit.span, finding.span)]
        for span in inside[:MOST_SPOTS]:
            text = holding(desk.texts, span)
            local = text.local(span)
            yield text, Spot(local.start, local.end)


def _is_part(part: Span, whole: Span) -> bool:
    return whole.covers(part) and part != whole


def number(id: str) -> str:
    """``3`` for the claim c3."""
    return id.removeprefix("c")


# ---------------------------------------------------------------- cards


def cards(desk: Desk) -> Iterator[Card]:
    """A card for everything but right claims, in the order of the marks."""
    for finding in desk.article.findings:
        if finding.verdict is not Verdict.RIGHT:
            yield _of_finding(desk, finding)
    for at, each in enumerate(desk.article.unread, 1):
        yield _plain(desk, f"u{at}", "unread", each.span, each.reason, "unread")
    for at, span in enumerate(desk.article.unused, 1):
        yield _plain(desk, f"n{at}", "note", span, UNUSED, "")


def _plain(desk: Desk, id: str, kind: str, span: Span, message: str, rule: str) -> Card:
    text, line = place(desk, span)
    return Card(f"{desk.prefix}-{id}", kind, "", text, line, message, rule)


def place(desk: Desk, span: Span) -> tuple[Passage, int]:
    """The text that holds a range of the file, and the line, from 1, on which it begins."""
    text = holding(desk.texts, span)
    return text, text.line(text.local(span).start)


def _of_finding(desk: Desk, finding: Finding) -> Card:
    text, line = place(desk, finding.span)
    places, more = corrections(finding.fix, desk.texts)
    return Card(
        f"{desk.prefix}-{finding.id}",
        str(finding.verdict),
        number(finding.id),
        text,
        line,
        finding.message,
        finding.rule or "",
        finding.notes,
        None if finding.verdict is Verdict.UNCHECKED else _values(finding),
        _neighbours(desk, finding.upstream),
        _neighbours(desk, desk.downstream.get(finding.id, ())),
        tuple(places),
        more,
    )


def _values(finding: Finding) -> Values:
    off = frozenset(finding.cells)
    printed = values.printed(finding.name, finding.stated, off)
    if not finding.expected:
        return Values(printed)
    opposite = off if _shape(finding.expected) == _shape(finding.stated) else frozenset()
    digits = finding.expected_decimal or finding.expected
    expected = values.expected(finding.name, finding.formula, digits, opposite)
    return Values(printed, expected, values.exactly(finding.expected) if _says_more(finding) else None)


def _shape(rows: values.Rows) -> list[int]:
    return [len(row) for row in rows]


def _says_more(finding: Finding) -> bool:
    """Whether the exact value is short enough to be read, and not what the digits say already."""
    cells = [cell for row in finding.expected or () for cell in row]
    short = len(cells) <= MOST_EXACT and all(len(cell) <= LONGEST_EXACT for cell in cells)
    return short and finding.expected_decimal not in (None, finding.expected)


def _neighbours(desk: Desk, ids: Sequence[str]) -> tuple[Neighbour, ...]:
    known = [desk.findings[id] for id in dict.fromkeys(ids) if id in desk.findings]
    return tuple(
        Neighbour(f"{desk.prefix}-{each.id}", _name(each), *place(desk, each.span)) for each in known
    )


def _name(finding: Finding) -> str:
    return plain_text(Node("name", (), finding.name)) if finding.name else ""
