"""Pages as documents: one template for each format."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivations.model import DerivationError, Worked
from derivations.writers import templates
from derivations.writers.notebook import notebook
from derivations.writers.page import page
from derivations.writers.text import CJK, plain
from derivations.writers.translations import catalogue, endonym, tag
from derivations.writers.translations import languages as languages_in
from derivations.writers.views import Page


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: its template and the end of its file names."""

    template: str
    extension: str
    finish: Callable[[Page, str], str] | None = None
    """What is made of the filled template, if it is not yet the document."""


FORMATS = {
    "md": Format("tutorial.md.j2", "md"),
    "tex": Format("tutorial.tex.j2", "tex"),
    "html": Format("tutorial.html.j2", "html"),
    "ipynb": Format("tutorial.md.j2", "ipynb", notebook),
}
TYPESET = {"tex": FORMATS["tex"], "typ": Format("tutorial.typ.j2", "typ")}
"""Sources of PDF: see :mod:`derivations.typeset`."""


def check_formats(formats: Sequence[str]) -> None:
    """Raise DerivationError, naming the formats there are, for one that is not known."""
    for each in formats:
        if each not in FORMATS:
            raise DerivationError(f"no format {each!r}; there are {', '.join(FORMATS)}")


def check_languages(wanted: Sequence[str]) -> None:
    """Raise DerivationError, naming the languages there are, for one that is not known."""
    for each in wanted:
        catalogue(templates.locale(), each)


def known_languages() -> list[str]:
    """All languages that have texts."""
    return languages_in(templates.locale())


def tutorial(worked: Sequence[Worked], language: str, titles: dict[str, str] | None = None) -> Page:
    """The page of a derivation in a language."""
    return page(worked, language, catalogue(templates.locale(), language).gettext, titles)


def render(contents: Page, format: str, languages: Sequence[str] = ()) -> str:
    """A page as the text of a document, with links to the same page in other languages.

    ``format`` is one of FORMATS or of TYPESET.  Raises DerivationError for an unknown format or language.
    """
    if format not in TYPESET:
        check_formats([format])
    kind = (FORMATS | TYPESET)[format]
    filled = (
        templates.environment(contents.language)
        .get_template(kind.template)
        .render(
            page=contents,
            title=plain(contents.title),
            lang=tag(contents.language),
            others=[(each, tag(each), endonym(each)) for each in languages if each != contents.language],
            cjk=contents.language.startswith("zh") or bool(CJK.search(repr(contents))),
        )
    )
    text = re.sub(r"\n{3,}", "\n\n", filled).strip()
    return (kind.finish(contents, text) if kind.finish else text) + "\n"
