"""Worked examples for values that a program hands over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivations import derive, files, library, userfile
from derivations.formula import parse
from derivations.model import DerivationError, Example, Worked


def worked(derivation: str | Path, inputs: Mapping[str, Any] | None = None) -> Worked:
    """A derivation of the library, by id, or of a TOML file, by path, for the inputs."""
    if str(derivation).endswith(".toml") or isinstance(derivation, Path):
        if inputs is not None:
            raise DerivationError(f"{derivation}: the file has its own inputs; leave the argument inputs out")
        return userfile.work(files.read(derivation))
    found = library.load(derivation)
    if inputs is None:
        return derive.work(found)
    values = {_canonical(name): value for name, value in inputs.items()}
    return derive.work(found, Example("given", "Given values", values))


def _canonical(name: str) -> str:
    """``W_Q`` and ``W^Q`` are the same input."""
    tree = parse(name)
    return str(tree.data) if tree.kind == "name" else name
