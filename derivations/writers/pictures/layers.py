"""Places for the boxes of a graph: layer below layer, few crossings, long lines straight.

The method of Sugiyama, Tagawa and Toda 1981: a line that passes a layer takes up a
narrow place in it, the order inside a layer follows the middle of the neighbours, and
then each box moves as near to its neighbours as the order allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import fmean

from derivations.writers.pictures.graph import Graph

SWEEPS = 12
PASSING = 22
"""The width of a place that a line takes up where it passes a layer."""
BETWEEN = 16
STRAIGHT = 8.0
"""How much more a line that passes wants to run straight than a box wants to stand near its neighbours."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A box, or the place where the line to ``towards`` passes a layer."""

    name: str
    layer: int
    towards: str = ""


@dataclass
class Layout:
    """The layers from above, each from left to right; the middle of every spot; the way of every line."""

    layers: list[list[Spot]]
    middles: dict[Spot, float] = field(default_factory=dict)
    ways: dict[tuple[str, str], tuple[Spot, ...]] = field(default_factory=dict)

    def neighbours(self) -> dict[Spot, list[Spot]]:
        """What each spot is joined to."""
        found: dict[Spot, list[Spot]] = {spot: [] for layer in self.layers for spot in layer}
        for way in self.ways.values():
            for above, below in pairwise(way):
                found[above].append(below)
                found[below].append(above)
        return found


def layout(graph: Graph, widths: Mapping[str, int]) -> Layout:
    """The layout of a graph without circles, given the widths of its boxes."""
    found = _layered(graph)
    _order(found)
    _place(found, widths)
    return found


# ---------------------------------------------------------------- layers


def depths(graph: Graph) -> dict[str, int]:
    """The layer of each name, below all that it comes from; what comes from nothing is just above its use."""
    depth: dict[str, int] = {}
    for name, sources in graph.sources.items():
        depth[name] = 1 + max((depth[each] for each in sources), default=-1)
    for name, sources in graph.sources.items():
        uses = [depth[target] for source, target in graph.edges if source == name]
        if not sources and uses:
            depth[name] = min(uses) - 1
    return depth


def _layered(graph: Graph) -> Layout:
    depth = depths(graph)
    found = Layout([[] for _ in range(1 + max(depth.values()))])
    for name in graph.names:
        found.layers[depth[name]].append(Spot(name, depth[name]))
    for source, target in graph.edges:
        passed = [Spot(source, layer, target) for layer in range(depth[source] + 1, depth[target])]
        for spot in passed:
            found.layers[spot.layer].append(spot)
        found.ways[source, target] = (Spot(source, depth[source]), *passed, Spot(target, depth[target]))
    return found


# ---------------------------------------------------------------- order


def _order(found: Layout) -> None:
    """Sort each layer by the middles of its neighbours, downwards and upwards; the best order stays."""
    joined = found.neighbours()
    best = [list(layer) for layer in found.layers]
    fewest = _crossings(found)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in found.layers if down else reversed(found.layers):
            _sort(layer, joined, found.layers, -1 if down else 1)
        if (crossings := _crossings(found)) < fewest:
            best, fewest = [list(layer) for layer in found.layers], crossings
    found.layers[:] = best


def _sort(layer: list[Spot], joined: Mapping[Spot, list[Spot]], layers: list[list[Spot]], side: int) -> None:
    ranks = {spot: (at + 0.5) / len(row) for row in layers for at, spot in enumerate(row)}

    def middle(spot: Spot) -> float:
        seen = [ranks[each] for each in joined[spot] if each.layer == spot.layer + side]
        return fmean(seen) if seen else ranks[spot]

    layer.sort(key=middle)


def _crossings(found: Layout) -> int:
    """How many pairs of lines cross between two layers."""
    ranks = {spot: at for row in found.layers for at, spot in enumerate(row)}
    pieces: dict[int, list[tuple[int, int]]] = {}
    for way in found.ways.values():
        for above, below in pairwise(way):
            pieces.setdefault(above.layer, []).append((ranks[above], ranks[below]))
    return sum(
        (a - c) * (b - d) < 0
        for rows in pieces.values()
        for at, (a, b) in enumerate(rows)
        for c, d in rows[:at]
    )


# ---------------------------------------------------------------- places


def _place(found: Layout, widths: Mapping[str, int]) -> None:
    """Move every spot towards its neighbours, again and again, keeping order and distance."""
    joined = found.neighbours()
    for layer in found.layers:
        level = [0.0] * len(layer), [1.0] * len(layer)
        found.middles.update(zip(layer, apart(*level, _sizes(layer, widths)), strict=True))
    for _ in range(4 * SWEEPS):
        for layer in (*found.layers, *reversed(found.layers)):
            wishes = [_wish(spot, joined, found.middles) for spot in layer]
            placed = apart([at for at, _ in wishes], [weight for _, weight in wishes], _sizes(layer, widths))
            found.middles.update(zip(layer, placed, strict=True))
    for way in found.ways.values():
        _straighten(found, way[1:-1], widths)


def _straighten(found: Layout, passed: Sequence[Spot], widths: Mapping[str, int]) -> None:
    """Bring the places where a line passes below each other, if there is room in every layer."""
    before = dict(found.middles)
    found.middles.update(dict.fromkeys(passed, fmean(before[spot] for spot in passed) if passed else 0.0))
    if any(_overlaps(found, found.layers[spot.layer], widths) for spot in passed):
        found.middles = before


def _overlaps(found: Layout, layer: Sequence[Spot], widths: Mapping[str, int]) -> bool:
    sized = pairwise(zip(layer, _sizes(layer, widths), strict=True))
    return any(
        found.middles[right] - found.middles[left] < (wide + wider) / 2 - BETWEEN / 2
        for (left, wide), (right, wider) in sized
    )


def _sizes(layer: Sequence[Spot], widths: Mapping[str, int]) -> list[float]:
    return [PASSING if spot.towards else widths[spot.name] + BETWEEN for spot in layer]


def _wish(
    spot: Spot, joined: Mapping[Spot, list[Spot]], middles: Mapping[Spot, float]
) -> tuple[float, float]:
    """Where a spot wants to be, and how much."""
    others = joined[spot]
    if not others:
        return middles[spot], 1.0
    weights = [STRAIGHT if spot.towards and each.towards else 1.0 for each in others]
    total = sum(weights)
    return sum(w * middles[each] for w, each in zip(weights, others, strict=True)) / total, total


def apart(wishes: Sequence[float], weights: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Middles nearest to the wished ones, by least squares, in the same order and without overlap.

    Neighbours that would overlap are joined to a block, which stands where its members
    want it on the average (pool adjacent violators).
    """
    offsets = [0.0]
    for left, right in pairwise(sizes):
        offsets.append(offsets[-1] + (left + right) / 2)
    blocks: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        blocks.append((wish - offset, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, u, m), (b, v, n) = blocks[-2:]
            blocks[-2:] = [((a * u + b * v) / (u + v), u + v, m + n)]
    starts = [start for start, _, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
