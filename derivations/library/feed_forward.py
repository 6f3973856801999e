"""The position-wise feed-forward network, with ReLU and with GELU.

Vaswani et al. 2017, "Attention Is All You Need", section 3.3, equation (2), arXiv:1706.03762;
GELU: Hendrycks and Gimpel 2016, section 2, arXiv:1606.08415.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Position by position and neuron by neuron; GELU from the normal distribution of the library."""
    from statistics import NormalDist

    import numpy as np

    X, W1, b1, W2, b2 = (given[name] for name in ("X", "W_1", "b_1", "W_2", "b_2"))
    normal = NormalDist()
    U = np.array([[sum(x * w) + b for w, b in zip(W1.T, b1[0], strict=True)] for x in X])  # (n, d_ff)
    R = np.array([[u if u > 0 else 0.0 for u in row] for row in U])
    G = np.array([[u * normal.cdf(u) for u in row] for row in U])
    F, H = (
        np.array([sum(a * w for a, w in zip(row, W2, strict=True)) + b2[0] for row in part])
        for part in (R, G)
    )
    return {"U": U, "R": R, "F": F, "G": G, "H": H}


DERIVATION = Derivation(
    id="feed-forward",
    title="Feed-forward network",
    source=(
        "Vaswani et al. 2017, section 3.3, equation (2), arXiv:1706.03762; Hendrycks and Gimpel 2016, "
        "arXiv:1606.08415"
    ),
    order=110,
    purpose=(
        "Attention moves information between positions; the feed-forward network works on each position "
        "alone.  It "
        "widens the row, bends it with an activation function and narrows it again.  Without the bend two "
        "matrices "
        "in a row would be one matrix, and a deep model no more than a shallow one."
    ),
    requires=("self-attention",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("W_1", ("d", "d_ff"), "widens; each column is one neuron"),
        Input("b_1", ("d_ff",), "bias of the neurons"),
        Input("W_2", ("d_ff", "d"), "narrows; each row is what one neuron writes"),
        Input("b_2", ("d",), "bias of the output"),
    ),
    steps=(
        Step(
            "U",
            r"U = X W_1 + b_1",
            ("n", "d_ff"),
            "Each neuron measures how far the row points its way; the bias sets the threshold and is the "
            "same for "
            "every position.",
            "Before the activation",
        ),
        Step(
            "R",
            r"R = \operatorname{ReLU}(U)",
            ("n", "d_ff"),
            "What is negative becomes 0: the neuron is silent there, and what it would write is not written.",
            "ReLU",
        ),
        Step(
            "F",
            r"F = R W_2 + b_2",
            ("n", "d"),
            "Every neuron adds its row of W_2, as strongly as it is active.",
            "Output with ReLU",
        ),
        Step(
            "G",
            r"G = \operatorname{GELU}(U)",
            ("n", "d_ff"),
            "GELU(x) = x Φ(x) weighs x with the chance that a standard normal number is smaller.  It is "
            "close to "
            "ReLU far from 0, but smooth, and small negative inputs leave a small negative trace.",
            "GELU",
        ),
        Step(
            "H",
            r"H = G W_2 + b_2",
            ("n", "d"),
            "The same weights with the smooth activation: a neuron that ReLU silences still gets a gradient "
            "here.",
            "Output with GELU",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{ReLU}(U) - \operatorname{ReLU}(-U)",
            r"U",
            "What ReLU cuts away is the ReLU of the opposite: two neurons can pass a number on unharmed.",
            "ReLU keeps both halves apart",
            (r"U \in \mathbb{R}^{n \times d_{ff}}",),
        ),
        Identity(
            r"\operatorname{GELU}(U) - \operatorname{GELU}(-U)",
            r"U",
            "The same holds for GELU, because Φ(x) + Φ(-x) = 1.",
            "So does GELU",
            (r"U \in \mathbb{R}^{n \times d_{ff}}",),
        ),
    ),
    flow=("X", "U", "R", "F", "G", "H"),
    pictures=(
        Curve(
            name="kinks",
            title="ReLU and GELU",
            why="Far from 0 the two agree.  Near 0 ReLU has a kink, while GELU is smooth and lets a little "
            "of the negative numbers through.",
            variable="x",
            axis="input of the neuron",
            start=-3,
            end=3,
            lines=(("ReLU", r"\operatorname{ReLU}(x)"), ("GELU", r"\operatorname{GELU}(x)")),
            step="G",
        ),
    ),
    examples=(
        Example(
            "two-neurons",
            "Two positions, two neurons",
            {
                "X": ((2, 1), (-1, 1)),
                "W_1": ((1, 0), (0, 1)),
                "b_1": ((-1, 1),),
                "W_2": ((1, 2), (0, 3)),
                "b_2": ((0, -1),),
            },
            note="Neuron 1 is silent for the second position: -1 - 1 is below 0.",
            tokens=("warm", "cold"),
        ),
        Example(
            "wider",
            "Three positions, width 3, four neurons",
            {
                "X": ((1, 0, "-1/2"), (2, -1, 1), ("1/3", 1, 0)),
                "W_1": ((1, -1, 2, 0), (0, 2, 1, -1), (1, 1, 0, -2)),
                "b_1": ((0, "1/2", -1, "3/2"),),
                "W_2": ((1, 0, -1), (2, 1, 0), (0, 1, 1), (-1, 3, 2)),
                "b_2": ((1, 0, -1),),
            },
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1", "x_2"),),
                "W_1": (("u_{11}", "u_{12}"), ("u_{21}", "u_{22}")),
                "b_1": (("b_1", "b_2"),),
                "W_2": (("w_{11}", "w_{12}"), ("w_{21}", "w_{22}")),
                "b_2": (("c_1", "c_2"),),
            },
            note="One position, two neurons.",
        ),
    ),
    questions=(
        (
            "In the first example, what is the output of the second position with ReLU?",
            "Before the activation it is (-2, 2), after it (0, 2), so the output is 2 · (0, 3) + (0, -1) = "
            "(0, 5).",
        ),
        (
            "What happens if the activation is left out?",
            "X W₁W₂ + b₁W₂ + b₂: one matrix and one bias, whatever the width between them.",
        ),
    ),
)
