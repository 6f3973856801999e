"""Is a SymPy expression zero?  A few named ways to find out, the plainest first.

Each one rewrites a difference into something equal to it, or that is 0 exactly
where it is; when the result is literally 0, the difference is proved to be 0.  A
difference that no way reduces may still be 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from derivations.exact.expressions import sp

if TYPE_CHECKING:
    import sympy

LARGEST_EXPANSION = 6000
"""Operations of a difference up to which SymPy may expand it."""


def vanishes(difference: sympy.Expr) -> bool:
    """Whether a difference is proved to be zero; False proves nothing."""
    return reduction(difference) is not None


def reduction(difference: sympy.Expr) -> str | None:
    """What brings a difference to 0, in words: empty when it is 0 as it stands, None when nothing does.

    Compared with ``== 0``: SymPy's ``is_zero`` of a long number starts to evaluate it, for minutes.
    """
    if difference == 0:
        return ""
    forms = [form for form in (_in_letters(difference), difference) if form is not None]
    forms = [form for form in forms if form.count_ops() <= LARGEST_EXPANSION]
    for words, reduce in REDUCTIONS:
        if any(reduce(form) == 0 for form in forms):
            return words
    return None


def _in_letters(value: sympy.Expr) -> sympy.Expr | None:
    """Every exponential as a letter: a row of softmax sums to 1, however long its scores."""
    lib = sp()
    letters = {power: lib.Dummy(positive=True) for power in value.atoms(lib.exp)}
    short: sympy.Expr = value.xreplace(letters)
    return short if letters else None


# ---------------------------------------------------------------- the ways


def expanded(value: sympy.Expr) -> sympy.Expr:
    """Products multiplied out, exponentials of sums taken apart."""
    found: sympy.Expr = sp().expand(value)
    return found


def numerator(value: sympy.Expr) -> sympy.Expr:
    """The numerator over a common denominator, multiplied out."""
    lib = sp()
    return expanded(lib.fraction(lib.together(value))[0])


def with_angles(value: sympy.Expr) -> sympy.Expr:
    """Sums of angles taken apart, and ``sin² = 1 - cos²``."""
    lib = sp()
    if not value.has(lib.sin, lib.cos):
        return value

    def is_square(part: Any) -> bool:
        return bool(part.is_Pow and isinstance(part.base, lib.sin) and part.exp.is_Integer and part.exp > 1)

    def in_cosines(part: Any) -> Any:
        return (1 - lib.cos(part.base.args[0]) ** 2) ** (part.exp // 2) * part.base ** (part.exp % 2)

    return expanded(expanded(lib.expand_trig(numerator(value))).replace(is_square, in_cosines))


def in_exponentials(value: sympy.Expr) -> sympy.Expr:
    """Sines, cosines and hyperbolic functions as exponentials."""
    lib = sp()
    if not value.has(lib.sin, lib.cos, lib.tanh):
        return value
    return expanded(numerator(numerator(value).rewrite(lib.exp)))


def without_logarithms(value: sympy.Expr) -> sympy.Expr:
    """``e^x - 1`` for a difference x of logarithms: it is 0 where x is."""
    lib = sp()
    return numerator(lib.exp(value) - 1) if value.has(lib.log) else value


def with_absolutes(value: sympy.Expr) -> sympy.Expr:
    """The larger of two numbers, as in ReLU, by their sum and their distance."""
    lib = sp()
    return numerator(value.rewrite(lib.Abs)) if value.has(lib.Max) else value


REDUCTIONS: tuple[tuple[str, Callable[[sympy.Expr], sympy.Expr]], ...] = (
    ("multiplied out", expanded),
    ("over a common denominator, the numerator multiplied out", numerator),
    ("with the addition theorems and sin² + cos² = 1", with_angles),
    ("with sines, cosines and tanh in exponentials", in_exponentials),
    ("with e to the power of both sides", without_logarithms),
    ("with max(a, b) = (a + b + |a - b|)/2", with_absolutes),
)
"""Words for a reader, and what is done."""
