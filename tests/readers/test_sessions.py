"""What was typed at a prompt is the formula of what was answered."""

from __future__ import annotations

import pytest

from tests.readers.seen import formulas, misplaced

SESSION = """
>>> q = np.array([[1., 2.]])
>>> q @ k.T
array([[2., 3.]])
>>> print(q * 2)
[[2. 4.]]
"""
READ = ["q = np.array([[1., 2.]])", "q @ k.T = [[2., 3.]]", "q * 2 = [[2. 4.]]"]


@pytest.mark.parametrize(
    "text", [SESSION, SESSION.replace(">>>", "In [3]:").replace("\narray(", "\nOut[3]: array(")]
)
def test_plain_text(text: str) -> None:
    assert READ == formulas(text, "txt")
    assert misplaced(text, "txt") == []


def test_a_fence_in_markdown() -> None:
    assert READ == formulas(f"Look:\n```pycon{SESSION}```\n", "md")


def test_the_text_after_a_session_is_running_text_again() -> None:
    text = ">>> x + 1\n3\n\nSo x = 2 there.\n"
    assert ["x + 1 = 3", "x = 2"] == formulas(text, "txt")


def test_a_function_typed_at_the_prompt_is_passed_over() -> None:
    text = ">>> def f(x):\n...     y = 2 * x\n...     return y\n...\n>>> a = [1, 2]\n"
    assert ["a = [1, 2]"] == formulas(text, "txt")


def test_an_output_in_a_block_of_its_own_belongs_to_the_program_before() -> None:
    text = "```python\nprint(X @ W)\n```\n\nOutput:\n\n```\n[[1. 2.]]\n```\n"
    assert ["X @ W = [[1. 2.]]"] == formulas(text, "md")


def test_a_block_after_a_program_that_prints_nothing_is_read_as_it_stands() -> None:
    text = "```python\nX = [1, 2]\n```\n\n```\nY = [3, 4]\n```\n"
    assert ["X = [1, 2]", "Y = [3, 4]"] == formulas(text, "md")
