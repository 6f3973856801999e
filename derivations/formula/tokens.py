"""Text -> tokens.  One regular expression, one pass; never fails.

TeX, Unicode mathematics, Python expressions and what is left of a formula after
bad transcoding all come out as the same few kinds of token:

    number word identifier text command open close bar op relation sub sup subs sups
    prime transpose method comma semicolon colon stop newrow cell gap begin end
    ellipsis eaten junk
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from derivations.formula.names import GREEK_LETTERS, SUBSCRIPTS, SUPERSCRIPTS, split_word
from derivations.formula.signs import (
    COMMANDS,
    MOJIBAKE,
    PLAIN_PREFIXES,
    SEPARATING_WORDS,
    SYMBOLS,
    UNBIASED,
    Kind,
)


@dataclass(slots=True)
class Token:
    """A token: its kind, its normalised value, and where it stands in the text."""

    kind: str
    value: str
    start: int
    end: int
    space: bool
    """Whether white space stands before it."""


_SUB = "".join(map(re.escape, SUBSCRIPTS))
_SUP = "".join(map(re.escape, SUPERSCRIPTS))
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
_DIGITS = "0-9０-９"
_ACCENTS = {"\u0302": "\\hat", "\u0303": "\\tilde", "\u0304": "\\bar", "\u0305": "\\bar"}
"""Marks that stand above the letter before them."""
_MARKS = "".join(_ACCENTS)
_MARKED = "".join(
    whole
    for letter in string.ascii_letters
    for mark in _ACCENTS
    if len(whole := unicodedata.normalize("NFC", letter + mark)) == 1
)
"""Letters with a mark in one character: ẑ."""

_PATTERN = re.compile(
    rf"""
      (?P<mojibake>{"|".join(MOJIBAKE)})
    | (?P<infinity>float\(\s{{0,9}}['"](?P<sign>[-−]?)inf(?:inity)?['"]\s{{0,9}}\))
    | (?P<raw>String\.raw)
    | (?P<begin>\\begin\s{{0,9}}\{{(?P<env>[A-Za-z]{{1,20}}\*?)\}})
    | (?P<finish>\\end\s{{0,9}}\{{(?P<endenv>[A-Za-z]{{1,20}}\*?)\}})
    | (?P<text>\\(?:text(?:bf|it|rm|sf|tt|normal)?|mbox|hbox|operatorname|mathop)\*?\s{{0,9}}
        \{{(?P<words>(?:[^{{}}\\$]|\\[_&%\#,;:!{{}}\ ]|\\(?:text|mathrm)\{{[^{{}}]{{0,99}}\}}){{0,200}})\}})
    | (?P<opgroup>
        (?:\\(?:overset|underset|stackrel)\s{{0,9}}\{{(?:[^{{}}]|\{{[^{{}}]{{0,99}}\}}){{0,99}}\}}\s{{0,9}})?
        \{{\s{{0,9}}(?:\\[,;:!\ ])?
        (?P<ingroup>\\cdot|\\times|\\ast|\\div|\\odot|\\approx|\\to|=|\+|-|≈)
        (?:\\[,;:!\ ])?\s{{0,9}}\}})
    | (?P<newrow>(?:\\\\)+(?:\\(?![A-Za-z\s]))?
        (?:\s{{0,9}}\[\s{{0,9}}-?[\d.]{{1,9}}\s{{0,9}}(?:pt|em|ex|mm|cm)\s{{0,9}}\])?
        |\\cr(?![A-Za-z])|\\tabularnewline)
    | (?P<delimiter>\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])\s{{0,9}}
        (?P<delim>\\[{{}}|]|\\[lr](?:brace|brack|angle|floor|vert|Vert)(?![A-Za-z])|[\[\](){{}}|./<>]|\\\|)?)
    | (?P<command>\\(?:[A-Za-z]+|[^A-Za-z\s]))
    | (?P<eaten>\\(?=\s|$))
    | (?P<number>(?:
          (?<![\w.])10?e\^(?:[-−][0-9]{{1,2}}|\{{\s?[-−]\s?[0-9]{{1,2}}\s?\}})(?![.\d])
        |
          (?<![\w.])[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+(?![\d,])(?:\.[0-9]+)?
        | (?<![\w.,\[(])0,[0-9]{{2,}}(?!\d|,\d)
        | [0-9]+(?:\{{,\}}[0-9]+)+(?:\.[0-9]+)?
        | (?:[{_DIGITS}]+(?:[.．][{_DIGITS}]+|\.(?![.\w])|\.(?=[eE][-+]?\d))?|(?<![\w\])])[.][0-9]+)
          (?:[eE][-+−]?[0-9]+(?![.\w]))?
        )(?:\s?\\?%)?)
    | "(?P<quoted>(?![0-9\ ])[{_LATIN}\u3400-\u9fff_0-9\ ]{{1,24}})"
    | (?P<ellipsis>\.\.\.+|…|⋯|⋮|⋱)
    | (?P<dotted>(?<![A-Za-z0-9_])[A-Za-z_][A-Za-z0-9_]{{0,60}}(?:\.[A-Za-z_][A-Za-z0-9_]{{0,60}}){{1,9}})
    | (?P<method>\.(?P<member>[A-Za-z][A-Za-z0-9_]*))
    | (?P<accented>(?:[A-Za-zα-ωΑ-Ω](?=[{_MARKS}])|(?<![{_LATIN}])[{_MARKED}](?![{_LATIN}]))
        [{_MARKS}]?(?P<number_below>[0-9]*))
    | (?P<constant>[A-Z]{{3,}}[0-9]*(?:_[A-Z0-9]{{2,}})+)
    | (?P<mixed>[A-Za-z]{{3,}}[0-9]+[A-Za-z]+[0-9]*)
    | (?P<word>[{_LATIN}]+[0-9]*|[\u3400-\u9fff\u3040-\u30fa\u30fc-\u30ff\uac00-\ud7af]+|[\u0400-\u04ff]+)
    | (?P<greek>[α-ω][0-9]+)
    | (?P<subs>[{_SUB}]+)
    | (?P<sups>[{_SUP}]+(?:[·˙⋅][⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)
    | (?P<stop>[.](?=[\s\\$)}}\]&"'`]|$))
    | (?P<symbol>:=|==|<=|>=|!=|->|=>|-->|\*\*|\|\||[^\s])
    """,
    re.VERBOSE,
)

_PRINTED = re.compile(r"[-−+]?\d[\d.,]*\s*%?")
_LABEL = re.compile(r".*[:：]\s*", re.DOTALL)
_NAMELIKE = re.compile(r"[^\W\d_][\w\s^'*-]*(?:\([^()]*\))?", re.DOTALL)


def tokenize(text: str) -> list[Token]:
    """All tokens of a text; white space is dropped but remembered on the token after it."""
    tokens: list[Token] = []
    end = depth = 0
    for match in _PATTERN.finditer(text):
        start = match.start()
        space = start > end or (end > 0 and text[end - 1].isspace())
        end = match.end()
        for kind, value, first, last in _classify(match, depth):
            if kind == "space":
                continue
            if kind in ("open", "close") and value in "([])":
                depth = max(0, depth + (1 if kind == "open" else -1))
            tokens.append(Token(kind, value, first, last, space))
            space = False
    return tokens


Piece = tuple[str, str, int, int]


def _classify(match: re.Match[str], depth: int) -> list[Piece]:
    """What one match is; mostly one token, sometimes several, such as the symbols of ``QK``."""
    group = match.lastgroup or "symbol"
    special = _SPECIAL.get(group)
    if special is not None:
        return special(match, depth)
    text = match.group()
    if group in ("command", "symbol"):
        return [(*_lookup(text), match.start(), match.end())]
    return [(group, text, match.start(), match.end())]


def _lookup(text: str) -> Kind:
    """The kind and normalised value of a command or a symbol."""
    if text in SYMBOLS:
        return SYMBOLS[text]
    if text in COMMANDS:
        return COMMANDS[text]
    if text.startswith("\\"):
        return ("command", text)
    return ("word", text) if text in GREEK_LETTERS else ("junk", text)


def _one(make: Callable[[re.Match[str]], Kind]) -> Callable[[re.Match[str], int], list[Piece]]:
    return lambda match, _depth: [(*make(match), match.start(), match.end())]


def _delimiter(match: re.Match[str]) -> Kind:
    delim = match["delim"]
    if delim in (None, ".", "/"):
        return ("space", "")
    return {"<": ("open", "⟨"), ">": ("close", "⟩")}.get(delim) or _lookup(delim)


def _text(match: re.Match[str], _depth: int) -> list[Piece]:
    """Words set as text: a name, a label that ends in a colon, a number, or a gap between statements."""
    raw = re.sub(r"\\(?:text|mathrm)\{([^{}]*)\}", r"\1", match["words"])
    words = re.sub(r"\\([_&%#{}])", r"\1", re.sub(r"\\[,;:! ]|\s+", " ", raw)).strip()
    if _PRINTED.fullmatch(words):
        at = match.start("words")
        return [(t.kind, t.value, at + t.start, at + t.end) for t in tokenize(match["words"])]
    kind = "gap"
    if words.lower() not in SEPARATING_WORDS and (_LABEL.fullmatch(words) or _NAMELIKE.fullmatch(words)):
        kind = "text"
    return [(kind, words, match.start(), match.end())]


def _number(match: re.Match[str], depth: int) -> list[Piece]:
    """A number; inside brackets ``100,200`` are two, elsewhere the point of ``x = 2.`` ends a sentence."""
    text, start, end = match.group(), match.start(), match.end()
    if depth and "," in text and "{,}" not in text:
        pieces, at = [], start
        for k, part in enumerate(text.split(",")):
            pieces += [("comma", ",", at - 1, at)] if k else []
            pieces.append(("number", part, at, at + len(part)))
            at += len(part) + 1
        return pieces
    if not depth and text.endswith("."):
        return [("number", _plain(text[:-1]), start, end - 1), ("stop", ".", end - 1, end)]
    return [("number", _plain(text), start, end)]


def _plain(text: str) -> str:
    """A number as a reader sees it: ``1{,}234`` is 1,234 and ``40\\%`` is 40%."""
    return text if text.isascii() and "\\" not in text and "{" not in text else _shown(text)


def _shown(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("{,}", ",").replace("\\%", "%")


def _dotted(match: re.Match[str], _depth: int) -> list[Piece]:
    """``np.exp`` is ``exp``; ``K.T`` is a name and a method."""
    found: list[Piece] = []
    at = match.start()
    parts = match.group().split(".")
    for k, part in enumerate(parts):
        last = k == len(parts) - 1
        if part not in PLAIN_PREFIXES or last:
            part_end = at + len(part)
            if found:
                found.append(("method", part, at - 1, part_end))
            elif k and parts[0] == "torch" and part in UNBIASED:
                found.append(("identifier", UNBIASED[part], at, part_end))
            elif not k and "_" in part.strip("_"):
                inner = _PATTERN.finditer(match.string, at, part_end)
                found += [piece for each in inner for piece in _classify(each, 0)]
            elif k or "_" in part or any(piece[3] - piece[2] > 3 for piece in _split(part, at)):
                found.append(("identifier", part, at, part_end))
            else:
                found += _split(part, at)
        at += len(part) + 1
    kind, value, _, end = found[0]
    return [(kind, value, match.start(), end), *found[1:]]


def _split(run: str, start: int) -> list[Piece]:
    """``QK`` is two symbols, ``q1`` and ``scores`` one each."""
    found: list[Piece] = []
    for base, subscript in split_word(run):
        end = start + len(base) + len(subscript)
        found.append(("word", base + subscript, start, end))
        start = end
    return found


def _transposed(pieces: list[Piece], text: str) -> list[Piece]:
    """``QKT`` in flat text is Q K^T."""
    if (
        len(pieces) > 1
        and text.endswith("T")
        and pieces[-2][1] in ("Q", "K", "V", "X")
        and pieces[-1][1] == "T"
    ):
        pieces[-1] = ("transpose", "T", *pieces[-1][2:])
    return pieces


def _word(match: re.Match[str], _depth: int) -> list[Piece]:
    text = match.group()
    if len(text) > 1 and text in SEPARATING_WORDS:
        return [("gap", text, match.start(), match.end())]
    return _transposed(_split(text, match.start()), text)


def _accented(match: re.Match[str], _depth: int) -> list[Piece]:
    """``x̂``, ``ẑ1``: a letter under an accent, as ``\\hat{x}`` and ``\\hat{z}_1``."""
    start, end = match.span()
    below = match["number_below"]
    taken_apart = unicodedata.normalize("NFD", match.group())
    letter, mark = taken_apart[0], taken_apart[1]
    whole: list[Piece] = [
        ("command", _ACCENTS[mark], start, start),
        ("word", letter, start, end - len(below)),
    ]
    if below:
        whole += [("sub", "_", end - len(below), end - len(below)), ("number", below, end - len(below), end)]
    return whole


def _infinity(match: re.Match[str], _depth: int) -> list[Piece]:
    start, end = match.span()
    name: Piece = ("word", "inf", start, end)
    return [("op", "-", start, start), name] if match["sign"] else [name]


_SPECIAL: dict[str, Callable[[re.Match[str], int], list[Piece]]] = {
    "mojibake": _one(lambda match: _lookup(MOJIBAKE[match.group()])),
    "infinity": _infinity,
    "raw": _one(lambda _match: ("space", "")),
    "begin": _one(lambda match: ("begin", match["env"])),
    "finish": _one(lambda match: ("end", match["endenv"])),
    "text": _text,
    "opgroup": _one(lambda match: _lookup(match["ingroup"])),
    "delimiter": _one(_delimiter),
    "number": _number,
    "quoted": _one(lambda match: ("text", match["quoted"].strip())),
    "dotted": _dotted,
    "method": _one(lambda match: ("method", match["member"])),
    "accented": _accented,
    "constant": _one(lambda match: ("identifier", match.group())),
    "mixed": _one(lambda match: ("identifier", match.group())),
    "word": _word,
    "greek": _one(lambda match: ("word", match.group())),
}
