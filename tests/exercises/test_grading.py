"""Marks: what counts as right, what is carried forward, what is said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.exercises.answers import Answer
from derivations.model import Option, Part
from derivations.writers.sheets import marks
from tests.exercises.by_hand import UNSCALED, mark_of, marked

A_CELL = Part("1", "values", "A", 2, ((1, 1),))
MIDDLE = Part("1", "values", "O", 2)

# ---------------------------------------------------------------- one cell that should be 2/3

CELLS = [
    # what stands in the cell, its score, and the remark
    ("2/3", 2, ""),
    (r"\frac{2}{3}", 2, ""),
    (r"$\frac{2}{3}$", 2, ""),
    (r"\frac23", 2, ""),
    ("⅔", 2, ""),
    ("4/6", 2, ""),
    ("0.667", 2, ""),
    ("0,667", 2, ""),
    ("66.67%", 2, ""),
    ("66,67 %", 2, ""),
    ("e^{ln2}/3", 2, ""),
    ("2ln2/ln8", 2, ""),
    ("0.67", 2, ""),
    ("0.66", 2, ""),  # cut off instead of rounded
    ("e^{ln 2}/(1+e^{ln 2})", 2, ""),
    (r"\frac{e^{\ln 2}}{e^{\ln 2} + e^0}", 2, ""),
    ("exp(log(2))/3", 2, ""),
    ("= 2/3", 2, ""),
    ("A_{11} = 4/6 = 2/3", 2, ""),
    ("0.6666666666666", 2, ""),
    ("0.7", 0, "digits"),
    ("3", 0, ""),
    ("1/3", 0, ""),
    ("-2/3", 0, ""),
    ("0.65", 0, ""),
    ("2/0", 0, "unread"),
    ("about two thirds", 0, "unread"),
    ("1/3; 2/3", 0, "unread"),  # one of them is right, but which one is meant?
    ("1:3", 0, "unread"),
    ("__import__('os').system('true')", 0, "unread"),
    ("9**9**9**9**9", 0, ""),
    ("", 0, "blank"),
    ("____", 0, "blank"),
]


@pytest.mark.parametrize(("text", "score", "remark"), CELLS)
def test_a_cell_that_should_be_two_thirds(text: str, score: int, remark: str) -> None:
    mark = mark_of(Answer(((text, "1/3"), ("1/4", "3/4"))), A_CELL)
    assert (Fraction(score), remark) == (mark.score, mark.remark)


@pytest.mark.parametrize(
    "text",
    [
        "[[2, 4], [0.75, 9]]",
        "O = A V = [[2, 4], [3/4, 9]]",
        r"$$O = \begin{pmatrix} 2 & 4 \\ 3/4 & 9 \end{pmatrix}$$",
        "[2 4; 0.75 9]",
        "```\n[[2, 4],\n [0.75, 9]]\n```",
    ],
)
def test_a_matrix_may_be_written_in_many_ways(text: str) -> None:
    assert 2 == mark_of(Answer(text=text), MIDDLE).score


@pytest.mark.parametrize(
    ("rows", "score"),
    [
        ((("2", "4"), ("3/4", "9")), 2),
        ((("O", "1", "2"), ("1", "2", "4"), ("2", "3/4", "9")), 2),  # with headings
        ((("2", "4"), ("3/4", "")), 1),
        ((("2", ""), ("", "")), 0),
        ((("4", "2"), ("9", "3/4")), 0),
    ],
)
def test_a_share_of_the_cells_is_a_share_of_the_points(rows: tuple[tuple[str, ...], ...], score: int) -> None:
    assert score == mark_of(Answer(rows), MIDDLE).score


def test_a_vector_may_stand_or_lie() -> None:
    from tests.exercises.by_hand import EXAMPLE, EXERCISE

    assert EXERCISE.example is EXAMPLE
    part = Part("1", "values", "Q", 2, ((1, 1), (2, 2)))
    assert 2 == mark_of(Answer((("2", "2"),)), part).score, "only the blanks, in their order"


# ---------------------------------------------------------------- errors carried forward


def scores(texts: dict[str, str], **policy: str) -> list[Fraction]:
    return [mark.score for _, mark in marked(texts, **policy).marks]


def test_right_answers_have_all_points() -> None:
    assert [2, 2, 2, 2] == scores({})
    assert marked({}).score == marked({}).alone == 8


@pytest.mark.parametrize(
    ("ecf", "penalty", "expected"),
    [
        ("off", "0", [2, 1, 0, 0]),
        ("if-better", "0", [2, 1, 2, 2]),
        ("if-better", "0.25", [2, 1, Fraction(3, 2), Fraction(3, 2)]),
        ("if-better", "1", [2, 1, 0, 0]),
        ("always", "0", [2, 1, 2, 2]),
    ],
)
def test_what_follows_from_the_own_scores_counts(ecf: str, penalty: str, expected: list[Fraction]) -> None:
    assert expected == scores(UNSCALED, ecf=ecf, penalty=penalty)


@pytest.mark.parametrize(("ecf", "weights"), [("off", 2), ("if-better", 2), ("always", 0)])
def test_the_true_weights_after_wrong_scores(ecf: str, weights: int) -> None:
    """Somebody who copies the right weights has not computed them from their own scores."""
    found = marked({"2": UNSCALED["2"]}, ecf=ecf)
    assert weights == found.marks[2][1].score


def test_the_slip_and_the_earlier_answer_are_named() -> None:
    found = marked(UNSCALED)
    _, scores_mark, weights, output = [mark for _, mark in found.marks]
    assert "no-scaling" == scores_mark.cause
    assert ("S",) == weights.used_earlier_answer
    assert ("A",) == output.used_earlier_answer
    assert (Fraction(7), Fraction(3)) == (found.score, found.alone)


def test_the_lines_of_the_terminal() -> None:
    texts = UNSCALED | {"4": "[[12/5, 12/5], [3/10, 4/3]]"}
    lines = list(marks.lines(marked(texts), str))
    assert lines == [
        " 1 Queries        2/2",
        " 2 Scaled scores  1/2    the division by √d_k is missing",
        " 3 Weights        2/2    right for your S, which was used",
        " 4 Output         1/2    cell (2,2): 54/5 expected from your answers, 4/3 given",
        "6 of 8 · without carrying forward: 3 of 8",
    ]


def test_own_rounding_is_no_mistake() -> None:
    """From 0.67 and 0.33 the output is 2.01 and 3.96, which is what a student with these weights has."""
    texts = {"3": "[[0.67, 0.33], [0.25, 0.75]]", "4": "[[2.01, 3.96], [0.75, 9]]"}
    assert [2, 2, 2, 2] == scores(texts, ecf="off")


def test_an_unreadable_part_does_not_block_the_rest() -> None:
    found = marked({"2": "see the other page"})
    assert [2, 0, 2, 2] == [mark.score for _, mark in found.marks]
    assert "unread" == found.marks[1][1].remark


def test_another_shape_is_said_and_explained() -> None:
    found = marked({"1": "[[1, 2, 3], [4, 5, 6]]"})
    mark = found.marks[0][1]
    assert (Fraction(0), "shape", "2 × 3") == (mark.score, mark.remark, mark.detail)


# ---------------------------------------------------------------- options, shapes, formulas

CHOICE = Part(
    "1", "choice", "A", 1, options=(Option("1", "sign"), Option("2", "", True), Option("3", "no-scaling"))
)


@pytest.mark.parametrize(
    ("text", "score", "cause"),
    [
        ("B", 1, None),
        ("b)", 1, None),
        ("(B)", 1, None),
        ("**B**", 1, None),
        ("C", 0, "no-scaling"),
        ("Z", 0, None),
    ],
)
def test_a_letter(text: str, score: int, cause: str | None) -> None:
    mark = mark_of(Answer(text=text), CHOICE)
    assert (Fraction(score), cause) == (mark.score, mark.cause)


def comments(part: Part, text: str) -> list[str]:
    return list(marks.comments(mark_of(Answer(text=text), part), str))


def test_a_wrong_choice_is_answered_by_the_right_one() -> None:
    assert ["the division by √d_k is missing", "B expected, C given"] == comments(CHOICE, "C")
    assert "2 × 4 expected, 4 × 2 given" == comments(Part("1", "shape", "Q", 1), "4 x 2")[-1]


def test_words_that_were_chosen_are_not_what_went_wrong() -> None:
    """Of four slips in words one was planted; another one is no slip of the student."""
    slips = (Option("", "sides-swapped"), Option("", "no-scaling", True))
    part = Part("1", "choice", "A", 1, options=slips)
    assert ["B expected, A given"] == comments(part, "A")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("2 × 4", 1),
        ("2x4", 1),
        ("(2, 4)", 1),
        ("2 by 4", 1),
        (r"$2 \times 4$", 1),
        ("4 × 2", 0),
        ("2", 0),
        ("n × d", 0),
    ],
)
def test_a_shape(text: str, score: int) -> None:
    assert score == mark_of(Answer(text=text), Part("1", "shape", "Q", 1)).score


@pytest.mark.parametrize(
    ("text", "score", "remark"),
    [
        ("softmax(S) V", 2, ""),
        ("O = softmax(S) X W^V", 2, ""),
        (r"\operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d_k}}\right) V", 2, ""),
        ("softmax(Q K^T) V", 0, "different"),
        ("A V", 0, "without"),
        ("O", 0, "unchanged"),
        ("V softmax(S)", 0, "different"),
        ("hello world", 0, "unread"),
        ("S" + "+S" * 400, 0, "unread"),
    ],
)
def test_a_formula_without_the_weights(text: str, score: int, remark: str) -> None:
    part = Part("1", "formula", "O", 2, left="O", right=r"\operatorname{softmax}(S) V", without=("A",))
    mark = mark_of(Answer(text=text), part)
    assert (Fraction(score), remark) == (mark.score, mark.remark)
