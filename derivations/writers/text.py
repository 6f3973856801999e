"""Words and mathematics side by side, and how each target escapes the words.

Prose may hold mathematics between dollars, as in ``the width $d_k$``; ``\\$`` is a
dollar.  An escape filter changes the words and passes the mathematics on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from derivations.formula import parse
from derivations.formula.names import GREEK_LETTERS
from derivations.formula.tex import to_tex


class TeX(str):
    """Mathematics in TeX, without dollars; it is printed as it is."""

    __slots__ = ()


class Escaped(str):
    """Text that is ready for the page."""

    __slots__ = ()


MATHS = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$")
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def literal(words: str) -> str:
    """Somebody's words as prose without mathematics: a token such as ``$5`` keeps its dollar."""
    return re.sub(r"([\\$_^√])", r"\\\1", words)


def maths(tex: str) -> str:
    """TeX as a piece of prose."""
    return f"${tex}$"


def block(rendered: str) -> Escaped:
    """What a macro of a template has made, without the blank around it."""
    return Escaped(rendered.strip())


def pieces(prose: str) -> Iterator[str]:
    """The words of a text and, as TeX, the mathematics between them; ``√d_k`` in words is mathematics too."""
    at = 0
    for found in MATHS.finditer(prose):
        yield from _symbols(prose[at : found.start()])
        yield TeX(found[1])
        at = found.end()
    yield from _symbols(prose[at:])


_SCRIPTED = r"[A-Za-z](?:\^[A-Z](?:_[a-z\d]{1,5})?|_[a-z\d]{1,5})"
_PRODUCT = rf"(?:[A-Z] (?=[A-Z]\^T))?{_SCRIPTED}"
_SYMBOL = re.compile(rf"(?<![\w\\^-])(?:√({_SCRIPTED}|\d+|[a-z])|({_PRODUCT}))(?![\w^])")


def _symbols(words: str) -> Iterator[str]:
    """Symbols such as ``d_k``, ``K Q^T`` and ``√3`` among words become TeX."""
    at = 0
    for found in _SYMBOL.finditer(words):
        yield _unescaped(words[at : found.start()])
        yield TeX(rf"\sqrt{{{to_tex(parse(found[1]))}}}" if found[1] else to_tex(parse(found[2])))
        at = found.end()
    yield _unescaped(words[at:])


def _unescaped(words: str) -> str:
    return re.sub(r"\\([\\$_^√])", r"\1", words)


def _filter(escape: Callable[[str], str]) -> Callable[[str], str]:
    """A filter for templates: TeX passes, prose is escaped around its mathematics."""

    def apply(value: str) -> str:
        if isinstance(value, (TeX, Escaped)):
            return value
        whole = " ".join(str(value).split())
        return Escaped("".join(maths(p) if isinstance(p, TeX) else escape(p) for p in pieces(whole)))

    return apply


# ---------------------------------------------------------------- Markdown

_MARKDOWN = {**{c: "\\" + c for c in "\\`*_[]~|$"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"}
_BLOCK = re.compile(r"^(\s*)([#+-]|\d+(?=[.)]))")


def escape_markdown(words: str) -> str:
    """Words as Markdown that shows them as they are."""
    escaped = "".join(_MARKDOWN.get(c, c) for c in words)
    return _BLOCK.sub(lambda m: m[1] + (m[2] + "\\" if m[2].isdigit() else "\\" + m[2]), escaped)


# ---------------------------------------------------------------- LaTeX

_LATEX = {
    **{c: "\\" + c for c in "{}$&#%_"},
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"\textquotedbl{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{
        char: rf"$\{name}$"
        for char, name in GREEK_LETTERS.items()
        if name not in ("omicron", "upsilon", "Upsilon")
    },
    "∞": r"$\infty$",
    "√": r"$\surd$",
    "×": r"\texttimes{}",
    "·": r"\textperiodcentered{}",
    "−": "$-$",
    "≈": r"$\approx$",
    "≤": r"$\le$",
    "≥": r"$\ge$",
    "≠": r"$\ne$",
    "→": r"$\to$",
    "½": r"$\frac{1}{2}$",
    "±": r"\textpm{}",
    "²": "$^{2}$",
    "³": "$^{3}$",
    "⊙": r"$\odot$",
    "∈": r"$\in$",
    "…": r"\ldots{}",
    "ᵀ": "$^{T}$",
    "\u00a0": "~",
}
_LATIN = re.compile("[ -~\u00a1-\u017f\u2010-\u2015\u2018-\u201e\u2022\u20ac]")


def _escape_latex(words: str) -> str:
    return "".join(map(_latex_character, words)).replace("--", "-{}-")


def _latex_character(char: str) -> str:
    """A character that the fonts lack is named, so that it is never missing without a trace."""
    if char in _LATEX or _LATIN.match(char) or CJK.match(char):
        return _LATEX.get(char, char)
    return "" if ord(char) < 32 else rf"\texttt{{U+{ord(char):04X}}}"


md = _filter(escape_markdown)
tex = _filter(_escape_latex)


def plain(prose: str) -> str:
    """Prose for a terminal: the mathematics stands as the author wrote it, without dollars."""
    return _unescaped(MATHS.sub(r"\1", " ".join(prose.split())))
