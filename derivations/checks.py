"""Every step against an independent NumPy reference, and against what it promises.

The reference of a derivation is written by another route than its formulas, so
that the same mistake would have to be made twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derivations.exact import EXACT, Exact
from derivations.exact.equality import Answer, compare
from derivations.formula import parse
from derivations.model import Check, Derivation, DerivationError, Step

if TYPE_CHECKING:
    from numpy import ndarray

TOLERANCE = 1e-12
"""Largest deviation from NumPy, relative to the largest entry of the step (at least 1)."""

DIGITS = 30
"""Every decimal shown is the rounding of an enclosure at least this sharp."""


def run(derivation: Derivation, values: Mapping[str, Exact]) -> tuple[Check, ...]:
    """All checks of one worked example, in the order of the steps."""
    numeric = _sampled(values)
    expected = _reference(derivation, numeric)
    found: list[Check] = []
    for step in derivation.steps:
        if step.name in expected:
            found.append(_against_numpy(step, numeric[step.name], expected[step.name]))
        if is_softmax(step):
            found.append(_rows_sum_to_one(step, values[step.name]))
        if values[step.name].is_numeric:
            found.append(_certified(step, values[step.name]))
    return tuple(found)


def is_softmax(step: Step) -> bool:
    """Whether a step's value is a softmax, so that its rows must sum to 1."""
    node = parse(step.formula)
    right = node.args[1] if node.kind == "relation" else node
    return right.kind == "call" and right.data == "softmax"


# ---------------------------------------------------------------- NumPy


def _sampled(values: Mapping[str, Exact]) -> dict[str, ndarray]:
    """The exact values as floats; symbols are given fixed, unrelated rational values."""
    symbols = sorted({s for value in values.values() for s in value.symbols})
    if not symbols:
        return {name: value.numpy() for name, value in values.items()}
    return {name: _substituted(value, symbols) for name, value in values.items()}


def _substituted(value: Exact, symbols: list[str]) -> ndarray:
    import numpy as np
    import sympy

    sample = {
        sympy.Symbol(name, real=True): sympy.Rational(7 * k % 11 - 4, k + 2)
        for k, name in enumerate(symbols, 1)
    }
    matrix = value.sympy().subs(sample)
    return np.array(matrix.evalf(25).tolist(), dtype=float)


def _reference(derivation: Derivation, numeric: Mapping[str, ndarray]) -> Mapping[str, ndarray]:
    if derivation.reference is None:
        return {}
    try:
        return derivation.reference({given.name: numeric[given.name] for given in derivation.inputs})
    except (ArithmeticError, ValueError, KeyError, IndexError) as error:
        raise DerivationError(f"the NumPy reference of {derivation.id} failed: {error}") from error


def _against_numpy(step: Step, value: ndarray, reference: Any) -> Check:
    import numpy as np

    expected = np.atleast_2d(np.asarray(reference, dtype=float))
    if expected.shape != value.shape:
        return Check(
            step.name, "NumPy", False, None, None, f"shape {value.shape}, NumPy has {expected.shape}"
        )
    same = value == expected  # infinities of a mask agree exactly and have no difference
    deviation = np.where(same, 0.0, np.abs(np.where(same, 0.0, value) - np.where(same, 0.0, expected)))
    finite = np.abs(expected[np.isfinite(expected)])
    scale = max(1.0, float(finite.max(initial=0.0)))
    worst = np.unravel_index(int(np.argmax(np.nan_to_num(deviation, nan=np.inf))), deviation.shape)
    largest = float(deviation[worst])
    if largest <= TOLERANCE * scale:
        return Check(step.name, "NumPy", True, largest)
    cell = (int(worst[0]) + 1, int(worst[1]) + 1)
    message = f"cell {cell}: {value[worst]:.17g} here, {expected[worst]:.17g} in NumPy"
    return Check(step.name, "NumPy", False, largest, cell, message)


# ---------------------------------------------------------------- exact promises


def _rows_sum_to_one(step: Step, value: Exact) -> Check:
    sums = EXACT.operations["row_sum"](value)
    answer = compare(sums, EXACT.operations["ones"](value.shape[0], 1))
    if answer.answer is Answer.EQUAL:
        return Check(step.name, "rows sum to 1", True)
    if answer.answer is Answer.CERTIFIED:
        return Check(step.name, f"rows sum to 1, certified to {answer.digits} digits", True)
    row = (answer.cell or (1, 1))[0]
    return Check(step.name, "rows sum to 1", False, None, (row, 1), f"row {row} does not sum to 1")


def _certified(step: Step, value: Exact) -> Check:
    """An enclosure sharper than any decimal that is printed."""
    from derivations.exact.balls import is_sharp

    blunt = next(
        (
            (i, j)
            for i, row in enumerate(value.balls(DIGITS), 1)
            for j, ball in enumerate(row, 1)
            if not is_sharp(ball, DIGITS)
        ),
        None,
    )
    message = "" if blunt is None else f"cell {blunt}: no enclosure to {DIGITS} digits"
    return Check(step.name, f"decimals certified to {DIGITS} digits", blunt is None, None, blunt, message)
