"""A recurrent network beside attention: how far apart two positions are.

Elman 1990, "Finding Structure in Time" (the network); Pascanu et al. 2013, "On the difficulty of
training recurrent neural networks", section 2, arXiv:1211.5063 (the product of Jacobians);
Vaswani et al. 2017, section 4 and table 1, arXiv:1706.03762 (maximum path length).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """The network by a loop; its derivatives by carrying a small change of every state along."""
    import numpy as np

    X, W, U = given["X"], given["W"], given["U"]
    states = [np.tanh(W.T @ X[0])]
    for x in X[1:]:
        states.append(np.tanh(U.T @ states[-1] + W.T @ x))
    steps = [
        np.array([change @ U / np.cosh(np.arctanh(h)) ** 2 for change in np.eye(len(h))]) for h in states
    ]
    Q, K, V = (np.einsum("nd,dk->nk", X, given[name]) for name in ("W^Q", "W^K", "W^V"))
    powers = np.exp([[np.dot(q, k) / len(k) ** 0.5 for k in K] for q in Q])
    A = np.array([row / sum(row) for row in powers])
    O = np.array([sum(a * v for a, v in zip(row, V, strict=True)) for row in A])  # noqa: E741
    carried = [change @ steps[1] @ steps[2] @ steps[3] for change in np.eye(len(states[0]))]
    return {
        **{f"h_{t}": h for t, h in enumerate(states, 1)},
        **{f"J_{t}": J for t, J in enumerate(steps, 1) if t > 1},
        "J": np.array(carried),
        "A": A,
        "O": O,
        "D": A[3, 0] * np.eye(V.shape[1]),
        "L": np.array([[len(X) - 1]]),
    }


def _state(t: int, why: str) -> Step:
    return Step(f"h_{t}", rf"h_{t} = \tanh(h_{t - 1} U + X_{t} W)", ("e",), why, f"State {t}")


def _jacobian(t: int, why: str) -> Step:
    formula = rf"J_{t} = U \operatorname{{diag}}(1 - h_{t} \odot h_{t})"
    return Step(f"J_{t}", formula, ("e", "e"), why, f"From state {t - 1} to state {t}")


DERIVATION = Derivation(
    id="recurrence",
    title="Recurrence and long-range dependence",
    source=(
        "Pascanu et al. 2013, section 2, arXiv:1211.5063; Vaswani et al. 2017, section 4, arXiv:1706.03762"
    ),
    order=180,
    purpose=(
        "A recurrent network reads one position after the other and hands a state along.  It cannot start a "
        "position before the one before it is done, and what the first position had to say passes through "
        "every "
        "state on the way: its trace is a product of as many matrices as there are steps.  Attention "
        "computes all "
        "positions at once, and any two of them are one step apart."
    ),
    requires=("self-attention",),
    reference=reference,
    inputs=(
        Input("X", ("n", "d"), "one row for each position; the states are written out for n = 4"),
        Input("W", ("d", "e"), "from the input to the state"),
        Input("U", ("e", "e"), "from one state to the next"),
        Input("W^Q", ("d", "d_k"), "projection to queries"),
        Input("W^K", ("d", "d_k"), "projection to keys"),
        Input("W^V", ("d", "d_v"), "projection to values"),
    ),
    steps=(
        Step(
            "h_1", r"h_1 = \tanh(X_1 W)", ("e",), "The first state knows the first position only.", "State 1"
        ),
        _state(2, "The second one needs the first: these steps cannot be done side by side."),
        _state(3, "Whatever is known of position 1 is now two steps old."),
        _state(
            4, "The last state has to hold all four positions in e numbers, however long the text becomes."
        ),
        _jacobian(
            2, "How state 2 answers to a small change of state 1; the slope of tanh, 1 - tanh², is at most 1."
        ),
        _jacobian(3, "The same matrix U, another slope."),
        _jacobian(4, "Each step multiplies once more."),
        Step(
            "J",
            r"J = J_2 J_3 J_4",
            ("e", "e"),
            "How the last state answers to the first: a product along the path.  Factors below 1 make it "
            "vanish, "
            "factors above 1 make it explode, exponentially in the distance.",
            "Along the whole path",
        ),
        Step(
            "A",
            r"A = \operatorname{softmax}\left(\frac{X W^Q (X W^K)^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "Attention on the same input: every row at once, none waits for another.",
            "Weights of attention",
        ),
        Step("O", r"O = A X W^V", ("n", "d_v"), "Row 4 looks at position 1 directly.", "Output of attention"),
        Step(
            "D",
            r"D = A_{41} \operatorname{eye}(d_v)",
            ("d_v", "d_v"),
            "How output 4 answers to value 1: one factor, the weight itself, and it does not know how far "
            "apart the "
            "two are.",
            "Through attention",
        ),
        Step(
            "L",
            r"L = n - 1",
            (),
            "The longest path between two positions has n - 1 steps in the network, and 1 in attention.",
            "Longest path of the network",
        ),
    ),
    identities=(
        Identity(
            r"\frac{\partial h_4}{\partial h_1}",
            r"\left(J_2 J_3 J_4\right)^T",
            "The chain rule, carried out: the derivative of the last state by the first is the product of "
            "the "
            "derivatives of the steps.  It stands transposed, because states are rows here.",
            "The product of Jacobians is the derivative",
            (),
            ("n=4, d=1, e=1", "n=4, d=1, e=2"),
        ),
    ),
    flow=("X", "h_1", "h_2", "h_3", "h_4", "A", "O"),
    examples=(
        Example(
            "same-state",
            "A state that stays at 3/5",
            {
                "X": (("ln(2)", 1), ("ln(2) - 3/5", 0), ("ln(2) - 3/5", 1), ("ln(2) - 3/5", 1)),
                "W": ((1,), (0,)),
                "U": ((1,),),
                "W^Q": ((0,), (1,)),
                "W^K": ((0,), ("ln(3)",)),
                "W^V": ((0,), (10,)),
            },
            note=(
                "tanh(ln 2) = 3/5, so each step keeps 16/25 of a change; attention keeps 3/10 at any "
                "distance."
            ),
            tokens=("far", "away", "and", "back"),
        ),
        Example(
            "two-numbers",
            "A state of two numbers",
            {
                "X": ((1, 0, "1/2"), (0, 1, 0), ("-1/2", 0, 1), (0, "1/2", 0)),
                "W": ((1, 0), (0, 1), ("1/2", "-1/2")),
                "U": (("1/2", "-1/2"), ("1/2", "1/2")),
                "W^Q": ((1, 0), (0, 1), (1, 1)),
                "W^K": ((0, 1), (1, 0), (1, -1)),
                "W^V": ((1, 0), (0, 1), (2, -1)),
            },
            note="From the second state on, tanh of tanh: the digits are certified.",
            tokens=("far", "away", "and", "back"),
        ),
        Example(
            "symbols",
            "Symbols for every entry",
            {
                "X": (("x_1",), ("x_2",), ("x_3",), ("x_4",)),
                "W": (("w",),),
                "U": (("u",),),
                "W^Q": (("q",),),
                "W^K": (("k",),),
                "W^V": (("v",),),
            },
            note="Width 1; u appears to the third power in J, once for each step.",
        ),
    ),
    questions=(
        (
            "In the first example, how much of a change of the first state is left after 10 steps, and how "
            "much does "
            "attention keep at that distance?",
            "(16/25)¹⁰, about 1.2 %; attention still keeps its weight, which depends on the scores and not "
            "on the distance.",
        ),
        (
            "How many steps must be done one after the other for n positions?",
            "n in the network; in attention the number does not depend on n.",
        ),
    ),
)
