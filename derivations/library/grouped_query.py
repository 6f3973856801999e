"""Grouped-query attention: four query heads share two heads of keys and values.

Ainslie et al. 2023, "GQA: Training Generalized Multi-Query Transformer Models from
Multi-Head Checkpoints", section 2.2, arXiv:2305.13245; with one group it is multi-query
attention, Shazeer 2019, "Fast Transformer Decoding", section 3, arXiv:1911.02150.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Keys and values repeated once for every query head, then ordinary multi-head attention."""
    import numpy as np

    X = given["X"]
    Q = np.stack([X @ given[f"W^Q_{h}"] for h in (1, 2, 3, 4)])  # (4, n, d_k)
    K, V = (np.repeat([X @ given[f"W^{name}_1"], X @ given[f"W^{name}_2"]], 2, axis=0) for name in "KV")
    S = np.einsum("hik,hjk->hij", Q, K) / np.sqrt(Q.shape[-1])
    powers = np.exp(S - S.max(axis=-1)[..., None])
    A = powers / np.sum(powers, axis=-1)[..., None]  # (4, n, n)
    C = np.einsum("hij,hjv->ihv", A, V).reshape(len(X), -1)  # (n, 4 d_v)
    shared = {"K_1": K[0], "K_2": K[2], "V_1": V[0], "V_2": V[2]}
    return {
        **shared,
        **{f"A_{h + 1}": A[h] for h in range(4)},
        "C": C,
        "O": np.einsum("nc,cd->nd", C, given["W^O"]),
    }


def _weights(head: int, group: int, why: str) -> Step:
    formula = (
        rf"A_{head} = \operatorname{{softmax}}\left(\frac{{X W^Q_{head} K_{group}^T}}{{\sqrt{{d_k}}}}\right)"
    )
    return Step(f"A_{head}", formula, ("n", "n"), why, f"Weights of head {head}")


