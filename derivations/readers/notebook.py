"""Jupyter notebooks: every cell by its own reader, what it prints joined to what it printed.

Offsets are offsets into the .ipynb file, through all JSON escapes, so that a
number can be mended in place.  Lines and columns count inside a cell; outputs
count their lines on their own, from 1 (model.CellText).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivations.model import CellText, DerivationError, Source
from derivations.readers import code, functions, markdown, outputs, text
from derivations.readers.fragments import Passage, Piece, chained, in_cell
from derivations.readers.jsonplaces import Text, Value, load

_SHOWN = ("text/latex", "text/markdown", "text/plain")
"""What is taken of a result that comes in several forms, in this order."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its number from 1, its kind, its source, and its outputs as one text."""

    number: int
    kind: str
    source: Passage
    output: Passage


def read(source: Source) -> Iterator[Piece]:
    """All cells of a notebook.  Raises DerivationError if the file is no notebook."""
    known: functions.Functions = {}
    for cell in _cells(source):
        for piece in _pieces(cell, known):
            yield in_cell(piece, cell.number)


def cells(source: Source) -> tuple[CellText, ...]:
    """The texts of all cells with their places in the file."""
    found: list[CellText] = []
    for cell in _cells(source):
        run = cell.kind == "code"
        found.append(CellText(cell.number, cell.source.text, cell.source.at, is_program=run))
        if cell.output.text:
            found.append(CellText(cell.number, cell.output.text, cell.output.at, is_output=True))
    return tuple(found)


def _pieces(cell: Cell, known: functions.Functions) -> Iterator[Piece]:
    if cell.kind == "markdown":
        yield from markdown.scan(cell.source)
    elif cell.kind == "code":
        functions.learn(cell.source.text, known)
        program = functions.inlined(cell.source, known)
        yield from code.scan(program, "python")
        yield from outputs.pieces(program, cell.output)
    else:
        yield from text.scan(cell.source)


def _cells(source: Source) -> Iterator[Cell]:
    try:
        notebook = load(source.text)
    except ValueError as error:
        line, column = source.place(error.args[0])
        raise DerivationError(
            f"{source.path}:{line}:{column}: this is no notebook: JSON expected; save it again as .ipynb"
        ) from None
    for number, cell in enumerate(_list(notebook), 1):
        if isinstance(cell, dict):
            kind = cell.get("cell_type")
            written = cell.get("source", cell.get("input"))
            shown = cell.get("outputs")
            yield Cell(
                number, kind.passage.text if isinstance(kind, Text) else "", _text(written), _output(shown)
            )


def _list(notebook: Value) -> list[Value]:
    """The cells, also of the older format that keeps them in worksheets."""
    if not isinstance(notebook, dict):
        return []
    found = notebook.get("cells")
    if found is None and isinstance(notebook.get("worksheets"), list):
        sheets = notebook["worksheets"]
        assert isinstance(sheets, list)
        inner = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in inner if isinstance(cells, list) for cell in cells]
    return found if isinstance(found, list) else []


def _text(value: Value | None) -> Passage:
    """A string, or a list of strings that are one text."""
    parts = value if isinstance(value, list) else [value]
    return chained([part.passage for part in parts if isinstance(part, Text)])


def _output(value: Value | None) -> Passage:
    """All that a cell printed or showed as text, each output on lines of its own."""
    parts: list[Passage] = []
    for output in value if isinstance(value, list) else []:
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        forms = data if isinstance(data, dict) else output
        shown = next((forms[form] for form in (*_SHOWN, "text") if form in forms), None)
        passage = _text(shown)
        if passage.text:
            end = passage.at[-1]
            parts.append(
                passage if passage.text.endswith("\n") else Passage(passage.text + "\n", [*passage.at, end])
            )
    return chained(parts)
