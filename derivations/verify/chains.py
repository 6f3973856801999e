"""Article -> statements: chains of sides, each with the words that lead to it."""

from __future__ import annotations

import re
from typing import NamedTuple

from derivations.formula import names, statements
from derivations.model import Article, Formula, Node, Prose, Span

MOST_BETWEEN = 40
"""Characters between a value and the function that an arrow applies to it."""
RELATIONS = {"=", "≈", "→"}
"""Signs that say what something is; others (<, ∈, ...) claim nothing about values."""


class Statement(NamedTuple):
    """Sides joined by relations, with their context."""

    sides: tuple[Node, ...]
    signs: tuple[str, ...]
    span: Span
    words: str = ""
    """Running text between the formula before and this one."""
    paragraph: str = ""
    """Running text of the same line or list item, from its beginning."""
    before: str = ""
    """The source text of the same line up to the formula."""
    heading: str = ""
    line: int = 0
    cell: int | None = None
    origin: str = "math"

    def approximate(self, side: int) -> bool:
        """Whether the sign before a side is ≈."""
        return side > 0 and self.signs[side - 1] == "≈"


def chains(article: Article) -> list[Statement]:
    """All statements in document order, with the words that lead to each."""
    found: list[Statement] = []
    words = heading = paragraph = lead = ""
    line = led = -1
    for part in article.parts:
        here = article.source.place(part.span.start)[0]
        if isinstance(part, Prose):
            if part.level:
                heading, words, paragraph = part.text, part.text, ""
            else:
                paragraph = part.text if here != line else f"{paragraph} {part.text}"
                words = f"{words} {part.text}".strip() if words and not _ended(words) else part.text
            line = here
            continue
        if here != line:
            paragraph, line = "", here
        if re.search(r"[^\W\d]{2,}", words):
            lead, led = (f"{lead} {words}" if here == led else words), here
        for node in statements(part.node):
            statement = _statement(node, part, words, paragraph or lead, heading, here)
            if statement is not None:
                statement = statement._replace(before=_line_before(article.source.text, node.span.start))
            if statement is None:
                continue
            for one, formula in _split(statement, node):
                _append(found, one, formula, words, article.source.text)
                words = ""
        line = article.source.place(max(part.span.end - 1, part.span.start))[0]
    return named(found)


def _split(statement: Statement, node: Node) -> list[tuple[Statement, Node]]:
    """A chain that names another value on its way is several statements."""
    for at in range(1, len(statement.sides) - 1):
        parted = (
            (_after_position(statement) if at == 1 else None)
            or _at_label(statement, at)
            or _at_sibling(statement, at)
        )
        if parted is not None:
            first, rest = parted
            return [(first, _node(first)), *_split(rest, _node(rest))]
    return [(statement, node)]


def _after_position(statement: Statement) -> tuple[Statement, Statement] | None:
    """``pos = 1 → [0.84, 0.54]``: the value belongs to the position."""
    name, value, *rest = statement.sides
    if statement.signs[:2] != ("=", "→") or name.kind != "name" or name.data not in ("pos", "position"):
        return None
    if value.kind != "number" or rest[0].kind != "list":
        return None
    first, after = _parted(statement, (name, value), tuple(rest))
    return first, after._replace(words=f"{statement.words} pos {value.data.text}")


def _at_label(statement: Statement, at: int) -> tuple[Statement, Statement] | None:
    """``s = [0, 1] → w = [0.3, 0.7]``: a name between an arrow and an equals sign."""
    side = statement.sides[at]
    named = side.kind == "name" and side.data not in APPLIED
    if not named or statement.signs[at - 1] != "→" or statement.signs[at] not in ("=", "≈"):
        return None
    if any(before.kind == "opaque" for before in statement.sides[:at]):
        return None  # what is not read may be what the name is computed from
    return _parted(statement, statement.sides[:at], statement.sides[at:])


