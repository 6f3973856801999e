"""The tables of this folder: snippets with what is expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ARROW = "⟼ "


@dataclass(frozen=True)
class Row:
    """A snippet and what is expected of it."""

    section: str
    line: int
    snippet: str
    expected: str

    def __str__(self) -> str:
        return f"{self.line}: {self.snippet[:40]}"


def table(name: str) -> list[Row]:
    """The rows of a table: blocks that end in a line with an arrow."""
    rows: list[Row] = []
    section, start = "", 0
    pending: list[str] = []
    for number, line in enumerate((HERE / name).read_text().splitlines(), 1):
        if line.startswith("## "):
            section, pending = line[3:], []
        elif line.startswith(ARROW):
            rows.append(Row(section, start, "\n".join(pending), line.removeprefix(ARROW)))
            pending = []
        elif line:
            start = start if pending else number
            pending.append(line)
    return rows
