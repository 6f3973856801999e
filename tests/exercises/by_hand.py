"""An exercise whose every value is worked out by hand.

With d_k = 4 the scores are halved: Q K^T = diag(2 ln 2, 2 ln 3), S = diag(ln 2, ln 3),
A = ((2/3, 1/3), (1/4, 3/4)), V = ((3, 0), (0, 12)), O = ((2, 4), (3/4, 9)).  Without the
scaling the weights are ((4/5, 1/5), (1/10, 9/10)), and the output ((12/5, 12/5), (3/10, 54/5)).
"""

from __future__ import annotations

from collections.abc import Mapping

from derivations.exercises.answers import Answer, Answers
from derivations.exercises.grading import Marked, Policy, grade
from derivations.exercises.roster import Student
from derivations.exercises.sheets import Sheet
from derivations.library import load
from derivations.model import Example, Exercise, Mark, Part

EXAMPLE = Example(
    "by-hand",
    "By hand",
    {
        "X": ((1, 0), (0, 1)),
        "W^Q": ((2, 0, 0, 0), (0, 2, 0, 0)),
        "W^K": (("ln(2)", 0, 0, 0), (0, "ln(3)", 0, 0)),
        "W^V": ((3, 0), (0, 12)),
    },
)
PARTS = tuple(Part(str(at), "values", step, 2) for at, step in enumerate(("Q", "S", "A", "O"), 1))
EXERCISE = Exercise(load("self-attention"), EXAMPLE, "step", PARTS, 2, 1)
SHEET = Sheet(Student("017"), (EXERCISE,))

RIGHT = {
    "1": "[[2, 0, 0, 0], [0, 2, 0, 0]]",
    "2": "[[ln 2, 0], [0, ln 3]]",
    "3": r"\begin{bmatrix} \frac{2}{3} & \frac{1}{3} \\ \frac14 & 0.75 \end{bmatrix}",
    "4": "[[2, 4], [3/4, 9]]",
}
UNSCALED = {
    "2": "[[2 ln 2, 0], [0, 2 ln 3]]",
    "3": "[[4/5, 1/5], [1/10, 9/10]]",
    "4": "[[12/5, 12/5], [3/10, 54/5]]",
}


def marked(texts: Mapping[str, str], ecf: str = "if-better", penalty: str = "0") -> Marked:
    """The marks for right answers, some of them replaced."""
    from fractions import Fraction

    answers = {number: Answer(text=text) for number, text in (RIGHT | dict(texts)).items()}
    return grade(SHEET, Answers("answers.md", "017", answers), Policy(ecf, Fraction(penalty)))


def mark_of(answer: Answer, part: Part) -> Mark:
    """The mark of one part, asked by itself."""
    exercise = Exercise(EXERCISE.derivation, EXAMPLE, "step", (part,), 2, 1)
    return grade(Sheet(Student("017"), (exercise,)), Answers("", "017", {"1": answer})).marks[0][1]
