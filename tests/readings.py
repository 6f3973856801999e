"""One formula in five readings, for the tests of everything that evaluates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from derivations.arrays import ARRAY
from derivations.evaluate import define, evaluate
from derivations.exact import BALL, EXACT, precision
from derivations.formula import parse
from derivations.formula.cost import COUNT
from derivations.formula.reading import Reading
from derivations.formula.shapes import SHAPE
from derivations.model import Number

OO = "oo"
Rows = Sequence[Sequence[Any]]
NUMERIC: tuple[Reading[Any], ...] = (EXACT, BALL, ARRAY)
READINGS: tuple[Reading[Any], ...] = (*NUMERIC, SHAPE, COUNT)


def build(reading: Reading[Any], rows: Rows) -> Any:
    """A matrix of numbers in a reading; OO is -∞."""
    hidden = reading.operations["negative"](reading.constant("infinity"))
    return reading.assemble(
        [[hidden if x == OO else reading.number(Number(str(x), Fraction(x))) for x in row] for row in rows]
    )


def given(reading: Reading[Any], values: Mapping[str, Rows]) -> dict[str, Any]:
    """Several matrices by name."""
    return {name: build(reading, rows) for name, rows in values.items()}


def value(formula: str, values: Mapping[str, Rows], reading: Reading[Any], **options: Any) -> Any:
    """The value of a formula in a reading."""
    with precision(40):
        return evaluate(parse(formula), given(reading, values), reading, **options)


def defined(formula: str, shape: tuple[int, int], values: Mapping[str, Rows], reading: Reading[Any]) -> Any:
    """The value that a formula gives to its left side, in a reading."""
    with precision(40):
        return define(parse(formula), shape, given(reading, values), reading)


def numbers(found: Any, reading: Reading[Any]) -> np.ndarray:
    """A value as floats."""
    if reading is EXACT:
        return np.asarray(found.numpy(), dtype=float)
    if reading is BALL:
        return np.array([[float(x.mid()) for x in row] for row in found.tolist()])
    return np.asarray(found, dtype=float)


def expected_numbers(rows: Rows) -> np.ndarray:
    """Cells worked out by hand or with mpmath as floats."""
    return np.array(
        [
            [-np.inf if x == OO else float(mpmath.mpf(x) if isinstance(x, str) else x) for x in row]
            for row in rows
        ]
    )


def assert_everywhere(found: Mapping[str, Any], rows: Rows) -> None:
    """The values of all five readings, by name, are those rows, or their shape."""
    expected = expected_numbers(rows)
    for reading in NUMERIC:
        actual = numbers(found[reading.name], reading)
        assert expected.shape == actual.shape, reading.name
        np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-15, err_msg=reading.name)
    for reading in (SHAPE, COUNT):
        assert expected.shape == reading.shape(found[reading.name]), reading.name
