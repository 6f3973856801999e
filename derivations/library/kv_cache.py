"""The key-value cache: word by word gives what one masked pass gives.

Shazeer 2019, "Fast Transformer Decoding", section 2.4 (incremental attention),
arXiv:1911.02150.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Word by word with lists that grow, and the whole pass by einsum with a triangle of ones."""
    import numpy as np

    X, WQ, WK, WV = (given[name] for name in ("X", "W^Q", "W^K", "W^V"))
    found: dict[str, ndarray] = {}
    keys: list[ndarray] = []
    values: list[ndarray] = []
    for t, x in enumerate(X, 1):
        keys, values = [*keys, WK.T @ x], [*values, WV.T @ x]
        powers = np.exp([sum(WQ.T @ x * key) / len(key) ** 0.5 for key in keys])
        found |= {f"K_{t}": np.array(keys), f"V_{t}": np.array(values)}
        found[f"q_{t}"] = WQ.T @ x
        found[f"o_{t}"] = sum(p * v for p, v in zip(powers / sum(powers), values, strict=True))
    S = np.einsum("id,dk,ek,je->ij", X, WQ, WK, X) / np.sqrt(WQ.shape[1])
    powers = np.exp(S) * np.tri(len(X))
    O = np.einsum("ij,jd,dv->iv", powers / powers.sum(axis=1)[:, None], X, WV)  # noqa: E741
    return {**found, "M": np.triu(np.full(S.shape, -np.inf), 1), "O": O}


def _cache(t: int) -> tuple[Step, ...]:
    """The steps that add position t, from the second on."""
    before = t - 1
    return (
        Step(f"q_{t}", rf"q_{t} = X_{t} W^Q", ("d_k",), "Only the new word asks.", f"Query {t}"),
        Step(
            f"K_{t}",
            rf"K_{t} = \operatorname{{stack}}(K_{before}, X_{t} W^K)",
            (str(t), "d_k"),
            "One new row below the rows that are kept; the old ones are not computed again.",
            f"Keys kept after word {t}",
        ),
        Step(
            f"V_{t}",
            rf"V_{t} = \operatorname{{stack}}(V_{before}, X_{t} W^V)",
            (str(t), "d_v"),
            "The values grow in the same way.",
            f"Values kept after word {t}",
        ),
        Step(
            f"o_{t}",
            rf"o_{t} = \operatorname{{softmax}}\left(\frac{{q_{t} K_{t}^T}}{{\sqrt{{d_k}}}}\right) V_{t}",
            ("d_v",),
            "No mask is needed: what comes later is not in the cache yet.",
            f"Output {t}",
        ),
    )


DERIVATION = Derivation(
    id="kv-cache",
    title="Key-value cache",
    source="Shazeer 2019, section 2.4, arXiv:1911.02150",
    order=230,
    purpose=(
        "A model that writes computes one new row at a time.  Under a causal mask the old rows never change, "
        "so "
        "their keys and values are kept and only those of the new word are computed.  Word by word the "
        "result is "
        "exactly that of one pass over the whole text; what it costs is memory, 2 n d_k numbers for each "
        "head."
    ),
    requires=("causal-mask",),
    reference=reference,
    inputs=(
        Input("X", ("3", "d"), "three positions, one row for each"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
    ),
    steps=(
        Step("q_1", r"q_1 = X_1 W^Q", ("d_k",), "The first word asks.", "Query 1"),
        Step("K_1", r"K_1 = X_1 W^K", ("1", "d_k"), "The cache holds one key.", "Keys kept after word 1"),
        Step("V_1", r"V_1 = X_1 W^V", ("1", "d_v"), "And one value.", "Values kept after word 1"),
        Step(
            "o_1",
            r"o_1 = \operatorname{softmax}\left(\frac{q_1 K_1^T}{\sqrt{d_k}}\right) V_1",
            ("d_v",),
            "There is one thing to look at, so its weight is 1.",
            "Output 1",
        ),
        *_cache(2),
        *_cache(3),
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & j \le i \\ -\infty & j > i \end{cases}",
            ("3", "3"),
            "For comparison, the whole text in one pass: now the mask hides what a cache would not hold yet.",
            "Mask of the full pass",
        ),
        Step(
            "O",
            r"O = \operatorname{softmax}\left(\frac{X W^Q (X W^K)^T}{\sqrt{d_k}} + M\right) X W^V",
            ("3", "d_v"),
            "Its rows are the outputs above, one below the other.",
            "Output of the full pass",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{stack}(o_1, o_2, o_3)",
            r"O",
            "Row i of the masked pass uses keys and values 1 to i, which is what the cache holds when word i "
            "is "
            "written: the same exponentials, the same sum below the line.",
            "Word by word is the full pass",
            (),
            ("d=1, d_k=1, d_v=1", "d=2, d_k=2, d_v=2"),
        ),
    ),
    token_axis="3",
    flow=("K_1", "V_1", "o_1", "K_2", "V_2", "o_2", "K_3", "V_3", "o_3"),
    examples=(
        Example(
            "short-fractions",
            "Scores made of ln 2 and ln 3",
            {
                "X": ((1, 0), (0, 1), (1, 1)),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), ("ln(3)",)),
                "W^V": ((13, 0), (0, 13)),
            },
            note="The outputs are the rows of the same example under the causal mask.",
            tokens=("I", "am", "here"),
        ),
        Example(
            "wider",
            "Width 3, keys of width 2",
            {
                "X": ((1, 0, -1), (2, 1, 0), (0, 1, 1)),
                "W^Q": ((1, 0), (0, 1), (1, -1)),
                "W^K": ((0, 1), (1, 0), (-1, 1)),
                "W^V": ((1, 0, 2), (0, 1, 0), (1, -1, 0)),
            },
            tokens=("keep", "the", "keys"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",), ("x_3",)),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
            },
            note="Width 1; x₃ appears in the third output only.",
        ),
    ),
    questions=(
        (
            "Why are no queries kept?",
            "A query is used once, for the output of its own position, and that position is done.",
        ),
        (
            "How many scores does word t need with the cache, and how many without?",
            "t with it; without it the whole triangle is computed again, t(t+1)/2.",
        ),
        (
            "Would the cache work without the causal mask?",
            "No: then every earlier row would look at the new word too and would have to be computed again.",
        ),
    ),
)
