"""A page as a notebook: the Markdown of the page, and after each step the code that computes it.

Outputs are stored as they come out when the cells are run from top to bottom, and the
same page gives the same file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from derivations import library
from derivations.writers.views import DIGITS, Page, Printed

Cell = dict[str, Any]


def notebook(page: Page, markdown: str) -> str:
    """The notebook, nbformat 4.5, of a page and its Markdown."""
    linked = re.sub(r"(\]\([\w./-]+)\.md\)", r"\1.ipynb)", markdown)
    cells = [cell | {"id": f"cell-{number}"} for number, cell in enumerate(_cells(page, linked), 1)]
    whole = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)


def _cells(page: Page, markdown: str) -> Iterator[Cell]:
    """The sections of the page in their order; the first code cell makes ``worked``."""
    head, *sections = re.split(r"^(?=## )", markdown, flags=re.MULTILINE)
    steps, count = iter(page.main.steps), 1
    yield _words(head)
    yield _code(f"import derivations\n\nworked = derivations.evaluate({_target(page)!r})", count)
    for section in sections:
        yield _words(section)
        printed = next(steps).printed if re.match(r"## \d+\. ", section) else None
        if printed:
            count += 1
            yield _code(_program(printed), count, "".join(" ".join(row) + "\n" for row in printed.rows))
    yield _code("print(all(check.passed for check in worked.checks))", count + 1, "True\n")


def _target(page: Page) -> str:
    """What ``evaluate`` is given: the id, or a user's own file beside the notebook."""
    return page.id if page.id in library.load_all() else f"{page.id}.toml"


def _program(printed: Printed) -> str:
    return f"for row in worked[{printed.name!r}].decimal({DIGITS}):\n    print(*row)"


def _words(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.strip().splitlines(keepends=True)}


def _code(program: str, count: int, output: str = "") -> Cell:
    lines = output.splitlines(keepends=True)
    shown = [{"name": "stdout", "output_type": "stream", "text": lines}] if lines else []
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "outputs": shown,
        "source": program.splitlines(keepends=True),
    }
