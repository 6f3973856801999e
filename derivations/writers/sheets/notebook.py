"""Sheets as Jupyter notebooks with the metadata of nbgrader: answers are cells to fill in and to mark.

Format: nbformat 4.5; nbgrader's cell metadata, schema version 3.
"""

from __future__ import annotations

import json
import re
from typing import Any

from derivations.exercises.answers import REGION
from derivations.exercises.grading import numbered
from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.documents import render


def notebook(sheet: Sheet, is_key: bool) -> bytes:
    """The Markdown sheet, cut into cells: one for each answer, and what stands between."""
    text = render(sheet, "md", is_key)
    points = {each.number: each.part.points for each in numbered(sheet)}
    cells: list[dict[str, Any]] = []
    at = 0
    for found in REGION.finditer(text):
        cells.append(_cell(f"text-{found[1]}", text[at : found.start()], None))
        cells.append(_cell(f"answer-{found[1]}", found[0], points[found[1]]))
        at = found.end()
    cells.append(_cell("end", text[at:], None))
    whole = {
        "cells": cells,
        "metadata": {
            "derivations": sheet.line,
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _cell(id: str, text: str, points: int | None) -> dict[str, Any]:
    """A cell to mark, where there are points for it, else one that must stay as it is."""
    grader: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": id,
        "locked": points is None,
        "schema_version": 3,
        "solution": points is not None,
        "task": False,
    }
    if points is not None:
        grader["points"] = points
    lines = re.split(r"(?<=\n)", text.strip())
    return {
        "cell_type": "markdown",
        "id": id,
        "metadata": {"nbgrader": grader},
        "source": [line for line in lines if line],
    }
