"""Marks for options and for shapes."""

from __future__ import annotations

import re
from fractions import Fraction

from derivations.exercises.answers import Answer
from derivations.exercises.solution import Solution, letter
from derivations.model import Mark, Part


def _written(answer: Answer) -> str:
    cells = [cell for row in answer.rows for cell in row if cell.strip()]
    return (answer.text or (cells[-1] if cells else "")).strip().strip("$*_ ")


def grade_choice(_solution: Solution, part: Part, answer: Answer) -> Mark:
    """All points for the right letter; a wrong one names the slip that leads to it."""
    text = _written(answer)
    found = re.fullmatch(r"[\[(（]?\s*([A-Za-z]{1,2})\s*[\])）.:]?", text)
    chosen = next((o for at, o in enumerate(part.options) if found and letter(at) == found[1].upper()), None)
    if chosen is None:
        return Mark(part, Fraction(0), Fraction(0), remark="unread", detail=text)
    score = Fraction(part.points if chosen.is_right else 0)
    return Mark(part, score, score, cause=chosen.slip or None if not chosen.is_right else None)


def grade_shape(solution: Solution, part: Part, answer: Answer) -> Mark:
    """All points for rows and columns; ``3 × 2``, ``3x2``, ``(3, 2)`` and ``3 by 2`` are the same."""
    cells = [cell for row in answer.rows for cell in row if cell.strip()]
    text = " ".join(cells) if cells else answer.text
    sizes = [int(size) for size in re.findall(r"\d{1,9}", text)]
    if len(sizes) != 2:
        return Mark(part, Fraction(0), Fraction(0), remark="unread", detail=text.strip())
    right = list(solution.shape(solution.step(part)))
    score = Fraction(part.points if sizes == right else 0)
    turned = "sides-swapped" if sizes == right[::-1] != right else None
    return Mark(part, score, score, cause=turned)
