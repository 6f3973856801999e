"""Names: letters in any font, with accents, as products of letters or as functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.formula import calls, names, scripts
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES
from derivations.formula.scripts import FONTS, NAMED
from derivations.formula.tokens import Token
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\tilde": "tilde", "\\widetilde": "tilde",
    "\\bar": "bar", "\\overline": "bar",
}  # fmt: skip
FUNCTION_COMMANDS = frozenset("\\" + w for w in "exp ln log sin cos tanh max min softmax ReLU relu".split())
COMMANDS = FONTS | NAMED | FUNCTION_COMMANDS | ACCENTS.keys()
"""Commands that begin a symbol."""

_INFINITIES = frozenset(("inf", "Inf", "Infinity", "infty"))
_WORDS = frozenset(("word", "identifier", "text"))


def begins(parser: Parser) -> bool:
    """Whether a symbol stands at the cursor, be it in braces as in ``{\\bf Q}``."""
    token = parser.token
    if token.kind in _WORDS or token.value in COMMANDS:
        return True
    return (
        token.kind == "open"
        and token.value == "{"
        and parser.peek().kind in _WORDS
        and parser.peek(2).kind == "close"
    )


def symbol(parser: Parser) -> Node:
    """A name with its scripts, a function with its argument, or what a font holds."""
    first = parser.index
    kind = parser.token.kind
    accent, found = _letters(parser)
    if isinstance(found, Node):
        return _accented(found, accent)
    if found in FUNCTION_NAMES and not accent:
        called = calls.function(parser, FUNCTION_NAMES[found], found, first)
        if called is not None:
            return called
    base, subscript = _base(found, kind)
    return scripts.named(parser, base, subscript or accent, first)


def single(parser: Parser) -> Node:
    """One letter or word without scripts, as the argument of ``\\frac ab``."""
    first = parser.index
    kind = parser.token.kind
    accent, found = _letters(parser)
    if isinstance(found, Node):
        return _accented(found, accent)
    base, subscript = _base(found, kind)
    return parser.node("name", (), first, names.canonical(base, "", subscript or accent))


def _base(word: str, kind: str) -> tuple[str, str]:
    if word in _INFINITIES:
        return "infinity", ""
    return (word.replace(" ", "_"), "") if kind == "text" else names.split_word(word)[0]


def _accented(node: Node, accent: str) -> Node:
    """``\\hat{\\mathbf{x}}``: an accent over a name; over anything else it is not understood."""
    if not accent:
        return node
    if node.kind != "name":
        raise Unreadable("an accent over an expression")
    base, superscript, subscript = names.parts(node.data)
    subscript = f"{accent}_{subscript}" if subscript else accent
    return Node("name", (), names.canonical(base, superscript, subscript), node.span)


def _letters(parser: Parser) -> tuple[str, str | Node]:
    """An accent, and the letters without their fonts; a node where a font holds an expression."""
    token = parser.token
    if token.kind == "open":
        return "", _inside(parser)
    parser.index += 1
    if token.value in ACCENTS:
        return ACCENTS[token.value], _inside(parser)
    if token.value in FONTS:
        return "", _inside(parser, blackboard=token.value == "\\mathbb")
    if token.kind == "command":
        word = token.value[1:]
        return "", names.VARIANTS.get(word, word)
    return "", token.value


def _inside(parser: Parser, blackboard: bool = False) -> str | Node:
    """What a font command holds: a plain word, or any expression."""
    token = parser.token
    if token.kind == "open" and token.value == "{":
        word = _plain_word(parser)
        if word:
            return word
        if blackboard and parser.peek().kind == "number":
            raise Unreadable("a vector of ones without a size")
        return parser.group()
    if token.kind in ("word", "identifier") or token.value in NAMED:
        return first_letter(parser)
    return parser.operand()


def _plain_word(parser: Parser) -> str:
    """The word between two braces, such as ``layer_norm``; empty when there is more."""
    last = parser.closes_at(parser.index)
    inside = parser.tokens[parser.index + 1 : min(last, parser.index + 12)]
    words = [t.value.lstrip("\\") for t in inside if t.kind in _WORDS or t.kind == "sub" or t.value in NAMED]
    joined = "".join(words)
    if len(words) < len(inside) or not words or joined.count("_") > 1 or joined.strip("_") != joined:
        return ""
    if any(t.kind == "text" for t in inside) and len(inside) > 1:
        return ""
    parser.index = last + 1
    return _first_of(parser, joined, last) if joined.isupper() else joined


def _first_of(parser: Parser, letters: str, last: int) -> str:
    """``\\mathbf{QK}^T`` is Q and then K^T: the letters after the first stand where the brace closed."""
    found = [base for base, _ in names.split_word(letters)]
    rest = found[1:]
    if len(rest) > 1 or not rest:
        return letters
    brace = parser.tokens[last]
    parser.tokens[last] = Token("word", rest[0], brace.start - 1, brace.end - 1, False)
    parser.index = last
    return found[0]


def first_letter(parser: Parser) -> str:
    """``\\mathbf q_1``: without braces a font takes one letter."""
    token = parser.token
    if token.kind == "command" or len(token.value) == 1:
        parser.index += 1
        return token.value.lstrip("\\")
    parser.tokens[parser.index] = Token("word", token.value[1:], token.start + 1, token.end, False)
    return token.value[0]
