"""Why scores are divided by the square root of d_k.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.1 with footnote 4,
arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Rows, Step

if TYPE_CHECKING:
    from numpy import ndarray


def signs(width: int) -> Rows:
    """Rows of signs, orthogonal to each other, (width, width); the width is a power of 2 (Sylvester 1867)."""
    return tuple(tuple((-1) ** (i & j).bit_count() for j in range(width)) for i in range(width))


def both_signs(width: int) -> Rows:
    """The rows of ``signs`` and their negatives, so that every column has mean 0, (2 width, width)."""
    rows = signs(width)
    return (*rows, *(tuple(-int(cell) for cell in row) for row in rows))


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Moments as means over all pairs, one pair at a time; the trace from sums of squares."""
    import numpy as np

    Q, K = given["Q"], given["K"]
    width = Q.shape[1]
    S = np.array([[sum(q * k) for k in K] for q in Q])  # (N, M)

    def weights(scores: ndarray) -> ndarray:
        return np.array([1 / sum(np.exp(other - own) for other in scores) for own in scores])  # (M,)

    R = S * width**-0.5
    a, b = weights(S[0]), weights(R[0])
    return {
        "S": S,
        "mu": np.mean(S),
        "v": np.var(S),
        "C_Q": np.mean([np.outer(q, q) for q in Q], axis=0),
        "C_K": np.mean([np.outer(k, k) for k in K], axis=0),
        "w": np.mean([sum(q * k) ** 2 for q in Q for k in K]),
        "R": R,
        "u": np.mean([sum(q * k) ** 2 / width for q in Q for k in K]),
        "a": a,
        "b": b,
        "g": 1 - sum(a**2),
        "h": 1 - sum(b**2),
    }


