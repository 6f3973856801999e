"""Marks for options and for shapes."""

from __future__ import annotations

import re
from fractions import Fraction

from derivations.exercises.answers import Answer
from derivations.exercises.solution import Solution, letter
from derivations.model import CellMark, Mark, Part


def _written(answer: Answer) -> str:
    cells = [cell for row in answer.rows for cell in row if cell.strip()]
    return (answer.text or (cells[-1] if cells else "")).strip().strip("$*_ ")


def grade_choice(solution: Solution, part: Part, answer: Answer) -> Mark:
    """All points for the right letter; a wrong value names the slip that leads to it."""
    text = _written(answer)
    found = re.fullmatch(r"[\[(（]?\s*([A-Za-z]{1,2})\s*[\])）.:]?", text)
    chosen = next((o for at, o in enumerate(part.options) if found and letter(at) == found[1].upper()), None)
    if chosen is None:
        return Mark(part, Fraction(0), Fraction(0), remark="unread", detail=text)
    if chosen.is_right:
        return Mark(part, Fraction(part.points), Fraction(part.points))
    slip = chosen.slip if chosen.tex else ""  # words that name a slip are what was chosen, not how
    return _off(part, letter(part.options.index(chosen)), solution.letter(part), slip or None)


def _off(part: Part, given: str, expected: str, cause: str | None) -> Mark:
    """No points, and what stands there instead of what."""
    return Mark(part, Fraction(0), Fraction(0), cause=cause, cells=(CellMark(1, 1, given, expected),))


def grade_shape(solution: Solution, part: Part, answer: Answer) -> Mark:
    """All points for rows and columns; ``3 × 2``, ``3x2``, ``(3, 2)`` and ``3 by 2`` are the same."""
    cells = [cell for row in answer.rows for cell in row if cell.strip()]
    text = " ".join(cells) if cells else answer.text
    sizes = [int(size) for size in re.findall(r"\d{1,9}", text)]
    if len(sizes) != 2:
        return Mark(part, Fraction(0), Fraction(0), remark="unread", detail=text.strip())
    right = list(solution.shape(solution.asked(part)))
    if sizes == right:
        return Mark(part, Fraction(part.points), Fraction(part.points))
    turned = "sides-swapped" if sizes == right[::-1] else None
    return _off(part, _sides(sizes), _sides(right), turned)


def _sides(sizes: list[int]) -> str:
    return " × ".join(map(str, sizes))
