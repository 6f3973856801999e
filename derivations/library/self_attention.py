"""Scaled dot-product self-attention, one head.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1, equation (1),
arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The same steps by loops over queries and keys: no matrix product, no shared code."""
    import numpy as np

    X, WQ, WK, WV = (given[name] for name in ("X", "W^Q", "W^K", "W^V"))
    Q = np.einsum("nd,dk->nk", X, WQ)  # (n, d_k)
    K = np.einsum("nd,dk->nk", X, WK)  # (n, d_k)
    V = np.einsum("nd,dv->nv", X, WV)  # (n, d_v)
    S = np.array([[sum(q * k) / np.sqrt(len(k)) for k in K] for q in Q])  # (n, n)
    A = np.array([np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in S])  # (n, n)
    O = np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A])  # (n, d_v)  # noqa: E741
    return {"Q": Q, "K": K, "V": V, "S": S, "A": A, "O": O}


DERIVATION = Derivation(
    id="self-attention",
    title="Self-attention",
    source="Vaswani et al. 2017, section 3.2.1, equation (1), arXiv:1706.03762",
    order=10,
    purpose=(
        "Every position asks a question (its query), every position offers an answer (its value) under a "
        "heading (its key).  Self-attention compares each query with all keys and returns, for each "
        "position, a weighted average of the values."
    ),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
    ),
    steps=(
        Step("Q", r"Q = X W^Q", ("n", "d_k"), "What each position looks for.", "Queries"),
        Step("K", r"K = X W^K", ("n", "d_k"), "What each position offers to be found by.", "Keys"),
        Step("V", r"V = X W^V", ("n", "d_v"), "What each position hands over when it is found.", "Values"),
        Step(
            "S",
            r"S = \frac{Q K^T}{\sqrt{d_k}}",
            ("n", "n"),
            "Row i holds how well query i matches each key.  The division keeps the spread of the scores "
            "independent of the width d_k.",
            "Scaled scores",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S)",
            ("n", "n"),
            "Each row of scores becomes a row of positive weights that sum to 1.",
            "Weights",
        ),
        Step(
            "O",
            r"O = A V",
            ("n", "d_v"),
            "Each output row is the average of the values with these weights.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{rowsum}(A)",
            r"\operatorname{ones}(n, 1)",
            "Every row of A is divided by its own sum, so each output is an average of the values, whatever "
            "the scores.",
            "Weights sum to 1",
            where=(r"S \in \mathbb{R}^{n \times n}",),
        ),
    ),
    questions=(
        (
            "All keys are equal. What is the output?",
            "Then every score of a row is the same, every weight is 1/n, and each output row is the mean of "
            "the values.",
        ),
        (
            "What becomes of the weights when all queries are doubled?",
            "All scores double, so every ratio of two weights in a row is squared: the largest weight grows.",
        ),
    ),
    examples=(
        Example(
            "identity",
            "Three one-hot positions",
            {
                "X": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
                "W^Q": ((1, 0), (0, 1), (1, 1)),
                "W^K": ((1, 0), (0, 1), (1, 1)),
                "W^V": ((1, 0), (0, 1), (1, 1)),
            },
            note="X is the identity, so each projection simply shows its weight matrix.",
            tokens=("the", "cat", "sat"),
        ),
        Example(
            "short-fractions",
            "Scores made of ln 2 and ln 3",
            {
                "X": ((1, 0), (0, 1), (1, 1)),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), ("ln(3)",)),
                "W^V": ((1, 0), (0, 6)),
            },
            note="With d_k = 1 and keys ln 2, ln 3 and ln 6 every weight is a short fraction.",
            tokens=("red", "green", "yellow"),
        ),
        Example(
            "fractions",
            "Fractions and negative entries",
            {
                "X": ((1, "-1/2"), ("1/3", 2)),
                "W^Q": ((1, -1), ("1/2", 0)),
                "W^K": (("2/3", 0), (1, "-3/2")),
                "W^V": ((3, "-1/4"), (0, 2)),
            },
            tokens=("left", "right"),
        ),
        Example(
            "all-sizes-differ",
            "Four sizes, all different",
            {
                "X": ((1, 0, 2, -1, 1), (0, 1, 1, 0, -2), (2, -1, 0, 1, 1), (1, 1, -1, 0, 0)),
                "W^Q": ((1, 0, 1), (0, 1, -1), (1, 1, 0), (0, -1, 1), (-1, 0, 0)),
                "W^K": ((0, 1, 1), (1, 0, 0), (-1, 1, 0), (1, 1, -1), (0, 0, 1)),
                "W^V": ((1, -1), (2, 0), (0, 1), (-1, 1), (1, 2)),
            },
            note="n = 4, d = 5, d_k = 3 and d_v = 2; √3 stays in the exponents.",
            tokens=("time", "flies", "like", "arrows"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_{11}", "x_{12}"), ("x_{21}", "x_{22}")),
                "W^Q": (("q_{11}", "q_{12}"), ("q_{21}", "q_{22}")),
                "W^K": (("k_{11}", "k_{12}"), ("k_{21}", "k_{22}")),
                "W^V": (("v_{11}", "v_{12}"), ("v_{21}", "v_{22}")),
            },
            note="The general case for n = d = d_k = d_v = 2.",
        ),
    ),
)
