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
from derivations.writers import documents

if TYPE_CHECKING:
    from derivations.writers.views import Page

PDF = "pdf"
"""Made by :mod:`derivations.typeset`."""
FORMATS = (*documents.FORMATS, PDF)
LIBRARY, OWN = "library", "file"
"""What pages are made of: a derivation of the library, or a user's file."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built."""

    languages: Sequence[str]
    formats: Sequence[str]
    folder: Path


class Kind(NamedTuple):
    """What tells the pages of a target apart."""

    language: str
    format: str


def name(id: str, language: str, format: str) -> str:
    """The name of a page, which is also its path below the output folder."""
    return f"{language}/{id}.{PDF if format == PDF else documents.FORMATS[format].extension}"


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
        of, id, content = OWN, PurePath(target).stem, targets.source(target).text
        derivation = _named(content)
    else:
        of, id, content = LIBRARY, target, ""
        derivation = library.load(target).id
    titles = _titles_beside(derivation)
    pages = {
        name(id, language, format): Kind(language, format)
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
    inputs = {name: fingerprints.digest(*parts, *_parts(kind)) for name, kind in pages.items()}
    return Job(target, of, inputs, partial(_make, target, titles, order, pages))


def _parts(kind: Kind) -> tuple[str, ...]:
    """What a page is made of besides what it shares with the others of its target."""
    words = fingerprints.language(kind.language)
    return kind.language, words, kind.format, typeset.version() if kind.format == PDF else ""


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
        for name in names:
            if pages[name].language == language:
                made[name] = _files(page, name, pages[name].format, order)
    return made


def _files(page: Page, name: str, format: str, order: Order) -> Files:
    """The files of a page in a format."""
    if format == PDF:
        place = str(order.folder / name)
        return {name: typeset.pdf(lambda kind: documents.render(page, kind, order.languages), place)}
    made = documents.files(page, format, order.languages)
    return {f"{page.language}/{file}": raw for file, raw in made.items()}
