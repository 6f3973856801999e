"""Sphinx, run once for each language, each in a process of its own."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from derivations import files
from derivations.model import DerivationError
from derivations.writers import translations
from derivations.writers.site import sources

EXTENSIONS = ["myst_parser", "sphinx.ext.autodoc", "derivations.writers.site.mathematics"]
SIDEBAR = ["brand", "search", "scroll-start", "navigation", "scroll-end"]
SETTINGS: dict[str, Any] = {
    "project": "derivations",
    "extensions": EXTENSIONS,
    "html_math_renderer": "derivations",
    "myst_enable_extensions": ["dollarmath"],
    "smartquotes": False,
    "autodoc_member_order": "bysource",
    "python_use_unqualified_type_names": True,
    "templates_path": ["_templates"],
    "html_static_path": ["_static"],
    "html_css_files": ["site.css"],
    "html_js_files": ["keyboard.js"],
    "html_theme": "furo",
    "html_title": "derivations",
    "html_sidebars": {"**": [f"sidebar/{part}.html" for part in SIDEBAR]},
    "pygments_style": "a11y-high-contrast-light",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_copyright": False,
    "html_use_index": False,
    "html_domain_indices": False,
    "html_show_search_summary": False,  # it would be fetched, which a browser refuses for files
}
NOTES = ".buildinfo"
"""What Sphinx writes for itself; it depends on the place of the sources."""


def build(tutorials: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """The files of the site, by path, from tutorials by language and id in teaching order.

    Raises DerivationError with the warnings of Sphinx where there are any.
    """
    with tempfile.TemporaryDirectory(prefix="derivations-") as scratch:
        work = Path(scratch)
        for language, texts in tutorials.items():
            for name, text in sources.tree(texts, language).items():
                files.write(work / "sources" / language / name, text)
        _in_processes(work, list(tutorials))
        made = work / "site"
        files.write(made / "index.html", sources.entrance(list(tutorials)))
        found = sorted(path for path in made.rglob("*") if path.is_file())
        return {path.relative_to(made).as_posix(): path.read_bytes() for path in found}


def _in_processes(work: Path, languages: list[str]) -> None:
    jobs = max(1, (os.cpu_count() or 1) // len(languages))
    with ProcessPoolExecutor(len(languages), mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(_publish, work, language, languages, jobs) for language in languages]
        warnings = "\n".join(task.result() for task in tasks).strip()
    if warnings:
        raise DerivationError(f"the site was not written; Sphinx warns: {warnings}")


# ---------------------------------------------------------------- inside a process


def _publish(work: Path, language: str, languages: list[str], jobs: int) -> str:
    """Make the pages of a language, and return the warnings."""
    from sphinx.application import Sphinx

    source, made = work / "sources" / language, work / "site" / language
    warnings = StringIO()
    app = Sphinx(
        source,
        None,
        made,
        work / "doctrees" / language,
        "html",
        confoverrides=SETTINGS | _settings_of(language, languages) | _search(source),
        status=None,
        warning=warnings,
        freshenv=True,
        parallel=jobs,
    )
    app.build()
    (made / NOTES).unlink(missing_ok=True)
    return re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).replace(f"{work}{os.sep}", "")


def _settings_of(language: str, languages: list[str]) -> dict[str, Any]:
    others = [
        {"code": each, "tag": translations.tag(each), "name": translations.endonym(each)}
        for each in languages
        if each != language
    ]
    return {
        "language": translations.tag(language).replace("-", "_"),
        "derivations_language": language,
        "html_context": {"other_languages": others},
    }


def _search(source: Path) -> dict[str, Any]:
    """How the search ranks, and the words of headings for jieba, which would take them apart."""
    texts = [path.read_text("utf-8") for path in sorted(source.rglob("*.md"))]
    words = list(dict.fromkeys(sources.terms(texts)))
    vocabulary = source / "words.txt"
    if words:
        import jieba

        jieba.setLogLevel(logging.CRITICAL)
        jieba.dt.tmp_dir = str(source)  # its cache; by default one that all users share
        files.write(vocabulary, "".join(f"{word}\n" for word in words))
    return {
        "html_search_scorer": str(source / "search.js"),
        "html_search_options": {"dict": str(vocabulary)},
    }
