"""Answers -> marks, by the comparison of the verifier, in two worlds.

An answer may follow from the inputs or, where an earlier answer is wrong, from
what the student wrote there: then the error has cost marks once and is carried
forward.  Whatever cannot be read is reported, and the rest is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from flint import arb_mat

from derivations.evaluate import define
from derivations.exact import EXACT, precision
from derivations.exact.balls import BALL
from derivations.exercises.answers import Answer, Answers
from derivations.exercises.choices import grade_choice, grade_shape
from derivations.exercises.completed import grade_formula
from derivations.exercises.expected import Expectation
from derivations.exercises.filled import At, any_shape, filled
from derivations.exercises.fits import GOOD, Fits, Judged, fitting, too_short, within
from derivations.exercises.notes import Notes
from derivations.exercises.sheets import Sheet
from derivations.exercises.solution import Solution
from derivations.exercises.wrong import wrong_formulas
from derivations.formula.reading import Reading
from derivations.model import CellMark, DerivationError, Exercise, Mark, Node, Part, Verdict
from derivations.verify.claims import Claim
from derivations.verify.literals import DIGITS, Match, Printed, matches
from derivations.verify.weighing import weigh

V = TypeVar("V")

ECF = ("off", "if-better", "always")


@dataclass(frozen=True)
class Policy:
    """How errors are carried forward.

    ``off``: only the true value counts.  ``if-better``: what follows from the
    student's own earlier answers counts too.  ``always``: after a wrong answer only
    that counts.  ``penalty`` is the share of a part that carried credit loses.
    """

    ecf: str = "if-better"
    penalty: Fraction = Fraction(0)


@dataclass(frozen=True)
class Numbered:
    """A part with its number on the sheet."""

    number: str
    exercise: Exercise
    part: Part


@dataclass(frozen=True)
class Marked:
    """The marks of one student."""

    sheet: Sheet
    answers: Answers
    marks: tuple[tuple[Numbered, Mark], ...]

    @property
    def score(self) -> Fraction:
        """All marks together."""
        return sum((mark.score for _, mark in self.marks), Fraction(0))

    @property
    def alone(self) -> Fraction:
        """All marks, without anything carried forward."""
        return sum((mark.alone for _, mark in self.marks), Fraction(0))

    @property
    def points(self) -> int:
        """The most that can be had."""
        return sum(mark.part.points for _, mark in self.marks)


def numbered(sheet: Sheet) -> Iterator[Numbered]:
    """All parts of a sheet, numbered from 1 to the end."""
    pairs = ((exercise, part) for exercise in sheet.exercises for part in exercise.parts)
    for at, (exercise, part) in enumerate(pairs, 1):
        yield Numbered(str(at), exercise, part)


def grade(sheet: Sheet, answers: Answers, policy: Policy = Policy()) -> Marked:
    """The marks of every part of a sheet."""
    parts = list(numbered(sheet))
    marks: list[tuple[Numbered, Mark]] = []
    with precision(DIGITS):
        for solution in sheet.solutions:
            desk = Desk(solution, policy)
            own = [each for each in parts if each.exercise is solution.exercise]
            marks += [(each, desk.mark(each, answers.parts.get(each.number, Answer()))) for each in own]
    return Marked(sheet, answers, tuple(marks))


@dataclass
class Desk:
    """The marking of one exercise, part by part."""

    solution: Solution
    policy: Policy
    notes: Notes = field(init=False)
    expectation: Expectation = field(init=False)

    def __post_init__(self) -> None:
        self.notes = Notes.of(self.solution)
        self.expectation = Expectation(self.solution)

    def mark(self, numbered: Numbered, answer: Answer) -> Mark:
        """The mark of a part; whatever is wrong with the answer is part of the mark."""
        part = numbered.part
        if answer.is_blank:
            return nothing(part, "blank")
        if part.answer == "values":
            return self._values(numbered.number, part, answer)
        if part.answer == "formula":
            return grade_formula(self.solution, part, answer)
        return (grade_shape if part.answer == "shape" else grade_choice)(self.solution, part, answer)

    # ------------------------------------------------------------ values

    def _know_until(self, name: str) -> None:
        """Whatever comes before a step, and was not asked or not answered, is known to be true."""
        known = {entry.key for entry in self.notes.entries}
        for step in self.solution.exercise.derivation.steps:
            if step.name == name:
                return
            if step.name not in known:
                self._follow(step.name)

    def _follow(self, name: str) -> None:
        """A step that nobody was asked about: its stated value follows from the stated values before it."""
        entry = self.notes.formula(name)
        shown = self.notes.shown(entry)
        self.notes.know(name)
        faulty = [each for each in entry.entries if each.verdict is not None and each.verdict not in GOOD]
        if shown is not None and faulty and name not in self.solution.shown:
            last = self.notes.entries[-1]
            last.points, last.wide, last.verdict, last.claim = shown, shown, Verdict.CARRIED, faulty[0].claim
            last.followed = self.notes.followed(entry)

    def _values(self, number: str, part: Part, answer: Answer) -> Mark:
        self._know_until(part.step)
        blanks = self.solution.blanks(part)
        found = filled(answer, self.solution.values[part.step].shape, blanks)
        if found is None:
            return self._misshapen(part, answer)
        mine = [at for at in blanks if at in found.cells]
        if not mine:
            unread = "; ".join(found.texts[at] for at in found.unread if at in blanks)
            return nothing(part, "unread" if unread else "blank", unread)
        literal = found.literal(mine)
        claim = weigh(literal, [(self.notes.formula(part.step), True)], self.notes, number)
        if claim is None:
            return nothing(part, "unread", "the step cannot be worked out from the answers before it")
        judged = Judged(part, claim, found, blanks, self._cells(part, claim, literal, mine))
        mark = self._marked(judged)
        verdict = claim.verdict if len(mine) == len(blanks) else Verdict.WRONG
        self.notes.take(part.step, literal, number, verdict if judged.off("off") else Verdict.RIGHT)
        self.expectation.take(part.step, found)
        return mark

    def _misshapen(self, part: Part, answer: Answer) -> Mark:
        """An answer of another shape: a known slip may explain even that."""
        found = any_shape(answer)
        if found is None:
            return nothing(
                part, "unread", answer.text or "; ".join(c for row in answer.rows for c in row if c)[:80]
            )
        every = list(found.cells)
        cause = self._slip(part, found.literal(every), "true")
        detail = f"{found.shape[0]} × {found.shape[1]}"
        score = Fraction(part.points // 2 if cause else 0)
        return Mark(part, score, score, cause=cause, remark="shape", detail=detail)

    def _cells(self, part: Part, claim: Claim, literal: Printed, mine: Sequence[At]) -> Fits:
        """Which cells fit in the true world and in the student's own."""
        resolved = self.notes.formula(part.step)
        truth = self.notes.true(resolved)
        true = fitting(truth, literal, mine, part.places)
        if claim.verdict in GOOD and not too_short(literal, mine, truth, part.places):
            true = frozenset(mine)
        own = (self._shown(part.step), self.notes.followed(resolved))
        shown = frozenset().union(*(fitting(world, literal, mine, part.places) for world in own))
        shown |= within(self.notes.wide(resolved), literal, mine) - set(
            too_short(literal, mine, own[0], part.places)
        )
        faulty = tuple(e.key for e in resolved.entries if e.verdict not in (None, *GOOD))
        return Fits(true, shown, faulty)

    def _shown(self, step: str) -> arb_mat | None:
        """What follows from the student's own answers; exactly, where balls leave open which is larger."""
        found = self.notes.shown(self.notes.formula(step))
        exact = self.expectation.own_value(step) if found is None else None
        return found if exact is None else exact.enclosure(DIGITS)

    def _marked(self, judged: Judged) -> Mark:
        part, mode = judged.part, self.policy.ecf
        off = judged.off(mode)
        wrong = bool(off and judged.off("off")) and judged.claim.verdict not in GOOD
        cause = self._slip(part, judged.claim.literal, "true") if wrong else None
        alone = judged.score("off", cause)
        if wrong and cause is None and mode != "off":
            cause = self._slip(part, judged.claim.literal, "points")
        score = judged.score(mode, cause)
        carried = mode != "off" and not off and bool(judged.off("off"))
        if carried:
            score -= self.policy.penalty * part.points
        used = judged.fits.faulty if (carried or (off and mode != "off")) else ()
        cells = tuple(self._cell(judged, at, bool(used)) for at in off)
        remark, detail = judged.remark(off)
        return Mark(part, max(score, Fraction(0)), alone, used, cause, cells, remark, detail)

    def _cell(self, judged: Judged, at: At, own: bool) -> CellMark:
        expected = self.expectation.cell(judged.part, at, own)
        return CellMark(*at, judged.found.texts.get(at, ""), expected)

    def _slip(self, part: Part, literal: Printed, reading: str) -> str | None:
        """The first known slip that gives every cell of the answer, from true or from own values."""
        scope = self.notes.values(reading)
        resolved = self.notes.formula(part.step)
        right = self.notes.true(resolved) if reading == "true" else self.notes.shown(resolved)
        for slip, formula in wrong_formulas(self.solution.frame, part.step):
            value = self._made(part.step, formula, scope, is_true=reading == "true")
            if value is None or (right is not None and _same(value, right)):
                continue
            found = matches(value, literal)
            if found is not None and all(cell <= Match.TRUNCATED for row in found for cell in row):
                return slip.id
        return None

    def _made(self, step: str, formula: Node, scope: Mapping[str, arb_mat], is_true: bool) -> arb_mat | None:
        """What a slip makes of a step; from true values exactly, where balls leave open which is larger."""
        shape = self.solution.values[step].shape
        value = _defined(formula, shape, scope, BALL)
        if value is not None or not is_true:
            return value
        exact = _defined(formula, shape, self.solution.frame.scope(self.solution.values, EXACT), EXACT)
        return None if exact is None else exact.enclosure(DIGITS)


def _defined(formula: Node, shape: tuple[int, int], scope: Mapping[str, V], reading: Reading[V]) -> V | None:
    """What a formula gives; None where it has no value, such as a case that rounded numbers leave open."""
    try:
        return define(formula, shape, scope, reading)
    except (DerivationError, ArithmeticError, ValueError):
        return None


def _same(one: arb_mat, other: arb_mat) -> bool:
    """Whether a slip does not show in a value."""
    shapes = {(value.nrows(), value.ncols()) for value in (one, other)}
    pairs = zip(one.entries(), other.entries(), strict=True) if len(shapes) == 1 else ()
    return len(shapes) == 1 and all(a.overlaps(b) for a, b in pairs)


def nothing(part: Part, remark: str, detail: str = "") -> Mark:
    """No marks, and why."""
    return Mark(part, Fraction(0), Fraction(0), remark=remark, detail=detail)
