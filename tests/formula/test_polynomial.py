"""Polynomials in the names of sizes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.formula.polynomial import Polynomial

n, d, k = (Polynomial.of(name) for name in ("n", "d", "d_k"))


def test_equal_polynomials_are_equal_whatever_way_they_were_made() -> None:
    assert (n + d) * (n - d) == n * n - d * d
    assert n - n == Polynomial.of(0)
    assert hash(n * d + 1) == hash(d * n + 1)


@pytest.mark.parametrize(
    ("polynomial", "expected"),
    [
        (Polynomial.of(0), "0"),
        (n * n * k * 2 - n, "2 n^2 d_k - n"),
        (n * -1 + 3, "-n + 3"),
        (k * n, "n d_k"),
        (n * n + d * 5, "n^2 + 5 d"),
    ],
)
def test_polynomials_are_written_by_falling_degree_and_n_before_d(
    polynomial: Polynomial, expected: str
) -> None:
    assert expected == polynomial.tex()


def test_a_polynomial_has_a_value_where_all_sizes_are_given() -> None:
    assert Fraction(2 * 9 * 4 - 3) == (n * n * k * 2 - n).at({"n": 3, "d_k": 4})
    assert Polynomial.of(7).constant == 7
    assert n.constant is None
    with pytest.raises(KeyError):
        n.at({"d": 3})
