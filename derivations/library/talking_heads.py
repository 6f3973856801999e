"""Talking-heads attention: the heads exchange scores before the softmax and weights after it.

Shazeer et al. 2020, "Talking-Heads Attention", section 4, arXiv:2003.02436.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """One array with an axis for the heads, mixed by einsum."""
    import numpy as np

    X, L, R = (given[name] for name in ("X", "L", "R"))
    Q, K, V = (
        np.einsum("nd,hdk->hnk", X, np.stack([given[f"W^{name}_{h}"] for h in (1, 2)])) for name in "QKV"
    )
    J = np.einsum("hik,hjk->hij", Q, K) / np.sqrt(Q.shape[-1])
    S = np.einsum("hij,hg->gij", J, L)
    powers = np.exp(S - S.max(axis=-1)[..., None])
    A = powers / np.sum(powers, axis=-1)[..., None]
    B = np.einsum("hij,hg->gij", A, R)
    H = np.einsum("hij,hjv->hiv", B, V)
    C = np.moveaxis(H, 0, 1).reshape(len(X), -1)
    parts = {"J": J, "S": S, "A": A, "B": B}
    heads = {f"{name}_{h + 1}": part[h] for name, part in parts.items() for h in range(2)}
    return {**heads, "C": C, "O": np.einsum("nc,cd->nd", C, given["W^O"])}


DERIVATION = Derivation(
    id="talking-heads",
    title="Talking-heads attention",
    source="Shazeer et al. 2020, section 4, arXiv:2003.02436",
    order=250,
    purpose=(
        "In multi-head attention no head knows what the others see until W^O joins them.  Talking heads "
        "exchange "
        "notes twice: two small matrices mix the scores of all heads before the softmax, and their weights "
        "after "
        "it.  Everything else stays as it was, so the new idea is four short formulas."
    ),
    requires=("multi-head",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        Input("W^Q_1", ("d", "d_k"), "projection to queries, head 1"),
        Input("W^Q_2", ("d", "d_k"), "projection to queries, head 2"),
        Input("W^K_1", ("d", "d_k"), "projection to keys, head 1"),
        Input("W^K_2", ("d", "d_k"), "projection to keys, head 2"),
        Input("W^V_1", ("d", "d_v"), "projection to values, head 1"),
        Input("W^V_2", ("d", "d_v"), "projection to values, head 2"),
        Input("L", ("2", "2"), "mixes scores: what each head tells each softmax"),
        Input("R", ("2", "2"), "mixes weights: what each softmax tells each head"),
        Input("W^O", ("2 d_v", "d"), "mixes the joined heads"),
    ),
    steps=(
        Step(
            "J_1",
            r"J_1 = \frac{X W^Q_1 (X W^K_1)^T}{\sqrt{d_k}}",
            ("n", "n"),
            "The scores of head 1 by itself, as in multi-head attention.",
            "Scores of head 1",
        ),
        Step(
            "J_2",
            r"J_2 = \frac{X W^Q_2 (X W^K_2)^T}{\sqrt{d_k}}",
            ("n", "n"),
            "And of head 2.",
            "Scores of head 2",
        ),
        Step(
            "S_1",
            r"S_1 = L_{11} J_1 + L_{21} J_2",
            ("n", "n"),
            "Entry by entry over the heads: whether i looks at j may depend on what every head thinks of the "
            "pair.",
            "Mixed scores, first",
        ),
        Step(
            "S_2",
            r"S_2 = L_{12} J_1 + L_{22} J_2",
            ("n", "n"),
            "The second column of L mixes the scores for the second softmax.",
            "Mixed scores, second",
        ),
        Step(
            "A_1",
            r"A_1 = \operatorname{softmax}(S_1)",
            ("n", "n"),
            "Rows of weights, as ever.",
            "Weights, first",
        ),
        Step(
            "A_2", r"A_2 = \operatorname{softmax}(S_2)", ("n", "n"), "The second softmax.", "Weights, second"
        ),
        Step(
            "B_1",
            r"B_1 = R_{11} A_1 + R_{21} A_2",
            ("n", "n"),
            "The weights that head 1 uses.  Its rows sum to 1 only if the first column of R does, and an "
            "entry may "
            "be negative: it is a mix of averages and no longer an average.",
            "Mixed weights of head 1",
        ),
        Step(
            "B_2",
            r"B_2 = R_{12} A_1 + R_{22} A_2",
            ("n", "n"),
            "The weights of head 2.",
            "Mixed weights of head 2",
        ),
        Step(
            "C",
            r"C = \operatorname{Concat}(B_1 X W^V_1, B_2 X W^V_2)",
            ("n", "2 d_v"),
            "Each head carries away its own values.",
            "Joined heads",
        ),
        Step("O", r"O = C W^O", ("n", "d"), "As in multi-head attention.", "Output"),
    ),
    identities=(
        Identity(
            r"B_1 V",
            r"R_{11} A_1 V + R_{21} A_2 V",
            "Mixing the weights and then averaging is mixing the averages: after the softmax, heads talk by "
            "adding "
            "up what each softmax would have fetched from the same values.",
            "Mixed weights fetch mixed averages",
            (
                r"A_1 \in \mathbb{R}^{n \times n}",
                r"A_2 \in \mathbb{R}^{n \times n}",
                r"V \in \mathbb{R}^{n \times d_v}",
            ),
        ),
    ),
    flow=("J_1", "J_2", "S_1", "S_2", "A_1", "A_2", "B_1", "B_2", "C", "O"),
    examples=(
        Example(
            "scores-add-up",
            "Two heads of width 1",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q_1": ((1,), (1,)),
                "W^Q_2": ((1,), (2,)),
                "W^K_1": (("ln(2)",), (0,)),
                "W^K_2": ((0,), ("ln(3)",)),
                "W^V_1": ((110,), (0,)),
                "W^V_2": ((0,), (330,)),
                "L": ((1, 1), (1, 0)),
                "R": ((1, "1/2"), (0, "1/2")),
                "W^O": ((1, 0), (0, 1)),
            },
            note=(
                "The first softmax hears both heads, ln 2 against ln 3 in row 1; the second only the first "
                "head."
            ),
            tokens=("hear", "say"),
        ),
        Example(
            "no-talk",
            "Without exchange it is multi-head attention",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q_1": ((1,), (2,)),
                "W^Q_2": ((2,), (1,)),
                "W^K_1": (("ln(2)",), (0,)),
                "W^K_2": ((0,), ("ln(3)",)),
                "W^V_1": ((15,), (0,)),
                "W^V_2": ((0,), (20,)),
                "L": ((1, 0), (0, 1)),
                "R": ((1, 0), (0, 1)),
                "W^O": ((1, 1), (1, -1)),
            },
            note=(
                "With identity matrices for L and R the output is that of the example in multi-head "
                "attention."
            ),
            tokens=("salt", "pepper"),
        ),
        Example(
            "three-positions",
            "Two heads of width 2",
            {
                "X": ((1, 0, 1), (0, 2, -1), (1, 1, 0)),
                "W^Q_1": ((1, 0), (0, 1), (1, 1)),
                "W^Q_2": ((0, 1), (1, 0), (-1, 0)),
                "W^K_1": ((1, 1), (0, 1), (0, 0)),
                "W^K_2": ((1, -1), (1, 0), (0, 2)),
                "W^V_1": ((1, 0), (0, 1), (1, 0)),
                "W^V_2": ((0, 1), (1, 0), (0, -1)),
                "L": ((1, "1/2"), (-1, 1)),
                "R": (("3/4", 0), ("1/4", 1)),
                "W^O": ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, -1)),
            },
            tokens=("they", "all", "talk"),
        ),
    ),
    questions=(
        (
            "How many numbers do L and R add for h heads?",
            "h² each, 2h² together: few, because they mix heads and not features.",
        ),
        (
            "In the first example, what are the weights of the first softmax in row 1?",
            "The mixed scores are ln 2 + 0 and 0 + ln 3, so the weights are 2/5 and 3/5.",
        ),
    ),
)
