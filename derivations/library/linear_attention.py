"""Linear attention.

Katharopoulos et al. 2020, "Transformers are RNNs: Fast Autoregressive
Transformers with Linear Attention", section 3.2, equations (4) to (7),
arXiv:2006.16236.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.costs import cost_of
from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The feature map by cases; every sum by loops; operations counted while the loops run."""
    import numpy as np

    Q, K, V = given["Q"], given["K"], given["V"]
    n, d = Q.shape
    width = V.shape[1]

    def features(X: ndarray) -> ndarray:
        return np.array([[x + 1 if x > 0 else np.exp(x) for x in row] for row in X])

    F, G = features(Q), features(K)
    M = np.array([[sum(f * g) for g in G] for f in F])
    A = np.array([row / sum(row) for row in M])
    H, z, quadratic, linear = np.zeros((d, width)), np.zeros(d), 0, 0
    for _ in range(n * n):
        quadratic += d + d - 1  # one inner product of features
    quadratic += n * (n - 1) + n * n  # row sums and divisions
    for _ in range(n * width):
        quadratic += n + n - 1  # one entry of the output
    for g, v in zip(G, V, strict=True):
        H += np.outer(g, v)
        z += g
    linear += d * width * (2 * n - 1) + (n - 1) * d  # the two sums over positions
    for _ in range(n):
        linear += width * (2 * d - 1) + (2 * d - 1) + width  # numerator, denominator, division
    O = np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A])  # noqa: E741
    return {"F": F, "G": G, "M": M, "A": A, "O": O, "H": H, "z": z, "Y": O, "C_O": quadratic, "C_Y": linear}


QUADRATIC = (r"M = F G^T", r"A = \frac{M}{\operatorname{rowsum}(M)}", r"O = A V")
LINEAR = (r"H = G^T V", r"z = \operatorname{colsum}(G)", r"Y = \frac{F H}{F z^T}")
SHAPES = {"F": ("n", "d"), "G": ("n", "d"), "V": ("n", "w")}

