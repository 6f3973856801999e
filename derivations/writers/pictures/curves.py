"""Functions of one variable as curves; every point is the rounding of an exact value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from derivations.evaluate import evaluate
from derivations.exact import EXACT, Exact
from derivations.formula import parse
from derivations.model import Curve
from derivations.writers.pictures.letters import width
from derivations.writers.pictures.marks import FRAME, SMALL, Label, Path, Picture, Piece, Point, Tone
from derivations.writers.sheet import Sheet

WIDTH, HEIGHT = 340, 190
"""Size of the field in which the curves run."""
LEFT, TOP, BELOW = 44, 26, 44
GAP = 8
RIGHT = LEFT + WIDTH + GAP
"""Where labels begin."""
POINTS = 80
"""Straight pieces of a curve."""
TICKS = 6
"""About so many numbers stand at an axis."""
APART = 16
"""The least distance between two labels."""
SAMPLE = 22
"""The length of the piece of a curve that stands before its label."""
LINES = ((Tone.PLUS, ""), (Tone.MINUS, "dashed"), (Tone.INK, "dotted"), (Tone.INK, ""))
"""Colour and dashes of the curves in their order, so that nobody needs to see colours."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Numbers on an axis of so many pixels: where it begins and ends, and what is written at it."""

    low: Fraction
    high: Fraction
    ticks: tuple[Fraction, ...]

    def at(self, number: Fraction | float, length: int) -> float:
        """The place of a number on the axis, in pixels from its beginning."""
        return round(float((Fraction(number) - self.low) / (self.high - self.low)) * length, 1)


