"""Attention with linear biases.

Press, Smith, Lewis 2022, "Train Short, Test Long: Attention with Linear Biases
Enables Input Length Extrapolation", section 3, arXiv:2108.12409.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Row by row over the visible keys only; hidden keys never enter a sum."""
    import numpy as np

    Q, K, V, m = given["Q"], given["K"], given["V"], float(given["m"].item())
    n = len(Q)
    B, S = np.full((n, n), -np.inf), np.full((n, n), -np.inf)
    A, O = np.zeros((n, n)), np.zeros((n, V.shape[1]))  # noqa: E741
    for i in range(n):
        for j in range(i + 1):
            B[i, j] = m * j - m * i
            S[i, j] = sum(Q[i] * K[j]) / np.sqrt(Q.shape[1]) + B[i, j]
        for j in range(i + 1):
            A[i, j] = 1 / sum(np.exp(S[i, other] - S[i, j]) for other in range(i + 1))
            O[i] = O[i] + A[i, j] * V[j]
    return {"B": B, "S": S, "A": A, "O": O}


DERIVATION = Derivation(
    id="alibi",
    title="Attention with linear biases (ALiBi)",
    source="Press, Smith, Lewis 2022, section 3, arXiv:2108.12409",
    order=90,
    purpose=(
        "ALiBi adds nothing to the embeddings.  It lowers each score in proportion to the distance between "
        "query and key, so that near words count more, and words later than the query are hidden.  A bias "
        "that is a straight line in the distance goes on in the same way beyond the lengths seen in "
        "training."
    ),
    requires=("self-attention", "positional-encoding"),
    reference=reference,
    inputs=(
        Input("Q", ("n", "d_k"), "queries, one row for each position"),
        Input("K", ("n", "d_k"), "keys"),
        Input("V", ("n", "d_v"), "values"),
        Input("m", (), "the slope of this head; the paper takes powers of 1/2"),
    ),
    steps=(
        Step(
            "B",
            r"B_{ij} = \begin{cases} -m (i - j) & j \le i \\ -\infty & j > i \end{cases}",
            ("n", "n"),
            "Each step back costs m; the future is not visible.",
            "Biases",
        ),
        Step(
            "S",
            r"S = \frac{Q K^T}{\sqrt{d_k}} + B",
            ("n", "n"),
            "Content and distance are added: a distant key must match better to get the same score.",
            "Biased scores",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S)",
            ("n", "n"),
            "A loss of m in the score is a factor e^(-m) in the weight, so with equal content the weights "
            "fall geometrically with the distance.",
            "Weights",
        ),
        Step("O", r"O = A V", ("n", "d_v"), "The values are averaged as always.", "Output"),
    ),
    identities=(
        Identity(
            r"\operatorname{softmax}\left(\begin{bmatrix} s_1 - 2m & s_2 - m & s_3 \end{bmatrix}\right)",
            r"\operatorname{softmax}\left(\begin{bmatrix} s_1 & s_2 + m & s_3 + 2m \end{bmatrix}\right)",
            "Third row: the two biases differ by 2m in every entry, and softmax does not see what a whole "
            "row shares.  So -m(i - j) may be replaced by mj, the same row of biases for every query.",
            "Only the key's place matters within a row",
        ),
        Identity(
            r"\frac{\partial \ln(A_{21} / A_{22})}{\partial m}",
            r"-1",
            "Second row: the logarithm of the ratio of two weights falls by exactly m for each step of "
            "distance.",
            "The slope is the loss of log-weight per step",
            where=(
                r"m \in \mathbb{R}",
                r"D = \begin{bmatrix} 0 & 0 \\ 1 & 0 \end{bmatrix}",
                r"A = \operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d_k}} - m D\right)",
            ),
            sizes=("n = 2, d_k = 1", "n = 2, d_k = 2"),
        ),
    ),
    questions=(
        (
            "All scores without bias are equal and m = ln 2. What are the weights of the third position?",
            "1/7, 2/7 and 4/7: every step back halves the weight.",
        ),
        (
            "What does a slope of 0 give?",
            "Ordinary causal attention without any information on positions, save that the future is hidden.",
        ),
    ),
    examples=(
        Example(
            "halving",
            "Every step back halves the weight",
            {
                "Q": ((0, 0), (0, 0), (0, 0)),
                "K": ((1, 0), (0, 1), (1, 1)),
                "V": ((7, 0), (0, 7), (7, 7)),
                "m": "ln(2)",
            },
            note="Queries of 0 make all contents equal, so only the distance speaks: weights in the ratio 1 "
            ": 2 : 4.",
            tokens=("once", "upon", "time"),
        ),
        Example(
            "content",
            "Content against distance",
            {
                "Q": ((1, 0, 1, 0), (0, 1, 0, 1), (1, 1, 0, 0)),
                "K": ((2, 0, 2, 0), (0, 2, 0, 0), (0, 0, 0, 2)),
                "V": ((1, 0), (0, 1), (1, 1)),
                "m": "1/2",
            },
            note="The slope 1/2 is the first of the paper's slopes for eight heads.",
            tokens=("the", "cat", "sat"),
        ),
        Example(
            "eight-positions",
            "Eight positions, slope 1/4",
            {
                "Q": tuple(((i * i) % 3 - 1, i % 2) for i in range(8)),
                "K": tuple(((i + 1) % 3 - 1, (i * i + i) % 4 // 2) for i in range(8)),
                "V": tuple((i, 1 - i % 2) for i in range(8)),
                "m": "1/4",
            },
        ),
        Example(
            "symbols",
            "Symbols for everything",
            {"Q": (("q_1",), ("q_2",)), "K": (("k_1",), ("k_2",)), "V": (("v_1",), ("v_2",)), "m": "m"},
            note="Two positions, d_k = d_v = 1.",
        ),
    ),
)
