"""Tree -> presentation MathML (MathML Core), which browsers show and screen readers read without a script.

Every function returns exactly one element, so that it can stand in a fraction or a script.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from html import escape

from derivations.formula.presented import Notation, cells, presented
from derivations.model import Node

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ACCENTS = {"hat": "^", "tilde": "~", "bar": "¯"}
MARKED = "marked"
"""The class of what stands out; how it looks is said where the page is made."""
THIN = ' lspace="0.17em"'
"""The space of a function and of an argument without brackets, as in ``2 ln 3``."""
TALL = re.compile("<(?:mfrac|mtable|msqrt|munder)")
"""Brackets grow around these only; those that may grow are set apart from what they hold."""


def to_mathml(node: Node, display: bool = False) -> str:
    """The tree as a ``<math>`` element, on a line of its own or among words."""
    return wrapped(element(node), display)


def wrapped(inner: str, display: bool = False) -> str:
    """Elements as a ``<math>`` element."""
    return f'<math display="block">{inner}</math>' if display else f"<math>{inner}</math>"


def element(node: Node) -> str:
    """The tree as one element inside ``<math>``."""
    return presented(node, MATHML)


def operator(sign: str) -> str:
    """A sign such as ``=``."""
    return f"<mo>{escape(sign)}</mo>"


def _leaf(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"


def _letter(text: str) -> str:
    return _leaf("mi", text)


def _row(*parts: str) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _bracketed(shown: str, pair: str) -> str:
    sign = operator if TALL.search(shown) else _small
    return _row(sign(pair[0]), shown, sign(pair[1]))


def _small(sign: str) -> str:
    return f'<mo stretchy="false">{sign}</mo>'


def _scripts(base: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


def _of(argument: str) -> str:
    """The invisible sign between a function and its argument, with a space where there are no brackets."""
    return f"<mo{THIN if argument.startswith('<mn>') else ''}>\u2061</mo>"


def _large(sign: str, below: str, above: str) -> str:
    if above:
        return f"<munderover>{operator(sign)}{below}{above}</munderover>"
    return f"<munder>{operator(sign)}{below}</munder>"


def matrix(rows: Sequence[Sequence[Node]], marked: Container[tuple[int, int]] = ()) -> str:
    """Cells in square brackets as one element; those at the places in ``marked``, from 1, stand out."""
    return _bracketed(_table(cells(rows, MATHML), "matrix", marked), "[]")


def _table(rows: Sequence[Sequence[str]], kind: str, marked: Container[tuple[int, int]] = ()) -> str:
    shown = (
        "".join(_cell(cell, (i, j) in marked) for j, cell in enumerate(row, 1))
        for i, row in enumerate(rows, 1)
    )
    return f'<mtable class="{kind}">{"".join(f"<mtr>{row}</mtr>" for row in shown)}</mtable>'


def _cell(shown: str, is_marked: bool) -> str:
    return f'<mtd class="{MARKED}">{shown}</mtd>' if is_marked else f"<mtd>{shown}</mtd>"


MATHML = Notation(
    number=lambda text: _leaf("mn", text),
    letter=_letter,
    words=lambda text: _leaf("mtext", text),
    sign=operator,
    row=_row,
    bracketed=_bracketed,
    scripts=_scripts,
    accented=lambda base, accent: f'<mover accent="true">{base}{operator(ACCENTS[accent])}</mover>',
    fraction=lambda over, under: f"<mfrac>{over}{under}</mfrac>",
    slash='<mo lspace="0" rspace="0">/</mo>',
    root=lambda inner: f"<msqrt>{inner}</msqrt>",
    function=_letter,
    applied=lambda function, argument: _row(function, _of(argument), argument),
    large=_large,
    matrix=lambda rows: _bracketed(_table(rows, "matrix"), "[]"),
    cases=lambda rows: _row(operator("{"), _table(rows, "cases")),
    beside=f"<mo{THIN}>\u2062</mo>",
    gap='<mspace width="1em"/>',
)
