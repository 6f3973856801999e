"""What a code cell printed, under the names that its print statements give.

``print('Weights:', w)`` and the line ``Weights: [0.58 0.13]`` make the formula
``w = [0.58 0.13]``: the name stands in the code, the value in the output.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from derivations.readers import dataframes, text
from derivations.readers.expressions import STATEMENT, is_formula, items
from derivations.readers.fragments import Passage, Piece, fragment, join

_PRINT = re.compile(r"^(?:print|display)\s*\(", re.MULTILINE)
_REFERENCE = re.compile(r"[^\W\d][\w.]*(?:\[[\w:, -]{1,20}\])*(?:\([\w=, .-]{0,30}\))?")
_REMARKS = re.compile(r"(?:\n[ \t]*(?:#[^\n]*)?)+\Z")
"""Empty lines and comments at the end of a cell."""
_LAST = re.compile(r"(?P<name>[(\w][^#=\"'\n]{0,200}(?:\([\w=, .-]{0,30}\))?)[ \t]*(?:#.*)?")
_PART = re.compile(
    r"""(?P<prefix>[fFrRbBuU]{0,2})(?P<quote>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>,)"""
)
_HOLE = re.compile(r"\{(?P<name>[^{}!:=\n]{1,80})(?:=)?(?:![rsa])?(?::[^{}\n]*)?\}")
_ROUNDED = re.compile(
    r"(?:np|numpy|torch)?\.?(?:round|around)\((?P<name>[\w.@ ]+),\s*(?:decimals=)?\d+\)"
    r"|(?P<plain>.+?)(?:\.(?:round|tolist|numpy|detach|item|cpu|float)\([^()]*\))+$"
)
_NAME = re.compile(r"(?:[^\W\d]|\()[\w.\[\]@ +\-*/()=,:]*")
_VALUE = re.compile(
    r"\s*(?:(?:array|tensor|Matrix|np\.float\d+)\()?(?P<value>\[|[-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?=[\s,;)\]]|$))"
)
_ITEM = re.compile(r"\s*(?:\(|(?:,\s*dtype=[\w.]+)?\)?,)")
"""What stands before an item of a tuple, after the one before it."""
_BRACKET = re.compile(r"[\[\]]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is printed: the words before it and the expression, as it stands in the code."""

    label: str
    name: Passage
    is_item: bool = False
    """Whether it is one of several in a tuple."""


def pieces(source: Passage, output: Passage) -> Iterator[Piece]:
    """The outputs of a cell as formulas where they can be joined to the code, as text where not."""
    done = cursor = 0
    for shown in _shown(source):
        found = _value(output.text, cursor, shown)
        if found is None:
            continue
        label, start, end = found
        yield from text.pieces(output, (), "output", True, done, start)
        value = output[start:end]
        yield fragment(join([shown.name.after(" ="), value]), "output", value.span)
        done = cursor = max(end, label)
        done += output.text[done : done + 1] == ")"
    frame = dataframes.shown(source[: len(_REMARKS.sub("", source.text).rstrip())])
    found_table = dataframes.table(output, done) if frame is not None else None
    if frame is not None and found_table is not None:
        value, done = found_table
        yield fragment(join([frame.after(" ="), value]), "output", value.span)
    yield from text.pieces(output, (), "output", True, done)


def prints(source: Passage) -> bool:
    """Whether a program prints something that it names."""
    return _PRINT.search(source.text) is not None and next(_shown(source), None) is not None


def _shown(source: Passage) -> Iterator[Shown]:
    """Everything that a cell prints outside of loops and functions, in order, and its last expression."""
    for match in _PRINT.finditer(source.text):
        end = _call_end(source.text, match.end())
        if end > 0:
            yield from _arguments(source, match.end(), end)
    code = _REMARKS.sub("", source.text).rstrip()
    start = code.rfind("\n") + 1
    last = _LAST.fullmatch(code, start)
    if last is None:
        return
    values = items(source[slice(*last.span("name"))])
    if len(values) > 1:
        yield from _tuple(values)
    elif _is_expression(values[0].text):
        yield from _named("", values[0])


def _tuple(values: list[Passage]) -> Iterator[Shown]:
    """The items of a tuple in order, up to one that is no value."""
    for item in values:
        if not _is_expression(item.text):
            return
        shown = next(_named("", item), None)
        if shown is None:
            return
        yield replace(shown, is_item=True)


def _is_expression(code: str) -> bool:
    """Whether the last line of a cell is a value: a name, or arithmetic."""
    return not STATEMENT.match(code) and (_REFERENCE.fullmatch(code) is not None or is_formula(code))


def _call_end(code: str, at: int) -> int:
    depth = 1
    for part in _PART.finditer(code, at, at + 4000):
        depth += (part["open"] is not None) - (part["close"] is not None)
        if depth == 0:
            return part.start()
    return -1


def _arguments(source: Passage, at: int, end: int) -> Iterator[Shown]:
    """The arguments of one print: a string is the label of what comes after it."""
    label, start, depth = "", at, 0
    parts = [*_PART.finditer(source.text, at, end), None]
    for part in parts:
        if part is not None:
            depth += (part["open"] is not None) - (part["close"] is not None)
            if part["comma"] is None or depth:
                continue
        stop = part.start() if part else end
        argument = source[start:stop].strip()
        literal = _PART.fullmatch(argument.text)
        if literal and literal["quote"]:
            label = yield from _string(argument, literal)
        else:
            yield from _named(label, argument)
            label = ""
        start = part.end() if part else end


def _string(argument: Passage, literal: re.Match[str]) -> Generator[Shown, None, str]:
    """The holes of an f-string; gives the words after the last one."""
    inner = argument[literal.start("quote") + 1 : literal.end("quote") - 1]
    if "f" not in literal["prefix"].lower():
        return _plain(inner.text)
    done = 0
    for hole in _HOLE.finditer(inner.text):
        yield from _named(_plain(inner.text[done : hole.start()]), inner[slice(*hole.span("name"))])
        done = hole.end()
    return _plain(inner.text[done:])


def _plain(words: str) -> str:
    return re.sub(r"\\[nt]", " ", words).strip()


def _named(label: str, name: Passage) -> Iterator[Shown]:
    """A printed expression without its rounding; strings, keywords and lengths are passed over."""
    rounded = _ROUNDED.fullmatch(name.text.strip())
    name = name.strip()
    if rounded:
        name = name[slice(*rounded.span("name" if rounded["name"] else "plain"))]
    keyword = re.match(r"(?:sep|end|file|flush)\s*=", name.text)
    if (
        _NAME.fullmatch(name.text)
        and not keyword
        and not re.search(r"\.(?:shape|dtype|size)\b|\b(?:len|type|str)\(", name.text)
    ):
        yield Shown(label, name)


def _value(output: str, cursor: int, shown: Shown) -> tuple[int, int, int] | None:
    """Where the label ends and where its value starts and ends in the output."""
    at, label = cursor, shown.label
    if label:
        found = re.compile(r"\s+".join(map(re.escape, label.split()))).search(output, cursor)
        if found is None:
            return None
        at = found.end()
    if shown.is_item:
        opened = _ITEM.match(output, at)
        if opened is None:
            return None
        at = opened.end()
    match = _VALUE.match(output, at)
    if match is None:
        return None
    start, end = match.span("value")
    if output[start] == "[":
        end = _closing(output, start)
    return (at, start, end) if end > start else None


def _closing(output: str, start: int) -> int:
    depth = 0
    for bracket in _BRACKET.finditer(output, start, start + 200_000):
        depth += 1 if bracket.group() == "[" else -1
        if depth == 0:
            return bracket.end()
    return -1
