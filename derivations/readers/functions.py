"""Short functions of a program: a call of one is read as the formula that it returns.

    def score(q, k):
        return q @ k.T / np.sqrt(len(k))       ->   w = softmax(q @ k.T / ..)
    w = softmax(score(q, k))

Nothing is run: the arguments are put in the place of the parameters, as text.
"""

from __future__ import annotations

import re

from derivations.formula.names import FUNCTION_NAMES
from derivations.readers.expressions import is_formula, items
from derivations.readers.fragments import Passage, chained

Functions = dict[str, tuple[tuple[str, ...], str]]
"""The parameters of a function, and what it returns."""

_HEAD = re.compile(
    r"^(?P<indent>[ \t]*)def[ \t]+(?P<name>\w+)[ \t]*\((?P<parameters>[^()\n]*)\)[^:\n]*:[ \t]*(?:#.*)?\n",
    re.MULTILINE,
)
_LAMBDA = re.compile(
    r"^(?P<name>\w+)[ \t]*=[ \t]*lambda (?P<parameters>[\w, ]+):(?P<value>.+)$", re.MULTILINE
)
_DOCUMENTED = re.compile(r"\s*(?P<quotes>\"\"\"|''')(?s:.*?)(?P=quotes)")
_LOCAL = re.compile(r"(?P<name>\w+)\s*=(?!=)\s*(?P<value>.+)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_DOWNWARDS = re.compile(r"\b(?:axis|dim)\s*=\s*0")
"""Along a vector or down the columns of a matrix: only a call knows."""
_LONGEST = 600
_MOST_NESTED = 20
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def learn(source: str, known: Functions) -> None:
    """Takes in the functions that a program defines; one that is not understood is forgotten."""
    for head in _HEAD.finditer(source):
        parameters = tuple(part.split("=")[0].split(":")[0].strip() for part in head["parameters"].split(","))
        _take(known, head["name"], parameters, _returned(_body(source, head), known))
    for match in _LAMBDA.finditer(source):
        parameters = tuple(part.strip() for part in match["parameters"].split(","))
        _take(known, match["name"], parameters, match["value"].split("#")[0].strip())


def _take(known: Functions, name: str, parameters: tuple[str, ...], value: str | None) -> None:
    known.pop(name, None)
    if (
        value
        and len(value) < _LONGEST
        and not _DOWNWARDS.search(value)
        and is_formula(value)
        and name not in FUNCTION_NAMES
    ):
        known[name] = (parameters, value)


def _body(source: str, head: re.Match[str]) -> list[str]:
    """The statements of a function, without comments and documentation."""
    start = documented.end() if (documented := _DOCUMENTED.match(source, head.end())) else head.end()
    lines = []
    for line in source[start:].split("\n"):
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent <= len(head["indent"]):
            break
        code = line.split("#")[0].strip()
        if code:
            lines.append(code)
    return lines


def _returned(body: list[str], known: Functions) -> str | None:
    """What a function returns, in terms of its parameters; None if it does more than name and return."""
    local: dict[str, str] = {}
    for at, line in enumerate(body):
        if line.startswith("return") and at == len(body) - 1:
            value = _replaced(line[len("return") :].strip(), local)
            return _called(value, known)
        match = _LOCAL.fullmatch(line)
        if match is None:
            return None
        local[match["name"]] = f"({_replaced(match['value'], local)})"
        if len(local[match["name"]]) > _LONGEST:
            return None
    return None


def _replaced(text: str, values: dict[str, str]) -> str:
    """A formula with expressions in the place of names; names of keyword arguments stay."""
    return _NAME.sub(
        lambda m: m.group() if re.match(r"\s*=(?!=)", text[m.end() :]) else values.get(m.group(), m.group()),
        text,
    )


def _called(text: str, known: Functions) -> str:
    return inlined(Passage.whole(text), known).text


def inlined(passage: Passage, known: Functions) -> Passage:
    """A program with what known functions return in the place of their calls."""
    if not known:
        return passage
    calls = re.compile(rf"(?<![\w.])(?<!def )(?P<name>{'|'.join(map(re.escape, known))})\(")
    parts, done = [], 0
    for match in calls.finditer(passage.text):
        end = _end(passage.text, match.end())
        if match.start() < done or end < 0:
            continue
        arguments = passage.text[match.end() : end]
        value = None
        if len(calls.findall(arguments)) < _MOST_NESTED:
            value = _value(*known[match["name"]], arguments, known)
        if value is None:
            parts.append(passage[done : end + 1])
        else:
            place, after = passage.at[match.start()], passage.at[end + 1]
            parts += [passage[done : match.start()], Passage(value, [*[place] * len(value), after])]
        done = end + 1
    return chained([*parts, passage[done:]]) if parts else passage


def _value(parameters: tuple[str, ...], body: str, arguments: str, known: Functions) -> str | None:
    """What a call returns; None if its arguments are not understood."""
    values: dict[str, str] = {}
    for at, argument in enumerate(part.text for part in items(Passage.whole(arguments)) if part):
        keyword = re.match(r"(\w+)\s*=(?!=)\s*", argument)
        name = keyword[1] if keyword else parameters[at] if at < len(parameters) else ""
        if name not in parameters:
            return None
        value = argument[keyword.end() :] if keyword else argument
        values[name] = value if re.fullmatch(r"\w+", value) else f"({_called(value, known)})"
    used = {name for name in _NAME.findall(body) if name in parameters}
    if not used <= set(values) or sum(map(len, values.values())) > _LONGEST:
        return None
    return f"({_replaced(body, values)})"


def _end(text: str, at: int) -> int:
    """Where the bracket closes that was opened before a place; -1 if it never does."""
    depth = 1
    for place in range(at, min(len(text), at + 2000)):
        depth += _BRACKETS.get(text[place], 0)
        if depth == 0:
            return place
    return -1
