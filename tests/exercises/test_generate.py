"""Seeds, sheets and what the generator refuses."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from derivations import cli
from derivations.exercises import degenerate
from derivations.exercises.difficulty import measure
from derivations.exercises.draw import Draws, seed_of
from derivations.exercises.generate import drawn, exercise
from derivations.exercises.kinds import KINDS
from derivations.exercises.nice import Look, look
from derivations.exercises.sheets import Order, Student, roster, shared, sheet, students
from derivations.exercises.solution import Solution
from derivations.exercises.variants import base, variant
from derivations.library import load_all
from derivations.model import DerivationError, Source
from derivations.writers.sheets.documents import render
from tests.exercises import stress

TOPICS = list(load_all())

# ---------------------------------------------------------------- whatever the derivation


SPREAD = [(t, k, i) for i, t in enumerate(TOPICS) for j, k in enumerate(KINDS) if (i + j) % 4 == 0]
"""Every fourth pair, so that each derivation and each kind occurs; ``stress`` tries them all."""


@pytest.mark.parametrize(("topic", "kind", "turn"), SPREAD)
def test_derivations_and_kinds(topic: str, kind: str, turn: int) -> None:
    assert [] == list(stress.faults(topic, kind, 1 + turn % 3, 7))


def test_most_derivations_have_every_kind() -> None:
    lacking = [(t, k) for i, t in enumerate(TOPICS) for k in KINDS if not _has(t, k, 1 + i % 3)]
    assert {"shape", "identity", "error"} >= {kind for _, kind in lacking}
    assert len(lacking) <= 6, lacking


def _has(topic: str, kind: str, difficulty: int) -> bool:
    try:
        exercise(topic, kind, difficulty, 3)
    except DerivationError:
        return False
    return True


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


@pytest.mark.parametrize("text", ["id\n", "id\n../x\n", "id\na\nA\n", "id\n.hidden\n", "id\n=1+1\n"])
def test_a_roster_that_cannot_be_used_says_why(text: str) -> None:
    with pytest.raises(DerivationError, match=r"r\.csv"):
        roster(Source("r.csv", text))


def test_a_class_has_no_two_alike() -> None:
    assert [] == shared([sheet(ORDER, student) for student in students(60)])


def test_a_salt_is_on_no_sheet() -> None:
    made = sheet(Order(("self-attention",), ("step",), 2, "a-secret-salt"), Student("017"))
    assert "a-secret-salt" not in render(made, "md", False) + render(made, "md", True)


# ---------------------------------------------------------------- difficulty and rejection


def test_difficulty_rises() -> None:
    means = [
        np.mean([exercise("self-attention", "step", d, s).measure for s in range(5)]) for d in (1, 2, 3, 4, 5)
    ]
    assert means == sorted(set(means))


def test_difficulty_counts_what_it_says() -> None:
    values = {"A": np.array([[1.0, 0.5], [0.0, 2.0]]), "M": np.array([[0.0, -np.inf]])}
    assert 1.0 == measure(["M", "M"], 4, {"M": np.array([[1.0, 2.0]])})
    assert 1 + 4 * (0.05 * 0.25 + 0.10) == pytest.approx(measure(["A"], 4, values))
    assert 1 + 4 * 0.85 == pytest.approx(measure(["N"] * 8, 256, {"N": np.ones((1, 1))}))


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
    copied = degenerate.faults(start, ["Q", "S", "A", "O"], {**values, "O": values["V"]})
    assert "O is printed as V" in set(copied) - set(good)
    flat = degenerate.faults(start, ["A"], {**values, "A": np.full((3, 3), 1 / 3)})
    assert {"one number fills most cells", "most rows are the same"} <= set(flat)


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
    text = render(stress.sheet_with(made), "md", False)
    questions = text[text.index("### 1.") :]
    title = Solution(made).step(made.parts[2]).title
    assert f". {title} " not in questions
    assert 6 == len(made.parts[0].options)


def test_holes_in_a_row_of_weights_come_in_pairs() -> None:
    for seed in range(10):
        for part in exercise("self-attention", "cells", 2, seed).parts:
            rows = [i for i, _ in part.cells]
            assert part.step != "A" or all(rows.count(i) > 1 for i in rows)
