"""Softmax in tiles, as FlashAttention computes it.

Milakov, Gimelshein 2018, "Online normalizer calculation for softmax", algorithm 3,
arXiv:1805.02867; Dao et al. 2022, "FlashAttention", section 3.1, arXiv:2205.14135.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """One query after the other; the output by ordinary softmax over all keys, not tile by tile."""
    import numpy as np

    Q = given["Q"]
    first, second = (given["K_1"], given["V_1"]), (given["K_2"], given["V_2"])
    keys, values = (np.vstack(pair) for pair in zip(first, second, strict=True))

    def scores(query: ndarray, K: ndarray) -> ndarray:
        return np.array([sum(query * key) / np.sqrt(len(query)) for key in K])

    found: dict[str, list[object]] = {
        name: [] for name in ("S_1", "m_1", "P_1", "l_1", "S_2", "m_2", "P_2", "l_2", "U_1", "U_2", "O")
    }
    for query in Q:
        s_1, s_2, s = (scores(query, K) for K in (first[0], second[0], keys))
        top, whole = max(s_1), max(s)
        weights = np.array([1 / sum(np.exp(s - own)) for own in s])
        row: dict[str, object] = {
            "S_1": s_1,
            "m_1": [top],
            "P_1": np.exp(s_1 - top),
            "l_1": [sum(np.exp(s_1 - top))],
            "U_1": sum(np.exp(x - top) * v for x, v in zip(s_1, first[1], strict=True)),
            "S_2": s_2,
            "m_2": [whole],
            "P_2": np.exp(s_2 - whole),
            "l_2": [sum(np.exp(s - whole))],
            "U_2": sum(np.exp(x - whole) * v for x, v in zip(s, values, strict=True)),
            "O": weights @ values,
        }
        for name, value in row.items():
            found[name].append(value)
    return {name: np.array(rows) for name, rows in found.items()}


FREE = (r"m_1 \in \mathbb{R}^{n \times 1}", r"m_2 \in \mathbb{R}^{n \times 1}")
"""The maxima only keep exponentials small: the identities hold for any other numbers in their places."""

DERIVATION = Derivation(
    id="online-softmax",
    title="Online softmax, the heart of FlashAttention",
    source="Milakov, Gimelshein 2018, algorithm 3, arXiv:1805.02867; Dao et al. 2022, section 3.1, "
    "arXiv:2205.14135",
    order=200,
    purpose=(
        "The weights of a row need the sum over all keys, so it seems that all scores must be there before "
        "the first value can be averaged.  They need not: keep the largest score so far, the sum and the "
        "unfinished average, and correct all of them by one factor whenever a larger score turns up.  The "
        "keys can then be read in tiles that fit a fast memory, and the result is not nearly the same but "
        "exactly the same."
    ),
    requires=("self-attention", "softmax"),
    reference=reference,
    inputs=(
        Input("Q", ("n", "d"), "queries, one row for each"),
        Input("K_1", ("b", "d"), "keys of the first tile"),
        Input("V_1", ("b", "d_v"), "values of the first tile"),
        Input("K_2", ("c", "d"), "keys of the second tile"),
        Input("V_2", ("c", "d_v"), "values of the second tile"),
    ),
    steps=(
        Step(
            "S_1",
            r"S_1 = \frac{Q K_1^T}{\sqrt{d}}",
            ("n", "b"),
            "Scores against the first tile only.",
            "Scores, first tile",
        ),
        Step(
            "m_1",
            r"m_1 = \max(S_1)",
            ("n", "1"),
            "The largest score so far, one for each query.",
            "Largest scores so far",
        ),
        Step(
            "P_1",
            r"P_1 = \exp(S_1 - m_1)",
            ("n", "b"),
            "No exponent is above 0, so nothing overflows.  These are not weights yet: nobody knows the "
            "final sum.",
            "Unfinished weights, first tile",
        ),
        Step("l_1", r"l_1 = \operatorname{rowsum}(P_1)", ("n", "1"), "The sum so far.", "Sum so far"),
        Step(
            "U_1",
            r"U_1 = P_1 V_1",
            ("n", "d_v"),
            "The average so far, not yet divided by the sum.",
            "Unfinished output",
        ),
        Step(
            "S_2",
            r"S_2 = \frac{Q K_2^T}{\sqrt{d}}",
            ("n", "c"),
            "Now the second tile arrives.",
            "Scores, second tile",
        ),
        Step(
            "m_2",
            r"m_2 = \max(m_1, \max(S_2))",
            ("n", "1"),
            "A later tile may hold a larger score.",
            "Largest scores of both tiles",
        ),
        Step(
            "P_2",
            r"P_2 = \exp(S_2 - m_2)",
            ("n", "c"),
            "The second tile is measured from the new maximum.",
            "Unfinished weights, second tile",
        ),
        Step(
            "l_2",
            r"l_2 = \exp(m_1 - m_2) \odot l_1 + \operatorname{rowsum}(P_2)",
            ("n", "1"),
            "What was measured from the old maximum is brought to the new one by a single factor for each "
            "row; it is 1 where the maximum stayed.",
            "Corrected sum",
        ),
        Step(
            "U_2",
            r"U_2 = \exp(m_1 - m_2) \odot U_1 + P_2 V_2",
            ("n", "d_v"),
            "The unfinished output is corrected by the same factor.  The scores of the first tile are no "
            "longer needed.",
            "Corrected unfinished output",
        ),
        Step(
            "O",
            r"O = \frac{U_2}{l_2}",
            ("n", "d_v"),
            "One division at the very end.  With more tiles the three lines before it are repeated.",
            "Output",
        ),
    ),
    identities=(
        Identity(
            r"O",
            r"\operatorname{Attention}(Q, K, V)",
            "The factors e^(-m) cancel between U and l.  It is proved for any numbers m_1 and m_2 in place "
            "of the maxima, and two tiles are enough: every further tile is joined to the result of those "
            "before it in the same way.",
            "The tiled result is exactly attention",
            where=(*FREE, r"K = \operatorname{stack}(K_1, K_2)", r"V = \operatorname{stack}(V_1, V_2)"),
            sizes=(
                "n = 1, b = 1, c = 1, d = 1, d_v = 1",
                "n = 1, b = 2, c = 1, d = 2, d_v = 1",
                "n = 2, b = 1, c = 2, d = 1, d_v = 2",
            ),
        ),
        Identity(
            r"\exp(m_2) \odot l_2",
            r"\operatorname{rowsum}\left(\exp\left(\operatorname{Concat}(S_1, S_2)\right)\right)",
            "The corrected sum is the sum of all exponentials, measured from the maximum.",
            "The corrected sum",
            where=FREE,
            sizes=("n = 1, b = 2, c = 2, d = 1", "n = 2, b = 2, c = 1, d = 2"),
        ),
    ),
    questions=(
        (
            "The second tile has no score above the first one's maximum. What is the correction factor?",
            "exp(m_1 - m_2) = exp(0) = 1: nothing that was computed changes.",
        ),
        (
            "How many numbers per query are carried from tile to tile?",
            "d_v + 2: the unfinished output, the sum and the maximum, however many keys have been read.",
        ),
    ),
    flow=("m_1", "l_1", "U_1", "m_2", "l_2", "U_2", "O"),
    examples=(
        Example(
            "short-fractions",
            "Scores 0 and ln 2, then ln 4 and 0",
            {
                "Q": ((1,),),
                "K_1": ((0,), ("ln(2)",)),
                "V_1": ((8, 0), (0, 8)),
                "K_2": (("ln(4)",), (0,)),
                "V_2": ((8, 8), (0, 0)),
            },
            note="The second tile brings a larger score, and all that was summed is halved.  The weights "
            "are eighths.",
        ),
        Example(
            "no-correction",
            "The largest score comes first",
            {
                "Q": ((1, 1, 0, 0), (0, 0, 1, 1)),
                "K_1": ((2, 2, 2, 2), (0, 2, 0, 2)),
                "V_1": ((1, 0), (0, 1)),
                "K_2": ((2, 0, 0, 0), (0, 0, 2, 2)),
                "V_2": ((1, 1), (0, 2)),
            },
            note="Then the correction factor is 1 for both queries.",
        ),
        Example(
            "unequal-tiles",
            "Four queries, tiles of five and three",
            {
                "Q": ((1, 0, 2), (0, 1, -1), (1, 1, 1), (-1, 2, 0)),
                "K_1": ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1)),
                "V_1": ((1, 0), (0, 1), (1, 1), (2, 0), (0, 2)),
                "K_2": ((1, 0, 1), (1, 1, 1), (2, -1, 0)),
                "V_2": ((2, 1), (1, 2), (-1, 0)),
            },
            note="Tiles need not be equally large.",
        ),
        Example(
            "symbols",
            "Symbols, tiles of one key",
            {
                "Q": (("q",),),
                "K_1": (("k_1",),),
                "V_1": (("v_1",),),
                "K_2": (("k_2",),),
                "V_2": (("v_2",),),
            },
        ),
    ),
)
