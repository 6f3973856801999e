"""The backward pass of self-attention.

Dao et al. 2022, "FlashAttention", appendix B.2, arXiv:2205.14135, for one head
with scores divided by the square root of d_k.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Every gradient by complex steps through the forward pass; none of the backward formulas is used."""
    import numpy as np

    X, WQ, WK, WV, G = (given[name] for name in ("X", "W^Q", "W^K", "W^V", "G"))

    def loss_of_weights(A: ndarray, V: ndarray) -> complex:
        return complex(np.einsum("nm,mv,nv->", A, V, G))

    def softmax(S: ndarray) -> ndarray:
        return np.array([[1 / sum(np.exp(row - own)) for own in row] for row in S])

    def loss_of_projections(Q: ndarray, K: ndarray, V: ndarray) -> complex:
        return loss_of_weights(softmax(np.einsum("nk,mk->nm", Q, K) / np.sqrt(Q.shape[1])), V)

    def loss(x: ndarray, q: ndarray, k: ndarray, v: ndarray) -> complex:
        return loss_of_projections(*(np.einsum("nd,dk->nk", x, w) for w in (q, k, v)))

    def gradient(function: Callable[[ndarray], complex], at: ndarray) -> ndarray:
        tiny, found = 1e-30, np.zeros(at.shape)
        for place in np.ndindex(at.shape):
            step = at.astype(complex)
            step[place] += tiny * 1j
            found[place] = function(step).imag / tiny
        return found

    Q, K, V = (np.einsum("nd,dk->nk", X, W) for W in (WQ, WK, WV))
    S = np.array([[sum(q * k) / np.sqrt(len(k)) for k in K] for q in Q])
    A = softmax(S)
    return {
        "Q": Q,
        "K": K,
        "V": V,
        "S": S,
        "A": A,
        "O": np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A]),
        "dV": gradient(lambda v: loss_of_weights(A, v), V),
        "dA": gradient(lambda a: loss_of_weights(a, V), A),
        "dS": gradient(lambda s: loss_of_weights(softmax(s), V), S),
        "dQ": gradient(lambda q: loss_of_projections(q, K, V), Q),
        "dK": gradient(lambda k: loss_of_projections(Q, k, V), K),
        "dW_Q": gradient(lambda w: loss(X, w, WK, WV), WQ),
        "dW_K": gradient(lambda w: loss(X, WQ, w, WV), WK),
        "dW_V": gradient(lambda w: loss(X, WQ, WK, w), WV),
        "dX": gradient(lambda x: loss(x, WQ, WK, WV), X),
    }


LOSS = r"L = \operatorname{sum}(O \odot G)"
"""A loss whose gradient at the output is G; any other with this gradient has the same backward pass."""

SIZES = ("n = 2, d_k = 1, d_v = 1", "n = 2, d_k = 2, d_v = 2", "n = 3, d_k = 1, d_v = 1")
SMALLEST = ("n = 2, d = 1, d_k = 1, d_v = 1",)


def _gradient(of: str, right: str, why: str, free: str = "") -> Identity:
    """The step for ``of`` is the derivative of the loss; of Q, K and V, the free ones are any matrices."""
    widths = {"Q": "d_k", "K": "d_k", "V": "d_v"}
    spaces = tuple(rf"{name} \in \mathbb{{R}}^{{n \times {widths[name]}}}" for name in free)
    left = rf"\frac{{\partial L}}{{\partial {of}}}"
    return Identity(left, right, why, f"Gradient at {of}", (LOSS, *spaces), SIZES if free else SMALLEST)


