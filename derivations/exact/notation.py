"""How exact entries are written: TeX for readers, text for SymPy, one line for terminals.

One set of functions writes a sum of exponentials; a ``Style`` says what a
fraction, a root and an exponential look like.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flint import fmpq

from derivations.exact import quotients, sums
from derivations.exact.expressions import sp
from derivations.exact.quotients import Quotient
from derivations.exact.sums import Monomial, Sum

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """The look of a notation."""

    infinity: str
    pi: str
    times: str
    plus: str
    minus: str
    fraction: Callable[[str, str, bool, bool], str]
    """Numerator, denominator, and whether each is more than one factor or term."""
    root: Callable[[int], str]
    power: Callable[[str, str], str]
    exponential: Callable[[str], str]
    logarithm: Callable[[int], str]
    group: Callable[[str], str]
    surd_below: bool
    """``1/√2`` rather than ``√2/2``."""
    ellipsis: str = ""
    """What follows digits that go on."""


def _tex_exponential(exponent: str) -> str:
    return "e" if exponent == "1" else f"e^{{{exponent}}}"


def _plain_exponential(exponent: str) -> str:
    if exponent == "1":
        return "e"
    return f"e^{exponent}" if exponent.isalnum() else f"e^({exponent})"


def _text_fraction(above: str, below: str, _sum: bool, below_many: bool) -> str:
    return f"{above}/({below})" if below_many else f"{above}/{below}"


TEX = Style(
    infinity=r"\infty",
    pi=r"\pi",
    times=" ",
    plus=" + ",
    minus=" - ",
    fraction=lambda above, below, _above_many, _below_many: rf"\frac{{{above}}}{{{below}}}",
    root=lambda radicand: rf"\sqrt{{{radicand}}}",
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    exponential=_tex_exponential,
    logarithm=lambda prime: rf"\ln {prime}",
    group=lambda text: rf"\left({text}\right)",
    surd_below=True,
    ellipsis=r"\ldots",
)
TEXT = Style(
    infinity="oo",
    pi="pi",
    times="*",
    plus=" + ",
    minus=" - ",
    fraction=_text_fraction,
    root=lambda radicand: f"sqrt({radicand})",
    power=lambda base, exponent: f"{base}**({exponent})",
    exponential=lambda exponent: f"exp({exponent})",
    logarithm=lambda prime: f"log({prime})",
    group=lambda text: f"({text})",
    surd_below=False,
)
PLAIN = Style(
    infinity="∞",
    pi="π",
    times="·",
    plus="+",
    minus="-",
    fraction=_text_fraction,
    root=lambda radicand: f"√{radicand}",
    power=lambda base, exponent: f"{base}^{exponent if exponent.isalnum() else f'({exponent})'}",
    exponential=_plain_exponential,
    logarithm=lambda prime: f"ln({prime})",
    group=lambda text: f"({text})",
    surd_below=True,
    ellipsis="…",
)

# ---------------------------------------------------------------- writing


def quotient_text(value: Quotient, style: Style) -> str:
    """One entry."""
    above, below = quotients.canonical(value)
    if below is sums.ONE:
        return sum_text(above, style)
    if len(above) == 1 and next(iter(above.values())) < 0:
        turned = quotient_text(Quotient(sums.scaled(above, fmpq(-1)), below), style)
        return "-" + turned
    top, bottom = sum_text(above, style), sum_text(below, style)
    if style is not TEX and len(above) > 1:
        top = style.group(top)
    return style.fraction(top, bottom, len(above) > 1, True)


def sum_text(terms: Sum, style: Style) -> str:
    """A sum, its terms in order."""
    if not terms:
        return "0"
    text = ""
    for monomial in _led_by_a_plus(sorted(terms, key=quotients.order), terms):
        count = terms[monomial]
        sign = ("-" if count < 0 else "") if not text else style.minus if count < 0 else style.plus
        text += sign + term_text(monomial, abs(count), style)
    return text


def _led_by_a_plus(monomials: list[Monomial], terms: Sum) -> list[Monomial]:
    """``e - 1`` rather than ``-1 + e``."""
    first = next((at for at, monomial in enumerate(monomials) if terms[monomial] > 0), 0)
    return [monomials[first], *monomials[:first], *monomials[first + 1 :]]


def term_text(monomial: Monomial, count: fmpq, style: Style) -> str:
    """A positive coefficient times a monomial."""
    above, below = int(count.p), int(count.q)
    groups = sums.radical_groups(monomial)
    under: list[str] = []
    if style.surd_below and len(groups) == 1:
        (base, power) = groups[0]
        below, power = _moved_below(base, power, below)
        groups = [(base, power)] if power > 0 else []
        under = [_root_text(base, -power, style)] if power < 0 else []
    roots = [_root_text(base, power, style) for base, power in groups]
    top = _factors(above, [*roots, *_transcendental(monomial, style)], style)
    if below == 1 and not under:
        return top
    many = below != 1 and bool(under)
    return style.fraction(top, _factors(below, under, style), False, many)


def _moved_below(base: int, power: fmpq, below: int) -> tuple[int, fmpq]:
    """``√2/4 = 1/(2 √2)`` and ``10^{2/3}/100 = 1/10^{4/3}``: (what is left below, the power of the base)."""
    while below % base == 0 and (power > 0 or power.q > 2):
        below, power = below // base, power - 1
    return below, power


def _root_text(base: int, power: fmpq, style: Style) -> str:
    return (
        style.root(base)
        if power == fmpq(1, 2)
        else style.power(str(base), term_text(sums.UNIT, power, style))
    )


@lru_cache(maxsize=4096)
def _transcendental(monomial: Monomial, style: Style) -> tuple[str, ...]:
    factors = []
    for prime, power in monomial.logs:
        name = style.logarithm(prime)
        factors.append(name if power == 1 else style.power(style.group(name), str(power)))
    if monomial.exponent:
        factors.append(style.exponential(sum_text(dict(monomial.exponent), style)))
    return tuple(factors)


def _factors(whole: int, factors: Sequence[str], style: Style) -> str:
    """``3 √2 e``: a 1 in front is left out."""
    if not factors:
        return str(whole)
    product = style.times.join(factors)
    if whole == 1:
        return product
    joined = style is PLAIN and not product[0].isdigit()
    return f"{whole}{'' if joined else style.times}{product}"


# ---------------------------------------------------------------- SymPy expressions


def expression_text(value: sympy.Expr, style: Style) -> str:
    """A SymPy expression; symbols come out as they are named."""
    return EXPRESSIONS[style](value)


def _expression_tex(value: sympy.Expr) -> str:
    names: Mapping[Any, str] = {symbol: symbol.name for symbol in value.free_symbols}
    text: str = sp().latex(value, symbol_names=names, ln_notation=True)
    return text


def _expression_plain(value: sympy.Expr) -> str:
    return str(value).replace("**", "^").replace("sqrt", "√").replace("log", "ln").replace("pi", "π")


EXPRESSIONS: Mapping[Style, Callable[[Any], str]] = {
    TEX: _expression_tex,
    TEXT: str,
    PLAIN: _expression_plain,
}
