"""Multi-head attention: two heads, joined and mixed.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2, arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """All heads at once as one array with a head axis, as programs do it."""
    import numpy as np

    X, WO = given["X"], given["W^O"]
    WQ, WK, WV = (np.stack([given[f"W^{name}_1"], given[f"W^{name}_2"]]) for name in "QKV")  # (h, d, d_k)
    Q, K, V = (np.einsum("nd,hdk->hnk", X, W) for W in (WQ, WK, WV))
    S = np.einsum("hik,hjk->hij", Q, K) / np.sqrt(Q.shape[-1])
    powers = np.exp(S - S.max(axis=-1)[..., None])
    A = powers / np.sum(powers, axis=-1)[..., None]  # (h, n, n)
    H = np.einsum("hij,hjv->hiv", A, V)
    C = H.transpose(1, 0, 2).reshape(len(X), -1)  # (n, h d_v)
    parts = {"Q": Q, "K": K, "V": V, "A": A, "H": H}
    heads = {f"{name}_{h + 1}": part[h] for name, part in parts.items() for h in range(2)}
    return {**heads, "C": C, "O": np.einsum("nc,cd->nd", C, WO)}


DERIVATION = Derivation(
    id="multi-head",
    title="Multi-head attention",
    source="Vaswani et al. 2017, section 3.2.2, arXiv:1706.03762",
    order=50,
    purpose=(
        "One softmax makes one average, so one head can follow one relation at a time.  Several narrow heads "
        "look "
        "at the same sequence with projections of their own, and a last matrix mixes what they found.  With "
        "d_k = d/h the heads together cost as much as one wide head."
    ),
    requires=("self-attention",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        Input("W^Q_1", ("d", "d_k"), "projection to queries, head 1"),
        Input("W^Q_2", ("d", "d_k"), "projection to queries, head 2"),
        Input("W^K_1", ("d", "d_k"), "projection to keys, head 1"),
        Input("W^K_2", ("d", "d_k"), "projection to keys, head 2"),
        Input("W^V_1", ("d", "d_v"), "projection to values, head 1"),
        Input("W^V_2", ("d", "d_v"), "projection to values, head 2"),
        Input("W^O", ("2 d_v", "d"), "mixes the joined heads"),
    ),
    steps=(
        Step("Q_1", r"Q_1 = X W^Q_1", ("n", "d_k"), "What head 1 looks for.", "Queries of head 1"),
        Step(
            "Q_2",
            r"Q_2 = X W^Q_2",
            ("n", "d_k"),
            "The same rows, seen through another matrix.",
            "Queries of head 2",
        ),
        Step("K_1", r"K_1 = X W^K_1", ("n", "d_k"), "What head 1 can find a position by.", "Keys of head 1"),
        Step(
            "K_2", r"K_2 = X W^K_2", ("n", "d_k"), "Head 2 can find it by something else.", "Keys of head 2"
        ),
        Step("V_1", r"V_1 = X W^V_1", ("n", "d_v"), "What head 1 carries away.", "Values of head 1"),
        Step("V_2", r"V_2 = X W^V_2", ("n", "d_v"), "What head 2 carries away.", "Values of head 2"),
        Step(
            "A_1",
            r"A_1 = \operatorname{softmax}\left(\frac{Q_1 K_1^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "The width under the root is that of one head, d_k, and not that of the model.",
            "Weights of head 1",
        ),
        Step(
            "A_2",
            r"A_2 = \operatorname{softmax}\left(\frac{Q_2 K_2^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "Each head has a softmax of its own, so one head may look at a position that the other ignores.",
            "Weights of head 2",
        ),
        Step("H_1", r"H_1 = A_1 V_1", ("n", "d_v"), "What head 1 found for every position.", "Head 1"),
        Step("H_2", r"H_2 = A_2 V_2", ("n", "d_v"), "What head 2 found for every position.", "Head 2"),
        Step(
            "C",
            r"C = \operatorname{Concat}(H_1, H_2)",
            ("n", "2 d_v"),
            "The heads stand side by side, in their order: each keeps columns of its own, so nothing is lost "
            "by "
            "adding them up too early.",
            "Joined heads",
        ),
        Step(
            "O",
            r"O = C W^O",
            ("n", "d"),
            "The output has the width of the input again, so it can be added to it; the rows of W^O say what "
            "is "
            "made of each head.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{Concat}(H_1, H_2) \operatorname{stack}(U_1, U_2)",
            r"H_1 U_1 + H_2 U_2",
            "Joining and then mixing is the same as giving each head a matrix of its own, the upper and the "
            "lower "
            "half of W^O, and adding: heads write side by side into the same output.",
            "Heads add up",
            (
                r"H_1 \in \mathbb{R}^{n \times d_v}",
                r"H_2 \in \mathbb{R}^{n \times d_v}",
                r"U_1 \in \mathbb{R}^{d_v \times d}",
                r"U_2 \in \mathbb{R}^{d_v \times d}",
            ),
        ),
    ),
    flow=("X", "A_1", "A_2", "H_1", "H_2", "C", "O"),
    examples=(
        Example(
            "two-narrow-heads",
            "Two heads of width 1",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q_1": ((1,), (2,)),
                "W^Q_2": ((2,), (1,)),
                "W^K_1": (("ln(2)",), (0,)),
                "W^K_2": ((0,), ("ln(3)",)),
                "W^V_1": ((15,), (0,)),
                "W^V_2": ((0,), (20,)),
                "W^O": ((1, 1), (1, -1)),
            },
            note=(
                "Head 1 prefers the first position, head 2 the second; the outputs are their sum and "
                "difference."
            ),
            tokens=("salt", "pepper"),
        ),
        Example(
            "three-positions",
            "Two heads of width 2",
            {
                "X": ((1, 0, 1, 0), (0, 2, 0, 1), (1, 1, 0, -1)),
                "W^Q_1": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^Q_2": ((0, 1), (1, 0), (-1, 0), (1, 1)),
                "W^K_1": ((1, 1), (0, 1), (0, 0), (1, 0)),
                "W^K_2": ((1, -1), (1, 0), (0, 2), (0, 1)),
                "W^V_1": ((1, 0), (0, 1), (1, 0), (0, 1)),
                "W^V_2": ((0, 1), (1, 0), (0, -1), (2, 0)),
                "W^O": ((1, 0, 0, 1), (0, 1, 0, -1), (0, 0, 1, 1), (1, 0, -1, 0)),
            },
            note="n = 3, d = 4 and d_k = d_v = 2: the root is √2, not √4.",
            tokens=("she", "reads", "it"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",)),
                "W^Q_1": (("q_1",),),
                "W^Q_2": (("q_2",),),
                "W^K_1": (("k_1",),),
                "W^K_2": (("k_2",),),
                "W^V_1": (("v_1",),),
                "W^V_2": (("v_2",),),
                "W^O": (("o_1",), ("o_2",)),
            },
            note="Two positions of width 1.",
        ),
    ),
    questions=(
        (
            "In the example with two heads of width 1, what is the output if the heads are joined in the "
            "wrong order?",
            "The sums stay and the differences change sign: (28, 8) and (27, 3) instead of (28, -8) and (27, "
            "-3).",
        ),
        (
            "How many numbers do the projections to queries, keys and values hold for h heads with d_k = d_v "
            "= d/h?",
            "3 h · d · d/h = 3 d², as many as one head of width d needs; W^O adds d².",
        ),
    ),
)
