"""Shapes: what a formula says about sizes, with numbers or with names such as n and d_k."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.formula.polynomial import Polynomial
from derivations.formula.reading import PAIRED_WORDS, Reading
from derivations.model import DerivationError

Size = Polynomial
Shape = tuple[Size, Size]

ONE = Polynomial.of(1)
SCALAR: Shape = (ONE, ONE)


def shape_of(rows: int | str | Polynomial, columns: int | str | Polynomial) -> Shape:
    """A shape from numbers or names."""
    return Polynomial.of(rows), Polynomial.of(columns)


def shape_text(shape: Sequence[object]) -> str:
    """``n×d_k``, as shapes are written in messages."""
    return "×".join(str(size) for size in shape)


def _pairwise(words: str) -> Callable[[Shape, Shape], Shape]:
    def rule(a: Shape, b: Shape) -> Shape:
        if b in (a, SCALAR):
            return a
        if a == SCALAR:
            return b
        whole = (b[0] if a[0] == ONE else a[0], b[1] if a[1] == ONE else a[1])
        spread = all(side in (ONE, size) for shape in (a, b) for side, size in zip(shape, whole, strict=True))
        if not spread or whole not in (a, b):
            raise DerivationError(f"{shape_text(a)} {words} {shape_text(b)} does not fit")
        return whole

    return rule


def _product(a: Shape, b: Shape) -> Shape:
    if SCALAR in (a, b):
        return b if a == SCALAR else a
    if a[1] != b[0]:
        raise DerivationError(f"{shape_text(a)} times {shape_text(b)} does not multiply")
    return a[0], b[1]


def _same(a: Shape) -> Shape:
    return a


def _joined(axis: int) -> Callable[..., Shape]:
    def rule(*blocks: Shape) -> Shape:
        size, other = blocks[0][axis], blocks[0][1 - axis]
        for block in blocks[1:]:
            if block[1 - axis] != other:
                raise DerivationError(f"{shape_text(blocks[0])} beside {shape_text(block)} does not fit")
            size = size + block[axis]
        return (size, other) if axis == 0 else (other, size)

    return rule


def _entry(a: Shape, row: int, column: int) -> Shape:
    """One entry; where a size is only a name, every place is taken to exist."""
    for word, size, place in (("row", a[0], row), ("column", a[1], column)):
        largest = size.constant
        if place < 1 or (largest is not None and place > largest):
            raise DerivationError(f"a {shape_text(a)} matrix has no {word} {place}")
    return SCALAR


def _diagonal(a: Shape) -> Shape:
    size = a[1] if a[0] == ONE else a[0]
    return size, size


OPERATIONS: dict[str, Callable[..., Shape]] = {
    **{name: _pairwise(words) for name, words in PAIRED_WORDS.items()},
    **dict.fromkeys(("negative", "sqrt", "exp", "ln", "sin", "cos", "tanh", "erf", "abs"), _same),
    **dict.fromkeys(("relu", "sigmoid", "gelu", "silu", "softmax", "reveal"), _same),
    **dict.fromkeys(("row_sum", "row_mean", "row_variance", "row_max"), lambda a: (a[0], ONE)),
    **dict.fromkeys(("total", "count_rows", "count_columns"), lambda _a: SCALAR),
    "multiply": _product,
    "transpose": lambda a: (a[1], a[0]),
    "column_sum": lambda a: (ONE, a[1]),
    "concat": _joined(1),
    "stack": _joined(0),
    "entry": _entry,
    "row": lambda a, i: (_entry(a, i, 1)[0], a[1]),
    "column": lambda a, j: (a[0], _entry(a, 1, j)[1]),
    "diagonal": _diagonal,
    "identity": lambda n: shape_of(n, n),
    "ones": shape_of,
    "zeros": shape_of,
}


def _assemble(cells: Sequence[Sequence[Shape]]) -> Shape:
    rows = [OPERATIONS["concat"](*row) for row in cells]
    return OPERATIONS["stack"](*rows)


def plain(shape: Shape) -> tuple[int, int]:
    """Sizes as numbers where they are numbers; names stay polynomials, which only a shape's reader meets."""
    rows, columns = (size if size.constant is None else size.constant for size in shape)
    return rows, columns  # type: ignore[return-value]


SHAPE: Reading[Shape] = Reading(
    name="shape",
    number=lambda _number: SCALAR,
    symbol=lambda _name: SCALAR,
    constant=lambda _name: SCALAR,
    assemble=_assemble,
    shape=plain,
    operations=OPERATIONS,
)
"""The reading that answers with (rows, columns), each a polynomial in the names of sizes."""
