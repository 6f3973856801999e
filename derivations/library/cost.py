"""Operations, memory and path length of self-attention, recurrence and convolution.

Vaswani et al. 2017, "Attention Is All You Need", section 4 and table 1,
arXiv:1706.03762; the counts are read off the formulas and keep every term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from derivations.costs import Cost, cost_of, crossing
from derivations.model import Curve, Derivation, Example, Identity, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray

SQUARE = ("d", "d")


def _attention(n: str) -> tuple[Cost, Cost, Cost]:
    """Scores, softmax and output of a sequence whose length has this name; r is the root of d."""
    rows = (n, "d")
    return (
        cost_of((r"S = \frac{Q K^T}{r}",), {"Q": rows, "K": rows, "r": ()}),
        cost_of((r"A = \operatorname{softmax}(S)",), {"S": (n, n)}),
        cost_of((r"O = A V",), {"A": (n, n), "V": rows}),
    )


def _projections(n: str) -> Cost:
    """To queries, keys and values, and of the output."""
    squares = dict.fromkeys("UWYZ", SQUARE)
    return cost_of(("Q = X U", "K = X W", "V = X Y", "P = O Z"), {"X": (n, "d"), "O": (n, "d"), **squares})


def _recurrence(n: str) -> Cost:
    """One position after the other."""
    row = ("1", "d")
    shapes = {"x": row, "h": row, "b": row, "U": SQUARE, "W": SQUARE}
    return cost_of((r"H = \tanh(x U + h W + b)",), shapes).times(n)


def _convolution(n: str) -> Cost:
    """For each position its k neighbours side by side."""
    shapes = {"x": ("1", "k d"), "W": ("k d", "d"), "b": ("1", "d")}
    return cost_of(("y = x W + b",), shapes).times(n)


def _sum(costs: tuple[Cost, Cost, Cost]) -> Cost:
    return costs[0] + costs[1] + costs[2]


SCORES, WEIGHTS, OUTPUT = _attention("n")
ATTENTION = _sum(_attention("n"))
PROJECTIONS, RECURRENCE, CONVOLUTION = _projections("n"), _recurrence("n"), _convolution("n")


def _equal(left: Cost, right: Cost) -> str:
    """The sequence length at which two costs are equal, as TeX."""
    above, below = crossing(left.operations, right.operations, "n")
    return rf"\frac{{{above.tex()}}}{{{below.tex()}}}"


def reference(given: Mapping[str, ndarray]) -> dict[str, float]:
    """Operations counted while naive loops run at small sizes; the polynomial through these counts."""
    n, d, k = (float(given[name].item()) for name in ("n", "d", "k"))

    def inner(width: int) -> int:
        return sum(1 for _ in range(width)) + sum(1 for _ in range(1, width))  # products, then sums

    def scores(n: int, d: int, _k: int) -> int:
        return sum(inner(d) + 1 for _ in range(n) for _ in range(n))

    def weights(n: int, _d: int, _k: int) -> int:
        return sum(sum(1 + 1 for _ in range(n)) + sum(1 for _ in range(1, n)) for _ in range(n))

    def output(n: int, d: int, _k: int) -> int:
        return sum(inner(n) for _ in range(n) for _ in range(d))

    def projections(n: int, d: int, _k: int) -> int:
        return sum(inner(d) for _ in range(4) for _ in range(n) for _ in range(d))

    def recurrence(n: int, d: int, _k: int) -> int:
        return sum(inner(d) + inner(d) + 1 + 1 + 1 for _ in range(n) for _ in range(d))

    def convolution(n: int, d: int, k: int) -> int:
        return sum(inner(k * d) + 1 for _ in range(n) for _ in range(d))

    def attention(n: int, d: int, k: int) -> int:
        return scores(n, d, k) + weights(n, d, k) + output(n, d, k)

    def stored(n: int, d: int, _k: int) -> int:
        return 3 * len([(i, j) for i in range(n) for j in range(n)]) + len(
            [(i, j) for i in range(n) for j in range(d)]
        )

    counts: dict[str, Callable[[int, int, int], int]] = {
        "C_S": scores,
        "C_A": weights,
        "C_O": output,
        "T_A": attention,
        "T_P": projections,
        "T_R": recurrence,
        "T_C": convolution,
        "M_A": stored,
    }
    found = {name: _through(count, (n, d, k)) for name, count in counts.items()}
    lines = {
        name: _slope(counts["T_A"], counts[other], d) for name, other in (("n_R", "T_R"), ("n_P", "T_P"))
    }
    return {**found, **lines, "p_A": 1.0, "p_R": n - 1, "p_C": (n - 1) / (k - 1)}


NODES = (1, 2, 3)


def _through(count: Callable[[int, int, int], int], point: tuple[float, float, float]) -> float:
    """The polynomial of degree 2 in each size that agrees with the counts at sizes 1, 2 and 3 (Lagrange)."""

    def share(node: int, at: float) -> float:
        first, second = (other for other in NODES if other != node)
        return (at - first) * (at - second) / ((node - first) * (node - second))

    n, d, k = point
    return sum(
        count(a, b, c) * share(a, n) * share(b, d) * share(c, k) for a in NODES for b in NODES for c in NODES
    )


def _slope(left: Callable[[int, int, int], int], right: Callable[[int, int, int], int], d: float) -> float:
    """The n > 0 at which two counts meet: the zero of the line (left - right)/n through n = 1 and 2."""
    first, second = ((_through(left, (n, d, 1)) - _through(right, (n, d, 1))) / n for n in (1, 2))
    return 1 - first / (second - first)


DERIVATION = Derivation(
    id="cost",
    title="What attention costs, beside recurrence and convolution",
    source="Vaswani et al. 2017, section 4, table 1, arXiv:1706.03762",
    order=190,
    purpose=(
        "Attention compares every position with every other one, so its cost grows with the square of the "
        "length; a recurrent layer goes through the sequence once, but its cost grows with the square of "
        "the width, and it cannot start on a word before it is done with the last one.  All counts here are "
        "read off the formulas by the program that evaluates them; a multiplication, an addition, a "
        "division and a function count as one each."
    ),
    requires=("self-attention", "recurrence"),
    reference=reference,
    inputs=(
        Input("n", (), "length of the sequence"),
        Input("d", (), "width: of embeddings, queries, keys and values alike"),
        Input("k", (), "width of the convolution's kernel, above 1"),
    ),
    steps=(
        Step(
            "C_S",
            f"C_S = {SCORES.operations.tex()}",
            (),
            "Counted from S = QKᵀ/√d: n² inner products, each with d products and d - 1 sums, and a "
            "division by the root of d, which is worked out once and for all.",
            "Scores",
        ),
        Step(
            "C_A",
            f"C_A = {WEIGHTS.operations.tex()}",
            (),
            "Counted from A = softmax(S): for each row n exponentials, n - 1 sums and n divisions.",
            "Softmax",
        ),
        Step(
            "C_O",
            f"C_O = {OUTPUT.operations.tex()}",
            (),
            "Counted from O = AV: n d averages over n values each.",
            "Output",
        ),
        Step(
            "T_A",
            r"T_A = C_S + C_A + C_O",
            (),
            "All but a little of it is 4 n² d: twice as long a text costs four times as much.",
            "Attention",
        ),
        Step(
            "T_P",
            f"T_P = {PROJECTIONS.operations.tex()}",
            (),
            "The projections to queries, keys and values and the one of the output treat each position by "
            "itself.",
            "The four projections",
        ),
        Step(
            "T_R",
            f"T_R = {RECURRENCE.operations.tex()}",
            (),
            "A recurrent layer, h ← tanh(xU + hW + b), does the same for each position: linear in n, "
            "quadratic in d.",
            "Recurrence",
        ),
        Step(
            "T_C",
            f"T_C = {CONVOLUTION.operations.tex()}",
            (),
            "A convolution looks at k neighbours laid side by side, through one matrix of kd rows.",
            "Convolution",
        ),
        Step(
            "M_A",
            f"M_A = {ATTENTION.memory.tex()}",
            (),
            "Entries of all intermediate results.  The three tables of n² scores are what FlashAttention "
            "never writes down.",
            "Memory of attention",
        ),
        Step(
            "n_R",
            f"n_R = {_equal(ATTENTION, RECURRENCE)}",
            (),
            "Both counts are equal at this length, just below d.  Shorter sequences are cheaper with "
            "attention: sentences, where d is in the hundreds.",
            "Where attention meets recurrence",
        ),
        Step(
            "n_P",
            f"n_P = {_equal(ATTENTION, PROJECTIONS)}",
            (),
            "Below this length, about 2d, the quadratic part of attention costs less than its own "
            "projections.",
            "Where attention meets its projections",
        ),
        Step(
            "p_A", r"p_A = 1", (), "Every position reads every other one directly.", "Longest path, attention"
        ),
        Step(
            "p_R",
            r"p_R = n - 1",
            (),
            "The first word reaches the last one through all states between them; a gradient takes the same "
            "way back.",
            "Longest path, recurrence",
        ),
        Step(
            "p_C",
            r"p_C = \frac{n - 1}{k - 1}",
            (),
            "Each layer of kernels of width k reaches k - 1 positions further; rounded up, so many layers "
            "are needed.",
            "Longest path, convolutions",
        ),
    ),
    identities=(
        Identity(
            _sum(_attention("n_R")).operations.tex(),
            _recurrence("n_R").operations.tex(),
            "Put the length n_R into both counts: they agree, for every width d.",
            "Attention and recurrence cost the same at n_R",
        ),
        Identity(
            _sum(_attention("n_P")).operations.tex(),
            _projections("n_P").operations.tex(),
            "Put the length n_P into both counts.",
            "Attention costs as much as its projections at n_P",
        ),
        Identity(
            r"d - n_R",
            r"\frac{d - 1}{4 d + 3}",
            "So n_R lies below d by less than a quarter: the rule that attention is cheaper while n < d is "
            "exact to one position.",
            "How far n_R is from d",
        ),
    ),
    questions=(
        (
            "The length doubles and the width stays. By which factor does the leading term of each count "
            "grow?",
            "Attention by 4, projections, recurrence and convolution by 2.",
        ),
        (
            "Which of the three layers can work on all positions at the same time?",
            "Attention and convolution: nothing in them waits for the result of another position. The "
            "recurrent layer needs n steps one after the other.",
        ),
    ),
    pictures=(
        Curve(
            name="growth",
            title="Operations by the number of words, at width 512",
            why="In billions.  The projections grow in proportion to the words, attention with their square: "
            "up to about a thousand words attention is the cheaper part, then it takes over.",
            variable="n",
            axis="number of words",
            start=0,
            end=2000,
            lines=(
                ("attention", r"\frac{4 n^2 \cdot 512 + 3 n^2 - 512 n - n}{10^9}"),
                ("projections", r"\frac{8 n \cdot 512^2 - 4 n \cdot 512}{10^9}"),
            ),
            step="n_P",
        ),
    ),
    examples=(
        Example(
            "small", "Four words, width 4", {"n": 4, "d": 4, "k": 3}, note="Small enough to count by hand."
        ),
        Example(
            "paper",
            "A sentence in the base model",
            {"n": 70, "d": 512, "k": 3},
            note="A long sentence and the paper's width: the projections cost far more than the attention "
            "itself.",
        ),
        Example(
            "long",
            "A book chapter",
            {"n": 16384, "d": 512, "k": 3},
            note="Now the quadratic part is nearly all.",
        ),
        Example(
            "symbols",
            "Symbols for all sizes",
            {"n": "n", "d": "d", "k": "k"},
            note="The counts as polynomials.",
        ),
    ),
)