def _at_sibling(statement: Statement, at: int) -> tuple[Statement, Statement] | None:
    """``q_1 = [1, 0] q_2 = [0, 1]``: a second name of the kind of the first, right after its value."""
    side, first = statement.sides[at], statement.sides[0]
    if side.kind != "multiply" or side.data or first.kind != "name":
        return None
    value, name = side.args
    alike = name.kind == "name" and names.parts(name.data)[0] == names.parts(first.data)[0]
    if value.kind not in ("list", "matrix", "number") or not alike or name.data == first.data:
        return None
    return _parted(statement, (*statement.sides[:at], value), (name, *statement.sides[at + 1 :]))


def _parted(
    statement: Statement, before: tuple[Node, ...], after: tuple[Node, ...]
) -> tuple[Statement, Statement]:
    place = after[0].span.start
    first = statement._replace(sides=before, signs=statement.signs[: len(before) - 1])
    rest = statement._replace(
        sides=after,
        signs=statement.signs[len(statement.signs) - len(after) + 1 :],
        span=Span(place, statement.span.end),
    )
    return first, rest


def _node(statement: Statement) -> Node:
    """The sides of a statement as one formula."""
    if len(statement.sides) == 1:
        return statement.sides[0]
    return Node("relation", statement.sides, statement.signs, statement.span)


_SAME = frozenset("same ditto idem 同上 相同 igual gleich identique".split())


def _as_before(statement: Statement, before: Statement | None) -> Statement:
    """``K = same``: the name of the value before stands in the place of the word."""
    last = statement.sides[-1]
    if len(statement.sides) < 2 or last.kind != "name" or last.data not in _SAME or before is None:
        return statement
    known = before.sides[-1] if all(side.kind == "name" for side in before.sides) else before.sides[0]
    return statement._replace(sides=(*statement.sides[:-1], known))


def _append(found: list[Statement], statement: Statement, node: Node, words: str, text: str) -> None:
    """Add a statement; one that begins with = or + goes on with the one before."""
    statement = _applied(_as_before(statement, found[-1] if found else None), found[-1] if found else None)
    if found and _continues(node, found[-1], statement, words):
        found[-1] = _joined(found[-1], statement)
    elif (open_sum := _open_sum(found, statement, text)) is not None:
        found[open_sum] = _summed(found[open_sum], statement)
        del found[open_sum + 1 :]
    elif _divides(statement) and found and found[-1].sides[-1].kind in ("list", "matrix"):
        quotient = Node("divide", (found[-1].sides[-1], statement.sides[0]), "/", statement.sides[0].span)
        found.append(statement._replace(sides=(quotient, *statement.sides[1:])))
    elif _is_last_term(statement, text):
        unread = Node("opaque", (), "", statement.sides[0].span)
        found.append(statement._replace(sides=(unread, *statement.sides[1:])))
    else:
        found.append(_from_its_name(statement))


def _line_before(text: str, start: int) -> str:
    """At most a few words of the line that a formula stands in; a notebook's line ends are escapes."""
    before = text[max(0, start - 120) : start]
    return re.split(r"\n|\\n", before)[-1]


def _ended(words: str) -> bool:
    """Whether words belong to an earlier paragraph: only the last few hundred characters count."""
    return len(words) > 400


def _statement(
    node: Node, part: Formula, words: str, paragraph: str, heading: str, line: int
) -> Statement | None:
    if node.kind == "relation":
        sides, signs = _without_set(node.args, node.data)
    elif node.kind == "opaque" and not node.data:
        return None
    else:
        sides, signs = (node,), ()
    return Statement(
        sides,
        signs,
        node.span,
        words,
        paragraph,
        heading=heading,
        line=line,
        cell=part.cell,
        origin=part.origin,
    )


def _without_set(sides: tuple[Node, ...], signs: tuple[str, ...]) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    """``X = [..] \\in \\mathbb{R}^{3 \\times 4}``: where a value lies says nothing about what it is."""
    if len(signs) < 2 or signs[-1] != "∈":
        return sides, signs
    return sides[:-1], signs[:-1]


