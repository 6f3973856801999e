"""Rotary position embedding.

Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding",
section 3.2.2, equations (14) to (16), arXiv:2104.09864.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Pairs as complex numbers, rotated by multiplication; scores from position differences only."""
    import numpy as np

    Q, K, theta = given["Q"], given["K"], given["theta"].ravel()
    n, d = Q.shape

    def pairs(X: ndarray) -> ndarray:
        return X[:, 0::2] + 1j * X[:, 1::2]  # (n, d/2)

    def turned(X: ndarray) -> ndarray:
        spun = np.array([row * np.exp(1j * m * theta) for m, row in enumerate(pairs(X), 1)])
        return np.stack([spun.real, spun.imag], axis=2).reshape(n, d)

    angles = [[np.exp(1j * (m - k) * theta) for k in range(n)] for m in range(n)]
    S = np.array(
        [
            [sum((q * k.conj() * angles[i][j]).real) for j, k in enumerate(pairs(K))]
            for i, q in enumerate(pairs(Q))
        ]
    ) / np.sqrt(d)
    A = np.array([[1 / sum(np.exp(row - own)) for own in row] for row in S])
    return {"Q_tilde": turned(Q), "K_tilde": turned(K), "S": S, "A": A}


def _turn(name: str, times: str) -> str:
    """The matrix that turns a row of two columns by so many times θ."""
    cosine, sine = (rf"\{function}({times} \theta)" for function in ("cos", "sin"))
    return rf"{name} = \begin{{bmatrix}} {cosine} & {sine} \\ -{sine} & {cosine} \end{{bmatrix}}"


