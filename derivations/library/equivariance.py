"""Permutation equivariance of self-attention, and what breaks it.

Lee et al. 2019, "Set Transformer", section 3.1, arXiv:1810.00825.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Rows are shuffled by index, never by a matrix; attention by loops over queries and keys."""
    import numpy as np

    X, P, E, WQ, WK, WV = (given[name] for name in ("X", "P", "E", "W^Q", "W^K", "W^V"))
    order = [int(np.flatnonzero(row)[0]) for row in P]

    def attention(rows: ndarray) -> ndarray:
        Q, K, V = (np.einsum("nd,dk->nk", rows, W) for W in (WQ, WK, WV))
        S = [[sum(q * k) / np.sqrt(len(k)) for k in K] for q in Q]
        return np.array([sum(v / sum(np.exp(np.array(s) - s[j])) for j, v in enumerate(V)) for s in S])

    first, positioned = attention(X), attention(X + E)
    shuffled = np.array([X[at] for at in order])
    return {
        "O": first,
        "X_hat": shuffled,
        "O_hat": np.array([first[at] for at in order]),
        "D": np.zeros_like(first),
        "Y": positioned,
        "Y_hat": attention(shuffled + E),
        "B": attention(shuffled + E) - np.array([positioned[at] for at in order]),
    }


def _attention(of: str) -> str:
    return rf"\operatorname{{Attention}}({of} W^Q, {of} W^K, {of} W^V)"


SWAP = r"P = \begin{bmatrix} 0 & 1 & 0 \\ 1 & 0 & 0 \\ 0 & 0 & 1 \end{bmatrix}"
CYCLE = r"P = \begin{bmatrix} 0 & 1 & 0 \\ 0 & 0 & 1 \\ 1 & 0 & 0 \end{bmatrix}"
SIZES = ("n = 3, d = 1, d_k = 1, d_v = 1", "n = 3, d = 2, d_k = 1, d_v = 1")

