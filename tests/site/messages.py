"""All words that the site can print: what its catalogue has to translate."""

import re
from collections.abc import Iterator

from derivations.verify.rules import RULES
from derivations.writers import templates

LEFT_BY_THE_THEME = (
    "Skip to content",
    "On this page",
    "Back to top",
    "Next",
    "Previous",
    "Home",
    "Link to this heading",
    "Link to this definition",
    "Made with ",
    '<a href="https://www.sphinx-doc.org/">Sphinx</a> and ',
    "Please activate JavaScript to enable the search functionality.",
)
"""Texts of Furo and Sphinx for which they have no Chinese."""

FROM_SPHINX = {"Search"}


def messages() -> list[str]:
    """Each message once."""
    found = [*_of_templates(), *_of_rules(), *LEFT_BY_THE_THEME]
    return [message for message in dict.fromkeys(found) if message not in FROM_SPHINX]


def _of_templates() -> Iterator[str]:
    for path in sorted((templates.folder() / "site").rglob("*.*")):
        if path.name.endswith((".j2", ".html")) and path.name != "tutorial.md.j2":
            yield from re.findall(r'\b_\("([^"]+)"\)', path.read_text("utf-8"))


def _of_rules() -> Iterator[str]:
    for rule in RULES.values():
        yield from (rule.title, rule.checks, rule.matters, rule.source)
