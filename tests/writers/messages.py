"""All words that a tutorial can print: what a catalogue has to translate."""

from __future__ import annotations

from collections.abc import Iterator

from derivations import library
from derivations.model import Curve, Derivation
from derivations.slips import CATALOGUE as SLIPS
from derivations.writers import templates
from derivations.writers.pictures import flow, matrices
from derivations.writers.sheet import AXIS_WORDS, SQUARE_WORDS

TEMPLATES = (
    "tutorial.md.j2",
    "tutorial.tex.j2",
    "tutorial.html.j2",
    "tutorial.typ.j2",
    "picture.svg.j2",
    "picture.tex.j2",
)


def messages() -> list[str]:
    """Each message once, in the order of the pages."""
    found = [*_of_templates(), *AXIS_WORDS.values(), *SQUARE_WORDS, *(slip.message for slip in SLIPS)]
    found += [*flow.WORDS, *(words for pair in matrices.WORDS.values() for words in pair)]
    for derivation in library.load_all().values():
        found += _of_derivation(derivation)
    return list(dict.fromkeys(filter(None, found)))


def _of_templates() -> Iterator[str]:
    environment = templates.environment("en")
    for name in TEMPLATES:
        text = (templates.folder() / name).read_text("utf-8")
        for _line, _function, message in environment.extract_translations(text):  # type: ignore[attr-defined]
            yield (
                message if isinstance(message, str) else message[0]
            )  # a tuple, where placeholders are filled


def _of_derivation(derivation: Derivation) -> Iterator[str]:
    yield derivation.title
    yield derivation.purpose
    yield from (given.meaning for given in derivation.inputs)
    for step in derivation.steps:
        yield from (step.title, step.why)
    for law in derivation.identities:
        yield from (law.title, law.why)
    for example in derivation.examples:
        yield from (example.title, example.note)
    for question, answer in derivation.questions:
        yield from (question, answer)
    for picture in derivation.pictures:
        yield from (picture.title, picture.why)
        if isinstance(picture, Curve):
            yield from (
                picture.axis,
                *(label for label, _ in picture.lines),
                *(words for _, words in picture.marks),
            )
