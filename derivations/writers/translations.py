"""The words of other languages: one gettext catalogue for each, read as it stands.

A language is a folder, ``templates/locale/<language>/LC_MESSAGES``, with ``derivations.po`` and
perhaps other catalogues beside it; what they do not translate stays English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

from derivations.model import DerivationError

CATALOGUE = "LC_MESSAGES/derivations.po"

ENDONYMS = {"en": "English", "zh": "中文"}
"""What languages call themselves; another one goes by its code."""


def endonym(language: str) -> str:
    """What a language calls itself."""
    return ENDONYMS.get(language, language)


def tag(language: str) -> str:
    """The language as browsers know it, so that they choose the right fonts."""
    return {"zh": "zh-CN"}.get(language, language)


class Catalogue(NullTranslations):
    """The messages of a language."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        """The translation, or the message itself."""
        return self.messages.get(message) or message


def languages(locale: Path) -> list[str]:
    """English and every language that has a catalogue."""
    return ["en", *sorted(path.parts[-3] for path in locale.glob(f"*/{CATALOGUE}"))]


def catalogue(locale: Path, language: str) -> NullTranslations:
    """The messages of a language.  Raises DerivationError naming the languages there are."""
    known = languages(locale)
    if language not in known:
        raise DerivationError(f"no texts in the language {language!r}; there are {', '.join(known)}")
    if language == "en":
        return NullTranslations()
    texts = [path.read_text("utf-8") for path in sorted((locale / language / CATALOGUE).parent.glob("*.po"))]
    return Catalogue({message: words for text in texts for message, words in _messages(text)})


_LINE = re.compile(r'(?:(msgid|msgstr)\s+)?"(.*)"\s*')
_ESCAPES = {"n": "\n", "t": "\t"}


def _messages(text: str) -> Iterator[tuple[str, str]]:
    """The pairs of a .po file, without its header, fuzzy entries and obsolete ones."""
    for entry in re.split(r"\n\s*\n", text):
        parts = {"msgid": "", "msgstr": ""}
        part = ""
        for line in entry.splitlines():
            if found := _LINE.fullmatch(line.strip()):
                part = found[1] or part
                parts[part] += re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), found[2])
        if parts["msgid"] and not re.search(r"^#,.*\bfuzzy\b", entry, re.MULTILINE):
            yield parts["msgid"], parts["msgstr"]
