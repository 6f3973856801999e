"""SARIF 2.1.0, the OASIS format for results of analyses (sections in comments are those of the standard)."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derivations.model import Edit, Finding, Span, Verdict
from derivations.verify.checked import Checked
from derivations.verify.rules import RULES
from derivations.writers.reports.content import Report, clean, faults, unchecked
from derivations.writers.reports.contract import escaped

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {
    Verdict.WRONG: "error",
    Verdict.CARRIED: "warning",
    Verdict.ROUNDING: "note",
    Verdict.UNCHECKED: "none",
}
ORDER = list(RULES)

Json = dict[str, Any]


def render(report: Report) -> str:
    """One run with a result for each finding that is not right."""
    run = {
        "tool": {"driver": _driver(report)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "artifacts": [{"location": {"uri": _uri(article)}} for article in report.articles],
        "results": [result for article in report.articles for result in _results(article, report)],
        "properties": {"coverage": report.coverage},
    }
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return escaped(json.dumps(whole, ensure_ascii=False, indent=1)) + "\n"


def _driver(report: Report) -> Json:
    rules = [
        {
            "id": id,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": f"{rule.checks} {rule.matters}"},
            "help": {"text": rule.text(id), "markdown": rule.markdown(id)},
        }
        for id, rule in RULES.items()
    ]
    return {
        "name": "derivations",
        "version": report.version,
        "semanticVersion": report.version,
        "rules": rules,
    }


def _invocation(report: Report) -> Json:
    """Section 3.20: what could not be judged is a notification, not a result."""
    stopped = [article for article in report.articles if article.error]
    notifications = [
        {"level": "error", "message": {"text": clean(article.error)}, "locations": [_location(article, None)]}
        for article in stopped
    ]
    return {"executionSuccessful": not stopped, "toolExecutionNotifications": notifications}


def _results(article: Checked, report: Report) -> list[Json]:
    places = {finding.id: finding for finding in article.findings}
    unread = [
        _result("unread", "none", each.reason, article, each.span) | {"kind": "open"}
        for each in article.unread
    ]
    return [
        *(
            _of_finding(finding, places, article, report)
            for finding in [*faults(article), *unchecked(article)]
        ),
        *unread,
    ]


def _of_finding(finding: Finding, places: dict[str, Finding], article: Checked, report: Report) -> Json:
    level = "error" if report.strict and finding.verdict is Verdict.ROUNDING else LEVELS[finding.verdict]
    message = "\n".join([finding.message, *finding.notes])
    result = _result(finding.rule or "value-mismatch", level, message, article, finding.span)
    if finding.verdict is Verdict.UNCHECKED:
        result["kind"] = "open"  # 3.27.9: not decided; the level must then be none
    upstream = [places[id] for id in finding.upstream if id in places]
    if upstream:
        result["relatedLocations"] = [_related(at, each, article) for at, each in enumerate(upstream)]
    if finding.fix:
        result["fixes"] = [_fix(article, finding)]
    result["properties"] = {"verdict": str(finding.verdict)} | (
        {"cause": finding.cause} if finding.cause else {}
    )
    return result


def _result(rule: str, level: str, message: str, article: Checked, span: Span) -> Json:
    return {
        "ruleId": rule,
        "ruleIndex": ORDER.index(rule),
        "level": level,
        "message": {"text": clean(message)},
        "locations": [_location(article, span)],
    }


def _related(at: int, finding: Finding, article: Checked) -> Json:
    name = clean(finding.name or "a value")
    return {"id": at, **_location(article, finding.span), "message": {"text": f"carried from {name}"}}


def _location(article: Checked, span: Span | None) -> Json:
    physical: Json = {"artifactLocation": {"uri": _uri(article)}}
    if span is not None:
        physical["region"] = _region(article, span)
    return {"physicalLocation": physical}


def _region(article: Checked, span: Span) -> Json:
    """Lines and columns of the file, also in a notebook (3.30)."""
    line, column = article.source.place(span.start)
    end_line, end_column = article.source.place(span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": span.start,
        "charLength": len(span),
    }


def _fix(article: Checked, finding: Finding) -> Json:
    replacements = [_replacement(article, edit) for edit in finding.fix]
    change = {"artifactLocation": {"uri": _uri(article)}, "replacements": replacements}
    return {
        "description": {"text": "Replace by the right value in the author's notation"},
        "artifactChanges": [change],
    }


def _replacement(article: Checked, edit: Edit) -> Json:
    return {"deletedRegion": _region(article, edit.span), "insertedContent": {"text": edit.text}}


def _uri(article: Checked) -> str:
    """A path relative to the folder that the tool ran in, or an absolute file address (3.4)."""
    path = PurePath(article.source.path)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
