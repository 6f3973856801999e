"""HTML and XML as tags with places.

The standard library's parser gives no place for attribute values, and formulas
stand in them; so this is an own, forgiving tokenizer: whatever is no tag is
text, nothing is an error, and no entity is expanded here.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr mspace mprescripts none".split()
)
RAW = frozenset(("script", "style"))
"""Elements whose inside is no markup."""

_NAME = re.compile(r"<(/?)([A-Za-z][\w:.-]{0,60})")
_ATTRIBUTE = re.compile(
    r"""[\s/]*([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|\{\s*(?:String\.raw)?`([^`]*)`\s*\}|([^\s<>"']+)))?"""
)
_END = re.compile(r"[\s/]*>")


@dataclass(slots=True)
class Tag:
    """A tag and its range in the text; ``attributes`` holds the ranges of the values."""

    name: str
    start: int
    end: int
    closing: bool = False
    alone: bool = False
    """Whether it has no inside: ``<br>``, ``<x/>``."""
    attributes: dict[str, tuple[int, int]] = field(default_factory=dict)
    partner: int = -1
    """The number of the token that closes this one; -1 if nothing does."""


@dataclass(slots=True)
class Words:
    """Text between tags, its entities not yet decoded."""

    start: int
    end: int


Token = Tag | Words


def tokenize(text: str) -> list[Token]:
    """All tags and texts in order; comments and declarations are left out."""
    tokens = list(_tokens(text))
    opened: dict[str, list[int]] = {}
    for number, token in enumerate(tokens):
        if not isinstance(token, Tag) or token.alone:
            continue
        if not token.closing:
            opened.setdefault(token.name, []).append(number)
        elif opened.get(token.name):
            start = tokens[opened[token.name].pop()]
            assert isinstance(start, Tag)
            start.partner = number
    return tokens


def _tokens(text: str) -> Iterator[Token]:
    done = at = 0
    while (at := text.find("<", at)) >= 0:
        skipped = _declaration(text, at)
        tag = None if skipped else _tag(text, at)
        if not skipped and tag is None:
            at += 1
            continue
        if at > done:
            yield Words(done, at)
        done = at = skipped or (tag.end if tag else at)
        if tag is not None:
            yield tag
            if tag.name in RAW and not tag.closing and not tag.alone:
                done = yield from _raw(text, tag)
                at = done
    if done < len(text):
        yield Words(done, len(text))


def _raw(text: str, tag: Tag) -> Generator[Token, None, int]:
    """The inside of a script or style and its closing tag; gives where it ends."""
    close = re.compile(rf"</{tag.name}\s*>", re.IGNORECASE).search(text, tag.end)
    end = close.start() if close else len(text)
    yield Words(tag.end, end)
    if close:
        yield Tag(tag.name, close.start(), close.end(), closing=True)
    return close.end() if close else end


def _declaration(text: str, at: int) -> int:
    """Where a comment, a declaration or a processing instruction ends; 0 if there is none."""
    for opener, closer in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">")):
        if text.startswith(opener, at):
            end = text.find(closer, at + len(opener))
            return end + len(closer) if end >= 0 else len(text)
    return 0


def _tag(text: str, at: int) -> Tag | None:
    head = _NAME.match(text, at)
    if head is None:
        return None
    name = head[2].lower()
    tag = Tag(name, at, head.end(), closing=bool(head[1]), alone=name in VOID)
    place = head.end()
    while not (end := _END.match(text, place)):
        attribute = _ATTRIBUTE.match(text, place)
        if attribute is None:
            return None
        value = next((attribute.span(k) for k in (2, 3, 4, 5) if attribute[k] is not None), attribute.span(1))
        tag.attributes.setdefault(attribute[1].lower(), value)
        place = attribute.end()
    tag.end = end.end()
    tag.alone |= "/" in end.group() and not tag.closing
    return tag
