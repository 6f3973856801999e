"""Masked self-attention: no position looks ahead.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.3 (third bullet) and
figure 2, arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """One query at a time over the keys seen so far: nothing is hidden, later keys are never met."""
    import numpy as np

    X, WQ, WK, WV = (given[name] for name in ("X", "W^Q", "W^K", "W^V"))
    Q, K, V = (np.einsum("nd,dk->nk", X, W) for W in (WQ, WK, WV))
    n = len(X)
    S = np.array([[np.dot(q, k) / len(k) ** 0.5 for k in K] for q in Q])  # (n, n)
    A = np.zeros((n, n))
    O = np.zeros_like(V)  # noqa: E741
    for i in range(n):
        seen = np.exp([np.dot(Q[i], K[j]) / len(Q[i]) ** 0.5 for j in range(i + 1)])
        A[i, : i + 1] = seen / sum(seen)
        O[i] = sum(A[i, j] * V[j] for j in range(i + 1))
    M = np.where(np.arange(n)[None, :] > np.arange(n)[:, None], -np.inf, 0.0)  # (n, n)
    return {"Q": Q, "K": K, "V": V, "S": S, "M": M, "A": A, "O": O}


DERIVATION = Derivation(
    id="causal-mask",
    title="Causal mask",
    source="Vaswani et al. 2017, section 3.2.3, arXiv:1706.03762",
    order=40,
    purpose=(
        "A model that writes a text may not look at the words it has yet to write.  The causal mask hides, "
        "from "
        "every position, all positions after it, and it does so before the softmax: what is hidden gets "
        "weight 0, "
        "and the visible weights still sum to 1.  One masked pass trains all positions of a sentence at "
        "once, "
        "because no position can copy the answer."
    ),
    requires=("self-attention", "softmax"),
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
            "All scores are computed, those that look ahead too: one matrix product is cheaper than many "
            "short ones.",
            "Scaled scores",
        ),
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & j \le i \\ -\infty & j > i \end{cases}",
            ("n", "n"),
            "Adding 0 changes nothing; adding -∞ sends a score below every other.  The mask depends on the "
            "positions alone and not on what stands there.",
            "Mask",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S + M)",
            ("n", "n"),
            "e to the power -∞ is 0, so a hidden position takes no weight and adds nothing to the sum below "
            "the "
            "line: the visible weights are what they would be if the sentence ended here.  A mask of 0 would "
            "not "
            "do, because e to the power 0 is 1.",
            "Weights",
        ),
        Step(
            "O",
            r"O = A V",
            ("n", "d_v"),
            "Row i averages the values of positions 1 to i only, so a change further on leaves it as it is.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{softmax}(S + M)",
            r"\frac{\exp(S) \odot \exp(M)}{\operatorname{rowsum}(\exp(S) \odot \exp(M))}",
            "The exponential of the mask is 1 where a key is visible and 0 where it is hidden: hiding before "
            "the "
            "softmax strikes out exponentials and divides by the sum of those that are left.",
            "What -∞ does",
            (r"S \in \mathbb{R}^{n \times n}",),
        ),
        Identity(
            r"O_1",
            r"V_1",
            "The first position sees only itself, so it hands on its own value.",
            "The first row",
        ),
    ),
    examples=(
        Example(
            "running-mean",
            "Equal scores",
            {
                "X": ((1, 1), (3, 1), (8, 1)),
                "W^Q": ((0,), (0,)),
                "W^K": ((1,), (0,)),
                "W^V": ((1,), (0,)),
            },
            note=(
                "Every query is 0, so all visible scores are equal and the output is the running mean of 1, "
                "3, 8."
            ),
            tokens=("one", "three", "eight"),
        ),
        Example(
            "short-fractions",
            "Scores made of ln 2 and ln 3",
            {
                "X": ((1, 0), (0, 1), (1, 1)),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), ("ln(3)",)),
                "W^V": ((13, 0), (0, 13)),
            },
            note="Row 2 weighs the squares of 2 and 3: 4/13 and 9/13.",
            tokens=("I", "am", "here"),
        ),
        Example(
            "five-positions",
            "Five positions, all sizes different",
            {
                "X": ((1, 0, 2, -1), (0, 1, 1, 0), (2, -1, 0, 1), (1, 1, -1, 0), (0, 2, 1, 1)),
                "W^Q": ((1, 0, 1), (0, 1, -1), (1, 1, 0), (0, -1, 1)),
                "W^K": ((0, 1, 1), (1, 0, 0), (-1, 1, 0), (1, 1, -1)),
                "W^V": ((1, -1), (2, 0), (0, 1), (-1, 1)),
            },
            tokens=("we", "write", "from", "the", "left"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",), ("x_3",)),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
            },
            note="Three positions of width 1; the triangle of zeros does not depend on the numbers.",
        ),
    ),
    questions=(
        (
            "In the example with scores made of ln 2 and ln 3, what are the weights of row 3 with and "
            "without the mask?",
            "The same, 8/251, 27/251 and 216/251: the last position sees everything, so the mask hides "
            "nothing from it.",
        ),
        (
            "What would row 2 of that example be if the hidden score were set to 0 instead of -∞?",
            "The exponentials would be 4, 9 and 1, so the weights 4/14, 9/14 and 1/14: the future would leak "
            "in.",
        ),
        (
            "Why not set the hidden weights to 0 after the softmax?",
            "The exponentials of the hidden scores would still stand below the line, so the visible weights "
            "would "
            "sum to less than 1 and would still depend on the future.",
        ),
    ),
)
