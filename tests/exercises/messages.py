"""All words that sheets and feedback can print: what a catalogue has to translate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from derivations.writers import sheets, templates
from derivations.writers.sheets.marks import REMARKS
from derivations.writers.sheets.page import HEADINGS, MISPRINTS, TASKS, TITLES

TEMPLATES = ("exercise.md.j2", "exercise.tex.j2", "exercise.html.j2")


def messages() -> list[str]:
    """Each message once."""
    found = [
        *_of_templates(),
        *TASKS.values(),
        *MISPRINTS.values(),
        *REMARKS.values(),
        *TITLES.values(),
        *HEADINGS.values(),
        *_of_code(),
    ]
    return list(dict.fromkeys(found))


def _of_templates() -> Iterator[str]:
    environment = templates.environment("en")
    for name in TEMPLATES:
        text = (templates.folder() / name).read_text("utf-8")
        for _line, _function, message in environment.extract_translations(text):  # type: ignore[attr-defined]
            yield message if isinstance(message, str) else message[0]


def _of_code() -> Iterator[str]:
    """What is translated in the modules of the sheets, letter for letter."""
    assert sheets.__file__
    for path in sorted(Path(sheets.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translate":
                yield from (
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                )
