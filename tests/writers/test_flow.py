"""The flow of a derivation: what uses what, in boxes that keep apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from derivations import library
from derivations.model import Worked
from derivations.writers import templates
from derivations.writers.forms import Denominators
from derivations.writers.pictures import flow
from derivations.writers.pictures.layers import apart
from derivations.writers.pictures.marks import Area, Path, Picture, Point
from derivations.writers.sheet import Sheet
from derivations.writers.translations import catalogue


def drawn(id: str, language: str = "en") -> Picture | None:
    """The flow of a derivation; no value is needed for it."""
    derivation = library.load(id)
    worked = Worked(derivation, derivation.examples[0], {})
    translate = catalogue(templates.locale(), language).gettext
    return flow.flow(Sheet(worked, translate, True, {}, Denominators("Z"), {}))


def test_the_flow_of_a_block_has_its_residual_connections() -> None:
    shown = drawn("encoder-post-ln")
    assert shown
    assert "Q ← X; K ← X; V ← X; A ← Q, K; B ← A, V; Z ← X, B; H ← Z; F ← H; Y ← Z, F" == shown.text


def test_a_step_that_is_not_shown_is_seen_through() -> None:
    """Queries, keys and values of the heads are left out: what uses them comes from X."""
    shown = drawn("multi-head")
    assert shown
    assert "A_1 ← X; A_2 ← X; H_1 ← A_1, X; H_2 ← A_2, X; C ← H_1, H_2; O ← C" == shown.text


def test_rows_of_a_matrix_come_from_the_matrix() -> None:
    shown = drawn("recurrence")
    assert shown
    assert "h_1 ← X; h_2 ← h_1, X; h_3 ← h_2, X; h_4 ← h_3, X; A ← X; O ← A, X" == shown.text


def test_steps_that_lead_nowhere_give_no_flow() -> None:
    assert drawn("softmax") is None


def along(path: Path) -> Iterator[Point]:
    """Points of a path, close to each other."""
    at = path.start
    for piece in path.pieces:
        points = (at, piece.first or at, piece.second or piece.to, piece.to)
        sides = [each.x for each in points], [each.y for each in points]
        for k in range(21):
            t = k / 20
            u = 1 - t
            weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
            xs, ys = ([weight * each for weight, each in zip(weights, side, strict=True)] for side in sides)
            yield Point(sum(xs), sum(ys))
        at = piece.to


def inside(point: Point, box: Area) -> bool:
    return box.x + 1 < point.x < box.x + box.width - 1 and box.y + 1 < point.y < box.y + box.height - 1


def overlap(one: Area, other: Area) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("id", [id for id in library.load_all() if drawn(id)])
def test_boxes_keep_apart_and_no_arrow_runs_through_one(id: str, language: str) -> None:
    shown = drawn(id, language)
    assert shown
    assert len(shown.areas) <= 12
    assert not any(overlap(*pair) for pair in combinations(shown.areas, 2))
    points = [at for path in shown.paths for at in along(path)]
    assert [] == [box for at in points for box in shown.areas if inside(at, box)]
    assert all(0 <= at.x <= shown.width and 0 <= at.y <= shown.height for at in points)
    assert all(0 <= box.x and box.x + box.width <= shown.width <= flow.WIDEST for box in shown.areas)


def test_places_are_nearest_to_the_wished_ones() -> None:
    """Two that want the same place share the distance; one that is far away stays there."""
    assert [-5.0, 5.0, 40.0] == apart([0, 0, 40], [1, 1, 1], [10, 10, 10])
    assert [-7.5, 2.5] == apart([0, 0], [1, 3], [10, 10])
