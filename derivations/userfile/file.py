"""A user's TOML file, read key by key; a complaint names the line, what was read and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from math import isnan
from pathlib import PurePath
from typing import Any, NoReturn

from derivations import library
from derivations.formula import names, parse
from derivations.formula.tex import to_tex
from derivations.model import Derivation, DerivationError, Example, Input, Node, Rows, Source, Step
from derivations.userfile.formulas import (
    check_order,
    defined_name,
    is_elementwise,
    reference_of,
    unknown_axes,
)
from derivations.userfile.places import places
from derivations.userfile.words import canonical, is_word, kind, shape, unreadable

FIELDS = ("derivation", "title", "note", "tokens", "purpose", "source", "inputs", "steps")
STEP_FIELDS = ("name", "formula", "axes", "why", "title")
HOW = 'write 1, "1/2", "sqrt(2)" or "ln(3)"'


@dataclass(frozen=True)
class UserFile:
    """A TOML file that is being read."""

    source: Source

    # ------------------------------------------------------------ places

    def fail(self, message: str, *keys: str | int) -> NoReturn:
        """Raise DerivationError for the place of a key."""
        raise DerivationError(f"{self.source.path}:{self.line(*keys)}: {message}")

    def line(self, *keys: str | int) -> int:
        """The line of a key, or of the nearest thing around it."""
        while keys and keys not in self._places:
            keys = keys[:-1]
        return self._places.get(keys, 1)

    @cached_property
    def _places(self) -> Mapping[tuple[str | int, ...], int]:
        return places(self.source.text)

    def located(self, message: str) -> str:
        """A complaint about an input or a step, with its file and line."""
        if found := re.match(r"input (\S+?)[: ]", message):
            key = next((key for key in self.data.get("inputs", {}) if canonical(key) == found[1]), "")
            cell = re.search(r"cannot read '(.+?)':", message)
            line = self._line_of_text(cell[1], self.line("inputs", key)) if cell else self.line("inputs", key)
        elif found := re.match(r"step (\S+?):", message):
            line = self.line("steps", self._step_number(found[1]), "formula")
        else:
            line = self.line("inputs")
        return f"{self.source.path}:{line}: {message}"

    def _line_of_text(self, text: str, start: int) -> int:
        lines = self.source.text.splitlines()
        return next((at for at, line in enumerate(lines[start - 1 :], start) if text in line), start)

    def _step_number(self, name: str) -> int:
        return next((at for at, step in enumerate(self._steps) if step.name == name), 0)

    # ------------------------------------------------------------ the whole file

    @cached_property
    def data(self) -> dict[str, Any]:
        """The file as TOML."""
        try:
            data = tomllib.loads(self.source.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
            line = found[1] if found else str(self.source.text.count("\n") + 1)
            reason = str(error).split(" (at ")[0]
            hint = "" if "nclosed" in reason else '; texts, and names such as "W^Q", need quotes'
            what = f"not TOML: {reason[:1].lower()}{reason[1:]}{hint}"
            raise DerivationError(f"{self.source.path}:{line}: {what}") from error
        except RecursionError as error:
            raise DerivationError(
                f"{self.source.path}:1: not read: brackets are nested too deeply"
            ) from error
        self._only(data, FIELDS)
        return data

    def _only(self, table: Mapping[str, Any], known: Sequence[str], *keys: str | int) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
                self.fail(f"unknown key {key!r}; {hint}", *keys, key)

    def _text(self, key: str, table: Mapping[str, Any], *keys: str | int) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self.fail(f"{key} is {kind(value)}; expected a text in quotes", *keys, key)
        for piece in re.findall(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$", value):
            if unreadable(parse(piece)):
                self.fail(f"{key}: cannot read the formula ${piece}$; write \\$ for a dollar", *keys, key)
        return value

    def derivation(self) -> Derivation:
        """The derivation that the file names, or the one that its steps make."""
        if "derivation" in self.data and "steps" in self.data:
            self.fail("both derivation and steps; a file has one of them", "derivation")
        if "derivation" in self.data:
            return self._from_library()
        if "steps" not in self.data:
            self.fail(
                'neither derivation nor steps; write derivation = "self-attention" or a table [[steps]]'
            )
        steps = self._steps
        self._check_steps(steps)
        inputs = tuple(Input(name, tuple(map(str, shape(rows)))) for name, rows in self._values.items())
        return Derivation(
            id=PurePath(self.source.path).stem,
            title=self._text("title", self.data) or PurePath(self.source.path).stem,
            source=self._text("source", self.data),
            purpose=self._text("purpose", self.data),
            inputs=inputs,
            steps=steps,
            examples=(),
            reference=reference_of(steps),
        )

    def _from_library(self) -> Derivation:
        id = self._text("derivation", self.data)
        try:
            found = library.load(id)
        except DerivationError as error:
            self.fail(str(error), "derivation")
        known = [given.name for given in found.inputs]
        for key in self._inputs:
            if canonical(key) not in known:
                near = get_close_matches(canonical(key), known, 1)
                hint = f"did you mean {near[0]}?" if near else f"expected {', '.join(known)}"
                self.fail(f"{key!r} is no input of {id}; {hint}", "inputs", key)
        return found

    def example(self) -> Example:
        """The values of the file."""
        own = "steps" in self.data
        title = "The given values" if own else self._text("title", self.data) or "Values of one's own"
        tokens = self.data.get("tokens", [])
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            self.fail('tokens must be texts, such as ["the", "cat"]', "tokens")
        return Example("own", title, self._values, self._text("note", self.data), tuple(tokens))

    # ------------------------------------------------------------ inputs

    @property
    def _inputs(self) -> Mapping[str, Any]:
        inputs = self.data.get("inputs")
        if not isinstance(inputs, dict) or not inputs:
            self.fail("the table [inputs] is missing or empty; expected X = [[1, 0], [0, 1]]", "inputs")
        return inputs

    @cached_property
    def _values(self) -> dict[str, Rows]:
        values: dict[str, Rows] = {}
        for key, value in self._inputs.items():
            name = canonical(key)
            if not name:
                self.fail(f"{key!r} is no name for an input; names are like X, W^Q or d_k", "inputs", key)
            if name in values:
                self.fail(f"{key!r} is given twice", "inputs", key)
            values[name] = self._rows(key, value)
        return values

    def _rows(self, key: str, value: Any) -> Rows:
        rows = value if isinstance(value, list) else [[value]]
        if not rows or rows[0] == []:
            self.fail(f"input {key} is empty; it needs at least one row and one column", "inputs", key)
        if not isinstance(rows[0], list):
            rows = [rows]
        for at, row in enumerate(rows, 1):
            if not isinstance(row, list):
                self.fail(
                    f"input {key}, row {at} is {kind(row)}; expected a list such as [1, 0]", "inputs", key
                )
            if len(row) != len(rows[0]):
                lengths = f"row {at} has {len(row)} entries, row 1 has {len(rows[0])}"
                self.fail(f"input {key}: {lengths}; all rows must be equally long", "inputs", key)
            for cell in row:
                self._check_cell(key, cell)
        return rows

    def _check_cell(self, key: str, cell: Any) -> None:
        readable = isinstance(cell, int | float | str) and not isinstance(cell, bool)
        words = [node.data for node in parse(cell).walk() if is_word(node)] if isinstance(cell, str) else []
        if readable and not words and cell != "" and not (isinstance(cell, float) and isnan(cell)):
            return
        line = self._line_of_text(
            str(cell).lower() if isinstance(cell, bool) else str(cell), self.line("inputs", key)
        )
        shown = repr(cell) if readable else f"{kind(cell)}"
        raise DerivationError(
            f"{self.source.path}:{line}: input {key}: cannot read {shown} as a number; {HOW}"
        )

    # ------------------------------------------------------------ steps

    @cached_property
    def _steps(self) -> tuple[Step, ...]:
        tables = self.data.get("steps", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self.fail("steps must be tables; write [[steps]] before each", "steps")
        return tuple(self._step(at, table) for at, table in enumerate(tables))

    def _step(self, at: int, table: Mapping[str, Any]) -> Step:
        self._only(table, STEP_FIELDS, "steps", at)
        formula = self._text_without_dollars(at, table)
        tree = parse(formula)
        if bad := unreadable(tree):
            self.fail(f"cannot read {bad!r} in the formula {formula!r}", "steps", at, "formula")
        name = defined_name(tree)
        if not name:
            self.fail(
                f"the formula {formula!r} defines nothing; expected one such as S = X X^T",
                "steps",
                at,
                "formula",
            )
        stated = self._text("name", table, "steps", at)
        if stated and canonical(stated) != name:
            self.fail(f"the step is called {stated!r}, its formula defines {name}", "steps", at, "name")
        return Step(
            name=name,
            formula=to_tex(tree),
            axes=self._axes(at, table, tree),
            why=self._text("why", table, "steps", at),
            title=self._text("title", table, "steps", at) or f"${names.tex(name)}$",
        )

    def _text_without_dollars(self, at: int, table: Mapping[str, Any]) -> str:
        formula = table.get("formula", "")
        if not isinstance(formula, str) or not formula.strip():
            self.fail(
                'the step has no formula; expected one such as formula = "S = X X^T"', "steps", at, "formula"
            )
        return formula.strip().strip("$")

    def _axes(self, at: int, table: Mapping[str, Any], tree: Node) -> tuple[str, str]:
        axes = table.get("axes")
        if axes is None and is_elementwise(tree):
            what = f"the formula defines the entries of {defined_name(tree)}, but not how many there are"
            self.fail(f"{what}; add axes = [rows, columns] to the step", "steps", at, "formula")
        if axes is None:
            return unknown_axes(at)
        if not (isinstance(axes, list) and len(axes) == 2 and all(type(a) is int and a > 0 for a in axes)):
            self.fail("axes must be two sizes, such as axes = [4, 6]", "steps", at, "axes")
        return str(axes[0]), str(axes[1])

    def _check_steps(self, steps: tuple[Step, ...]) -> None:
        seen = dict.fromkeys(self._values, "an input")
        for at, step in enumerate(steps):
            if step.name in seen:
                self.fail(
                    f"{step.name} is already {seen[step.name]}; every name is defined once",
                    "steps",
                    at,
                    "formula",
                )
            seen[step.name] = "a step"
        at, complaint = check_order(steps)
        if complaint:
            self.fail(complaint, "steps", at, "formula")
