"""The third reading: NumPy arrays of float64, always with two axes.

Import it only where floats are wanted: importing it imports NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import erf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derivations.formula.reading import Reading, Shape, assembled, guarded
from derivations.model import DerivationError, Number

Array = NDArray[np.float64]

CONSTANTS: Mapping[str, float] = {"e": np.e, "pi": np.pi, "infinity": np.inf}


def scalar(value: float) -> Array:
    """A number, 1 × 1."""
    return np.array([[float(value)]])


def _number(printed: Number) -> Array:
    return scalar(float(printed.value))


def _symbol(name: str) -> Array:
    raise DerivationError(f"{name} has no value, so there are no digits")


def _constant(name: str) -> Array:
    if name not in CONSTANTS:
        raise DerivationError(f"there is no constant named {name!r}; there are {', '.join(CONSTANTS)}")
    return scalar(CONSTANTS[name])


def _shape(a: Array) -> Shape:
    return a.shape[0], a.shape[1]


def _forbid(bad: bool | np.bool, message: str) -> None:
    if bad:
        raise DerivationError(message)


def _infinite(a: Array) -> bool:
    return bool(np.isinf(a).any())


# ---------------------------------------------------------------- entry by entry


def _add(a: Array, b: Array) -> Array:
    if _infinite(a) and _infinite(b):
        clash = np.isinf(a) & np.isinf(b) & (np.sign(a) != np.sign(b))
        _forbid(clash.any(), "∞ - ∞ has no value")
    return a + b


def _hadamard(a: Array, b: Array) -> Array:
    if _infinite(a) or _infinite(b):
        clash = (np.isinf(a) & (b == 0)) | (np.isinf(b) & (a == 0))
        _forbid(clash.any(), "0 times -∞ has no value; add a mask of 0 and -∞ to the scores instead")
    return a * b


def _divide(a: Array, b: Array) -> Array:
    _forbid((b == 0).any(), "division by zero")
    _forbid(_infinite(b), "divide cannot take -∞ as divisor")
    return a / b


def _power(a: Array, b: Array) -> Array:
    _forbid(_infinite(a) or _infinite(b), "power cannot take -∞")
    _forbid(np.any((a == 0) & (b < 0)), "division by zero: 0 to a negative power")
    _forbid(np.any((a < 0) & (b != np.round(b))), "a broken power of a negative number is not real")
    with np.errstate(over="ignore"):
        powers: Array = np.power(a, b)
    _forbid(_infinite(powers), "a power is too large for a floating point number")
    return powers


def _multiply(a: Array, b: Array) -> Array:
    if (1, 1) in (a.shape, b.shape):
        return _hadamard(a, b)
    _forbid(_infinite(a) or _infinite(b), "a matrix product cannot take -∞")
    return a @ b


def _sqrt(a: Array) -> Array:
    _forbid(np.any(a < 0), "the square root of a negative number is not real")
    return np.sqrt(a)


def _ln(a: Array) -> Array:
    _forbid(np.any(a <= 0), "the logarithm of a number that is not positive is not real")
    return np.log(a)


def _exp(a: Array) -> Array:
    _forbid(np.any(a == np.inf), "exp cannot take ∞")
    with np.errstate(over="ignore"):
        powers: Array = np.exp(a)
    _forbid(_infinite(powers), "an exponential is too large for a floating point number")
    return powers


def _erf(a: Array) -> Array:
    values: Array = np.vectorize(erf, otypes=[np.float64])(a)
    return values


def _sigmoid(a: Array) -> Array:
    """``1 / (1 + e^{-x})``, written so that nothing overflows."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, small) / (1.0 + small)


# ---------------------------------------------------------------- by rows


def _softmax(a: Array) -> Array:
    """Softmax of every row, (n, m) -> (n, m), shifted by the row's maximum."""
    _forbid(np.any(a == np.inf), "softmax cannot take ∞")
    powers = np.exp(a - _row_max(a))
    weights: Array = powers / powers.sum(axis=1, keepdims=True)
    return weights


def _row_max(a: Array) -> Array:
    largest: Array = a.max(axis=1, keepdims=True)
    for i in np.flatnonzero(largest == -np.inf):
        raise DerivationError(f"row {i + 1}: every entry is -∞, so there is nothing to choose from")
    return largest


def _diagonal(vector: Array) -> Array:
    return np.diag(vector.ravel())


def _finite(name: str, kernel: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """An operation that takes no infinity."""

    def operation(a: Array) -> Array:
        _forbid(_infinite(a), f"{name} cannot take -∞")
        return kernel(a)

    return operation


FINITE: Mapping[str, Callable[[Array], Array]] = {
    "sqrt": _sqrt,
    "ln": _ln,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "erf": _erf,
    "abs": np.abs,
    "relu": lambda a: np.maximum(a, 0.0),
    "sigmoid": _sigmoid,
    "gelu": lambda a: a / 2 * (1 + _erf(a / np.sqrt(2))),
    "silu": lambda a: a * _sigmoid(a),
    "row_sum": lambda a: a.sum(axis=1, keepdims=True),
    "row_mean": lambda a: a.mean(axis=1, keepdims=True),
    "row_variance": lambda a: a.var(axis=1, keepdims=True),
    "column_sum": lambda a: a.sum(axis=0, keepdims=True),
    "total": lambda a: scalar(a.sum()),
    "diagonal": _diagonal,
}


def _whole(a: Array) -> int | None:
    return int(a[0, 0]) if a.shape == (1, 1) and float(a[0, 0]).is_integer() else None


OPERATIONS: Mapping[str, Callable[..., Any]] = guarded(
    {
        **{name: _finite(name, kernel) for name, kernel in FINITE.items()},
        "add": _add,
        "subtract": lambda a, b: _add(a, -b),
        "hadamard": _hadamard,
        "divide": _divide,
        "power": _power,
        "maximum": np.maximum,
        "multiply": _multiply,
        "transpose": np.transpose,
        "negative": np.negative,
        "exp": _exp,
        "softmax": _softmax,
        "reveal": lambda a: np.where(a == -np.inf, 0.0, a),
        "row_max": _row_max,
        "concat": lambda *blocks: np.concatenate(blocks, axis=1),
        "stack": lambda *blocks: np.concatenate(blocks, axis=0),
        "entry": lambda a, i, j: a[i - 1 : i, j - 1 : j],
        "row": lambda a, i: a[i - 1 : i, :],
        "column": lambda a, j: a[:, j - 1 : j],
        "identity": np.eye,
        "ones": lambda rows, columns: np.ones((rows, columns)),
        "zeros": lambda rows, columns: np.zeros((rows, columns)),
        "count_rows": lambda a: scalar(a.shape[0]),
        "count_columns": lambda a: scalar(a.shape[1]),
    },
    _shape,
)

ARRAY: Reading[Array] = Reading(
    "array",
    _number,
    _symbol,
    _constant,
    partial(assembled, OPERATIONS),
    _shape,
    OPERATIONS,
    _whole,
    sign=lambda a: int(np.sign(a[0, 0])),
)
"""NumPy arrays of float64."""
