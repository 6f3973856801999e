"""Every known slip makes the value that somebody who slips would get, by NumPy and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from derivations.arrays import ARRAY
from derivations.evaluate import define, evaluate
from derivations.formula import parse
from derivations.model import FormulaError, Node
from derivations.slips import BY_ID, CATALOGUE, variants
from tests.formula.fixtures import table
from tests.formula.strategies import trees

Q = np.array([[1.0, 0, 2], [0, 1, 1], [3, 1, -1]])
K = np.array([[1.0, 1, 0], [2, 0, 1], [0, 1, 3]])
V = np.array([[2.0, 1], [0, -4], [1, 1]])
X = np.array([[1.0, 2, 6], [0, 3, 1]])
W = np.array([[1.0, 0], [2, 1], [0, 5]])
MASK = np.array([[0, -np.inf, -np.inf], [0, 0, -np.inf], [0, 0, 0]])
SIZES = {"d_k": np.array([[3.0]]), "d": np.array([[16.0]])}
VALUES: dict[str, Any] = {
    "Q": Q, "K": K, "V": V, "X": X, "M": MASK, "W^Q": W, "W^K": 2 * W, "W^V": W + 1, "W_1": W,
    "b_1": np.array([[1.0, -3]]),
    "x": X[:1], "P": np.eye(3), "gamma": np.array([[2.0, 2, 2]]), "d_model": np.array([[25.0]]), **SIZES,
}  # fmt: skip


def softmax(scores: np.ndarray, axis: int = 1) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    weights: np.ndarray = powers / powers.sum(axis=axis, keepdims=True)
    return weights


S = Q @ K.T
SCALED = S / np.sqrt(3)
SOFTMAX = "\\operatorname{softmax}"
NORM = "\\frac{x - \\operatorname{mean}(x)}{\\sqrt{\\operatorname{Var}(x)}}"
CENTRED = np.array([[-2.0, -1, 3]])

SLIPPED: list[tuple[str, str, np.ndarray]] = [
    ("no-scaling", "\\frac{QK^T}{\\sqrt{d_k}}", S),
    ("no-scaling", "\\frac{1}{\\sqrt{d_k}} QK^T", S),
    ("no-scaling", SOFTMAX + "(\\frac{QK^T}{\\sqrt{d_k}}) V", softmax(S) @ V),
    ("no-scaling", "\\text{Attention}(Q, K, V)", softmax(S) @ V),
    ("root-forgotten", "\\frac{QK^T}{\\sqrt{d_k}}", S / 3),
    ("root-forgotten", "\\frac{1}{\\sqrt{d_k}} QK^T", S / 3),
    ("model-width", "\\frac{QK^T}{\\sqrt{d_k}}", S / 4),
    ("model-width", "\\frac{QK^T}{\\sqrt{d_k}}", S / 5),
    ("softmax-columns", SOFTMAX + "(QK^T)", softmax(S, axis=0)),
    ("no-exponential", SOFTMAX + "(QK^T)", S / S.sum(axis=1, keepdims=True)),
    ("not-normalised", SOFTMAX + "(QK^T)", np.exp(S)),
    ("masked-with-zero", SOFTMAX + "(QK^T + M)", softmax(np.tril(S))),
    ("mask-forgotten", SOFTMAX + "(QK^T + M)", softmax(S)),
    (
        "indices-exchanged",
        "\\begin{cases} 1 & j \\le i \\\\ 0 & j > i \\end{cases}",
        np.array([[0.0]]),
    ),
    ("sides-swapped", "QK^T", K @ Q.T),
    ("transpose-missing", "QK^T", Q @ K),
    ("transpose-missing", "K^T Q", K @ Q),
    ("transpose-added", "Q K", Q @ K.T),
    ("transpose-added", "Q K", Q.T @ K),
    ("factors-swapped", "Q K", K @ Q),
    ("elementwise", "Q K", Q * K),
    ("i-for-2i", "10000^{2i/d}", np.array([[10000.0 ** (3 / 16)]])),
    ("sine-for-cosine", "\\sin(2)", np.array([[np.cos(2)]])),
    ("sine-for-cosine", "\\cos(2)", np.array([[np.sin(2)]])),
    ("unbiased-variance", "\\operatorname{Var}(x)", np.array([[7.0]])),
    ("unbiased-variance", "\\text{std}(x)", np.array([[np.sqrt(7)]])),
    ("unbiased-variance", NORM, CENTRED / np.sqrt(7)),
    ("unbiased-variance", "\\text{LayerNorm}(x)", CENTRED / np.sqrt(7)),
    ("variance-for-deviation", NORM, CENTRED / (14 / 3)),
    ("variance-for-deviation", "\\text{LayerNorm}(x)", CENTRED / (14 / 3)),
    ("mean-square-for-root", "\\sqrt{\\operatorname{mean}(x \\odot x)}", np.mean(X[:1] ** 2, keepdims=True)),
    ("mean-square-for-root", "\\text{RMSNorm}(x)", X[:1] / np.mean(X[:1] ** 2)),
    ("mean-not-subtracted", NORM, X[:1] / np.sqrt(14 / 3)),
    ("mean-not-subtracted", "\\gamma \\odot \\text{LayerNorm}(x)", 2 * X[:1] / np.sqrt(14 / 3)),
    ("sign", "Q + P", Q - np.eye(3)),
    ("sign", "Q - P", Q + np.eye(3)),
    ("sign", "\\exp(-Q)", np.exp(Q)),
    ("heads-reordered", "\\operatorname{Concat}(Q, K)", np.hstack([K, Q])),
    ("wrong-weight", "X W^Q", X @ (2 * W)),
    ("wrong-weight", "X W^Q", X @ (W + 1)),
    ("keys-for-values", "P V", K),
    ("activation-forgotten", "\\operatorname{ReLU}(Q - 1)", Q - 1),
    ("scale-forgotten", r"Q ⊙ \gamma", Q),
    ("bias-forgotten", "X W_1 + b_1", X @ W),
    ("residual-forgotten", "Q + Q K", Q @ K),
]


def made(slip: str, formula: str) -> list[np.ndarray]:
    """The values of all trees that a slip makes of a formula."""
    found = []
    for which, wrong in variants(parse(formula)):
        if which.id == slip:
            try:
                found.append(evaluate(wrong, VALUES, ARRAY, indices={"i": 3, "j": 2}))
            except FormulaError:
                continue
    return found


@pytest.mark.parametrize(
    ("slip", "formula", "expected"), SLIPPED, ids=[f"{slip}: {formula}" for slip, formula, _ in SLIPPED]
)
def test_a_slip_makes_the_value_that_people_get(slip: str, formula: str, expected: np.ndarray) -> None:
    values = made(slip, formula)
    assert any(value.shape == expected.shape and np.allclose(value, expected, rtol=1e-12) for value in values)
    right = evaluate(parse(formula), VALUES, ARRAY, indices={"i": 3, "j": 2})
    assert right.shape != expected.shape or not np.allclose(right, expected), (
        "the example cannot show the slip"
    )


def test_every_slip_of_the_catalogue_is_shown() -> None:
    assert {slip.id for slip in CATALOGUE} == {slip for slip, _, _ in SLIPPED}
    assert list(BY_ID) == [slip.id for slip in CATALOGUE]


def test_the_most_telling_slip_comes_first() -> None:
    first = [slip.id for slip, _ in variants(parse(SOFTMAX + "(\\frac{QK^T}{\\sqrt{d_k}}) V"))]
    assert ["no-scaling", "root-forgotten", "model-width"] == list(dict.fromkeys(first))[:3]


def test_a_slip_in_a_definition_leaves_its_left_side_alone() -> None:
    formula = parse("P_{p,2i} = \\sin(p / 100^{2i/4}), P_{p,2i+1} = \\cos(p / 100^{2i/4})")
    wrong = [tree for slip, tree in variants(formula) if slip.id == "i-for-2i"]
    assert 2 == len(wrong)
    first = define(wrong[0], (2, 4), {}, ARRAY)
    expected = [0, 1, 0, 1], [np.sin(1), np.cos(1), np.sin(100**-0.25), np.cos(0.1)]
    np.testing.assert_allclose(first, expected, rtol=1e-12)


def assert_all_wrong(tree: Node) -> None:
    found = [wrong for _, wrong in variants(tree)]
    assert tree not in found
    assert len(found) == len(set(found)), "the same tree twice"


@pytest.mark.parametrize("snippet", [row.snippet for row in table("trees.txt")])
def test_no_slip_yields_the_right_tree(snippet: str) -> None:
    assert_all_wrong(parse(snippet))


@settings(max_examples=100)
@given(trees())
def test_no_slip_yields_the_right_tree_whatever_it_is(tree: Node) -> None:
    assert_all_wrong(tree)
