"""Layer normalisation.

Ba, Kiros, Hinton 2016, "Layer Normalization", section 3, equations (3) and (4),
arXiv:1607.06450.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Variance as the mean square of all pairwise differences, which needs no mean."""
    import numpy as np

    X, gamma, beta, eps = (
        given["X"],
        given["gamma"].ravel(),
        given["beta"].ravel(),
        float(given["epsilon"].item()),
    )
    d = X.shape[1]
    mu = np.array([[sum(row) / d] for row in X])  # (n, 1)
    v = np.array([[sum((a - b) ** 2 for a in row for b in row) / (2 * d * d)] for row in X])  # (n, 1)
    N = np.array(
        [[(x - m) * (s + eps) ** -0.5 for x in row] for row, (m,), (s,) in zip(X, mu, v, strict=True)]
    )
    Y = np.array([[x * g + b for x, g, b in zip(row, gamma, beta, strict=True)] for row in N])
    return {"mu": mu, "v": v, "N": N, "Y": Y}


DERIVATION = Derivation(
    id="layer-norm",
    title="Layer normalisation",
    source="Ba, Kiros, Hinton 2016, section 3, equations (3) and (4), arXiv:1607.06450",
    order=100,
    purpose=(
        "Layer normalisation brings every position to the same scale: it subtracts the mean of the row and "
        "divides by its standard deviation, and then two learnt vectors give each feature back a scale and "
        "an offset.  It looks at one row at a time, so neither the batch nor the other words change the "
        "result."
    ),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position"),
        Input("gamma", ("d",), "learnt scale of each feature"),
        Input("beta", ("d",), "learnt offset of each feature"),
        Input("epsilon", (), "a small number that keeps the root away from 0"),
    ),
    steps=(
        Step("mu", r"\mu = \operatorname{mean}(X)", ("n", "1"), "The middle of each row.", "Means"),
        Step(
            "v",
            r"v = \operatorname{Var}(X)",
            ("n", "1"),
            "The mean squared distance from the mean, divided by d and not by d - 1: the row is all there "
            "is, no sample of something larger.",
            "Variances",
        ),
        Step(
            "N",
            r"N = \frac{X - \mu}{\sqrt{v + \epsilon}}",
            ("n", "d"),
            "Every row now has mean 0 and, up to ε, variance 1.  Without ε a row of equal entries would "
            "divide by 0.",
            "Normalised rows",
        ),
        Step(
            "Y",
            r"Y = N \odot \gamma + \beta",
            ("n", "d"),
            "The layer may undo the normalisation feature by feature where that helps.",
            "Scale and offset",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{mean}(N)",
            r"\operatorname{zeros}(n, 1)",
            "Distances from the mean cancel.",
            "Normalised rows have mean 0",
            sizes=("n = 1, d = 2", "n = 2, d = 3"),
        ),
        Identity(
            r"\operatorname{Var}(N)",
            r"\frac{v}{v + \epsilon}",
            "Dividing by the root of v + ε divides the variance by v + ε: exactly 1 only for ε = 0.",
            "Normalised rows have variance v/(v + ε)",
            sizes=("n = 1, d = 2", "n = 1, d = 3"),
        ),
        Identity(
            r"\operatorname{LayerNorm}(e^t X + c)",
            r"\operatorname{LayerNorm}(X)",
            "With ε = 0 neither a positive factor, written e^t, nor a common offset c is seen.",
            "Invariance to scale and offset",
            sizes=("n = 1, d = 2", "n = 1, d = 3"),
        ),
    ),
    questions=(
        (
            "What becomes of the row (5, 5, 5, 5)?",
            "Its distances from the mean are all 0, so N is 0 and Y is β. Only ε makes this well defined.",
        ),
        (
            "With ε = 0, what are the normalised values of a row with two entries a > b?",
            "1 and -1, whatever a and b are: two numbers have nothing but an order once mean and scale are "
            "gone.",
        ),
    ),
    examples=(
        Example(
            "whole-roots",
            "Variances that are squares",
            {
                "X": ((1, 3, 1, 3), (2, 2, 8, 8), (0, 4, 4, 0)),
                "gamma": ((1, 2, 1, 1),),
                "beta": ((0, 1, 0, -1),),
                "epsilon": 0,
            },
            note="With ε = 0 and standard deviations 1, 3 and 2 nothing but 1 and -1 is left.",
        ),
        Example(
            "roots",
            "A root that stays",
            {"X": ((1, 2, 3), (4, 0, 5)), "gamma": ((1, 1, 1),), "beta": ((0, 0, 0),), "epsilon": 0},
            note="The variances 2/3 and 14/3 leave √6 and √42 in the result.",
        ),
        Example(
            "epsilon",
            "With ε = 1/100000",
            {
                "X": ((1, 2, 3, 6, 0), (2, -1, "1/2", 0, 1), (7, 7, 7, 7, 7), (0, 0, 0, 0, 5)),
                "gamma": ((1, "1/2", 2, 1, -1),),
                "beta": ((0, 1, 0, "1/4", 3),),
                "epsilon": "1/100000",
            },
            note="The usual ε. The third row has no spread at all and comes out as β.",
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1", "x_2"),),
                "gamma": ((r"\gamma_1", r"\gamma_2"),),
                "beta": ((r"\beta_1", r"\beta_2"),),
                "epsilon": r"\epsilon",
            },
            note="One row of two features.",
        ),
    ),
)
