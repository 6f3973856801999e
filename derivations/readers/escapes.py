"""Decoding with places: entities, percent signs, string escapes.

Each decoder takes a passage and gives the passage that it stands for; every
character of the result stands where its code begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape as _named_entity

from derivations.readers.fragments import Passage

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_HEX = "%[0-9a-fA-F]{2}"
_PERCENT = re.compile(
    rf"%[cdCD][0-9a-fA-F]{_HEX}|%[eE][0-9a-fA-F](?:{_HEX}){{2}}|%[fF][0-9a-fA-F](?:{_HEX}){{3}}|{_HEX}|\+"
)
_JSON = re.compile(
    r"\\(?:[uU][dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL
)
_SCRIPT = re.compile(r"\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_DOUBLED = re.compile(
    r"(?<!\\)\\\\(?:begin|end|frac|text|sqrt|math[a-z]+|left|right|cdot|times|softmax|approx)\b"
)
_PAIR = re.compile(r"\\\\")
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def entities(passage: Passage) -> Passage:
    """HTML's named and numbered character references; nothing else is ever expanded."""
    if "&" not in passage.text:
        return passage
    return _decode(passage, _ENTITY, _named_entity)


def percent(passage: Passage) -> Passage:
    """The text of an address: ``%5C`` is a backslash, ``+`` a blank unless ``%20`` is in use."""
    plus = "+" if "%20" in passage.text else " "

    def decoded(code: str) -> str:
        if code == "+":
            return plus
        return bytes.fromhex(code.replace("%", "")).decode("utf-8", "replace")

    return _decode(passage, _PERCENT, decoded)


def json_string(passage: Passage) -> Passage:
    """The inside of a JSON string."""
    return _decode(passage, _JSON, _json_escape)


def script_string(passage: Passage) -> Passage:
    """The inside of a JavaScript string or template; an escaped line end is nothing."""
    return _decode(passage, _SCRIPT, _script_escape)


def markdown(passage: Passage) -> Passage:
    r"""Markdown's ``\_``, which stands for an underscore inside and outside mathematics."""
    if "\\_" not in passage.text:
        return passage
    kept = [at for at in range(len(passage)) if passage.text[at : at + 2] != "\\_"]
    return Passage(
        "".join(passage.text[at] for at in kept), [*(passage.at[at] for at in kept), passage.at[-1]]
    )


def halved(passage: Passage) -> Passage:
    r"""TeX whose backslashes were all doubled, ``\\frac`` for ``\frac``, as in string literals."""
    if not _DOUBLED.search(passage.text):
        return passage
    return _decode(passage, _PAIR, lambda _: "\\")


def _json_escape(code: str) -> str:
    if code[1] in "uU" and len(code) >= 6:
        units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in code.split("\\u")[1:])
        return units.decode("utf-16-be", "surrogatepass")
    return _CONTROL.get(code[1], code[1:])


def _script_escape(code: str) -> str:
    if code.startswith("\\u{"):
        number = int(code[3:-1], 16)
        return chr(number) if number < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    if len(code) in (4, 6) and code[1] in "xu":
        return chr(int(code[2:], 16))
    return "" if code in ("\\\n", "\\\r\n") else _CONTROL.get(code[1], code[1:])


_TEXT_SYMBOLS = {
    "asciicircum": "^",
    "periodcentered": "·",
    "asciitilde": "~",
    "times": "×",
    "minus": "−",
    "underscore": "_",
    "backslash": "\\",
    "surd": "√",
}
_TEXT_SYMBOL = re.compile(r"\\text(" + "|".join(_TEXT_SYMBOLS) + r")(?![A-Za-z])(?:\{\})?")


def text_symbols(passage: Passage) -> Passage:
    """LaTeX commands for signs in running text: ``\\textasciicircum{}`` is ``^``."""
    return _decode(passage, _TEXT_SYMBOL, lambda code: _TEXT_SYMBOLS[_TEXT_SYMBOL.fullmatch(code)[1]])  # type: ignore[index]


def _decode(passage: Passage, code: re.Pattern[str], decoded: Callable[[str], str]) -> Passage:
    """Replace every match; characters of one code stand at its start, the last one up to its end."""
    texts: list[str] = []
    at: list[int] = []
    done = 0
    for match in code.finditer(passage.text):
        start, end = match.span()
        text = decoded(match.group())
        texts += [passage.text[done:start], text]
        at.extend(passage.at[done:start])
        at.extend([passage.at[start]] * len(text))
        done = end
    if not texts:
        return passage
    at.extend(passage.at[done:])
    return Passage("".join(texts) + passage.text[done:], at)
