"""The atoms of a formula, by the token that begins them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from derivations.formula import brackets, commands, environments, numerals, symbols
from derivations.formula.cursor import Unreadable
from derivations.formula.names import FUNCTION_NAMES
from derivations.formula.postfix import postfix
from derivations.formula.tokens import Token
from derivations.model import Node

if TYPE_CHECKING:
    from derivations.formula.parser import Parser

_PROSE = re.compile(r"[A-Za-z]{3,}")


def starts_atom(command: str) -> bool:
    """Whether a command can begin an atom."""
    return command in symbols.COMMANDS or command in commands.COMMANDS


def is_prose_word(token: Token) -> bool:
    """Whether a word after a value is running text and not a factor."""
    if token.kind == "text":
        return " " in token.value or (token.value.islower() and token.value not in FUNCTION_NAMES)
    word = token.value
    if not word.isascii():
        return len(word) > 1
    return bool(_PROSE.fullmatch(word)) and word not in FUNCTION_NAMES and not word.isupper()


def scripted(parser: Parser) -> Node:
    """An atom with everything that hangs on it: subscripts, powers, transposes, methods."""
    first = parser.index
    parser.descend()
    node = symbols.symbol(parser) if symbols.begins(parser) else single(parser)
    node = postfix(parser, node, first)
    parser.depth -= 1
    return node


def single(parser: Parser) -> Node:
    """One atom without scripts."""
    token = parser.token
    parser.descend()
    if token.kind in ("word", "identifier", "text") or token.value in symbols.COMMANDS:
        node = symbols.single(parser)
    elif token.kind in _BEGINNINGS:
        node = _BEGINNINGS[token.kind](parser)
    else:
        raise Unreadable(f"{token.value or 'nothing'} where a value was expected")
    parser.depth -= 1
    return node


def _open(parser: Parser) -> Node:
    return parser.group() if parser.token.value == "{" else brackets.bracket(parser)


def _ellipsis(parser: Parser) -> Node:
    first = parser.index
    parser.index += 1
    return parser.node("ellipsis", (), first)


def _absolute(parser: Parser) -> Node:
    """``|x|`` and ``\\|x\\|``; in ``|a||b|`` the double bar is two single ones."""
    first = parser.index
    bar = parser.next().value
    parser.bars += 1
    inner = parser.expression(0)
    token = parser.token
    if bar == "|" and token.value == "||":
        parser.tokens[parser.index] = Token("bar", "|", token.start + 1, token.end, False)
    else:
        parser.expect("bar", bar)
    parser.bars -= 1
    return parser.node("call", (inner,), first, "abs" if bar == "|" else "norm")


_BEGINNINGS = {
    "number": numerals.leaf,
    "open": _open,
    "begin": environments.environment,
    "ellipsis": _ellipsis,
    "bar": _absolute,
    "command": commands.command,
}
