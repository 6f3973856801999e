"""A formula that a printed value can be held against."""

from __future__ import annotations

from typing import NamedTuple

from derivations.model import Node


class Expectation(NamedTuple):
    """A formula that a printed value can be held against.

    ``sure`` says that the article itself, or a name everybody reads alike, gives
    the formula: only then is a mismatch an error of the article.
    """

    formula: Node
    role: str
    sure: bool
