"""Documents to PDF with what this machine has: TeX, or else Typst; the same source gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from derivations.model import DerivationError
from derivations.typeset import latex, typst

MISSING = (
    "PDF needs TeX or Typst: latexmk with XeLaTeX, on Debian apt install texlive-xetex latexmk "
    "texlive-pictures texlive-lang-chinese lmodern; or pip install typst; "
    "md, tex, html and ipynb need nothing"
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to PDF."""

    is_here: Callable[[], bool]
    pdf: Callable[[str, str], bytes]
    """The PDF of a source; the second argument is what the document is called in errors."""
    check: Callable[[Sequence[str]], None]
    """Raise DerivationError where pages in these languages cannot be set."""
    version: Callable[[], str]
    """What the PDF depends on besides its source."""


WAYS: Mapping[str, Way] = {
    "tex": Way(latex.is_here, latex.pdf, lambda _languages: None, latex.version),
    "typ": Way(typst.is_here, typst.pdf, typst.check, typst.version),
}
"""By the kind of source that they take; the first that is here is gone."""


def source() -> str:
    """The kind of source that this machine makes PDF of: ``tex`` or ``typ``.

    Raises DerivationError, saying what to install, where there is neither way.
    """
    for kind, way in WAYS.items():
        if way.is_here():
            return kind
    raise DerivationError(MISSING)


def check(languages: Sequence[str] = ()) -> None:
    """Raise DerivationError, saying what to install, where no PDF can be made in these languages."""
    WAYS[source()].check(languages)


def version() -> str:
    """What PDFs of the same source depend on here.  Raises DerivationError where none can be made."""
    kind = source()
    return f"{kind} {WAYS[kind].version()}"


def pdf(render: Callable[[str], str], name: str) -> bytes:
    """The PDF of a document; ``render`` gives its source of a kind, ``name`` is what it is called in errors.

    Raises DerivationError where nothing here makes PDF, or where it finds a fault.
    """
    kind = source()
    return WAYS[kind].pdf(render(kind), name)
