"""The pages as a reader meets them: opened from a folder, in a browser that cannot reach the network."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from derivations import library
from tests.site.browser import DESK, PHONE, Visit, visit

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LANGUAGES = ("en", "zh")
KINDS = ("index", "python", "search", "guides/*", "rules/softmax-zero", "tutorials/self-attention")
"""Pages of every kind; the others are made by the same templates."""


def pages(folder: Path, patterns: tuple[str, ...] = ("**/*",)) -> list[Path]:
    found = sorted({path for pattern in patterns for path in folder.glob(f"{pattern}.html")})
    assert found
    return found


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("folder", ["site/en", "site/zh", "en", "zh"])
def test_every_page_is_sound_on_a_phone(built: Path, browser: Browser, folder: str) -> None:
    """Nothing in the console, no request, no TeX left, nothing wider than the screen."""
    found, counted, rendered = {}, {}, {}
    with visit(browser, PHONE) as seen:
        for path in pages(built / folder):
            seen.open(path)
            found[path.name] = seen.faults()
            if path.parent.name == "tutorials":
                counted[path.stem] = formulas(built / path.parts[-3] / f"{path.stem}.md")
                rendered[path.stem] = seen.page.locator(".maths:has(math)").count()
    assert {} == {name: faults for name, faults in found.items() if faults}
    assert counted == rendered
    assert bool(counted) == folder.startswith("site")


FAULTY = """<!DOCTYPE html><title>x</title><main><p>$x_{1}$<p style="width: 500px">wide
<math></math><img src="https://example.org/x.png"><script>undefined.x</script></main>"""


def test_the_faults_of_a_page_are_seen(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "page.html").write_text(FAULTY, "utf-8")
    with visit(browser, PHONE) as seen:
        seen.open(tmp_path / "page.html")
        found = "\n".join(seen.faults())
        assert "image-alt" in "".join(seen.violations())
    for fault in (
        "TeX is left: $x_{1}$",
        "nothing is seen of",
        "pixels wide on a screen of 390",
        "asks for https://example.org/x.png",
        "script: Cannot read properties",
    ):
        assert fault in found


def formulas(markdown: Path) -> int:
    """How many formulas a Markdown page has on lines of their own."""
    return len(re.findall(r"^ *\$\$$", markdown.read_text("utf-8"), re.MULTILINE)) // 2


@pytest.mark.parametrize(("scheme", "rules"), [("light", ()), ("dark", ("color-contrast",))])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(
    built: Path, browser: Browser, language: str, scheme: str, rules: tuple[str, ...]
) -> None:
    site = built / "site" / language
    one_file = built / language / "self-attention.html"
    found = {}
    with visit(browser, PHONE, scheme) as seen:
        for path in [*pages(site, KINDS), one_file, built / "site" / "index.html"]:
            seen.open(path)
            found[str(path)] = seen.violations(*rules)
    assert {} == {name: faults for name, faults in found.items() if faults}


# ---------------------------------------------------------------- ways through the site


@pytest.mark.parametrize(
    ("language", "query", "first", "word"),
    [
        ("en", "mask", "Causal mask", "mask"),
        ("en", "softmax", "Softmax", "softmax"),
        ("zh", "softmax", "Softmax", "softmax"),
        ("zh", "注意力", "注意力", "注意力"),
        ("zh", "缩放", "", "缩放"),  # is in no title
        ("zh", "因果掩码", "因果掩码", "因果掩码"),
        ("zh", "残差连接归一化", "", "归一化"),  # words without blanks between them
    ],
)
def test_search_finds_words(
    built: Path, browser: Browser, language: str, query: str, first: str, word: str
) -> None:
    with visit(browser) as seen:
        seen.open(built / "site" / language / "search.html", f"?q={query}")
        said = {"en": r"Search finished, found \d+ page", "zh": r"搜索完成，找到 \d+ 个页面"}
        seen.page.get_by_text(re.compile(said[language])).wait_for()
        results = seen.page.locator("#search-results li a")
        assert first in results.first.inner_text()
        results.first.click()
        seen.page.wait_for_load_state()
        assert word in seen.page.locator("article").inner_text().lower()
        assert [] == seen.faults()


@pytest.mark.parametrize("language", LANGUAGES)
def test_next_and_previous_lead_through_all_tutorials_in_teaching_order(built: Path, language: str) -> None:
    way = ["index", *(f"tutorials/{id}" for id in library.load_all())]
    for here, after in pairwise(way):
        assert after in linked(built / "site" / language, here, "next-page")
        assert here in linked(built / "site" / language, after, "prev-page")


def linked(site: Path, name: str, kind: str) -> list[str]:
    """The pages that the links of a kind lead to."""
    page = site / f"{name}.html"
    found = re.findall(f'<a class="{kind}" href="([^"]+)"', page.read_text("utf-8"))
    places = [(page.parent / link).resolve().relative_to(site.resolve()) for link in found]
    return [place.with_suffix("").as_posix() for place in places]


def test_each_page_leads_to_itself_in_the_other_language(built: Path) -> None:
    site = built / "site"
    names = {path.relative_to(site / "en").as_posix() for path in pages(site / "en")}
    assert names == {path.relative_to(site / "zh").as_posix() for path in pages(site / "zh")}
    link = re.compile(r'<nav class="languages".*?href="([^"]+)"', re.DOTALL)
    for name in names:
        page = site / "en" / name
        found = link.search(page.read_text("utf-8"))
        assert found, name
        assert (site / "zh" / name).resolve() == (page.parent / found[1]).resolve()


def test_the_site_can_be_used_by_keyboard(built: Path, browser: Browser) -> None:
    with visit(browser) as seen:
        page = seen.page
        seen.open(built / "site" / "en" / "tutorials" / "self-attention.html")
        press_tab_until(seen, "a.skip-to-content")
        press_tab_until(seen, "input.sidebar-search")
        press_tab_until(seen, "nav.languages a")
        press_tab_until(seen, ".maths")
        press_tab_until(seen, "summary")
        assert "solid" == page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        answer = page.locator("details > :not(summary)").first
        assert not answer.is_visible()
        page.keyboard.press("Enter")
        assert answer.is_visible()

        page.locator("input.sidebar-search").focus()
        page.keyboard.type("padding")
        page.keyboard.press("Enter")
        page.locator("#search-results li a").first.wait_for()
        press_tab_until(seen, "#search-results li a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/tutorials/padding-mask.html**")


def press_tab_until(seen: Visit, selector: str) -> None:
    for _ in range(150):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"150 times Tab did not reach {selector}")


def test_the_list_of_pages_opens_by_keyboard_on_a_phone(built: Path, browser: Browser) -> None:
    with visit(browser, PHONE) as seen:
        seen.open(built / "site" / "en" / "index.html")
        assert not seen.page.locator(".sidebar-drawer a").first.is_visible()
        press_tab_until(seen, "label.nav-overlay-icon [role=button]")
        seen.page.keyboard.press("Enter")
        press_tab_until(seen, ".sidebar-drawer a[href='tutorials/padding-mask.html']")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**/tutorials/padding-mask.html")


def test_dark_mode_can_be_chosen(built: Path, browser: Browser) -> None:
    with visit(browser) as seen:
        seen.open(built / "site" / "en" / "index.html")
        button = seen.page.locator(".theme-toggle-content button")
        colours = set()
        for _ in range(3):
            button.click()
            colours.add(seen.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert 2 == len(colours)


# ---------------------------------------------------------------- pictures for people

SHOTS = {
    "tutorial": ("site/en/tutorials/self-attention.html", DESK, "light"),
    "tutorial-dark": ("site/en/tutorials/self-attention.html", DESK, "dark"),
    "tutorial-phone": ("site/en/tutorials/softmax.html", PHONE, "light"),
    "tutorial-chinese": ("site/zh/tutorials/causal-mask.html", DESK, "light"),
    "search": ("site/zh/search.html?q=注意力", DESK, "light"),
    "rule": ("site/en/rules/softmax-zero.html", DESK, "dark"),
    "guide": ("site/zh/guides/own-example.html", DESK, "light"),
    "python": ("site/en/python.html", DESK, "light"),
    "one-file": ("en/self-attention.html", PHONE, "dark"),
}


@pytest.mark.parametrize("name", SHOTS)
def test_a_picture_is_kept(built: Path, browser: Browser, name: str) -> None:
    place, size, scheme = SHOTS[name]
    path, _, query = place.partition("?")
    with visit(browser, size, scheme) as seen:
        seen.open(built / path, f"?{query}" if query else "")
        if query:
            seen.page.locator("#search-results .search-summary", has_text="找到").wait_for()
        seen.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=name != "python")
        assert [] == seen.faults()
