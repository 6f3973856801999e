"""Cross-entropy of next-token probabilities, and one step of gradient descent.

Goodfellow, Bengio, Courville 2016, "Deep Learning", section 6.2.2.3; the step is
that of section 8.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The loss by logaddexp; both gradients by complex steps instead of their formulas."""
    import numpy as np

    h, W, y, eta = given["h"].ravel(), given["W"], given["y"].ravel(), float(given["eta"].item())
    d, c = W.shape
    tiny = 1e-30

    def loss(z: ndarray) -> complex:
        return complex(np.log(sum(np.exp(z))) * sum(y) - sum(y * z))

    def logits(weights: ndarray) -> ndarray:
        return np.array([sum(h * weights[:, t]) for t in range(c)])  # (c,)

    z = logits(W)
    dz = [loss(z + tiny * 1j * unit).imag / tiny for unit in np.eye(c)]
    units = [(i, t, np.outer(np.eye(d)[i], np.eye(c)[t])) for i in range(d) for t in range(c)]
    dW = np.zeros((d, c))
    for i, t, unit in units:
        dW[i, t] = loss(logits(W + tiny * 1j * unit)).imag / tiny
    after = W - eta * dW
    return {
        "z": z,
        "p": [1 / sum(np.exp(z - own)) for own in z],
        "L": np.logaddexp.reduce(z) * sum(y) - sum(y * z),
        "dz": np.array(dz),
        "dW": dW,
        "W_hat": after,
        "L_hat": loss(logits(after)).real,
        "D": loss(logits(after)).real - loss(z).real,
    }


