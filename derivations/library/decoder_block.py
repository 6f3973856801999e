"""The decoder block: masked self-attention, cross-attention, feed-forward network.

Vaswani et al. 2017, "Attention Is All You Need", section 3.1 (decoder) and figure 1,
arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Word by word, each time with the words written so far and nothing hidden."""
    import numpy as np

    def normed(row: ndarray) -> ndarray:
        centred = row - sum(row) / len(row)
        return np.asarray(centred / (sum(centred * centred) / len(row)) ** 0.5)

    def weights(query: ndarray, keys: list[ndarray]) -> ndarray:
        powers = np.exp([np.dot(query, key) / len(key) ** 0.5 for key in keys])
        return np.asarray(powers / sum(powers))

    X, E, W1, b1, W2, b2 = (given[name] for name in ("X", "E", "W_1", "b_1", "W_2", "b_2"))
    m, n = len(X), len(E)
    A, C = np.zeros((m, m)), np.zeros((m, n))
    rows: dict[str, list[ndarray]] = {name: [] for name in "BZDPHY"}
    for t in range(m):
        A[t, : t + 1] = weights(X[t] @ given["W^Q_1"], [x @ given["W^K_1"] for x in X[: t + 1]])
        rows["B"].append(sum(A[t, s] * (X[s] @ given["W^V_1"]) for s in range(t + 1)))
        z = normed(X[t] + rows["B"][-1])
        C[t] = weights(z @ given["W^Q_2"], [e @ given["W^K_2"] for e in E])
        rows["D"].append(sum(C[t, s] * (E[s] @ given["W^V_2"]) for s in range(n)))
        p = normed(z + rows["D"][-1])
        h = np.array([max(np.dot(p, w) + b, 0) for w, b in zip(W1.T, b1[0], strict=True)])
        rows["Z"].append(z)
        rows["P"].append(p)
        rows["H"].append(h)
        rows["Y"].append(normed(p + sum(a * w for a, w in zip(h, W2, strict=True)) + b2[0]))
    M = np.triu(np.full((m, m), -np.inf), 1)
    return {"M": M, "A": A, "C": C, **{name: np.array(part) for name, part in rows.items()}}


