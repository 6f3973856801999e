"""Sinusoidal positional encoding.

Vaswani et al. 2017, "Attention Is All You Need", section 3.5, arXiv:1706.03762.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Pattern, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Sines and cosines as parts of e^(i p ω); inner products from position differences only."""
    import numpy as np

    X = given["X"]
    n, d = X.shape
    omega = 10000.0 ** -(np.arange(0, d, 2) / d)  # (d/2,)

    def encoded(position: int) -> ndarray:
        turned = np.exp(1j * position * omega)
        return np.column_stack([turned.imag, turned.real]).ravel()  # (d,)

    P = np.array([encoded(p) for p in range(n)])  # (n, d)
    moved = np.array([encoded(p + 1) for p in range(n)])  # (n, d)
    G = np.array([[sum(np.cos((p - q) * omega)) for q in range(n)] for p in range(n)])  # (n, n)
    return {"P": P, "Z": X + P, "N": moved, "G": G}


DERIVATION = Derivation(
    id="positional-encoding",
    title="Sinusoidal positional encoding",
    source="Vaswani et al. 2017, section 3.5, arXiv:1706.03762",
    order=70,
    purpose=(
        "Attention treats its input as a set: shuffle the words and the outputs are shuffled along, nothing "
        "more.  A vector that depends on the position is therefore added to every embedding.  The "
        "sinusoidal one turns each pair of columns like the hand of a clock, each pair at its own speed, so "
        "that moving on by k positions is the same rotation everywhere."
    ),
    requires=("self-attention",),
    reference=reference,
    inputs=(Input("X", ("n", "d"), "one embedding for each position; d is even"),),
    steps=(
        Step(
            "P",
            r"P_{p,2i} = \sin\left(\frac{p}{10000^{2i/d}}\right), \quad "
            r"P_{p,2i+1} = \cos\left(\frac{p}{10000^{2i/d}}\right)",
            ("n", "d"),
            "Positions p and pairs i are counted from 0.  Pair i turns by 1/10000^(2i/d) for each position: "
            "the first pair tells neighbours apart, the last ones tell chapters apart.",
            "Encoding",
        ),
        Step(
            "Z",
            r"Z = X + P",
            ("n", "d"),
            "Word and place travel in the same vector; the projections of attention learn to read either.",
            "Input of the first layer",
        ),
        Step(
            "N",
            r"N_{p,2i} = P_{p,2i} \cos\left(\frac{1}{10000^{2i/d}}\right) "
            r"+ P_{p,2i+1} \sin\left(\frac{1}{10000^{2i/d}}\right), "
            r"\quad N_{p,2i+1} = P_{p,2i+1} \cos\left(\frac{1}{10000^{2i/d}}\right) "
            r"- P_{p,2i} \sin\left(\frac{1}{10000^{2i/d}}\right)",
            ("n", "d"),
            "One rotation of every pair, the same for all rows, moves each row to the next position: row p "
            "becomes the encoding of p + 1.",
            "Encoding of the next position",
        ),
        Step(
            "G",
            r"G = P P^T",
            ("n", "n"),
            "How alike two positions look.  Entry (p, q) depends on the distance p - q only, and the "
            "diagonal is d/2.",
            "Inner products of positions",
        ),
    ),
    identities=(
        Identity(
            r"\begin{bmatrix} \sin((p + k) \omega) & \cos((p + k) \omega) \end{bmatrix}",
            r"\begin{bmatrix} \sin(p \omega) & \cos(p \omega) \end{bmatrix} "
            r"\begin{bmatrix} \cos(k \omega) & -\sin(k \omega) \\ "
            r"\sin(k \omega) & \cos(k \omega) \end{bmatrix}",
            "The addition theorems.  The rotation depends on the step k and not on the position p; this is "
            "one pair, and the encoding is a row of such pairs, so it holds for every d.",
            "A step of k positions is a rotation",
        ),
        Identity(
            r"\sin(p \omega) \sin(q \omega) + \cos(p \omega) \cos(q \omega)",
            r"\cos((p - q) \omega)",
            "Each pair contributes the cosine of the angle between its two hands; the inner product of two "
            "encodings is the sum of these over all pairs.",
            "The inner product depends on the offset only",
        ),
        Identity(
            r"\sin^2(p \omega) + \cos^2(p \omega)",
            r"1",
            "Every pair has length 1, so every encoding has squared length d/2, whatever its position.",
            "All positions have the same length",
        ),
    ),
    questions=(
        ("What is the encoding of position 0?", "0 and 1 in turns: sin 0 = 0 and cos 0 = 1 in every pair."),
        (
            "With d = 4, after how many positions has the second pair turned once?",
            "It turns by 1/100 for each position, so after 200π, about 628, positions.",
        ),
        (
            "Why are sine and cosine both needed?",
            "With sines alone the step from p to p + k is no linear map of the row at p: sin((p+k)ω) needs "
            "cos(pω).",
        ),
    ),
    pictures=(
        Pattern(
            title="The encoding of 24 positions, 16 columns wide",
            why="Orange is positive, blue negative.  The first columns change from row to row, the last ones "
            "hardly at all: no two rows are alike.",
            step="P",
            rows=24,
            columns=16,
        ),
        Curve(
            name="waves",
            title="One wave for each pair of columns",
            why="The sines of the first three pairs for d = 8.  The fast one tells neighbours apart and soon "
            "repeats; the slow ones tell far positions apart.",
            variable="p",
            axis="position",
            start=0,
            end=20,
            lines=(
                ("speed 1", r"\sin(p)"),
                ("speed 1/10", r"\sin\left(\frac{p}{10}\right)"),
                ("speed 1/100", r"\sin\left(\frac{p}{100}\right)"),
            ),
            step="P",
        ),
    ),
    examples=(
        Example(
            "two-columns",
            "One pair of columns",
            {"X": ((1, 0), (0, 1), (1, 1))},
            note="With d = 2 each row is the hand of a single clock that turns by 1 radian for each "
            "position.",
            tokens=("dog", "bites", "man"),
        ),
        Example(
            "four-columns",
            "A fast and a slow pair",
            {"X": ((1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1))},
            note="10000^(2/4) = 100: the second pair turns a hundred times more slowly.",
            tokens=("man", "bites", "dog"),
        ),
        Example(
            "eight-positions",
            "Eight positions, d = 8",
            {"X": tuple(tuple((p + 2 * j) % 3 - 1 for j in range(8)) for p in range(8))},
            note="10000^(1/4) = 10: the speeds are 1, 1/10, 1/100 and 1/1000.",
        ),
        Example(
            "symbols",
            "Symbols for the embeddings",
            {"X": (("x_{11}", "x_{12}"), ("x_{21}", "x_{22}"))},
            note="Positions are numbers even here; only the embeddings are free.",
        ),
    ),
)
