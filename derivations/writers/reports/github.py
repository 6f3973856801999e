"""GitHub annotations: workflow commands that a runner shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.model import Finding, Span, Verdict
from derivations.verify.checked import Checked
from derivations.writers.reports.content import Report, clean, faults, unchecked

LEVELS = {
    Verdict.WRONG: "error",
    Verdict.CARRIED: "warning",
    Verdict.ROUNDING: "notice",
    Verdict.UNCHECKED: "notice",
}
DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """One command for each finding, and a notice with the coverage."""
    lines = [line for article in report.articles for line in _article(article, report)]
    lines.append(f"::notice title=derivations::{_data(report.coverage)}")
    return "\n".join(lines) + "\n"


def _article(article: Checked, report: Report) -> Iterator[str]:
    if article.error:
        yield f"::error file={_property(article.source.path)},title=derivations::{_data(article.error)}"
    for finding in [*faults(article), *unchecked(article)]:
        yield _finding(article, finding, report)
    for each in article.unread:
        yield f"::notice {_place(article, each.span)},title=unread::{_data(each.reason)}"


def _finding(article: Checked, finding: Finding, report: Report) -> str:
    level = LEVELS[finding.verdict]
    if report.strict and finding.verdict is Verdict.ROUNDING:
        level = "error"
    message = "\n".join([finding.message, *finding.notes])
    title = _property(f"{finding.verdict} [{finding.rule}]")
    return f"::{level} {_place(article, finding.span)},title={title}::{_data(message)}"


def _place(article: Checked, span: Span) -> str:
    """Lines of the file, also in a notebook: that is what the runner shows."""
    line, column = article.source.place(span.start)
    end_line, end_column = article.source.place(span.end)
    columns = f",col={column},endColumn={end_column}" if line == end_line else ""
    return f"file={_property(article.source.path)},line={line},endLine={end_line}{columns}"


def _data(text: str) -> str:
    return clean(text).translate(DATA)


def _property(text: str) -> str:
    return clean(text).translate(PROPERTY)
