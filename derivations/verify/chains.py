"""Article -> statements: chains of sides, each with the words that lead to it."""

from __future__ import annotations

import re

from derivations.formula import statements
from derivations.model import Article, Formula, Node, Prose, Span
from derivations.verify.applying import applied, as_before, divided
from derivations.verify.joining import continues, is_last_term, joined, named, open_sum, summed
from derivations.verify.parting import split
from derivations.verify.statement import Statement
from derivations.verify.surroundings import Surroundings

MOST_BEFORE = 120
"""So many characters of the line that a formula stands in lead to it."""


def chains(article: Article) -> list[Statement]:
    """All statements in document order, with the words that lead to each."""
    found: list[Statement] = []
    words = heading = paragraph = lead = above = ""
    line = led = -1
    around = Surroundings(article)
    for part in article.parts:
        here = around.line(part.span.start)
        if isinstance(part, Prose):
            if part.level:
                heading, words, paragraph, above = part.text, part.text, "", ""
            else:
                above = part.text if _opens(part, around) else above
                paragraph = part.text if here != line else f"{paragraph} {part.text}"
                words = f"{words} {part.text}".strip() if words and not _ended(words) else part.text
            line = here
            continue
        if here != line:
            paragraph, line = "", here
        if re.search(r"[^\W\d]{2,}", words):
            lead, led = (f"{lead} {words}" if here == led else words), here
        for node in _listed(statements(part.node)):
            statement = _statement(node, part, words, paragraph or lead, heading, here)
            if statement is not None:
                before = around.line_before(node.span.start, MOST_BEFORE)
                statement = statement._replace(before=before, above=above)
            if statement is None:
                continue
            for one, formula in split(statement, node):
                _append(found, one, formula, words, around)
                words = ""
        line = around.line(max(part.span.end - 1, part.span.start))
    return named(found)


def _listed(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """``$0.71, 0, 0.71$``: decimals with commas between them and no brackets are a list."""
    bare = [node.args[0] if node.kind == "negative" else node for node in nodes]
    if len(nodes) < 2 or any(node.kind != "number" for node in bare):
        return nodes
    if sum(bool(node.data.decimals) for node in bare) < 2:
        return nodes
    return (Node("list", nodes, "", Span(nodes[0].span.start, nodes[-1].span.end)),)


def _append(
    found: list[Statement], statement: Statement, node: Node, words: str, around: Surroundings
) -> None:
    """Add a statement; one that begins with = or + goes on with the one before."""
    last = found[-1] if found else None
    statement = applied(as_before(statement, last), last)
    goes_on = _before_remark(found)
    if found and continues(node, found[goes_on], statement, words):
        found[goes_on] = joined(found[goes_on], statement)
    elif (place := open_sum(found, statement, around)) is not None:
        found[place] = summed(found[place], statement)
        del found[place + 1 :]
    elif (quotient := divided(statement, last)) is not None:
        found.append(quotient)
    elif is_last_term(statement, around):
        unread = Node("opaque", (), "", statement.sides[0].span)
        found.append(statement._replace(sides=(unread, *statement.sides[1:])))
    else:
        found.append(_from_its_name(statement))


def _before_remark(found: list[Statement]) -> int:
    """The place of the last statement but for a comment on its line: ``d = w2   # since z2 = w2 a1``."""
    if len(found) < 2 or found[-1].line != found[-2].line or found[-1].origin != "code":
        return -1
    is_remark = "#" in found[-1].before and "#" not in found[-2].before
    return -2 if is_remark else -1


def _from_its_name(statement: Statement) -> Statement:
    """``the state of "dost" = Q = [..]``: after words the name comes first."""
    if len(statement.sides) < 2 or statement.sides[0].kind != "opaque" or statement.sides[0].data:
        return statement
    first = statement.sides[1].kind
    if first not in ("matrix", "list") and not (first == "name" and len(statement.sides) > 2):
        return statement
    return statement._replace(sides=statement.sides[1:], signs=statement.signs[1:])


def _opens(part: Prose, around: Surroundings) -> bool:
    """Whether words lead to what stands on the lines below: ``**Softmax:**``."""
    rest = around.after(part.span.end, 4).partition("\n")[0]
    alone = not re.search(r"\w", around.line_before(part.span.start, MOST_BEFORE)) and not rest.strip(
        " *_`\r"
    )
    return alone and part.text.rstrip("*_ ").endswith((":", "："))


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
