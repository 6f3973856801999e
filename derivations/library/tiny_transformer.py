"""A tiny transformer from token ids to the probabilities of the next token.

Vaswani et al. 2017, "Attention Is All You Need", sections 3.1 to 3.5 and figure 1,
arXiv:1706.03762; temperature: Hinton et al. 2015, equation (1), arXiv:1503.02531; top-k:
Fan et al. 2018, "Hierarchical Neural Story Generation", arXiv:1805.04833.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from derivations.model import Derivation, Example, Input, Step

if TYPE_CHECKING:
    from numpy import ndarray


def reference(given: Mapping[str, ndarray]) -> dict[str, ndarray]:
    """Ids as one-hot rows, attention by loops over what is seen, and the top k by sorting."""
    import numpy as np

    def normed(rows: ndarray) -> ndarray:
        centred = rows - rows.mean(axis=1)[:, None]
        return np.asarray(centred / np.sqrt((centred * centred).mean(axis=1))[:, None])

    def attend(part: int, asking: ndarray, asked: ndarray, causal: bool = False) -> tuple[ndarray, ndarray]:
        sides = (("Q", asking), ("K", asked), ("V", asked))
        queries, keys, values = (
            np.einsum("nd,dk->nk", rows, given[f"W^{name}_{part}"]) for name, rows in sides
        )
        weights = np.zeros((len(asking), len(asked)))
        for i, query in enumerate(queries):
            seen = i + 1 if causal else len(asked)
            powers = np.exp([np.dot(query, key) / len(key) ** 0.5 for key in keys[:seen]])
            weights[i, :seen] = powers / sum(powers)
        return weights, asking + np.einsum("ij,jd->id", weights, values)

    def fed(part: int, rows: ndarray) -> ndarray:
        return normed(rows + np.clip(rows @ given[f"U_{part}"], 0, None) @ given[f"D_{part}"])

    ids = {name: np.eye(len(given["E"]))[given[name][0].astype(int) - 1] for name in "st"}
    X, Y = (ids[name] @ given["E"] + given["P"][: len(ids[name])] for name in "st")
    A1, mixed = attend(1, X, X)
    B = normed(mixed)
    Z = fed(1, B)
    A2, mixed = attend(2, Y, Y, causal=True)
    F = normed(mixed)
    C, mixed = attend(3, F, Z)
    H = normed(mixed)
    G = fed(2, H)
    logits = given["W^U"].T @ G[-1]
    k = int(given["k"][0, 0])
    best = sorted(range(len(logits)), key=lambda j: -logits[j])[:k]
    kept = np.array([np.exp(logit) if j in best else 0.0 for j, logit in enumerate(logits)])
    odds, cooled = np.exp(logits), np.exp(logits / given["tau"][0, 0])
    layers = {
        "X": X,
        "A_1": A1,
        "B": B,
        "Z": Z,
        "Y": Y,
        "A_2": A2,
        "F": F,
        "C": C,
        "H": H,
        "G": G,
        "ell": logits,
    }
    rank = np.argsort(np.argsort(-logits))
    choice = {"p": odds / sum(odds), "p_tau": cooled / sum(cooled), "r": rank, "p_top": kept / sum(kept)}
    choice["c"] = np.where(kept > 0, logits, -np.inf)
    return {**layers, **choice, "M": np.triu(np.full(A2.shape, -np.inf), 1)}


_PARTS = ((1, "the encoder", "X", "X"), (2, "the decoder", "Y", "Y"), (3, "the cross-attention", "F", "Z"))


def _projections() -> tuple[Input, ...]:
    axes = {"Q": ("d", "d_k"), "K": ("d", "d_k"), "V": ("d", "d")}
    words = {"Q": "queries", "K": "keys", "V": "values"}
    return tuple(
        Input(f"W^{name}_{part}", axes[name], f"{words[name]} of {where}")
        for part, where, _, _ in _PARTS
        for name in "QKV"
    )


DERIVATION = Derivation(
    id="tiny-transformer",
    title="A tiny transformer",
    source="Vaswani et al. 2017, sections 3.1 to 3.5 and figure 1, arXiv:1706.03762",
    order=140,
    purpose=(
        "Everything at once, from the numbers of words to the chance of the next word: embeddings and "
        "positions, one "
        "encoder block, one decoder block, and the choice of a word.  There is one head, layer norms have "
        "gain 1 and "
        "bias 0, and the linear layers have no bias; nothing else is left out.  The source is read, the "
        "target has "
        "been written so far, and the last row of the decoder says what comes next."
    ),
    requires=("encoder-post-ln", "decoder-block", "positional-encoding"),
    reference=reference,
    inputs=(
        Input("s", ("n",), "the source: the numbers of its words, counted from 1"),
        Input("t", ("m",), "the target written so far; it begins with the token for the start"),
        Input("E", ("V", "d"), "embeddings: one row for each word of the vocabulary"),
        Input("P", ("N", "d"), "positions: one row for each place of a sequence"),
        *_projections(),
        Input("U_1", ("d", "d_ff"), "widens, in the encoder"),
        Input("D_1", ("d_ff", "d"), "narrows, in the encoder"),
        Input("U_2", ("d", "d_ff"), "widens, in the decoder"),
        Input("D_2", ("d_ff", "d"), "narrows, in the decoder"),
        Input("W^U", ("d", "V"), "from a row of the decoder to a score for each word"),
        Input("tau", (), "temperature: below 1 sharper, above 1 flatter"),
        Input("k", (), "how many words may be chosen"),
    ),
    steps=(
        Step(
            "X",
            r"X_{ij} = E_{s_i, j} + P_{ij}",
            ("n", "d"),
            "The number of a word only picks its row of E; the size of the number means nothing.  Adding a "
            "row of P "
            "tells the model where the word stands.",
            "Source: embeddings and positions",
        ),
        Step(
            "A_1",
            r"A_1 = \operatorname{softmax}\left(\frac{X W^Q_1 (X W^K_1)^T}{\sqrt{d_k}}\right)",
            ("n", "n"),
            "Every word of the source looks at every other.",
            "Encoder: weights",
        ),
        Step(
            "B",
            r"B = \operatorname{LayerNorm}(X + A_1 X W^V_1)",
            ("n", "d"),
            "What was found is added to the row, and the row brought back to scale.",
            "Encoder: after attention",
        ),
        Step(
            "Z",
            r"Z = \operatorname{LayerNorm}\left(B + \operatorname{ReLU}(B U_1) D_1\right)",
            ("n", "d"),
            "The network works on each word alone.  The encoder is done; Z does not change while the answer "
            "is "
            "written.",
            "Encoder: output",
        ),
        Step(
            "Y",
            r"Y_{ij} = E_{t_i, j} + P_{ij}",
            ("m", "d"),
            "The target uses the same embeddings and positions.",
            "Target: embeddings and positions",
        ),
        Step(
            "M",
            r"M_{ij} = \begin{cases} 0 & j \le i \\ -\infty & j > i \end{cases}",
            ("m", "m"),
            "No word of the target sees a later one.",
            "Causal mask",
        ),
        Step(
            "A_2",
            r"A_2 = \operatorname{softmax}\left(\frac{Y W^Q_2 (Y W^K_2)^T}{\sqrt{d_k}} + M\right)",
            ("m", "m"),
            "The target looks back at itself.",
            "Decoder: weights of the masked self-attention",
        ),
        Step(
            "F",
            r"F = \operatorname{LayerNorm}(Y + A_2 Y W^V_2)",
            ("m", "d"),
            "Each row knows what was written up to it.",
            "Decoder: after self-attention",
        ),
        Step(
            "C",
            r"C = \operatorname{softmax}\left(\frac{F W^Q_3 (Z W^K_3)^T}{\sqrt{d_k}}\right)",
            ("m", "n"),
            "Queries from the target, keys from the source.",
            "Decoder: weights of the cross-attention",
        ),
        Step(
            "H",
            r"H = \operatorname{LayerNorm}(F + C Z W^V_3)",
            ("m", "d"),
            "Each row now knows what was read as well.",
            "Decoder: after cross-attention",
        ),
        Step(
            "G",
            r"G = \operatorname{LayerNorm}\left(H + \operatorname{ReLU}(H U_2) D_2\right)",
            ("m", "d"),
            "The output of the decoder.",
            "Decoder: output",
        ),
        Step(
            "ell",
            r"\ell_j = \sum_{q=1}^{d} G_{m,q} W^U_{qj}",
            ("V",),
            "Only the last row, m, is needed for the next word.  Each word of the vocabulary gets a score, "
            "its "
            "logit: how well its column of W^U fits the row.",
            "Logits",
        ),
        Step("p", r"p = \operatorname{softmax}(\ell)", ("V",), "The scores become chances.", "Next word"),
        Step(
            "p_tau",
            r"p_{\tau} = \operatorname{softmax}\left(\frac{\ell}{\tau}\right)",
            ("V",),
            "Dividing the logits by τ raises all odds to the power 1/τ: a low temperature favours the best "
            "word, a "
            "high one gives the others a chance.",
            "Next word at temperature τ",
        ),
        Step(
            "r",
            r"r_j = \sum_{i=1}^{V} \begin{cases} 1 & \ell_i > \ell_j \\ 0 & \ell_i \le \ell_j \end{cases}",
            ("V",),
            "How many words are better than word j: the best one has rank 0.",
            "Ranks",
        ),
        Step(
            "c",
            r"c_j = \begin{cases} \ell_j & r_j < k \\ -\infty & r_j \ge k \end{cases}",
            ("V",),
            "All but the k best are masked, in the way of a hidden position.",
            "The k best logits",
        ),
        Step(
            "p_top",
            r"p_{\text{top}} = \operatorname{softmax}(c)",
            ("V",),
            "The chances of the k best keep their ratios and sum to 1 again; the long tail of bad words is "
            "gone.",
            "Next word, top k",
        ),
    ),
    flow=("s", "t", "X", "B", "Z", "Y", "F", "H", "G", "ell", "p"),
    examples=(
        Example(
            "by-hand",
            "Two words read, one written",
            {
                "s": ((1, 2),),
                "t": ((3, 1),),
                "E": ((1, 0, 0, 0), (0, 1, 0, -1), (0, 0, 1, 0), (0, 1, 1, 0)),
                "P": ((0, 0, 0, 0), (0, 0, 0, 1)),
                "W^Q_1": ((0,), (1,), (0,), (0,)),
                "W^K_1": (("ln(3)",), (0,), (0,), (0,)),
                "W^V_1": ((8, -1, -1, 9), (-4, 3, 7, -7), (0, 0, 0, 0), (0, 0, 0, 0)),
                "W^Q_2": ((1,), (0,), (0,), (0,)),
                "W^K_2": ((0,), (0,), ("ln(3)",), (0,)),
                "W^V_2": ((7, 1, -2, 13), (0, 0, 0, 0), (3, 1, 2, 1), (0, 0, 0, 0)),
                "W^Q_3": (("1/2",), (0,), ("-1/2",), (0,)),
                "W^K_3": (("5/8 ln(3)",), ("5/8 ln(3)",), (0,), (0,)),
                "W^V_3": (
                    ("-5/2", "5/2", -15, 15),
                    ("15/2", "-15/2", 5, -5),
                    (0, 0, 0, 0),
                    (-10, 10, -20, 20),
                ),
                "U_1": ((1, 0), (0, 0), (1, -1), (0, 1)),
                "D_1": ((3, 1, -1, -3), (3, -3, 1, -1)),
                "U_2": ((1, 0), (0, 1), (1, 0), (0, 1)),
                "D_2": ((-1, 1, 0, 0), (1, -1, 1, -1)),
                "W^U": ((0, "ln(3)", "ln(2)", "ln(6)"), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)),
                "tau": "1/2",
                "k": 2,
            },
            note=(
                "Every root and every weight comes out as a short fraction; the odds of the four words are 1 "
                ": 3 : 2 : 6."
            ),
        ),
        Example(
            "ordinary-numbers",
            "Three words read, two written",
            {
                "s": ((2, 4, 1),),
                "t": ((5, 3),),
                "E": ((1, 0, -1, 0), (0, 1, 0, 1), (1, 1, 0, 0), (0, 0, 1, -1), (-1, 0, 0, 1)),
                "P": ((0, 1, 0, 1), ("4/5", "1/2", 0, 1), ("9/10", "-2/5", 0, 1)),
                "W^Q_1": ((1, 0), (0, 1), (1, 1), (0, -1)),
                "W^K_1": ((0, 1), (1, 0), (1, -1), (1, 0)),
                "W^V_1": ((1, 0, 0, 1), (0, 1, 1, 0), (0, -1, 1, 0), (1, 0, 0, 1)),
                "W^Q_2": ((1, 0), (0, 1), (0, 1), (1, 0)),
                "W^K_2": ((1, 1), (0, 1), (1, 0), (0, -1)),
                "W^V_2": ((0, 1, 0, 0), (1, 0, 0, 1), (0, 0, 2, 0), (1, 0, 0, -1)),
                "W^Q_3": ((1, 1), (0, 1), (-1, 0), (0, 1)),
                "W^K_3": ((1, 0), (1, 1), (0, 1), (0, -1)),
                "W^V_3": ((1, 0, 1, 0), (0, 1, 0, 1), (1, 0, 0, 0), (0, 0, 1, 1)),
                "U_1": ((1, 0, -1), (0, 1, 1), (1, 1, 0), (0, -1, 2)),
                "D_1": ((1, 0, 1, 0), (0, 1, 0, -1), (1, -1, 0, 1)),
                "U_2": ((0, 1, 1), (1, 0, -1), (-1, 1, 0), (1, 0, 1)),
                "D_2": ((0, 1, 0, 1), (1, 0, -1, 0), (0, 1, 1, 0)),
                "W^U": ((1, 0, 1, 0, -1), (0, 1, 1, 0, 0), (-1, 0, 0, 1, 0), (0, 1, 0, -1, 1)),
                "tau": 2,
                "k": 3,
            },
            note="After the first norm only digits can be shown; all of them are certified.",
        ),
    ),
    questions=(
        (
            "In the example by hand, what are the chances at temperature 1/2, and with k = 1?",
            "The odds are squared, 1 : 9 : 4 : 36, so 1/50, 9/50, 2/25 and 18/25.  With k = 1 word 4 is "
            "certain.",
        ),
        (
            "The chosen word is appended to t.  Which of the steps above must be done again?",
            "Only the new row of the decoder, from Y on: the encoder is as before, and so are, under the "
            "causal mask, "
            "the old rows.",
        ),
        (
            "What does k = 1 do at any temperature?",
            "The best word is always taken; this is called greedy decoding.",
        ),
    ),
)
