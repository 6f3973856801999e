"""What names and words stand for: the vocabulary of attention articles.

A role is a place in the computation.  Names come from formulas (``S``,
``Attention_Weights``), words from the running text in several languages.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from derivations.formula import names
from derivations.model import Node
from derivations.verify import placeless

ROLE_NAMES: dict[str, str] = {
    "input": "X x E e Embedding Embeddings embeddings Input input inputs H 输入 输入矩阵 嵌入 词向量 "
    "Z_in entrada",
    "query": "Q q Query Queries query queries 查询 查询向量 查询矩阵 consulta",
    "key": "K k Key Keys key keys 键 键向量 键矩阵 clave",
    "value": "V v Value Values value values 值 值向量 值矩阵 valor",
    "scores": "S s Scores scores Attention_Scores attention_scores S_raw raw_scores scores_raw "
    "Raw_Scores QK 得分 分数 注意力分数 "
    "注意力得分 score Score logits dot_products dots puntuaciones",
    "scaled": "scaled Scaled S_scaled scaled_scores Scaled_Scores scores_scaled S_prime 缩放 缩放分数 "
    "scaled_attention_scores",
    "masked": "Masked masked S_hat S_masked masked_scores Masked_Scores S_tilde 掩码分数 scores_masked",
    "mask": "M Mask mask 掩码",
    "weights": "A P alpha Attention_Weights attention_weights weights Weights attn attn_weights 权重 "
    "注意力权重 pesos a p probs probabilities softmax softmax_rows softmax_scores softmax_weights",
    "output": "O Z o z Output output outputs context Context context_vectors context_vector "
    "Attention_Output attention_output "
    "输出 上下文 C y Y salida head Head",
    "mean": "mu mean Mean 均值 media x_bar average",
    "variance": "var Var variance Variance sigma2 方差 varianza",
    "deviation": "deviation sigma std Std 标准差 desviación",
    "rms": "rms RMS Rms",
    "normalised": "x_hat x_norm normalized LayerNorm layer_norm LN norm",
    "encoding": "PE pe Pe PositionalEncoding 位置编码",
    "total": "sum Sum total Total denominator Z_sum 和 总和 合计 分母 合 합 suma Summe Suma somme",
    "entropy": "Entropy entropy 熵 entropía Entropie entropie",
}
SIZES = frozenset(("d_k", "d_model", "d_v", "d", "n", "d_h", "h"))
"""Names of sizes; they belong to one example."""
TEMPERATURES = ("T", "tau", "temperature", "temp", "Temperature")
"""What the softmax's temperature is called."""
_NAME_ROLES = {name: role for role, words in ROLE_NAMES.items() for name in words.split()}

COMPUTED = (
    "exponentials",
    "scores",
    "scaled",
    "masked",
    "weights",
    "output",
    "mean",
    "variance",
    "deviation",
    "rms",
    "normalised",
    "encoding",
    "total",
    "entropy",
)
"""Roles that follow from others by a formula."""