DERIVATION = Derivation(
    id="cross-entropy",
    title="Cross-entropy and one step of gradient descent",
    source="Goodfellow, Bengio, Courville 2016, Deep Learning, sections 6.2.2.3 and 8.3.1",
    order=160,
    purpose=(
        "A language model is judged by the probability it gave to the token that really came next: the loss "
        "is minus the logarithm of that probability.  Its gradient with respect to the logits is the "
        "plainest there is, probabilities minus target, and a single step against the gradient makes the "
        "loss smaller, as the last line shows."
    ),
    requires=("softmax",),
    reference=reference,
    inputs=(
        Input("h", ("d",), "the last hidden state"),
        Input("W", ("d", "c"), "the output projection: one column for each token of the vocabulary"),
        Input("y", ("c",), "the target: 1 for the token that came next, 0 elsewhere"),
        Input("eta", (), "learning rate"),
    ),
    steps=(
        Step("z", r"z = h W", ("c",), "One score for each token that might come next.", "Logits"),
        Step("p", r"p = \operatorname{softmax}(z)", ("c",), "Scores become probabilities.", "Probabilities"),
        Step(
            "L",
            r"L = -\operatorname{sum}(y \odot \ln(p))",
            (),
            "Only the target's probability counts.  A sure and right model pays 0; a model that was sure of "
            "something else pays without limit.",
            "Loss",
        ),
        Step(
            "dz",
            r"dz = p - y",
            ("c",),
            "The gradient of the loss with respect to the logits: raise the target's score by what it lacks "
            "to 1, lower every other one by its probability.",
            "Gradient at the logits",
        ),
        Step(
            "dW",
            r"dW = h^T dz",
            ("d", "c"),
            "Column t of W meets the loss through logit t only, and there it is multiplied by h.",
            "Gradient at the weights",
        ),
        Step(
            "W_hat",
            r"\hat{W} = W - \eta dW",
            ("d", "c"),
            "The gradient points uphill, so the step goes the other way.",
            "Weights after one step",
        ),
        Step(
            "L_hat",
            r"\hat{L} = -\operatorname{sum}(y \odot \ln(\operatorname{softmax}(h \hat{W})))",
            (),
            "The same hidden state and the same target with the new weights.",
            "Loss after one step",
        ),
        Step(
            "D",
            r"D = \hat{L} - L",
            (),
            "Negative: the step has lowered the loss.  For a small learning rate the change is about -η "
            "times the squared length of the gradient.",
            "Change of the loss",
        ),
    ),
    identities=(
        Identity(
            r"\frac{\partial L}{\partial z}",
            r"p - y",
            "The logarithm undoes the exponential, and what is left of the normaliser's derivative is p.  "
            "Proved for every target whose entries sum to 1, soft targets too.",
            "The gradient is probabilities minus target",
            where=(r"y = \begin{bmatrix} a & b & 1 - a - b \end{bmatrix}",),
            sizes=("c = 3",),
        ),
        Identity(
            r"\frac{\partial L}{\partial W}",
            r"h^T (p - y)",
            "The chain rule through z = hW.",
            "The gradient at the weights",
            where=(r"y = \begin{bmatrix} 0 & 1 & 0 \end{bmatrix}",),
            sizes=("d = 2, c = 3",),
        ),
        Identity(
            r"-\ln\left(\frac{e^{z_2}}{e^{z_1} + e^{z_2} + e^{z_3}}\right)",
            r"\ln(e^{z_1 - z_2} + 1 + e^{z_3 - z_2})",
            "The loss needs nothing but the lead of every other token over the target.",
            "The loss from score differences",
            where=(r"z \in \mathbb{R}^3",),
        ),
        Identity(
            r"\operatorname{sum}(p - y)",
            r"0",
            "What the target gains the others lose together.",
            "The gradient at the logits sums to 0",
            where=(r"y = \begin{bmatrix} 0 & 1 & 0 \end{bmatrix}",),
            sizes=("d = 2, c = 3",),
        ),
    ),
    questions=(
        (
            "A model gives the right token the probability 1/8. What is its loss, in nats and in bits?",
            "ln 8 = 3 ln 2, about 2.079 nats, which is 3 bits.",
        ),
        (
            "All logits are equal and the vocabulary has 50 000 tokens. What is the loss?",
            "ln 50000, about 10.8: the loss of knowing nothing.",
        ),
        (
            "For which p does the gradient at the logits vanish?",
            "For p = y only; with a target of 0 and 1 no finite logits reach it, so training never quite "
            "ends.",
        ),
    ),
    token_axis="c",
    flow=("h", "z", "p", "y", "L", "dz", "dW", "W_hat"),
    pictures=(
        Curve(
            name="loss",
            title="The loss by the probability of the right token",
            why="A right token that is certain costs nothing.  The less it was expected the faster the loss "
            "grows, while its slope along the right score never falls below -1.",
            variable="p",
            axis="probability of the right token",
            start="1/50",
            end=1,
            lines=(("loss", r"-\ln(p)"), ("slope", r"p - 1")),
            step="L",
        ),
    ),
    examples=(
        Example(
            "short-fractions",
            "Probabilities 1/2, 1/4 and 1/4",
            {
                "h": ((1, 2),),
                "W": (("ln(2)", 0, 0), (0, 0, 0)),
                "y": ((0, 1, 0),),
                "eta": "1/5",
            },
            note="The loss is ln 4. With h of squared length 5 and η = 1/5 the logits move by exactly y - p.",
            tokens=("cat", "dog", "end"),
        ),
        Example(
            "integers",
            "Whole weights",
            {"h": ((1, -1),), "W": ((1, 0, 2), (0, 1, 1)), "y": ((1, 0, 0),), "eta": 1},
        ),
        Example(
            "six-tokens",
            "Six tokens, four features",
            {
                "h": ((1, "-1/2", 2, 0),),
                "W": ((1, 0, -1, 2, 0, 1), (0, 1, 1, 0, -2, 0), ("1/2", 0, 1, -1, 0, 0), (3, 1, 0, 0, 1, 2)),
                "y": ((0, 0, 0, 1, 0, 0),),
                "eta": "1/4",
            },
        ),
        Example(
            "symbols",
            "Symbols, two tokens",
            {"h": (("h",),), "W": (("w_1", "w_2"),), "y": ((1, 0),), "eta": r"\eta"},
            note="One feature and two tokens: logistic regression.",
        ),
    ),
)
