"""A Sphinx extension: MathML, printed from the formula tree as in the other HTML pages, and words of ours."""

from __future__ import annotations

from gettext import NullTranslations
from html import escape
from typing import Any

from docutils import nodes
from sphinx import locale
from sphinx.application import Sphinx

from derivations.formula import parse
from derivations.formula.plain import plain_text
from derivations.writers import templates, web
from derivations.writers.text import TeX
from derivations.writers.translations import catalogue

LANGUAGE = "derivations_language"
"""The setting that names the language of the words."""
NAME = "derivations"
BEFORE_TITLES, AFTER_TITLES = 100, 900
"""Sphinx collects the titles of a page at 500."""


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls when it loads the extension."""
    app.add_config_value(LANGUAGE, "en", "html", types=[str])
    app.add_html_math_renderer(NAME, (_inline, None), (_display, None))
    app.connect("builder-inited", _translate)
    app.connect("doctree-read", _say_headings, BEFORE_TITLES)
    app.connect("doctree-read", _say_title, AFTER_TITLES)
    app.connect("doctree-resolved", _leave_out_of_search)
    app.connect("html-page-context", _mark_nothing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _words(app: Sphinx) -> NullTranslations:
    return catalogue(templates.locale(), app.config[LANGUAGE])


def _translate(app: Sphinx) -> None:
    """What Sphinx and its theme leave in English is looked up among our words."""
    locale.translators["general", "sphinx"].add_fallback(_words(app))


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(web.inline(TeX(node.get("tex", node.astext()))))
    raise nodes.SkipNode


def _display(writer: Any, node: nodes.math_block) -> None:
    """A box that scrolls, by keyboard too, where the formula is wider than the screen."""
    label = escape(_words(writer.builder.app).gettext("Formula"))
    shown = "".join(f"<div>{''.join(lines)}</div>" for lines in web.written(TeX(node.astext())))
    writer.body.append(f'<div class="maths" tabindex="0" role="group" aria-label="{label}">{shown}</div>\n')
    raise nodes.SkipNode


def _formulas(node: nodes.Node) -> list[Any]:
    return [each for each in node.findall() if isinstance(each, nodes.math | nodes.math_block)]


def _say_headings(_app: Sphinx, page: nodes.document) -> None:
    """A formula in a heading is text where only text can stand: among the results of a search."""
    for title in page.findall(nodes.title):
        for formula in _formulas(title):
            formula["tex"] = formula.astext()
            formula[:] = [nodes.Text(plain_text(parse(formula["tex"])))]


def _say_title(app: Sphinx, _page: nodes.document) -> None:
    """The same for the window, and for the links to the next page and the one before."""
    for titles in (app.env.titles, app.env.longtitles):
        title = titles[app.env.docname]
        titles[app.env.docname] = nodes.title("", "", nodes.Text(title.astext()))


def _leave_out_of_search(_app: Sphinx, page: nodes.document, _name: str) -> None:
    """Names of TeX commands are no words to search for."""
    for formula in _formulas(page):
        formula["classes"].append("no-search")


def _mark_nothing(_app: Sphinx, _name: str, _template: str, context: dict[str, Any], _page: Any) -> None:
    """The words of a search are not marked in the pages: the marks would break formulas and pictures."""
    context["script_files"] = [
        script for script in context["script_files"] if "sphinx_highlight" not in str(script.filename)
    ]