_IS = re.compile(
    r"^[\s*_`'\"]*(?:is|are|=|:|：|equals?|be|为|是|设为|取|es|son|ist|sind|est|sont)[\s*_`:：(\[]*$",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"分别|respectively|respectivamente|respectivement|beziehungsweise|jeweils", re.IGNORECASE
)


def named(found: list[Statement]) -> list[Statement]:
    """``query Q is [1, 0]``: a value that running text gives to the names before it."""
    result: list[Statement] = []
    waiting: list[Statement] = []
    in_order = False
    for statement in found:
        named_by = waiting[-1:] if waiting and waiting[-1].line == statement.line else []
        if waiting and _stands_below(waiting[-1], statement):
            below = statement._replace(sides=(*waiting[-1].sides, *statement.sides), signs=("=",))
            result.append(below)
            waiting = []
            continue
        if _is_bare_name(statement):
            waiting = [*(waiting if named_by else []), statement]
            in_order = False
            continue
        if named_by and _is_bare_value(statement):
            in_order = in_order or bool(_IN_ORDER.search(statement.words))
            if in_order or _IS.match(statement.words):
                name = waiting.pop(0) if in_order else waiting.pop()
                sides, signs = (*name.sides, *statement.sides), ("=", *statement.signs)
                result.append(statement._replace(sides=sides, signs=signs))
                waiting = waiting if in_order else []
                continue
        waiting, in_order = [], False
        result.append(statement)
    return result


def _stands_below(name: Statement, value: Statement) -> bool:
    """A matrix right below ``Query $Q$``, with no word between them."""
    far = value.span.start - name.span.end
    apart = name.line != value.line and name.cell == value.cell and far < MOST_BETWEEN
    return apart and not value.words and len(value.sides) == 1 and value.sides[0].kind == "matrix"


def _is_bare_name(statement: Statement) -> bool:
    return len(statement.sides) == 1 and statement.sides[0].kind == "name"


def _is_bare_value(statement: Statement) -> bool:
    return len(statement.sides) == 1 and statement.sides[0].kind in ("list", "matrix", "number")


def _is_start_missing(node: Node) -> bool:
    return node.kind == "relation" and node.args[0].kind == "opaque" and not node.args[0].data


_TAG = re.compile(r"<[A-Za-z/][^<>]*>|^[^<>]*>")
"""Markup before a formula is no words of its line; the first tag may be cut off."""


def _continues(node: Node, before: Statement, after: Statement, words: str) -> bool:
    """A chain that begins with a sign goes on from the statement before, if only layout lies between."""
    if (
        not _is_start_missing(node)
        or before.cell != after.cell
        or (node.data[0] == "→" and not _leads_on(before, after))
    ):
        return False
    bare = _TAG.sub("", after.before)
    word = r"[^\W\d]\w{2,}" if bare == after.before else r"\w"
    if before.line != after.line and re.search(word, bare):
        return False
    if before.sides[-1].kind == "number" and after.sides[1].kind in ("matrix", "list"):
        return False
    aside = before.line == after.line and re.fullmatch(r"\s*\([^()]{1,40}\)\s*", words)
    return bool(aside or not re.search(r"\w{3,}", words)) and after.span.start - before.span.end < 200


def _leads_on(before: Statement, after: Statement) -> bool:
    """Whether an arrow comes from the side before: on its line, or below a formula without a value."""
    open_ended = len(before.sides) == 1 and before.sides[0].kind == "call"
    return after.line == before.line or (open_ended and 0 < after.line - before.line <= 1)


def _from_its_name(statement: Statement) -> Statement:
    """``the state of "dost" = Q = [..]``: after words the name comes first."""
    if len(statement.sides) < 2 or statement.sides[0].kind != "opaque" or statement.sides[0].data:
        return statement
    first = statement.sides[1].kind
    if first not in ("matrix", "list") and not (first == "name" and len(statement.sides) > 2):
        return statement
    return statement._replace(sides=statement.sides[1:], signs=statement.signs[1:])


