"""What names stand for while a formula is evaluated, and how much may be worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, TypeVar

from derivations.formula.reading import Reading
from derivations.model import DerivationError, Number

V = TypeVar("V")

MAX_TERMS = 100_000
"""Terms of a written-out sum, or cells of an elementwise definition."""

MAX_FACTORS = 1000
"""Factors of a written-out product: each can make the number longer."""

MAX_CELLS = 250_000
"""Entries of a matrix that a formula makes out of nothing, such as an identity matrix."""

MAX_EVALUATIONS = 2_000_000
"""Nodes evaluated for one formula; sums inside sums reach it within minutes."""


@dataclass(slots=True)
class Budget:
    """How many more nodes may be evaluated."""

    left: int = MAX_EVALUATIONS

    def spend(self) -> None:
        """One more node.  Raises DerivationError when nothing is left."""
        self.left -= 1
        if self.left < 0:
            raise DerivationError(f"working this out takes more than {MAX_EVALUATIONS} steps")


@dataclass(slots=True, eq=False)
class Scope(Generic[V]):
    """Everything that names stand for while a formula is evaluated; nobody changes it once it is made."""

    values: Mapping[str, V]
    reading: Reading[V]
    indices: Mapping[str, int] = field(default_factory=dict)
    """Running indices of sums and elementwise definitions."""
    origin: int = 1
    """What the first row and column are called: 1 or 0."""
    lenient: bool = False
    """Whether a plain list may stand as a row or as a column, as in NumPy."""
    free: Callable[[str], V] | None = None
    """What an unknown name stands for; None makes it an error."""
    budget: Budget = field(default_factory=Budget)

    def operation(self, name: str, *operands: Any) -> V:
        """An operation of the reading."""
        return self.reading.operations[name](*operands)

    def integer(self, value: int) -> V:
        """An integer as a value, 1 × 1."""
        return self.reading.number(Number(str(value), Fraction(value)))

    def shape(self, value: V) -> tuple[int, int]:
        """Rows and columns; of a value that is only a shape, some may be polynomials in names."""
        return self.reading.shape(value)

    def sizes(self, value: V) -> tuple[int, int]:
        """Rows and columns as numbers.  Raises DerivationError where they are only names."""
        for size in self.shape(value):
            if not isinstance(size, int):
                raise DerivationError(f"the size {size} has no number here, so indices cannot run over it")
        return self.shape(value)

    def running(self, **indices: int) -> Scope[V]:
        """The same scope with running indices set."""
        return self.within({**self.indices, **indices})

    def within(self, indices: Mapping[str, int]) -> Scope[V]:
        """The same scope with other running indices."""
        return Scope(self.values, self.reading, indices, self.origin, self.lenient, self.free, self.budget)

    def inside(self, values: Mapping[str, V]) -> Scope[V]:
        """The scope of a function's definition, where only its parameters have values."""
        return Scope(values, self.reading, lenient=self.lenient, budget=self.budget)