ROLE_WORDS: tuple[tuple[str, str], ...] = (
    (
        "weights",
        r"soft-?max (?:of|over|von|der|des|de|du|del)\b[^.:;。：；]*"
        r"|soft-?max|attention weights?|\bweights?\b|probabilit|注意力权重|权重|归一化|概率|\bpesos?\b"
        r"|atenci[oó]n pesos|gewicht|poids|ソフトマックス|重み|소프트맥스|가중치|확률|確率",
    ),
    (
        "exponentials",
        r"\bexp(?:onentials?)?\b(?: (?:values?|scores?|terms?))?|\be\^|指数|exponenciales|exponentiell",
    ),
    (
        "masked",
        r"(?<!before )(?<!before the )(?<!before causal )(?<!without )(?<!no )\bmask|掩码|屏蔽|masqu|maskier"
        r"|m[aá]scara",
    ),
    (
        "scaled",
        r"\bscal(?:e|ed|ing)\b(?: attention)?(?: scores)?|divid|√|\bsqrt\b|缩放|除以|escala|divis|skalier"
        r"|échell|スケーリング|割り|割る|스케일|나눈|나누",
    ),
    (
        "scores",
        r"\bscores?\b|\blogits?\b|dot[- ]products?|similarit|得分|分数|点积|内积|相似度|producto punto"
        r"|puntuaci|produit scalaire|skalarprodukt|bewertung|スコア|内積|점수|내적",
    ),
    (
        "output",
        r"\boutputs?\b|context vectors?|weighted (?:sum|average)|输出|加权|上下文|salida|contexto"
        r"|sortie|ausgabe|new representation|multipl\w+ (?:\w+ ){0,3}?(?:by|with) (?:the )?(?:values?\b|V\b)"
        r"|出力|출력|加重和|가중합",
    ),
    ("query", r"\bquer(?:y|ies)\b|查询|consultas?"),
    ("key", r"\bkeys?\b|键|claves?"),
    ("value", r"\bvalues?\b|值向量|值矩阵|valores"),
    ("rms", r"\brms\b"),
    ("mean", r"\bmean\b|\baverage\b|均值|平均|media\b|moyenne|mittelwert"),
    ("variance", r"\bvariance\b|方差|varianza|varianz"),
    ("deviation", r"standard deviation|\bstd\b|标准差|desviaci[oó]n"),
    (
        "encoding",
        r"positional encoding|位置编码|codificaci[oó]n posicional|positionskodierung|encodage positionnel"
        r"|位置エンコーディング|위치 인코딩",
    ),
    ("residual", r"\bresidual|skip connection|残差|\badd\b|residuo"),
    ("entropy", r"\bentrop(?:y|ies?|ía)\b|熵"),
    ("period", r"\bcycles? every|\brepeats? every|\bperiod of|周期|periodo de"),
    (
        "total",
        r"\btotal\b|\bsum\b|\b(?:al)?together\b|总和|求和|之和|suma|\bsumme\b|zusammen|\bsomme\b|合計|합계|分母|和(?:约?为|是)",
    ),
)
_ROLE_PATTERNS = tuple((role, re.compile(pattern, re.IGNORECASE)) for role, pattern in ROLE_WORDS)

HEDGES = re.compile(
    r"\b(?:examples?|beispiel|ejemplo|exemple)\s*[:：]\s*$"
    r"|\b(?:suppose|assum\w+|let(?:'s| us)? (?:say|assume|take|suppose|be)|given|for example|e\.g\."
    r"|imagine|consider|say|initiali[sz]\w+"
    r"|randomly?|hypothetical\w*|ejemplo|supongamos|sea|dado|angenommen|gegeben|beispiel|soit|supposons"
    r"|exemple|might look like|"
    r"simplified|simplicity)\b|假设|给定|设为|例如|比如|假定|随机|设\b|举例",
    re.IGNORECASE,
)

WITHDRAWN_BEFORE = re.compile(
    r"\b(?:first wrote|wrongly|mistaken\w*|by mistake|incorrectly|not|instead of|rather than"
    r"|erróneamente|irrtümlich|fälschlich\w*)\s*$"
    r"|\b(?:first wrote|wrongly|by mistake|incorrectly|instead of)\b|误写|错误地|而不是|而非|statt\b|en "
    r"lugar de",
    re.IGNORECASE,
)
WITHDRAWN_AFTER = re.compile(
    r"^[^=.]{0,40}\binstead of\b|^[^=\d]{0,30}\b(?:is wrong|was wrong|wrong:|a mistake|is a slip"
    r"|incorrect\w*|instead of|falsch|erróneo|faux)\b|^[^=\d]{0,12}(?:是错|错误|而不是)"
    r"|^\W{0,8}(?:actually|wait|oops|correction|hmm)\b|^\W{0,6}(?:实际上|更正|应为)",
    re.IGNORECASE,
)
"""A value that the text itself takes back is no claim."""

