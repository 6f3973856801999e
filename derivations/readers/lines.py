"""Physical lines -> statements: what an author broke over several lines and meant as one.

A list of rows, a name alone with its equals sign, a line that goes on with
``=`` belong to the line before.  In a statement of several lines the remarks
at line ends (``# I``, ``← token 1``) are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivations.readers.fragments import Passage

MOST_LINES = 400
"""A bracket that is not closed after so many lines is no bracket."""

_REMARK = re.compile(r"(?:(?<![^\s,;\])])#|//(?!\s*[\w.]+\s*[)\],;]*\s*$)|←|⟵|<--?(?=\s)).*$")
_NOTE = r"(?<=\S)[ \t]{2,}\((?=[^()]*[A-Za-z\u3400-\u9fff])[^()\d=\[\]]*\)[ \t\r]*$"
_RULE = re.compile(r"^[ \t]*[-=_─━═]{3,}[ \t\r]*$")
_OPENS_WITH_RELATION = re.compile(r"^\s*(?:=(?!=)|≈|≃|≅|\\approx\b|~=)")
_OPENS_WITH_OPERATOR = re.compile(r"^\s*(?:[+×·⊙*@/-]\s+[\d\[(]|[+×·⊙@]\s*$)")
_LEADS_ON = re.compile(r"^\s*(?:→|->)\s*[\[(\d]")
_CALL = re.compile(r"\s*[^\W\d]\w*\(.*\)\s*")
_ENDS_WITH_OPERATOR = re.compile(r"(?:(?<![=<>!])=|≈|[+×·@])\s*$")
_ENDS_WITH_VALUE = re.compile(r"[\])\d]\s*$")
_ROW_WORDS = r"[A-Za-z\u3400-\u9fff]{3,}\s+[A-Za-z\u3400-\u9fff]{2,}|[\u3400-\u9fff。！？：]{5,}"
"""Ranges of ideographs take milliseconds to compile: these two are compiled by the text that needs them."""
_BRACKETS = {"[": 1, "(": 1, "{": 1, "]": -1, ")": -1, "}": -1}
_BRACKET = re.compile(r"[\[\](){}]")


@dataclass(slots=True)
class Line:
    """A line of text from start to end; formulas inside it may hold line ends."""

    start: int
    end: int
    text: str
    """The line without its remark, formulas replaced by blanks."""

    @property
    def depth(self) -> int:
        """How many more brackets it opens than it closes."""
        return sum(_BRACKETS[b] for b in _BRACKET.findall(self.text))

    @property
    def empty(self) -> bool:
        """Whether it holds nothing but white space and a remark."""
        return not self.text.strip()


def lines(
    text: str, atoms: Sequence[tuple[int, int]] = (), start: int = 0, end: int | None = None
) -> list[Line]:
    """The lines of a range of a text; a line end inside an atom does not count."""
    end = len(text) if end is None else end
    found, at, skip = [], start, 0
    while at < end:
        stop, hidden = text.find("\n", at, end), []
        stop = stop if stop >= 0 else end
        while skip < len(atoms) and atoms[skip][0] <= stop:
            if atoms[skip][0] >= at:
                hidden.append(atoms[skip])
            if atoms[skip][1] > stop:
                stop = text.find("\n", atoms[skip][1], end)
                stop = stop if stop >= 0 else end
            skip += 1
        found.append(Line(at, stop, _plain(text[at:stop], hidden, at)))
        at = stop + 1
    return found


def _plain(text: str, hidden: list[tuple[int, int]], offset: int) -> str:
    if hidden:
        text = Passage(text, range(len(text) + 1)).blank((s - offset, e - offset) for s, e in hidden).text
        return text.replace("\n", " ")
    return _REMARK.sub("", text)


def _note(text: str) -> re.Match[str] | None:
    """A remark in brackets at the end of a line."""
    return re.search(_NOTE, text) if text.rstrip().endswith(")") else None


def _without_note(text: str) -> str:
    note = _note(text)
    return text[: note.start()] + text[note.end() :] if note else text


def statements(
    passage: Passage,
    atoms: Sequence[tuple[int, int, str]] = (),
    monospace: bool = False,
    start: int = 0,
    end: int | None = None,
) -> Iterator[tuple[int, Passage]]:
    """Start and text of the statements of a range of a passage; nothing moves, remarks are blanked.

    Atoms are ranges that hold marked formulas: line ends inside them do not count.
    """
    formulas = _touching(atoms, start, len(passage) if end is None else end)
    for first, last, several in _ranges(lines(passage.text, formulas, start, end), monospace):
        yield first, _joined(passage, formulas, first, last) if several else passage[first:last]


def _touching(atoms: Sequence[tuple[int, int, str]], start: int, end: int) -> list[tuple[int, int]]:
    """The atoms of a range, and one that reaches into it."""
    low = bisect_left(atoms, (start,))
    while low and atoms[low - 1][1] > start:
        low -= 1
    return [(first, last) for first, last, _ in atoms[low : bisect_left(atoms, (end + 1,), low)]]


def _ranges(found: list[Line], monospace: bool) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each statement, and whether it has several lines."""
    at = single_until = 0
    while at < len(found):
        last = at
        if at >= single_until:
            last, single_until = _reach(found, at, monospace)
        yield found[at].start, found[last].end, last > at
        at = last + 1


