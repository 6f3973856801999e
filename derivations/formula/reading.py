"""What it means to read a formula: one vocabulary of operations, three kinds of value.

The evaluator walks a formula tree and asks a *reading* for every number and
every operation.  ``EXACT`` answers with exact values, ``BALL`` with certified
enclosures and ``ARRAY`` with NumPy arrays.  All three know the same operations
and refuse the same misfits: the rules of shape stand here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from derivations.model import DerivationError, Number

V = TypeVar("V")
Shape = tuple[int, int]
Operation = Callable[..., Any]
Rule = Callable[..., None]
"""Takes the shape function and an operation's arguments; raises when they do not fit."""


@dataclass(frozen=True)
class Reading(Generic[V]):
    """A kind of value and everything the evaluator needs to compute with it."""

    name: str
    number: Callable[[Number], V]
    """A printed number -> 1 × 1."""
    symbol: Callable[[str], V]
    """A TeX name such as ``x_{11}`` -> 1 × 1; only the exact reading has symbols."""
    constant: Callable[[str], V]
    """``e``, ``pi`` or ``infinity`` -> 1 × 1."""
    assemble: Callable[[Sequence[Sequence[V]]], V]
    """Blocks, row by row -> one matrix; a cell is a block of shape 1 × 1."""
    shape: Callable[[V], Shape]
    operations: Mapping[str, Callable[..., V]]
    whole: Callable[[V], int | None] = lambda _value: None
    """The integer that a 1 × 1 value is, None where it is none or where that is not known."""
    derivative: Callable[[V, V], V] | None = None
    """A value differentiated by a matrix of symbols; None where there are no symbols.

    A 1 × 1 value gives one derivative for each symbol, in their places; a row or a
    column of m entries by one of n symbols gives the m × n Jacobian.
    """
    sign: Callable[[V], int | None] = lambda _value: None
    """-1, 0 or 1 for a 1 × 1 value, None where that is not known."""


def derivative_shape(value: Shape, by: Shape) -> Shape:
    """The shape of a derivative.  Raises DerivationError where no rule of ``Reading.derivative`` fits."""
    if value == (1, 1):
        return by
    if 1 in value and 1 in by:
        return max(value), max(by)
    raise DerivationError(
        f"{shape_text(value)} differentiated by {shape_text(by)} is no matrix; take a number, or two vectors"
    )


def shape_text(shape: Shape) -> str:
    """``3×2``, as shapes are written in messages."""
    return f"{shape[0]}×{shape[1]}"


def broadcast_shape(a: Shape, b: Shape) -> Shape | None:
    """The common shape of two operands, one of which is spread over the other; None when they do not fit.

    1 × 1, n × 1 and 1 × d spread over n × d.  A column and a row do not make a
    table: in a formula that is a slip far more often than an outer sum.
    """
    if b in (a, (1, 1)):
        return a
    if a == (1, 1):
        return b
    whole = (max(a[0], b[0]), max(a[1], b[1]))
    spread = all(side in (1, size) for shape in (a, b) for side, size in zip(shape, whole, strict=True))
    return whole if spread and whole in (a, b) else None


def _pairwise(words: str) -> Rule:
    def rule(shape: Callable[[Any], Shape], a: Any, b: Any) -> None:
        left, right = shape(a), shape(b)
        if left != right and broadcast_shape(left, right) is None:
            raise DerivationError(f"{shape_text(left)} {words} {shape_text(right)} does not fit")

    return rule


def _product(shape: Callable[[Any], Shape], a: Any, b: Any) -> None:
    left, right = shape(a), shape(b)
    if left[1] == right[0] or left == (1, 1) or right == (1, 1):
        return
    message = f"{shape_text(left)} times {shape_text(right)} does not multiply"
    if left[1] == right[1]:
        message += "; did you mean the second one transposed?"
    elif left[0] == right[0]:
        message += "; did you mean the first one transposed?"
    raise DerivationError(message)