APPLIED = {"softmax", "exp", "relu", "sqrt", "ln", "sigmoid", "tanh", "total", "sum", "square"}
"""Functions that an arrow may lead to: ``[1, 0] → softmax → [0.73, 0.27]``."""


def _applied(statement: Statement, before: Statement | None) -> Statement:
    """A bare function after or before an arrow takes what the arrow comes from, or the value stated last."""
    sides = list(statement.sides)
    for at, side in enumerate(statement.sides[:-1]):
        if side.kind != "name" or side.data not in APPLIED:
            continue
        if at and statement.signs[at - 1] == "→" and sides[at - 1].kind != "opaque":
            argument = sides[at - 1]
        elif not at and statement.signs[0] == "→" and before is not None and _is_close(before, statement):
            argument = before.sides[-1]
        else:
            continue
        function = "total" if side.data == "sum" else side.data
        sides[at] = Node("call", (argument,), function, side.span)
    return statement._replace(sides=tuple(sides))


def is_applied(statement: Statement, at: int) -> bool:
    """Whether a side is made of the one before it, as after an arrow: no longer the value of the label."""
    side = statement.sides[at]
    return at > 0 and bool(side.args) and side.args[0] is statement.sides[at - 1]


def _is_close(before: Statement, after: Statement) -> bool:
    """Whether a value is stated right before, in the same cell and with hardly a word between."""
    near = 0 <= after.span.start - before.span.end < MOST_BETWEEN and before.cell == after.cell
    return near and before.sides[-1].kind in ("list", "matrix")


def _open_sum(found: list[Statement], statement: Statement, text: str) -> int | None:
    """The statement that goes on where a formula begins with a plus sign."""
    before = text[max(statement.span.start - 3, 0) : statement.span.start + 1]
    if "+" not in before:
        return None
    begins = not re.search(r"\w", _TAG.sub("", statement.before))
    for at in range(len(found) - 1, max(len(found) - 4, -1), -1):
        if not begins and found[at].line != statement.line:
            return None
        if found[at].cell == statement.cell and found[at].sides[-1].kind in (
            "list",
            "matrix",
            "add",
            "multiply",
        ):
            return at
    return None


def _is_last_term(statement: Statement, text: str) -> bool:
    """``(unread) + b = [1, 2]``: the value is that of a sum whose first terms are not read."""
    before = text[max(statement.span.start - 3, 0) : statement.span.start]
    return len(statement.sides) > 1 and before.rstrip().endswith("+")


def _divides(statement: Statement) -> bool:
    """``/√2 = [0.7, 0]`` at the beginning of a line divides the value of the line before."""
    return statement.before.strip() in ("/", "÷") and len(statement.sides) > 1


def _summed(before: Statement, after: Statement) -> Statement:
    last, first = before.sides[-1], after.sides[0]
    both = Node("add", (last, first), None, Span(last.span.start, max(first.span.end, last.span.end)))
    return before._replace(
        sides=(*before.sides[:-1], both, *after.sides[1:]), signs=(*before.signs, *after.signs)
    )


def _joined(before: Statement, after: Statement) -> Statement:
    return before._replace(
        sides=(*before.sides, *after.sides[1:]),
        signs=(*before.signs, *after.signs),
        span=Span(before.span.start, max(before.span.end, after.span.end)),
    )


_ROW = re.compile(
    r"(?:\b(?:row|token|position|pos|query|input|output|word|fila|zeile|ligne)|第|行)\s*#?\(?\s*(\d{1,3})\)?\s*(?:行)?[^\d]{0,30}$",
    re.IGNORECASE,
)


def row_label(statement: Statement) -> int | None:
    """The row that the words before a statement name: ``Row 1:``, ``第2行``."""
    found = _ROW.search(statement.words or statement.paragraph)
    return int(found[1]) if found else None
