"""Tokens -> tree: a Pratt parser that never raises.

What cannot be understood becomes an opaque node, one side of a chain at a time:
``Q = ??? = [1, 0]`` keeps its first and last side.  ``parse(text, at)`` takes the
source offset of every character, so that places survive whatever was done to
the text before (entities decoded, echoes masked, rows of a grid collected).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from derivations.formula import arrows, atoms, brackets, mending, numerals
from derivations.formula.cursor import Cursor, Unreadable
from derivations.formula.tokens import tokenize
from derivations.model import Node

MAX_OPERANDS = 120
"""More operands in one sum or product are opaque, so that walking the tree cannot overflow the stack."""

LONGEST_KEPT = 4000
"""The tree of a longer text is not kept: hardly anybody asks for it twice."""

ADD, UNARY, MULTIPLY = 20, 25, 30

OPERATORS = {
    "+": ("add", ADD),
    "-": ("subtract", ADD),
    **dict.fromkeys("·×*@⊙", ("multiply", MULTIPLY)),
    "/": ("divide", MULTIPLY),
}

_SEPARATORS = frozenset(
    ("comma", "semicolon", "gap", "colon", "stop", "newrow", "cell", "close", "end", "method")
)
_ENDS = frozenset(("eof", "relation", "comma", "semicolon", "gap", "newrow", "cell", "colon", "stop"))
_SKIPPED = frozenset(("eof", "relation", "comma", "semicolon", "gap", "newrow"))
_AFTER_LITERAL = frozenset(("word", "text", "identifier", "junk", "open"))
_ALIGNMENT = frozenset(("newrow", "cell", "gap"))
_ATOMS = frozenset(("number", "word", "identifier", "command", "text", "open", "begin", "bar", "ellipsis"))
_WORDS = frozenset(("word", "text", "identifier"))
_STATEMENT_BEGINS = 12
"""Within so many tokens a statement has come to its first relation."""

_BINARY = frozenset("+·×*/@⊙")
_LABEL_TOKENS = 200
_TIMES = frozenset("·×*")


class Parser(Cursor):
    """The grammar, from whole texts down to operands."""

    bars = 0
    """How many absolute values are open."""

    # ------------------------------------------------------------ statements and chains

    def statements(self) -> list[Node]:
        """Everything, as statements separated by commas, gaps and row ends."""
        found: list[Node] = []
        while self.token.kind != "eof":
            if (
                self.token.kind in _SEPARATORS
                or self._is_label()
                or (self.token.kind == "open" and brackets.holds_statements(self))
            ):
                self.index += 1
            else:
                before = self.index
                statement = self.chain()
                if self.token.kind != "colon" or not _is_words(statement):
                    found.append(statement)
                self._skip_remark(statement)
                self.index = max(self.index, before + 1)
        return found

    def _skip_remark(self, statement: Node) -> None:
        """Past ``(rounded)`` and past words right after a value."""
        if brackets.is_remark(self, statement):
            self.skip_group()
        while self.token.kind in _WORDS and (atoms.is_prose_word(self.token) or self._is_and()):
            self.index += 1
        if self.token.kind == "begin" and not self.juxtaposed(statement):
            self.skip_group()

    def _is_label(self) -> bool:
        """``\\text{Row 1:}`` before a formula."""
        token = self.token
        return token.kind == "text" and token.value.endswith((":", "：")) and self.peek().kind != "relation"

    def chain(self, closers: tuple[str, ...] = ()) -> Node:
        """Sides joined by relations; a leading relation continues an earlier chain."""
        first = self.index
        sides: list[Node] = []
        operators: list[str] = []
        if self.token.kind == "relation":
            start = self.token.start
            operators.append(self._relation())
            sides.append(Node("opaque", (), "", self.span(start, start)))
        sides.append(self.side(closers))
        while True:
            self._skip_alignment()
            if self.token.kind != "relation":
                break
            if operators and self._concludes():
                self.index += 1
                break
            above = arrows.above(self, sides[-1])
            operators.append(self._relation())
            if above is not None:
                sides.append(above)
                operators.append("→")
            leads = operators[-1] == "→"
            sides.append(arrows.led_on(self, sides[-1], closers) if leads else self.side(closers))
        operators = [_meant(sign, *pair) for sign, pair in zip(operators, pairwise(sides), strict=True)]
        return sides[0] if len(sides) == 1 else self.node("relation", sides, first, tuple(operators))

    def _concludes(self) -> bool:
        """``3k = 8 \\Rightarrow k = 8/3``: another statement that follows, and not the next side."""
        return self.token.value == "⇒" and self._states(1)

    def _states(self, ahead: int) -> bool:
        """Whether what begins so many tokens ahead comes to a relation of its own."""
        for place in range(ahead, ahead + _STATEMENT_BEGINS):
            kind, value = self.peek(place).kind, self.peek(place).value
            if kind == "relation" or (kind in _SEPARATORS and value != "}") or kind == "eof":
                return kind == "relation" and place > ahead
        return False

    def _relation(self) -> str:
        """One relation; ``\\xrightarrow[..]{...}`` and doubled signs count as one."""
        sign = self.next()
        if self.text.startswith("\\x", sign.start):
            for opener in "[{":
                if self.opens(opener):
                    self.skip_group()
        while self.token.kind == "relation" or (self.token.kind == "cell" and self.peek().kind == "relation"):
            self.index += 1
        return sign.value

    def _skip_alignment(self) -> None:
        ""
        """``a &= b``, ``a \\quad = b``, a row that begins with ``=``: these marks mean nothing."""
        if self.token.kind in _ALIGNMENT and (self.depth == 0 or self.token.kind == "newrow"):
            ahead = self._past_alignment()
            if self.peek(ahead).kind == "relation":
                self.index += ahead

    def _past_alignment(self) -> int:
        ahead = 1
        while self.peek(ahead).kind in _ALIGNMENT:
            ahead += 1
        return ahead

    def side(self, closers: tuple[str, ...] = ()) -> Node:
        """One side of a chain; opaque where it cannot be understood."""
        self.skip("cell", "gap")
        first, depth, bars = self.index, self.depth, self.bars
        try:
            node = self.expression(0)
            if self._side_ends(closers, node):
                return node
        except Unreadable:
            self.depth, self.bars = depth, bars
        self.index = max(self.index, first)
        while self.token.kind not in _SKIPPED and self.token.kind not in closers:
            self.skip_group()
        return self.opaque(first)

    def _side_ends(self, closers: tuple[str, ...], node: Node) -> bool:
        kind = self.token.kind
        if kind == "begin" and node.kind == "matrix" and self._labels_rows():
            self.skip_group()
            return self._side_ends(closers, node)
        if kind in _ENDS or kind in closers or (kind == "close" and self.depth == 0):
            return True
        if node.kind not in ("list", "matrix", "number") or kind not in _AFTER_LITERAL:
            return False
        return kind != "junk" or self.token.space

    # ------------------------------------------------------------ expressions

    def expression(self, binding: int) -> Node:
        """A Pratt expression whose operators bind tighter than ``binding``."""
        self.descend()
        first = self.index
        left = self.prefix()
        for _ in range(MAX_OPERANDS):
            operator = self._infix(left, binding)
            if operator is None:
                self.depth -= 1
                return left
            left = self._apply(operator, left, first)
        raise Unreadable("too many operands")

    def _infix(self, left: Node, binding: int) -> tuple[str, str, int] | None:
        """The operator that comes next as (kind, sign, precedence), None where the expression ends."""
        token = self.token
        if token.kind in _ALIGNMENT and self.depth == 1 and self._continues():
            token = self.token
        if token.kind == "op":
            kind, precedence = OPERATORS[token.value]
            return (kind, token.value, precedence) if precedence > binding else None
        if binding >= MULTIPLY:
            return None
        if self._times_letter(left):
            return ("multiply", "×", MULTIPLY)
        return ("multiply", "", MULTIPLY) if self.juxtaposed(left) else None

    def _continues(self) -> bool:
        """Whether the next row goes on with an operator, as in ``&+ c``; then the cursor moves there."""
        ahead = self._past_alignment()
        sign = self.peek(ahead)
        aligned = self.peek(ahead - 1).kind == "cell"
        if sign.kind != "op" or self.token.kind != "newrow" or not (aligned or sign.value in _BINARY):
            return False
        self.index += ahead
        return True

    def _times_letter(self, left: Node) -> bool:
        """A plain letter x between two brackets or numbers is a multiplication sign."""
        token, after = self.token, self.peek()
        return (
            token.value == "x"
            and token.kind == "word"
            and left.kind in ("list", "matrix", "number")
            and after.kind in ("open", "number", "begin")
            and (token.space or after.kind == "open")
        )

    def juxtaposed(self, left: Node) -> bool:
        """Whether what stands at the cursor multiplies ``left`` without a sign between them."""
        token = self.token
        if token.kind not in _ATOMS:
            return False
        if token.kind == "command":
            return atoms.starts_atom(token.value)
        if token.kind == "bar":
            return not self.bars and left.kind not in ("list", "matrix")
        if token.kind == "number":
            return left.kind not in ("number", "list", "matrix") and not _is_negative_number(left)
        if token.kind in ("word", "identifier", "text"):
            literal = left.kind in ("list", "matrix") or (left.kind == "number" and token.space)
            return not literal or not (atoms.is_prose_word(token) or self._is_and())
        if token.kind == "begin" and left.kind == "matrix" and self._labels_rows():
            return False
        return token.kind != "open" or not brackets.is_remark(self, left)

    def _labels_rows(self) -> bool:
        """A second matrix, of words and arrows only, beside the rows of the first."""
        cells = self.level(self.index)[:_LABEL_TOKENS]
        kinds = {token.kind for token in cells}
        told = "text" in kinds or any(token.value in ("←", "→") for token in cells)
        return told and not kinds & {"number", "sub", "sup"}

    def _is_and(self) -> bool:
        """``v_1 = [1, 3] y v_2 = [2, 1]``: a lone letter that means *and* before another statement."""
        token = self.token
        if token.value not in ("y", "e", "o", "u") or not token.space or not self.peek().space:
            return False
        if self.peek().kind not in (*_WORDS, "command"):
            return False
        return self._states(1)

    def _apply(self, operator: tuple[str, str, int], left: Node, first: int) -> Node:
        kind, sign, precedence = operator
        if sign:
            self.index += 1
        right = self.expression(precedence)
        data = sign if kind == "multiply" else "/" if kind == "divide" else None
        return self.node(kind, (left, right), first, data)

    def prefix(self) -> Node:
        """A signed atom with its scripts."""
        first = self.index
        if self.accept("op", "-"):
            return self.node("negative", (self.expression(UNARY),), first)
        if self.accept("op", "+"):
            return self.expression(UNARY)
        return self.operand()

    # ------------------------------------------------------------ operands, arguments and groups

    def operand(self) -> Node:
        """An atom with its scripts, without a sign; ``3.2 × 10^{15}`` is one number."""
        first = self.index
        node = atoms.scripted(self)
        if node.kind != "number" or not self._is_exponent():
            return node
        sign = self.next().value
        return self.node("multiply", (node, atoms.scripted(self)), first, sign)

    def _is_exponent(self) -> bool:
        sign, ten, power = self.token, self.peek(), self.peek(2)
        return (
            (sign.kind, ten.kind, ten.value) == ("op", "number", "10")
            and sign.value in _TIMES
            and power.kind in ("sup", "sups")
        )

    def atom(self) -> Node:
        """An atom without scripts."""
        return atoms.single(self)

    def argument(self) -> Node:
        """What a TeX command takes: a braced group or the next single token."""
        self.skip("gap")
        if self.opens("{"):
            return self.group()
        if self.token.kind == "number":
            return numerals.single_digit(self)
        return self.atom()

    def group(self) -> Node:
        """``{...}`` in TeX, where a comma makes a list without brackets."""
        first = self.index
        self.expect("open", "{")
        items = self.items("}")
        return items[0] if len(items) == 1 else self.node("list", items, first)

    def items(self, closer: str) -> list[Node]:
        """Comma-separated expressions up to and past a closing bracket."""
        return [item for row in self.item_rows(closer) for item in row]

    def item_rows(self, closer: str) -> list[list[Node]]:
        """Like ``items``, with a new row after every semicolon and every row end."""
        rows: list[list[Node]] = [[]]
        self.descend()
        bars, self.bars = self.bars, 0
        while not (self.token.kind == "close" and self.token.value == closer):
            if self.token.kind in ("semicolon", "newrow"):
                rows.append([])
            rounded = self.token.kind == "relation" and self.token.value == "≈"  # [≈1.0, ≈0.0]
            if rounded or self.token.kind in ("comma", "gap", "semicolon", "newrow"):
                self.index += 1
                continue
            if self.token.kind in ("eof", "end", "close"):
                raise Unreadable("brackets do not match")
            before = self.index
            rows[-1].append(self.chain(("close",)))
            if closer == "}" and brackets.is_remark(self, rows[-1][-1]):
                self.skip_group()
            if self.index == before:
                raise Unreadable("an entry cannot be read")
        self.index += 1
        self.depth -= 1
        self.bars = bars
        return [row for row in rows if row]


def _meant(sign: str, left: Node, right: Node) -> str:
    """``5 \\sim 20`` is a range; before anything else the sign says about, and ``⇒`` leads on."""
    if sign == "∼" and not (left.kind == right.kind == "number"):
        return "≈"
    return "→" if sign == "⇒" else sign


def _is_negative_number(node: Node) -> bool:
    return node.kind == "negative" and node.args[0].kind == "number"


def _is_words(node: Node) -> bool:
    """Whether a statement is only words and numbers, such as ``Row 1``; a single name is not."""
    return node.kind == "multiply" and all(n.kind in ("multiply", "name", "number") for n in node.walk())


def parse(text: str, at: Sequence[int] | None = None) -> Node:
    """The tree of a formula.

    ``at[i]`` is the source offset of character i, with one entry more than there
    are characters; without it, places are offsets into ``text``.  Several
    statements come as one node of kind ``statements``.  Never raises.
    """
    return _parsed(text) if at is None and len(text) <= LONGEST_KEPT else _parse(text, at)


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Node:
    """A page asks for the same entries again, to measure them and in each of its languages."""
    return _parse(text, None)


def _parse(text: str, at: Sequence[int] | None) -> Node:
    places = range(len(text) + 1) if at is None else at
    parser = Parser(text, places, mending.prepare(text, tokenize(text)))
    found = parser.statements()
    whole = parser.span(0, len(text))
    if len(found) == 1:
        return found[0]
    return Node("statements", tuple(found), None, whole) if found else Node("opaque", (), text.strip(), whole)


def statements(node: Node) -> tuple[Node, ...]:
    """The statements of a parsed formula, one or many."""
    return node.args if node.kind == "statements" else (node,)
