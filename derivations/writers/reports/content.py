"""What every format says: articles, counts, the coverage line, and cleaned text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from derivations.model import Edit, Finding, Verdict
from derivations.verify.checked import FAULTS, Checked, Place

WORDS = {
    Verdict.RIGHT: "right",
    Verdict.WRONG: "wrong",
    Verdict.CARRIED: "carried",
    Verdict.ROUNDING: "rounding",
    Verdict.UNCHECKED: "unchecked",
}
"""The verdicts as a report counts them, in this order."""

UNUSED = "there is nothing to ignore here; remove the comment"
"""What is said of a comment that ignores nothing."""

UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, what turns the direction of writing, and what cannot be seen."""


@dataclass(frozen=True)
class Report:
    """What is reported, and how it may look."""

    articles: Sequence[Checked]
    version: str
    strict: bool = False
    colour: bool = False
    width: int = 100
    mended: tuple[Checked, ...] | None = None
    """The articles that were rewritten, as they are now; None if that was not asked for."""

    @cached_property
    def counts(self) -> Counter[Verdict]:
        """How many claims got each verdict, in all articles."""
        return sum((article.counts for article in self.articles), Counter())

    @property
    def coverage(self) -> str:
        """The line that every report ends with: nothing is silent."""
        counts = self.counts
        shown = [f"{counts[v]} {word}" for v, word in WORDS.items() if counts[v] or v is not Verdict.ROUNDING]
        formulas, unread = (sum(a.formulas for a in self.articles), sum(len(a.unread) for a in self.articles))
        ignored, stopped = sum(a.ignored for a in self.articles), sum(bool(a.error) for a in self.articles)
        line = f"{_many(counts.total(), 'claim')} · {' · '.join(shown)}"
        line += f"   {_many(formulas, 'formula')} read, {unread} unread"
        line += f", {ignored} ignored" if ignored else ""
        line += f", {_many(stopped, 'article')} not judged" if stopped else ""
        return line + (f"   {len(self.articles)} articles" if len(self.articles) > 1 else "")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def faults(article: Checked) -> list[Finding]:
    """The findings that say something is wrong, in document order."""
    return [finding for finding in article.findings if finding.verdict in FAULTS]


def unchecked(article: Checked) -> list[Finding]:
    """The claims that could not be checked."""
    return [finding for finding in article.findings if finding.verdict is Verdict.UNCHECKED]


def edits(findings: Sequence[Finding]) -> list[Edit]:
    """What mending these findings rewrites, each place once."""
    return sorted(
        {edit.span: edit for finding in findings for edit in finding.fix}.values(), key=lambda edit: edit.span
    )


def mending(report: Report) -> list[str]:
    """What ``--fix`` would do, or has done."""
    if report.mended is not None:
        return [*map(_rewritten, report.mended), *_unmended(report)]
    found = [finding for article in report.articles for finding in faults(article) if finding.fix]
    if not found:
        return []
    places = sum(len(edits(faults(article))) for article in report.articles)
    verb = "are" if len(found) > 1 else "is"
    return [
        f"With --fix: {_many(len(found), 'value')} in {_many(places, 'place')} {verb} rewritten; "
        "everything else stays as it is."
    ]


def _rewritten(article: Checked) -> str:
    left = len(faults(article))
    rest = f"; {left} {'faults are' if left > 1 else 'fault is'} left" if left else "; no fault is left"
    return f"Rewritten: {clean(article.source.path)}{rest}"


def _unmended(report: Report) -> Iterator[str]:
    done = {article.source.path for article in report.mended or ()}
    for article in report.articles:
        if faults(article) and article.source.path not in done:
            yield f"Not rewritten: {clean(article.source.path)}; no way was found that leaves fewer faults"


def where(article: Checked, place: Place) -> str:
    """``article.md:41:76``; in a notebook ``book.ipynb:cell 3:1:9``."""
    cell = f"cell {place.cell}:" if place.cell is not None else ""
    return f"{clean(article.source.path)}:{cell}{place.line}:{place.column}"


def clean(text: str) -> str:
    """Text without anything that a terminal would obey: ``\\x1b`` is shown, not sent."""
    return UNSAFE.sub(lambda match: _escape(match.group()), text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
