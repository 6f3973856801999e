"""Presentation MathML -> TeX text that keeps its places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from derivations.formula.names import GREEK_LETTERS
from derivations.readers import escapes
from derivations.readers.fragments import Passage, join
from derivations.readers.tags import Tag, Token

TEMPLATES: dict[str, tuple[str, ...]] = {
    "mfrac": (r"\frac{", "}{", "}"),
    "msqrt": (r"\sqrt{", "}"),
    "msup": ("", "^{", "}"),
    "msub": ("", "_{", "}"),
    "msubsup": ("", "_{", "}^{", "}"),
    "mover": ("", "", ""),
    "munder": ("", "_{", "}"),
    "munderover": ("", "_{", "}^{", "}"),
    "mtext": (r"\text{", "}"),
    "mtable": (r"\begin{matrix} ", r" \end{matrix}"),
    "mfenced": ("(", ")"),
}
"""What stands before, between and after the children of an element."""

_SEPARATORS = {"mtable": r" \\", "mtr": " &", "mlabeledtr": " &", "mfenced": ","}
_SKIPPED = frozenset(("annotation", "annotation-xml", "mphantom"))
_INVISIBLE = str.maketrans(
    {"\u2061": " ", "\u2062": " ", "\u2063": ",", "\u2064": "+", "\u00a0": " ", "\u200b": " "}
)
_SCRIPTED = frozenset(("msup", "msub", "msubsup", "munder", "munderover"))
ACCENTS = (
    dict.fromkeys("^ˆ\u0302", (r"\hat{", "}"))
    | dict.fromkeys("~˜∼\u0303", (r"\tilde{", "}"))
    | dict.fromkeys("¯ˉ‾―_\u0304", (r"\bar{", "}"))
    | dict.fromkeys("→⇀\u20d7", ("", ""))
)
"""What stands around a letter with a sign over it; arrows only say that it is a vector."""

LETTERS = (
    {letter: f"\\{word} " for letter, word in GREEK_LETTERS.items()}
    | {letter: rf"\mathbb{{{plain}}}" for letter, plain in zip("ℕℝℤ", "NRZ", strict=True)}
    | {"ℓ": r"\ell "}
)
"""Letters whose names differ from their signs; in a script only the TeX name is understood."""

_MATRIX = TEMPLATES["mtable"]
_CASES = (r"\begin{cases} ", r" \end{cases}")


@dataclass(slots=True)
class _Element:
    name: str
    place: int
    children: list[Passage] = field(default_factory=list)


def annotation(tokens: Sequence[Token], passage: Passage) -> Passage | None:
    """The TeX that a page keeps beside its MathML, if it does."""
    for number, token in enumerate(tokens):
        if (
            isinstance(token, Tag)
            and token.name == "annotation"
            and not token.closing
            and "encoding" in token.attributes
        ):
            kind = passage.text[slice(*token.attributes["encoding"])]
            close = next(
                (t for t in tokens[number + 1 :] if isinstance(t, Tag) and t.name == "annotation"), None
            )
            if close is not None and "tex" in kind.lower():
                return escapes.entities(passage[token.end : close.start]).strip()
    return None


def tex(tokens: Sequence[Token], passage: Passage) -> Passage:
    """The elements inside ``<math>`` as TeX; unknown elements count as rows of their children."""
    stack = [_Element("mrow", 0)]
    hidden = 0
    for token in tokens:
        if isinstance(token, Tag):
            if token.name in _SKIPPED and not token.alone:
                hidden += -1 if token.closing else 1
            elif hidden <= 0:
                _step(stack, token, passage)
        elif hidden <= 0:
            _words(stack, passage[token.start : token.end])
    while len(stack) > 1:
        _close(stack, passage)
    return join(_cases(stack[0].children))


def _words(stack: list[_Element], passage: Passage) -> None:
    words = escapes.entities(passage)
    words = Passage(words.text.translate(_INVISIBLE), words.at)
    words = (words if stack[-1].name == "mtext" else _lettered(words)).strip()
    if words.text:
        stack[-1].children.append(words)


def _lettered(words: Passage) -> Passage:
    """The same words with letters as TeX; each name stands where its letter does."""
    texts = [LETTERS.get(letter, letter) for letter in words.text]
    at = [place for text, place in zip(texts, words.at, strict=False) for _ in text]
    return Passage("".join(texts), [*at, words.at[-1]])


def _step(stack: list[_Element], tag: Tag, passage: Passage) -> None:
    if tag.alone:
        return
    if not tag.closing:
        stack.append(_Element(tag.name, tag.end))
    elif any(element.name == tag.name for element in stack[-8:]):
        while len(stack) > 1 and stack[-1].name != tag.name:
            _close(stack, passage)
        if len(stack) > 1:
            _close(stack, passage)


def _close(stack: list[_Element], passage: Passage) -> None:
    """Put the innermost element into its parent as TeX."""
    element = stack.pop()
    parts = _cases(element.children)
    if element.name in _SEPARATORS:
        parts = (
            [join([part.after(_SEPARATORS[element.name]) for part in parts[:-1]] + parts[-1:])]
            if parts
            else []
        )
    if (
        element.name in _SCRIPTED
        and parts
        and len(parts[0].text) > 1
        and re.search(r"[\s(\[+*/=]", parts[0].text)
    ):
        parts = [parts[0].before("{").after("}"), *parts[1:]]
    if element.name == "mover" and len(parts) == 2 and parts[1].text in ACCENTS:
        parts = [_filled(ACCENTS[parts[1].text], parts[:1])]
    if element.name == "mroot" and len(parts) == 2:
        parts = [join([parts[1].before(r"\sqrt[").after("]"), parts[0].before("{").after("}")])]
    template = TEMPLATES.get(element.name)
    if template is not None and parts:
        parts = [_filled(template, parts)]
    if element.name == "mtr" or len(parts) > 1:
        parts = [join(parts)] if parts else []
    stack[-1].children += parts or (
        [Passage(" ", [passage.at[element.place]] * 2)] if element.name == "mtd" else []
    )


def _cases(parts: Sequence[Passage]) -> list[Passage]:
    """Siblings with a brace and the table after it as one, unless a second brace closes the table."""
    done = list[Passage]()
    for number, part in enumerate(parts):
        closes = [after.text for after in parts[number + 1 : number + 2]] == ["}"]
        if done and done[-1].text == "{" and _is_table(part.text) and not closes:
            rows = part[len(_MATRIX[0]) : len(part) - len(_MATRIX[1])]
            done.append(done.pop()[:0].after(_CASES[0]) + rows.after(_CASES[1]))
        else:
            done.append(part)
    return done


def _is_table(text: str) -> bool:
    return text.startswith(_MATRIX[0]) and text.endswith(_MATRIX[1])


def _filled(template: Sequence[str], parts: list[Passage]) -> Passage:
    """Children between the marks of a template; missing children leave nothing, extra ones count as one."""
    slots = len(template) - 1
    if len(parts) > slots:
        parts = [*parts[: slots - 1], join(parts[slots - 1 :])]
    filled = [part.before(mark) if mark else part for mark, part in zip(template, parts, strict=False)]
    return join([*filled[:-1], filled[-1].after(template[-1])])
