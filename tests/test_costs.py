"""Counts by hand, and costs that meet."""

from __future__ import annotations

import pytest

from derivations.costs import Cost, cost_of, crossing
from derivations.formula.polynomial import Polynomial
from derivations.model import FormulaError

N, D = Polynomial.of("n"), Polynomial.of("d")


def test_a_product_costs_its_inner_products() -> None:
    cost = cost_of(["S = Q K^T"], {"Q": ("n", "d"), "K": ("n", "d")})
    assert N * N * (D + D - 1) == cost.operations
    assert N * N == cost.memory


def test_results_are_used_again_without_being_counted_again() -> None:
    twice = cost_of(["A = X + X", "B = A + A + A"], {"X": ("n", "d")})
    assert N * D * 3 == twice.operations
    assert N * D * 3 == twice.memory  # A, A + A and B


def test_axes_may_be_products_and_numbers() -> None:
    cost = cost_of(["y = x W"], {"x": ("1", "3 d"), "W": ("3 d", "d")})
    assert D * (D * 3 + D * 3 - 1) == cost.operations


def test_for_each_position() -> None:
    assert Cost(N * 2 * N, N * D) == Cost(N * 2, D).times("n")


def test_a_formula_that_defines_nothing_is_refused() -> None:
    with pytest.raises(FormulaError, match="no definition"):
        cost_of(["Q K^T"], {"Q": ("n", "d"), "K": ("n", "d")})


def test_where_two_costs_are_equal() -> None:
    above, below = crossing(N * N * D * 4, N * D * D * 6 + N, "n")
    assert (D * D * 6 + 1, D * 4) == (above, below)
    with pytest.raises(ValueError, match="not linear in n"):
        crossing(N * N * N, N + 1, "n")
