"""The site: every page in every language, with search, as a folder of HTML.

Sphinx turns Markdown into the pages.  It is an extra, imported only inside this
package and only when a site is built; everything here works without a network.
"""

from __future__ import annotations

from importlib.util import find_spec

from derivations.model import DerivationError
from derivations.writers.site.generator import build
from derivations.writers.site.sources import tutorial

__all__ = ["FORMAT", "build", "check", "tutorial"]

FORMAT = "site"
PACKAGES = ("sphinx", "myst_parser", "furo", "jieba")


def check() -> None:
    """Raise DerivationError, saying what to install, where no site can be made."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise DerivationError(
            f"the site needs {', '.join(missing)}; install the extra: pip install 'derivations[site]'; "
            "md, tex, html and ipynb need nothing"
        )
