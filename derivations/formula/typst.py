"""Tree -> Typst mathematics, without dollars.

Whatever could have come from somebody's file is a string literal, a digit or a letter
on its own, or a sign that is known or escaped: a formula calls the functions named
here and no others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.formula.presented import LETTERS, Notation, presented
from derivations.model import Node

ALONE = frozenset((*LETTERS.values(), *"ϵϕ∞∂ℝ…⋮⋱"))
"""Characters that are letters of mathematics beside those of ASCII."""
SIGNS = frozenset("=+−·×∗⊙≈→←≤≥≠∈∝∑∏′")
"""Signs that mean only themselves to Typst."""
UNSEEN = "\u2062"
PAIRS = {"||": "abs", "‖‖": "norm", "⌊⌋": "floor"}
ACCENTS = {"hat": "hat", "tilde": "tilde", "bar": "macron"}
LARGE = {"max": 'op("max", limits: #true)'}


def to_typst(node: Node) -> str:
    """The tree as Typst mathematics without dollars."""
    return presented(node, TYPST)


def string(text: str) -> str:
    """Somebody's text as a string literal, in which nothing is syntax."""
    escaped = text.replace("\\", "\\\\").replace('"', r"\"")
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{{{ord(found[0]):x}}}", escaped) + '"'


def sign(text: str) -> str:
    """A sign such as ``=``; of more characters, a word that stands as a sign does."""
    if text == UNSEEN:
        return ""
    if len(text) == 1 and text.isprintable() and not text.isspace():
        return text if text in SIGNS else "\\" + text
    return f'class("relation", {string(text)})'


def _number(text: str) -> str:
    return text if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else string(text)


def _letter(text: str) -> str:
    return text if re.fullmatch("[A-Za-z]", text) or text in ALONE else string(text)


def _row(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _bracketed(shown: str, pair: str) -> str:
    return f"{PAIRS[pair]}({shown})" if pair in PAIRS else f"{pair[0]}{shown}{pair[1]}"


def _scripts(base: str, below: str, above: str) -> str:
    places = [f"{place}: {shown}" for place, shown in (("b", below), ("t", above)) if shown]
    return f"attach({', '.join((base, *places))})" if places else base


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    """Entries are as large in a fraction as elsewhere."""
    return f'display(mat(delim: "[", {"; ".join(map(", ".join, rows))}))'


TYPST = Notation(
    number=_number,
    letter=_letter,
    words=string,
    sign=sign,
    row=_row,
    bracketed=_bracketed,
    scripts=_scripts,
    accented=lambda base, accent: f"{ACCENTS[accent]}({base})",
    fraction=lambda over, under: f"frac({over}, {under})",
    slash=r"\/",
    root=lambda inner: f"sqrt({inner})",
    function=lambda name: f"op({string(name)})",
    applied=_row,
    large=lambda sign, below, above: _scripts(LARGE.get(sign, sign), below, above),
    matrix=_matrix,
    cases=lambda rows: f"cases({', '.join(map(' & quad '.join, rows))})",
    beside=sign("\u2062"),
    gap="quad",
)
