"""Where the templates are, and the Jinja environment that fills them.

Delimiters are those of LaTeX in every template, because ``{{`` and ``{%`` occur in
formulas.  Whatever is printed must have passed an escape filter or be TeX; a
forgotten filter is an error and not a broken page.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivations.model import DerivationError
from derivations.writers import svg, text, typst, web
from derivations.writers.pictures.marks import FRAME, SMALL
from derivations.writers.translations import catalogue

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def folder() -> Path:
    """The templates: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for place in (package / "templates", package.parent / "templates"):
        if place.is_dir():
            return place
    raise DerivationError(
        f"the templates are missing: no folder {package / 'templates'}; install derivations again"
    )


def locale() -> Path:
    """The folder of the catalogues."""
    return folder() / "locale"


def _refuse_unescaped(value: Any) -> Any:
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        return str(value)  # raises, naming what is undefined
    if isinstance(value, text.TeX | text.Escaped | int | float):
        return value
    raise TypeError(f"a template prints {value!r} without an escape filter")


@cache
def environment(language: str) -> Environment:
    """The environment of a language.  An undefined name in a template raises."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        block_start_string=r"\BLOCK{",
        block_end_string="}",
        variable_start_string=r"\VAR{",
        variable_end_string="}",
        comment_start_string=r"\#{",
        comment_end_string="}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
        finalize=_refuse_unescaped,
        loader=FileSystemLoader(folder()),
        extensions=["jinja2.ext.i18n"],
    )
    made.filters.update(md=text.md, tex=text.tex, inline=text.maths, block=text.block)
    made.filters.update(html=web.html, lines=web.lines, displays=web.displays, verbatim=text.Escaped)
    made.filters.update(typ=typst.typst, typ_string=typst.quoted, typ_display=typst.display)
    made.filters.update(typ_row=typst.row, typ_picture=typst.picture)
    made.filters.update(svg=svg.svg, words=svg.words, alt=svg.alt)
    made.globals.update(frame=FRAME, small=SMALL)
    words = catalogue(locale(), language)
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return made
