"""The derivations, one file each, found by file name.

A file of this folder defines ``DERIVATION``.  A new file needs no other change.
"""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from derivations.model import Derivation, DerivationError


@cache
def load_all() -> dict[str, Derivation]:
    """Every derivation by id, in teaching order."""
    found: list[Derivation] = [module.DERIVATION for module in _modules()]
    return {d.id: d for d in sorted(found, key=lambda d: (d.order, d.id))}


def files() -> dict[str, Path]:
    """The file of every derivation by id."""
    return {module.DERIVATION.id: Path(str(module.__file__)) for module in _modules()}


def _modules() -> list[ModuleType]:
    return [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]


def load(id: str) -> Derivation:
    """The derivation with this id.  Raises DerivationError naming the nearest ids."""
    derivations = load_all()
    if id in derivations:
        return derivations[id]
    near = get_close_matches(id, derivations, 2)
    hint = f"did you mean {' or '.join(near)}?" if near else "see: derivations list"
    raise DerivationError(f"no derivation is called {id!r}; {hint}")
