"""Data of a JavaScript program: arrays with names, and objects that hold a calculation and its result.

const Q = [[1, 0], [0, 1]];                         ->   Q = [[1, 0], [0, 1]]
{ key: "cat", s: 0.71, how: "(1·1 + 0·2)/√2" }      ->   (1·1 + 0·2)/√2 = 0.71
{ ask: "softmax([0, 0]) = ?", answer: "0.5, 0.5" }  ->   softmax([0, 0]) = [0.5, 0.5]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.readers import columns
from derivations.readers.fragments import Fragment, Passage, fragment, join

_NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_ENTRY = rf"(?:\"{_NUMBER}\"|'{_NUMBER}'|{_NUMBER})"
_ROW = rf"\[\s*{_ENTRY}(?:\s*,\s*{_ENTRY}){{0,63}}\s*,?\s*\]"
_ARRAY = re.compile(
    rf"(?:(?P<word>const|let|var)\s+(?P<name>[^\W\d]\w*)(?:\s*:\s*[\w\[\], |<>.]{{1,60}})?\s*=\s*"
    rf"|(?<![\w.?])(?P<key>[^\W\d]\w*)\s*:\s*)"
    rf"(?P<value>{_ROW}|\[\s*{_ROW}(?:\s*,\s*{_ROW}){{0,63}}\s*,?\s*\])(?=\s*[;,}}\n])"
)
_OBJECT = re.compile(r"\{[^{}]{5,1500}\}")
_STRING = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
_PROPERTY = re.compile(
    rf"(?P<key>[^\W\d]\w*)\s*:\s*(?:\(\)\s*=>\s*)?(?:(?P<string>{_STRING})|(?P<number>{_NUMBER})(?=\s*[,}}\n]))"
)
_QUESTION = re.compile(
    r"(?:.*[,;:：，]\s)?(?P<formula>[^=≈?,:]*(?:[(\[][^=≈?]*[)\]])[^=≈?]*?)\s*[=≈]\s*\?(?:\s*\([^()]*\))?\s*"
)
_ASKED = frozenset("q question prompt ask".split())
_ANSWERED = frozenset("a ans answer truth solution expected".split())
_CHOICES = re.compile(r"\b(?:options|choices|answers|distractors)\s*:")
_ANSWER = re.compile(rf"\[?\s*(?P<values>{_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*\]?")


def find(passage: Passage) -> Iterator[tuple[int, Fragment]]:
    """Where each value with a name, or a calculation, ends in a program, and the formula that says so."""
    for match in _ARRAY.finditer(passage.text):
        if match["value"].count(",") > 0:
            name = passage[slice(*match.span("name" if match["word"] else "key"))]
            value = _without_quotes(passage[slice(*match.span("value"))])
            yield match.start(), fragment(join([name.after(" ="), value]), "code", value.span)
    for match in _OBJECT.finditer(passage.text):
        found = _calculation(passage, match) or _question(passage, match)
        if found is not None:
            yield match.end(), found


def _without_quotes(value: Passage) -> Passage:
    return value.blank((m.start(), m.end()) for m in re.finditer(r"[\"']", value.text))


def _calculation(passage: Passage, record: re.Match[str]) -> Fragment | None:
    """A string that is arithmetic, in an object with one number."""
    found = list(_PROPERTY.finditer(passage.text, *record.span()))
    numbers = [p for p in found if p["number"]]
    sums = [p for p in found if p["string"] and columns.is_calculation(p["string"][1:-1])]
    if len(numbers) != 1 or len(sums) != 1:
        return None
    start, end = sums[0].span("string")
    value = passage[slice(*numbers[0].span("number"))]
    return fragment(join([passage[start + 1 : end - 1].after(" ="), value]), "code", value.span)


def _question(passage: Passage, record: re.Match[str]) -> Fragment | None:
    """``softmax([0, 0]) = ?`` and what the object says is the answer; beside options it may choose one."""
    if _CHOICES.search(record.group()):
        return None
    found = list(_PROPERTY.finditer(passage.text, *record.span()))
    asked = [p for p in found if p["string"] and p["key"].lower() in _ASKED]
    answered = [p for p in found if p["key"].lower() in _ANSWERED]
    if len(asked) != 1 or len(answered) != 1:
        return None
    question = _QUESTION.fullmatch(asked[0]["string"][1:-1])
    place = "number" if answered[0]["number"] else "string"
    shift = place == "string"
    answer = _ANSWER.fullmatch(answered[0][place][1:-1] if shift else answered[0][place])
    if question is None or answer is None or "\\" in asked[0]["string"]:
        return None
    at = asked[0].start("string") + 1
    formula = passage[at + question.start("formula") : at + question.end("formula")].strip()
    at = answered[0].start(place) + shift
    value = passage[at + answer.start("values") : at + answer.end("values")]
    if "," in value.text:
        value = value.before("[").after("]")
    return fragment(join([formula.after(" ="), value]), "code", value.span)
