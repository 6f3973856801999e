"""Text for a terminal, as a good compiler writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from derivations.model import Finding, Span
from derivations.verify.checked import Checked
from derivations.writers.reports.content import UNUSED, Report, clean, faults, mending, unchecked, where
from derivations.writers.reports.excerpt import Excerpt, excerpt

COLOURS = {
    "wrong": "1;31",
    "carried": "1;33",
    "rounding": "1;36",
    "unchecked": "1;34",
    "unread": "1;34",
    "note": "1;34",
    "error": "1;31",
}
BOLD, DIM = "1", "2"
MOST_LINES = 3
"""Source lines shown of one finding."""
NEAR = 3
"""Lines within which the same fault is told once."""
RULE_COLUMN = 78
FAULT = ("verdict", "rule", "stated", "expected", "cells", "cause", "upstream")
"""What makes two findings the same fault."""


def render(report: Report) -> str:
    """All findings with their places, and the coverage line."""
    lines: list[str] = []
    for article in report.articles:
        lines.extend(_article(article, report))
    lines.append(report.coverage)
    lines.extend(mending(report))
    return "\n".join(lines) + "\n"


def _article(article: Checked, report: Report) -> Iterator[str]:
    if article.error:
        yield f"{_paint('error', 'error', report)}: {clean(article.error)}"
    for group in _groups(article):
        yield from _finding(article, group, report)
        yield ""
    for finding in unchecked(article):
        yield from _unchecked(article, finding, report)
    yield from _unread(article, report)
    for span in article.unused:
        yield f"{where(article, article.place(span))}: {_paint('note', 'note', report)}: {UNUSED}"


# ---------------------------------------------------------------- one finding


def _groups(article: Checked) -> list[list[Finding]]:
    """Findings; the same fault in places near to each other is one group."""
    groups: list[list[Finding]] = []
    alike: dict[tuple[object, ...], list[list[Finding]]] = {}
    for finding in faults(article):
        line = article.place(finding.span).line
        same = alike.setdefault(tuple(getattr(finding, part) for part in FAULT), [])
        for group in same:
            if group[0].name != finding.name and line - article.place(group[-1].span).line <= NEAR:
                group.append(finding)
                break
        else:
            same.append([finding])
            groups.append(same[-1])
    return groups


def _finding(article: Checked, group: Sequence[Finding], report: Report) -> Iterator[str]:
    finding, *same = group
    head = f"{where(article, article.place(finding.span))}: "
    verdict = str(finding.verdict)
    line = f"{head}{verdict}: {clean(finding.message)}"
    rule = f"[{finding.rule}]"
    gap = " " * max(2, RULE_COLUMN - len(line))
    message = clean(finding.message)
    painted = f"{_paint(verdict, verdict, report)}: {_paint(message, BOLD, report)}"
    yield f"{head}{painted}{gap}{_paint(rule, DIM, report)}"
    yield from _source_lines(article, finding, report)
    for note in finding.notes:
        yield _note(note, report)
    if same:
        places = [f"{_name(each)} ({_short(article, each)})" for each in same]
        yield _note(f"the same in {_joined(places)}", report)


def _name(finding: Finding) -> str:
    return clean(finding.name or "the value")


def _short(article: Checked, finding: Finding) -> str:
    place = article.place(finding.span)
    return f"{f'cell {place.cell}:' if place.cell else ''}{place.line}:{place.column}"


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _note(text: str, report: Report) -> str:
    return f"    {_paint('=', BOLD, report)} {clean(text)}"


def _source_lines(article: Checked, finding: Finding, report: Report) -> Iterator[str]:
    """The lines of the article that hold the fault, and carets under it."""
    marks = _marks(finding)
    numbered = [(article.place(span), span) for span in marks]
    shown = [(number, list(group)) for number, group in groupby(numbered, key=lambda each: each[0].line)]
    gutter = len(str(shown[min(len(shown), MOST_LINES) - 1][0])) if shown else 1
    yield f" {' ' * gutter} |"
    for number, group in shown[:MOST_LINES]:
        line = article.line(group[0][0], group[0][1].start)
        columns = [
            (place.column - 1, place.end_column - 1 if place.end_line == place.line else len(line))
            for place, _ in group
        ]
        found = excerpt(line, columns, report.width - gutter - 4)
        label = _label(finding, [span for _, span in group])
        yield from _drawn(found, str(number).rjust(gutter), label, report)


def _drawn(found: Excerpt, number: str, label: str, report: Report) -> Iterator[str]:
    yield f" {number} | {found.line}"
    yield f" {' ' * len(number)} | {_paint((found.carets + label).rstrip(), COLOURS['wrong'], report)}"


def _marks(finding: Finding) -> list[Span]:
    """The ranges to put carets under: the cells that are rewritten, or the whole value."""
    inside = [edit.span for edit in finding.fix if finding.span.covers(edit.span)]
    return sorted(inside) or [finding.span]


def _label(finding: Finding, spans: Sequence[Span]) -> str:
    texts = [edit.text for edit in finding.fix if edit.span in spans]
    if not texts or any(len(text) > 30 or "\n" in text for text in texts):
        return ""
    return " should be " + " ".join(map(clean, texts))


# ---------------------------------------------------------------- what was not checked


def _unchecked(article: Checked, finding: Finding, report: Report) -> Iterator[str]:
    verdict = _paint("unchecked", "unchecked", report)
    yield f"{where(article, article.place(finding.span))}: {verdict}: {clean(finding.message)}"
    for note in finding.notes:
        yield _note(note, report)


def _unread(article: Checked, report: Report) -> Iterator[str]:
    for each in article.unread:
        unread = _paint("unread", "unread", report)
        yield f"{where(article, article.place(each.span))}: {unread}: {clean(each.reason)}"


def _paint(text: str, colour: str, report: Report) -> str:
    code = COLOURS.get(colour, colour)
    return f"\x1b[{code}m{text}\x1b[0m" if report.colour and text else text
