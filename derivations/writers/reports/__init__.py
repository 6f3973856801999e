"""Findings as reports: for people, for programs and for the places where authors work.

``REPORTS`` lists the formats; each is one function from a Report to its text.
Nothing that an article holds reaches a report uncleaned: see ``cleaning``.
"""

from __future__ import annotations

from importlib import import_module

from derivations.writers.reports.content import Report

__all__ = ["REPORTS", "Report", "render"]

REPORTS = {
    "text": "text",
    "json": "contract",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "html": "html",
}
"""Each format and the module here whose ``render`` writes it, imported when it is asked for."""


def render(report: Report, format: str) -> str:
    """A report in one of the formats."""
    text: str = import_module(f"{__name__}.{REPORTS[format]}").render(report)
    return text
