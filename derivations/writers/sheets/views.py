"""What a sheet holds: frozen data, already as TeX or as prose, for templates to set."""

from __future__ import annotations

from dataclasses import dataclass

from derivations.writers.text import Escaped, TeX


@dataclass(frozen=True, slots=True)
class Given:
    """An input: its name, its value or its size, and what it holds."""

    name: TeX
    value: TeX
    meaning: str


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it is printed: its title, and ``left = formula = value``."""

    letter: str
    """Where steps can be chosen, the letter of this one."""
    title: str
    chain: TeX


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table to fill in; an empty cell is a blank."""

    number: int
    label: str
    """Its number, or what it is computed from, as prose."""
    cells: tuple[TeX, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option: mathematics, or else words."""

    letter: str
    tex: TeX
    words: str
    is_right: bool
    """Only on a key."""


@dataclass(frozen=True, slots=True)
class PartView:
    """One question, and on a key its answer."""

    number: str
    points: int
    title: str
    prompt: str
    formula: TeX
    name: TeX
    columns: tuple[str, ...]
    """Headings of the columns: numbers, or what they are computed from, as prose."""
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]
    hint: str
    more_lines: int
    """On paper, the lines to write on below the first where there is no table: several for a matrix."""
    answer: TeX
    """Empty on a sheet."""
    letter: str
    """The right option; empty on a sheet."""
    worked: TeX
    """How the answer comes about; empty on a sheet."""
    warnings: tuple[str, ...]
    """On a key: what known slips give instead."""


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """One exercise."""

    title: str
    task: str
    given: tuple[Given, ...]
    lines: tuple[Line, ...]
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet, or its key."""

    language: str
    student: str
    name: str
    is_key: bool
    line: Escaped
    """By which the sheet can be graded."""
    seeds: str
    version: int
    points: int
    exercises: tuple[ExerciseView, ...]
