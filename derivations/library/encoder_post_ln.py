"""The encoder block as it was published: layer norm after each residual connection (post-LN).

Vaswani et al. 2017, "Attention Is All You Need", section 3.1 and figure 1, arXiv:1706.03762;
layer norm: Ba et al. 2016, equation (4), arXiv:1607.06450.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Input, Step

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
    Q, K, V = (np.einsum("nd,dk->nk", X, given[name]) for name in ("W^Q", "W^K", "W^V"))
    powers = np.exp([[np.dot(q, k) / len(k) ** 0.5 for k in K] for q in Q])
    A = np.array([row / sum(row) for row in powers])  # (n, n)
    B = np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A])  # (n, d)
    Z = normed(X + B, given["gamma_1"], given["beta_1"])
    H = np.array(
        [[max(np.dot(z, w) + b, 0) for w, b in zip(given["W_1"].T, given["b_1"][0], strict=True)] for z in Z]
    )
    F = np.array([sum(h * w for h, w in zip(row, given["W_2"], strict=True)) + given["b_2"][0] for row in H])
    Y = normed(Z + F, given["gamma_2"], given["beta_2"])
    return {"Q": Q, "K": K, "V": V, "A": A, "B": B, "Z": Z, "H": H, "F": F, "Y": Y}


DERIVATION = Derivation(
    id="encoder-post-ln",
    title="Encoder block, post-LN",
    source="Vaswani et al. 2017, section 3.1 and figure 1, arXiv:1706.03762",
    order=120,
    purpose=(
        "One block of the encoder from end to end: attention mixes the positions, the feed-forward network "
        "works on "
        "each of them, and both are wrapped in the same way.  What a part computes is added to what it was "
        "given, "
        "and layer norm brings every row of the sum back to one scale.  Six such blocks in a row are the "
        "encoder of "
        "the original transformer."
    ),
    requires=("self-attention", "layer-norm", "feed-forward"),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d"), "projection to values, as wide as the model so that they can be added"),
        Input("gamma_1", ("d",), "gain of the first layer norm"),
        Input("beta_1", ("d",), "bias of the first layer norm"),
        Input("W_1", ("d", "d_ff"), "widens"),
        Input("b_1", ("d_ff",), "bias of the neurons"),
        Input("W_2", ("d_ff", "d"), "narrows"),
        Input("b_2", ("d",), "bias of the feed-forward network"),
        Input("gamma_2", ("d",), "gain of the second layer norm"),
        Input("beta_2", ("d",), "bias of the second layer norm"),
    ),
    steps=(
        Step("Q", r"Q = X W^Q", ("n", "d_k"), "What each position looks for.", "Queries"),
        Step("K", r"K = X W^K", ("n", "d_k"), "What each position offers to be found by.", "Keys"),
        Step("V", r"V = X W^V", ("n", "d"), "What each position hands over when it is found.", "Values"),
        Step(
            "A",
            r"A = \operatorname{softmax}\left(\frac{Q K^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "The only place of the block where positions see each other.",
            "Weights",
        ),
        Step("B", r"B = A V", ("n", "d"), "What attention has to say about each position.", "Attention"),
        Step(
            "Z",
            r"Z = \gamma_1 \odot \operatorname{LayerNorm}(X + B) + \beta_1",
            ("n", "d"),
            "The residual connection keeps the row itself, so attention has only to write what is new.  "
            "Layer norm "
            "takes out mean and spread of each row; gain and bias let the model choose them anew.",
            "Add and norm",
        ),
        Step(
            "H",
            r"H = \operatorname{ReLU}(Z W_1 + b_1)",
            ("n", "d_ff"),
            "Each position on its own, with the same weights for all.",
            "Neurons",
        ),
        Step("F", r"F = H W_2 + b_2", ("n", "d"), "What the active neurons write.", "Feed-forward"),
        Step(
            "Y",
            r"Y = \gamma_2 \odot \operatorname{LayerNorm}(Z + F) + \beta_2",
            ("n", "d"),
            "The second residual connection and norm.  The output has the shape of the input, so the next "
            "block can "
            "take it as it is.  In post-LN even the path that skips a part goes through the norm.",
            "Add and norm",
        ),
    ),
    examples=(
        Example(
            "whole-numbers",
            "A block that can be followed by hand",
            {
                "X": ((1, 0, 0, 0), (0, 1, 0, 0)),
                "W^Q": ((0,), (1,), (0,), (0,)),
                "W^K": (("ln(3)",), (0,), (0,), (0,)),
                "W^V": ((8, -1, -1, 9), (-4, 3, 7, -7), (0, 0, 0, 0), (0, 0, 0, 0)),
                "gamma_1": ((1, 1, 1, 1),),
                "beta_1": ((0, 0, 0, 0),),
                "W_1": ((1, 0), (0, 0), (1, -1), (0, 1)),
                "b_1": ((-1, 0),),
                "W_2": ((6, 2, -2, -6), (3, -3, 1, -1)),
                "b_2": ((0, 0, 0, 0),),
                "gamma_2": ((5, 5, 5, 5),),
                "beta_2": ((0, 0, 0, 0),),
            },
            note="The rows before a norm spread by 1, 2 and 5, so every root comes out whole.",
            tokens=("bread", "butter"),
        ),
        Example(
            "three-positions",
            "Three positions, ordinary numbers",
            {
                "X": ((1, 0, -1, 2), (0, 2, 1, 0), (1, 1, 0, -1)),
                "W^Q": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^K": ((0, 1), (1, 0), (1, -1), (1, 0)),
                "W^V": ((1, 0, 0, 1), (0, 1, 1, 0), (0, -1, 1, 0), (1, 0, 0, 1)),
                "gamma_1": ((1, 2, 1, 1),),
                "beta_1": ((0, 0, "1/2", 0),),
                "W_1": ((1, 0, -1), (0, 1, 1), (1, 1, 0), (0, -1, 2)),
                "b_1": ((0, "1/2", 0),),
                "W_2": ((1, 0, 1, 0), (0, 1, 0, -1), (1, -1, 0, 1)),
                "b_2": ((0, 0, 1, 0),),
                "gamma_2": ((1, 1, 1, 1),),
                "beta_2": ((0, 0, 0, 0),),
            },
            note=(
                "After the first norm the entries are roots of sums of exponentials, and their digits are "
                "certified."
            ),
            tokens=("the", "next", "layer"),
        ),
    ),
    questions=(
        (
            "In the example that can be followed by hand, what is Y if γ₂ is 1 instead of 5?",
            "A fifth of it: (7, 1, -1, -7)/5 and (7, -7, 1, -1)/5, rows of mean 0 and variance 1.",
        ),
        (
            "What happens to Y when every entry of X + B in row 1 is raised by 10?",
            "Nothing: layer norm subtracts the mean of the row.",
        ),
        (
            "The two rows of X change places, tokens included.  What happens to Y?",
            "Its rows change places too: without positions the block does not know an order.",
        ),
    ),
)
