"""JSON: the contract for programs."""

from __future__ import annotations

import json
from typing import Any

from derivations.verify import contract
from derivations.writers.reports.content import UNSAFE, Report


def render(report: Report) -> str:
    """All articles as one JSON document, each claim on a line; nothing in it can control a terminal."""
    head = {
        "schema": contract.SCHEMA,
        "tool": "derivations",
        "version": report.version,
        "coverage": report.coverage,
    }
    return (
        escaped(_with_list(head, "articles", [_article(contract.article(each)) for each in report.articles]))
        + "\n"
    )


def _article(article: dict[str, Any]) -> str:
    claims = [_line(claim) for claim in article.pop("claims")]
    return _with_list(article, "claims", claims)


def _with_list(values: dict[str, Any], key: str, items: list[str]) -> str:
    """An object whose last value is a list of texts in JSON, one on each line."""
    body = "\n" + ",\n".join(items) + "\n" if items else ""
    return f'{_line(values)[:-1]}, "{key}": [{body}]}}'


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def escaped(text: str) -> str:
    """JSON whose strings hold no control characters."""
    return UNSAFE.sub(
        lambda match: match.group() if match.group() in "\n" else f"\\u{ord(match.group()):04x}", text
    )
