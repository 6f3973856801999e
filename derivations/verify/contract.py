"""The JSON contract: an article after judgement as a dict of plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from derivations.model import Finding, Verdict
from derivations.verify.checked import Checked

SCHEMA = 1
VERDICTS = (Verdict.RIGHT, Verdict.ROUNDING, Verdict.CARRIED, Verdict.WRONG, Verdict.UNCHECKED)


def article(checked: Checked) -> dict[str, Any]:
    """One article of the contract; what lies beyond it is how many formulas were read, and what was not."""
    counts = {"claims": len(checked.findings)} | {
        str(verdict): checked.counts[verdict] for verdict in VERDICTS
    }
    found: dict[str, Any] = {
        "path": checked.source.path,
        "summary": counts,
        "claims": [claim(finding, checked) for finding in checked.findings],
        "formulas": checked.formulas,
        "unread": [_place(checked, each.span) | {"reason": each.reason} for each in checked.unread],
    }
    if checked.ignored:
        found["ignored"] = checked.ignored
    if checked.error:
        found["error"] = checked.error
    return found


def claim(finding: Finding, checked: Checked) -> dict[str, Any]:
    """One claim of the contract."""
    return {
        "id": finding.id,
        **_place(checked, finding.span),
        "name": finding.name,
        "formula": finding.formula,
        "stated": _rows(finding.stated),
        "expected": _rows(finding.expected) if finding.expected else None,
        "expected_decimal": _rows(finding.expected_decimal) if finding.expected_decimal else None,
        "verdict": str(finding.verdict),
        "route": finding.route,
        "rule": finding.rule,
        "cells": [list(cell) for cell in finding.cells],
        "cause": finding.cause,
        "upstream": list(finding.upstream),
        "message": finding.message,
    }


def _place(checked: Checked, span: Any) -> dict[str, int | None]:
    place = checked.place(span)
    return {
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "cell": place.cell,
    }


def _rows(rows: Iterable[Iterable[str]]) -> list[list[str]]:
    return [list(row) for row in rows]
