"""Polynomials in the names of sizes: what shapes and operation counts are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from derivations.formula import names

Monomial = tuple[tuple[str, int], ...]
"""Names with their powers, sorted: n²d is (("d", 1), ("n", 2)); the constant is ()."""


@dataclass(frozen=True)
class Polynomial:
    """A polynomial with rational coefficients; equal polynomials compare equal."""

    terms: frozenset[tuple[Monomial, Fraction]]

    @staticmethod
    def of(value: int | str | Polynomial) -> Polynomial:
        """A number, a name such as ``"d_k"``, or a polynomial as it is."""
        if isinstance(value, Polynomial):
            return value
        if isinstance(value, str):
            return Polynomial(frozenset({(((value, 1),), Fraction(1))}))
        return _collected({(): Fraction(value)})

    def __add__(self, other: Polynomial | int) -> Polynomial:
        terms = dict(self.terms)
        for monomial, coefficient in Polynomial.of(other).terms:
            terms[monomial] = terms.get(monomial, Fraction(0)) + coefficient
        return _collected(terms)

    def __sub__(self, other: Polynomial | int) -> Polynomial:
        return self + Polynomial.of(other) * -1

    def __mul__(self, other: Polynomial | int) -> Polynomial:
        terms: dict[Monomial, Fraction] = {}
        for left, a in self.terms:
            for right, b in Polynomial.of(other).terms:
                product = _product(left, right)
                terms[product] = terms.get(product, Fraction(0)) + a * b
        return _collected(terms)

    def at(self, sizes: Mapping[str, int]) -> Fraction:
        """The value for given sizes.  Raises KeyError for a size that is not given."""
        total = Fraction(0)
        for monomial, coefficient in self.terms:
            total += coefficient * prod(Fraction(sizes[name]) ** power for name, power in monomial)
        return total

    @property
    def constant(self) -> int | None:
        """The value of a polynomial without names; None for any other."""
        value = dict(self.terms)
        return int(value.get((), Fraction(0))) if set(value) <= {()} else None

    def tex(self) -> str:
        """As TeX, highest degree first: ``2 n^2 d_k - n``."""
        ordered = sorted(self.terms, key=lambda term: (-sum(power for _, power in term[0]), term[0]))
        text = " + ".join(_term_tex(monomial, coefficient) for monomial, coefficient in ordered)
        return text.replace("+ -", "- ") or "0"

    def __str__(self) -> str:
        return self.tex()


def _collected(terms: Mapping[Monomial, Fraction]) -> Polynomial:
    return Polynomial(frozenset((m, c) for m, c in terms.items() if c))


def _product(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted(powers.items()))


def _term_tex(monomial: Monomial, coefficient: Fraction) -> str:
    if not monomial:
        return str(coefficient)
    shown = " ".join(
        names.tex(name) + (f"^{power}" if power > 1 else "") for name, power in _teaching_order(monomial)
    )
    return shown if coefficient == 1 else f"-{shown}" if coefficient == -1 else f"{coefficient} {shown}"


def _teaching_order(monomial: Monomial) -> Monomial:
    """n before d, as papers write it."""
    return tuple(sorted(monomial, key=lambda factor: (factor[0] != "n", factor[0])))
