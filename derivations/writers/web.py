"""Words and mathematics for a web page: words are escaped, mathematics becomes MathML."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from derivations.formula import parse, statements
from derivations.formula.mathml import element, operator, to_mathml, wrapped
from derivations.model import Node
from derivations.writers.text import Escaped, TeX, pieces
from derivations.writers.views import Chain, Side
from derivations.writers.width import width

SIGNS = {r"\approx": "≈"}
NARROW = 26.0
"""In digits: a wider formula among words scrolls on a phone."""


def html(value: str) -> Escaped:
    """Prose with its mathematics; what is escaped already passes."""
    if isinstance(value, Escaped):
        return value
    parts = [value] if isinstance(value, TeX) else pieces(" ".join(str(value).split()))
    return Escaped("".join(inline(p) if isinstance(p, TeX) else escape(p) for p in parts))


def inline(tex: TeX) -> Escaped:
    """Mathematics among words; what is wide stands in a box that scrolls."""
    node = parse(tex)
    shown = to_mathml(node)
    return Escaped(f'<span class="wide" tabindex="0">{shown}</span>' if width(node) > NARROW else shown)


def displays(tex: TeX) -> tuple[Escaped, ...]:
    """Mathematics on lines of its own, one for each statement."""
    return tuple(Escaped(to_mathml(node, display=True)) for node in statements(parse(tex)))


def written(tex: TeX) -> tuple[tuple[Escaped, ...], ...]:
    """Display mathematics of a Markdown page: its statements, each with the lines that it fills."""
    return tuple(_broken(node, tex) for node in statements(parse(tex)))


def _broken(node: Node, tex: TeX) -> tuple[Escaped, ...]:
    """A statement; a chain is broken where its text has the end of a row between two sides."""
    sides = node.args if node.kind == "relation" else ()
    breaks = [r"\\" in tex[left.span.end : right.span.start] for left, right in pairwise(sides)]
    if not any(breaks):
        return (Escaped(to_mathml(node, display=True)),)
    rows = [element(sides[0])]
    for is_new, sign, side in zip(breaks, node.data, sides[1:], strict=True):
        if is_new:
            rows.append("")
        rows[-1] += operator(sign) + element(side)
    return tuple(map(_line, rows))


def lines(chain: Chain) -> tuple[Escaped, ...]:
    """A chain, one line for each of its rows; those after the first begin with a sign."""
    first, *others = ["".join(map(_side, row)) for row in chain.rows]
    shown = [element(parse(chain.left)) + first, *others]
    return tuple(map(_line, shown))


def _line(row: str) -> Escaped:
    return Escaped(wrapped(f"<mrow>{row}</mrow>", display=True))


def _side(side: Side) -> str:
    return operator(SIGNS.get(side.sign, side.sign)) + element(parse(side.tex))
