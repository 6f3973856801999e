"""The steps of a derivation for given inputs, in any reading, also with a step replaced.

``derive`` checks everything that a person may have written; here the inputs are
known to fit, and the same derivation is worked out for thousands of variants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from derivations.derive import derive, formula_of
from derivations.evaluate import define, evaluate
from derivations.exact import EXACT, Exact
from derivations.formula import names, parse
from derivations.formula.reading import Reading
from derivations.model import Cell, Derivation, DerivationError, Example, Input, Node, Number, Rows, Step

if TYPE_CHECKING:
    from derivations.arrays import Array

V = TypeVar("V")
Shape = tuple[int, int]
Table = tuple[tuple[Cell, ...], ...]


def table(value: Rows | Cell) -> Table:
    """The cells of an input row by row, however short its example wrote it."""
    if isinstance(value, str) or not hasattr(value, "__len__"):
        return ((value,),)
    rows: Any = value
    if isinstance(rows[0], str) or not hasattr(rows[0], "__len__"):
        rows = [rows]
    return tuple(tuple(row) for row in rows)


def tables(example: Example) -> dict[str, Table]:
    """All inputs of an example, each as a table."""
    return {name: table(value) for name, value in example.values.items()}


@lru_cache(maxsize=4096)
def float_of(cell: Cell) -> float:
    """The value of a cell such as ``1/2`` or ``ln(3)``.  Raises DerivationError for a symbol."""
    from derivations.arrays import ARRAY

    return float(evaluate(parse(str(cell)), {}, ARRAY)[0, 0])


def floats(cells: Table) -> Array:
    """A table as an array of floats, (rows, columns)."""
    import numpy as np

    return np.array([[float_of(cell) for cell in row] for row in cells], dtype=float)


def is_numeric(example: Example) -> bool:
    """Whether no cell of an example is a symbol."""
    try:
        for cells in tables(example).values():
            floats(cells)
    except DerivationError:
        return False
    return True


@dataclass(frozen=True)
class Frame:
    """What all variants of one size share: the derivation, sizes of axes, shapes of values."""

    derivation: Derivation
    sizes: Mapping[str, int]
    shapes: Mapping[str, Shape]

    @staticmethod
    def of(derivation: Derivation, shapes: Mapping[str, Shape]) -> Frame:
        """The frame of all variants whose values have these shapes."""
        return Frame(derivation, _sizes(derivation, shapes), shapes)

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """For each step the inputs and steps that its formula names, in their order."""
        known = list(self.shapes)
        return {step.name: _named(formula_of(step), known) for step in self.derivation.steps}

    def below(self, name: str) -> frozenset[str]:
        """All steps that depend on a value, directly or not."""
        found = {name}
        for step in self.derivation.steps:
            if found & set(self.needs[step.name]):
                found.add(step.name)
        return frozenset(found - {name})

    def shown(self, asked: Sequence[str], same: Callable[[str, str], bool]) -> list[str]:
        """The steps to print: neither asked about, nor the same as one that is, nor following from either."""
        steps = [step.name for step in self.derivation.steps]
        kept = {*asked, *(other for other in steps if any(same(name, other) for name in asked))}
        hidden = kept.union(*(self.below(name) for name in kept))
        return [name for name in steps if name not in hidden]

    def scope(self, values: Mapping[str, V], reading: Reading[V]) -> dict[str, V]:
        """Values together with the sizes of the axes, as formulas name them."""
        if reading.name not in self.sized:
            self.sized[reading.name] = {axis: _integer(size, reading) for axis, size in self.sizes.items()}
        return {**self.sized[reading.name], **values}

    @cached_property
    def sized(self) -> dict[str, dict[str, Any]]:
        """The sizes of the axes in each reading that has been used."""
        return {}

    @cached_property
    def formulas(self) -> dict[str, Node]:
        """The formula of every step."""
        return {step.name: formula_of(step) for step in self.derivation.steps}

    def step(self, name: str, scope: Mapping[str, V], reading: Reading[V]) -> V:
        """The value of one step from the values before it."""
        return define(self.formulas[name], self.shapes[name], scope, reading)

    def steps(
        self,
        given: Mapping[str, V],
        reading: Reading[V],
        replaced: Mapping[str, Node] | None = None,
        fixed: Mapping[str, V] | None = None,
    ) -> dict[str, V]:
        """All inputs and steps; some by other formulas, some with values of somebody else.

        Raises DerivationError where a step cannot be worked out.
        """
        scope = self.scope(given, reading)
        values = dict(given)
        for step in self.derivation.steps:
            formula = (replaced or {}).get(step.name) or self.formulas[step.name]
            if fixed and step.name in fixed:
                value = fixed[step.name]
            else:
                value = define(formula, self.shapes[step.name], scope, reading)
            scope[step.name] = values[step.name] = value
        return values


def _integer(value: int, reading: Reading[V]) -> V:
    return reading.number(Number(str(value), Fraction(value)))


def exactly(derivation: Derivation, example: Example) -> dict[str, Exact]:
    """All values of an example, exactly."""
    return derive(derivation, example, EXACT)


def _sizes(derivation: Derivation, shapes: Mapping[str, Shape]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    parts: list[Input | Step] = [*derivation.inputs, *derivation.steps]
    for part in parts:
        shape = shapes[part.name][-len(part.axes) :] if part.axes else ()
        for axis, size in zip(part.axes, shape, strict=True):
            if parse(axis).kind == "name":
                sizes.setdefault(axis, size)
    return sizes


def _named(formula: Node, known: list[str]) -> tuple[str, ...]:
    """The known names on the right sides of a formula; ``X_1`` and ``E_{s_i,j}`` name X, E and s."""
    found: set[str] = set()
    pieces = formula.args if formula.kind == "statements" else (formula,)
    for piece in pieces:
        for node in (inner for right in piece.args[1:] for inner in right.walk()):
            if node.kind == "name" or (node.kind == "call" and node.data in known):
                found |= set(_bases(str(node.data), known))
    return tuple(name for name in known if name in found)


def _bases(name: str, known: list[str]) -> list[str]:
    if name in known:
        return [name]
    base, superscript, subscript = names.parts(name)
    whole = names.canonical(base, superscript)
    inner = [part for part in subscript.replace(",", "_").split("_") if part in known]
    pieces = (
        [whole]
        if whole in known
        else [other for other in known if subscript and name.startswith(other + "_")]
    )
    return [
        *pieces,
        *inner,
        *(other for other in known if subscript and len(other) == 1 and other in subscript),
    ]
