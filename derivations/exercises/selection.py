"""Which steps are asked about: a chain of steps, each needed by the next.

The same steps are asked of everybody with the same difficulty.  Nothing that
follows from a question is printed, so no answer can be read off further down.
"""

from __future__ import annotations

from functools import lru_cache

from derivations.exercises.bases import Base
from derivations.exercises.nice import Look

COUNTS = (2, 4, 5, 6, 8)
"""How many steps are left out, by difficulty."""
MOST_CELLS = 36
"""Larger values are asked of nobody."""


def askable(base: Base) -> list[str]:
    """Steps that depend on the inputs and are small; exact ones, if there are enough."""
    sized = [s.name for s in base.frame.derivation.steps if _cells(base, s.name) <= MOST_CELLS]
    varying = [name for name in sized if _depends_on_inputs(base, name)]
    exact = [name for name in varying if base.looks[name] < Look.DECIMAL]
    return next((found for found in (exact, varying) if len(found) > 1), sized)


def _cells(base: Base, name: str) -> int:
    rows, columns = base.frame.shapes[name]
    return rows * columns


def _depends_on_inputs(base: Base, name: str) -> bool:
    return any(name in base.frame.below(given.name) for given in base.frame.derivation.inputs)


def blanked(base: Base, difficulty: int, settled: frozenset[str]) -> list[str]:
    """The steps to ask about, in the order of the derivation; settled ones only where others are too few."""
    known = tuple(askable(base))
    varying = tuple(name for name in known if name not in settled)
    chosen = varying if len(varying) > 1 else known
    return list(_blanked(base.frame.derivation.id, known, chosen, _needs(base), COUNTS[difficulty - 1]))


def _needs(base: Base) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(base.frame.needs.items())


@lru_cache(maxsize=512)
def _blanked(
    _id: str,
    askable: tuple[str, ...],
    varying: tuple[str, ...],
    needs: tuple[tuple[str, tuple[str, ...]], ...],
    count: int,
) -> tuple[str, ...]:
    chain = _chain(varying, dict(needs))[-count:]
    others = [*reversed(varying), *(name for name in reversed(askable) if name not in varying)]
    more = [name for name in others if name not in chain][: count - len(chain)]
    return tuple(name for name in askable if name in chain or name in more)


def _chain(askable: tuple[str, ...], needs: dict[str, tuple[str, ...]]) -> list[str]:
    """The longest chain of steps to ask about, each needing the one before."""
    best: dict[str, list[str]] = {}
    for name, uses in needs.items():
        before = max((best[use] for use in uses if use in best), key=len, default=[])
        best[name] = [*before, name] if name in askable else before
    return max(best.values(), key=len)