DERIVATION = Derivation(
    id="linear-attention",
    title="Linear attention",
    source="Katharopoulos et al. 2020, section 3.2, equations (4) to (7), arXiv:2006.16236",
    order=210,
    purpose=(
        "If the weight of a pair is an inner product of features, the brackets in (F Gᵀ) V may be moved: F "
        "(Gᵀ V).  The table of n² weights is then never formed, and the cost grows with the length instead "
        "of its square.  The price is the exponential: such weights are another family than softmax, and "
        "sharp choices are out of their reach."
    ),
    requires=("self-attention", "cost"),
    reference=reference,
    inputs=(
        Input("Q", ("n", "d"), "queries, one row for each position"),
        Input("K", ("n", "d"), "keys"),
        Input("V", ("n", "w"), "values"),
    ),
    steps=(
        Step(
            "F",
            r"F = \operatorname{ReLU}(Q) + \exp(-\operatorname{ReLU}(-Q))",
            ("n", "d"),
            "The feature map elu(x) + 1 is x + 1 above 0 and e^x below: always positive, so that weights "
            "are too.",
            "Features of the queries",
        ),
        Step(
            "G",
            r"G = \operatorname{ReLU}(K) + \exp(-\operatorname{ReLU}(-K))",
            ("n", "d"),
            "The same map for the keys.",
            "Features of the keys",
        ),
        Step("M", QUADRATIC[0], ("n", "n"), "First way: compare all pairs.", "Similarities"),
        Step("A", QUADRATIC[1], ("n", "n"), "Divided by its sum each row is a row of weights.", "Weights"),
        Step(
            "O",
            QUADRATIC[2],
            ("n", "w"),
            "The averages, as in ordinary attention.",
            "Output by way of the weights",
        ),
        Step(
            "H",
            LINEAR[0],
            ("d", "w"),
            "Second way: sum up keys and values first.  Its size does not depend on the length.",
            "Memory of all pairs of key and value",
        ),
        Step(
            "z",
            LINEAR[1],
            ("d",),
            "What the denominators need is the sum of all key features.",
            "Sum of the keys",
        ),
        Step(
            "Y",
            LINEAR[2],
            ("n", "w"),
            "Each query reads the memory once.  The result is the same, entry for entry.",
            "Output by way of the memory",
        ),
        Step(
            "C_O",
            f"C_O = {cost_of(QUADRATIC, SHAPES).operations.tex()}",
            (),
            "Operations of the first way, features aside: the square of the length.",
            "Cost of the first way",
        ),
        Step(
            "C_Y",
            f"C_Y = {cost_of(LINEAR, SHAPES).operations.tex()}",
            (),
            "Operations of the second way: every term has the length once, or not at all.",
            "Cost of the second way",
        ),
    ),
    identities=(
        Identity(
            r"Y",
            r"O",
            "Matrix products are associative: (F Gᵀ) V = F (Gᵀ V), and the row sums of F Gᵀ are F times the "
            "sum of all keys.  It holds for any features.",
            "Both ways give the same output",
            where=(r"F \in \mathbb{R}^{n \times d}", r"G \in \mathbb{R}^{n \times d}"),
            sizes=("n = 2, d = 2, w = 1", "n = 3, d = 1, w = 2", "n = 3, d = 2, w = 1"),
        ),
        Identity(
            r"F H",
            r"(F G^T) V",
            "The heart of it, without the denominators.",
            "Associativity",
            where=(r"F \in \mathbb{R}^{n \times d}", r"G \in \mathbb{R}^{n \times d}"),
        ),
    ),
    questions=(
        (
            "Why can the same trick not be used for softmax?",
            "e^(q·k) is no inner product of finitely many features of q and of k, so there is no F and G of "
            "fixed width.",
        ),
        (
            "How does a causal model use H?",
            "It adds one key and value at a time: H_t = H_(t-1) + g_tᵀ v_t, a recurrent network whose state "
            "has d·w entries.",
        ),
        (
            "For d = w = 64, at which length do both ways cost about the same?",
            "The leading terms 2n²(d + w) and 4ndw meet at n = 2dw/(d + w) = 64.",
        ),
    ),
    flow=("F", "G", "M", "A", "O", "H", "z", "Y"),
    pictures=(
        Curve(
            name="features",
            title="The feature map and the exponential",
            why="Both are positive and grow.  The feature map grows like a straight line where the "
            "exponential runs away, so no single key can take all the weight so easily.",
            variable="x",
            axis="entry of a query or a key",
            start=-3,
            end=2,
            lines=(
                ("feature map", r"\operatorname{ReLU}(x) + \exp(-\operatorname{ReLU}(-x))"),
                ("exponential", r"\exp(x)"),
            ),
            step="F",
        ),
    ),
    examples=(
        Example(
            "fractions",
            "Positive queries and keys",
            {
                "Q": ((0, 1), (1, 0), (1, 1)),
                "K": ((1, 0), (0, 0), (0, 2)),
                "V": ((1, 0), (0, 1), (1, 1)),
            },
            note="Above 0 the feature map only adds 1, so all weights are fractions.",
            tokens=("sun", "moon", "stars"),
        ),
        Example(
            "halves",
            "Negative entries made of ln 2",
            {
                "Q": (("-ln(2)", 1), (0, "-ln(2)")),
                "K": ((0, "-ln(2)"), (1, 1)),
                "V": ((1, 0), (0, 1)),
            },
            note="exp(-ln 2) = 1/2.",
        ),
        Example(
            "six-positions",
            "Six positions, d = 3, two values",
            {
                "Q": ((1, -1, 0), (0, 2, -1), (-2, 0, 1), (1, 1, -1), (0, -1, 2), (2, 0, 0)),
                "K": ((0, 1, -1), (1, 0, 0), (-1, 1, 1), (0, 0, 2), (1, -2, 0), (0, 1, 1)),
                "V": ((1, 0), (0, 1), (1, 1), (2, -1), (0, 3), (-1, 1)),
            },
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {"Q": (("q_1",), ("q_2",)), "K": (("k_1",), ("k_2",)), "V": (("v_1",), ("v_2",))},
            note="Two positions, one feature.",
        ),
    ),
)
