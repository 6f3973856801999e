"""Pictures show the right numbers and stand in every kind of document."""

from __future__ import annotations

import base64
import json
import math
import re
from fractions import Fraction

import numpy as np

from derivations import derive, library, userfile
from derivations.model import Source
from derivations.writers import documents
from derivations.writers.pictures import curves, marks
from derivations.writers.pictures.marks import Picture, Point, Tone
from derivations.writers.svg import words
from tests.writers.pages import own, page, picture
from tests.writers.parts import missing

# ---------------------------------------------------------------- the numbers shown


def shades(shown: Picture, columns: int) -> list[list[int]]:
    cells = [area.shade for area in shown.areas]
    return [cells[at : at + columns] for at in range(0, len(cells), columns)]


def numbers(shown: Picture, count: int) -> list[str]:
    return [words(label.text) for label in shown.labels[:count]]


def test_weights_are_those_of_numpy() -> None:
    """The five positions of the causal mask, one query at a time over the keys it sees."""
    derivation = library.load("causal-mask")
    worked = derive.work(derivation, derivation.examples[2])
    shown = next(p for p in documents.tutorial([worked], "en").pictures if p.name == "A")
    X, WQ, WK = (np.array(derivation.examples[2].values[name], float) for name in ("X", "W^Q", "W^K"))
    scores = (X @ WQ) @ (X @ WK).T / math.sqrt(WQ.shape[1])
    powers = np.exp(scores) * np.tri(5)
    weights = powers / powers.sum(axis=1, keepdims=True)
    assert [f"{weight:.3f}" for weight in weights.ravel()] == numbers(shown, 25)
    assert np.abs(marks.DARKEST * weights - shades(shown, 5)).max() <= 0.5


def test_a_mask_shows_which_keys_are_seen() -> None:
    """A window of one to each side over four positions."""
    shown = picture("sliding-window", "M")
    near = [[abs(i - j) <= 1 for j in range(4)] for i in range(4)]
    assert [[marks.DARKEST * seen for seen in row] for row in near] == shades(shown, 4)
    assert ["0" if seen else "−∞" for row in near for seen in row] == numbers(shown, 16)
    assert "up: up, down; down: up, down, both; both: down, both, up; up: both, up" == shown.text


def test_a_bias_is_shaded_by_what_it_leaves() -> None:
    """A slope of ln 2 halves the weight with every step away."""
    assert [[36, 0, 0], [18, 36, 0], [9, 18, 36]] == shades(picture("alibi", "B"), 3)
    assert ["0", "−∞", "−∞", "−0.693", "0", "−∞"] == numbers(picture("alibi", "B"), 6)


def test_a_pattern_has_the_signs_and_sizes_of_the_encoding() -> None:
    """Sines and cosines as parts of e^(i p ω)."""
    shown = picture("positional-encoding", "P-pattern")
    turned = np.exp(1j * np.outer(np.arange(24), 10000.0 ** (-np.arange(0, 16, 2) / 16)))
    encoding = np.stack([turned.imag, turned.real], axis=2).reshape(24, 16)
    cells = shown.areas[: 24 * 16]
    signed = np.array([each.shade * (-1 if each.tone is Tone.MINUS else 1) for each in cells]).reshape(24, 16)
    assert np.abs(90 * encoding - signed).max() <= 0.51
    assert any(each.tone is Tone.MINUS for each in cells)


def curve_points(shown: Picture, number: int) -> list[Point]:
    """The points of a curve; it is drawn over many pieces."""
    found = [path for path in shown.paths if len(path.pieces) == curves.POINTS]
    return [found[number].start, *(piece.to for piece in found[number].pieces)]


def heights(shown: Picture, number: int, low: float, high: float) -> list[float]:
    """The values that the points stand for, on an axis from low to high."""
    bottom = curves.TOP + curves.HEIGHT
    return [low + (bottom - at.y) / curves.HEIGHT * (high - low) for at in curve_points(shown, number)]


def test_the_saturation_curve_follows_the_logistic_function() -> None:
    shown = picture("scaling", "saturation")
    gaps = [8 * k / curves.POINTS for k in range(curves.POINTS + 1)]
    weights = [1 / (1 + math.exp(-gap)) for gap in gaps]
    np.testing.assert_allclose(heights(shown, 0, 0, 1), weights, atol=0.0004)
    np.testing.assert_allclose(heights(shown, 1, 0, 1), [2 * p * (1 - p) for p in weights], atol=0.0004)
    assert curves.LEFT + curves.WIDTH == curve_points(shown, 0)[-1].x
    assert "larger weight: 0 → 0.5, 2 → 0.881" in shown.text


