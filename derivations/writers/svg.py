"""Words of a picture for SVG: mathematics becomes letters with raised and lowered ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from derivations.formula import names, parse
from derivations.formula.names import GREEK_LETTERS
from derivations.formula.tex import precedence
from derivations.model import Node
from derivations.writers.plain import plain
from derivations.writers.text import Escaped, TeX, escape_markdown, pieces

SHIFT = 0.5
"""How far a script is moved, in its own height of letters."""
SMALLER = 70
"""The height of a script, in percent."""
_LETTERS = {name: letter for letter, name in GREEK_LETTERS.items() if letter not in "ϵϕ"} | {
    "ell": "ℓ",
    "infinity": "∞",
}
_ACCENTS = {"hat": "\u02c6", "tilde": "\u02dc", "bar": "\u00af"}
"""Accents that stand by themselves: not every font can put one above a letter."""
BACK, UP = 0.56, 0.17
"""How far an accent is moved back over its letter, and above a capital, in the height of letters."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some letters: raised (1), lowered (-1) or neither, and slanted like a variable or upright."""

    text: str
    level: int = 0
    slanted: bool = False
    accent: str = ""
    """What stands above it."""


def svg(prose: str) -> Escaped:
    """Prose as the inside of a ``text`` element."""
    if isinstance(prose, Escaped):
        return prose
    shown = [_tspans(piece) if isinstance(piece, TeX) else escape(piece) for piece in pieces(prose)]
    return Escaped("".join(shown))


def words(prose: str) -> Escaped:
    """Prose as words alone, where no mathematics can stand: a title or a description."""
    return Escaped(escape(_spoken(prose)))


def alt(prose: str) -> Escaped:
    """Prose as the alternative text of an image in Markdown."""
    return Escaped(escape_markdown(_spoken(prose)))


def _spoken(prose: str) -> str:
    shown = [_signs(plain(parse(piece))) if isinstance(piece, TeX) else piece for piece in pieces(prose)]
    return "".join(shown)


def _signs(line: str) -> str:
    return line.replace("-", "−")


def _tspans(tex: TeX) -> str:
    """Mathematics; every change of level moves the line, and the next one moves it back."""
    shown, level = "", 0
    for run in runs(parse(tex)):
        shown += _tspan(run, run.level - level)
        level = run.level
    return shown + ('<tspan dy="' + _em(level * SHIFT * SMALLER / 100) + '">\u200b</tspan>' if level else "")


def _tspan(run: Run, rise: int) -> str:
    """The shift is counted in the letters' own height, and a step from script to script is one of scripts."""
    height = SMALLER / 100
    shift = -rise * SHIFT * (1 if run.level else height)
    moved = f' dy="{_em(shift)}"' if rise else ""
    size = f' font-size="{SMALLER}%"' if run.level else ""
    slant = ' font-style="italic"' if run.slanted else ""
    return f"<tspan{moved}{size}{slant}>{escape(run.text)}</tspan>{_accent(run)}"


def _accent(run: Run) -> str:
    """An accent over the letter before it, and the way back to the line."""
    if not run.accent:
        return ""
    up = UP if run.text.isupper() else 0.0
    shown = f'<tspan dx="{_em(-BACK)}" dy="{_em(-up)}">{run.accent}</tspan>'
    return shown + f'<tspan dx="{_em(BACK / 2)}" dy="{_em(up)}">\u200b</tspan>'


def _em(height: float) -> str:
    return f"{height:g}em"


# ---------------------------------------------------------------- runs


def runs(node: Node, level: int = 0) -> Iterator[Run]:
    """A tree as letters; what is no name, number or simple sum is written on one line."""
    yield from _RULES.get(node.kind, _line)(node, level)


def _line(node: Node, level: int) -> Iterator[Run]:
    yield Run(_signs(plain(node)), level)


def _name(node: Node, level: int) -> Iterator[Run]:
    base, above, below = names.parts(node.data)
    accent, _, rest = below.partition("_")
    below = rest if accent in _ACCENTS else below
    yield Run(_LETTERS.get(base, base), level, len(base) == 1 or base in _LETTERS, _ACCENTS.get(accent, ""))
    for script, rise in ((below, -1), (above, 1)):
        if script:
            yield Run(_LETTERS.get(script, script), level or rise, len(script) == 1 and script.isalpha())


def _power(node: Node, level: int) -> Iterator[Run]:
    base, exponent = node.args
    yield from _held(base, level, 100)
    yield from runs(exponent, level or 1)


def _held(node: Node, level: int, binding: int) -> Iterator[Run]:
    """An operand, in brackets where it needs them."""
    bare = precedence(node) >= binding
    yield from () if bare else (Run("(", level),)
    yield from runs(node, level)
    yield from () if bare else (Run(")", level),)


def _infix(sign: str) -> Callable[[Node, int], Iterator[Run]]:
    def rule(node: Node, level: int) -> Iterator[Run]:
        yield from runs(node.args[0], level)
        yield Run(sign, level)
        yield from _held(node.args[1], level, precedence(node) + 1)

    return rule


def _divide(node: Node, level: int) -> Iterator[Run]:
    above, below = node.args
    yield from _held(above, level, precedence(node))
    yield Run("/", level)
    yield from _held(below, level, precedence(node) + 1)


def _negative(node: Node, level: int) -> Iterator[Run]:
    yield Run("−", level)
    yield from _held(node.args[0], level, precedence(node))


def _product(node: Node, level: int) -> Iterator[Run]:
    yield from _held(node.args[0], level, precedence(node))
    yield Run(f" {node.data} " if node.data else "\u2009", level)
    yield from _held(node.args[1], level, precedence(node))


_RULES: dict[str, Callable[[Node, int], Iterator[Run]]] = {
    "number": lambda node, level: iter((Run(node.data.text, level),)),
    "name": _name,
    "power": _power,
    "add": _infix(" + "),
    "subtract": _infix(" − "),
    "divide": _divide,
    "multiply": _product,
    "negative": _negative,
}
