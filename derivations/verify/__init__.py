"""Judging articles: what is printed against what follows from the article's own numbers.

The package can be called: ``derivations.verify("article.md")``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def verify_path(path: str | Path) -> dict[str, Any]:
    """One article of the JSON contract.  Raises DerivationError for a file that cannot be read."""
    from derivations.model import DerivationError
    from derivations.verify import contract
    from derivations.verify.checked import check
    from derivations.verify.texts import decode

    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise DerivationError(f"{path}: {error.strerror or error}; expected a file with an article") from None
    return contract.article(check(decode(str(path), raw).source, mend=False))


def verify_text(text: str, format: str = "md") -> dict[str, Any]:
    """One article of the JSON contract, from its text.

    ``format`` is ``md``, ``tex``, ``html``, ``ipynb``, ``txt``, ``jsx`` or another ending of a file.
    """
    from derivations.model import Source
    from derivations.verify import contract
    from derivations.verify.checked import check

    return contract.article(check(Source(f"article.{format.lstrip('.')}", text), format, mend=False))
