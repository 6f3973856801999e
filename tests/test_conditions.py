"""Conditions and subscripts that depend on values: ranks, masks from a list of words, positions in a grid."""

from typing import Any

import numpy as np
import pytest

from derivations.arrays import ARRAY
from derivations.evaluate import define
from derivations.exact import BALL, EXACT, precision
from derivations.formula import parse
from derivations.formula.reading import Reading
from derivations.formula.tex import to_tex
from derivations.model import FormulaError

READINGS = [pytest.param(reading, id=reading.name) for reading in (EXACT, BALL, ARRAY)]
RANK = r"r_j = \sum_{i=1}^{n} \begin{cases} 1 & x_i > x_j \\ 0 & x_i \le x_j \end{cases}"


def made(formula: str, shape: tuple[int, int], reading: Reading[Any], **given: str) -> np.ndarray:
    """The value of a definition, with rows of formulas such as ``1, \\ln 2`` given."""
    with precision(40):
        scope = {name: define(parse(f"a = [{row}]"), (1, 1), {}, reading) for name, row in given.items()}
        value = define(
            parse(formula), shape, scope | {"n": define(parse("n = 3"), (1, 1), {}, reading)}, reading
        )
        rows, columns = reading.shape(value)
        cells = value.numpy() if reading is EXACT else value.tolist()
    return np.array([[float(cells[i][j]) for j in range(columns)] for i in range(rows)])


@pytest.mark.parametrize("reading", READINGS)
def test_values_are_compared_not_only_indices(reading: Reading[Any]) -> None:
    found = made(RANK, (1, 3), reading, x=r"\ln 2, \sqrt{2}, \frac{7}{10}")
    assert found.tolist() == [[2, 0, 1]]


def test_equal_values_that_look_different_are_equal() -> None:
    found = made(RANK, (1, 3), EXACT, x=r"\ln 4, 2 \ln 2, \sqrt{8} - 2 \sqrt{2}")
    assert found.tolist() == [[0, 0, 2]]


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(FormulaError, match="larger"):
        define(
            parse(RANK),
            (1, 3),
            {"x": EXACT.assemble([[EXACT.symbol(s) for s in "abc"]]), "n": three()},
            EXACT,
        )


def three() -> Any:
    return define(parse("n = 3"), (1, 1), {}, EXACT)


@pytest.mark.parametrize("reading", READINGS)
def test_a_subscript_may_be_an_entry(reading: Reading[Any]) -> None:
    """Looking up words by number."""
    found = made(r"y_j = x_{1, t_j}", (1, 3), reading, x=r"5, 7, 9", t="3, 1, 1")
    assert found.tolist() == [[9, 5, 5]]


def test_a_subscript_must_be_a_whole_number() -> None:
    with pytest.raises(FormulaError, match="t_j is not a whole number"):
        made(r"y_j = x_{1, t_j}", (1, 3), EXACT, x="5, 7, 9", t=r"\frac{1}{2}, 1, 1")


@pytest.mark.parametrize("reading", READINGS)
def test_rounding_down(reading: Reading[Any]) -> None:
    found = made(
        r"y_j = \left\lfloor \frac{j - 4}{2} \right\rfloor + x_{\lfloor (j + 1)/2 \rfloor}",
        (1, 3),
        reading,
        x="10, 20",
    )
    assert found.tolist() == [[8, 9, 19]]


def test_floor_survives_printing() -> None:
    formula = parse(r"\lfloor j/p \rfloor + \left\lfloor \frac{i - 1}{a} \right\rfloor")
    assert parse(to_tex(formula)) == formula
    assert not [node for node in formula.walk() if node.kind == "opaque"]
