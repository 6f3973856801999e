"""Steps that come out the same for everybody: asking for them would be asking the class one question."""

from __future__ import annotations

from functools import lru_cache

from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.growing import base
from derivations.exercises.variants import variant

VARIANTS = 12
"""So many are looked at."""


@lru_cache(maxsize=256)
def settled(derivation_id: str, difficulty: int) -> frozenset[str]:
    """The steps that no variant of a level changes, such as the encodings of the positions."""
    import numpy as np

    start = base(derivation_id, difficulty)
    seeds = (seed_of("settled", derivation_id, f"{difficulty}:{at}") for at in range(VARIANTS))
    found = [variant(start, Draws(seed))[1] for seed in seeds]
    names = [step.name for step in start.frame.derivation.steps]
    return frozenset(
        name for name in names if all(np.allclose(values[name], found[0][name]) for values in found)
    )
