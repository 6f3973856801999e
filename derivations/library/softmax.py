"""Softmax with temperature, and its Jacobian.

Hinton, Vinyals, Dean 2015, "Distilling the Knowledge in a Neural Network",
section 2, equation (1), arXiv:1503.02531.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Weights from score differences only; the Jacobian by a complex step instead of its formula."""
    import numpy as np

    s, tau = given["s"].ravel(), float(given["tau"].item())

    def weights(scores: ndarray) -> ndarray:
        return np.array([1 / sum(np.exp(other - own) for other in scores) for own in scores])  # (n,)

    tiny = 1e-30
    steps = tiny * 1j * np.eye(len(s))
    return {
        "E": np.e**s,
        "Z": np.sum(np.e**s),
        "a": weights(s),
        "m": np.sort(s)[-1],
        "b": weights(s),
        "t": weights(s / tau),
        "J": np.array([weights(s + step).imag / tiny for step in steps]).T,  # (n, n)
    }


DERIVATION = Derivation(
    id="softmax",
    title="Softmax",
    source="Hinton, Vinyals, Dean 2015, section 2, equation (1), arXiv:1503.02531",
    order=20,
    purpose=(
        "Softmax turns any list of scores into positive weights that sum to 1.  Only the differences of the "
        "scores matter: a gap of ln 2 makes one weight twice the other, whatever the scores themselves "
        "are.  A temperature widens or narrows these gaps, and the Jacobian says how every weight answers "
        "to a small change of every score."
    ),
    reference=reference,
    inputs=(
        Input("s", ("n",), "one score for each choice"),
        Input("tau", (), "temperature, above 0"),
    ),
    steps=(
        Step(
            "E",
            r"E = \exp(s)",
            ("n",),
            "The exponential makes every score positive and turns differences of scores into ratios of "
            "weights.",
            "Exponentials",
        ),
        Step(
            "Z",
            r"Z = \sum_{j=1}^{n} E_j",
            (),
            "The sum is what every entry will be divided by.",
            "Normaliser",
        ),
        Step(
            "a",
            r"a = \frac{E}{Z}",
            ("n",),
            "Divided by their own sum the entries sum to 1: shares of a whole, in the ratios of the "
            "exponentials.",
            "Weights",
        ),
        Step(
            "m",
            r"m = \max(s)",
            (),
            "A computer cannot hold exp(1000).  The largest score is taken off before the exponential, so "
            "that the largest exponential is exactly 1.",
            "Largest score",
        ),
        Step(
            "b",
            r"b = \operatorname{softmax}(s - m)",
            ("n",),
            "The same weights as before: what all scores share cancels between numerator and denominator.",
            "Weights of the shifted scores",
        ),
        Step(
            "t",
            r"t = \operatorname{softmax}\left(\frac{s}{\tau}\right)",
            ("n",),
            "A temperature below 1 widens the gaps and sharpens the choice; above 1 it narrows them, and "
            "the weights come closer to equal shares.",
            "Weights at temperature τ",
        ),
        Step(
            "J",
            r"J = \operatorname{diag}(a) - a^T a",
            ("n", "n"),
            "Row i holds how weight i changes with each score.  A weight grows with its own score and pays "
            "for it with all the others, so every row sums to 0.  Where one weight is nearly 1, all entries "
            "are nearly 0.",
            "Jacobian",
        ),
    ),
    identities=(
        Identity(
            r"\operatorname{softmax}(s + c)",
            r"\operatorname{softmax}(s)",
            "The common factor e^c stands above and below the line and cancels.  This is why subtracting "
            "the largest score is safe.",
            "Shift invariance",
        ),
        Identity(
            r"\frac{\partial a}{\partial s}",
            r"\operatorname{diag}(a) - a^T a",
            "The quotient rule gives a for the numerator's part (on the diagonal only) and minus a product "
            "of two weights for the denominator's part.",
            "The Jacobian is the derivative of the weights",
        ),
        Identity(
            r"\operatorname{rowsum}(J)",
            r"\operatorname{zeros}(n, 1)",
            "Raising all scores together changes nothing, so each row of the Jacobian sums to 0.",
            "Rows of the Jacobian sum to 0",
        ),
        Identity(
            r"\frac{\partial t}{\partial s}",
            r"\frac{1}{\tau} \left(\operatorname{diag}(t) - t^T t\right)",
            "At temperature τ the same Jacobian appears, divided by τ.",
            "Jacobian at temperature τ",
        ),
        Identity(
            r"\frac{\partial \ln(Z)}{\partial s}",
            r"a",
            "The logarithm of the normaliser is a smooth maximum; its gradient is the softmax itself.",
            "Gradient of log-sum-exp",
        ),
    ),
    questions=(
        (
            "Which weights do the scores ln 2, ln 4 and ln 6 have?",
            "They are 0, ln 2 and ln 3, each raised by ln 2, so the weights are 1/6, 1/3 and 1/2 as in the "
            "first example.",
        ),
        (
            "How must the temperature be chosen so that the ratio of two weights becomes its square?",
            "τ = 1/2: a gap g becomes 2g, and e^(2g) is the square of e^g.",
        ),
        (
            "Two scores are equal. What is the Jacobian of their softmax?",
            "The weights are 1/2 and 1/2, so J has 1/4 on the diagonal and -1/4 beside it.",
        ),
    ),
    pictures=(
        Curve(
            name="temperature",
            title="The weight of one of two keys, at three temperatures",
            why="The curves meet where both scores are equal.  A low temperature turns softmax into a "
            "switch, a high one hardly prefers anything.",
            variable="s",
            axis="lead of its score over the other one",
            start=-4,
            end=4,
            lines=(
                ("temperature 1/2", r"\frac{e^{2 s}}{1 + e^{2 s}}"),
                ("temperature 1", r"\frac{e^s}{1 + e^s}"),
                ("temperature 3", r"\frac{e^{s/3}}{1 + e^{s/3}}"),
            ),
            step="t",
        ),
    ),
    examples=(
        Example(
            "short-fractions",
            "Scores 0, ln 2 and ln 3",
            {"s": ((0, "ln(2)", "ln(3)"),), "tau": "1/2"},
            note="Gaps of ln 2 and ln 3 make weights in the ratio 1 : 2 : 3; at temperature 1/2 in the "
            "ratio 1 : 4 : 9.",
            tokens=("red", "green", "yellow"),
        ),
        Example(
            "integers",
            "Scores 1, 2 and 3 at temperature 2",
            {"s": ((1, 2, 3),), "tau": 2},
            note="Weights of whole scores are fractions in e.",
        ),
        Example(
            "equal-scores",
            "Four equal scores",
            {"s": ((5, 5, 5, 5),), "tau": 3},
            note="Equal scores share equally, whatever their height and whatever the temperature.",
        ),
        Example(
            "eight",
            "Eight scores of both signs",
            {"s": ((3, -1, "1/2", 0, 2, -2, "-3/2", 1),), "tau": "3/2"},
        ),
        Example(
            "symbols",
            "Symbols for every score",
            {"s": (("s_1", "s_2"),), "tau": r"\tau"},
            note="The general case for two choices.",
        ),
    ),
)
