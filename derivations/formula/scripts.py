"""What hangs above and below a name: subscripts, naming superscripts, primes, transpose marks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from derivations.formula import brackets, names
from derivations.formula.cursor import Unreadable
from derivations.formula.names import SUBSCRIPTS, SUPERSCRIPTS
from derivations.formula.tokens import Token
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

FONTS = frozenset(
    "\\" + w
    for w in "mathbf mathrm mathit mathsf mathtt mathcal mathbb mathfrak mathscr mathnormal "
    "boldsymbol bm bold pmb symbf "
    "text textbf textit textrm textsf texttt mbox rm bf emph vec overrightarrow underline boxed fbox "
    "cancel bcancel "
    "smash ensuremath operatorname mathop mathbin mathrel mathord".split()
)
NAMED = frozenset("\\" + w for w in (*names.GREEK, *names.VARIANTS, "ell", "infty"))
"""Commands that are letters."""

MAX_SCRIPT = 60
"""A longer subscript is no subscript."""

RUNNING = frozenset("ijklmnpqrst")
"""Letters that count rows and columns."""

_SCRIPT_KINDS = frozenset(("word", "identifier", "number", "text", "sub", "comma"))


def named(parser: Parser, base: str, subscript: str, first: int) -> Node:
    """A name with its subscripts and naming superscripts."""
    superscript = ""
    indices: list[Node] = []
    while True:
        kind = parser.token.kind
        if kind == "subs":
            subscript = _joined(subscript, "".join(SUBSCRIPTS.get(c, c) for c in parser.next().value))
        elif kind == "sub" and not indices:
            text, nodes = _subscript_of(parser, base)
            subscript, indices = (_joined(subscript, text), indices) if text else (subscript, nodes)
        elif digit := _number_above(parser, base):
            subscript = _joined(subscript, digit)
        elif kind == "sup" and not superscript and (word := _naming_superscript(parser, base)):
            superscript = word
        elif kind == "prime" and not superscript and _names_anew(parser, base):
            parser.index += 1
            superscript = "prime"
        else:
            break
    node = parser.node("name", (), first, names.canonical(base, superscript, subscript))
    return parser.node("index", (node, *indices), first) if indices else node


def _names_anew(parser: Parser, base: str) -> bool:
    """Whether a prime makes another name; after a capital it transposes, unless a word is below."""
    worded = parser.peek().kind == "sub" and any(parser.peek(k).kind == "text" for k in (2, 3))
    return worded or not (len(base) == 1 and base.isupper())


def _subscript_of(parser: Parser, base: str) -> tuple[str, list[Node]]:
    """A subscript as text or as nodes; ``W_{Q,1}`` is all text."""
    text, nodes = subscript(parser)
    if base == "W" and nodes and all(node.kind in ("name", "number") for node in nodes):
        return _joined(*(node.data if node.kind == "name" else node.data.text for node in nodes)), []
    return text, nodes


def _joined(*scripts: str) -> str:
    joined = "_".join(script for script in scripts if script)
    if len(joined) > MAX_SCRIPT:
        raise Unreadable("a subscript is too long")
    return joined


# ---------------------------------------------------------------- subscripts


_PROJECTED = re.compile(r"[QKVO][a-z]\d*")


def _bare(parser: Parser) -> str:
    """TeX takes one letter: ``W_Qx`` is W_Q x.  Plain text takes the word: ``d_model``, ``W_query``."""
    token = parser.token
    if _PROJECTED.fullmatch(token.value):
        rest = Token("word", token.value[1:], token.start + 1, token.end, False)
        parser.tokens[parser.index] = rest
        return token.value[0]
    parser.index += 1
    return token.value


def subscript(parser: Parser) -> tuple[str, list[Node]]:
    """What follows ``_``: a plain script as text, or expressions as nodes."""
    parser.expect("sub")
    token = parser.token
    if token.kind in ("word", "identifier"):
        return _bare(parser), []
    if token.kind == "open" and token.value == "{":
        return _braced(parser)
    if token.kind == "open" and token.value == "(":
        return "", as_list(brackets.bracket(parser))
    if token.kind in ("number", "text") or token.value in NAMED:
        parser.index += 1
        return _script_text([token]), []
    return "", [parser.atom()]


def indices(parser: Parser) -> list[Node]:
    """A subscript as expressions: ``_{ij}`` is i and j, ``_{12}`` is 1 and 2."""
    first = parser.index
    text, nodes = subscript(parser)
    if nodes:
        return nodes
    single = [t for t in parser.tokens[first + 1 : parser.index] if t.kind not in ("open", "close")]
    whole = Node("name", (), names.canonical(text), parser.node("name", (), first).span)
    if len(single) != 1 or not 1 <= len(text) <= 2 or not (text.isdigit() or set(text) <= RUNNING):
        return [whole]
    start = single[0].start
    return [names.leaf(letter, parser.span(start + k, start + k + 1)) for k, letter in enumerate(text)]


def _braced(parser: Parser) -> tuple[str, list[Node]]:
    start, last = parser.index, parser.closes_at(parser.index)
    inside = parser.tokens[start + 1 : last] if last - start <= MAX_SCRIPT else []
    plain = [t for t in inside if t.value not in FONTS and t.value not in ("{", "}")]
    words = all(t.kind in _SCRIPT_KINDS or t.value in NAMED for t in plain)
    if plain and words and not any(t.kind == "comma" for t in plain) and not _is_counted(plain):
        parser.index = last + 1
        return _script_text(plain), []
    return "", as_list(parser.group())


def _is_counted(tokens: list[Token]) -> bool:
    """``2i`` is twice i, but ``1j`` is row 1, column j."""
    return any(a.kind == "number" and a.value == "2" and b.kind == "word" for a, b in pairwise(tokens))


def _script_text(tokens: list[Token]) -> str:
    return "".join("_" if t.kind == "sub" else t.value.lstrip("\\") for t in tokens)


def as_list(node: Node) -> list[Node]:
    """The items of a list; anything else as one item."""
    return list(node.args) if node.kind == "list" else [node]


# ---------------------------------------------------------------- superscripts


def _naming_superscript(parser: Parser, base: str) -> str:
    """A superscript that belongs to the name: ``W^Q``, ``x^{(1)}``; empty for powers and transposes."""
    ahead, braces = _past_fonts(parser, 1)
    opened = parser.peek(ahead)
    if opened.kind == "open" and opened.value == "(":
        fonts, inner = _past_fonts(parser, ahead + 1)
        word, after = parser.peek(fonts), fonts + 2 + inner
        closed = all(parser.peek(fonts + 1 + k).kind == "close" for k in range(inner + 1))
        if not closed or word.kind not in ("word", "text", "number"):
            return ""
        if word.kind == "number" and not word.value.isdigit():
            return ""
    else:
        word, after = opened, ahead + 1
        if not _names_it(word, base, bool(braces)):
            return ""
    if any(parser.peek(after + k).kind != "close" for k in range(braces)):
        return ""
    parser.index += after + braces
    return word.value


def _number_above(parser: Parser, base: str) -> str:
    """The number of a head above its name, in Unicode or in TeX."""
    kind = parser.token.kind
    return (
        {"sups": _raised_number, "sup": _raised_digit}[kind](parser, base) if kind in ("sup", "sups") else ""
    )


_NUMBERED = frozenset("QKVWASZO")
"""Capitals whose squares hardly anybody needs: ``Q²`` is that of head 2."""


def _raised_number(parser: Parser, base: str) -> str:
    """``Q¹``, ``head²``: the number of a head above its name; empty for powers such as ``x²``."""
    digit = SUPERSCRIPTS.get(parser.token.value[:1], "")
    whole = len(parser.token.value) == 1 or parser.token.value[1:] == "ᵀ"
    if not whole or not digit.isdigit() or not (digit == "1" or base in _NUMBERED or len(base) > 2):
        return ""
    parser.index += 1
    return digit


def _raised_digit(parser: Parser, base: str) -> str:
    """``Q^2`` and ``K^{2T}`` in TeX: the number of a head, of matrices that nobody squares."""
    braced = parser.peek(1).value == "{"
    digit, after = parser.peek(1 + braced), parser.peek(2 + braced)
    if base not in names.HEADED or digit.kind != "number" or len(digit.value) > 1:
        return ""
    transposed = braced and after.value == "T" and parser.peek(4).kind == "close"
    if braced and not transposed and after.kind != "close":
        return ""
    parser.index += 2 + 2 * braced
    if transposed:
        parser.tokens[parser.index] = Token("transpose", "T", after.start, after.end, False)
    return digit.value


def _names_it(word: Token, base: str, braced: bool) -> bool:
    if word.kind == "text" and braced and len(word.value) > 1 and word.value.isalpha():
        return True
    if word.kind not in ("word", "text") or word.value == "T" or not re.match("[A-Z]", base):
        return False
    if not word.value.isalpha() or len(word.value) > 6:
        return False
    return braced or len(word.value) == 1 or base == "W"


def _past_fonts(parser: Parser, ahead: int) -> tuple[int, int]:
    """Past braces and font commands: how far, and how many braces were opened."""
    braces = 0
    while (token := parser.peek(ahead)).value in FONTS or (token.kind == "open" and token.value == "{"):
        braces += token.kind == "open"
        ahead += 1
    return ahead, braces


def accept_transpose(parser: Parser) -> bool:
    """Past ``T``, ``\\top``, ``{\\mathsf{T}}`` and the like after a ``^``, if one stands there."""
    ahead, braces = _past_fonts(parser, 0)
    token = parser.peek(ahead)
    if token.kind in ("word", "text") and token.value != "T":
        return not braces and _split_transpose(parser, token)
    if token.kind not in ("transpose", "word", "text"):
        return False
    if any(parser.peek(ahead + 1 + k).kind != "close" for k in range(braces)):
        return False
    parser.index += ahead + 1 + braces
    return True


def _split_transpose(parser: Parser, token: Token) -> bool:
    """``x^Ty``: without braces TeX raises one letter, and the rest of the run follows it."""
    if token is not parser.token or not re.fullmatch(r"T[A-Za-z]{1,2}\d?", token.value):
        return False
    parser.tokens[parser.index] = Token("word", token.value[1:], token.start + 1, token.end, False)
    return True
