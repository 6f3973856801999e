"""The encoder block with layer norm before each part (pre-LN).

Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture", section 3.1 and
table 1, arXiv:2002.04745.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Position by position; layer norm from the first two moments of each row."""
    import numpy as np

    def normed(rows: ndarray, gain: ndarray, bias: ndarray) -> ndarray:
        spread = [max(np.mean(row**2) - np.mean(row) ** 2, 0) ** 0.5 for row in rows]
        scaled = [(row - sum(row) / len(row)) / s for row, s in zip(rows, spread, strict=True)]
        return np.asarray(np.array(scaled) * gain + bias)

    X = given["X"]
    N = normed(X, given["gamma_1"], given["beta_1"])
    Q, K, V = (np.einsum("nd,dk->nk", N, given[name]) for name in ("W^Q", "W^K", "W^V"))
    powers = np.exp([[np.dot(q, k) / len(k) ** 0.5 for k in K] for q in Q])
    A = np.array([row / sum(row) for row in powers])  # (n, n)
    Z = np.array([x + sum(a * v for a, v in zip(row, V, strict=True)) for x, row in zip(X, A, strict=True)])
    R = normed(Z, given["gamma_2"], given["beta_2"])
    H = np.array(
        [[max(np.dot(r, w) + b, 0) for w, b in zip(given["W_1"].T, given["b_1"][0], strict=True)] for r in R]
    )
    Y = (
        np.array([sum(h * w for h, w in zip(row, given["W_2"], strict=True)) + given["b_2"][0] for row in H])
        + Z
    )
    return {"N": N, "Q": Q, "K": K, "V": V, "A": A, "Z": Z, "R": R, "H": H, "Y": Y}


DERIVATION = Derivation(
    id="encoder-pre-ln",
    title="Encoder block, pre-LN",
    source="Xiong et al. 2020, section 3.1 and table 1, arXiv:2002.04745",
    order=122,
    purpose=(
        "The same parts in another order: each part reads a normed copy of the row, and what it writes is "
        "added to "
        "the row itself.  The row runs through the whole model without ever meeting a norm, so gradients "
        "reach the "
        "first layer undamped and training starts without a warm-up.  Most models since GPT-2 are built this "
        "way."
    ),
    requires=("encoder-post-ln",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("gamma_1", ("d",), "gain of the norm before attention"),
        Input("beta_1", ("d",), "bias of the norm before attention"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d"), "projection to values, as wide as the model so that they can be added"),
        Input("gamma_2", ("d",), "gain of the norm before the feed-forward network"),
        Input("beta_2", ("d",), "bias of the norm before the feed-forward network"),
        Input("W_1", ("d", "d_ff"), "widens"),
        Input("b_1", ("d_ff",), "bias of the neurons"),
        Input("W_2", ("d_ff", "d"), "narrows"),
        Input("b_2", ("d",), "bias of the feed-forward network"),
    ),
    steps=(
        Step(
            "N",
            r"N = \gamma_1 \odot \operatorname{LayerNorm}(X) + \beta_1",
            ("n", "d"),
            "A normed copy to read from; X itself stays as it is.",
            "Norm before attention",
        ),
        Step("Q", r"Q = N W^Q", ("n", "d_k"), "Queries are read from the copy.", "Queries"),
        Step("K", r"K = N W^K", ("n", "d_k"), "Keys are read from it too.", "Keys"),
        Step(
            "V",
            r"V = N W^V",
            ("n", "d"),
            "Values too: attention never sees how large the row has become.",
            "Values",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "The only place of the block where positions see each other.",
            "Weights",
        ),
        Step(
            "Z",
            r"Z = X + A V",
            ("n", "d"),
            "Attention adds to the row, and to X and not to its normed copy.",
            "After attention",
        ),
        Step(
            "R",
            r"R = \gamma_2 \odot \operatorname{LayerNorm}(Z) + \beta_2",
            ("n", "d"),
            "Another copy for the second part.",
            "Norm before the network",
        ),
        Step(
            "H",
            r"H = \operatorname{ReLU}(R W_1 + b_1)",
            ("n", "d_ff"),
            "Each position on its own.",
            "Neurons",
        ),
        Step(
            "Y",
            r"Y = Z + \left(H W_2 + b_2\right)",
            ("n", "d"),
            "The sum is handed on without a norm, so rows grow from block to block; one last norm stands "
            "after the "
            "last block.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{LayerNorm}(c X)",
            r"\operatorname{LayerNorm}(X)",
            "A part reads the same copy however much the row has grown: layer norm forgets every positive "
            "factor.  A "
            "part therefore writes steps of about one size, and weighs less and less against a growing row.",
            "The copy forgets the scale",
            (r"c = e^a",),
            ("n=1, d=2", "n=1, d=3"),
        ),
    ),
    examples=(
        Example(
            "whole-numbers",
            "A block that can be followed by hand",
            {
                "X": ((3, 1, 3, 1), (5, 1, 1, 5)),
                "gamma_1": ((1, 1, 1, 1),),
                "beta_1": ((0, 0, 0, 0),),
                "W^Q": (("1/2",), (0,), ("-1/2",), (0,)),
                "W^K": (("1/2 ln(3)",), (0,), ("1/2 ln(3)",), (0,)),
                "W^V": ((1, -1, 1, -1), (0, 0, 0, 0), (8, -8, 0, 0), (0, 0, 0, 0)),
                "gamma_2": ((5, 5, 5, 5),),
                "beta_2": ((0, 0, 0, 0),),
                "W_1": ((0, 0), (0, 0), (1, 0), (0, 1)),
                "b_1": ((-4, 0),),
                "W_2": ((1, 0, -1, 2), (0, 3, 0, 1)),
                "b_2": ((0, 0, 0, 0),),
            },
            note="The rows before a norm spread by 1, 2, 2 and 5, so every root comes out whole.",
            tokens=("bread", "butter"),
        ),
        Example(
            "three-positions",
            "Three positions, ordinary numbers",
            {
                "X": ((1, 0, -1, 2), (0, 2, 1, 0), (1, 1, 0, -1)),
                "gamma_1": ((1, 2, 1, 1),),
                "beta_1": ((0, 0, "1/2", 0),),
                "W^Q": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^K": ((0, 1), (1, 0), (1, -1), (1, 0)),
                "W^V": ((1, 0, 0, 1), (0, 1, 1, 0), (0, -1, 1, 0), (1, 0, 0, 1)),
                "gamma_2": ((1, 1, 1, 1),),
                "beta_2": ((0, 0, 0, 0),),
                "W_1": ((1, 0, -1), (0, 1, 1), (1, 1, 0), (0, -1, 2)),
                "b_1": ((0, "1/2", 0),),
                "W_2": ((1, 0, 1, 0), (0, 1, 0, -1), (1, -1, 0, 1)),
                "b_2": ((0, 0, 1, 0),),
            },
            note=(
                "The first norm makes roots, the softmax exponentials of roots, the second norm roots of "
                "both."
            ),
            tokens=("the", "next", "layer"),
        ),
    ),
    questions=(
        (
            "In the example that can be followed by hand, X is multiplied by 10.  What happens to N, and "
            "what to Z?",
            "N stays as it is, so A V stays too, (1, -1, 1, -1) and (5, -5, 1, -1); Z is ten times X plus "
            "that.",
        ),
        (
            "Which norms does a derivative of Y by X pass on the shortest path, here and in post-LN?",
            "None here, because Y = X + …; both norms in post-LN.",
        ),
    ),
)
