"""A second language is one catalogue."""

from pathlib import Path

import pytest

from derivations.model import DerivationError
from derivations.writers.translations import catalogue, languages

PO = r"""# A comment
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

#: templates/tutorial.md.j2:1
msgid "Tokens:"
msgstr "词元："

msgid "Row %(row)s, "
"column %(column)s"
msgstr "第 %(row)s 行，"
"第 %(column)s 列 \"x\"\n"

#, fuzzy
msgid "Source:"
msgstr "不确定"

#~ msgid "Old"
#~ msgstr "旧"
"""


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    place = tmp_path / "zh" / "LC_MESSAGES" / "derivations.po"
    place.parent.mkdir(parents=True)
    place.write_text(PO, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Tokens:", "词元："),
        ("Row %(row)s, column %(column)s", '第 %(row)s 行，第 %(column)s 列 "x"\n'),
        ("Source:", "Source:"),
        ("Old", "Old"),
        ("not there", "not there"),
    ],
)
def test_catalogue(locale: Path, message: str, shown: str) -> None:
    assert shown == catalogue(locale, "zh").gettext(message)


def test_languages_are_english_and_what_is_there(locale: Path) -> None:
    assert ["en", "zh"] == languages(locale)


@pytest.mark.parametrize("language", ["de", "", "../zh", "zh/LC_MESSAGES"])
def test_an_unknown_language_names_those_there_are(locale: Path, language: str) -> None:
    with pytest.raises(DerivationError, match=r"there are en, zh$"):
        catalogue(locale, language)
