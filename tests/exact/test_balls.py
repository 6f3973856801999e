"""Intervals through the operations: every value that the inputs allow stays inside."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import ctx

from derivations.exact import BALL, EXACT, ball_interval, precision
from derivations.model import DerivationError, Number

LOW = [[Fraction(1, 2), Fraction(-1, 4)], [Fraction(-1), Fraction(9, 10)]]
WIDTH = Fraction(1, 10)

do = BALL.operations


def intervals() -> Any:
    return BALL.assemble([[ball_interval(low, low + WIDTH) for low in row] for row in LOW])


def corners() -> Any:
    """Points of the box: its corners and its middle."""
    for step in itertools.product((0, 1), repeat=4):
        yield [[LOW[i][j] + step[2 * i + j] * WIDTH for j in range(2)] for i in range(2)]
    yield [[low + WIDTH / 3 for low in row] for row in LOW]


OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda do, a: do["multiply"](a, do["transpose"](a)),
    lambda do, a: do["softmax"](a),
    lambda do, a: do["multiply"](do["softmax"](a), a),
    lambda do, a: do["hadamard"](a, a),
    lambda do, a: do["abs"](a),
    lambda do, a: do["relu"](a),
    lambda do, a: do["sqrt"](do["abs"](a)),
    lambda do, a: do["row_variance"](a),
    lambda do, a: do["row_max"](a),
    lambda do, a: do["sigmoid"](a),
    lambda do, a: do["gelu"](a),
    lambda do, a: do["tanh"](a),
    lambda do, a: do["sin"](a),
    lambda do, a: do["divide"](a, do["exp"](a)),
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_intervals_hold_every_value(operation: Callable[[Any, Any], Any]) -> None:
    with precision(20):
        wide = operation(do, intervals())
        for corner in corners():
            exact = operation(EXACT.operations, exact_matrix(corner))
            for ball, row in zip(wide.tolist(), exact.balls(30), strict=True):
                assert all(cell.overlaps(truth) for cell, truth in zip(ball, row, strict=True))


def exact_matrix(rows: Any) -> Any:
    return EXACT.assemble([[EXACT.number(Number("", cell)) for cell in row] for row in rows])


def test_a_softmax_of_intervals_is_as_narrow_as_it_can_be() -> None:
    """A weight is largest where its score is high and the others are low: 1/(1 + e^-0.85) here."""
    with precision(20):
        weight = do["softmax"](intervals())[0, 0]
    most, least = 1 / (1 + mpmath.exp(-0.85)), 1 / (1 + mpmath.exp(-0.65))
    assert float(most) == pytest.approx(float(weight.upper()), abs=1e-9)
    assert float(least) == pytest.approx(float(weight.lower()), abs=1e-9)


def test_an_even_power_around_zero_is_not_negative() -> None:
    with precision(20):
        square = do["power"](
            ball_interval(Fraction(-1, 10), Fraction(1, 5)), BALL.number(Number("2", Fraction(2)))
        )
    assert not square[0, 0].contains(Fraction(-1, 1000).numerator)
    assert float(square[0, 0].upper()) == pytest.approx(0.04, abs=1e-9)
    assert float(square[0, 0].lower()) == pytest.approx(0, abs=1e-9)


def test_a_divisor_that_may_be_zero_gives_no_answer_and_no_error() -> None:
    with precision(20):
        quotient = do["divide"](do["ones"](1, 1), ball_interval(-1, 1))
    assert not quotient[0, 0].is_finite()


def test_precision_is_put_back_even_after_an_error() -> None:
    before = ctx.prec
    with pytest.raises(DerivationError), precision(200):
        do["divide"](do["ones"](1, 1), do["zeros"](1, 1))
    assert before == ctx.prec
    with precision(200):
        assert ctx.prec > 600
