"""The right answers of a class as tables: CSV and JSON, each number with its tolerance."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from derivations.exercises.draw import VERSION
from derivations.exercises.sheets import Sheet
from derivations.writers.sheets.items import Item, items

COLUMNS = "student topic kind part title row column answer decimal tolerance points".split()


def answers_csv(sheets: Sequence[Sheet]) -> bytes:
    """One line for each number, letter or formula."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for sheet in sheets:
        writer.writerows(row for item in items(sheet) for row in _rows(item))
    return out.getvalue().encode()


def _rows(item: Item) -> Iterator[dict[str, object]]:
    facts: dict[str, object] = {
        "student": item.student,
        "topic": item.topic,
        "kind": item.kind,
        "part": item.view.number,
        "title": item.view.title,
        "points": item.view.points,
    }
    if not item.fields:
        yield facts | {"answer": item.answer}
    for field in item.fields:
        yield facts | {
            "row": field.row,
            "column": field.column,
            "answer": field.exact,
            "decimal": field.decimal,
            "tolerance": field.tolerance,
        }


def answers_json(sheets: Sequence[Sheet]) -> bytes:
    """The same as objects; ``answers`` is what ``derivations grade`` reads."""
    whole = [_student(sheet) for sheet in sheets]
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _student(sheet: Sheet) -> dict[str, Any]:
    found = list(items(sheet))
    return {
        "student": sheet.student.id,
        "version": VERSION,
        "seeds": [f"{exercise.seed:016x}" for exercise in sheet.exercises],
        "answers": {item.view.number: _answer(item) for item in found},
        "tolerances": {
            item.view.number: [field.tolerance for field in item.fields] for item in found if item.fields
        },
        "points": {item.view.number: item.view.points for item in found},
    }


def _answer(item: Item) -> str | list[list[str]]:
    if not item.fields:
        return item.answer
    if not item.view.rows:
        return [[field.exact for field in item.fields]]
    known = {(field.row, field.column): field.exact for field in item.fields}
    width = range(1, len(item.view.rows[0].cells) + 1)
    return [[known.get((row.number, at), "") for at in width] for row in item.view.rows]
