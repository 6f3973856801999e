"""Root mean square normalisation.

Zhang, Sennrich 2019, "Root Mean Square Layer Normalization", section 3,
equation (4), arXiv:1910.07467.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The root mean square as a Euclidean length."""
    import numpy as np

    X, gamma, eps = given["X"], given["gamma"].ravel(), float(given["epsilon"].item())
    d = X.shape[1]
    r = np.array([[np.hypot.reduce([*row, (eps * d) ** 0.5]) / d**0.5] for row in X])  # (n, 1)
    N = np.array([[x / size for x in row] for row, (size,) in zip(X, r, strict=True)])
    Y = np.einsum("nd,d->nd", N, gamma)
    return {"r": r, "N": N, "Y": Y}


DERIVATION = Derivation(
    id="rms-norm",
    title="RMS normalisation",
    source="Zhang, Sennrich 2019, section 3, equation (4), arXiv:1910.07467",
    order=102,
    purpose=(
        "RMS normalisation keeps the half of layer normalisation that matters most: it divides each row by "
        "its root mean square and leaves the mean alone.  It is cheaper, has no offset to learn, and most "
        "large language models use it."
    ),
    requires=("layer-norm",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("gamma", ("d",), "learnt scale of each feature"),
        Input("epsilon", (), "a small number that keeps the root away from 0"),
    ),
    steps=(
        Step(
            "r",
            r"r = \sqrt{\operatorname{mean}(X \odot X) + \epsilon}",
            ("n", "1"),
            "The typical size of an entry of each row.",
            "Root mean squares",
        ),
        Step(
            "N",
            r"N = \frac{X}{r}",
            ("n", "d"),
            "Every row now has root mean square 1 (up to ε); signs and ratios of the entries stay.",
            "Normalised rows",
        ),
        Step("Y", r"Y = N \odot \gamma", ("n", "d"), "Each feature gets back a scale of its own.", "Scale"),
    ),
    identities=(
        Identity(
            r"\operatorname{RMSNorm}(e^t X)",
            r"\operatorname{RMSNorm}(X)",
            "With ε = 0 a positive factor, written e^t, cancels.",
            "Invariance to scale",
            sizes=("n = 1, d = 2", "n = 1, d = 3"),
        ),
        Identity(
            r"\operatorname{RMSNorm}(X - \operatorname{mean}(X))",
            r"\operatorname{LayerNorm}(X)",
            "For rows with mean 0 the root mean square is the standard deviation.",
            "Layer norm is RMS norm of the centred row",
            sizes=("n = 1, d = 2", "n = 2, d = 3"),
        ),
        Identity(
            r"\operatorname{mean}(N \odot N)",
            r"1 - \frac{\epsilon}{r \odot r}",
            "The mean square of the result is exactly 1 for ε = 0 and a little less otherwise.",
            "The mean square of the result",
            sizes=("n = 1, d = 2", "n = 1, d = 3"),
        ),
    ),
    questions=(
        (
            "What does RMS norm make of (5, 5, 5, 5) with ε = 0, and what does layer norm?",
            "RMS norm gives (1, 1, 1, 1): the mean is kept. Layer norm has 0/0 there and needs its ε.",
        ),
        (
            "Which rows does RMS norm leave alone?",
            "Those with mean square 1 - ε, for γ = 1: such as (1, -1, 1, 1) for ε = 0.",
        ),
    ),
    examples=(
        Example(
            "whole-roots",
            "Root mean squares 5, 2 and 7",
            {"X": ((7, 1), (2, -2), (7, 7)), "gamma": ((1, 2),), "epsilon": 0},
            note="(49 + 1)/2 = 25: the roots are whole, so the results are fractions.",
        ),
        Example(
            "roots",
            "A root that stays",
            {"X": ((1, 2, 3), (0, 1, -1)), "gamma": ((1, 1, 1),), "epsilon": 0},
            note="The mean squares 14/3 and 2/3 leave √42 and √6.",
        ),
        Example(
            "epsilon",
            "With ε = 1/1000000",
            {
                "X": ((1, 2, 3, 6, 0), (2, -1, "1/2", 0, 1), (7, 7, 7, 7, 7), (0, 0, 0, 0, 5)),
                "gamma": ((1, "1/2", 2, 1, -1),),
                "epsilon": "1/1000000",
            },
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {"X": (("x_1", "x_2"),), "gamma": ((r"\gamma_1", r"\gamma_2"),), "epsilon": r"\epsilon"},
            note="One row of two features.",
        ),
    ),
)
