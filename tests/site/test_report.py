"""The page of ``verify --format html`` in a browser: phone, darkness, keyboard, and hostile words."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from derivations.model import Source
from derivations.verify.checked import Checked, check
from derivations.writers.reports import Report, render
from tests.site.browser import DESK, PHONE, visit
from tests.verify.judging import GIVEN, bmatrix

ARTICLE = (
    GIVEN
    + f"""
查询是 $Q = X W^Q = {bmatrix("1 2; 0 1; 0 0")}$, so $Q Q^T = {bmatrix("5 2 0; 2 1 0; 0 0 0")}$.

$1/3 = 0.34$ and $U = R T = {bmatrix("1 2")}$ $\\heartsuit$ $\\operatorname{{softmax}}([1, 0]) = [0.6, 0.4]$

$\\operatorname{{softmax}}([8, 7, 6, 5, 4, 3, 2, 1]) = [0.63, 0.23, 0.09, 0.03, 0.01, 0.00, 0.00, 0.50]$
"""
    + "quiet\n" * 40
)
HOSTILE = (
    "</code></style><script>document.title = 'owned'</script><img src=x onerror=alert(1)> $3 + 4 = 8$ \u202e"
)
CELLS = {"cells": [{"cell_type": "markdown", "source": "$3 + 4 = 8$"}], "nbformat": 4}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with everything that a page can have."""
    texts = {
        "a.md": ARTICLE,
        "b.md": HOSTILE,
        "c.ipynb": json.dumps(CELLS),
        "d.md": "$3 + 4 = 7$\n" + "x" * 9999,
    }
    articles = [check(Source(name, text)) for name, text in texts.items()]
    articles.append(Checked(Source("e.md", ""), error="e.md: stopped after 20 s"))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(Report(articles, "1.2.3"), "html"), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_page_is_sound_and_axe_finds_nothing(
    report: Path, browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    with visit(browser, size, scheme) as seen:
        seen.open(report)
        seen.page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert [] == seen.faults() + seen.violations()
        assert "5 articles" == seen.page.title()
        assert 0 == seen.page.locator("script, img").count()


def test_what_is_wider_than_a_phone_scrolls_by_keyboard(report: Path, browser: Browser) -> None:
    with visit(browser, PHONE) as seen:
        seen.open(report)
        boxes = "[...document.querySelectorAll('.maths')].filter((box) => box.scrollWidth > box.clientWidth)"
        assert seen.page.evaluate(f"{boxes}.length") > 0
        assert 0 == seen.page.evaluate(f"{boxes}.filter((box) => box.tabIndex < 0).length")


def test_from_a_finding_to_its_place_its_card_and_what_follows_by_keyboard(
    report: Path, browser: Browser
) -> None:
    with visit(browser) as seen:
        seen.open(report)
        seen.page.locator("ol.findings a").first.focus()
        for target in ("#a1-c1", "#a1-c1-card"):
            seen.page.keyboard.press("Enter")
            assert target == seen.page.evaluate("location.hash")
            box = seen.page.locator(target).bounding_box()
            assert box
            assert 0 <= box["y"] < DESK[1]
        seen.page.keyboard.press("Tab")
        assert "#a1-c2" == seen.page.evaluate("document.activeElement.hash")  # what it is carried on to


def test_a_fold_opens_by_keyboard(report: Path, browser: Browser) -> None:
    with visit(browser) as seen:
        seen.open(report)
        fold = seen.page.locator("details", has_text="No claim on lines").first
        fold.locator("summary").focus()
        assert not fold.locator(".line").first.is_visible()
        seen.page.keyboard.press("Enter")
        assert fold.locator(".line").first.is_visible()


def test_wrong_cells_stand_out_without_colour(report: Path, browser: Browser) -> None:
    with visit(browser) as seen:
        seen.open(report)
        card = seen.page.locator("#a1-c1-card")
        widths = card.locator(".printed mtd").evaluate_all(
            "(cells) => cells.map((c) => getComputedStyle(c).borderTopWidth)"
        )
        assert ["0px"] * 4 == widths[:4]
        assert "0px" not in widths[4:]
