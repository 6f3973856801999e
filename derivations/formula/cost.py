"""Operation counts, read off the formulas themselves.

A product of m×k and k×n costs mnk multiplications and mn(k-1) additions; a
softmax of n×m costs nm exponentials, n(m-1) additions and nm divisions.  Memory
is the number of entries of every intermediate result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derivations.formula.polynomial import Polynomial
from derivations.formula.reading import Reading
from derivations.formula.shapes import SCALAR, SHAPE, Shape, plain

Counts = Mapping[str, Polynomial]
"""Kind of operation -> how many: multiply, add, divide, function, compare, memory."""


@dataclass(frozen=True)
class Counted:
    """A shape and what it costs to arrive there from the named values."""

    shape: Shape
    counts: Counts

    @property
    def operations(self) -> Polynomial:
        """All arithmetic operations together."""
        total = Polynomial.of(0)
        for kind, number in self.counts.items():
            if kind != "memory":
                total = total + number
        return total

    @property
    def memory(self) -> Polynomial:
        """Entries of all intermediate results together."""
        return self.counts.get("memory", Polynomial.of(0))


def given(shape: Shape) -> Counted:
    """A value that is there already and costs nothing."""
    return Counted(shape, {})


def _size(shape: Shape) -> Polynomial:
    return shape[0] * shape[1]


def _product(result: Shape, left: Shape, right: Shape) -> Counts:
    if SCALAR in (left, right):
        return {"multiply": _size(result)}
    inner = left[1]
    return {"multiply": _size(result) * inner, "add": _size(result) * (inner - 1)}


def _each(kind: str) -> Callable[..., Counts]:
    return lambda result, *_operands: {kind: _size(result)}


def _along_rows(_result: Shape, operand: Shape) -> Counts:
    return {"add": operand[0] * (operand[1] - 1)}


def _softmax(_result: Shape, operand: Shape) -> Counts:
    return {"function": _size(operand), "add": operand[0] * (operand[1] - 1), "divide": _size(operand)}


def _mean(result: Shape, operand: Shape) -> Counts:
    return {**_along_rows(result, operand), "divide": operand[0]}


def _variance(_result: Shape, operand: Shape) -> Counts:
    size = _size(operand)
    return {"add": operand[0] * (operand[1] - 1) * 2 + size, "multiply": size, "divide": operand[0] * 2}


def _free(_result: Shape, *_operands: object) -> Counts:
    return {}


_COUNTS: dict[str, Callable[..., Counts]] = {
    **dict.fromkeys(("add", "subtract"), _each("add")),
    **dict.fromkeys(("hadamard", "power"), _each("multiply")),
    **dict.fromkeys(
        ("sqrt", "exp", "ln", "sin", "cos", "tanh", "erf", "sigmoid", "gelu", "silu"), _each("function")
    ),
    **dict.fromkeys(("relu", "abs", "maximum"), _each("compare")),
    "divide": _each("divide"),
    "multiply": _product,
    "softmax": _softmax,
    "row_sum": _along_rows,
    "row_mean": _mean,
    "row_variance": _variance,
    "row_max": lambda _result, operand: {"compare": operand[0] * (operand[1] - 1)},
    "column_sum": lambda _result, operand: {"add": (operand[0] - 1) * operand[1]},
    "total": lambda _result, operand: {"add": _size(operand) - 1},
}


def _added(*all_counts: Counts) -> Counts:
    total: dict[str, Polynomial] = {}
    for counts in all_counts:
        for kind, number in counts.items():
            total[kind] = total.get(kind, Polynomial.of(0)) + number
    return total


def _counting(name: str) -> Callable[..., Counted]:
    count = _COUNTS.get(name, _free)

    def operation(*operands: Counted | int) -> Counted:
        counted = [o for o in operands if isinstance(o, Counted)]
        shapes = [o.shape if isinstance(o, Counted) else o for o in operands]
        result = SHAPE.operations[name](*shapes)
        own = count(result, *shapes)
        memory = {"memory": _size(result)} if own else {}
        return Counted(result, _added(*(o.counts for o in counted), own, memory))

    return operation


def _assemble(cells: Sequence[Sequence[Counted]]) -> Counted:
    shape = SHAPE.assemble([[cell.shape for cell in row] for row in cells])
    return Counted(shape, _added(*(cell.counts for row in cells for cell in row)))


COUNT: Reading[Counted] = Reading(
    name="count",
    number=lambda _number: given(SCALAR),
    symbol=lambda _name: given(SCALAR),
    constant=lambda _name: given(SCALAR),
    assemble=_assemble,
    shape=lambda value: plain(value.shape),
    operations={name: _counting(name) for name in SHAPE.operations},
)
"""The reading that answers with shapes and operation counts."""
