"""Running text: what is mathematics, what is words, and where one formula ends."""

from __future__ import annotations

import pytest

from tests.readers.seen import misplaced, words

TABLE = [
    # relations and lists in a sentence
    ("The dot product is q · k1 = 3.", ["The dot product is", "<q · k1 = 3>"]),
    ("Raw scores [1, 1, 2], then more.", ["Raw scores", "<[1, 1, 2]>", ", then more."]),
    ("Divide by √d_k = √4 = 2:", ["Divide by", "<√d_k = √4 = 2>"]),
    (
        "Row 1: softmax([1, 2]) = [0.27, 0.73] (rounded)",
        ["Row 1:", "<softmax([1, 2]) = [0.27, 0.73]>", "(rounded)"],
    ),
    ("First √2 ≈ 1.41, second √3 ≈ 1.73.", ["First", "<√2 ≈ 1.41>", ", second", "<√3 ≈ 1.73>"]),
    ("q1 = [1, 0], k1 = [0, 1]", ["<q1 = [1, 0]>", "<k1 = [0, 1]>"]),
    ("Q = [[1,0],[0,1]] and 2x = 4", ["<Q = [[1,0],[0,1]]>", "and", "<2x = 4>"]),
    ("we get (0.25)(2) + (0.5)(4) = 2.5 here", ["we get", "<(0.25)(2) + (0.5)(4) = 2.5>", "here"]),
    # names of several words
    ("Final Output = 2 * z + b", [r"<\text{Final Output} = 2 * z + b>"]),
    ("Attention for token 1 = [68, 53]", [r"<\text{Attention for token 1} = [68, 53]>"]),
    ("so the scaled scores = [1, 2]", ["so the", r"<\text{scaled scores} = [1, 2]>"]),
    ('"cat" → [0, 1]', [r'<\text{"cat"} → [0, 1]>']),
    ("X1 + Attention = [7, 8]", ["<X1 + Attention = [7, 8]>"]),
    ("Q (query) = [1, 0]", ["<Q = [1, 0]>"]),
    # lists without brackets, signs that belong to what follows, the letter x between numbers
    ("exp values 2.03, 1, 4.11, sum 7.14", ["exp values", "<(2.03, 1, 4.11)>", ", sum", "<7.14>"]),
    ("the loss is -log(0.01) = 4.6", ["the loss is", "<-log(0.01) = 4.6>"]),
    ("Versions 3.11, 3.12, 3.13 work.", ["Versions 3.11, 3.12, 3.13 work."]),
    ("0.4 x [2, 0] + 0.6 x [0, 1] = [0.8, 0.6]", ["<0.4 x [2, 0] + 0.6 x [0, 1] = [0.8, 0.6]>"]),
    ("[≈1.0, ≈0.0] is hard", ["<[≈1.0, ≈0.0]>", "is hard"]),
    ("[1, 1] · [1, 1] = (1×1) + (1×1) = 2", ["<[1, 1] · [1, 1] = (1×1) + (1×1) = 2>"]),
    # a name beside a value does not multiply it
    ("vs K_cat [0, 1]: 1*0 + 1*1 = 1", ["vs K_cat", "<[0, 1]>", "<1*0 + 1*1 = 1>"]),
    ("Token 3 ([1,1]) gets most", ["Token 3", "<([1,1])>", "gets most"]),
    ("V[0] + V[1] = [4, 6]", ["<V[0] + V[1] = [4, 6]>"]),
    # marks of lists, dashes, hyphens
    ("- scores: [1, 2]", ["- scores:", "<[1, 2]>"]),
    ("(b) S = [1, 2]", ["(b)", "<S = [1, 2]>"]),
    ("embedding vector - [1, 2]", ["embedding vector -", "<[1, 2]>"]),
    # powers outside TeX reach further than one digit
    ("w = 10000^0.5 = 100", ["<w = 10000^{0.5} = 100>"]),
    ("w = 10^(2/4) = 3.16", ["<w = 10^{(2/4)} = 3.16>"]),
    # numbers that stand for themselves
    ("weight: ~0.85 for cat", ["weight:", "<~0.85>", "for cat"]),
    ("every ~2000 steps", ["every", "<~2000>", "steps"]),
    # numbers that a sentence names without a sign
    ("It gives a weight of 0.62 to cat.", ["It gives a weight of", "<0.62>", "to cat."]),
    ("权重分别为 0.6、0.4。", ["权重分别为", "<0.6>", "<0.4>"]),
    ("un peso de 0,77, por tanto", ["un peso de", "<0,77>", ", por tanto"]),
    ("The weights are trained. It took 3.5 hours.", ["The weights are trained. It took 3.5 hours."]),
    # marks of an exam, raised digits, lengths
    ("μ = 8/2 = 4 [1 pt]", ["<μ = 8/2 = 4>", "[1 pt]"]),
    ("with ε = 10⁻⁵ here", ["with", "<ε = 10⁻⁵>", "here"]),
    ("|a| = √9 = 3", ["<|a| = √9 = 3>"]),
    ("[h₁ | h₂] = [[1, 2]]", ["<[h₁ | h₂] = [[1, 2]]>"]),
    # Chinese
    ("因此Q=[1, 0]，其中k=2。", ["因此", "<Q=[1, 0]>", "，其中", "<k=2>"]),
    ("输出 = [1, 2]", ["<输出 = [1, 2]>"]),
    # no mathematics at all
    ("cost rose 40% on itself, 20% on others", ["cost rose 40% on itself, 20% on others"]),
    ("see (Smith et al., 2017) and [row 2, col 0]", ["see (Smith et al., 2017) and [row 2, col 0]"]),
    ("Query = what it looks for", ["Query = what it looks for"]),
    ("see https://a.org/x?y=3 there", ["see https://a.org/x?y=3 there"]),
    ("a 3 × 4 matrix of the shape (n)", ["a 3 × 4 matrix of the shape (n)"]),
    ("It can see 0,1,2 → no change", ["It can see 0,1,2 → no change"]),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_sentences(text: str, expected: list[str]) -> None:
    assert expected == words(text, "txt")
    assert misplaced(text, "txt") == []


LINES = [
    ("X =\n[[6 1]   ← cat\n [8 4]]", ["<X = [[6 1] [8 4]]>"]),
    ("Q = K = [\n  [1, 0],  # I\n  [0, 1]   # am\n]", ["<Q = K = [ [1, 0], [0, 1] ]>"]),
    (
        "[1, 2]   (input)\n+ [3, 4]   (weights)\n----\n= [4, 6]   (sum)",
        ["<[1, 2] + [3, 4] = [4, 6]>", "(sum)"],
    ),
    ("s = q · k\n  = 1*2\n  ≈ 2.0\n\nnext [1, 2]", ["<s = q · k = 1*2 ≈ 2.0>", "next", "<[1, 2]>"]),
    ("A = [1, 2\n\nnew paragraph of words", ["A = [1, 2", "new paragraph of words"]),
]


@pytest.mark.parametrize(("text", "expected"), LINES, ids=[row[0][:20] for row in LINES])
def test_statements_over_several_lines(text: str, expected: list[str]) -> None:
    assert expected == words(text, "txt")
    assert misplaced(text, "txt") == []


def test_echoes_are_masked_and_the_tex_is_kept() -> None:
    text = (
        "We have [ Q = X W Q = [ 1 0 0 1 ] ] [ Q = XW^Q = \\begin{bmatrix} 1 & 0 \\\\ 0 & 1 \\end{bmatrix} ] "
        "[Q=XWQ=[1001]] with ( d k ) ( d_k ) (dk) columns."
    )
    assert words(text, "txt") == [
        "We have",
        r"<Q = XW^Q = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}>",
        "with",
        "<d_k>",
        "columns.",
    ]
    assert misplaced(text, "txt") == []


def test_a_product_of_brackets_is_no_echo() -> None:
    assert words("s = (1)(2) + (x_1)(x_1)", "txt") == ["<s = (1)(2) + (x_1)(x_1)>"]
