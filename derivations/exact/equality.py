"""Are two exact values equal?  Three answers: equal, different, or "agrees to N digits, no proof".

Balls that do not meet prove a difference; the normal form of exponential sums proves
equality and, where its theorem applies, difference (see ``sums``).  For SymPy
expressions the difference is expanded over a common denominator, within a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from derivations.exact import carriers, expressions, nested, quotients, reductions, sums
from derivations.exact.enclosures import precision
from derivations.exact.nested import Nested
from derivations.exact.rational import Rational, UnfitError
from derivations.exact.symbolic import Symbolic
from derivations.exact.values import Exact
from derivations.exact.weights import Mixture, Weights, identical
from derivations.formula.reading import shape_text

if TYPE_CHECKING:
    import sympy

PRECISIONS = (30, 120, 500)
"""Digits that are tried in turn to tell two numbers apart."""
SAMPLES = ((3, 7), (-5, 11), (13, 8))
"""Numerators and denominators from which values for symbols are made."""


class Answer(StrEnum):
    """What can be said of two values."""

    EQUAL = "equal"
    DIFFERENT = "different"
    CERTIFIED = "certified"


@dataclass(frozen=True, slots=True)
class Equality:
    """The answer, and what it rests on."""

    answer: Answer
    cell: tuple[int, int] | None = None
    """The first cell, counted from 1, that is proved different or, if CERTIFIED, not proved equal."""
    digits: int | None = None
    """CERTIFIED: how many digits agree."""
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("an equality has three answers; look at .answer")


def compare(left: Exact, right: Exact) -> Equality:
    """Compare two matrices entry by entry."""
    if left.shape != right.shape:
        reason = f"{shape_text(left.shape)} is not {shape_text(right.shape)}"
        return Equality(Answer.DIFFERENT, reason=reason)
    infinite = (left.hidden ^ right.hidden) | (left.unbounded ^ right.unbounded)
    if infinite:
        return _different(min(infinite), "one of the two is infinite")
    places = [place for place in _places(left) if place not in left.hidden | left.unbounded]
    if isinstance(left.data, Rational) and isinstance(right.data, Rational):
        return _compare_rationals(left.data, right.data, places)
    fast = isinstance(left.data, Weights | Mixture) and isinstance(right.data, Weights | Mixture)
    if fast and identical(left.data, right.data):
        return Equality(Answer.EQUAL)
    if not (left.is_numeric and right.is_numeric):
        return _compare_symbolic(left, right, places)
    return _compare_numbers(left, right, places)


def _places(value: Exact) -> Iterator[tuple[int, int]]:
    return ((i, j) for i in range(value.shape[0]) for j in range(value.shape[1]))


def _different(place: tuple[int, int], reason: str) -> Equality:
    return Equality(Answer.DIFFERENT, (place[0] + 1, place[1] + 1), reason=reason)


def _certified(place: tuple[int, int], digits: int) -> Equality:
    reason = f"agrees to {digits} digits, no proof"
    return Equality(Answer.CERTIFIED, (place[0] + 1, place[1] + 1), digits, reason)


def _compare_rationals(left: Rational, right: Rational, places: list[tuple[int, int]]) -> Equality:
    same = left.radicand == right.radicand
    for i, j in places:
        a, b = left.at(i, j), right.at(i, j)
        if a != b or not (same or a == 0):
            return _different((i, j), "the entries are different numbers")
    return Equality(Answer.EQUAL)


# ---------------------------------------------------------------- numbers


def _compare_numbers(left: Exact, right: Exact, places: list[tuple[int, int]]) -> Equality:
    apart = _apart(left, right, places, PRECISIONS[0])
    if apart:
        return _different(apart, "certified enclosures do not meet")
    open_places = []
    for place in places:
        proved = _proved(left, right, place)
        if proved is False:
            return _different(place, "the normal forms differ")
        if proved is None:
            open_places.append(place)
    for digits in PRECISIONS[1:] if open_places else ():
        apart = _apart(left, right, open_places, digits)
        if apart:
            return _different(apart, "certified enclosures do not meet")
    return _certified(open_places[0], PRECISIONS[-1]) if open_places else Equality(Answer.EQUAL)


def _apart(left: Exact, right: Exact, places: list[tuple[int, int]], digits: int) -> tuple[int, int] | None:
    """The first place where the balls do not meet."""
    a, b = left.enclosure(digits), right.enclosure(digits)
    return next((place for place in places if not a[place].overlaps(b[place])), None)


def _proved(left: Exact, right: Exact, place: tuple[int, int]) -> bool | None:
    """Whether two entries are equal, by normal form; None when it does not decide."""
    if isinstance(left.data, Nested) or isinstance(right.data, Nested):
        return None
    if isinstance(left.data, Symbolic) or isinstance(right.data, Symbolic):
        difference = _entry(left, place) - _entry(right, place)
        return True if reductions.vanishes(difference) else None
    a, b = carriers.cell(left.data, *place), carriers.cell(right.data, *place)
    try:
        if quotients.equal(a, b):
            return True
    except UnfitError:
        return None
    decided = all(sums.complete(part) for value in (a, b) for part in value)
    return False if decided else None


# ---------------------------------------------------------------- expressions


def _entry(value: Exact, place: tuple[int, int]) -> sympy.Expr:
    if isinstance(value.data, Symbolic | Nested):
        return nested.written_out(value.data, carriers.SYMBOLIC).cells[place[0]][place[1]]
    return expressions.expression(carriers.cell(value.data, *place))


def _compare_symbolic(left: Exact, right: Exact, places: list[tuple[int, int]]) -> Equality:
    pairs = {place: (_entry(left, place), _entry(right, place)) for place in places}
    open_places = []
    for place, (a, b) in pairs.items():
        if a != b and any(_differ(a, b, sample) for sample in SAMPLES):
            return _different(place, "the entries differ for some values of the symbols")
        if a != b and not reductions.vanishes(a - b):
            open_places.append(place)
    return _certified(open_places[0], PRECISIONS[0]) if open_places else Equality(Answer.EQUAL)


def _differ(left: sympy.Expr, right: sympy.Expr, sample: tuple[int, int]) -> bool:
    """Whether two expressions differ when the symbols have certain rational values."""
    with precision(PRECISIONS[0]):
        values = sampled(left.free_symbols | right.free_symbols, sample)
        a, b = expressions.ball(left, values), expressions.ball(right, values)
    return bool(a.is_finite() and b.is_finite() and not a.overlaps(b))


def sampled(names: Any, sample: tuple[int, int]) -> dict[Any, arb]:
    """Unrelated rational values for symbols, always the same ones."""
    above, below = sample
    ordered = sorted(names, key=str)
    return {name: arb(fmpq(above + 2 * at * at, below + 3 * at)) for at, name in enumerate(ordered)}
