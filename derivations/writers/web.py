"""Words and mathematics for a web page: words are escaped, mathematics becomes MathML."""

from __future__ import annotations

from html import escape

from derivations.formula import parse, statements
from derivations.formula.mathml import element, operator, to_mathml, wrapped
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


def lines(chain: Chain) -> tuple[Escaped, ...]:
    """A chain, one line for each of its rows; those after the first begin with a sign."""
    first, *others = ["".join(map(_side, row)) for row in chain.rows]
    shown = [element(parse(chain.left)) + first, *others]
    return tuple(Escaped(wrapped(f"<mrow>{row}</mrow>", display=True)) for row in shown)


def _side(side: Side) -> str:
    return operator(SIGNS.get(side.sign, side.sign)) + element(parse(side.tex))
