"""Canonical names: the many ways to write one symbol, and the one way it is kept.

``W^Q  W_Q  W_q  Wq  W^{(Q)}  \\mathbf{W}_{Q}`` are all ``W^Q``.  A canonical name
is ``base``, then ``^superscript``, then ``_subscript``: ``W^Q_1``, ``d_k``,
``x_11``, ``alpha``, ``Attention_Scores``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from derivations.model import Node, Span

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma "
    "tau upsilon "
    "phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK, strict=True)) | {
    "ϵ": "epsilon",
    "ϕ": "phi",
}
VARIANTS = {
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varsigma": "sigma",
    "varrho": "rho",
}

HEADED = frozenset("QKVW")
"""Matrices that nobody squares: ``Q^2`` is that of head 2."""

SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼᵣᵤᵥ₊₋", "0123456789aeoxhklmnpstijruv+-", strict=True))
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱʲᵏᵈˣʰ", "0123456789+-nijkdxh", strict=True))

FUNCTIONS = {
    "softmax": "softmax Softmax SoftMax soft_max softargmax softmaxed row_softmax rowsoftmax "
    "softmax_row softmax_rows",
    "exp": "exp",
    "ln": "ln log loge",
    "sqrt": "sqrt",
    "sin": "sin",
    "cos": "cos",
    "tanh": "tanh",
    "erf": "erf",
    "abs": "abs",
    "relu": "relu ReLU RELU Relu",
    "gelu": "gelu GELU GeLU",
    "silu": "silu SiLU swish Swish",
    "sigmoid": "sigmoid Sigmoid",
    "max": "max amax maximum",
    "min": "min amin",
    "mean": "mean average Mean avg",
    "variance": "Var var variance Variance",
    "deviation": "std Std StdDev stdev",
    "total": "total sum",
    "row_sum": "rowsum row_sum",
    "row_max": "rowmax row_max",
    "column_sum": "colsum column_sum",
    "concat": "Concat concat concatenate cat hstack Concatenate",
    "stack": "vstack stack",
    "transpose": "transpose",
    "layer_norm": "LayerNorm layernorm LN layer_norm Layernorm",
    "rms_norm": "RMSNorm rmsnorm rms_norm",
    "attention": "Attention attention Attn attn SelfAttention ScaledDotProductAttention "
    "scaled_dot_product_attention",
    "unbiased_variance": "torch_var",
    "unbiased_deviation": "torch_std",
    "column_softmax": "softmax_columns softmax_cols",
    "norm": "norm",
    "multi_head": "MultiHead multihead MHA MultiHeadAttention",
    "feed_forward": "FFN FeedForward feed_forward",
    "diagonal": "diag diagonal",
    "identity": "eye identity",
    "ones": "ones",
    "zeros": "zeros",
    "dot": "dot matmul inner mm bmm",
    "array": "array tensor Tensor matrix asarray FloatTensor",
    "hadamard": "hadamard multiply mul",
    "rows": "rows",
    "columns": "columns cols",
    "trace": "tr trace",
    "round": "round",
}
FUNCTION_NAMES = {word: name for name, words in FUNCTIONS.items() for word in (name, *words.split())}
"""Every spelling of a function -> its name in the tree."""

PROJECTIONS = "QKVO"
_PROJECTION_WORDS = {
    "query": "Q",
    "key": "K",
    "value": "V",
    "output": "O",
    "out": "O",
    "q": "Q",
    "k": "K",
    "v": "V",
    "o": "O",
}
_WHOLE = {"PE", "RoPE", "ID", "NLP", "GPT", "BERT", "MSE", "CE", "RMS", "SGD", "KV", "LM"}
_MATRIX_LETTERS = set("QKVXWASOZEHIMPUTDCBY")


def is_named_by(base: Node, exponent: Node) -> bool:
    """Whether ``base^exponent`` would be read as a name, so that a power needs brackets around its base."""
    if base.kind != "name":
        return False
    if exponent.kind == "name":
        return base.data[0].isupper() or tex(exponent.data).startswith(r"\text{")
    return exponent.kind == "number" and parts(base.data)[0] in HEADED


def canonical(base: str, superscript: str = "", subscript: str = "") -> str:
    """The canonical name of a base with its scripts."""
    base = GREEK_LETTERS.get(base, VARIANTS.get(base, base))
    superscript, subscript = _clean(superscript), _clean(subscript)
    if len(base) > 1 and (counted := re.fullmatch(r"([A-Za-z_]*[A-Za-z]{3})(\d+)", subscript)):
        subscript = f"{counted[1]}_{counted[2]}"  # attn_weights2 is attn_weights_2
    if base in ("W", "w", "b") and (not superscript or superscript.isdigit()):
        numbered = "_".join(part for part in (subscript, superscript) if part)
        projection, rest, letter = _projection(base, numbered)
        superscript, subscript, base = (
            (projection, rest, letter) if projection else (superscript, subscript, base)
        )
    elif base == "W" and superscript in _PROJECTION_WORDS:
        superscript = _PROJECTION_WORDS[superscript]
    return base + (f"^{superscript}" if superscript else "") + (f"_{subscript}" if subscript else "")


def _clean(script: str) -> str:
    """Scripts keep letters, digits, commas and signs: ``(Q)`` is ``Q``, ``1, 2`` is ``1,2``, τ is tau."""
    plain = re.sub(r"[\s_]+", "_", re.sub(r"[(){}\[\]\\]", "", script).strip()).replace(",_", ",")
    return plain if plain.isascii() else "".join(GREEK_LETTERS.get(char, char) for char in plain)


def _projection(base: str, subscript: str) -> tuple[str, str, str]:
    """``W_Q``, ``w_query`` and ``W_{Q,1}`` name a projection by a superscript."""
    head, _, rest = subscript.partition("_") if "_" in subscript else subscript.partition(",")
    match = re.fullmatch(r"([QKVOqkvo])(\d*)", head)
    letter = _PROJECTION_WORDS.get(head.lower()) or (match[1].upper() if match else "")
    if not letter or (base == "b" and letter == "O" and len(head) > 1):
        return "", subscript, base
    return letter, rest or (match[2] if match else ""), "W" if base == "w" else base


def split_word(run: str) -> list[tuple[str, str]]:
    """A run of letters and digits as (base, subscript) pairs, one per symbol of a product.

    ``QK`` is two symbols, ``Wq`` one, ``q1`` is q with subscript 1, ``Scores`` is a word.
    """
    letters = run.rstrip("0123456789")
    digits = run[len(letters) :]
    letters = letters.rstrip("_") or letters
    if letters in FUNCTION_NAMES or letters in _WHOLE or len(letters) == 1:
        return [(letters, digits)]
    if re.fullmatch(r"d[kvqmh]|dmodel|dff", letters):
        return [("d", letters[1:] + digits)]
    if _is_product(letters):
        pairs = [(part[0], part[1:]) for part in re.findall(r"W[QKVOqkvo]|.", letters)]
        pairs[-1] = (pairs[-1][0], pairs[-1][1] + digits)
        return pairs
    return [(letters, digits)]


def _is_product(letters: str) -> bool:
    """``QK``, ``XWq`` and ``qK`` are products of matrices; ``dQ`` and ``Scores`` are words."""
    if re.fullmatch(r"[A-Z]{0,2}W[qkvo]|[abce-z](?:W[QKVOqkvo]|[QKVWXAU])", letters):
        return True
    return letters.isupper() and len(letters) <= 4 and set(letters) <= _MATRIX_LETTERS


def leaf(text: str, span: Span) -> Node:
    """A number or a name as a leaf, read off plain text."""
    if text[:1].isdigit() and text.isascii() and text.replace(".", "", 1).isdigit():
        from derivations.formula.numerals import number

        return Node("number", (), number(text), span)
    return Node("name", (), canonical(text), span)


@lru_cache(maxsize=1024)
def parts(name: str) -> tuple[str, str, str]:
    """The base, superscript and subscript of a canonical name."""
    match = re.fullmatch(r"([^_^]+)(?:\^([^_]+))?(?:_(.+))?", name, re.DOTALL)
    return (match[1], match[2] or "", match[3] or "") if match else (name, "", "")


_ACCENTS = ("hat", "tilde", "bar")


def tex(name: str) -> str:
    """A canonical name as TeX; parsing it gives the name back."""
    base, superscript, subscript = parts(name)
    if base == "infinity":
        return r"\infty"
    if (
        base not in GREEK
        and len(base) > 1
        and not superscript
        and (base in FUNCTION_NAMES or len(subscript) > 2)
    ):
        return rf"\text{{{_escape(name)}}}"
    shown = "\\" + base if base in GREEK else base if len(base) == 1 else rf"\text{{{_escape(base)}}}"
    for accent in _ACCENTS:
        if subscript == accent or subscript.startswith(accent + "_"):
            shown, subscript = rf"\{accent}{{{shown}}}", subscript[len(accent) + 1 :]
    if superscript.isdigit() or (
        superscript not in ("", "prime") and not (base[0].isupper() and base.isascii())
    ):
        superscript = f"({superscript})"
    return shown + _script("^", superscript) + _script("_", subscript)


def _script(mark: str, script: str) -> str:
    if not script:
        return ""
    if len(script) == 1:
        return mark + script
    if script == "prime":
        return "'"
    if script.startswith("("):
        return f"{mark}{{{script}}}"
    if script in GREEK:
        return f"{mark}{{\\{script}}}"
    if re.fullmatch(r"[a-zA-Z]{1,2}|[0-9,a-z]+", script) and not re.fullmatch(r"[a-z]{3,}\d*", script):
        return f"{mark}{{{script}}}"
    return rf"{mark}{{\text{{{_escape(script)}}}}}"


def _escape(words: str) -> str:
    return re.sub(r"([_&%#])", r"\\\1", words)
