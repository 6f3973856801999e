"""The Chinese words of the site: complete, none left over, the same placeholders."""

import re

import pytest

from derivations.writers import templates
from derivations.writers.text import CJK
from derivations.writers.translations import CATALOGUE, catalogue
from tests.site.messages import messages

MESSAGES = messages()
PO = (templates.locale() / "zh" / CATALOGUE).with_name("site.po").read_text("utf-8")
CHINESE = catalogue(templates.locale(), "zh")


def test_every_text_is_translated() -> None:
    assert [] == [message for message in MESSAGES if not CJK.search(CHINESE.gettext(message))]


def test_no_text_is_left_over_or_fuzzy() -> None:
    found = [re.sub(r"\\(.)", r"\1", each) for each in re.findall(r'^msgid "(.+)"$', PO, re.MULTILINE)]
    assert len(found) == len(set(found))
    assert set() == set(found) - set(MESSAGES)
    assert "fuzzy" not in PO


@pytest.mark.parametrize("message", [message for message in MESSAGES if "${" in message])
def test_places_to_fill_are_the_same(message: str) -> None:
    assert "${resultCount}" in CHINESE.gettext(message)