DERIVATION = Derivation(
    id="equivariance",
    title="Attention does not see the order",
    source="Lee et al. 2019, section 3.1, arXiv:1810.00825",
    order=170,
    purpose=(
        "Shuffle the words of a sentence, and self-attention returns the same outputs, shuffled in the same "
        "way: every query still meets the same keys, and a sum does not depend on the order of its terms.  "
        "To attention a text is a set.  Whatever is to know about order must be put in from outside, and "
        "positions do exactly that: they break the symmetry, as the last step shows."
    ),
    requires=("self-attention", "positional-encoding"),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each word"),
        Input("P", ("n", "n"), "a permutation: a single 1 in every row and column, 0 elsewhere"),
        Input("E", ("n", "d"), "one vector for each position"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
    ),
    steps=(
        Step("O", f"O = {_attention('X')}", ("n", "d_v"), "Attention on the words as they stand.", "Output"),
        Step(
            "X_hat",
            r"\hat{X} = P X",
            ("n", "d"),
            "Multiplied from the left, a permutation matrix puts the rows into another order.",
            "Shuffled words",
        ),
        Step(
            "O_hat",
            r"\hat{O} = \operatorname{Attention}(\hat{X} W^Q, \hat{X} W^K, \hat{X} W^V)",
            ("n", "d_v"),
            "Attention knows nothing of the shuffle and sees three new matrices.",
            "Output for the shuffled words",
        ),
        Step(
            "D",
            r"D = \hat{O} - P O",
            ("n", "d_v"),
            "Zero everywhere: the outputs are the old ones in the new order, not merely similar ones.",
            "Difference from the shuffled output",
        ),
        Step(
            "Y",
            r"Y = \operatorname{Attention}((X + E) W^Q, (X + E) W^K, (X + E) W^V)",
            ("n", "d_v"),
            "Now each row also carries its position.",
            "Output with positions",
        ),
        Step(
            "Y_hat",
            r"\hat{Y} = \operatorname{Attention}((\hat{X} + E) W^Q, (\hat{X} + E) W^K, (\hat{X} + E) W^V)",
            ("n", "d_v"),
            "The words are shuffled, the positions stay: the first row is still the first position.",
            "Output with positions for the shuffled words",
        ),
        Step(
            "B",
            r"B = \hat{Y} - P Y",
            ("n", "d_v"),
            "Not zero: now “dog bites man” and “man bites dog” are different.",
            "What positions break",
        ),
    ),
    identities=(
        Identity(
            _attention("P X"),
            f"P {_attention('X')}",
            "The scores become P S Pᵀ, softmax works row by row, and in P A Pᵀ · P V the two permutations "
            "in the middle cancel.  This is the exchange of two neighbours.",
            "Equivariance under a swap",
            where=(SWAP,),
            sizes=SIZES,
        ),
        Identity(
            _attention("P X"),
            f"P {_attention('X')}",
            "The cycle of all rows.  Swap and cycle together generate every order of three rows, so "
            "equivariance holds for all six: applied one after the other, they go past attention one after "
            "the other.",
            "Equivariance under a cycle",
            where=(CYCLE,),
            sizes=SIZES,
        ),
        Identity(
            r"\operatorname{softmax}(P S P^T)",
            r"P \operatorname{softmax}(S) P^T",
            "Exponentials keep their places, and a row's sum does not depend on the order of its terms.",
            "Softmax and permutations",
            where=(CYCLE, r"S \in \mathbb{R}^{3 \times 3}"),
        ),
        Identity(
            r"P^T P",
            r"\operatorname{eye}(3)",
            "Shuffling back and forth does nothing, which is why the two permutations cancel.",
            "A permutation is undone by its transpose",
            where=(CYCLE,),
        ),
    ),
    questions=(
        (
            "Does a feed-forward layer that treats every row alike break the symmetry?",
            "No: it commutes with every permutation of the rows, and so does layer normalisation.",
        ),
        (
            "Does a causal mask break it?",
            "Yes: the mask belongs to places, not to words, so P S Pᵀ would need the mask P M Pᵀ.",
        ),
    ),
    flow=("X", "X_hat", "O", "O_hat", "D"),
    examples=(
        Example(
            "three-words",
            "Three words, first and last exchanged",
            {
                "X": ((1, 0), (0, 1), (1, 1)),
                "P": ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
                "E": ((0, 1), (0, 0), (1, 0)),
                "W^Q": ((1,), (2,)),
                "W^K": (("ln(2)",), (0,)),
                "W^V": ((1, 0), (0, 1)),
            },
            note="Scores are multiples of ln 2, so every row of the output is a short fraction and can be "
            "recognised.",
            tokens=("dog", "bites", "man"),
        ),
        Example(
            "two-words",
            "Two words exchanged",
            {
                "X": ((2, 0), (0, 1)),
                "P": ((0, 1), (1, 0)),
                "E": ((1, 0), (0, 0)),
                "W^Q": ((1, 0, 0, 1), (0, 1, 1, 0)),
                "W^K": ((1, 1, 0, 0), (0, 0, 1, 1)),
                "W^V": ((1,), (-1,)),
            },
        ),
        Example(
            "five-rows",
            "A cycle of five rows",
            {
                "X": ((1, 0, 2), (0, 1, -1), (1, 1, 1), (-1, 0, 1), (0, 2, 0)),
                "P": ((0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1), (1, 0, 0, 0, 0)),
                "E": ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)),
                "W^Q": ((1, 0), (0, 1), (1, 1)),
                "W^K": ((1, 1), (0, 1), (-1, 0)),
                "W^V": ((1, 0), (0, 1), (1, -1)),
            },
        ),
        Example(
            "symbols",
            "Symbols for words and positions",
            {
                "X": (("x_1",), ("x_2",)),
                "P": ((0, 1), (1, 0)),
                "E": (("e_1",), ("e_2",)),
                "W^Q": ((1,),),
                "W^K": ((1,),),
                "W^V": ((1,),),
            },
            note="Two words of one feature, projections 1.",
        ),
    ),
)
