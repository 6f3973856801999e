"""Exact values, certified balls and what printed numbers claim."""

from derivations.exact.balls import BALL, ball_interval
from derivations.exact.enclosures import precision
from derivations.exact.equality import Answer, Equality, compare
from derivations.exact.operations import EXACT
from derivations.exact.values import Exact
from derivations.formula.reading import Reading

__all__ = [
    "BALL",
    "EXACT",
    "Answer",
    "Equality",
    "Exact",
    "Reading",
    "ball_interval",
    "compare",
    "precision",
]
