"""Pages for tests, each made once."""

from __future__ import annotations

from functools import cache

from derivations import derive, library, userfile
from derivations.model import Source
from derivations.writers import documents
from derivations.writers.pictures.marks import Picture
from derivations.writers.views import Page

OWN = """
title = "<b> & $5"
tokens = ["$5", "<i>"]
[inputs]
X = [[1, "-1/2"], ["sqrt(2)", 0]]
[[steps]]
title = "A & B < C _d_ 50 %"
formula = "A = softmax(X X^T)"
[[steps]]
formula = "a = softmax(A X)"
[[steps]]
formula = "S = A X + a"
"""


@cache
def page(id: str, language: str = "en") -> Page:
    """The page of the first example."""
    titles = {each.id: each.title for each in library.load_all().values()}
    derivation = library.load(id)
    return documents.tutorial([derive.work(derivation, derivation.examples[0])], language, titles)


@cache
def own() -> Page:
    return documents.tutorial([userfile.work(Source("own.toml", OWN))], "en")


def picture(id: str, name: str, language: str = "en") -> Picture:
    return next(each for each in page(id, language).pictures if each.name == name)
