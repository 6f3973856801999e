"""Pages in a real browser: Debian's Chromium, driven by Playwright, with no way to the network."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
LOCAL = ("file:", "data:", "about:")
PHONE, DESK = (390, 844), (1300, 900)

UNREAD = r"""() => {
  const skipped = "script, style, code, pre, math, svg";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const isWords = !text.parentElement.closest(skipped);
    if (isWords && /[\\$]|_\{|\^\{/.test(text.data)) found.push(text.data.trim());
  }
  return found;
}"""
"""Texts that look like TeX which nobody turned into mathematics."""

INVISIBLE = """() => [...document.querySelectorAll("article math, main math")]
  .filter((math) => !math.closest("details:not([open])"))
  .filter((math) => { const box = math.getBoundingClientRect(); return !box.width || !box.height; })
  .map((math) => math.textContent)"""


def program() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@dataclass
class Visit:
    """What a page did."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    """What the console said, and requests that would leave the machine."""

    def open(self, path: Path, query: str = "") -> None:
        self.page.goto(path.as_uri() + query)

    def faults(self) -> list[str]:
        """Everything that is wrong with the page that is shown."""
        found = [f"TeX is left: {text}" for text in self.page.evaluate(UNREAD)]
        found += [f"nothing is seen of {text}" for text in self.page.evaluate(INVISIBLE)]
        width, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if width > screen:
            found.append(f"{width} pixels wide on a screen of {screen}")
        found += self.complaints
        self.complaints.clear()
        return found

    def violations(self, *rules: str) -> list[str]:
        """What axe finds; the inside of display mathematics is left out, many elements of one kind."""
        options = {"preload": False, "resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
        answer = Axe().run(self.page, context={"exclude": [[".maths math"]]}, options=options)
        return [
            f"{violation['id']}: {violation['nodes'][0]['html'][:200]}"
            for violation in answer.response["violations"]
        ]


@contextmanager
def visit(browser: Browser, size: tuple[int, int] = DESK, scheme: str = "light") -> Iterator[Visit]:
    """A window without a past; whatever is not a file is refused and remembered."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    seen = Visit(context.new_page())

    def decide(route: Route) -> None:
        if route.request.url.startswith(LOCAL):
            route.continue_()
        else:
            seen.complaints.append(f"asks for {route.request.url}")
            route.abort()

    context.route("**/*", decide)
    seen.page.on("console", lambda message: seen.complaints.append(f"console: {message.text}"))
    seen.page.on("pageerror", lambda error: seen.complaints.append(f"script: {error}"))
    seen.page.on("requestfailed", lambda request: seen.complaints.append(f"failed: {request.url}"))
    yield seen
    context.close()
