"""The Chinese texts: complete, none fuzzy, the same placeholders and the same mathematics."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import derivations
from derivations import derive, library
from derivations.writers import documents, templates
from derivations.writers.text import CJK, TeX, pieces
from derivations.writers.translations import CATALOGUE, catalogue
from tests.writers.messages import messages

MESSAGES = messages()
PO = (templates.locale() / "zh" / CATALOGUE).read_text("utf-8")
CHINESE = catalogue(templates.locale(), "zh")
SAME = {"Softmax", "ReLU", "GELU", "SiLU", "SwiGLU", "Var(q·k) = d_k"}
"""What Chinese writes as English does."""


def translated(message: str) -> str:
    return CHINESE.gettext(message)


def symbols(text: str) -> Counter[str]:
    return Counter(piece for piece in pieces(text) if isinstance(piece, TeX))


def test_every_text_is_translated() -> None:
    assert [] == [m for m in MESSAGES if not CJK.search(translated(m)) and m not in SAME]


def test_no_text_is_left_over_twice_or_fuzzy() -> None:
    found = re.findall(r'^msgid "(.+)"$', PO, re.MULTILINE)
    assert len(MESSAGES) == len(found) == len(set(found))
    assert "fuzzy" not in PO
    assert "\n#~" not in PO


@pytest.mark.parametrize("message", [m for m in MESSAGES if "%(" in m])
def test_placeholders_are_the_same(message: str) -> None:
    placeholder = re.compile(r"%\(\w+\)s")
    assert sorted(placeholder.findall(message)) == sorted(placeholder.findall(translated(message)))


def test_no_symbol_of_the_english_text_is_lost() -> None:
    """A symbol needs blanks around it, or it is not seen as mathematics."""
    assert {} == {
        m: (symbols(m) - symbols(translated(m)))
        for m in MESSAGES
        if set(symbols(m)) - set(symbols(translated(m)))
    }


@pytest.mark.parametrize("term", ["注意力分数", "查询", "键", "值", "位置编码", "因果掩码"])
def test_terms_of_chinese_textbooks_are_used(term: str) -> None:
    assert term in PO


@pytest.mark.parametrize("format", documents.FORMATS)
def test_a_chinese_page_has_no_english_words(format: str) -> None:
    derivation = library.load("causal-mask")
    worked = [derive.work(derivation, example) for example in derivation.examples]
    titles = {id: each.title for id, each in library.load_all().items()}
    page = documents.tutorial(worked, "zh", titles)
    text = documents.render(page, format, ["en", "zh"])
    assert page.title == "因果掩码"
    english = {m for m in MESSAGES if m not in SAME and len(m) > 25 and "%(" not in m and m in text}
    assert set() == english
    assert ("../en/causal-mask" in text) == (format != "tex")


@pytest.mark.parametrize("id", ["self-attention", "image-patches"])
def test_chinese_latex_compiles(id: str, tmp_path: Path) -> None:
    if not shutil.which("xelatex"):
        pytest.skip("needs tex: there is no xelatex")
    derivation = library.load(id)
    page = documents.tutorial([derive.work(derivation, derivation.examples[0])], "zh")
    (tmp_path / "page.tex").write_text(documents.render(page, "tex"), "utf-8")
    command = ["xelatex", "-halt-on-error", "-interaction=batchmode", "page.tex"]
    assert (
        0 == subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False).returncode
    )
    log = (tmp_path / "page.log").read_text("utf-8", errors="replace")
    assert [] == re.findall(r"Missing character.*|Overfull \\hbox.*", log)


def test_a_chinese_page_is_read_back_without_a_finding() -> None:
    derivation = library.load("self-attention")
    page = documents.tutorial([derive.work(derivation, derivation.examples[0])], "zh")
    for format in ("md", "html"):
        summary = derivations.verify_text(documents.render(page, format), format)["summary"]
        assert summary["claims"] == summary["right"] > 10
