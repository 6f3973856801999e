"""Formulas shown as pictures: TeX in the address of an image or in its alternative text."""

from __future__ import annotations

import re

from derivations.readers import escapes
from derivations.readers.fragments import Passage

_ADDRESS = re.compile(
    r"(?:codecogs\.com/[a-z.]*(?:latex)?|/(?:latex|tex|equation|math)|[?&](?:tex|math|latex|formula|chl))(?:\.(?:svg|png|gif|latex))?"
    r"(?:\?(?:tex|latex|math|formula|cht=tx&chl)=|\?|=)",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    r"\\(?:bg_[a-z]+|bg\{[a-z]+\}|inline|dpi\{\d+\}|fn_[a-z]+|huge|large|small|tiny|normalsize|displaystyle|color\{[A-Za-z]+\})\s?",
    re.IGNORECASE,
)
_SPACE = re.compile(r"&space;|&nbsp;")
_TEX = re.compile(r"\\[A-Za-z]{2,}|[_^]\{|=\s*[\[(\d]")


def in_address(address: Passage) -> Passage | None:
    """The TeX that an image service is asked to draw, decoded; None for any other address."""
    match = _ADDRESS.search(address.text[:200])
    if match is None:
        return None
    tex = address[match.end() :]
    tex = tex.blank(m.span() for m in _SPACE.finditer(tex.text))
    tex = escapes.percent(escapes.entities(tex)).strip()
    tex = tex.blank(m.span() for m in _LOOKS.finditer(tex.text))
    return tex if re.search(r"[\\=\[]|\w", tex.text) else None


def in_words(words: Passage) -> Passage | None:
    """An alternative text that is TeX; None where it describes the picture in words."""
    tex = escapes.entities(words).strip().strip("$").strip()
    return tex if _TEX.search(tex.text) else None


def is_lost_formula(words: str) -> bool:
    """Whether a picture without TeX says that it shows a formula."""
    return bool(re.search(r"formula|equation|公式|方程|数式", words, re.IGNORECASE))
