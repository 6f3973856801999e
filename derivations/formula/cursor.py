"""The cursor over the tokens of one formula: moving, looking ahead, making nodes with places."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.formula.tokens import Token
from derivations.model import Node, Span

MAX_DEPTH = 120
"""Deeper nesting than this is opaque; it keeps Python's own stack safe."""

END = Token("eof", "", 0, 0, False)


class Unreadable(Exception):  # noqa: N818 - never leaves the parser, so it is no error
    """Inside the parser only: this side of the formula cannot be understood."""


class Cursor:
    """A place in a list of tokens.  Moving past the last token is allowed and finds ``eof``."""

    def __init__(self, text: str, at: Sequence[int], tokens: list[Token]) -> None:
        self.text = text
        self.at = at
        self.tokens = tokens
        self.index = 0
        self.depth = 0
        self.closing = matching(tokens)

    @property
    def token(self) -> Token:
        """The token at the cursor."""
        try:
            return self.tokens[self.index]
        except IndexError:
            return END

    def peek(self, ahead: int = 1) -> Token:
        """A token further on."""
        at = self.index + ahead
        return self.tokens[at] if at < len(self.tokens) else END

    def next(self) -> Token:
        """The token at the cursor, moving past it."""
        token = self.token
        self.index += 1
        return token

    def opens(self, brackets: str) -> bool:
        """Whether one of the opening brackets stands at the cursor."""
        token = self.token
        return token.kind == "open" and token.value in brackets

    def accept(self, kind: str, value: str | None = None) -> Token | None:
        """The token at the cursor, moving past it, if it is of this kind."""
        token = self.token
        if token.kind == kind and value in (None, token.value):
            self.index += 1
            return token
        return None

    def expect(self, kind: str, value: str | None = None) -> Token:
        """Like ``accept``; raises Unreadable where something else stands."""
        found = self.accept(kind, value)
        if found is None:
            raise Unreadable(f"expected {value or kind}, found {self.token.value or 'the end'}")
        return found

    def skip(self, *kinds: str) -> None:
        """Past all tokens of these kinds."""
        while self.token.kind in kinds:
            self.index += 1

    def skip_group(self) -> None:
        """Past the bracket or environment that opens here, however deep, or past one token."""
        if self.token.kind in ("open", "begin"):
            self.index = min(self.closing[self.index] + 1, len(self.tokens))
        else:
            self.index += 1

    def descend(self) -> None:
        """One level down; every ``descend`` is undone by ``depth -= 1``.  Too deep is unreadable."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")

    def closes_at(self, opened: int) -> int:
        """The index of the token that closes the bracket at ``opened``; the end when none does."""
        return self.closing.get(opened, len(self.tokens))

    def level(self, opened: int) -> list[Token]:
        """The tokens directly inside the bracket at ``opened``, without those of inner brackets."""
        found, index, last = [], opened + 1, self.closes_at(opened)
        while index < last:
            found.append(self.tokens[index])
            index = self.closing.get(index, index) + 1
        return found

    # ------------------------------------------------------------ nodes with places

    def span(self, start: int, end: int) -> Span:
        """Source places of the characters start to end of the text."""
        if end <= start:
            return Span(self.at[start], self.at[start])
        first, last = self.at[start], self.at[end - 1]
        return Span(min(first, last), max(first, last) + 1)

    def node(self, kind: str, args: Sequence[Node], first: int, data: object = None) -> Node:
        """A node from token ``first`` up to the token just read."""
        tokens = self.tokens
        start = tokens[first].start if first < len(tokens) else len(self.text)
        end = tokens[min(self.index, len(tokens)) - 1].end if self.index > first else start
        span = self.span(start, end)
        if args and args[-1].span.end > span.end:
            span = Span(span.start, args[-1].span.end)
        return Node(kind, tuple(args), data, span)

    def widened(self, node: Node, first: int) -> Node:
        """The same node with the place of the brackets around it; a number keeps the place of its digits."""
        if node.kind == "number":
            return node
        return Node(node.kind, node.args, node.data, self.node("list", (), first).span)

    def opaque(self, first: int) -> Node:
        """The tokens from ``first`` up to the cursor as text that was not understood."""
        if first >= len(self.tokens):
            return Node("opaque", (), "", self.span(len(self.text), len(self.text)))
        start = self.tokens[first].start
        end = self.tokens[min(self.index, len(self.tokens)) - 1].end if self.index > first else start
        return Node("opaque", (), self.text[start:end].strip(), self.span(start, end))


def matching(tokens: Sequence[Token]) -> dict[int, int]:
    """For every opening token the index of its closing one, of whatever shape, or the end."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind in ("open", "begin"):
            opened.append(index)
        elif token.kind in ("close", "end") and opened:
            closing[opened.pop()] = index
    closing.update(dict.fromkeys(opened, len(tokens)))
    return closing
