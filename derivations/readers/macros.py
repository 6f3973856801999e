"""TeX macros of a document, expanded with places.

What comes from the body of a macro stands where the macro is called; what
comes from an argument stands where the argument was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derivations.readers.fragments import Passage

DEEPEST = 8
"""Macros inside macros are expanded so many times."""
LONGEST = 200_000
"""Expansion makes a text longer by so many characters at most."""

_DEFINITION = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|renewcommand|DeclareMathOperator|def|NewDocumentCommand)\*?\s*+(?:\{\s*+)?(?P<name>\\[A-Za-z]++)(?:\s*+\})?"
)
_CALL = re.compile(r"\\[A-Za-z]+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_SLOT = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: how many arguments it takes, the default of the first if it may be left out, and its body."""

    arguments: int
    default: str | None
    body: str


def definitions(passage: Passage) -> dict[str, Macro]:
    """The macros that a text defines, by their names with the backslash."""
    return {name: macro for _, _, name, macro in _found(passage.text)}


def expanded(passage: Passage, known: dict[str, Macro]) -> Passage:
    """The text with the known macros and its own expanded, and the definitions blanked."""
    found = list(_found(passage.text))
    macros = known | {name: macro for _, _, name, macro in found}
    passage = passage.blank((start, end) for start, end, _, _ in found)
    limit = len(passage) + LONGEST
    for _ in range(DEEPEST if macros else 0):
        longer = _once(passage, macros, limit)
        if longer is passage:
            break
        passage = longer
    return passage


def _found(text: str) -> Iterator[tuple[int, int, str, Macro]]:
    """The definitions in a text: start, end, name and macro."""
    closers, done = braces(text), 0
    for match in _DEFINITION.finditer(text):
        found = _definition(text, match, closers) if match.start() >= done else None
        if found is not None:
            macro, done = found
            yield match.start(), done, match["name"], macro


def _definition(text: str, match: re.Match[str], closers: dict[int, int]) -> tuple[Macro, int] | None:
    """The macro that is defined at a place, and where its definition ends."""
    head = re.compile(
        r"\s*(?:\[(?P<count>\d)\]\s*(?:\[(?P<default>[^\]\n]{0,100})\])?|(?P<slots>(?:#\d)+))?\s*"
    ).match(text, match.end())
    assert head is not None
    end = closers.get(head.end())
    if end is None:
        return None
    body = text[head.end() + 1 : end]
    if "DeclareMathOperator" in match.group():
        body = rf"\operatorname{{{body}}}"
    count = int(head["count"] or 0) or len(head["slots"] or "") // 2
    return Macro(count, head["default"], body), end + 1


def braces(text: str) -> dict[int, int]:
    """Where each opening brace of a text closes; braces that never close are left out."""
    closers: dict[int, int] = {}
    stack: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group() == "{":
            stack.append(match.start())
        elif match.group() == "}" and stack:
            closers[stack.pop()] = match.start()
    return closers


def _once(passage: Passage, macros: dict[str, Macro], limit: int) -> Passage:
    """Every call replaced once; the same passage if there is none, or if it would grow beyond the limit."""
    texts: list[str] = []
    at: list[int] = []
    closers, done = braces(passage.text), 0
    for match in _CALL.finditer(passage.text):
        macro = macros.get(match.group())
        if macro is None or match.start() < done:
            continue
        arguments, end = _arguments(passage, match.end(), macro, closers)
        body = _filled(macro, arguments, passage.at[match.start()])
        texts += [passage.text[done : match.start()], *(part.text for part in body)]
        at.extend(passage.at[done : match.start()])
        for part in body:
            at.extend(part.at[:-1])
        done = end
        if len(at) > limit:
            return passage
    if not texts:
        return passage
    return Passage("".join(texts) + passage.text[done:], [*at, *passage.at[done:]])


def _arguments(passage: Passage, at: int, macro: Macro, closers: dict[int, int]) -> tuple[list[Passage], int]:
    """The arguments that follow a call, and where they end."""
    found: list[Passage] = []
    for number in range(macro.arguments):
        if number == 0 and macro.default is not None:
            given = re.compile(r"\s*\[([^\]\n]{0,200})\]").match(passage.text, at)
            found.append(
                passage[slice(*given.span(1))] if given else _at_place(macro.default, passage.at[at])
            )
            at = given.end() if given else at
            continue
        while at < len(passage) and passage.text[at] in " \t\n":
            at += 1
        end = closers.get(at, -1)
        found.append(passage[at + 1 : end] if end >= 0 else passage[at : at + 1])
        at = end + 1 if end >= 0 else min(at + 1, len(passage))
    return found, at


def _filled(macro: Macro, arguments: list[Passage], place: int) -> list[Passage]:
    parts: list[Passage] = []
    done = 0
    for slot in _SLOT.finditer(macro.body):
        parts.append(_at_place(macro.body[done : slot.start()], place))
        number = int(slot[1]) - 1
        parts += arguments[number : number + 1]
        done = slot.end()
    return [*parts, _at_place(macro.body[done:], place)]


def _at_place(text: str, place: int) -> Passage:
    return Passage(text, [place] * (len(text) + 1))
