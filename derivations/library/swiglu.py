"""The gated feed-forward network SwiGLU.

Shazeer 2020, "GLU Variants Improve Transformer", equation (6), arXiv:2002.05202; SiLU:
Hendrycks and Gimpel 2016, section 2, arXiv:1606.08415.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Neuron by neuron; the sigmoid by the hyperbolic tangent of half the argument."""
    import numpy as np

    X, W1, W3, W2 = (given[name] for name in ("X", "W_1", "W_3", "W_2"))
    G, L = np.einsum("nd,df->nf", X, W1), np.einsum("nd,df->nf", X, W3)
    A = np.array([[g * (1 + np.tanh(g / 2)) / 2 for g in row] for row in G])  # (n, d_ff)
    P = np.array([[a * b for a, b in zip(*pair, strict=True)] for pair in zip(A, L, strict=True)])
    F = np.array([sum(p * w for p, w in zip(row, W2, strict=True)) for row in P])  # (n, d)
    return {"G": G, "L": L, "A": A, "P": P, "F": F}


DERIVATION = Derivation(
    id="swiglu",
    title="SwiGLU",
    source="Shazeer 2020, equation (6), arXiv:2002.05202",
    order=112,
    purpose=(
        "A gated feed-forward network computes two rows of neurons and multiplies them: one says what to "
        "pass on, "
        "the other how far to open the gate.  SwiGLU opens the gate with SiLU.  It has three matrices where "
        "the "
        "plain network has two, so it is made narrower, 2/3 of the width, to cost the same."
    ),
    requires=("feed-forward",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("W_1", ("d", "d_ff"), "the gate"),
        Input("W_3", ("d", "d_ff"), "what goes through the gate"),
        Input("W_2", ("d_ff", "d"), "narrows; each row is what one neuron writes"),
    ),
    steps=(
        Step("G", r"G = X W_1", ("n", "d_ff"), "How far each gate is asked to open.", "Before the gate"),
        Step(
            "A",
            r"A = \operatorname{SiLU}(G)",
            ("n", "d_ff"),
            "SiLU(x) = x σ(x) = x / (1 + e^(-x)): almost closed for negative x, almost x for large x.",
            "Gate",
        ),
        Step("L", r"L = X W_3", ("n", "d_ff"), "A second look at the same row, without any bend.", "Content"),
        Step(
            "P",
            r"P = A \odot L",
            ("n", "d_ff"),
            "Entry by entry: a product of two things that both depend on the row, which no single activation "
            "makes.",
            "Gated content",
        ),
        Step(
            "F",
            r"F = P W_2",
            ("n", "d"),
            "Back to the width of the model; there are no biases here.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{SiLU}(G) - \operatorname{SiLU}(-G)",
            r"G",
            "σ(x) + σ(-x) = 1, so the gate and the gate of the opposite differ by x itself.",
            "Opposite gates",
            (r"G \in \mathbb{R}^{n \times d_{ff}}",),
        ),
    ),
    pictures=(
        Curve(
            name="gate",
            title="SiLU and its gate",
            why="SiLU is its input times a gate between 0 and 1: closed for very negative inputs, open for "
            "large ones.",
            variable="x",
            axis="input of the neuron",
            start=-4,
            end=4,
            lines=(("SiLU", r"\operatorname{SiLU}(x)"), ("gate", r"\operatorname{sigmoid}(x)")),
            step="A",
        ),
    ),
    examples=(
        Example(
            "logarithms",
            "Gates of ln 2 and ln 3",
            {
                "X": ((1, 0), (0, 1)),
                "W_1": (("ln(2)", "-ln(2)"), ("ln(3)", "-ln(3)")),
                "W_3": ((3, 3), (4, 4)),
                "W_2": ((1, 0), (1, 1)),
            },
            note="σ(ln 2) = 2/3, σ(-ln 2) = 1/3, σ(ln 3) = 3/4 and σ(-ln 3) = 1/4.",
            tokens=("open", "shut"),
        ),
        Example(
            "wider",
            "Three positions, width 2, three neurons",
            {
                "X": ((1, -1), (2, "1/2"), (0, 3)),
                "W_1": ((1, 0, -1), (0, 2, 1)),
                "W_3": ((1, 1, 0), (-1, 0, 2)),
                "W_2": ((1, 0), (0, 1), (2, -1)),
            },
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1", "x_2"),),
                "W_1": (("g_1",), ("g_2",)),
                "W_3": (("l_1",), ("l_2",)),
                "W_2": (("w_1", "w_2"),),
            },
            note="One position and one neuron.",
        ),
    ),
    questions=(
        (
            "In the first example, what is the gated content of the second position?",
            "The gates are 3/4 ln 3 and -1/4 ln 3, the contents 4 and 4: 3 ln 3 and -ln 3.",
        ),
        (
            "A plain network has the width 4d.  What width gives SwiGLU the same number of weights?",
            "Two matrices of d · 4d are 8d² numbers; three of d · w are 3dw, so w = 8d/3.",
        ),
    ),
)