MASK_WORDS = re.compile(r"\bmask|\bcausal|future|-inf|∞|掩码|屏蔽|因果|máscara|maske|kausal", re.IGNORECASE)
"""Words that announce a mask which is then not written out."""


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where the next word of ``dotProducts`` begins."""


def role_of_name(name: str) -> str:
    """The role of a canonical name, empty when it has none."""
    if not name:
        return ""
    if name in _NAME_ROLES:
        return _NAME_ROLES[name]
    if len(name) > 4 and name.isupper():
        return role_of_name(name.lower())
    snake = _CAMEL.sub("_", name).lower() if name.isalpha() else name
    if snake != name and snake in _NAME_ROLES:
        return _NAME_ROLES[snake]
    base, superscript, subscript = names.parts(name)
    if base == "W" or superscript:
        return ""
    worded = f"{base}_{subscript.split('_')[0].rstrip('0123456789')}"
    if worded in _NAME_ROLES:
        return _NAME_ROLES[worded]
    return _NAME_ROLES.get(base, "")


SINGLE = frozenset(("total", "mean", "variance", "deviation", "rms", "entropy", "period"))
"""Roles of single numbers."""


@lru_cache(maxsize=64)
def role_of_words(text: str, several: bool = False) -> str:
    """The role that running text announces last, or none; with ``several`` the role of a vector."""
    best, where = "", -1
    for role, pattern in _ROLE_PATTERNS:
        if several and role in SINGLE:
            continue
        for match in pattern.finditer(text):
            if match.end() > where:
                best, where = role, match.end()
    return best


FORMULAS: dict[str, tuple[str, ...]] = {
    "query": (r"X W^Q", r"W^Q X"),
    "key": (r"X W^K", r"W^K X"),
    "value": (r"X W^V", r"W^V X"),
    "scores": (r"Q K^T", r"\frac{Q K^T}{\sqrt{d_k}}", r"K^T Q", r"Q^T K", r"Q K"),
    "scaled": (
        r"\frac{scores}{\sqrt{d_k}}",
        r"\frac{Q K^T}{\sqrt{d_k}}",
        r"\frac{scores}{latest\_root}",
    ),
    "exponentials": (r"\exp(latest\_scores)", r"\exp(latest\_vector)"),
    "weights": (
        r"\operatorname{softmax}(latest\_scores)",
        r"\operatorname{softmax}(\frac{latest\_scores}{\sqrt{d_k}})",
        r"\operatorname{softmax}(\frac{Q K^T}{\sqrt{d_k}})",
    ),
    "output": (r"weights V", r"V weights", r"\operatorname{softmax}(\frac{Q K^T}{\sqrt{d_k}}) V"),
    "mean": (r"\operatorname{mean}(latest\_vector)",),
    "variance": (r"\operatorname{Var}(latest\_vector)",),
    "rms": (r"\sqrt{\operatorname{mean}(latest\_vector \odot latest\_vector)}",),
    "deviation": (r"\sqrt{variance}", r"\operatorname{std}(latest\_vector)"),
    "normalised": (r"\operatorname{LayerNorm}(latest\_vector)", r"\frac{latest\_vector - mean}{deviation}"),
    "residual": (r"X + output",),
    "total": (r"\operatorname{sum}(latest\_list)", r"\operatorname{sum}(\exp(latest\_scores))"),
    "entropy": (r"-\operatorname{sum}(latest\_vector \odot \ln(latest\_vector))",),
    "period": (r"2 \pi latest\_number",),  # of sin(p/λ), Vaswani et al. 2017, section 3.5
}
"""How each role is computed where the article does not say: likeliest first."""


@cache
def formulas(role: str) -> tuple[Node, ...]:
    """The parsed standard formulas of a role."""
    return tuple(placeless.formula(text) for text in FORMULAS.get(role, ()))


@cache
def defaults() -> dict[str, Node]:
    """Standard definitions by name, for names the article uses without defining them."""
    return {
        "Q": placeless.formula("X W^Q"),
        "K": placeless.formula("X W^K"),
        "V": placeless.formula("X W^V"),
        "sigma": placeless.formula(r"\sqrt{\sigma^2}"),
    }
