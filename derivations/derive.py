"""Derivation + example -> values, in any reading, and the worked derivation with its checks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from derivations import checks, prove
from derivations.evaluate import Scope, define, evaluate, integer_of
from derivations.exact import EXACT
from derivations.formula import names, parse
from derivations.formula.reading import Reading
from derivations.model import (
    Cell,
    Derivation,
    DerivationError,
    Example,
    FormulaError,
    Input,
    Node,
    Rows,
    Step,
    Worked,
)

V = TypeVar("V")

MAX_CELLS = 250_000
"""The largest input matrix that is worked out, 500 × 500; a page shows far less."""


def work(derivation: Derivation, example: Example | None = None) -> Worked:
    """All steps of one example, exactly, each checked against the NumPy reference, and the proofs.

    Raises DerivationError, naming input or step, when the example does not fit.
    """
    example = example or derivation.examples[0]
    values = derive(derivation, example, EXACT)
    return Worked(derivation, example, values, checks.run(derivation, values), prove.prove_all(derivation))


def derive(derivation: Derivation, example: Example, reading: Reading[V]) -> dict[str, V]:
    """The values of all inputs and steps by name, in the order of the derivation."""
    sizes: dict[str, int] = {}
    values: dict[str, V] = {}
    for given in derivation.inputs:
        values[given.name] = _given(derivation, given, example, sizes, reading)
    _no_strangers(derivation, example)
    return _steps(derivation.steps, values, sizes, reading)


def _steps(
    steps: tuple[Step, ...], values: dict[str, V], sizes: dict[str, int], reading: Reading[V]
) -> dict[str, V]:
    scope = {**{name: _size(reading, size) for name, size in sizes.items()}, **values}
    for step in steps:
        try:
            value = define(formula_of(step), _expected(step, sizes), scope, reading)
        except DerivationError as error:
            raise DerivationError(f"step {step.name}: {_where(step.formula, error)}") from error
        _check_axes(step, reading.shape(value), sizes)
        scope[step.name] = values[step.name] = value
    return values


def _size(reading: Reading[V], size: int) -> V:
    return evaluate(parse(str(size)), {}, reading)


@lru_cache(maxsize=4096)
def formula_of(step: Step) -> Node:
    """The parsed formula of a step."""
    return parse(step.formula)


def _where(formula: str, error: DerivationError) -> str:
    if isinstance(error, FormulaError) and len(error.span):
        return f"{error} (in {formula[error.span.start : error.span.end]})"
    return str(error)


# ---------------------------------------------------------------- inputs


def _given(
    derivation: Derivation, given: Input, example: Example, sizes: dict[str, int], reading: Reading[V]
) -> V:
    if given.name not in example.values:
        needed = ", ".join(i.name for i in derivation.inputs)
        raise DerivationError(f"input {given.name} is missing; {derivation.id} needs {needed}")
    rows = _as_rows(given, example.values[given.name])
    _bind_sizes(given, (len(rows), len(rows[0])), sizes)
    return reading.assemble([[_cell(given.name, cell, reading) for cell in row] for row in rows])


def _as_rows(given: Input, value: Rows | Cell) -> Rows:
    """Rows of cells; a scalar becomes one cell, a flat list one row."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return [[value]]
    rows: Any = value.tolist() if hasattr(value, "tolist") else value
    if len(rows) and (isinstance(rows[0], str) or not hasattr(rows[0], "__len__")):
        rows = [rows]
    if not rows or not len(rows[0]):
        raise DerivationError(f"input {given.name} is empty; it needs at least one row and one column")
    lengths = [len(row) for row in rows]
    if len(set(lengths)) > 1:
        raise DerivationError(
            f"input {given.name}: rows of different lengths, {', '.join(map(str, lengths))}"
        )
    if sum(lengths) > MAX_CELLS:
        raise DerivationError(
            f"input {given.name} has {sum(lengths)} entries; at most {MAX_CELLS} are worked out"
        )
    return rows  # type: ignore[no-any-return]


def _bind_sizes(given: Input, shape: tuple[int, int], sizes: dict[str, int]) -> None:
    axes = {0: ("1", "1"), 1: ("1", *given.axes), 2: given.axes}[len(given.axes)]
    for axis, size, word in zip(axes, shape, ("rows", "columns"), strict=True):
        expected = _known(axis, sizes)
        if expected is None:
            sizes[axis] = size
        elif expected != size:
            whole = "×".join(axes)
            raise DerivationError(
                f"input {given.name} is {shape[0]}×{shape[1]}; "
                f"expected {whole} with {axis} = {expected} {word}"
            )


def _known(axis: str, sizes: Mapping[str, int]) -> int | None:
    """The size of an axis such as ``d_k``, ``3`` or ``h d_v``; None for a name met for the first time."""
    node = parse(axis)
    if node.kind == "name" and node.data not in sizes:
        return None
    number = integer_of(node, Scope({}, EXACT, sizes))
    return int(number)


Parsed = dict[str, Any]


def _cell(name: str, cell: Cell, reading: Reading[V]) -> V:
    """One entry: a number, or a formula such as ``1/2``, ``sqrt(2)``, ``ln(3)`` or ``x_{11}``."""
    if isinstance(cell, bool) or (not isinstance(cell, str | int | float) and not hasattr(cell, "numerator")):
        raise DerivationError(f'input {name}: {cell!r} is no number; write 1, "1/2", "sqrt(2)" or "ln(3)"')
    node = parse(_written(cell))
    try:
        if any(inner.kind in ("opaque", "matrix", "list", "relation", "statements") for inner in node.walk()):
            raise FormulaError("not a number or a formula", node.span)
        return evaluate(node, {}, reading, free=reading.symbol)
    except DerivationError as error:
        raise DerivationError(
            f'input {name}: cannot read {str(cell)!r}: {error}; write 1, "1/2", "sqrt(2)" or "ln(3)"'
        ) from error


def _written(cell: Cell | float) -> str:
    """A cell as a formula; a float means the decimal that it prints as."""
    return repr(float(cell)) if isinstance(cell, float) else str(cell)


def _no_strangers(derivation: Derivation, example: Example) -> None:
    known = {names.canonical(*names.parts(given.name)) for given in derivation.inputs}
    for name in example.values:
        if name not in known:
            raise DerivationError(
                f"{name!r} is no input of {derivation.id}; it takes {', '.join(sorted(known))}"
            )


# ---------------------------------------------------------------- axes


def _expected(step: Step, sizes: Mapping[str, int]) -> tuple[int, int]:
    axes = {0: ("1", "1"), 1: ("1", *step.axes), 2: step.axes}[len(step.axes)]
    known = [_known(axis, sizes) for axis in axes]
    return known[0] or 0, known[1] or 0


def _check_axes(step: Step, shape: tuple[int, int], sizes: dict[str, int]) -> None:
    """The value has the axes that the step promises; a new axis name takes its size from the value."""
    axes = {0: ("1", "1"), 1: ("1", *step.axes), 2: step.axes}[len(step.axes)]
    for axis, size in zip(axes, shape, strict=True):
        expected = _known(axis, sizes)
        if expected is None:
            sizes[axis] = size
        elif expected != size:
            raise DerivationError(
                f"step {step.name}: the value is {shape[0]}×{shape[1]}, its axes say {'×'.join(axes)} "
                f"({axis} = {expected})"
            )
