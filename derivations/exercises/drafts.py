"""What every kind of exercise starts from, and what it makes: a draft, and the questions about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from derivations.exact import Exact
from derivations.exercises.bases import Base
from derivations.exercises.draw import Draws
from derivations.exercises.nice import Look
from derivations.exercises.worlds import exactly
from derivations.model import Derivation, DerivationError, Example, Part, Planted

if TYPE_CHECKING:
    from derivations.arrays import Array

PLACES = 3
"""Digits after the point that are asked for where no short exact value exists."""
MOST_OPTIONS = 4


class UnfitError(DerivationError):
    """This kind has nothing to ask here."""


@dataclass(frozen=True)
class Draft:
    """A variant that is to become an exercise."""

    base: Base
    difficulty: int
    asked: tuple[str, ...]
    example: Example
    values: Mapping[str, Array]
    draws: Draws

    @property
    def derivation(self) -> Derivation:
        """What the variant is one of."""
        return self.base.frame.derivation

    @cached_property
    def exact(self) -> dict[str, Exact]:
        """All values without rounding."""
        return exactly(self.derivation, self.example)

    def places(self, name: str) -> int | None:
        """None where the value is short enough to be written exactly."""
        return PLACES if self.base.looks[name] is Look.DECIMAL else None

    def part(self, number: int, name: str, cells: Sequence[tuple[int, int]] = ()) -> Part:
        """The question for the value of a step, or for some of its cells."""
        return Part(str(number), "values", name, 2, tuple(cells), self.places(name))


@dataclass(frozen=True)
class Questions:
    """What a kind has made of a draft."""

    parts: tuple[Part, ...]
    planted: Planted | None = None
    sizes: tuple[tuple[str, int], ...] = ()
