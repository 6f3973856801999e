"""Cross-attention: the decoder asks, the encoder answers.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.3 (first bullet),
arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Query by query over the rows of the encoder, with the projections moved into one matrix."""
    import numpy as np

    Y, Z, WQ, WK, WV = (given[name] for name in ("Y", "Z", "W^Q", "W^K", "W^V"))
    bilinear = np.einsum("dk,ek->de", WQ, WK) / np.sqrt(WQ.shape[1])  # (d, d_e)
    S = np.array(
        [
            [sum(y[a] * bilinear[a, b] * z[b] for a in range(len(y)) for b in range(len(z))) for z in Z]
            for y in Y
        ]
    )
    A = np.array([np.exp(row - max(row)) / sum(np.exp(row - max(row))) for row in S])  # (m, n)
    seen = np.array([sum(a * z for a, z in zip(row, Z, strict=True)) for row in A])  # (m, d_e)
    Q, K, V = np.einsum("md,dk->mk", Y, WQ), np.einsum("ne,ek->nk", Z, WK), np.einsum("ne,ev->nv", Z, WV)
    return {"Q": Q, "K": K, "V": V, "S": S, "A": A, "O": np.einsum("me,ev->mv", seen, WV)}


DERIVATION = Derivation(
    id="cross-attention",
    title="Cross-attention",
    source="Vaswani et al. 2017, section 3.2.3, arXiv:1706.03762",
    order=60,
    purpose=(
        "A translation is written in one sequence and read from another.  In cross-attention the queries "
        "come from "
        "the decoder, and keys and values from the output of the encoder, so every word that is written can "
        "look at "
        "the whole source.  The two sequences may differ in length, and the weights form a table of words "
        "written "
        "against words read: an alignment."
    ),
    requires=("self-attention",),
    reference=reference,
    inputs=(
        Input("Y", ("m", "d"), "the decoder: one row for each position written so far"),
        Input("Z", ("n", "d_e"), "the output of the encoder: one row for each position of the source"),
        Input("W^Q", ("d", "d_k"), "projection of the decoder to queries"),
        Input("W^K", ("d_e", "d_k"), "projection of the encoder to keys"),
        Input("W^V", ("d_e", "d_v"), "projection of the encoder to values"),
    ),
    steps=(
        Step(
            "Q",
            r"Q = Y W^Q",
            ("m", "d_k"),
            "The decoder asks, one query for each position written.",
            "Queries",
        ),
        Step(
            "K",
            r"K = Z W^K",
            ("n", "d_k"),
            "The encoder is found by its keys; they are the same for every query "
            "and are computed once for a whole translation.",
            "Keys",
        ),
        Step("V", r"V = Z W^V", ("n", "d_v"), "What is handed over comes from the source alone.", "Values"),
        Step(
            "S",
            r"S = \frac{Q K^T}{\sqrt{d_k}}",
            ("m", "n"),
            "A table of m rows and n columns: query and key need the same width d_k, but not the same "
            "number.",
            "Scaled scores",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S)",
            ("m", "n"),
            "Each word written spreads its attention over the source.  There is no causal mask: the source "
            "is "
            "there in full before the first word is written.",
            "Weights",
        ),
        Step(
            "O",
            r"O = A V",
            ("m", "d_v"),
            "One row for each position of the decoder, made of encoder values.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"O",
            r"\operatorname{softmax}\left(\frac{Y \left(W^Q (W^K)^T\right) Z^T}{\sqrt{d_k}}\right) Z W^V",
            "The two projections meet in one matrix of shape d × d_e that compares a decoder row with an "
            "encoder row "
            "directly; keys are only the cheaper way to use it.",
            "One comparison matrix",
        ),
    ),
    examples=(
        Example(
            "two-read-three",
            "Two words written, three read",
            {
                "Y": ((1, 0), (0, 1)),
                "Z": ((1, 0), (0, 1), (1, 1)),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), ("ln(3)",)),
                "W^V": ((11, 0), (0, 11)),
            },
            note="Row 1 weighs 2, 3 and 6, row 2 their squares 4, 9 and 36.",
        ),
        Example(
            "different-widths",
            "Different lengths and widths",
            {
                "Y": ((1, 0, -1), (2, 1, 0)),
                "Z": ((1, 0, 1, 0), (0, 1, 0, 2), (1, 1, -1, 0), (0, 0, 1, 1)),
                "W^Q": ((1, 0), (0, 1), (1, -1)),
                "W^K": ((0, 1), (1, 0), (-1, 1), (1, 1)),
                "W^V": ((1, 0, 2), (0, 1, 0), (1, -1, 0), (0, 0, 1)),
            },
            note="m = 2, n = 4, d = 3, d_e = 4, d_k = 2 and d_v = 3.",
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "Y": (("y_1",), ("y_2",)),
                "Z": (("z_1",), ("z_2",), ("z_3",)),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
            },
            note="Every output is a weighted average of z₁v, z₂v and z₃v: no y stands outside an exponent.",
        ),
    ),
    questions=(
        (
            "In the example with two words written and three read, what is the first row of the output?",
            "The weights are 2/11, 3/11 and 6/11 and the values (11, 0), (0, 11) and (11, 11): the row is "
            "(8, 9).",
        ),
        (
            "Which of Q, K and V must be computed again for each new word of the translation?",
            "Only the query of the new word: K and V depend on the source alone.",
        ),
    ),
)
