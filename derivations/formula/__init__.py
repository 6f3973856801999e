"""The formula language: TeX mathematics as people write it, to a tree and back."""

from derivations.formula.parser import parse, statements

__all__ = ["parse", "statements"]
