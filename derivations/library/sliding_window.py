"""Sliding-window attention, and a convolution over the same window.

Beltagy et al. 2020, "Longformer", section 3.1, arXiv:2004.05150; convolution as in
Vaswani et al. 2017, section 4 and table 1, arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Slices of the sequence, cut off at its ends, and np.convolve with the kernel turned round."""
    import numpy as np

    X, c = given["X"], given["c"][0]
    w = len(c) // 2
    n = len(X)
    Q, K, V = (np.einsum("nd,dk->nk", X, given[name]) for name in ("W^Q", "W^K", "W^V"))
    A = np.zeros((n, n))
    M = np.full((n, n), -np.inf)
    for i in range(n):
        seen = slice(max(0, i - w), i + w + 1)
        powers = np.exp(K[seen] @ Q[i] / np.sqrt(len(Q[i])))
        A[i, seen] = powers / powers.sum()
        M[i, seen] = 0
    O = np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A])  # noqa: E741
    C = np.array([np.convolve(column, c[::-1])[w : w + n] for column in V.T]).T
    T = np.array([[c[j - i + w] if abs(j - i) <= w else 0.0 for j in range(n)] for i in range(n)])
    return {"w": np.array([[w]]), "Q": Q, "K": K, "V": V, "M": M, "A": A, "O": O, "T": T, "C": C}


DERIVATION = Derivation(
    id="sliding-window",
    title="Sliding-window attention",
    source=(
        "Beltagy et al. 2020, section 3.1, arXiv:2004.05150; Vaswani et al. 2017, section 4, arXiv:1706.03762"
    ),
    order=220,
    purpose=(
        "Full attention compares every position with every other, n² pairs.  If each position looks only at "
        "its "
        "neighbours, w to either side, there are at most n(2w + 1) pairs, and what is far off is reached "
        "through "
        "several layers.  A convolution has the same window; but its weights are learned once and are the "
        "same "
        "everywhere, while those of attention depend on what stands there."
    ),
    requires=("causal-mask",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
        Input(
            "c", ("s",), "the kernel of the convolution, from the left neighbour to the right one; s is odd"
        ),
    ),
    steps=(
        Step(
            "w",
            r"w = \frac{s - 1}{2}",
            (),
            "How far a position looks to either side: s places, itself in the middle.",
            "Reach of the window",
        ),
        Step("Q", r"Q = X W^Q", ("n", "d_k"), "What each position looks for.", "Queries"),
        Step("K", r"K = X W^K", ("n", "d_k"), "What each position offers to be found by.", "Keys"),
        Step("V", r"V = X W^V", ("n", "d_v"), "What each position hands over when it is found.", "Values"),
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & -w \le j - i \le w \\ -\infty & \text{otherwise} \end{cases}",
            ("n", "n"),
            "A band along the diagonal is open.  A program never computes the rest; here the mask shows what "
            "is "
            "left out.",
            "Band",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d_k}} + M\right)",
            ("n", "n"),
            "At the ends of the sequence the window is cut off, and the weights are shared among fewer.",
            "Weights",
        ),
        Step("O", r"O = A V", ("n", "d_v"), "An average of neighbours.", "Output of attention"),
        Step(
            "T",
            r"T_{ij} = \begin{cases} c_{j-i+w+1} & -w \le j - i \le w \\ 0 & \text{otherwise} \end{cases}",
            ("n", "n"),
            "A convolution is a matrix too, with the same number all along each diagonal: the weight depends "
            "on the "
            "offset alone, and not on the words.",
            "Convolution as a matrix",
        ),
        Step(
            "C",
            r"C = T V",
            ("n", "d_v"),
            "The same values under fixed weights.  Beyond the ends stand zeros, so no weights are shared out "
            "there.",
            "Output of the convolution",
        ),
    ),
    identities=(
        Identity(
            r"C_{2}",
            r"c_1 V_1 + c_2 V_2 + c_3 V_3",
            "The matrix says no more than the sum that is usually written for a convolution.",
            "A row of the convolution",
            (r"V \in \mathbb{R}^{n \times d_v}",),
            ("n=3, d_v=2, s=3", "n=4, d_v=2, s=3"),
        ),
    ),
    flow=("X", "Q", "K", "V", "M", "A", "O"),
    examples=(
        Example(
            "neighbours",
            "One neighbour to either side",
            {
                "X": ((1, 0), (0, 1), (1, 1), (1, 0)),
                "W^Q": ((1,), (1,)),
                "W^K": (("ln(2)",), (0,)),
                "W^V": ((60,), (300,)),
                "c": (("1/4", "1/2", "1/4"),),
            },
            note="Keys ln 2, 0, ln 2, ln 2; the convolution smooths with 1/4, 1/2, 1/4 everywhere.",
            tokens=("up", "down", "both", "up"),
        ),
        Example(
            "five-positions",
            "Five positions, keys of width 2",
            {
                "X": ((1, 0, 2), (0, 1, 1), (2, -1, 0), (1, 1, -1), (0, 2, 1)),
                "W^Q": ((1, 0), (0, 1), (1, 1)),
                "W^K": ((0, 1), (1, 0), (-1, 1)),
                "W^V": ((1, -1), (2, 0), (0, 1)),
                "c": (("-1", 2, "-1"),),
            },
            tokens=("a", "b", "c", "d", "e"),
        ),
        Example(
            "two-to-each-side",
            "A wider window",
            {
                "X": ((1, 0), (0, 1), (1, 1), (1, -1), (0, 2), (2, 0)),
                "W^Q": ((1,), (1,)),
                "W^K": ((1,), (0,)),
                "W^V": ((1,), (2,)),
                "c": ((1, 2, 3, 2, 1),),
            },
            note="n = 6 and w = 2: 24 of 36 pairs are left.",
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",), ("x_3",)),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
                "c": (("a", "b", "c"),),
            },
            note="Width 1; the corners are empty.",
        ),
    ),
    questions=(
        (
            "How many layers does it take until the first of n positions can reach the last one?",
            "Each layer carries it w positions further, so (n - 1)/w layers, rounded up.  With full "
            "attention, one.",
        ),
        (
            "Which choice of W^Q makes sliding-window attention a plain moving average?",
            "W^Q = 0: all scores in the window are equal, as in a convolution with equal weights (but for "
            "the ends).",
        ),
    ),
)