DERIVATION = Derivation(
    id="scaling",
    title="Why scores are divided by √d_k",
    source="Vaswani et al. 2017, section 3.2.1 with footnote 4, arXiv:1706.03762",
    order=30,
    purpose=(
        "A score is a sum of d_k products, so its spread grows with d_k: for components with mean 0 and "
        "variance 1 the variance of a score is exactly d_k.  Large scores saturate softmax, and a saturated "
        "softmax passes on almost no gradient.  Dividing by √d_k brings the variance back to 1, whatever "
        "the width."
    ),
    requires=("self-attention", "softmax"),
    reference=reference,
    inputs=(
        Input("Q", ("N", "d_k"), "all queries that can occur, each as likely as any other"),
        Input("K", ("M", "d_k"), "all keys that can occur, each as likely as any other"),
    ),
    steps=(
        Step("S", r"S = Q K^T", ("N", "M"), "Every score that can occur, before any scaling.", "All scores"),
        Step(
            "mu",
            r"\mu = \frac{1}{N M} \sum_{i=1}^{N} \sum_{j=1}^{M} S_{ij}",
            (),
            "If the components have mean 0, so has their product with anything independent of them.",
            "Mean of the scores",
        ),
        Step(
            "v",
            r"v = \frac{1}{N M} \operatorname{sum}(S \odot S) - \mu^2",
            (),
            "The variance measures how far scores lie from their mean.  Here it equals the width d_k.",
            "Variance of the scores",
        ),
        Step(
            "C_Q",
            r"C_Q = \frac{Q^T Q}{N}",
            ("d_k", "d_k"),
            "The second moments of the query's components: 1 on the diagonal and 0 beside it says variance "
            "1 and no correlation.",
            "Second moments of queries",
        ),
        Step(
            "C_K",
            r"C_K = \frac{K^T K}{M}",
            ("d_k", "d_k"),
            "The same for the keys.",
            "Second moments of keys",
        ),
        Step(
            "w",
            r"w = \operatorname{tr}(C_Q C_K)",
            (),
            "The mean square of a score needs nothing but these moments; with both equal to the identity it "
            "is the trace of the identity, which is d_k.",
            "Variance from the moments",
        ),
        Step(
            "R",
            r"R = \frac{S}{\sqrt{d_k}}",
            ("N", "M"),
            "A number divided by √d_k has its variance divided by d_k.",
            "Scaled scores",
        ),
        Step(
            "u",
            r"u = \frac{1}{N M} \operatorname{sum}(R \odot R)",
            (),
            "Variance 1, whatever the width: the scores stay where softmax is sensitive.",
            "Variance of the scaled scores",
        ),
        Step(
            "a",
            r"a = \operatorname{softmax}(S_1)",
            ("M",),
            "The first query's weights without scaling: nearly everything goes to one key.",
            "Weights without scaling",
        ),
        Step(
            "b",
            r"b = \operatorname{softmax}(R_1)",
            ("M",),
            "The first query's weights with scaling: the best key leads, the others still count.",
            "Weights with scaling",
        ),
        Step(
            "g",
            r"g = \operatorname{sum}\left(a \odot (1 - a)\right)",
            (),
            "The derivative of a weight by its own score is a(1 - a).  The sum over all keys, the trace of "
            "the Jacobian, vanishes when one weight takes all: then nothing is learnt from this row.",
            "Gradient without scaling",
        ),
        Step(
            "h",
            r"h = \operatorname{sum}\left(b \odot (1 - b)\right)",
            (),
            "With scaling the weights stay away from 0 and 1, and a gradient is left to learn from.",
            "Gradient with scaling",
        ),
    ),
    identities=(
        Identity(
            r"\frac{1}{N M} \operatorname{sum}(S \odot S)",
            r"\operatorname{tr}(C_Q C_K)",
            "The mean square of q·k is a sum over pairs of components of E[q_i q_j] E[k_i k_j], because "
            "queries and keys are independent; that sum is the trace.",
            "The mean square of a score from second moments",
            sizes=("N = 2, M = 2, d_k = 2", "N = 3, M = 2, d_k = 2", "N = 2, M = 2, d_k = 3"),
        ),
        Identity(
            r"\operatorname{tr}(\operatorname{eye}(d_k) \operatorname{eye}(d_k))",
            r"d_k",
            "Components with variance 1 and no correlation have the identity as second moments, on both "
            "sides.",
            "Var(q·k) = d_k",
            sizes=("d_k = 1", "d_k = 2", "d_k = 8", "d_k = 64"),
        ),
        Identity(
            r"\frac{1}{N M} \operatorname{sum}(R \odot R)",
            r"\frac{1}{d_k} \operatorname{tr}(C_Q C_K)",
            "Division by √d_k divides the mean square by d_k, so d_k becomes 1.",
            "Scaling divides the variance by d_k",
            sizes=("N = 2, M = 2, d_k = 2", "N = 2, M = 3, d_k = 2", "N = 2, M = 2, d_k = 3"),
        ),
        Identity(
            r"\operatorname{tr}\left(\operatorname{diag}(p) - p^T p\right)",
            r"\frac{2 e^{s}}{(1 + e^{s})^2}",
            "With two keys and a gap s between their scores the gradient falls like 2 e^(-s): a gap that "
            "grows with √d_k takes the gradient away exponentially.",
            "A saturated softmax has no gradient",
            where=(r"p = \operatorname{softmax}([s, 0])",),
        ),
    ),
    questions=(
        (
            "What is the variance of a score when d_k = 64 and all components have variance 1? And its "
            "typical size?",
            "64, so a typical score is about ±8. Divided by √64 = 8 it is about ±1.",
        ),
        (
            "All components have variance 4 instead of 1. What is Var(q·k)?",
            "Each of the d_k products has variance 4·4 = 16, so it is 16 d_k; dividing by √d_k leaves 16.",
        ),
        (
            "Why divide by √d_k and not by d_k?",
            "Then the variance would be 1/d_k: for wide keys all scores would be nearly equal, and softmax "
            "nearly uniform.",
        ),
    ),
    pictures=(
        Curve(
            name="saturation",
            title="Softmax saturates",
            why="Two keys, one score ahead of the other: as the gap grows the larger weight runs into 1, and "
            "what is left of the gradient goes to 0.  Scores that are not scaled typically lie √d_k from 0, "
            "4 for width 16 and 8 for width 64; scaled ones lie 1 from it.",
            variable="s",
            axis="gap between the two scores",
            start=0,
            end=8,
            lines=(
                ("larger weight", r"\frac{e^s}{1 + e^s}"),
                ("gradient", r"\frac{2 e^s}{(1 + e^s)^2}"),
            ),
            step="g",
            marks=((1, "scaled"), (4, "width 16"), (8, "width 64")),
        ),
    ),
    examples=(
        Example(
            "two-wide",
            "All signs, d_k = 2",
            {"Q": signs(2), "K": both_signs(2)},
            note="Every component is 1 or -1, equally often, so it has mean 0 and variance 1.",
        ),
        Example(
            "four-wide",
            "Signs, d_k = 4",
            {"Q": signs(4), "K": both_signs(4)},
            note="The best score is 4 before scaling and 2 after it.",
        ),
        Example(
            "sixteen-wide",
            "Signs, d_k = 16",
            {"Q": signs(16), "K": both_signs(16)},
            note="The best score is 16: without scaling it takes all but a few millionths of the weight, "
            "and of the gradient as little is left.",
        ),
        Example(
            "uneven",
            "Components with a mean",
            {"Q": ((1, 2), (3, 0)), "K": ((1, 1), (0, 2), (1, 0))},
            note="Where the means are not 0 the trace is the mean square and no longer the variance: the "
            "assumption matters.",
        ),
        Example(
            "symbols",
            "Symbols, each vector as likely as its negative",
            {"Q": (("q_1", "q_2"), ("-q_1", "-q_2")), "K": (("k_1", "k_2"), ("-k_1", "-k_2"))},
            note="The mean is 0 for all values of the symbols.",
        ),
    ),
)
