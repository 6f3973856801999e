"""Marks for formulas: what a student writes is worked out beside the right formula.

Two formulas that agree, certified, for the numbers of the sheet and for the
numbers of other sheets are the same.  Nothing that is written is ever executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, arb_mat

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.exercises.answers import Answer
from derivations.exercises.draw import Draws
from derivations.exercises.filled import last_side, tidy
from derivations.exercises.growing import base
from derivations.exercises.solution import Solution
from derivations.exercises.statements import where_of, with_definitions, with_letters
from derivations.exercises.variants import variant
from derivations.formula import names, parse
from derivations.model import DerivationError, Mark, Node, Part
from derivations.verify.entries import plain

SAMPLES = 3
"""Variants for which both formulas have to agree."""
MOST_NODES = 300


def grade_formula(solution: Solution, part: Part, answer: Answer) -> Mark:
    """All points for a formula that is equal and does without the names that were excluded."""
    text = tidy(answer.text or next((c for row in answer.rows for c in reversed(row) if c), ""))
    node = last_side(parse(text))
    if node.kind in ("opaque", "statements") or len(node.walk()) > MOST_NODES:
        return _none(part, "unread", text)
    if plain(node) == plain(parse(part.left)):
        return _none(part, "unchanged", text)
    used = sorted(name for name in part.without if _uses(node, name))
    if used:
        return _none(part, "without", ", ".join(used))
    samples = _samples(solution, part, node)
    try:
        same = _agree(*next(samples))
    except (DerivationError, ArithmeticError, ValueError, RecursionError, StopIteration) as error:
        return _none(part, "unread", f"{text}: {error}")
    same = same and _all_agree(samples)
    score = Fraction(part.points if same else 0)
    return Mark(part, score, score, remark="" if same else "different", detail="" if same else text)


def _none(part: Part, remark: str, detail: str) -> Mark:
    return Mark(part, Fraction(0), Fraction(0), remark=remark, detail=detail)


def _uses(node: Node, name: str) -> bool:
    found = {inner.data for inner in node.walk() if inner.kind == "name"}
    return any(each == name or names.canonical(*names.parts(each)[:2]) == name for each in found)


def _samples(solution: Solution, part: Part, node: Node) -> Iterator[tuple[arb_mat, arb_mat]]:
    """The right formula and the student's, for this sheet and for other numbers."""
    exercise = solution.exercise
    start = base(exercise.derivation.id, exercise.difficulty)
    where = where_of(exercise.derivation.identities, part.left, part.right)
    worlds = [solution]
    for at in range(1, SAMPLES):
        example, _ = variant(start, Draws(exercise.seed ^ at))
        worlds.append(Solution(type(exercise)(exercise.derivation, example, exercise.kind, (), 1, 0)))
    sides = (parse(part.left), parse(part.right))
    for at, world in enumerate(worlds):
        try:
            scope = with_letters(sides, with_definitions(where, _scope(world), BALL), BALL, at)
            right = evaluate(sides[1], scope, BALL)
        except (DerivationError, ArithmeticError, ValueError):
            continue  # other numbers may not suit the formula: a row may have no variance
        yield right, evaluate(node, _without(scope, part), BALL)


def _scope(world: Solution) -> dict[str, arb_mat]:
    return world.frame.scope(world.balls, BALL)


def _without(scope: dict[str, arb_mat], part: Part) -> dict[str, arb_mat]:
    return {name: value for name, value in scope.items() if name not in (*part.without, part.step)}


def _all_agree(samples: Iterator[tuple[arb_mat, arb_mat]]) -> bool:
    """Whether a formula that suits the sheet suits other numbers too."""
    try:
        return all(_agree(one, other) for one, other in samples)
    except (DerivationError, ArithmeticError, ValueError, RecursionError):
        return False


def _agree(one: arb_mat, other: arb_mat) -> bool:
    """Whether two values are the same; ``1`` may stand for a matrix of ones."""
    if (other.nrows(), other.ncols()) == (1, 1):
        other = arb_mat(one.nrows(), one.ncols(), [other[0, 0]] * (one.nrows() * one.ncols()))
    shapes = {(value.nrows(), value.ncols()) for value in (one, other)}
    pairs = zip(one.entries(), other.entries(), strict=True) if len(shapes) == 1 else []
    return len(shapes) == 1 and all(a.overlaps(b) and _is_sharp(a) and _is_sharp(b) for a, b in pairs)


def _is_sharp(ball: arb) -> bool:
    """Whether a ball says anything: a wide one overlaps with everything."""
    return bool(not ball.is_finite() and ball < 0) or bool(ball.rad() < (1 + abs(ball)) * arb("1e-15"))
