"""Comments that ask to ignore a finding, in the languages of articles."""

import json

import pytest

from derivations.model import Source
from derivations.verify.checked import check
from tests.verify.judging import checked

WRONG = "$3 + 4 = 8$"


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("md", f"<!-- derivations: ignore value-mismatch -->\n{WRONG}"),
        ("md", f"<!-- derivations: ignore -->\n\n{WRONG}"),
        ("md", f"{WRONG} <!-- derivations: ignore value-mismatch -->"),
        ("md", f"<!-- derivations: ignore rounding, value-mismatch -->\n{WRONG}"),
        ("tex", f"% derivations: ignore value-mismatch\n{WRONG}"),
        ("tex", f"{WRONG} % derivations: ignore"),
        ("html", f"<!-- derivations: ignore value-mismatch --><p>{WRONG}</p>"),
        ("txt", "3 + 4 = 8   # derivations: ignore value-mismatch"),
    ],
)
def test_ignored(format: str, text: str) -> None:
    found = checked(text, format)
    assert ((), 1, ()) == (found.findings, found.ignored, found.unused)


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- derivations: ignore rounding -->\n{WRONG}",
        f"<!-- derivations: ignore -->\nwords\n{WRONG}",
        f"{WRONG}\n<!-- derivations: ignore -->",
        f"<!-- derivations: ignored -->\n{WRONG}",
        f"<!-- ignore -->\n{WRONG}",
    ],
)
def test_not_ignored(text: str) -> None:
    assert ["value-mismatch"] == [finding.rule for finding in checked(text).findings]


def test_in_a_cell_of_a_notebook() -> None:
    cell = {"cell_type": "markdown", "source": ["<!-- derivations: ignore -->\n", WRONG]}
    found = checked(
        json.dumps({"cells": [cell, {"cell_type": "markdown", "source": [WRONG]}]}, indent=1), "ipynb"
    )
    assert (1, [2]) == (found.ignored, [finding.cell for finding in found.findings])


def test_a_comment_that_ignores_nothing_is_told() -> None:
    found = checked("<!-- derivations: ignore rounding -->\n$3 + 4 = 7$\n")
    assert [1] == [found.place(span).line for span in found.unused]


def test_rules_of_the_settings() -> None:
    found = check(Source("a.md", WRONG), None, frozenset(["value-mismatch"]))
    assert ((), 1) == (found.findings, found.ignored)


def test_what_is_right_is_never_ignored() -> None:
    assert 1 == len(checked("<!-- derivations: ignore -->\n$3 + 4 = 7$").findings)
