"""NumPy arrays as a reading: two axes always, nothing overflows, no silent nan."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest

from derivations.arrays import ARRAY
from derivations.model import DerivationError, Number

do = ARRAY.operations


def test_large_scores_do_not_overflow() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        weights = do["softmax"](np.array([[1000.0, 1000.0, -np.inf], [-2000.0, 0.0, 3.0]]))
        bent = do["silu"](np.array([[-1000.0, 1000.0]]))
    assert [0.5, 0.5, 0.0] == weights[0].tolist()
    assert 1.0 == pytest.approx(weights[1].sum())
    assert [0.0, 1000.0] == bent[0].tolist()


def test_every_result_has_two_axes() -> None:
    a = np.arange(6.0).reshape(2, 3)
    shapes = {
        name: do[name](a).shape
        for name in ("row_sum", "row_mean", "row_max", "column_sum", "total", "count_rows")
    }
    assert {
        "row_sum": (2, 1),
        "row_mean": (2, 1),
        "row_max": (2, 1),
        "column_sum": (1, 3),
        "total": (1, 1),
        "count_rows": (1, 1),
    } == shapes
    assert ((1, 1), (1, 3), (2, 1)) == (
        do["entry"](a, 1, 2).shape,
        do["row"](a, 2).shape,
        do["column"](a, 3).shape,
    )


def test_numbers_and_constants() -> None:
    assert [[1 / 3]] == ARRAY.number(Number("1/3", Fraction(1, 3))).tolist()
    assert [[np.pi]] == ARRAY.constant("pi").tolist()
    with pytest.raises(DerivationError, match="tau"):
        ARRAY.constant("tau")


def test_whole_numbers_are_known() -> None:
    assert (3, None, None) == (
        ARRAY.whole(np.array([[3.0]])),
        ARRAY.whole(np.array([[3.5]])),
        ARRAY.whole(np.array([[1.0, 2.0]])),
    )
