"""How the steps lead to each other: boxes for inputs and steps, arrows for what uses what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivations.formula import names
from derivations.model import Step
from derivations.writers.pictures.graph import Graph, graph
from derivations.writers.pictures.layers import Layout, Spot, layout
from derivations.writers.pictures.letters import broken, width
from derivations.writers.pictures.marks import SMALL, Area, Label, Path, Picture, Piece, Point
from derivations.writers.plain import plain_name
from derivations.writers.sheet import Sheet
from derivations.writers.text import maths

WORDS = (
    "How the steps lead to each other",
    "An arrow leads from a value to what is worked out from it; dashed boxes are inputs.",
)
WIDEST = 600
"""A wider picture does not fit on a page."""
TITLE = 104
"""Titles in boxes are broken into lines of this width."""
SIDE, LINE, HEAD, UNDER = 9, 15, 20, 3
"""Room at the sides of a box, the heights of a line of its title and of its name, and room for subscripts."""
GAP = 34
"""The height between two layers."""
PORT = 16
"""The distance between two arrows that end at one box."""
NEAR = 4
"""An arrow that ends so far to the side of its beginning is made straight."""
TIP = 7
EDGE = 4


@dataclass(frozen=True, slots=True)
class Box:
    """What stands in a box, and its size."""

    name: str
    title: tuple[str, ...]
    is_input: bool

    @property
    def width(self) -> int:
        """In pixels."""
        return 2 * SIDE + max(
            34, width(maths(names.tex(self.name))) // 2, *(width(each, SMALL) for each in self.title)
        )

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD + LINE * len(self.title) + (UNDER if self.title else 0) + SIDE


def flow(sheet: Sheet) -> Picture | None:
    """The picture of a whole derivation; None where it would be no help."""
    found = graph(sheet.derivation)
    if found is None:
        return None
    steps = {step.name: step for step in sheet.derivation.steps}
    boxes = {name: _box(sheet, name, steps.get(name)) for name in found.names}
    placed = layout(found, {name: box.width for name, box in boxes.items()})
    return _picture(sheet, found, _Drawing(placed, boxes))


def _box(sheet: Sheet, name: str, step: Step | None) -> Box:
    title = sheet.words(step.title) if step else ""
    lines = broken(title, TITLE) if title.strip("$") not in ("", names.tex(name)) else []
    return Box(name, tuple(lines), step is None)


def _picture(sheet: Sheet, found: Graph, drawing: _Drawing) -> Picture | None:
    if drawing.width > WIDEST:
        return None
    title, caption = map(sheet.words, WORDS)
    return Picture(
        name="flow",
        title=title,
        text="; ".join(
            f"{plain_name(name)} ← {', '.join(map(plain_name, sources))}"
            for name, sources in found.sources.items()
            if sources
        ),
        caption=caption,
        width=drawing.width,
        height=drawing.height,
        areas=tuple(drawing.area(spot) for spot in drawing.spots),
        paths=tuple(path for way in drawing.layout.ways for path in drawing.arrow(way)),
        labels=tuple(label for spot in drawing.spots for label in drawing.labels(spot)),
    )


class _Drawing:
    """A layout with boxes, in pixels."""

    def __init__(self, placed: Layout, boxes: Mapping[str, Box]) -> None:
        self.layout, self.boxes = placed, boxes
        self.spots = [spot for layer in placed.layers for spot in layer if not spot.towards]
        left = min(placed.middles[spot] - self._half(spot) for layer in placed.layers for spot in layer)
        self.middles = {spot: round(middle - left) + EDGE for spot, middle in placed.middles.items()}
        self.width = max(round(self.middles[spot] + self._half(spot)) for spot in self.middles) + EDGE
        self.tops, self.bands = [], []
        y = EDGE
        for layer in placed.layers:
            self.tops.append(y)
            self.bands.append(max(boxes[spot.name].height for spot in layer if not spot.towards))
            y += self.bands[-1] + GAP
        self.height = y - GAP + EDGE

    def _half(self, spot: Spot) -> float:
        return 1 if spot.towards else self.boxes[spot.name].width / 2

    def _top(self, spot: Spot) -> int:
        """Boxes stand in the middle of their layer."""
        return self.tops[spot.layer] + (self.bands[spot.layer] - self.boxes[spot.name].height) // 2

    def area(self, spot: Spot) -> Area:
        """The frame of a box."""
        box = self.boxes[spot.name]
        x = self.middles[spot] - box.width // 2
        shade = 0 if box.is_input else 8
        return Area(x, self._top(spot), box.width, box.height, shade, round=6, dashed=box.is_input)

    def labels(self, spot: Spot) -> list[Label]:
        """The name of a box, and its title below."""
        box, x, y = self.boxes[spot.name], self.middles[spot], self._top(spot) + HEAD
        title = [Label(x, y + UNDER + LINE * at, line, size=SMALL) for at, line in enumerate(box.title, 1)]
        return [Label(x, y, maths(names.tex(box.name))), *title]

    # ------------------------------------------------------------ arrows

    def arrow(self, ends: tuple[str, str]) -> list[Path]:
        """A line from the lower side of a box to the upper side of another one, and its tip."""
        first, *passed, last = self.layout.ways[ends]
        end = Point(self._port(ends, last), self._top(last))
        middle = self.middles[first]
        near = not passed and abs(middle - end.x) <= NEAR
        start = Point(end.x if near else middle, self._top(first) + self.boxes[first.name].height)
        band = self.tops[first.layer] + self.bands[first.layer]
        at = Point(start.x, band)
        pieces = [Piece(at)] if band > start.y else []
        for spot in passed:
            above = Point(self.middles[spot], self.tops[spot.layer])
            below = Point(above.x, above.y + self.bands[spot.layer])
            pieces += [_bend(at, above), Piece(below)]
            at = below
        pieces.append(_bend(at, Point(end.x, self.tops[last.layer] - TIP)))
        if end.y > self.tops[last.layer]:
            pieces.append(Piece(Point(end.x, end.y - TIP)))
        half = TIP // 2
        tip = (Point(end.x + half, end.y - TIP), Point(end.x - half, end.y - TIP), end)
        return [
            Path(start, tuple(pieces), shade=80),
            Path(end, tuple(map(Piece, tip)), shade=80, filled=True),
        ]

    def _port(self, ends: tuple[str, str], last: Spot) -> int:
        """Arrows that end at one box keep apart, in the order in which they come."""
        coming = sorted(
            (way for way in self.layout.ways if way[1] == ends[1]),
            key=lambda way: self.middles[self.layout.ways[way][-2]],
        )
        return self.middles[last] + PORT * (2 * coming.index(ends) + 1 - len(coming)) // 2


def _bend(start: Point, end: Point) -> Piece:
    """Straight where it can be, else a curve that leaves and arrives upright."""
    if start.x == end.x:
        return Piece(end)
    middle = (start.y + end.y) // 2
    return Piece(end, Point(start.x, middle), Point(end.x, middle))