def _reach(found: list[Line], at: int, monospace: bool) -> tuple[int, int]:
    """The last line of the statement that begins at a line, and up to where nothing else can begin."""
    last = at
    while True:
        closed = _closed(found, last)
        if closed is None:
            return last, min(last + MOST_LINES, len(found)) if found[last].depth > 0 and _is_row(
                found, last + 1
            ) else 0
        last = closed
        after = _goes_on(found, last, monospace)
        if after is None or after - at > MOST_LINES:
            return last, 0
        last = after


def _closed(found: list[Line], at: int) -> int | None:
    """The line on which the brackets that a line leaves open are closed; None if they never are."""
    depth = found[at].depth
    last = at
    while depth > 0:
        last += 1
        if last - at > MOST_LINES or not _is_row(found, last):
            return None
        depth += found[last].depth
    return last


def _is_row(found: list[Line], at: int) -> bool:
    """Whether a line can be part of a list: values, no running text."""
    if at >= len(found):
        return False
    text = found[at].text
    return not re.search(_ROW_WORDS, text) and not (text.strip() and not re.search(r"[\d\[\](){},_]", text))


def _goes_on(found: list[Line], last: int, monospace: bool) -> int | None:
    """The line that continues a statement which so far ends at ``last``."""
    after = last + 1
    if after < len(found) and _RULE.match(found[after].text) and monospace:
        after += 1
    if after >= len(found):
        return None
    text = found[last].text
    if _ENDS_WITH_OPERATOR.search(_without_note(text)):
        if (
            found[after].empty
            and after + 1 < len(found)
            and found[after + 1].text.lstrip().startswith(("[", "("))
        ):
            after += 1
        return (
            after
            if re.match(r"\s*[\[(\d√\\|a-zA-Z.+-]", found[after].text) and _is_row(found, after)
            else None
        )
    if _OPENS_WITH_RELATION.match(found[after].text) and not _RULE.match(found[after].text):
        return after if not found[last].empty else None
    if monospace and _LEADS_ON.match(found[after].text) and _CALL.fullmatch(text):
        return after
    if (
        monospace
        and _OPENS_WITH_OPERATOR.match(found[after].text)
        and _ENDS_WITH_VALUE.search(_without_note(text))
    ):
        return after
    return None


def _joined(passage: Passage, atoms: Sequence[tuple[int, int]], first: int, last: int) -> Passage:
    """A statement of several lines with the remarks at all line ends but the last one blanked."""
    hidden: list[tuple[int, int]] = []
    low = bisect_left(atoms, (first, first))
    inside = atoms[low : bisect_left(atoms, (last, last))]
    parts = lines(passage.text, inside, first, last)
    for number, line in enumerate(parts):
        text = passage.text[line.start : line.end]
        if any(s < line.end and line.start < e for s, e in inside):
            continue
        if _RULE.match(text):
            hidden.append((line.start - first, line.end - first))
        remark = (_REMARK.search(text) or _note(text)) if number < len(parts) - 1 else None
        if remark:
            hidden.append((line.start + remark.start() - first, line.end - first))
    return passage[first:last].blank(hidden)