DERIVATION = Derivation(
    id="backward",
    title="The backward pass of attention",
    source="Dao et al. 2022, appendix B.2, arXiv:2205.14135",
    order=150,
    purpose=(
        "Training needs to know how the loss changes with every number that went into attention.  The "
        "backward pass walks through the steps in reverse: what arrives at a result is handed on to its "
        "factors, and whatever was used in several places collects the sum.  Each gradient has the shape of "
        "the thing it belongs to, and here each is exact and proved by differentiation."
    ),
    requires=("self-attention", "softmax"),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position of the sequence"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
        Input("G", ("n", "d_v"), "how the loss changes with each entry of the output, from the layers above"),
    ),
    steps=(
        Step("Q", r"Q = X W^Q", ("n", "d_k"), "Forward: what each position looks for.", "Queries"),
        Step("K", r"K = X W^K", ("n", "d_k"), "Forward: what each position offers to be found by.", "Keys"),
        Step("V", r"V = X W^V", ("n", "d_v"), "Forward: what each position hands over.", "Values"),
        Step(
            "S",
            r"S = \frac{Q K^T}{\sqrt{d_k}}",
            ("n", "n"),
            "Forward: how well queries match keys.",
            "Scaled scores",
        ),
        Step("A", r"A = \operatorname{softmax}(S)", ("n", "n"), "Forward: shares of attention.", "Weights"),
        Step(
            "O",
            r"O = A V",
            ("n", "d_v"),
            "Forward: the averages.  Here the backward pass begins, with G.",
            "Output",
        ),
        Step(
            "dV",
            r"dV = A^T G",
            ("n", "d_v"),
            "A value went into every output with its weight, so it collects every output's gradient with "
            "the same weight.",
            "Gradient at the values",
        ),
        Step(
            "dA",
            r"dA = G V^T",
            ("n", "n"),
            "A weight decides how much of a value arrives: its gradient is the inner product of that value "
            "with what the output wants.",
            "Gradient at the weights",
        ),
        Step(
            "dS",
            r"dS = A \odot \left(dA - \operatorname{rowsum}(dA \odot A)\right)",
            ("n", "n"),
            "The Jacobian of softmax, row by row: only what is better than the row's average gains.  Each "
            "row sums to 0, as a common shift of scores changes nothing.",
            "Gradient at the scores",
        ),
        Step(
            "dQ",
            r"dQ = \frac{dS K}{\sqrt{d_k}}",
            ("n", "d_k"),
            "A query moves towards the keys whose scores should rise.",
            "Gradient at the queries",
        ),
        Step(
            "dK",
            r"dK = \frac{dS^T Q}{\sqrt{d_k}}",
            ("n", "d_k"),
            "A key moves towards the queries that should see it more; the transpose sums over queries.",
            "Gradient at the keys",
        ),
        Step(
            "dW_Q",
            r"dW_Q = X^T dQ",
            ("d", "d_k"),
            "All positions share the projection, so it collects from all.",
            "Gradient at W^Q",
        ),
        Step("dW_K", r"dW_K = X^T dK", ("d", "d_k"), "The same for the keys.", "Gradient at W^K"),
        Step("dW_V", r"dW_V = X^T dV", ("d", "d_v"), "The same for the values.", "Gradient at W^V"),
        Step(
            "dX",
            r"dX = dQ (W^Q)^T + dK (W^K)^T + dV (W^V)^T",
            ("n", "d"),
            "X was used three times, so three gradients meet and add.",
            "Gradient at the input",
        ),
    ),
    identities=(
        _gradient("V", "dV", "O is linear in V.", "QK"),
        _gradient("A", "dA", "O is linear in A.", "V"),
        _gradient("S", "dS", "The Jacobian diag(a) - aᵀa of each row, applied to the row of dA.", "V"),
        _gradient("Q", "dQ", "The scores are linear in Q.", "KV"),
        _gradient("K", "dK", "The scores are linear in K, with queries and keys exchanged.", "QV"),
        _gradient("W^Q", "dW_Q", "The queries are linear in W^Q."),
        _gradient("W^K", "dW_K", "The keys are linear in W^K."),
        _gradient("W^V", "dW_V", "The values are linear in W^V."),
        _gradient("X", "dX", "The chain rule over all three uses of X at once."),
    ),
    questions=(
        (
            "Why does each row of dS sum to 0?",
            "Raising all scores of a row by the same amount leaves the weights, and so the loss, as they "
            "are.",
        ),
        (
            "A row of A is (1, 0, 0). What are the gradients of its scores?",
            "All 0: with a = (1, 0, 0) both a ⊙ dA and a times its average cancel. A saturated row learns "
            "nothing.",
        ),
        (
            "Which of the gradients are 0 when G is 0 except in row i?",
            "Row i of dA, dS and dQ may differ from 0, their other rows are 0; dV and dK can have entries "
            "everywhere.",
        ),
    ),
    flow=("G", "dV", "dA", "dS", "dQ", "dK", "dX"),
    examples=(
        Example(
            "short-fractions",
            "Weights 1/2, 1/4, 1/4",
            {
                "X": ((0, 1), (1, 0), (0, 0)),
                "W^Q": (("2 ln(2)",), ("ln(2)",)),
                "W^K": ((0,), (1,)),
                "W^V": ((4, 0), (0, 4)),
                "G": ((1, 0), (0, 1), (1, 1)),
            },
            note="With d_k = 1 and scores of 0 and multiples of ln 2 all weights, and most gradients, are "
            "short fractions.",
            tokens=("we", "learn", "back"),
        ),
        Example(
            "integers",
            "Whole numbers",
            {
                "X": ((1, 0), (0, 1)),
                "W^Q": ((1, 0), (0, 1)),
                "W^K": ((1, 1), (0, 1)),
                "W^V": ((2, 0), (0, 1)),
                "G": ((1, -1), (0, 1)),
            },
            tokens=("left", "right"),
        ),
        Example(
            "all-sizes-differ",
            "Four sizes, all different",
            {
                "X": ((1, 0, 2, -1), (0, 1, 1, 0), (2, -1, 0, 1)),
                "W^Q": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^K": ((0, 1), (1, 0), (-1, 1), (1, 1)),
                "W^V": ((1,), (2,), (0,), (-1,)),
                "G": ((1,), (-1,), ("1/2",)),
            },
            note="n = 3, d = 4, d_k = 2 and d_v = 1; √2 stays in the exponents.",
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",)),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
                "G": (("g_1",), ("g_2",)),
            },
            note="Two positions, all widths 1.",
        ),
    ),
)
