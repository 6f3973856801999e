"""Pictures as SVG: well formed, named, legible on light and on dark paper."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from derivations.formula import parse
from derivations.writers import documents
from derivations.writers.pictures import letters
from derivations.writers.pictures.marks import Area, Picture, Point
from derivations.writers.svg import runs, svg, words
from tests.writers.pages import own, page, picture

INK, PAPER = {"light": "#1b1d22", "dark": "#e6e8ec"}, {"light": "#ffffff", "dark": "#15171c"}
TONES = {"plus": "#d55e00", "minus": "#0072b2"}
SPACE = "{http://www.w3.org/2000/svg}"
FILLS = {"none", "currentColor", "#fff", *TONES.values()}


def channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def covers(area: Area, at: Point) -> bool:
    return area.x <= at.x <= area.x + area.width and area.y <= at.y <= area.y + area.height


def contrast(shown: Picture, theme: str) -> float:
    """The least contrast of a label with the area that it stands on."""
    ink, paper = channels(INK[theme]), channels(PAPER[theme])
    found = []
    for label in shown.labels:
        ground = paper
        for area in shown.areas:
            if covers(area, Point(label.x, label.y - 4)):
                tone = channels(TONES.get(area.tone, INK[theme]))
                ground = [g + (t - g) * area.shade / 100 for g, t in zip(ground, tone, strict=True)]
        dark, light = sorted((luminance(ink), luminance(ground)))
        found.append((light + 0.05) / (dark + 0.05))
    return min(found)


def faults(text: str) -> list[str]:
    """What an SVG file lacks."""
    root = ElementTree.fromstring(text)
    ids = {each.get("id"): (each.text or "") for each in root.iter() if each.get("id")}
    named = (root.get("aria-labelledby") or "").split()
    found = [f"no {tag}" for tag in ("title", "desc") if root.find(SPACE + tag) is None]
    found += [f"{name} is empty" for name in named if not ids.get(name)] + ["no names"] * (len(named) != 2)
    found += ["not an image"] * (root.get("role") != "img" or not root.get("viewBox"))
    colours = {each.get(key) for each in root.iter() for key in ("fill", "stroke")} - {None}
    found += sorted(f"{colour} may vanish" for colour in map(str, colours) if colour not in FILLS)
    return found + ["a script"] * ("<script" in text)


PICTURED = ("self-attention", "alibi", "positional-encoding", "scaling", "encoder-post-ln", "padding-mask")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("id", PICTURED)
def test_pictures_can_be_read_on_any_paper(id: str, language: str) -> None:
    pictures = page(id, language).pictures
    assert pictures
    for shown in pictures:
        assert [] == faults(documents.svg(shown, language))
        assert min(contrast(shown, theme) for theme in PAPER) >= 4.5
        for label in shown.labels:
            wide = letters.width(label.text, label.size)
            left = label.x - {"start": 0, "middle": wide / 2, "end": wide}[label.anchor]
            assert left >= 0, label
            assert left + wide <= shown.width, label


def test_faults_of_a_file_are_seen() -> None:
    bad = '<svg xmlns="http://www.w3.org/2000/svg" aria-labelledby="a"><rect fill="black"/></svg>'
    assert ["no title", "no desc", "a is empty", "no names", "not an image", "black may vanish"] == faults(
        bad
    )


def test_chinese_pictures_speak_chinese() -> None:
    text = documents.svg(picture("self-attention", "A", "zh"), "zh")
    assert "<title" in text
    assert "热力图：注意力权重" in text
    assert ">查询</text>" in text


def test_somebodys_words_are_escaped_in_every_picture() -> None:
    for shown in own().pictures:
        assert [] == faults(documents.svg(shown, "en"))
    text = documents.svg(next(each for each in own().pictures if each.name == "flow"), "en")
    assert "A &amp; B &lt; C" in text


def test_mathematics_is_raised_and_lowered() -> None:
    found = [(run.text, run.level) for run in runs(parse(r"W^Q_1"))]
    assert [("W", 0), ("1", -1), ("Q", 1)] == found
    assert ">X</tspan><tspan" in svg(r"$\hat{X}$")
    assert ">ˆ</tspan>" in svg(r"$\hat{X}$")
    assert 'dy="0.5em" font-size="70%"' in svg("$d_k$")
    assert svg("$d_k$ x").endswith('<tspan dy="-0.35em">\u200b</tspan> x')
    assert "−∞" == words(r"$-\infty$")


@pytest.mark.parametrize("tex", [r"\hat{X}", "W^Q_1", "d_k", "x^2 + 1", r"\tilde{Q}"])
def test_after_mathematics_the_line_is_where_it_was(tex: str) -> None:
    """A shift counts in the height of its own letters, and those of a script are smaller."""
    moves = re.findall(r'<tspan(?: dx="[^"]*")?(?: dy="([^"]*)em")?( font-size="70%")?', svg(f"${tex}$"))
    assert abs(sum(float(move or 0) * (0.7 if small else 1) for move, small in moves)) < 1e-9
