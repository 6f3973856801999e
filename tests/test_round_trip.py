"""Our own pages read back: the generator and the verifier check each other.

``verify(read(write(d)))`` finds no fault in any page of the library, and one digit
changed in a computed value is found at its place.
"""

from __future__ import annotations

import random
import re
from functools import cache

import pytest

from derivations.derive import work
from derivations.library import load_all
from derivations.model import Finding, Source, Verdict, Worked
from derivations.readers import read
from derivations.verify.judge import judge
from derivations.writers import documents

FAULTS = (Verdict.WRONG, Verdict.CARRIED, Verdict.ROUNDING)
KINDS = (("md", "en"), ("tex", "en"), ("html", "en"), ("md", "zh"))
PAGES = [(name, *kind) for name in load_all() for kind in KINDS]


@cache
def worked(name: str) -> list[Worked]:
    derivation = load_all()[name]
    return [work(derivation, example) for example in derivation.examples]


@cache
def page(name: str, format: str, language: str) -> str:
    return documents.render(documents.tutorial(worked(name), language), format)


def findings(text: str, format: str) -> list[Finding]:
    return judge(read(Source(f"page.{format}", text)))


@pytest.mark.parametrize(("name", "format", "language"), PAGES)
def test_no_page_of_ours_has_a_fault(name: str, format: str, language: str) -> None:
    text = page(name, format, language)
    found = findings(text, format)
    faults = [(text[f.span.start : f.span.end], f.message) for f in found if f.verdict in FAULTS]
    assert faults == []
    assert any(f.verdict is Verdict.RIGHT for f in found)


@pytest.mark.parametrize("seed", range(12))
def test_one_changed_digit_is_found_at_its_place(seed: int) -> None:
    """The digit is the first one that counts of a computed decimal; nothing else is called wrong."""
    draw = random.Random(seed)
    text = page("self-attention", "md", "en")
    numbers = [
        (f.span.start + m.start(), m.group())
        for f in findings(text, "md")
        if f.verdict is Verdict.RIGHT
        for m in re.finditer(r"(?<![\w.{])\d\.\d{4}(?![\w.])", text[f.span.start : f.span.end])
        if m.group().strip("0.")
    ]
    at, printed = draw.choice(numbers)
    place = at + next(k for k, digit in enumerate(printed) if digit in "123456789")
    changed = text[:place] + str((int(text[place]) + 3) % 10 or 1) + text[place + 1 :]
    wrong = [f for f in findings(changed, "md") if f.verdict is Verdict.WRONG]
    assert [f.span.start <= place < f.span.end for f in wrong] == [True]