def test_waves_and_kinks_are_where_they_belong() -> None:
    waves = picture("positional-encoding", "waves")
    np.testing.assert_allclose(
        heights(waves, 1, -1, 1), [math.sin(k / 40) for k in range(curves.POINTS + 1)], atol=0.0007
    )
    gelu = heights(picture("feed-forward", "kinks"), 1, -1, 3)
    x = np.linspace(-3, 3, curves.POINTS + 1)
    np.testing.assert_allclose(gelu, [v / 2 * (1 + math.erf(v / math.sqrt(2))) for v in x], atol=0.0015)


def test_the_curves_of_the_cost_are_the_formulas_of_the_steps() -> None:
    """n and d put into the counts that the page prints: they meet at n_P, 1021.9 words for width 512."""
    curve = next(each for each in library.load("cost").pictures)
    attention, projections = (formula for _, formula in curve.lines)  # type: ignore[union-attr]
    worked = derive.work(library.load("cost"), library.load("cost").examples[1])  # n = 70, d = 512
    for formula, step in ((attention, "T_A"), (projections, "T_P")):
        (billions,) = curves.values(formula, "n", [Fraction(70)])
        assert math.isclose(billions * 1e9, float(worked[step].numpy()[0][0]), rel_tol=1e-12)


# ---------------------------------------------------------------- pictures in documents


def test_markdown_has_its_pictures_beside_it_and_says_what_they_show() -> None:
    files = documents.files(page("self-attention"), "md")
    assert ["self-attention.md", "self-attention-flow.svg", "self-attention-A.svg"] == list(files)
    text = files["self-attention.md"].decode()
    images = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", text)
    assert ["self-attention-flow.svg", "self-attention-A.svg"] == [address for _, address in images]
    assert images[1][0].startswith("Heat map: Weights – the: 0.401")
    assert ["self-attention.html"] == list(documents.files(page("self-attention"), "html"))


def test_a_notebook_holds_its_pictures() -> None:
    whole = json.loads(documents.render(page("self-attention"), "ipynb"))
    text = "".join(line for cell in whole["cells"] for line in cell["source"])
    found = [
        base64.b64decode(data).decode()
        for data in re.findall(r"\(data:image/svg\+xml;base64,([^)]+)\)", text)
    ]
    assert [documents.svg(each, "en") for each in page("self-attention").pictures] == found
    assert ".svg)" not in text


def test_file_names_differ_by_more_than_capitals() -> None:
    names = list(documents.files(own(), "md"))
    assert ["own.md", "own-flow.svg", "own-A.svg", "own-a-2.svg"] == names


def test_latex_draws_every_picture() -> None:
    text = documents.render(own(), "tex")
    assert len(own().pictures) == text.count(r"\begin{tikzpicture}") == text.count(r"\end{tikzpicture}")


def test_a_page_without_pictures_needs_no_tikz() -> None:
    short = 'title = "Short"\n[inputs]\nX = [[1]]\n[[steps]]\nformula = "Y = X X"\n'
    text = documents.render(documents.tutorial([userfile.work(Source("short.toml", short))], "en"), "tex")
    assert "tikz" not in text


# ---------------------------------------------------------------- a whole page


def test_pages_lead_to_the_next_and_the_previous_one() -> None:
    middle = documents.render(page("softmax"), "md").splitlines()[-1]
    scaling = r"[Why scores are divided by $\sqrt{d_k}$](scaling.md)"
    assert f"Previous: [Self-attention](self-attention.md) · Next: {scaling}" == middle
    html = documents.render(page("softmax"), "html")
    assert '<a href="self-attention.html" rel="prev">' in html
    assert '<a href="scaling.html" rel="next">' in html
    assert "](self-attention.ipynb)" in documents.render(page("softmax"), "ipynb")
    assert "Previous: Self-attention" in documents.render(page("softmax"), "tex")
    assert "Next: Softmax" in documents.render(page("self-attention"), "tex")
    assert "Previous" not in documents.render(page("self-attention"), "md")
    assert "Next:" not in documents.render(own(), "md")


def test_missing_parts_are_seen() -> None:
    """A file of one's own, of which much may be left out."""
    lacking = ["purpose", "source", "questions with answers", "a label"]
    assert lacking == missing(own())[:4]
    assert "why of step S" in missing(own())