DERIVATION = Derivation(
    id="decoder-block",
    title="Decoder block",
    source="Vaswani et al. 2017, section 3.1 and figure 1, arXiv:1706.03762",
    order=130,
    purpose=(
        "One block of the decoder from end to end.  It first looks back at what has been written, then at "
        "what was "
        "read, then works on each position alone; each of the three parts is added to its input and normed.  "
        "Its "
        "last row, after the last block, is what the next word is chosen from."
    ),
    requires=("causal-mask", "cross-attention", "encoder-post-ln"),
    reference=reference,
    inputs=(
        Input("X", ("m", "d"), "the decoder: one row for each position written so far"),
        Input("E", ("n", "d"), "the output of the encoder: one row for each position of the source"),
        Input("W^Q_1", ("d", "d_k"), "queries of the masked self-attention"),
        Input("W^K_1", ("d", "d_k"), "keys of the masked self-attention"),
        Input("W^V_1", ("d", "d"), "values of the masked self-attention"),
        Input("W^Q_2", ("d", "d_k"), "queries of the cross-attention, from the decoder"),
        Input("W^K_2", ("d", "d_k"), "keys of the cross-attention, from the encoder"),
        Input("W^V_2", ("d", "d"), "values of the cross-attention, from the encoder"),
        Input("W_1", ("d", "d_ff"), "widens"),
        Input("b_1", ("d_ff",), "bias of the neurons"),
        Input("W_2", ("d_ff", "d"), "narrows"),
        Input("b_2", ("d",), "bias of the feed-forward network"),
    ),
    steps=(
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & j \le i \\ -\infty & j > i \end{cases}",
            ("m", "m"),
            "While it is trained, the block sees the whole answer at once and must not look ahead in it.",
            "Causal mask",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}\left(\frac{X W^Q_1 (X W^K_1)^T}{\sqrt{d_k}} + M\right)",
            ("m", "m"),
            "Queries, keys and values all come from the decoder; the upper triangle is empty.",
            "Weights of the masked self-attention",
        ),
        Step(
            "B", r"B = A X W^V_1", ("m", "d"), "What the words so far have to say.", "Masked self-attention"
        ),
        Step(
            "Z",
            r"Z = \operatorname{LayerNorm}(X + B)",
            ("m", "d"),
            "Each position now knows what was written before it.  Gain 1 and bias 0 here and below, to keep "
            "the "
            "page short.",
            "Add and norm",
        ),
        Step(
            "C",
            r"C = \operatorname{softmax}\left(\frac{Z W^Q_2 (E W^K_2)^T}{\sqrt{d_k}}\right)",
            ("m", "n"),
            "The queries come from the decoder, the keys from the encoder: one row for each word written, "
            "one column "
            "for each word read, and no mask.",
            "Weights of the cross-attention",
        ),
        Step(
            "D",
            r"D = C E W^V_2",
            ("m", "d"),
            "What the source has to say to each of them.",
            "Cross-attention",
        ),
        Step(
            "P",
            r"P = \operatorname{LayerNorm}(Z + D)",
            ("m", "d"),
            "The residual connection carries Z past the cross-attention, so what was written is not lost "
            "over what "
            "was read.",
            "Add and norm",
        ),
        Step(
            "H",
            r"H = \operatorname{ReLU}(P W_1 + b_1)",
            ("m", "d_ff"),
            "Each position on its own.",
            "Neurons",
        ),
        Step(
            "Y",
            r"Y = \operatorname{LayerNorm}\left(P + H W_2 + b_2\right)",
            ("m", "d"),
            "The third residual connection and norm.  Row i depends on X only through rows 1 to i: adding a "
            "word "
            "leaves all earlier rows as they are.",
            "Add and norm",
        ),
    ),
    examples=(
        Example(
            "whole-numbers",
            "A block that can be followed by hand",
            {
                "X": ((1, 0, 0, 0), (0, 1, 0, 0)),
                "E": ((1, 0, 0, 0), (0, 1, 0, 0)),
                "W^Q_1": ((1,), (1,), (0,), (0,)),
                "W^K_1": (("ln(3)",), (0,), (0,), (0,)),
                "W^V_1": ((2, 1, 3, 1), (14, -3, -5, 17), (0, 0, 0, 0), (0, 0, 0, 0)),
                "W^Q_2": (("1/2",), (0,), ("-1/2",), (0,)),
                "W^K_2": (("ln(3)",), (0,), (0,), (0,)),
                "W^V_2": ((-2, -6, -2, 10), (14, 10, -2, -22), (0, 0, 0, 0), (0, 0, 0, 0)),
                "W_1": ((0, 0), (1, 0), (0, 0), (0, 1)),
                "b_1": ((0, 0),),
                "W_2": ((3, 9, -9, -3), (6, 2, 0, -8)),
                "b_2": ((0, 0, 0, 0),),
            },
            note="The rows before a norm spread by 1, 2, 3 and 5, so every root comes out whole.",
        ),
        Example(
            "three-write-four-read",
            "Three words written, four read",
            {
                "X": ((1, 0, -1, 2), (0, 2, 1, 0), (1, 1, 0, -1)),
                "E": ((1, -1, 0, 0), (0, 1, -1, 0), (0, 0, 1, -1), (1, 0, 0, 1)),
                "W^Q_1": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^K_1": ((0, 1), (1, 0), (1, -1), (1, 0)),
                "W^V_1": ((1, 0, 0, 1), (0, 1, 1, 0), (0, -1, 1, 0), (1, 0, 0, 1)),
                "W^Q_2": ((1, 0), (0, 1), (0, 1), (1, 0)),
                "W^K_2": ((1, 1), (0, 1), (1, 0), (0, -1)),
                "W^V_2": ((0, 1, 0, 0), (1, 0, 0, 1), (0, 0, 2, 0), (1, 0, 0, -1)),
                "W_1": ((1, 0, -1), (0, 1, 1), (1, 1, 0), (0, -1, 2)),
                "b_1": ((0, "1/2", 0),),
                "W_2": ((1, 0, 1, 0), (0, 1, 0, -1), (1, -1, 0, 1)),
                "b_2": ((0, 0, 1, 0),),
            },
            note=(
                "From C on, exponentials stand inside exponentials: the digits are certified, not the "
                "formulas."
            ),
        ),
    ),
    questions=(
        (
            "In the example that can be followed by hand, what are the weights C of the second position?",
            "Its query is 1 and the keys are ln 3 and 0, so the weights are 3/4 and 1/4.",
        ),
        (
            "Which rows of Y change when the last row of X changes, and which when a row of E changes?",
            "The last row of Y only; and every row, because cross-attention has no mask.",
        ),
    ),
)
