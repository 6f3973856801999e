"""What a student has filled in: Markdown, a notebook, CSV or JSON -> text for each part.

Nothing is judged here, and nothing is executed: an answer is cells of text.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from derivations.exercises.roster import delimiter
from derivations.exercises.sheets import facts_of
from derivations.model import DerivationError, Source

REGION = re.compile(r"<!--\s*answer\s+(\S+?)\s*-->(.*?)<!--\s*end\s+\1\s*-->", re.DOTALL)
SECTION = re.compile(r"^#{2,6}\s+(\d+)\.\s(.*?)(?=^#{1,6}\s|\Z)", re.DOTALL | re.MULTILINE)
"""Where an editor has removed the comments, a part goes from its heading to the next one."""
TABLE = re.compile(r"^\s*\|", re.MULTILINE)
WORD = re.compile(r"^\*\*[^*\n]{1,40}[:：]\*\*", re.MULTILINE)
BLANK = re.compile(r"[\s_.…]*")
LINE = re.compile(r"(?:\\?_){2,}")
"""The line to write on."""
LONGEST = 20_000
"""Characters of one answer; nobody fills in more by hand."""


@dataclass(frozen=True)
class Answer:
    """One part as filled in: rows of cells, or one piece of text."""

    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    is_placed: bool = False
    """Whether each cell came with its row and column, so that missing ones are blanks."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return not self.text.strip(" _.…\n") and all(is_blank(cell) for row in self.rows for cell in row)


@dataclass(frozen=True)
class Answers:
    """The answers of one student."""

    path: str
    student: str
    parts: Mapping[str, Answer]
    origins: object = None
    """What the exercises were made from, where the file says it."""


def is_blank(cell: str) -> bool:
    """Whether a cell is empty, or holds only the line to write on."""
    return BLANK.fullmatch(cell.replace("$", "").replace("□", "").replace(r"\square", "")) is not None


def ending(path: str) -> str:
    """The end of the name of a file with answers.  Raises DerivationError for a file of another kind."""
    suffix = PurePath(path).suffix.lower()
    if suffix not in READERS:
        raise DerivationError(
            f"{path}: answers are read from {', '.join(READERS)}, not from {suffix or 'this'}"
        )
    return suffix


def read(source: Source) -> list[Answers]:
    """The answers in a file: one student's, or those of a whole class in a table.

    Raises DerivationError for a file that is nobody's answers.
    """
    suffix = ending(source.path)
    try:
        found = READERS[suffix](source)
    except json.JSONDecodeError as error:
        raise DerivationError(
            f"{source.path}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}; {EXPECTED[suffix]}"
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, csv.Error) as error:
        what = str(error) if isinstance(error, (ValueError, csv.Error)) else EXPECTED[suffix]
        raise DerivationError(f"{source.path}: the answers cannot be read: {what}") from error
    if not found:
        raise DerivationError(f"{source.path}: no answers found; expected a sheet with its answers filled in")
    return found


# ---------------------------------------------------------------- Markdown and notebooks


def _markdown(source: Source) -> list[Answers]:
    regions = dict(REGION.findall(source.text))
    if not regions:
        regions = {number: _answer_in(text) for number, text in SECTION.findall(source.text)}
    return [_of_regions(source, regions)] if regions else []


def _answer_in(section: str) -> str:
    """The table of a section, the paragraph that begins with the word for an answer, or the last formula."""
    if found := TABLE.search(section):
        return section[found.start() :]
    if found := WORD.search(section):
        return section[found.start() :].split("\n\n", maxsplit=1)[0]
    displays = re.findall(r"\$\$.*?\$\$", section, re.DOTALL)
    return displays[-1] if displays else section


def _of_regions(source: Source, regions: Mapping[str, str]) -> Answers:
    facts = facts_of(source) or {}
    parts = {number: _region(text[:LONGEST]) for number, text in regions.items()}
    return Answers(source.path, str(facts.get("student", "")), parts, facts.get("exercises"))


def _region(text: str) -> Answer:
    """The table of a region, else what stands there as text."""
    rows = [_split(line) for line in text.splitlines() if line.strip().startswith("|")]
    rows = [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    free = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("|")]
    written = _after_word("\n".join(free))
    if rows and not written.strip(" _.…"):
        return Answer(tuple(map(tuple, rows)))
    return Answer(text=written)


def _split(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace(r"\|", "|").strip().strip("*").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _after_word(text: str) -> str:
    """What stands after ``Answer:``, in any language, on the line of underscores."""
    found = re.match(r"\s*\*\*[^*\n]{1,40}\*\*\s*[:：]?(.*)", text, re.DOTALL)
    return LINE.sub(" ", found[1] if found else text).strip()


def _notebook(source: Source) -> list[Answers]:
    cells = json.loads(source.text)["cells"]
    texts = [
        "".join(cell["source"]) if isinstance(cell["source"], list) else str(cell["source"]) for cell in cells
    ]
    regions = dict(REGION.findall("\n\n".join(texts)))
    return [_of_regions(source, regions)] if regions else []


# ---------------------------------------------------------------- tables and JSON


def _csv(source: Source) -> list[Answers]:
    """Columns ``part`` and ``answer``; ``row`` and ``column`` for single cells, ``student`` for a class."""
    rows = list(csv.DictReader(source.text.splitlines(), delimiter=delimiter(source.text)))
    if not rows or "part" not in rows[0] or "answer" not in rows[0]:
        raise ValueError("expected a heading with the columns part and answer")
    return [
        Answers(
            source.path, student, {part: _of_cells(lines) for part, lines in _grouped(mine, "part").items()}
        )
        for student, mine in _grouped(rows, "student").items()
    ]


def _grouped(rows: list[dict[str, str]], column: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault((row.get(column) or "").strip(), []).append(row)
    return groups


def _of_cells(lines: list[dict[str, str]]) -> Answer:
    places = [(line.get("row") or "", line.get("column") or "") for line in lines]
    texts = [(line.get("answer") or "")[:LONGEST] for line in lines]
    if not all(i.isdigit() and j.isdigit() for i, j in places):
        return Answer(text=texts[0])
    cells = {(int(i), int(j)): text for (i, j), text in zip(places, texts, strict=True)}
    height, width = (min(max(at[side] for at in cells), 1000) for side in (0, 1))
    return Answer(
        tuple(tuple(cells.get((i, j), "") for j in range(1, width + 1)) for i in range(1, height + 1)),
        is_placed=True,
    )


def _json(source: Source) -> list[Answers]:
    """``{"student": "017", "answers": {"1": [["1", "2/3"]], "2": "B"}}``, or a list of these."""
    whole = json.loads(source.text)
    each: list[dict[str, Any]] = whole if isinstance(whole, list) else [whole]
    return [
        Answers(
            source.path, str(one.get("student", "")), {str(k): _of_json(v) for k, v in one["answers"].items()}
        )
        for one in each
    ]


def _of_json(value: Any) -> Answer:
    if isinstance(value, list):
        rows = value if value and all(isinstance(row, list) for row in value) else [value]
        return Answer(tuple(tuple(_cell(cell) for cell in row) for row in rows))
    return Answer(text=_cell(value))


def _cell(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST]


EXPECTED = {
    ".json": 'expected {"student": "017", "answers": {"1": [["1", "2/3"]], "2": "B"}}, or a list of these',
    ".ipynb": "expected a notebook with its list of cells",
    ".csv": "expected a heading with the columns part and answer",
}
READERS = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _markdown,
    ".ipynb": _notebook,
    ".csv": _csv,
    ".json": _json,
}
