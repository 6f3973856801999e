"""A stress test as a table for a terminal, and as a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean, median, quantiles

from derivations.exercises.stress import Guess, Stress
from derivations.writers.sheets.xml import element, escape

MOST_REASONS = 8
BINS = 20
WIDTH, HEIGHT, GAP = 320, 150, 40
LEFT, TOP = 50, 60
SVG = "http://www.w3.org/2000/svg"


def table(found: Stress) -> str:
    """What was found, in lines."""
    times, measures = sorted(1000 * each for each in found.seconds), found.measures
    late = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    spread = f"{mean(measures):.2f} measured, from {min(measures):.2f} to {max(measures):.2f}"
    lines = [
        title(found),
        f"  time        median {median(times):.0f} ms, 95 % below {late:.0f} ms, "
        f"{sum(times) / 1000:.1f} s in all",
        f"  difficulty  {spread}",
        f"  alike       {found.alike}",
        "  part  step        answers  commonest      guessed",
        *map(_guess, found.guesses),
        f"  rejected    {sum(count for _, count in found.rejected)}",
        *(f"    {count:>5}  {reason}" for reason, count in found.rejected[:MOST_REASONS]),
    ]
    return "\n".join(lines) + "\n"


def title(found: Stress) -> str:
    """What was tested."""
    return f"{found.topic}, {found.kind}, difficulty {found.difficulty}: {found.count} variants"


def _guess(each: Guess) -> str:
    shown = each.commonest if len(each.commonest) <= 12 else each.commonest[:11] + "…"
    return f"  {each.part:>4}  {each.step or '–':<10}  {each.answers:>7}  {shown:<12}  {each.share:>7.1%}"


# ---------------------------------------------------------------- the picture


def picture(found: Stress) -> str:
    """Four charts as SVG: times, difficulty, guessing, reasons for rejection."""
    charts = (
        _histogram("ms for a variant", [1000 * each for each in found.seconds]),
        _histogram("measured difficulty", list(found.measures)),
        _bars("guessed right, %", [(f"{g.part} {g.step}", 100 * g.share) for g in found.guesses], 100),
        _bars("rejected", [(reason, float(count)) for reason, count in found.rejected[:MOST_REASONS]]),
    )
    width, height = LEFT + 2 * (WIDTH + 2 * GAP), TOP + 2 * (HEIGHT + 2 * GAP)
    head = element("text", escape(title(found)), x=LEFT, y=18, more={"font-size": "14"})
    return (
        element(
            "svg",
            element("title", escape(title(found))),
            element("rect", width=width, height=height, fill="#fff"),
            head,
            *(_placed(at, chart) for at, chart in enumerate(charts)),
            more={"xmlns": SVG, "font-family": "sans-serif", "font-size": "11"},
            viewBox=f"0 0 {width} {height}",
        )
        + "\n"
    )


def _placed(at: int, chart: str) -> str:
    """The charts stand in two columns."""
    across, down = LEFT + at % 2 * (WIDTH + 2 * GAP), TOP + at // 2 * (HEIGHT + 2 * GAP)
    return element("g", chart, transform=f"translate({across} {down})")


def _histogram(title: str, values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    step = (high - low) / BINS or 1.0
    counts = Counter(min(int((value - low) / step), BINS - 1) for value in values)
    width, unit = WIDTH / BINS, HEIGHT / max(counts.values())
    bars = [
        _bar(at * width, HEIGHT - count * unit, width - 1, count * unit, "#3b6ea5")
        for at, count in sorted(counts.items())
    ]
    ends = element("text", f"{low:.3g}", y=HEIGHT + 14)
    ends += element("text", f"{high:.3g}", x=WIDTH, y=HEIGHT + 14, more={"text-anchor": "end"})
    return _framed(title, *bars, ends)


def _bars(title: str, values: Sequence[tuple[str, float]], whole: float = 0) -> str:
    """Bars that lie, each with its name in it; ``whole`` is as long as the chart, else the longest is."""
    most = whole or max((value for _, value in values), default=1.0) or 1.0
    height = min(18.0, HEIGHT / max(len(values), 1))
    bars = []
    for at, (name, value) in enumerate(values):
        bars.append(_bar(0, at * height, WIDTH * value / most, height - 2, "#c9d9ea"))
        bars.append(element("text", escape(f"{name}: {value:.3g}"), x=4, y=f"{(at + 1) * height - 6:.1f}"))
    return _framed(title, *bars)


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    sizes = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", more={name: f"{size:.1f}" for name, size in sizes.items()}, fill=fill)


def _framed(title: str, *inner: str) -> str:
    head = element("text", escape(title), y=-8, more={"font-weight": "bold"})
    return head + "".join(inner) + element("path", d=f"M0 0 V{HEIGHT} H{WIDTH}", fill="none", stroke="#666")