def _joined(side: int, words: str) -> Rule:
    """Blocks that are put together share their rows (side 0) or their columns (side 1)."""

    def rule(shape: Callable[[Any], Shape], *blocks: Any) -> None:
        if not blocks:
            raise DerivationError("there is nothing to put together")
        first = shape(blocks[0])
        for block in blocks[1:]:
            if shape(block)[side] != first[side]:
                raise DerivationError(f"{shape_text(first)} {words} {shape_text(shape(block))} does not fit")

    return rule


def _located(rows: bool, columns: bool) -> Rule:
    def rule(shape: Callable[[Any], Shape], a: Any, *places: int) -> None:
        sizes = shape(a)
        asked = ([("row", sizes[0])] if rows else []) + ([("column", sizes[1])] if columns else [])
        for (word, size), place in zip(asked, places, strict=True):
            if not 1 <= place <= size:
                raise DerivationError(f"a {shape_text(sizes)} matrix has no {word} {place}")

    return rule


def _vector(shape: Callable[[Any], Shape], a: Any) -> None:
    if 1 not in shape(a):
        raise DerivationError(f"a diagonal is made from a row or a column, not from {shape_text(shape(a))}")


def _sizes(_shape: Callable[[Any], Shape], *sizes: int) -> None:
    if min(sizes) < 1:
        raise DerivationError(f"a matrix of {'×'.join(map(str, sizes))} has no entries")


def _any(_shape: Callable[[Any], Shape], _value: Any) -> None:
    """Every shape will do."""


PAIRED_WORDS: Mapping[str, str] = {
    "add": "plus",
    "subtract": "minus",
    "hadamard": "times, entry by entry,",
    "divide": "divided by",
    "power": "to the power of",
    "maximum": "against",
}
"""Operations that go entry by entry over two operands, as messages say them."""

RULES: Mapping[str, Rule] = {
    **{name: _pairwise(words) for name, words in PAIRED_WORDS.items()},
    "multiply": _product,
    **dict.fromkeys(("transpose", "negative"), _any),
    **dict.fromkeys(("sqrt", "exp", "ln", "sin", "cos", "tanh", "erf", "abs"), _any),
    **dict.fromkeys(("relu", "sigmoid", "gelu", "silu", "reveal"), _any),
    **dict.fromkeys(("softmax", "row_sum", "row_mean", "row_variance", "row_max"), _any),
    **dict.fromkeys(("column_sum", "total", "count_rows", "count_columns"), _any),
    "concat": _joined(0, "beside"),
    "stack": _joined(1, "above"),
    "entry": _located(rows=True, columns=True),
    "row": _located(rows=True, columns=False),
    "column": _located(rows=False, columns=True),
    "diagonal": _vector,
    "identity": _sizes,
    "ones": _sizes,
    "zeros": _sizes,
}
"""The vocabulary: every operation and the shapes it takes."""


def _with_rule(rule: Rule, shape: Callable[[Any], Shape], kernel: Operation) -> Operation:
    @wraps(kernel)
    def operation(*args: Any) -> Any:
        rule(shape, *args)
        return kernel(*args)

    return operation


def guarded(kernels: Mapping[str, Operation], shape: Callable[[Any], Shape]) -> Mapping[str, Operation]:
    """The whole vocabulary, each kernel behind its rule of shape."""
    return {
        name: kernels[name] if rule is _any else _with_rule(rule, shape, kernels[name])
        for name, rule in RULES.items()
    }


def assembled(operations: Mapping[str, Operation], cells: Sequence[Sequence[V]]) -> V:
    """A block matrix from its blocks, row by row."""
    if not cells or not all(cells):
        raise DerivationError("a matrix needs at least one row, and every row at least one entry")
    bands: list[V] = [operations["concat"](*row) for row in cells]
    whole: V = operations["stack"](*bands)
    return whole
