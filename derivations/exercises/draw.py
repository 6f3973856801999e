"""Seeds and draws: the same numbers on any machine and in any Python.

A seed is a hash of who gets which exercise, never of the order of calls.  Only
``Random.random`` is used, the one method whose sequence Python promises to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")

VERSION = 1
"""Of the generator: another version may draw other numbers from the same seed."""


def seed_of(salt: str, student: str, exercise: str, version: int = VERSION) -> int:
    """64 bits that depend on every argument and on nothing else."""
    text = "\x1f".join((salt, student, exercise, str(version)))
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


class Draws:
    """A stream of draws from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def below(self, limit: int) -> int:
        """An integer from 0 to ``limit - 1``."""
        return int(self._random() * limit)

    def chance(self, share: float) -> bool:
        """True in this share of all draws."""
        return self._random() < share

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many of the items, in their own order."""
        chosen = set(self.shuffled(range(len(items)))[:count])
        return [item for at, item in enumerate(items) if at in chosen]
