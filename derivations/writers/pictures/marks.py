"""What a picture is made of: areas, paths and labels, in pixels from its upper left corner.

Every text is prose, in which mathematics stands between dollars.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """What colour says: the ink of the page, or the sign of a number."""

    INK = "ink"
    PLUS = "plus"
    MINUS = "minus"


DARKEST = 36
"""The strongest shade behind a number, in percent: it can still be read, on dark paper too."""
FRAME = 55
"""The shade of lines that only part one thing from another, in percent."""
SIZE, SMALL = 14, 12
"""Heights of letters."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle; ``shade`` in percent."""

    x: int
    y: int
    width: int
    height: int
    shade: int = 0
    tone: Tone = Tone.INK
    framed: bool = True
    round: int = 0
    """The radius of its corners."""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A place."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a path: straight to a point, or a Bézier curve, drawn to ``first`` and ``second``."""

    to: Point
    first: Point | None = None
    second: Point | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, or what it encloses."""

    start: Point
    pieces: tuple[Piece, ...]
    tone: Tone = Tone.INK
    shade: int = 100
    filled: bool = False
    dash: str = ""
    """``""`` for a solid line, ``dashed`` or ``dotted``."""
    thick: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text; ``x`` is its start, middle or end, as ``anchor`` says, and ``y`` the line that it stands on."""

    x: int
    y: int
    text: str
    anchor: str = "middle"
    size: int = SIZE


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its words: a title, all that it shows as text, and what is to be seen in it."""

    name: str
    """Parts the files of one page, ``A`` or ``flow``: letters, digits and ``-``."""
    title: str
    text: str
    caption: str
    width: int
    height: int
    areas: tuple[Area, ...] = ()
    paths: tuple[Path, ...] = ()
    labels: tuple[Label, ...] = ()
