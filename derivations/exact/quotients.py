"""Fractions of two sums of exponentials: the entries of the second carrier.

A fraction is not reduced to a unique form; two are equal when their cross products are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq

from derivations.exact.rational import UnfitError
from derivations.exact.sums import (
    LARGEST_POWER,
    LARGEST_PROOF,
    ONE,
    UNIT,
    ZERO,
    Monomial,
    Sum,
    complete,
    factored,
    inverse,
    merged,
    plus,
    product,
    scaled,
    sum_ball,
    surd,
    whole_part,
)
from derivations.model import DerivationError

DEEPEST_PRECISION = 20_000
"""Bits after which a sign counts as undecidable."""
LARGEST_SQUARE = 40
"""Terms of a denominator up to which its square is recognized."""


class Quotient(NamedTuple):
    """``numerator / denominator``; the denominator is ``ONE`` or has at least two terms."""

    numerator: Sum
    denominator: Sum = ONE


NOTHING = Quotient({})


def constant(value: fmpq, radicand: int = 1) -> Quotient:
    """``value · √radicand``."""
    return Quotient({surd(radicand): value}) if value != 0 else NOTHING


def quotient(numerator: Sum, denominator: Sum) -> Quotient:
    """``numerator / denominator``, with a denominator of one term divided through.

    Raises DerivationError for a denominator that is 0 and UnfitError for one whose
    sign cannot be decided.
    """
    if not numerator and denominator:
        return NOTHING
    if denominator is ONE or denominator == ONE:
        return Quotient(numerator)
    if not denominator:
        raise DerivationError("division by zero")
    if len(denominator) > 1:
        return _reduced(numerator, denominator)
    ((monomial, count),) = denominator.items()
    turned, outside = inverse(monomial)
    return Quotient(product(numerator, {turned: outside / count}))


def _reduced(numerator: Sum, denominator: Sum) -> Quotient:
    """A rational multiple of the denominator is that rational."""
    if len(numerator) == len(denominator):
        monomial, count = next(iter(denominator.items()))
        ratio = numerator.get(monomial, ZERO) / count
        if ratio != 0 and all(numerator.get(term) == ratio * below for term, below in denominator.items()):
            return Quotient({UNIT: ratio})
    return Quotient(numerator, denominator)


def add(left: Quotient, right: Quotient) -> Quotient:
    """The sum; equal denominators stay as they are."""
    if not left.numerator or not right.numerator:
        return left if left.numerator else right
    if left.denominator is right.denominator or left.denominator == right.denominator:
        return quotient(plus(left.numerator, right.numerator), left.denominator)
    for small, large in ((left, right), (right, left)):
        if _is_square(large.denominator, small.denominator):
            raised = product(small.numerator, small.denominator)
            return quotient(plus(raised, large.numerator), large.denominator)
    above = plus(product(left.numerator, right.denominator), product(right.numerator, left.denominator))
    return quotient(above, product(left.denominator, right.denominator))


def _is_square(large: Sum, small: Sum) -> bool:
    """Whether one denominator is the square of the other, as in ``a - a²`` for a softmax weight a."""
    fits = len(small) < len(large) <= len(small) * (len(small) + 1) // 2
    return fits and len(small) <= LARGEST_SQUARE and product(small, small) == large


def negative(value: Quotient) -> Quotient:
    """The value with its sign turned."""
    return Quotient(scaled(value.numerator, fmpq(-1)), value.denominator)


def subtract(left: Quotient, right: Quotient) -> Quotient:
    """The difference."""
    return add(left, negative(right))


def multiply(left: Quotient, right: Quotient) -> Quotient:
    """The product; a factor that stands above and below is taken out."""
    if not left.numerator or not right.numerator:
        return NOTHING
    (a, b), (c, d) = left, right
    if a == d:
        a, d = ONE, ONE
    if c == b:
        c, b = ONE, ONE
    return quotient(product(a, c), product(b, d))


def divide(left: Quotient, right: Quotient) -> Quotient:
    """The quotient; DerivationError when the right side is 0."""
    if not right.numerator or (not complete(right.numerator) and sign(right) == 0):
        raise DerivationError("division by zero")
    return multiply(left, quotient(right.denominator, right.numerator))


def as_rational(value: Quotient) -> fmpq | None:
    """The value when it is rational on sight."""
    if not value.numerator:
        return ZERO
    return value.numerator.get(UNIT) if len(value.numerator) == 1 and value.denominator is ONE else None


def equal(left: Quotient, right: Quotient) -> bool:
    """Whether the two are proved equal; see ``complete`` for what False means."""
    if left.denominator == right.denominator:
        return left.numerator == right.numerator
    crossed = product(right.numerator, left.denominator, LARGEST_PROOF)
    return product(left.numerator, right.denominator, LARGEST_PROOF) == crossed


def power(base: Quotient, exponent: fmpq) -> Quotient:
    """A rational power; a fraction as exponent wants one positive term as base."""
    if exponent.q == 1:
        return _whole_power(base, int(exponent.p))
    if not base.numerator:
        if exponent < 0:
            raise DerivationError("division by zero: 0 to a negative power")
        return NOTHING
    if sign(base) < 0:
        what = "square root" if exponent == fmpq(1, 2) else f"power {exponent}"
        raise DerivationError(f"the {what} of a negative number is not real")
    if len(base.numerator) > 1 or len(base.denominator) > 1:
        raise UnfitError
    ((monomial, count),) = base.numerator.items()
    if monomial.logs:
        raise UnfitError
    primes = merged(tuple(factored(count).items()), monomial.radical)
    radical, outside = whole_part({prime: times * exponent for prime, times in primes})
    above = tuple((term, times * exponent) for term, times in monomial.exponent)
    return Quotient({Monomial(radical, (), above): outside})


def sqrt(value: Quotient) -> Quotient:
    """The square root of one term that is not negative."""
    return power(value, fmpq(1, 2))


def _whole_power(base: Quotient, times: int) -> Quotient:
    if abs(times) > LARGEST_POWER:
        raise UnfitError
    if times < 0:
        return divide(Quotient(ONE), _whole_power(base, -times))
    if len(base.numerator) == 1 and base.denominator is ONE:
        ((monomial, count),) = base.numerator.items()
        radical, outside = whole_part({prime: power * times for prime, power in monomial.radical})
        logs = tuple((prime, power * times) for prime, power in monomial.logs if times)
        above = tuple((term, power * times) for term, power in monomial.exponent if times)
        return Quotient({Monomial(radical, logs, above): outside * count**times})
    result = Quotient(ONE)
    for _ in range(times):
        result = multiply(result, base)
    return result


def exp(value: Quotient) -> Quotient:
    """``exp(a + b ln 2) = 2^b exp(a)``; UnfitError when the exponent is a fraction of sums."""
    if value.denominator is not ONE:
        raise UnfitError
    primes: dict[int, fmpq] = {}
    rest: dict[Monomial, fmpq] = {}
    for monomial, count in value.numerator.items():
        if (
            len(monomial.logs) == 1
            and monomial.logs[0][1] == 1
            and not (monomial.radical or monomial.exponent)
        ):
            primes[monomial.logs[0][0]] = count
        else:
            rest[monomial] = count
    radical, outside = whole_part(primes)
    return Quotient({Monomial(radical, (), tuple(sorted(rest.items()))): outside})


def ln(value: Quotient) -> Quotient:
    """The natural logarithm of one positive term; UnfitError for a sum of terms."""
    if sign(value) <= 0:
        raise DerivationError("the logarithm of a number that is not positive is not real")
    if len(value.numerator) > 1 or value.denominator is not ONE:
        raise UnfitError
    ((monomial, count),) = value.numerator.items()
    if monomial.logs:
        raise UnfitError
    terms = dict(monomial.exponent)
    for prime, times in merged(tuple(factored(count).items()), monomial.radical):
        terms[Monomial(logs=((prime, 1),))] = times
    return Quotient(plus(terms, {}))


# ---------------------------------------------------------------- one form for equal things


def canonical(value: Quotient) -> Quotient:
    """Whole coefficients without a common factor, and a smallest exponent of 0 below the line."""
    if value.denominator is ONE:
        return value
    above, below = value
    first = min(below, key=order)
    if first.exponent:
        turned, _ = inverse(Monomial(exponent=first.exponent))
        above, below = (product(terms, {turned: fmpq(1)}) for terms in (above, below))
    counts = [*above.values(), *below.values()]
    factor = fmpq(lcm(*(int(count.q) for count in counts)), _common(counts))
    if below[max(below, key=order)] < 0:
        factor = -factor
    return Quotient(scaled(above, factor), scaled(below, factor))


def _common(counts: Sequence[fmpq]) -> int:
    """What divides every coefficient once the denominators are cleared."""
    below = lcm(*(int(count.q) for count in counts))
    return gcd(*(int(count.p) * (below // int(count.q)) for count in counts))


@lru_cache(maxsize=4096)
def order(monomial: Monomial) -> tuple[Any, ...]:
    """Terms are written by rising exponent; plain numbers come before roots and logarithms."""
    exponent = float(sum_ball(dict(monomial.exponent)).mid()) if monomial.exponent else 0.0
    return exponent, len(monomial.logs), monomial.logs, len(monomial.radical), monomial.radical


# ---------------------------------------------------------------- balls and signs


def ball(value: Quotient) -> arb:
    """A ball around a quotient, at the present precision."""
    above = sum_ball(value.numerator)
    return above if value.denominator is ONE else above / sum_ball(value.denominator)


def sign(value: Quotient) -> int:
    """-1, 0 or 1.  UnfitError when no precision decides it."""
    if not value.numerator:
        return 0
    if len(value.numerator) == 1 and value.denominator is ONE:
        (count,) = value.numerator.values()
        return 1 if count > 0 else -1  # a monomial is positive, as ln 2 > 0
    before = ctx.prec
    try:
        ctx.prec = 64
        while ctx.prec <= DEEPEST_PRECISION:
            found = ball(value)
            if found > 0 or found < 0:
                return 1 if found > 0 else -1
            ctx.prec *= 2
    finally:
        ctx.prec = before
    raise UnfitError


def from_fraction(value: int | Fraction) -> Quotient:
    """A Python number."""
    return constant(fmpq(value.numerator, value.denominator))
