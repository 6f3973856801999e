"""The Markdown of the site, language by language: tutorials, guides, rules and the Python interface."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from derivations.verify.rules import RULES
from derivations.writers import templates, translations
from derivations.writers.views import Page

GUIDES = ("own-example", "own-derivation", "verify-in-ci", "exercise-sheets", "embed-in-a-course")
"""In the order of the site; one file each in ``templates/site/<language>/``."""

STATIC = ("site.css", "keyboard.js")
THEME = ("languages.html", "page.html", "search.html")
FILE = re.compile(r"^<!-- file: (\S+) -->\n```(\w+)\n", re.MULTILINE)
MARK = re.compile(r"^<!-- (?:run(?:, exit \d)?|shows) -->\n", re.MULTILINE)
"""What tells the tests how to use a block of a guide."""
SENTENCES = re.compile(r"(?<=[。；])\n(?=[\w`\[“])(?!```)")
"""Between lines of Chinese; a browser would put a blank there."""


def tutorial(page: Page, known: Collection[str]) -> str:
    """The Markdown of a tutorial for the site; ``known`` are the ids of the tutorials that it has.

    The site itself leads from page to page and from language to language.
    """
    alone = replace(page, previous=None, next=None)
    return _filled("tutorial.md.j2", page.language, page=alone, others=(), known=known)


def tree(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """All that Sphinx reads for a language, by its place; ``texts`` are the tutorials, in teaching order."""
    return {
        "index.md": _filled("index.md.j2", language, tutorials=texts, guides=GUIDES, rules=RULES),
        "python.md": _filled("python.md.j2", language),
        **{f"tutorials/{id}.md": text for id, text in texts.items()},
        **{f"guides/{id}.md": _guide(_text(f"{language}/{id}.md")) for id in GUIDES},
        **{f"rules/{id}.md": _filled("rule.md.j2", language, id=id, rule=rule) for id, rule in RULES.items()},
        **{f"_templates/{name}": _text(f"theme/{name}") for name in THEME},
        **{f"_static/{name}": _text(name) for name in STATIC},
        "search.js": _text("search.js"),
    }


def entrance(languages: Sequence[str]) -> str:
    """The first page of all: the way to each language."""
    shown = [(each, translations.tag(each), translations.endonym(each)) for each in languages]
    return _filled("entrance.html.j2", "en", languages=shown)


def terms(texts: Collection[str]) -> Iterator[str]:
    """The Chinese words of headings, so that the search knows each as one word."""
    for text in texts:
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
            yield from re.findall("(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,6}(?![\u4e00-\u9fff])", heading)


def _guide(text: str) -> str:
    """A guide without its marks; a file of the reader stands under its name."""
    return SENTENCES.sub("", MARK.sub("", FILE.sub(r"```{code-block} \2\n:caption: \1\n\n", text)))


def _text(name: str) -> str:
    return (templates.folder() / "site" / name).read_text("utf-8")


def _filled(name: str, language: str, **values: Any) -> str:
    filled = templates.environment(language).get_template(f"site/{name}").render(**values)
    return SENTENCES.sub("", re.sub(r"\n{3,}", "\n\n", filled)).strip() + "\n"
