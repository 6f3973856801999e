"""Running text as items: numbers, symbols, words, signs, and whole brackets that hold mathematics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Atom = tuple[int, int, str]
"""Mathematics that was marked up: start, end and origin."""

CJK = "\u2e80-\u2fff\u3005-\u3007\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff"
_MARKS = "\u0302-\u0305"
"""Accents that stand above the letter before them."""
_SCRIPTS = r"(?:\^[+−-]?\d+[.．]\d+(?!\w)|[_^](?:\{[^{}\n]{0,60}\}|\([^()\n]{0,20}\)|[*+−-]?\w+|\*))*"

_SIZES = r"[(\[]\s?\w{1,6}\s?[×xX,]\s?\w{1,6}\s?[)\]]"
"""``(4×4) · (4×2) = (4×2)`` says how large matrices are."""

_SIZE = r"[(\[]\s?\w{1,6}(?:\s?[×xX,]\s?\w{1,6}){0,3}\s?,?\s?[)\]]"
_LENGTH = r"\(\s?\w{1,6}\s?,\s?\)"
"""``(3,)``, which is a shape and nothing else."""

_TOKEN = re.compile(
    rf"""
      (?P<address>(?:https?://|www\.)[^\s)\]>]+|\b\d{{4}}-\d\d-\d\d\b
        |(?<=[\w₀-₉])[\[(]\d+\s?[×x]\s?\d+[\])]
        |{_SIZE}(?:\s?[+·⋅×*@xX]\s?{_SIZE}){{0,4}}\s?[+·⋅×*@xX]\s?{_LENGTH}\s?(?:=|→|->)\s?{_SIZE}
        |\b\d+\.\d+\.\d+(?:\.\w+)*\b
        |{_SIZES}(?:\s?[·⋅×*@xX]\s?{_SIZES})+\s?(?:=|→|->)\s?{_SIZES}(?!\s?[-+×·*/]\s?[\d(\[]))
    | (?P<mojibake>Γ—|Ã—|Â·)
    | (?P<number>(?:\d{{1,3}}(?:,\d{{3}}){{1,6}}(?!\d|,\d)|(?<![\[(,\d])0,\d\d+(?!\d|,\d)|\d+)
        (?:[.．]\d+)?(?:[eE][-+−]?\d+(?!\w))?(?:[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?
        %?(?!(?:st|nd|rd|th)\b)
        |\.\d+(?:[eE][-+−]?\d+)?|-?(?:∞|\binf\b)|\bnan\b)
    | (?P<quoted>"[^"\n]{{1,30}}"|“[^”\n]{{1,30}}”|「[^」\n]{{1,30}}」|"|“|”)
    | (?P<compound>[\[(]\s?\d+(?:[.,]\d+)?\s?(?:pts?|points?|marks?|Punkte?|P|puntos?|分|点|점)\.?\s?[\])]
        |\d+(?:st|nd|rd|th)\b|[A-Za-z]{{2,}}(?:-[A-Za-z]{{2,}})+|[A-Za-z][a-z]{{2,}}-[A-Za-z](?!\w)|[A-Za-z]+'(?:s|t|re|ll|ve|d)\b
        |(?:i\.e|e\.g|vs)\.)
    | (?P<norm>(?<![\w|])\|{{1,2}}(?:(?![\d_])\w[\d_]?\w?)\|{{1,2}}(?![\w|]))
    | (?P<cjk>[{CJK}]+)
    | (?P<times>(?<=[\d\])%]\s)[xX](?=\s[\[(\d]))
    | (?P<name>(?![\d_.])(?:[\d_]|\.?(?![{CJK}\uff00-\uffef])[^\W\d_][{_MARKS}]*)+
        (?:(?<=_)"[^"\s]{{1,20}}")?(?:(?!'s\b)['′ᵀ])*{_SCRIPTS})
    | (?P<relation>:=|≔|->|→|⟶|↦|(?<!=)=(?![=>])|＝|≠|!=|≈|≃|≅|≡|∼|~=?|â‰ˆ)
    | (?P<dash>(?<=\s)-{{2,3}}(?=\s))
    | (?P<operator>\*\*|[-+−–*×·⋅∙•∘÷/^@⊙⊗⊕±＋－／])
    | (?P<prefix>√|\\[A-Za-z]+|\\.|[_&])
    | (?P<open>[\[({{（［⟨]) | (?P<close>[\])}}）］⟩])
    | (?P<separator>[,，、;；|]) | (?P<ellipsis>\.\.\.+|…|⋯)
    | (?P<stop>[^\s])
    """,
    re.VERBOSE,
)

_ACCENT = re.compile(f"[{_MARKS}]")
FUNCTIONS = frozenset(
    "exp sqrt sin cos tanh ln log softmax Softmax max min pos inf nan eps sum pi relu ReLU sigmoid".split()
)
_CONSTANTS = frozenset("pos inf nan eps pi".split())
_CALLED = re.compile(rf"(?:{'|'.join(sorted(FUNCTIONS - _CONSTANTS))})\s?\(")
_BEFORE_A_SIGN = frozenset("=＝≈→:：([")
"""After these a hyphen is a sign and joins no words."""
_SHORT_WORDS = frozenset(
    (
        "is in to of at on by we it or an as if so no be do vs eg ie my he us up am el la de un en le et du "
        "zu es da se"
    ).split()
)


@dataclass(slots=True)
class Item:
    """A token, a whole bracket or an atom: its kind, and its range in the statement."""

    kind: str
    start: int
    end: int
    text: str = ""
    opener: str = ""
    values: int = 0
    """For a bracket: how many separate numbers it lists, 0 if it is no list."""
    marked: bool = False
    """For a bracket: whether a marked formula stands in it."""
    origin: str = ""

    @property
    def is_term(self) -> bool:
        """Whether it can be an operand."""
        return self.kind in ("number", "symbol", "word", "group", "atom", "ellipsis")

    @property
    def is_word(self) -> bool:
        """Whether it is a plain word of the language."""
        return self.kind == "word"


def _tokens(text: str, atoms: Sequence[Atom]) -> list[Item]:
    found: list[Item] = []
    done = 0
    for start, end, origin in [*atoms, (len(text), len(text), "")]:
        for match in _TOKEN.finditer(text, done, start):
            found.append(_token(match, text))
        if end > start:
            found.append(Item("atom", start, end, text[start:end], origin=origin))
        done = end
    return found


def _token(match: re.Match[str], text: str) -> Item:
    kind, word = match.lastgroup or "stop", match.group()
    if kind == "name":
        kind = "symbol" if is_symbol(word) else "word"
    elif kind == "norm":
        kind = "symbol"
    elif kind in ("mojibake", "times"):
        kind = "operator"
    elif kind in ("cjk", "compound"):
        kind = "word"
    elif kind == "quoted":
        kind = "word" if len(word) > 1 else "stop"
    elif kind in ("address", "dash") or (kind == "operator" and word in "-–•" and _is_dash(match, text)):
        kind = "stop"
    return Item(kind, match.start(), match.end(), word)


def _is_dash(match: re.Match[str], text: str) -> bool:
    """A dash between words, a bullet, the hyphen of ``$i$-th``."""
    start, end = match.span()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if match.group() == "-":
        if _CALLED.match(text, end):
            return False
        joins = before[-1:].isspace() and after.isalpha() and after.isascii()
        return joins and text[:start].rstrip()[-1:] not in _BEFORE_A_SIGN
    return bool(re.search(r"[^\W\d] ?$", before) or re.match(r" ?[^\W\d]", after) or not before)


def is_symbol(word: str) -> bool:
    """Whether a run of letters is a symbol rather than a word of the language."""
    word = _ACCENT.sub("", word)
    if len(word) == 1 or word in FUNCTIONS or re.fullmatch("W[qkvo]", word):
        return True
    if '"' in word or "'" in word[1:-1]:
        return False
    if re.search(r"[\d_^ᵀ⊤]", word) or (not word.isascii() and re.search(r"[\u0370-\u03ff₀-ₜᵀ¹²³⁰-ⁿ]", word)):
        return True
    if (re.search(r".[A-Z]", word) and not word.isalpha()) or re.search(r"[a-z][A-Z]|[A-Z]{2}", word):
        return len(word) <= 12
    return len(word) == 2 and word.lower() not in _SHORT_WORDS and word.islower()


def read_items(text: str, atoms: Sequence[Atom]) -> list[Item]:
    """Tokens with every bracket that holds mathematics folded into one item; other brackets are stops."""
    tokens = _tokens(text, atoms)
    closers, summaries = _brackets(tokens)
    found: list[Item] = []
    at = _list_mark(tokens)
    while at < len(tokens):
        token = tokens[at]
        if token.kind not in ("open", "close"):
            found.append(token)
        elif at in summaries:
            close = closers[at]
            end = tokens[close].end
            found.append(Item("group", token.start, end, text[token.start : end], token.text, *summaries[at]))
            at = close
        elif at in closers and _is_aside(tokens, at, closers[at]):
            at = closers[at]
        else:
            found.append(Item("stop", token.start, token.end, token.text))
        at += 1
    return found


def _list_mark(tokens: list[Item]) -> int:
    """How many tokens of ``- scores`` or ``(a) scores`` only mark a list; ``+ [1, 2]`` goes on with a sum."""
    if len(tokens) > 1 and tokens[0].kind == "operator" and tokens[0].end < tokens[1].start:
        return int(tokens[0].text in "-–*•" or tokens[1].kind not in ("open", "number"))
    kinds = [token.kind for token in tokens[:4]]
    numbered = kinds[:1] == ["open"] and kinds[1:2] in (["number"], ["symbol"]) and kinds[2:3] == ["close"]
    if (
        numbered
        and len(tokens) > 3
        and kinds[3] not in ("operator", "relation")
        and tokens[2].end < tokens[3].start
    ):
        return 3
    return 0


def _is_aside(tokens: list[Item], opened: int, closed: int) -> bool:
    """``Q (query) = ..``: a remark in brackets between a name and its relation."""
    if closed + 1 >= len(tokens) or opened == 0 or closed - opened > 12:
        return False
    plain = all(t.kind in ("word", "symbol", "operator", "separator") for t in tokens[opened + 1 : closed])
    return (
        plain
        and tokens[closed + 1].kind == "relation"
        and tokens[opened - 1].kind in ("symbol", "word", "atom")
    )


@dataclass(slots=True)
class _Open:
    """What has been met inside a bracket that is still open."""

    at: int
    call: bool
    prose: bool = False
    numbers: int = 0
    commas: int = 0
    terms: int = 0
    symbols: int = 0
    atoms: int = 0


def _brackets(tokens: list[Item]) -> tuple[dict[int, int], dict[int, tuple[int, bool]]]:
    """Matching brackets; for those with mathematics the number of values and whether they hold atoms."""
    closers: dict[int, int] = {}
    summaries: dict[int, tuple[int, bool]] = {}
    stack: list[_Open] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(_Open(at, _is_call(tokens, at)))
        elif token.kind == "close" and stack:
            inner = stack.pop()
            closers[inner.at] = at
            words = _holds_words(inner) or (
                not inner.call and _is_remark(tokens[inner.at + 1 : min(at, inner.at + 3)])
            )
            if not words and (inner.terms or inner.call):
                summaries[inner.at] = (_listed(inner, tokens[inner.at].text), inner.atoms > 0)
            if stack:
                _pass_on(inner, stack[-1], words)
        elif stack:
            _note(stack[-1], tokens, at)
    return closers, summaries


def _holds_words(inner: _Open) -> bool:
    """Whether a bracket is running text, in which formulas may stand."""
    if inner.prose:
        return not inner.call or inner.atoms > 0
    return inner.atoms > 0 and inner.atoms == inner.terms and not inner.call


def _is_remark(inside: Sequence[Item]) -> bool:
    """``(sum)``: the name of a function alone says what was done."""
    return len(inside) == 1 and inside[0].text in FUNCTIONS - _CONSTANTS


def _listed(inner: _Open, opener: str) -> int:
    """How many values a bracket lists: numbers separated by commas, or by blanks in square brackets."""
    entries = inner.numbers + inner.symbols
    least = 1 if opener == "[" else 2
    return entries if entries > 1 and inner.numbers >= least and (inner.commas or opener == "[") else 0


def _pass_on(inner: _Open, outer: _Open, words: bool) -> None:
    outer.prose |= words
    outer.terms += 1
    outer.numbers += inner.numbers
    outer.commas += inner.commas
    outer.atoms += inner.atoms


def _is_call(tokens: list[Item], at: int) -> bool:
    before = tokens[at - 1] if at else None
    return before is not None and before.kind in ("symbol", "word") and before.end == tokens[at].start


def _note(inside: _Open, tokens: list[Item], at: int) -> None:
    token = tokens[at]
    listed = tokens[at - 1].kind in ("open", "separator") and token.text in "≈~∼"
    if (token.kind in ("stop", "relation") and not listed) or (
        token.kind == "word" and not _beside_operator(tokens, at)
    ):
        inside.prose = True
    inside.numbers += token.kind == "number"
    inside.symbols += token.kind == "symbol"
    inside.commas += token.kind == "separator"
    inside.terms += token.is_term
    inside.atoms += token.kind == "atom"


def _beside_operator(tokens: list[Item], at: int) -> bool:
    word, before, after = tokens[at], tokens[at - 1], tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.kind == "open" and after.start == word.end:
        return True
    if after is not None and after.kind == "operator" and at + 2 < len(tokens):
        return (after.start > word.end) == (tokens[at + 2].start > after.end)
    return before.kind == "operator" and (word.start > before.end) == (before.start > tokens[at - 2].end)