DERIVATION = Derivation(
    id="rope",
    title="Rotary position embedding (RoPE)",
    source="Su et al. 2021, section 3.2.2, equations (14) to (16), arXiv:2104.09864",
    order=80,
    purpose=(
        "Instead of adding a vector for the position, RoPE turns queries and keys: each pair of columns is "
        "rotated by an angle proportional to the position.  A rotation changes no length, and in the inner "
        "product of a query and a key only the difference of the two angles is left.  So the scores see how "
        "far apart two words are, and never where they stand."
    ),
    requires=("self-attention", "positional-encoding"),
    reference=reference,
    inputs=(
        Input("Q", ("n", "d"), "queries, one row for each position; d is even"),
        Input("K", ("n", "d"), "keys"),
        Input("theta", ("d/2",), "the angle by which each pair of columns turns for one position"),
    ),
    steps=(
        Step(
            "Q_tilde",
            r"\tilde{Q}_{m,2i-1} = Q_{m,2i-1} \cos(m \theta_i) - Q_{m,2i} \sin(m \theta_i), \quad "
            r"\tilde{Q}_{m,2i} = Q_{m,2i-1} \sin(m \theta_i) + Q_{m,2i} \cos(m \theta_i)",
            ("n", "d"),
            "Positions m and pairs i are counted from 1.  Columns 2i - 1 and 2i are one point in the plane, "
            "turned by m θ_i about the origin.",
            "Rotated queries",
        ),
        Step(
            "K_tilde",
            r"\tilde{K}_{m,2i-1} = K_{m,2i-1} \cos(m \theta_i) - K_{m,2i} \sin(m \theta_i), \quad "
            r"\tilde{K}_{m,2i} = K_{m,2i-1} \sin(m \theta_i) + K_{m,2i} \cos(m \theta_i)",
            ("n", "d"),
            "Keys turn in the same way, so that a query and a key at the same place keep their inner "
            "product.",
            "Rotated keys",
        ),
        Step(
            "S",
            r"S = \frac{\tilde{Q} \tilde{K}^T}{\sqrt{d}}",
            ("n", "n"),
            "The score of positions m and n depends on the two vectors and on m - n.",
            "Scaled scores",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}(S)",
            ("n", "n"),
            "From here on attention is as usual.",
            "Weights",
        ),
    ),
    identities=(
        Identity(
            r"(q R_m) (k R_n)^T",
            r"q R_\delta k^T",
            "Turning the query by mθ and the key by nθ is, for their inner product, turning the query by (m "
            "- n)θ alone.  This is one pair of columns; a score is the sum over all pairs, each with its "
            "own θ, so it holds for every d.",
            "Scores depend on m - n only",
            where=(
                r"q \in \mathbb{R}^2",
                r"k \in \mathbb{R}^2",
                _turn("R_m", "m"),
                _turn("R_n", "n"),
                _turn(r"R_\delta", "(m - n)"),
                r"\theta \in \mathbb{R}",
                r"n \in \mathbb{R}",
            ),
        ),
        Identity(
            r"(q R_m) (q R_m)^T",
            r"q q^T",
            "A rotation keeps lengths, so RoPE changes no vector's size, only its direction.",
            "Lengths stay as they are",
            where=(
                r"q \in \mathbb{R}^2",
                _turn("R_m", "m"),
                r"\theta \in \mathbb{R}",
            ),
        ),
    ),
    questions=(
        (
            "All positions are raised by 5. Which scores change?",
            "None: every rotated query and key changes, but all differences m - n stay.",
        ),
        (
            "The query (1, 0) at position 3 meets the key (1, 0) at position 1, θ = π/2. What is their "
            "inner product?",
            "They differ by two quarter turns, so it is cos π = -1.",
        ),
    ),
    pictures=(
        Curve(
            name="distance",
            title="What one pair of columns adds to a score, by distance",
            why="A query and a key that point the same way before they are turned.  A fast pair compares "
            "neighbours, a slow one still agrees far away.",
            variable="t",
            axis="distance of the two positions",
            start=0,
            end=20,
            lines=(
                ("speed 1", r"\cos(t)"),
                ("speed 1/10", r"\cos\left(\frac{t}{10}\right)"),
                ("speed 1/100", r"\cos\left(\frac{t}{100}\right)"),
            ),
            step="S",
        ),
    ),
    examples=(
        Example(
            "quarter-turns",
            "Quarter turns",
            {"Q": ((1, 0), (1, 0), (2, 1)), "K": ((1, 0), (1, 0), (1, 1)), "theta": ((r"\pi/2",),)},
            note="With θ = π/2 every rotation is by quarter turns, so whole numbers stay whole.",
            tokens=("up", "left", "down"),
        ),
        Example(
            "same-vector",
            "The same query and key everywhere",
            {
                "Q": ((1, 1), (1, 1), (1, 1), (1, 1)),
                "K": ((1, 1), (1, 1), (1, 1), (1, 1)),
                "theta": ((r"\pi/3",),),
            },
            note="The scores are equal along every diagonal: only the distance is left.",
        ),
        Example(
            "paper-angles",
            "The angles of the paper, d = 4",
            {
                "Q": ((1, 2, 0, 1), (0, 1, 1, -1), (2, 0, 1, 1)),
                "K": ((0, 1, 1, 1), (1, 1, 0, -1), (1, -1, 2, 0)),
                "theta": ((1, "1/100"),),
            },
            note="θ_i = 10000^(-2(i-1)/d) gives 1 and 1/100.",
            tokens=("to", "be", "or"),
        ),
        Example(
            "eight-wide",
            "Six positions, d = 8",
            {
                "Q": tuple(tuple((2 * m + j) % 5 - 2 for j in range(8)) for m in range(6)),
                "K": tuple(tuple((m + 3 * j) % 4 - 1 for j in range(8)) for m in range(6)),
                "theta": ((1, "1/10", "1/100", "1/1000"),),
            },
        ),
        Example(
            "symbols",
            "Symbols for queries, keys and the angle",
            {
                "Q": (("q_{11}", "q_{12}"), ("q_{21}", "q_{22}")),
                "K": (("k_{11}", "k_{12}"), ("k_{21}", "k_{22}")),
                "theta": ((r"\theta",),),
            },
            note="One pair of columns and two positions.",
        ),
    ),
)