def curve(sheet: Sheet, wanted: Curve) -> Picture:
    """The picture of some curves, each labelled where it ends, with the values at the ticks as its text."""
    across = axis(_fraction(wanted.start), _fraction(wanted.end), tight=True)
    xs = [across.low + (across.high - across.low) * Fraction(k, POINTS) for k in range(POINTS + 1)]
    lines = [values(formula, wanted.variable, xs) for _, formula in wanted.lines]
    upward = axis(Fraction(min(map(min, lines))), Fraction(max(map(max, lines))))
    labels = [sheet.words(label) for label, _ in wanted.lines]
    ends = _ends(upward, [line[-1] for line in lines])
    listed = [
        f"{label}: " + ", ".join(f"{_shown(x)} → {y:.3g}" for x, y in _at_ticks(across, formula, wanted))
        for label, (_, formula) in zip(labels, wanted.lines, strict=True)
    ]
    return Picture(
        name=wanted.name,
        title=sheet.words(wanted.title),
        text="; ".join(listed),
        caption=sheet.words(wanted.why),
        width=LEFT + WIDTH + 2 * GAP + SAMPLE + max(map(width, labels)) + 4,
        height=TOP + HEIGHT + BELOW,
        paths=(
            *_frame(across, upward),
            *_marks(across, wanted),
            *_curves(across, upward, xs, lines),
            *_samples(ends),
        ),
        labels=(
            *_numbers(across, upward),
            *(
                Label(RIGHT + GAP + SAMPLE, y + 5, label, "start")
                for label, y in zip(labels, ends, strict=True)
            ),
            *_mark_labels(sheet, across, wanted),
            Label(LEFT + WIDTH // 2, TOP + HEIGHT + BELOW - 6, sheet.words(wanted.axis)),
        ),
    )


def _fraction(cell: object) -> Fraction:
    return Fraction(str(cell))


def values(formula: str, variable: str, xs: Sequence[Fraction]) -> list[float]:
    """What a formula in one variable is worth at each of some places: the nearest floats."""
    node = parse(formula)
    return [float(evaluate(node, {variable: Exact.rational([[x]])}, EXACT).numpy()[0][0]) for x in xs]


def _at_ticks(across: Axis, formula: str, wanted: Curve) -> list[tuple[Fraction, float]]:
    return list(zip(across.ticks, values(formula, wanted.variable, across.ticks), strict=True))


# ---------------------------------------------------------------- axes


def axis(low: Fraction, high: Fraction, tight: bool = False) -> Axis:
    """An axis for some numbers, with round numbers at it; it ends at a round one unless it is tight."""
    step = _round_step((high - low) / TICKS)
    first, last = low // step, -(-high // step)
    ticks = tuple(step * k for k in range(int(first), int(last) + 1))
    if tight:
        return Axis(low, high, tuple(tick for tick in ticks if low <= tick <= high))
    return Axis(ticks[0], ticks[-1], ticks)


def _round_step(least: Fraction) -> Fraction:
    """The least of 1, 2, 5, 10, … times a power of 10 that is not below."""
    power = Fraction(1)
    while power > least:
        power /= 10
    while power * 10 <= least:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _shown(number: Fraction) -> str:
    text = f"{float(number):g}"
    return f"${text}$" if number < 0 else text


def _frame(across: Axis, upward: Axis) -> list[Path]:
    """The left and the lower side, and a thin line at 0 if it lies between."""
    corners = (Point(LEFT, TOP), Point(LEFT, TOP + HEIGHT), Point(LEFT + WIDTH, TOP + HEIGHT))
    zero = TOP + HEIGHT - upward.at(0, HEIGHT)
    ground = [straight([Point(LEFT, zero), Point(LEFT + WIDTH, zero)], shade=FRAME)]
    ticks = [
        straight([Point(x, TOP + HEIGHT), Point(x, TOP + HEIGHT + 4)], shade=FRAME)
        for x in (LEFT + across.at(tick, WIDTH) for tick in across.ticks)
    ] + [
        straight([Point(LEFT - 4, y), Point(LEFT, y)], shade=FRAME)
        for y in (TOP + HEIGHT - upward.at(tick, HEIGHT) for tick in upward.ticks)
    ]
    return [
        straight(corners, shade=FRAME),
        *(ground if upward.low < 0 < upward.high else []),
        *ticks,
    ]


def straight(points: Sequence[Point], shade: int = 100, tone: Tone = Tone.INK, dash: str = "") -> Path:
    """Straight pieces from point to point."""
    return Path(points[0], tuple(map(Piece, points[1:])), tone, shade, dash=dash)


def _numbers(across: Axis, upward: Axis) -> list[Label]:
    below = [
        Label(LEFT + round(across.at(tick, WIDTH)), TOP + HEIGHT + 18, _shown(tick), size=SMALL)
        for tick in across.ticks
    ]
    beside = [
        Label(LEFT - 8, TOP + HEIGHT - round(upward.at(tick, HEIGHT)) + 4, _shown(tick), "end", SMALL)
        for tick in upward.ticks
    ]
    return below + beside


# ---------------------------------------------------------------- curves


def _curves(
    across: Axis, upward: Axis, xs: Sequence[Fraction], lines: Sequence[Sequence[float]]
) -> list[Path]:
    return [
        Path(points[0], tuple(map(Piece, points[1:])), tone, dash=dash, thick=True)
        for (tone, dash), points in zip(
            LINES,
            (
                [
                    Point(LEFT + across.at(x, WIDTH), round(TOP + HEIGHT - upward.at(y, HEIGHT), 1))
                    for x, y in zip(xs, line, strict=True)
                ]
                for line in lines
            ),
            strict=False,
        )
    ]


def _ends(upward: Axis, lasts: Sequence[float]) -> list[int]:
    """The heights of the labels beside the ends of the curves, moved apart from the lowest upwards."""
    heights = [TOP + HEIGHT - round(upward.at(last, HEIGHT)) for last in lasts]
    order = sorted(range(len(lasts)), key=lambda k: (lasts[k], -k))
    for below, above in pairwise(order):
        heights[above] = min(heights[above], heights[below] - APART)
    return heights


def _samples(ends: Sequence[int]) -> list[Path]:
    """A piece of each curve before its label."""
    return [
        Path(Point(RIGHT, y), (Piece(Point(RIGHT + SAMPLE, y)),), tone, dash=dash, thick=True)
        for (tone, dash), y in zip(LINES, ends, strict=False)
    ]


def _marks(across: Axis, wanted: Curve) -> list[Path]:
    places = [LEFT + across.at(_fraction(place), WIDTH) for place, _ in wanted.marks]
    return [straight([Point(x, TOP), Point(x, TOP + HEIGHT)], FRAME, dash="dotted") for x in places]


def _mark_labels(sheet: Sheet, across: Axis, wanted: Curve) -> list[Label]:
    return [
        Label(LEFT + round(across.at(_fraction(place), WIDTH)), TOP - 8, sheet.words(words), size=SMALL)
        for place, words in wanted.marks
    ]
