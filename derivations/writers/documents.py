"""Pages as documents: one template for each format."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivations.model import DerivationError, Worked
from derivations.writers import templates
from derivations.writers.notebook import notebook
from derivations.writers.text import CJK, Escaped, plain
from derivations.writers.translations import catalogue, endonym, tag
from derivations.writers.translations import languages as languages_in
from derivations.writers.views import Page

if TYPE_CHECKING:
    from derivations.writers.pictures.marks import Picture


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of document: its template and the end of its file names."""

    template: str
    extension: str
    finish: Callable[[Page, str], str] | None = None
    """What is made of the filled template, if it is not yet the document."""
    beside: bool = False
    """Pictures are files beside the document."""


FORMATS = {
    "md": Format("tutorial.md.j2", "md", beside=True),
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
    from derivations.writers.page import page  # heavy: it knows exact values

    return page(worked, language, catalogue(templates.locale(), language).gettext, titles)


def render(contents: Page, format: str, languages: Sequence[str] = ()) -> str:
    """A page as the text of a document, with links to the same page in other languages.

    ``format`` is one of FORMATS or of TYPESET.  Raises DerivationError for an unknown format or language.
    """
    if format not in TYPESET:
        check_formats([format])
    kind = (FORMATS | TYPESET)[format]
    addresses = {
        picture.name: Escaped(name if kind.beside else _inline(svg(picture, contents.language)))
        for name, picture in _named(contents).items()
    }
    filled = (
        templates.environment(contents.language)
        .get_template(kind.template)
        .render(
            page=contents,
            title=plain(contents.title),
            addresses=addresses,
            lang=tag(contents.language),
            others=[(each, tag(each), endonym(each)) for each in languages if each != contents.language],
            cjk=contents.language.startswith("zh") or bool(CJK.search(repr(contents))),
        )
    )
    text = re.sub(r"\n{3,}", "\n\n", filled).strip()
    return (kind.finish(contents, text) if kind.finish else text) + "\n"


def files(contents: Page, format: str, languages: Sequence[str] = ()) -> dict[str, bytes]:
    """All files of a page in a format by their names, the document first, then its pictures.

    Raises DerivationError for an unknown format or language.
    """
    made = {f"{contents.id}.{FORMATS[format].extension}": render(contents, format, languages)}
    if FORMATS[format].beside:
        made |= {name: svg(picture, contents.language) for name, picture in _named(contents).items()}
    return {name: text.encode("utf-8") for name, text in made.items()}


# ---------------------------------------------------------------- pictures


def svg(picture: Picture, language: str) -> str:
    """A picture as a file of its own, to be read on light and on dark paper."""
    macro = templates.environment(language).get_template("picture.svg.j2").module.svg  # type: ignore[attr-defined]
    return re.sub(r"\n{2,}", "\n", macro(picture, picture.name, alone=True)).strip() + "\n"


def _named(contents: Page) -> dict[str, Picture]:
    """The pictures of a page by the names of their files."""
    return {f"{contents.id}-{picture.name}.svg": picture for picture in contents.pictures}


def _inline(drawn: str) -> str:
    """A picture as an address; notebooks show an attachment only if it is made of pixels."""
    return "data:image/svg+xml;base64," + b64encode(drawn.encode("utf-8")).decode("ascii")
