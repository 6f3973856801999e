"""The pages of a derivation or of a user's file as a job: what they are made of, and how they are made."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from derivations import library, typeset
from derivations.cli import fingerprints, record, targets
from derivations.cli.building import Files, Job
from derivations.writers import documents, site

if TYPE_CHECKING:
    from derivations.writers.views import Page

PDF = "pdf"
"""Made by :mod:`derivations.typeset`."""
SITE = site.FORMAT
"""Made of all pages together."""
FORMATS = (*documents.FORMATS, PDF, SITE)
SOURCES = "site/_sources/"
"""Where the Markdown of the site is kept, to be made again only when it has changed."""
ENTRANCE = "site/index.html"
LIBRARY, OWN = "library", "file"
"""What pages are made of: a derivation of the library, or a user's file."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    languages: Sequence[str]
    formats: Sequence[str]
    folder: Path
    ids: Sequence[str]
    """Of all pages, in teaching order: the site links them."""


class Kind(NamedTuple):
    """What tells the pages of a target apart."""

    language: str
    format: str


def name(id: str, language: str, format: str) -> str:
    """The name of a page, which is also its path below the output folder."""
    if format == SITE:
        return f"{SOURCES}{language}/{id}.md"
    return f"{language}/{id}.{PDF if format == PDF else documents.FORMATS[format].extension}"


def id_of(target: str) -> str:
    """How the pages of an id or a path are called."""
    return PurePath(target).stem if targets.is_own(target) else target


def obsolete(folder: Path) -> list[str]:
    """Pages of the library that are recorded in a folder, but that no order makes any more."""
    languages = documents.known_languages()
    known = {
        name(id, language, format)
        for id in library.load_all()
        for language in languages
        for format in FORMATS
    }
    return [name for name, entry in record.read(folder).items() if entry.of == LIBRARY and name not in known]


def job(target: str, order: Order) -> Job:
    """The pages of an id or a path.  Raises DerivationError for an unknown id or an unreadable file."""
    if targets.is_own(target):
        of, content = OWN, targets.source(target).text
        derivation = _named(content)
    else:
        of, content = LIBRARY, ""
        derivation = library.load(target).id
    titles = _titles_beside(derivation)
    pages = {
        name(id_of(target), language, format): Kind(language, format)
        for language in order.languages
        for format in order.formats
    }
    parts = (
        fingerprints.code(),
        fingerprints.derivation(derivation) if derivation else "",
        content,
        *(f"{id} {title}" for id, title in titles.items()),
        *order.languages,
    )
    inputs = {name: fingerprints.digest(*parts, *_parts(kind, order)) for name, kind in pages.items()}
    return Job(target, of, inputs, partial(_make, target, titles, order, pages))


def _parts(kind: Kind, order: Order) -> tuple[str, ...]:
    """What a page is made of besides what it shares with the others of its target."""
    words = fingerprints.language(kind.language)
    typesetter = typeset.version() if kind.format == PDF else ""
    return kind.language, words, kind.format, typesetter, *(order.ids if kind.format == SITE else ())


def _named(toml: str) -> str:
    """The derivation that a user's file names, if there is one of that name."""
    try:
        named = tomllib.loads(toml).get("derivation")
    except (tomllib.TOMLDecodeError, RecursionError):
        return ""
    return named if isinstance(named, str) and named in library.load_all() else ""


def _titles_beside(id: str) -> dict[str, str]:
    """The titles that a page may print, in teaching order: its own, those it requires and those beside it."""
    known = library.load_all()
    if id not in known:
        return {}
    ids = list(known)
    at = ids.index(id)
    wanted = {*known[id].requires, *ids[max(at - 1, 0) : at + 2]}
    return {each: known[each].title for each in ids if each in wanted}


# ---------------------------------------------------------------- making them


def load(languages: Sequence[str]) -> None:
    """Bring what every page needs, once, before processes are started."""
    from derivations.writers import templates

    for module in ("numpy", "sympy", "derivations.derive", "derivations.userfile"):
        import_module(module)
    for language in languages:
        environment = templates.environment(language)
        for format in (documents.FORMATS | documents.TYPESET).values():
            environment.get_template(format.template)


def _make(
    target: str, titles: dict[str, str], order: Order, pages: Mapping[str, Kind], names: Sequence[str]
) -> dict[str, Files]:
    """The files of some pages; the examples are worked out once for all of them."""
    worked = list(targets.worked_examples(target))
    made: dict[str, Files] = {}
    for language in dict.fromkeys(pages[name].language for name in names):
        page = documents.tutorial(worked, language, titles)
        made |= {name: _files(page, pages[name], order) for name in names if pages[name].language == language}
    return made


def _files(page: Page, kind: Kind, order: Order) -> Files:
    """The files of a page, by path below the output folder, the document first."""
    path = name(page.id, *kind)
    if kind.format == PDF:
        place = str(order.folder / path)
        return {path: typeset.pdf(lambda source: documents.render(page, source, order.languages), place)}
    if kind.format == SITE:
        return {path: site.tutorial(page, order.ids).encode("utf-8")}
    made = documents.files(page, kind.format, order.languages)
    return {f"{kind.language}/{name}": raw for name, raw in made.items()}


# ---------------------------------------------------------------- the site


def site_job(order: Order) -> Job:
    """The site, of the Markdown that the jobs of its pages have left in the folder."""
    texts = {
        language: {id: (order.folder / name(id, language, SITE)).read_text("utf-8") for id in order.ids}
        for language in order.languages
    }
    words = (f"{language} {id} {text}" for language, its in texts.items() for id, text in its.items())
    inputs = fingerprints.digest(fingerprints.code(), *fingerprints.versions(site.PACKAGES), *words)
    return Job("the site", SITE, {ENTRANCE: inputs}, partial(_make_site, texts))


def _make_site(texts: Mapping[str, Mapping[str, str]], _names: Sequence[str]) -> dict[str, Files]:
    return {ENTRANCE: {f"{SITE}/{path}": raw for path, raw in site.build(texts).items()}}