DERIVATION = Derivation(
    id="grouped-query",
    title="Multi-query and grouped-query attention",
    source="Ainslie et al. 2023, section 2.2, arXiv:2305.13245; Shazeer 2019, section 3, arXiv:1911.02150",
    order=55,
    purpose=(
        "A model that writes word by word keeps the keys and values of everything it has read, for every "
        "head, and "
        "fetching them takes longer than the arithmetic.  Heads can share them: each query head stays its "
        "own, "
        "and a group of heads asks the same keys.  One group for all is multi-query attention, one group per "
        "head "
        "is multi-head attention."
    ),
    requires=("multi-head",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        *(Input(f"W^Q_{h}", ("d", "d_k"), f"projection to queries, head {h}") for h in (1, 2, 3, 4)),
        Input("W^K_1", ("d", "d_k"), "projection to keys, heads 1 and 2"),
        Input("W^K_2", ("d", "d_k"), "projection to keys, heads 3 and 4"),
        Input("W^V_1", ("d", "d_v"), "projection to values, heads 1 and 2"),
        Input("W^V_2", ("d", "d_v"), "projection to values, heads 3 and 4"),
        Input("W^O", ("4 d_v", "d"), "mixes the joined heads"),
    ),
    steps=(
        Step(
            "K_1",
            r"K_1 = X W^K_1",
            ("n", "d_k"),
            "Computed and kept once, asked by two heads.",
            "Keys of group 1",
        ),
        Step("K_2", r"K_2 = X W^K_2", ("n", "d_k"), "Kept once for heads 3 and 4.", "Keys of group 2"),
        Step(
            "V_1", r"V_1 = X W^V_1", ("n", "d_v"), "Shared in the same way as the keys.", "Values of group 1"
        ),
        Step(
            "V_2", r"V_2 = X W^V_2", ("n", "d_v"), "Four heads, but two sets of values.", "Values of group 2"
        ),
        _weights(1, 1, "Head 1 asks the keys of its group with queries of its own."),
        _weights(
            2, 1, "Head 2 asks the same keys another question, so its weights differ from those of head 1."
        ),
        _weights(3, 2, "Head 3 belongs to the second group."),
        _weights(4, 2, "Head 4 shares its keys with head 3."),
        Step(
            "C",
            r"C = \operatorname{Concat}(A_1 V_1, A_2 V_1, A_3 V_2, A_4 V_2)",
            ("n", "4 d_v"),
            "There are still four heads to join: sharing makes the memory smaller and not the output.",
            "Joined heads",
        ),
        Step(
            "O", r"O = C W^O", ("n", "d"), "As in multi-head attention, one matrix mixes the heads.", "Output"
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{Concat}(A_1 V_1, A_2 V_1)",
            r"\operatorname{Concat}(A_1, A_2) \operatorname{stack}(\operatorname{Concat}(V_1, Z), "
            r"\operatorname{Concat}(Z, V_1))",
            "Grouped-query attention is multi-head attention whose heads happen to have equal keys and "
            "values: the "
            "shared values may be written out once for every head.",
            "Sharing is repeating",
            (
                r"A_1 \in \mathbb{R}^{n \times n}",
                r"A_2 \in \mathbb{R}^{n \times n}",
                r"V_1 \in \mathbb{R}^{n \times d_v}",
                r"Z = V_1 - V_1",
            ),
        ),
    ),
    flow=("K_1", "K_2", "A_1", "A_2", "A_3", "A_4", "C", "O"),
    examples=(
        Example(
            "two-groups",
            "Four heads of width 1 in two groups",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q_1": ((1,), (2,)),
                "W^Q_2": ((2,), (1,)),
                "W^Q_3": ((1,), (0,)),
                "W^Q_4": ((0,), (1,)),
                "W^K_1": (("ln(2)",), (0,)),
                "W^K_2": ((0,), ("ln(3)",)),
                "W^V_1": ((15,), (0,)),
                "W^V_2": ((0,), (8,)),
                "W^O": ((1, 0), (0, 1), (2, 0), (0, -1)),
            },
            note="Heads 1 and 2 weigh powers of 2, heads 3 and 4 powers of 3.",
            tokens=("tea", "milk"),
        ),
        Example(
            "multi-query",
            "Multi-query attention: one group for all",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q_1": ((1,), (2,)),
                "W^Q_2": ((2,), (1,)),
                "W^Q_3": ((1,), (0,)),
                "W^Q_4": ((0,), (1,)),
                "W^K_1": (("ln(2)",), (0,)),
                "W^K_2": (("ln(2)",), (0,)),
                "W^V_1": ((30,), (0,)),
                "W^V_2": ((30,), (0,)),
                "W^O": ((1, 0), (0, 1), (2, 0), (0, -1)),
            },
            note="Both groups have the same keys and values, so one copy serves all four heads.",
            tokens=("tea", "milk"),
        ),
        Example(
            "three-positions",
            "Four heads of width 2",
            {
                "X": ((1, 0, 1), (0, 2, -1), (1, 1, 0)),
                "W^Q_1": ((1, 0), (0, 1), (1, 1)),
                "W^Q_2": ((0, 1), (1, 0), (-1, 0)),
                "W^Q_3": ((1, 1), (0, -1), (0, 1)),
                "W^Q_4": ((-1, 0), (1, 1), (2, 0)),
                "W^K_1": ((1, 1), (0, 1), (1, 0)),
                "W^K_2": ((1, -1), (1, 0), (0, 2)),
                "W^V_1": ((1, 0), (0, 1), (1, 0)),
                "W^V_2": ((0, 1), (1, 0), (0, -1)),
                "W^O": (
                    (1, 0, 0),
                    (0, 1, 0),
                    (0, 0, 1),
                    (1, 0, -1),
                    (0, 1, 1),
                    (1, -1, 0),
                    (2, 0, 1),
                    (0, 1, 0),
                ),
            },
            tokens=("one", "shared", "memory"),
        ),
    ),
    questions=(
        (
            "A model has 32 query heads of width 128.  How many numbers does one layer keep for each "
            "position with "
            "32, with 8 and with 1 group?",
            "Keys and values together 2 · 128 for each group: 8192, 2048 and 256 numbers.",
        ),
        (
            "In the example with two groups, what are the weights of head 1 and head 2 in row 1?",
            "Both ask the keys ln 2 and 0, head 1 with the query 1 and head 2 with the query 2: (2/3, 1/3) "
            "and (4/5, 1/5).",
        ),
    ),
)
