"""SymPy expressions: to and from the normal form, their balls, and when they vanish.

SymPy is imported when the first expression is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from derivations.exact import exponentials, quotients, sums
from derivations.exact.enclosures import whole_power
from derivations.exact.quotients import Quotient
from derivations.exact.rational import UnfitError
from derivations.exact.sums import Monomial, Sum, radical_groups
from derivations.model import DerivationError

if TYPE_CHECKING:
    import sympy


def sp() -> Any:
    """SymPy, imported on first use."""
    import sympy

    return sympy


# ---------------------------------------------------------------- from the normal form to SymPy


def rational(value: fmpq) -> sympy.Rational:
    """A FLINT rational as a SymPy one."""
    number: sympy.Rational = sp().Rational(int(value.p), int(value.q))
    return number


def monomial_expression(monomial: Monomial) -> sympy.Expr:
    """A monomial as a SymPy product."""
    lib = sp()
    factors = [lib.Pow(base, rational(power)) for base, power in radical_groups(monomial)]
    factors += [lib.log(prime) ** power for prime, power in monomial.logs]
    if monomial.exponent:
        factors.append(lib.exp(sum_expression(dict(monomial.exponent))))
    product: sympy.Expr = lib.Mul(*factors)
    return product


def sum_expression(terms: Sum) -> sympy.Expr:
    """A sum as a SymPy sum."""
    lib = sp()
    total: sympy.Expr = lib.Add(*(rational(count) * monomial_expression(m) for m, count in terms.items()))
    return total


def expression(value: Quotient) -> sympy.Expr:
    """A fraction of sums as a SymPy fraction, the one that is printed."""
    above, below = quotients.canonical(value)
    return sum_expression(above) if below is sums.ONE else sum_expression(above) / sum_expression(below)


# ---------------------------------------------------------------- from SymPy to the normal form


def read(value: sympy.Expr) -> Quotient:
    """A SymPy expression in normal form; UnfitError when it has none."""
    lib = sp()
    if value.is_Rational:
        return quotients.constant(fmpq(int(value.p), int(value.q)))
    if value is lib.E:
        return Quotient({sums.exponential(sums.ONE): sums.ONE_Q})
    if value.is_Add or value.is_Mul:
        return reduce(quotients.add if value.is_Add else quotients.multiply, map(read, value.args))
    if isinstance(value, lib.exp):
        return quotients.exp(read(value.args[0]))
    if isinstance(value, lib.log):
        return quotients.ln(read(value.args[0]))
    if isinstance(value, lib.tanh):
        return exponentials.tanh(read(value.args[0]))
    if value.is_Pow and value.exp.is_Rational:
        return quotients.power(read(value.base), fmpq(int(value.exp.p), int(value.exp.q)))
    raise UnfitError


# ---------------------------------------------------------------- balls

BALLS: Mapping[str, Callable[..., arb]] = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sin": lambda x: x.sin(),
    "cos": lambda x: x.cos(),
    "tan": lambda x: x.tan(),
    "tanh": lambda x: x.tanh(),
    "sinh": lambda x: x.sinh(),
    "cosh": lambda x: x.cosh(),
    "erf": lambda x: x.erf(),
    "Abs": abs,
    "Max": lambda *xs: reduce(lambda a, b: a.max(b), xs),
    "Min": lambda *xs: reduce(lambda a, b: a.min(b), xs),
    "Add": lambda *xs: sum(xs[1:], xs[0]),
    "Mul": lambda *xs: reduce(lambda a, b: a * b, xs),
    "Pi": arb.pi,
    "Exp1": arb.const_e,
}
"""SymPy's name of a function -> its certified enclosure."""


def ball(value: sympy.Expr, known: dict[Any, arb] | None = None) -> arb:
    """A ball around a SymPy expression, at the present precision.

    ``known`` holds the balls of parts that were met before, and may give balls for symbols.
    """
    known = {} if known is None else known
    if value not in known:
        known[value] = _new_ball(value, known)
    return known[value]


def _new_ball(value: sympy.Expr, known: dict[Any, arb]) -> arb:
    if value.is_Rational:
        return arb(fmpq(int(value.p), int(value.q)))
    if value.is_Symbol:
        raise DerivationError(f"{value.name} has no value, so there are no digits")
    if value.is_Pow:
        return _power_ball(ball(value.base, known), value.exp, known)
    name = type(value).__name__
    if name not in BALLS:
        raise DerivationError(f"there is no certified enclosure of {name}({', '.join(map(str, value.args))})")
    return BALLS[name](*(ball(part, known) for part in value.args))


def _power_ball(base: arb, exponent: sympy.Expr, known: dict[Any, arb]) -> arb:
    if exponent.is_Integer:
        return whole_power(base, int(exponent))
    if exponent.is_Rational and int(exponent.q) == 2:
        return whole_power(base.sqrt(), int(exponent.p))
    return base ** ball(exponent, known)
