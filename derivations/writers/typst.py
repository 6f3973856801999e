"""Words and mathematics for Typst: words are string literals, mathematics is printed from the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from derivations.formula import parse, statements
from derivations.formula.tex import RELATIONS, to_tex
from derivations.formula.typst import sign, string, to_typst
from derivations.model import Node
from derivations.writers.layout import chain, packed
from derivations.writers.text import Escaped, TeX, pieces
from derivations.writers.views import Chain, Side

SIGNS = {tex: shown for shown, tex in RELATIONS.items()}
SVG = "{http://www.w3.org/2000/svg}"


def quoted(value: str) -> Escaped:
    """A string literal."""
    return Escaped(string(value))


def typst(value: str) -> Escaped:
    """Prose with its mathematics; what is escaped already passes."""
    if isinstance(value, Escaped):
        return value
    parts = [value] if isinstance(value, TeX) else pieces(" ".join(str(value).split()))
    return Escaped("".join(_inline(p) if isinstance(p, TeX) else f"#{string(p)};" for p in parts))


def _inline(tex: TeX) -> str:
    """Mathematics among words; its TeX is what a screen reader reads."""
    return f"#maths({string(tex)}, ${to_typst(parse(tex))}$);"


def display(value: Chain | TeX) -> Escaped:
    """Mathematics on lines of its own, which are broken at its signs where it is wide."""
    equations = [value] if isinstance(value, Chain) else list(map(_chain, statements(parse(value))))
    return Escaped("\n".join(map(row, packed(equations))))


def row(equations: Sequence[Chain]) -> Escaped:
    """Equations side by side; one alone has a line for each of its rows."""
    spoken = ", ".join(" ".join(_spoken(each)).strip() for each in equations)
    shown = r" \, quad ".join(map(_aligned, equations))
    return Escaped(f"#shown({string(spoken)}, $ {shown} $)")


def _chain(node: Node) -> Chain:
    """A formula as a chain of sides; one without a relation is the only side."""
    if node.kind != "relation":
        return chain(TeX(""), [Side(TeX(""), TeX(to_tex(node)))])
    left, *sides = (TeX(to_tex(side)) for side in node.args)
    signs = (TeX(RELATIONS.get(each, each)) for each in node.data)
    return chain(left, [Side(*pair) for pair in zip(signs, sides, strict=True)])


def _spoken(equation: Chain) -> Iterator[str]:
    yield equation.left
    for sides in equation.rows:
        for side in sides:
            yield f"{side.sign} {side.tex}"


def _aligned(equation: Chain) -> str:
    rows = ["& " + " ".join(map(_side, sides)) for sides in equation.rows]
    left = f"{to_typst(parse(equation.left))} " if equation.left else ""
    return left + " \\\n".join(rows)


def _side(side: Side) -> str:
    shown = to_typst(parse(side.tex))
    return f"{sign(SIGNS.get(side.sign, side.sign))} {shown}" if side.sign else shown


def picture(svg: str) -> Escaped:
    """A picture in SVG, with its title and description as what a screen reader reads."""
    root = ElementTree.fromstring(svg)
    texts = [(root.findtext(SVG + name) or "").strip() for name in ("title", "desc")]
    spoken = ". ".join(filter(None, texts))
    return Escaped(f"#picture({string(spoken)}, {int(root.attrib['width'])}, {string(svg)})")
