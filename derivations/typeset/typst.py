"""Typst to PDF with the Python package ``typst``; the same source and fonts give the same bytes.

A document is bytes and reads no file: its root is an empty folder, and so are the folders
of packages.  The result is PDF/UA, which a screen reader can read; that a character
has no font is then an error and no blank.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TYPE_CHECKING

from derivations.model import DerivationError

if TYPE_CHECKING:
    from typst import Fonts

HAN = (
    "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "Source Han Serif",
    "Songti SC", "STSong", "SimSun", "NSimSun", "FandolSong", "AR PL UMing CN", "AR PL SungtiL GB",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Source Han Sans",
    "PingFang SC", "Heiti SC", "STHeiti", "Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback",
)  # fmt: skip
"""Families with simplified Chinese, serifs first; where none is installed, Typst looks for a font itself."""
PROBE = '#set document(title: "t")\n#set text(lang: "zh", region: "CN")\n中文'
HAN_MISSING = (
    "PDF in Chinese needs a font with Chinese characters, and this machine has none; "
    "on Debian: apt install fonts-noto-cjk; or leave Chinese out with --lang en"
)
_CHARACTERS = re.compile(r'the text `"(.*)"` could not be displayed')


def is_here() -> bool:
    """Whether the package is installed."""
    return find_spec("typst") is not None


def version() -> str:
    """The version of the package, and the font for Chinese."""
    return f"{metadata.version('typst')} {_han() or ''}"


def check(languages: Sequence[str]) -> None:
    """Raise DerivationError, saying what to install, for Chinese without a font."""
    if any(each.startswith("zh") for each in languages) and not _shows_chinese():
        raise DerivationError(HAN_MISSING)


def pdf(source: str, name: str) -> bytes:
    """The PDF of a Typst document; ``name`` is what the document is called in errors.

    Raises DerivationError where Typst finds a fault, or where no font has a character.
    """
    import typst

    try:
        return _compiled(source)
    except typst.TypstError as error:
        raise DerivationError(f"{name}: {_reason(error.message)}") from None


def _compiled(source: str) -> bytes:
    """The PDF, made in a process of its own: Typst starts threads, and a fork that lacks them never ends."""
    if not hasattr(os, "fork"):
        return _compiled_here(source)
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        return pool.submit(_compiled_here, source).result()


def _compiled_here(source: str) -> bytes:
    import typst

    with tempfile.TemporaryDirectory(prefix="derivations-") as folder:
        compiler = typst.Compiler(
            source.encode("utf-8"),
            root=folder,
            package_path=folder,
            package_cache_path=folder,
            font_paths=fonts(),
            sys_inputs={"han": family} if (family := _han()) else {},
        )
        made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    assert isinstance(made, bytes)  # there is a list for pages as pictures only
    return made


def _reason(message: str) -> str:
    if missing := _CHARACTERS.search(message):
        return (
            f"no font on this machine shows “{missing[1]}”; install one, as apt install fonts-noto-cjk "
            "on Debian for Chinese, Japanese and Korean"
        )
    return f"Typst stopped: {message}"


# ---------------------------------------------------------------- fonts


@cache
def fonts() -> Fonts:
    """The fonts of the package and of this machine."""
    import typst

    return typst.Fonts()


def _han() -> str | None:
    """The first family for Chinese that is installed."""
    installed = set(fonts().families())
    return next((family for family in HAN if family in installed), None)


def _shows_chinese() -> bool:
    """Whether some font, even one that is not listed here, has Chinese characters."""
    import typst

    try:
        _compiled(PROBE)
    except typst.TypstError as error:
        if _CHARACTERS.search(error.message):
            return False
        raise
    return True
