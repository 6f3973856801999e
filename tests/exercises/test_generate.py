"""Seeds, sheets and what the generator refuses."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from derivations import cli
from derivations.arrays import ARRAY
from derivations.exercises import degenerate
from derivations.exercises.difficulty import measure
from derivations.exercises.difficulty import work as work_of
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.generate import drawn, exercise, has_kind
from derivations.exercises.growing import base
from derivations.exercises.kinds import KINDS
from derivations.exercises.nice import Look, look
from derivations.exercises.roster import Student, roster, students
from derivations.exercises.sheets import Order, shared, sheet
from derivations.exercises.solution import Solution
from derivations.exercises.statements import rewritten
from derivations.exercises.variants import variant
from derivations.exercises.wrong import wrong_values
from derivations.formula import names
from derivations.library import load_all
from derivations.model import DerivationError, Exercise, Part, Source
from derivations.writers.sheets.documents import render
from tests.exercises import stress
from tests.exercises.by_hand import SHEET

TOPICS = list(load_all())

# ---------------------------------------------------------------- whatever the derivation


SPREAD = [(t, k, i) for i, t in enumerate(TOPICS) for j, k in enumerate(KINDS) if (i + j) % len(KINDS) == 0]
"""A kind for each derivation, so that all of them occur; ``stress`` tries every pair at every level."""


@pytest.mark.parametrize(("topic", "kind", "turn"), SPREAD)
def test_derivations_and_kinds(topic: str, kind: str, turn: int) -> None:
    assert [] == list(stress.faults(topic, kind, 1 + turn % 2, 7))


HARD = [
    ("online-softmax", "error", 4, 1),  # with one of its slips a later step divides by 0
    ("multi-head", "choice", 1, 1),  # one option differs from a value in one cell
    ("tiny-transformer", "step", 3, 23758),  # two scores are equal, and no short fractions
    ("tiny-transformer", "step", 3, 142543),  # two scores become equal by somebody's own slip
    ("rope", "step", 1, 95029),  # queries and keys came out the same
    ("tiny-transformer", "error", 5, 15839),  # two scores become equal by a slip
]


@pytest.mark.parametrize(("topic", "kind", "difficulty", "seed"), HARD)
def test_variants_that_were_hard(topic: str, kind: str, difficulty: int, seed: int) -> None:
    """Balls cannot say which of two equal numbers is larger, nor whether one is 0; twins hide each other."""
    assert [] == list(stress.faults(topic, kind, difficulty, seed))


def test_most_derivations_have_every_kind() -> None:
    lacking = [(t, k) for t in TOPICS for k in KINDS if not has_kind(t, k, 1)]
    assert {"shape", "identity", "error"} >= {kind for _, kind in lacking}
    assert len(lacking) <= 6, lacking


# ---------------------------------------------------------------- seeds


def test_a_seed_is_a_hash_of_who_gets_what() -> None:
    text = "salt\x1f017\x1fself-attention:step:2\x1f1"
    expected = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    assert expected == seed_of("salt", "017", "self-attention:step:2", 1)
    others = [
        ("pepper", "017", "x", 1),
        ("salt", "018", "x", 1),
        ("salt", "017", "y", 1),
        ("salt", "017", "x", 2),
    ]
    assert 5 == len({seed_of(*each) for each in [("salt", "017", "x", 1), *others]})


def test_draws_are_the_known_ones() -> None:
    """Mersenne Twister from seed 1: 0.1343…, 0.8474…, 0.7637… in every Python."""
    draws = Draws(1)
    assert [1, 8, 7] == [draws.below(10) for _ in range(3)]


ORDER = Order(("self-attention",), ("step",), 2, "2026")


def test_golden_sheet_and_key(golden: Callable[[str, str], None]) -> None:
    made = sheet(ORDER, Student("017"))
    golden("exercise-sheet.md", render(made, "md", False))
    golden("exercise-key.md", render(made, "md", True))
    golden("exercise-sheet.tex", render(made, "tex", False))


def test_other_processes_write_the_same_bytes(tmp_path: Path) -> None:
    root = str(Path(cli.__file__).parents[2])
    for folder, hash_seed in (("one", "1"), ("two", "2")):
        command = [
            sys.executable,
            "-m",
            "derivations",
            "exercises",
            "--count",
            "3",
            "--format",
            "md,qti21,csv",
        ]
        env = os.environ | {"PYTHONPATH": root, "PYTHONHASHSEED": hash_seed}
        subprocess.run([*command, "-o", folder], cwd=tmp_path, env=env, check=True, capture_output=True)
    one, two = (
        {p.relative_to(tmp_path / f): p.read_bytes() for p in (tmp_path / f).rglob("*.*")}
        for f in ("one", "two")
    )
    assert one == two
    assert 8 == len(one)


def test_a_roster_may_grow_without_changing_anybody() -> None:
    small = roster(Source("r.csv", "id,name\n017,Ada\n018,Grace\n"))
    large = roster(Source("r.csv", "id,name\n003,Kurt\n018,Grace\n017,Ada\n"))
    before = {s.id: render(sheet(ORDER, s), "md", False) for s in small}
    after = {s.id: render(sheet(ORDER, s), "md", False) for s in large}
    assert before == {id: after[id] for id in before}
    assert after["003"] != after["017"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.csv: no students"),
        ("id\n", "r.csv: no students"),
        ("017\n018\n", "r.csv:1: no column of ids: the heading is '017'"),
        ("id\n../x\n", "r.csv:2: the id '../x' cannot be the name of a folder"),
        ("id\n.hidden\n", "r.csv:2: the id '.hidden'"),
        ("id\nend.\n", "r.csv:2: the id 'end.'"),
        ("id\n=1+1\n", "r.csv:2: the id '=1+1'"),
        ("id,name\na,x\nA,y\n", "r.csv:3: the id 'A' occurs twice"),
    ],
)
def test_a_roster_that_cannot_be_used_says_why(text: str, message: str) -> None:
    with pytest.raises(DerivationError, match=re.escape(message)):
        roster(Source("r.csv", text))


@pytest.mark.parametrize(
    "text",
    [
        "id,name\ns1,Ada Lovelace\n",
        "ID;Name\r\ns1;Ada Lovelace\r\n",
        "id\tname\ns1\tAda Lovelace\n",
        'Name,Student_ID\n"Ada\nLovelace",s1\n\n',
        "Last name,First name,SIS Login ID\nLovelace,Ada,s1\n",
        "学号,姓名\ns1,Ada Lovelace\n",
    ],
)
def test_rosters_as_spreadsheets_and_platforms_save_them(text: str) -> None:
    assert [Student("s1", "Ada Lovelace")] == roster(Source("r.csv", text))


def test_a_class_has_no_two_alike() -> None:
    assert [] == shared([sheet(ORDER, student) for student in students(60)])


@pytest.mark.parametrize("topic", ["scaling", "recurrence", "self-attention"])
@pytest.mark.parametrize("difficulty", [1, 3])
def test_what_is_asked_does_not_come_out_the_same_for_everybody(topic: str, difficulty: int) -> None:
    solutions = [Solution(exercise(topic, "step", difficulty, seed)) for seed in range(6)]
    asked = [part.step for part in solutions[0].exercise.parts if part.answer == "values"]
    for step in asked:
        assert len({str(solution.values[step].fixed(6)) for solution in solutions}) > 1


def test_a_salt_is_on_no_sheet() -> None:
    made = sheet(Order(("self-attention",), ("step",), 2, "a-secret-salt"), Student("017"))
    assert "a-secret-salt" not in render(made, "md", False) + render(made, "md", True)


# ---------------------------------------------------------------- difficulty and rejection


LEVELS = [("layer-norm", "step"), ("causal-mask", "step")] + [
    ("self-attention", kind) for kind in ("step", "error", "choice", "shape", "identity")
]


@pytest.mark.parametrize(("topic", "kind"), LEVELS)
def test_a_level_means_the_same_for_everybody_and_the_next_is_more_work(topic: str, kind: str) -> None:
    """Every sheet measures what was asked for, within a tenth; the work rises from level to level."""
    work = []
    for level in (1, 2, 3, 4, 5):
        found = [exercise(topic, kind, level, seed) for seed in range(6)]
        assert max(abs(each.measure - level) for each in found) <= 0.1
        work.append(min(each.work for each in found))
    assert work == sorted(set(work))


def test_twice_the_work_is_one_level_more() -> None:
    assert 2.0 == measure(2, 100, 100)
    assert 3.0 == measure(2, 200, 100)
    assert 1.5 == pytest.approx(measure(2, 100, 141.42), abs=1e-3)


def test_work_is_counted_by_hand() -> None:
    """The exercise worked out by hand, n = d = d_v = 2 and d_k = 4, asks for Q, S, A and O.

    Q: 8 cells of 2 products and a sum.  S: 4 cells of 4 products, 3 sums and a division,
    and one root.  A: 4 exponentials, 2 sums, 4 divisions.  O: 4 cells of 2 products and a
    sum.  Half of S and of O, and all of A, are no whole numbers and count half as much again.
    """
    made = SHEET.exercises[0]
    solution = Solution(made)
    values = {name: value.numpy() for name, value in solution.values.items()}
    expected = 8 * 3 + (4 * 8 + 1) * 1.25 + 10 * 1.5 + 4 * 3 * 1.125
    assert expected == pytest.approx(work_of(solution.frame, made.parts, None, values))
    only_one_cell = (Part("1", "values", "Q", 2, ((1, 1),)),)
    assert 3.0 == work_of(solution.frame, only_one_cell, None, values)
    masked = values | {"S": np.array([[0.0, -np.inf], [0.0, 0.0]])}
    assert 4.0 == work_of(solution.frame, only_one_cell, None, masked)


def test_nobody_has_a_width_that_hides_the_root() -> None:
    """With d_k = 1 it could not be seen who has forgotten to divide by √d_k."""
    for level in (1, 2, 3, 4, 5):
        assert 4 == base("self-attention", level).frame.sizes["d_k"]


def test_the_same_value_is_not_printed_under_another_name() -> None:
    """Softmax of shifted scores is what is asked for: on the sheet only its formula may stand."""
    solution = Solution(exercise("softmax", "step", 2, 1))
    assert "a" in [part.step for part in solution.exercise.parts]
    assert "b" not in solution.shown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([[1, -7]], Look.WHOLE),
        ([[1 / 3, 49 / 50]], Look.FRACTION),
        ([[1 / 53]], Look.DECIMAL),
        ([[np.log(2), -np.log(3)]], Look.EXACT),
        ([[np.log(6) / 2]], Look.EXACT),
        ([[np.sqrt(2) / 2]], Look.EXACT),
        ([[np.exp(0.7)]], Look.DECIMAL),
        ([[0.333]], Look.DECIMAL),
        ([[0, -np.inf]], Look.WHOLE),
    ],
)
def test_what_is_pleasant_by_hand(value: list[list[float]], expected: Look) -> None:
    assert expected == look(np.array(value, dtype=float))


def test_answers_that_can_be_read_off_are_refused() -> None:
    start = base("self-attention", 2)
    _, values = variant(start, Draws(5))
    good = degenerate.faults(start, ["Q", "S", "A", "O"], values)
    copied = degenerate.faults(start, ["Q", "S", "A", "O"], {**values, "O": values["X"]})
    assert "O is printed as X" in set(copied) - set(good)
    twins = degenerate.faults(start, ["Q"], {**values, "W^K": values["W^Q"]})
    assert "W^Q and W^K are the same" in set(twins) - set(good)
    flat = degenerate.faults(start, ["A"], {**values, "A": np.full((3, 3), 1 / 3)})
    assert {"one number fills most cells", "a row of A is repeated or 0"} <= set(flat)


def test_two_slips_with_the_same_result_are_seen() -> None:
    """With equal rows in W^Q and W^K it does not matter which of the two is used."""
    start = base("self-attention", 2)
    example, _ = variant(start, Draws(5))
    assert not degenerate.confusions(start, [], {})
    assert drawn("self-attention", "step", 2, 5).exercise.example.values.keys() == example.values.keys()


def test_choices_are_right_once_and_all_different() -> None:
    for seed in range(8):
        for part in exercise("self-attention", "choice", 3, seed).parts:
            assert 1 == sum(option.is_right for option in part.options)
            assert len(part.options) == len({option.tex for option in part.options}) >= 3
            right = next(option for option in part.options if option.is_right)
            assert "" == right.slip


def test_the_planted_mistake_is_not_told() -> None:
    """Neither heading nor table of the sheet may say which line is wrong."""
    made = exercise("self-attention", "error", 3, 4)
    assert made.planted
    text = render(stress.Trial(made).sheet, "md", False)
    questions = text[text.index("### 1.") :]
    title = Solution(made).step(made.parts[2]).title
    assert f". {title} " not in questions
    assert 5 == len(made.parts[0].options)


@pytest.mark.parametrize("topic", ["self-attention", "layer-norm", "positional-encoding", "rope"])
def test_not_everybody_has_the_mistake_in_the_same_line(topic: str) -> None:
    """With fewer than three lines to suspect, half of a class would have the same answer."""
    for level in (1, 3):
        planted = [exercise(topic, "error", level, seed).planted for seed in range(16)]
        assert 3 <= len({each.step for each in planted if each})


def test_slips_in_definitions_of_even_and_odd_columns() -> None:
    """Sine and cosine exchanged in both, as NumPy has it, and in one of the two alone."""
    start = base("positional-encoding", 3)
    found = wrong_values(start.frame, "P", start.frame.scope(start.values, ARRAY), ARRAY)
    wrong = [value for slip, _, value in found if slip.id == "sine-for-cosine"]
    n, d = start.frame.sizes["n"], start.frame.sizes["d"]
    angles = np.arange(n)[:, None] / 10000 ** (2 * np.arange(d // 2) / d)
    sin, cos = np.sin(angles), np.cos(angles)
    expected = [np.stack(pair, axis=2).reshape(n, d) for pair in ((cos, sin), (cos, cos), (sin, sin))]
    assert len(expected) == len(wrong)
    for each, other in zip(expected, wrong, strict=True):
        assert np.allclose(each, other)


def shapes(made: Exercise) -> list[tuple[int, int]]:
    """The right answers where shapes are asked for."""
    solution = Solution(made)
    return [solution.shape(solution.asked(part)) for part in made.parts]


def test_shapes_get_harder_and_differ() -> None:
    """More steps at each level; from level 4 on inputs come without their shape, one, then two."""
    topics = ("layer-norm", "multi-head", "rope", "image-patches")
    for topic in topics:
        inputs = {given.name for given in load_all()[topic].inputs}
        for level in (1, 2, 3, 4, 5):
            made = [exercise(topic, "shape", level, seed) for seed in range(8)]
            inferred = {sum(part.step in inputs for part in each.parts) for each in made}
            answers = Counter(shapes(each)[-1] for each in made)
            assert max(answers.values()) <= 3, (topic, level)
            assert {0} == inferred or level > 3
            assert topic != "multi-head" or {max(0, level - 3)} == inferred
            assert topic != "multi-head" or {level + 1 + max(0, level - 3)} == {len(e.parts) for e in made}


def test_an_input_without_its_shape_is_told_by_the_others() -> None:
    """W^Q is d × d_k, with d from X or another weight and d_k from W^K; nobody has to guess."""
    found = set()
    for seed in range(20):
        made = exercise("self-attention", "shape", 4, seed)
        sizes, about = dict(made.sizes), made.parts[0].step
        expected = (sizes["d"], sizes["d_k"])
        assert expected == Solution(made).shape(Solution(made).asked(made.parts[0]))
        found.add(about)
        text = render(stress.Trial(made).sheet, "md", False)
        name = names.tex(about)
        assert rf"- ${name} \in \mathbb{{R}}^{{? \times {{?}}}}$" in text
        assert 1 == text.count(rf"\mathbb{{R}}^{{{sizes['d']} \times {sizes['d_k']}}}")
    assert {"W^Q", "W^K"} == found


def test_ways_to_write_a_step_are_those_that_hang_together() -> None:
    """O = A V, A = softmax(S), S = Q K^T / √d_k, Q = X W^Q, K = X W^K, V = X W^V, found by hand."""
    steps = ("Q", "S", "A", "O")
    easy = {(each.step, each.without) for each in rewritten("self-attention", 1, steps)}
    assert {("S", ("Q",)), ("S", ("K",)), ("A", ("S",)), ("O", ("V",)), ("O", ("A",))} == easy
    hard = {(each.step, each.without) for each in rewritten("self-attention", 5, steps)}
    four = {("Q", "K", "S", "A"), ("Q", "V", "S", "A"), ("K", "V", "S", "A")}
    assert {("O", each) for each in ({("Q", "K", "V", "S", "A")} | four)} == hard


@pytest.mark.parametrize("topic", ["self-attention", "padding-mask", "encoder-pre-ln"])
def test_not_everybody_writes_the_same_formula(topic: str) -> None:
    """A formula that the whole class is asked for is handed round."""
    for level in (1, 3, 5):
        made = [exercise(topic, "identity", level, seed) for seed in range(24)]
        counts = Counter((p.id, p.left, p.right) for e in made for p in e.parts if p.answer == "formula")
        assert max(counts.values()) <= 12


def test_a_formula_that_is_asked_for_hides_no_values() -> None:
    """What a step is written without has to be read somewhere; only the last value is asked for."""
    solution = Solution(exercise("self-attention", "identity", 2, 1))
    assert ("Q", "K", "V", "S", "A") == solution.shown


def test_an_identity_is_as_much_to_write_as_the_formula_beside_it() -> None:
    """A formula without two steps and an identity, then the 2 × 2 cells of O: 2·10 + 2·10 + 4·3·1.125."""
    solution = Solution(SHEET.exercises[0])
    values = {name: value.numpy() for name, value in solution.values.items()}
    parts = (
        Part("1", "formula", "O", 2, left="O", right="x", without=("S", "A")),
        Part("2", "formula", "", 2, left="1", right="1"),
        Part("3", "values", "O", 2),
    )
    assert 40 + 4 * 3 * 1.125 == pytest.approx(work_of(solution.frame, parts, None, values))


def test_exercises_of_one_topic_are_told_apart_by_their_kind() -> None:
    order = Order(("softmax",), ("step", "grid"), 1, "1")
    text = render(sheet(order, Student("7")), "md", False)
    assert ["## Softmax · step by step", "## Softmax · by hand"] == re.findall("^## .*", text, re.MULTILINE)
    alone = render(sheet(Order(("softmax",), ("grid",), 1, "1"), Student("7")), "md", False)
    assert ["## Softmax"] == re.findall("^## .*", alone, re.MULTILINE)


@pytest.mark.parametrize(
    ("language", "row", "column"),
    [("en", "row 1 of $A$", "column 2 of $V$"), ("zh", "$A$ 的第 1 行", "$V$ 的第 2 列")],
)
def test_a_grid_says_in_words_what_meets_in_a_cell(language: str, row: str, column: str) -> None:
    """Where the factors are asked for themselves, so that no numbers can stand there."""
    text = render(sheet(Order(("self-attention",), ("grid",), 3, "1", language), Student("7")), "md", False)
    assert f"| **{row}** |" in text
    assert f" {column} |" in text


def test_no_row_of_an_input_or_an_answer_is_idle() -> None:
    """Nobody has less to do, or finds an answer twice."""
    for seed in range(20):
        made = drawn("self-attention", "step", 2, seed)
        values = Solution(made.exercise).values
        assert not [reason for reason in made.rejected if "repeated" in reason]
        for name in ("X", "W^Q", "W^V", "Q", "S", "A", "O"):
            rows = values[name].text()
            assert len(rows) == len({tuple(row) for row in rows})


def test_the_lines_to_suspect_are_those_with_a_letter() -> None:
    """At an easy level only some lines are suspected; their letters are those of the options."""
    made = exercise("self-attention", "error", 1, 4)
    text = render(stress.Trial(made).sheet, "md", False)
    titles = {step.formula: step.title for step in made.derivation.steps}
    options = made.parts[0].options
    assert 3 == len(options) < len(made.derivation.steps)
    for letter, option in zip("ABC", options, strict=True):
        assert f"**{letter}** {titles[option.tex]}\n" in text
    assert "**D** " not in text[: text.index("### 2.")]


def test_holes_in_a_row_of_weights_come_in_pairs() -> None:
    for seed in range(10):
        for part in exercise("self-attention", "cells", 2, seed).parts:
            rows = [i for i, _ in part.cells]
            assert part.step != "A" or all(rows.count(i) > 1 for i in rows)
