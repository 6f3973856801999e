"""JUnit XML: an article is a test suite, a claim is a test."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from derivations.model import Finding, Verdict
from derivations.verify.checked import Checked
from derivations.writers.reports.content import Report, clean, where

LAYOUT = str.maketrans({"\n": "&#10;", "\t": "&#9;"})


def render(report: Report) -> str:
    """All articles; wrong and carried claims fail, unchecked ones are skipped."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {_attributes(name='derivations', **_counts(report.articles, report))}>",
    ]
    for article in report.articles:
        lines.extend(_suite(article, report))
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(articles: Sequence[Checked], report: Report) -> dict[str, str]:
    findings = [finding for article in articles for finding in article.findings]
    errors = sum(bool(article.error) for article in articles)
    return {
        "tests": str(len(findings) + errors),
        "failures": str(sum(_fails(finding, report) for finding in findings)),
        "errors": str(errors),
        "skipped": str(sum(finding.verdict is Verdict.UNCHECKED for finding in findings)),
    }


def _fails(finding: Finding, report: Report) -> bool:
    return finding.verdict in (Verdict.WRONG, Verdict.CARRIED) or (
        report.strict and finding.verdict is Verdict.ROUNDING
    )


def _suite(article: Checked, report: Report) -> list[str]:
    lines = [f"  <testsuite {_attributes(name=article.source.path, **_counts([article], report))}>"]
    if article.error:
        case = _attributes(classname=article.source.path, name="article")
        lines.append(f"    <testcase {case}><error {_attributes(message=article.error)}/></testcase>")
    for finding in article.findings:
        lines.extend(_case(article, finding, report))
    lines.append(f"    <system-out>{_text(Report([article], report.version).coverage)}</system-out>")
    return [*lines, "  </testsuite>"]


def _case(article: Checked, finding: Finding, report: Report) -> list[str]:
    place = article.place(finding.span)
    name = f"{where(article, place).rpartition('/')[2]} {finding.name or finding.formula or finding.id}"
    path = article.source.path
    opened = f"    <testcase {_attributes(classname=path, name=name, file=path, line=str(place.line))}"
    if _fails(finding, report):
        details = _text("\n".join([finding.message, *finding.notes]))
        attributes = _attributes(type=finding.rule or "", message=finding.message)
        return [f"{opened}>", f"      <failure {attributes}>{details}</failure>", "    </testcase>"]
    if finding.verdict is Verdict.UNCHECKED:
        return [f"{opened}><skipped {_attributes(message=finding.message)}/></testcase>"]
    if finding.verdict is Verdict.ROUNDING:
        return [f"{opened}><system-out>{_text(finding.message)}</system-out></testcase>"]
    return [f"{opened}/>"]


def _attributes(**values: str) -> str:
    return " ".join(f'{name}="{escape(clean(value)).translate(LAYOUT)}"' for name, value in values.items())


def _text(text: str) -> str:
    return escape(clean(text), quote=False)
