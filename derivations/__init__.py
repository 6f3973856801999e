"""Exact worked examples of transformer attention: tutorials, checked articles, exercises.

    import derivations
    worked = derivations.evaluate("self-attention", {"X": [[1, 0], [0, 1]], ...})
    worked["O"].decimal(30)
    derivations.verify("article.md")

Importing the package imports nothing else; each function brings what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivations.model import DerivationError, Worked

__version__ = "0.1.0"
__all__ = ["DerivationError", "__version__", "evaluate", "verify", "verify_text"]


def evaluate(derivation: str | Path, inputs: Mapping[str, Any] | None = None) -> Worked:
    """All steps of a derivation for one set of inputs, exactly, each checked against NumPy.

    ``derivation`` is an id such as ``"self-attention"`` or the path of a TOML file.
    ``inputs`` maps names to matrices (n, d) as rows of numbers or of strings such as
    ``"1/2"``, ``"sqrt(2)"``, ``"ln(3)"`` or a symbol ``"x_{11}"``; without them the first
    example, or the values of the file, are used.  Raises DerivationError, which says
    what was found and what was expected.
    """
    worked: Worked = import_module("derivations.given").worked(derivation, inputs)
    return worked


def verify_text(text: str, format: str = "md") -> dict[str, Any]:
    """The claims of an article and their verdicts, as one article of the JSON contract."""
    result: dict[str, Any] = import_module("derivations.verify").verify_text(text, format)
    return result


if TYPE_CHECKING:

    def verify(path: str | Path) -> dict[str, Any]:
        """The claims of an article and their verdicts, as one article of the JSON contract."""


class _Verify(ModuleType):
    """The package ``derivations.verify``, which is also the function of that name."""

    def __call__(self, path: str | Path) -> dict[str, Any]:
        """The claims of an article and their verdicts, as one article of the JSON contract."""
        result: dict[str, Any] = self.verify_path(path)
        return result


class _Package(ModuleType):
    """This package: whenever ``derivations.verify`` is imported, it becomes callable."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "verify" and type(value) is ModuleType:
            value.__class__ = _Verify
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "DerivationError":
        return import_module("derivations.model").DerivationError
    if name == "verify":
        return import_module("derivations.verify")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
