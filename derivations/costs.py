"""Operations and memory of a computation, counted from its formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from derivations.evaluate import evaluate
from derivations.formula import parse
from derivations.formula.cost import COUNT, Counted, given
from derivations.formula.polynomial import Polynomial
from derivations.formula.shapes import SCALAR, shape_of
from derivations.model import FormulaError

Shapes = Mapping[str, tuple[str, ...]]
"""Names of what is given, with their axes such as ``("n", "k d")``; no axes for a number."""


@dataclass(frozen=True)
class Cost:
    """What a computation costs, as polynomials in the names of sizes."""

    operations: Polynomial
    """Multiplications, additions, divisions, comparisons and functions, each counted as one."""
    memory: Polynomial
    """Entries of all intermediate results and results."""

    def times(self, name: str) -> Cost:
        """The cost of doing it once for each of so many positions."""
        return Cost(self.operations * Polynomial.of(name), self.memory * Polynomial.of(name))

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.operations + other.operations, self.memory + other.memory)


def cost_of(formulas: Sequence[str], shapes: Shapes) -> Cost:
    """The cost of working out definitions such as ``S = Q K^T`` one after the other.

    What is given costs nothing.  Raises FormulaError for a formula that is no
    definition, or that uses what is not there.
    """
    known = {name: given(shape_of(*map(_size, axes)) if axes else SCALAR) for name, axes in shapes.items()}
    operations = memory = Polynomial.of(0)
    for formula in formulas:
        node = parse(formula)
        if node.kind != "relation" or node.args[0].kind != "name":
            raise FormulaError(f"{formula} is no definition of a name", node.span)
        result: Counted = evaluate(node.args[1], known, COUNT)
        operations, memory = operations + result.operations, memory + result.memory
        known[node.args[0].data] = given(result.shape)
    return Cost(operations, memory)


def _size(axis: str) -> Polynomial:
    """``"n"``, ``"3"`` or a product such as ``"k d"``."""
    factors = [Polynomial.of(int(part) if part.isdigit() else part) for part in axis.split()]
    return prod(factors[1:], start=factors[0])


def crossing(left: Polynomial, right: Polynomial, name: str) -> tuple[Polynomial, Polynomial]:
    """Where two costs are equal, solved for one size other than 0: (numerator, denominator).

    Raises ValueError where more than one such solution may exist.
    """
    by_power: dict[int, Polynomial] = {}
    for monomial, coefficient in (left - right).terms:
        power = dict(monomial).get(name, 0)
        rest = tuple(factor for factor in monomial if factor[0] != name)
        by_power[power] = by_power.get(power, Polynomial.of(0)) + Polynomial(frozenset({(rest, coefficient)}))
    if sorted(by_power) not in ([0, 1], [1, 2]):
        raise ValueError(f"the difference is not linear in {name} once {name} is divided out")
    low, high = (by_power[power] for power in sorted(by_power))
    return low * -1, high
