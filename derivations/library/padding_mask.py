"""Self-attention over a sentence that was filled up to the length of its batch.

The device of Vaswani et al. 2017, "Attention Is All You Need", section 3.2.3, arXiv:1706.03762,
for any set of positions that must not be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The padded positions are cut out, the rest is computed without any mask, and put back."""
    import numpy as np

    X, p = given["X"], given["p"][0]
    Q, K, V = (np.einsum("nd,dk->nk", X, given[name]) for name in ("W^Q", "W^K", "W^V"))
    real = np.flatnonzero(p)
    S = np.array([[np.dot(q, k) / len(k) ** 0.5 for k in K] for q in Q])  # (n, n)
    powers = np.exp(S[:, real])
    A = np.zeros_like(S)
    A[:, real] = powers / powers.sum(axis=1)[:, None]
    O = np.einsum("nr,rv->nv", A[:, real], V[real])  # noqa: E741
    M = np.array([[0.0 if kept else -np.inf for kept in p] for _ in p])
    return {"Q": Q, "K": K, "V": V, "S": S, "M": M, "A": A, "O": O}


DERIVATION = Derivation(
    id="padding-mask",
    title="Padding mask",
    source="Vaswani et al. 2017, section 3.2.3, arXiv:1706.03762",
    order=42,
    purpose=(
        "Sentences of a batch have different lengths, so the short ones are filled up with padding.  The "
        "padding "
        "means nothing and may not be listened to: the mask hides its columns from every query.  With it, a "
        "sentence gives the same result whatever it is padded to."
    ),
    requires=("self-attention", "causal-mask"),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position, padding included"),
        Input("p", ("n",), "1 for a position that is there, 0 for padding"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
    ),
    steps=(
        Step("Q", r"Q = X W^Q", ("n", "d_k"), "Padding has a query too; nobody reads its answer.", "Queries"),
        Step("K", r"K = X W^K", ("n", "d_k"), "What each position offers to be found by.", "Keys"),
        Step("V", r"V = X W^V", ("n", "d_v"), "What each position hands over when it is found.", "Values"),
        Step(
            "S",
            r"S = \frac{Q K^T}{\sqrt{d_k}}",
            ("n", "n"),
            "Without a mask the padding would be an ordinary position with an ordinary score.",
            "Scaled scores",
        ),
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & p_j = 1 \\ -\infty & p_j = 0 \end{cases}",
            ("n", "n"),
            "The mask looks at the key, j, and not at the query, i: it hides whole columns.",
            "Mask",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S + M)",
            ("n", "n"),
            "The weight of every padded column is exactly 0.  A row in which nothing is visible has no "
            "weights "
            "at all: a sum of no exponentials is 0, and nothing can be divided by it.",
            "Weights",
        ),
        Step(
            "O",
            r"O = A V",
            ("n", "d_v"),
            "The rows of real positions are those of the unpadded sentence.  The rows of padding hold "
            "numbers too; "
            "they are thrown away, and kept out of the loss.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{softmax}(S + M)",
            r"\frac{\exp(S) \operatorname{diag}(p)}{\exp(S) p^T}",
            "Hiding columns with -∞ is the same as multiplying their exponentials by 0 and dividing by the "
            "sum of "
            "those that are left; here the third of three columns is padding.",
            "What -∞ does",
            (r"S \in \mathbb{R}^{n \times n}", r"p = [1, 1, 0]", r"M = [0, 0, -\infty]"),
            ("n=3",),
        ),
    ),
    examples=(
        Example(
            "one-padded",
            "Two words and one padding",
            {
                "X": ((1, 0), (0, 1), (1, 1)),
                "p": ((1, 1, 0),),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), ("ln(3)",)),
                "W^V": ((5, 0), (0, 13)),
            },
            note="Weights 2/5 and 3/5 in row 1, 4/13 and 9/13 in row 2; the third column is empty.",
            tokens=("hello", "world", "[pad]"),
        ),
        Example(
            "two-sides",
            "Padding on both sides",
            {
                "X": ((5, 5), (1, 0), (0, 1), (1, 1), (5, 5)),
                "p": ((0, 1, 1, 1, 0),),
                "W^Q": ((1, 0), (1, -1)),
                "W^K": ((0, 1), (2, 1)),
                "W^V": ((1, 0), (0, 1)),
            },
            note="The padded rows hold 5, and no weight of another position depends on it.",
            tokens=("[pad]", "fill", "me", "up", "[pad]"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",), ("x_3",)),
                "p": ((1, 1, 0),),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
            },
            note=(
                "The padding is x₃: it stands in its own query, but no output of a real position contains it."
            ),
        ),
    ),
    questions=(
        (
            "In the first example, what would the weights of row 1 be without the mask?",
            "The scores are ln 2, ln 3 and ln 6, so the weights 2/11, 3/11 and 6/11: more than half to the "
            "padding.",
        ),
        (
            "Position 1 is padding and a causal mask is added.  What are the weights of row 1?",
            "There are none: the causal mask hides positions 2 to n and the padding mask hides position 1, "
            "so "
            "nothing is visible and the softmax has no value.  Programs answer with nan here; pad on the "
            "right, "
            "or let a padded query see itself.",
        ),
    ),
)
