"""Sums of exponentials in normal form.

A *sum* is ``Σ c · ∏ p^q · ∏ (ln p)^k · exp(E)`` with rational c, primes p,
fractions 0 < q < 1, integers k, and an exponent E that is again such a sum.  It is
kept as a dict from monomial to coefficient, so that equal things have equal
dicts: a difference with an empty dict proves equality.

When no logarithm occurs and every exponent is algebraic, a dict that is not
empty also proves the value to differ from 0: the numbers ∏ p^q are independent
over the rationals (Besicovitch 1940), and exponentials of distinct algebraic
numbers are independent over the algebraic numbers (Lindemann-Weierstrass).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from flint import arb, ctx, fmpq, fmpz

from derivations.exact.rational import LARGEST_FACTORED, UnfitError

LARGEST_PRODUCT = 5_000
"""Sums whose product would have more terms than this are left to SymPy, which does not expand."""
LARGEST_PROOF = 200_000
"""Terms that a proof of equality may multiply out."""
LARGEST_POWER = 4000
"""Whole powers up to here are written out."""
Factors = tuple[tuple[int, fmpq], ...]
T = TypeVar("T")
C = TypeVar("C", int, fmpq)
ZERO, ONE_Q = fmpq(0), fmpq(1)


class Monomial:
    """``∏ p^q · ∏ (ln p)^k · exp(E)``; all three parts are sorted tuples of pairs."""

    __slots__ = ("_hash", "_key", "exponent", "logs", "radical")

    def __init__(
        self,
        radical: Factors = (),
        logs: tuple[tuple[int, int], ...] = (),
        exponent: tuple[tuple[Monomial, fmpq], ...] = (),
    ) -> None:
        self.radical, self.logs, self.exponent = radical, logs, exponent
        self._key = (radical, logs, exponent)
        self._hash = hash(self._key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Monomial) and self._key == other._key)

    def __lt__(self, other: Monomial) -> bool:
        return self._key < other._key

    def __repr__(self) -> str:
        return f"Monomial{self._key}"


Sum = Mapping[Monomial, fmpq]
UNIT = Monomial()
ONE: Sum = {UNIT: ONE_Q}


# ---------------------------------------------------------------- monomials


@lru_cache(maxsize=1024)
def surd(radicand: int) -> Monomial:
    """The square root of a squarefree integer."""
    if radicand == 1:
        return UNIT
    return Monomial(tuple((int(prime), fmpq(1, 2)) for prime, _ in fmpz(radicand).factor()))


def radical_groups(monomial: Monomial) -> list[tuple[int, fmpq]]:
    """``2^{1/2} 3^{1/2}`` as ``6^{1/2}``: one integer for each power."""
    groups: dict[fmpq, int] = {}
    for prime, power in monomial.radical:
        groups[power] = groups.get(power, 1) * prime
    return [(base, power) for power, base in groups.items()]


def exponential(exponent: Sum) -> Monomial:
    """``exp(E)``; no logarithm is taken out of E."""
    return Monomial(exponent=tuple(sorted(exponent.items())))


def whole_part(factors: Mapping[int, fmpq]) -> tuple[Factors, fmpq]:
    """Prime powers as (the part with fractions below 1, the rational in front of it)."""
    kept, outside = [], ONE_Q
    for prime, power in sorted(factors.items()):
        whole = power.floor()
        if abs(whole) > LARGEST_POWER:
            raise UnfitError
        if whole != 0:
            outside *= fmpq(prime) ** int(whole)
        if power != whole:
            kept.append((prime, power - whole))
    return tuple(kept), outside


def merged(left: tuple[tuple[T, C], ...], right: tuple[tuple[T, C], ...]) -> tuple[tuple[T, C], ...]:
    """Two sorted tuples of (thing, count) with the counts of equal things added."""
    if not left or not right:
        return left or right
    counts: dict[Any, Any] = dict(left)
    for thing, count in right:
        counts[thing] = counts[thing] + count if thing in counts else count
    return tuple(sorted((thing, count) for thing, count in counts.items() if count))


def times(left: Monomial, right: Monomial) -> tuple[Monomial, fmpq]:
    """The product of two monomials and the rational that falls out of it (√2 · √2 = 2)."""
    if left is UNIT or right is UNIT:
        return (right if left is UNIT else left), ONE_Q
    radical, outside = left.radical or right.radical, ONE_Q
    if left.radical and right.radical:
        radical, outside = whole_part(dict(merged(left.radical, right.radical)))
    return Monomial(radical, merged(left.logs, right.logs), merged(left.exponent, right.exponent)), outside


def inverse(monomial: Monomial) -> tuple[Monomial, fmpq]:
    """One over a monomial, and the rational that falls out of it (1/√2 = √2/2)."""
    radical, outside = whole_part({prime: -power for prime, power in monomial.radical})
    logs = tuple((prime, -count) for prime, count in monomial.logs)
    return Monomial(radical, logs, tuple((term, -count) for term, count in monomial.exponent)), outside


def factored(value: fmpq) -> dict[int, fmpq]:
    """The primes of a positive rational and their whole powers."""
    if max(value.p, value.q) > LARGEST_FACTORED:
        raise UnfitError
    powers = {int(prime): fmpq(times) for prime, times in fmpz(value.p).factor()}
    return powers | {int(prime): fmpq(-times) for prime, times in fmpz(value.q).factor()}


# ---------------------------------------------------------------- sums


def plus(left: Sum, right: Sum) -> Sum:
    """The sum of two sums."""
    if not left or not right:
        return left or right
    terms = dict(left)
    for monomial, count in right.items():
        total = terms.get(monomial, ZERO) + count
        if total != 0:
            terms[monomial] = total
        else:
            del terms[monomial]
    return terms


def scaled(terms: Sum, factor: fmpq) -> Sum:
    """A sum times a rational."""
    return {monomial: count * factor for monomial, count in terms.items()} if factor != 0 else {}


def product(left: Sum, right: Sum, limit: int = LARGEST_PRODUCT) -> Sum:
    """The product of two sums, written out; UnfitError when it has more terms than the limit."""
    if left is ONE or right is ONE:
        return right if left is ONE else left
    if len(left) > 1 and len(right) > 1 and len(left) * len(right) > limit:
        raise UnfitError
    terms: dict[Monomial, fmpq] = {}
    for a, x in left.items():
        for b, y in right.items():
            monomial, outside = times(a, b)
            terms[monomial] = terms.get(monomial, ZERO) + x * y * outside
    return {monomial: count for monomial, count in terms.items() if count != 0}


def complete(terms: Sum) -> bool:
    """Whether a dict that is not empty proves the sum to differ from 0."""
    return all(
        not monomial.logs and all(not below.logs and not below.exponent for below, _ in monomial.exponent)
        for monomial in terms
    )


# ---------------------------------------------------------------- balls


@lru_cache(maxsize=4096)
def _monomial_ball(monomial: Monomial, _bits: int) -> arb:
    value = arb(1)
    for prime, power in monomial.radical:
        base = arb(prime)
        value *= base.sqrt() if power == fmpq(1, 2) else base ** arb(power)
    for prime, count in monomial.logs:
        value *= arb(prime).log() ** count
    if monomial.exponent:
        value *= sum_ball(dict(monomial.exponent)).exp()
    return value


def sum_ball(terms: Sum) -> arb:
    """A ball around a sum, at the present precision."""
    total, bits = arb(0), ctx.prec
    for monomial, count in terms.items():
        total += count if monomial is UNIT else _monomial_ball(monomial, bits) * count
    return total
