"""Single certified balls: precision, and functions of one or two balls.

Every ball holds the true value, whatever its width.  A ball that is too wide for an
operation (a divisor that may be 0) becomes nan, which holds everything; an operation
that is certainly impossible raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction

from flint import arb, ctx, fmpq

from derivations.model import DerivationError


@contextmanager
def precision(digits: int) -> Iterator[None]:
    """Compute with so many decimal digits, and a few bits to spare, inside a ``with``."""
    before = ctx.prec
    ctx.prec = int(digits * 3.33) + 16
    try:
        yield
    finally:
        ctx.prec = before


def ball(value: Fraction | int) -> arb:
    """A rational number, as tight as the present precision allows."""
    return arb(fmpq(value.numerator, value.denominator))


def refuse(x: arb, what: str) -> None:
    """Raise DerivationError for an infinite operand."""
    if infinite(x):
        raise DerivationError(f"{what} cannot take {'-∞' if x < 0 else '∞'}")


def infinite(x: arb) -> bool:
    """Whether a ball is -∞ or ∞ itself, not merely too wide to tell."""
    return not x.is_finite() and not x.is_nan()


def is_sharp(x: arb, digits: int) -> bool:
    """Whether a ball shows so many significant digits of what it holds; a point does, and so do -∞ and ∞."""
    return bool(infinite(x) or x == 0 or (x.is_finite() and x.rel_accuracy_bits() >= digits * 3.322))


def _ends(function: Callable[[arb], arb], x: arb) -> arb:
    """The image of a ball under a function that only rises or only falls."""
    return function(x.lower()).union(function(x.upper()))


def whole_power(x: arb, times: int) -> arb:
    """``x^n`` for an integer n.

    A ball around 0 stays finite, where FLINT gives nan, and an even power is not negative.
    """
    if not x.contains(0) or times in (0, 1):
        return x**times
    if times < 0:
        return 1 / whole_power(x, -times)
    if times % 2:
        return _ends(lambda end: end**times, x)
    return arb(0).union(x.abs_upper() ** times)


LONGEST = arb(10) ** 200
"""Integers beyond this are not written out: that may take more memory than there is."""


def integer(x: arb) -> int:
    """The integer that a ball is known to be.  Raises DerivationError for one that is too large to write."""
    if not abs(x) < LONGEST:
        raise DerivationError("an integer is too large to calculate with")
    return int(x.unique_fmpz() or 0)


def root(x: arb) -> arb:
    """The square root of what is not negative in a ball."""
    if x < 0:
        raise DerivationError("the square root of a negative number is not real")
    return x.nonnegative_part().sqrt()


def logarithm(x: arb) -> arb:
    """The natural logarithm; nan for a ball that reaches 0."""
    if x <= 0:
        raise DerivationError("the logarithm of a number that is not positive is not real")
    return x.log()


def divide(x: arb, y: arb) -> arb:
    """The quotient; DerivationError when the divisor is certainly 0."""
    if y == 0:
        raise DerivationError("division by zero")
    refuse(y, "a divisor")
    return x / y


def multiply(x: arb, y: arb) -> arb:
    """The product; 0 times ∞ is refused."""
    if (infinite(x) and y == 0) or (infinite(y) and x == 0):
        raise DerivationError("0 times -∞ has no value; add a mask of 0 and -∞ to the scores instead")
    return x * y


def add(x: arb, y: arb) -> arb:
    """The sum; ∞ - ∞ is refused."""
    if infinite(x) and infinite(y) and (x < 0) != (y < 0):
        raise DerivationError("∞ - ∞ has no value")
    return x + y


def power(x: arb, y: arb) -> arb:
    """``x^y``; DerivationError when it is certainly infinite or not real."""
    for part in (x, y):
        refuse(part, "power")
    if y.is_integer():
        if x == 0 and y < 0:
            raise DerivationError("division by zero: 0 to a negative power")
        return whole_power(x, integer(y))
    if x < 0:
        raise DerivationError(f"the power {y.str(5, radius=False)} of a negative number is not real")
    return root(x) if y == ball(Fraction(1, 2)) else x**y


def sigmoid(x: arb) -> arb:
    """``1 / (1 + e^{-x})``."""
    return 1 / (1 + (-x).exp())


def gelu(x: arb) -> arb:
    """``x/2 (1 + erf(x/√2))``."""
    return x / 2 * (1 + (x / arb(2).sqrt()).erf())


def exp(x: arb) -> arb:
    """``e^x``; ``exp(-∞) = 0``."""
    if infinite(x) and x > 0:
        refuse(x, "exp")
    return x.exp()
