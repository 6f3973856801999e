"""Exact worked examples of transformer attention: tutorials, checked articles, exercises.

    import derivations
    worked = derivations.evaluate("self-attention", {"X": [[1, 0], [0, 1]], ...})
    worked["O"].decimal(30)
    derivations.verify("article.md")

Importing the package imports nothing else; each function brings what it needs.
``evaluate`` and ``verify`` are also the names of modules: those can be called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspect import Signature

    from derivations.model import DerivationError, Worked

__version__ = "0.1.0"
__all__ = ["DerivationError", "__version__", "evaluate", "verify", "verify_text"]


def _evaluate(derivation: str | Path, inputs: Mapping[str, Any] | None = None) -> Worked:
    """All steps of a derivation for one set of inputs, exactly, each checked against NumPy.

    ``derivation`` is an id such as ``"self-attention"`` or the path of a TOML file.
    ``inputs`` maps names to matrices (n, d) as rows of numbers or of strings such as
    ``"1/2"``, ``"sqrt(2)"``, ``"ln(3)"`` or a symbol ``"x_{11}"``; without them the first
    example, or the values of the file, are used.  Raises DerivationError, which says
    what was found and what was expected.
    """
    worked: Worked = import_module("derivations.given").worked(derivation, inputs)
    return worked


def _verify(path: str | Path) -> dict[str, Any]:
    """The claims of an article and their verdicts, as one article of the JSON contract."""
    result: dict[str, Any] = import_module("derivations.verify").verify_path(path)
    return result


def verify_text(text: str, format: str = "md") -> dict[str, Any]:
    """The claims of an article and their verdicts, as one article of the JSON contract."""
    result: dict[str, Any] = import_module("derivations.verify").verify_text(text, format)
    return result


# ---------------------------------------------------------------- functions that share a module's name

_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"evaluate": _evaluate, "verify": _verify}

if TYPE_CHECKING:
    evaluate = _evaluate
    verify = _verify


class _Callable(ModuleType):
    """A module that can be called as the function of the same name, and shows itself as that function."""

    __doc__ = property(lambda self: self._function.__doc__)

    @property
    def __signature__(self) -> Signature:
        from inspect import signature

        return signature(self._function)

    @property
    def _function(self) -> Callable[..., Any]:
        return _FUNCTIONS[self.__name__.rpartition(".")[2]]

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._function(*args, **options)


class _Package(ModuleType):
    """This package: a module that is imported under a function's name becomes callable."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FUNCTIONS and type(value) is ModuleType:
            value.__class__ = _Callable
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "DerivationError":
        return import_module("derivations.model").DerivationError
    if name in _FUNCTIONS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
