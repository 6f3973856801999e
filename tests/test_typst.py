"""PDF without TeX: what a reader and a screen reader find, which way is gone, and what is missing."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typst import Fonts

from derivations import cli, typeset, userfile
from derivations.cli import workers
from derivations.exercises.roster import Student
from derivations.exercises.sheets import Order, sheet
from derivations.model import DerivationError, Source
from derivations.typeset import typst
from derivations.writers import documents
from derivations.writers.sheets import exports

PAGE = '#set document(title: "t", date: none)\n'
OWN = 'title = "Own"\n[inputs]\nX = [[1]]\n[[steps]]\nformula = "Y = X"\n'
HOSTILE = (
    '#read("/etc/passwd")', '"); #panic("x")', r"\u{41} $x$", "*bold* _thin_", "`raw` // gone",
    "= no heading", "@x <x>",
)  # fmt: skip


@pytest.fixture
def no_tex(monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is found; poppler is called by its path."""
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def poppler() -> Callable[..., str]:
    """Run pdftotext or pdfinfo."""
    found = {name: shutil.which(name, path=os.defpath) or "" for name in ("pdftotext", "pdfinfo")}
    if not all(found.values()):
        pytest.skip("needs tex: there is no poppler")

    def run(program: str, pdf: bytes | Path, *options: str) -> str:
        raw = pdf.read_bytes() if isinstance(pdf, Path) else pdf
        command = [found[program], *options, "-", *(["-"] if program == "pdftotext" else [])]
        return subprocess.run(command, input=raw, capture_output=True, check=True).stdout.decode()

    return run


@pytest.fixture
def embedded_fonts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "fonts", lambda: Fonts(include_system_fonts=False))


# ---------------------------------------------------------------- pages


@pytest.mark.usefixtures("no_tex")
def test_the_pdf_of_a_tutorial_without_tex(tmp_path: Path, poppler: Callable[..., str]) -> None:
    assert 0 == cli.main(["docs", "self-attention", "--format", "pdf", "-o", str(tmp_path)])
    for language, title, answers in (("en", "Self-attention", "Answers"), ("zh", "自注意力", "答案")):
        path = tmp_path / language / "self-attention.pdf"
        text, about = poppler("pdftotext", path), poppler("pdfinfo", path)
        assert text.startswith(f"{title}\n")
        assert "0.5035" in text
        assert "0.503\n" in text  # in the heat map
        assert text.rindex(answers) > text.rindex("1.4142")
        assert re.search(rf"^Title: +{title}$", about, re.MULTILINE)
        assert re.search(r"^Tagged: +yes$", about, re.MULTILINE)
        assert not re.search(r"\\[a-z]|\$", text)


def own(toml: str) -> str:
    page = documents.tutorial([userfile.work(Source("own.toml", toml))], "en")
    return documents.render(page, "typ")


def test_somebodys_words_stay_words(poppler: Callable[..., str]) -> None:
    title, *tokens = HOSTILE
    source = own(
        f"title = {json.dumps(title)}\ntokens = {json.dumps(tokens)}\n"
        f"[inputs]\nX = {[[at] for at in range(len(tokens))]}\n"
        "[[steps]]\ntitle = '#panic()'\nformula = 'Y = 2 X'\nwhy = '#panic()'\n"
    )
    text = poppler("pdftotext", typst.pdf(source, "own"), "-layout")
    for each in (*HOSTILE, "1. #panic()"):
        assert each in text


def test_a_wide_matrix_stays_on_the_page(poppler: Callable[..., str]) -> None:
    entry = "12345678901234567/98765432109876543"
    source = own(
        f"title = 'Wide'\n[inputs]\nX = {[[entry] * 8] * 2}\n[[steps]]\nformula = 'Y = X + X'\n".replace(
            "'", '"'
        )
    )
    found = poppler("pdftotext", typst.pdf(source, "wide"), "-bbox")
    edges = [float(edge) for edge in re.findall(r'x(?:Min|Max)="([\d.]+)"', found)]
    assert 60 < min(edges) < max(edges) < 535  # points; A4 is 595 wide


@pytest.mark.usefixtures("no_tex")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_sheets_and_keys_without_tex(language: str, poppler: Callable[..., str]) -> None:
    kinds = ("step", "choice", "shape", "identity", "error", "grid")
    made = exports.own(
        sheet(Order(("causal-mask",), kinds, 2, "salt", language), Student("017", HOSTILE[0])), ["pdf"]
    )
    blank, key = (poppler("pdftotext", made[name]) for name in ("sheet.pdf", "key.pdf"))
    title = {"en": "Sheet 017", "zh": "练习 017"}[language]
    assert blank.startswith(f"{title}\n")
    assert HOSTILE[0] in blank
    assert HOSTILE[0] in key
    answers = re.compile(r"(?:Answer:|答：) ?[A-E]\b")
    assert not answers.search(blank)
    assert answers.search(key)


def test_the_same_source_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = typst.pdf(own(OWN), "page")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert first == typst.pdf(own(OWN), "page")


def test_today_is_no_part_of_a_document(poppler: Callable[..., str]) -> None:
    made = typst.pdf(f"{PAGE}#datetime.today().display()", "page")
    assert poppler("pdftotext", made).startswith("1970-01-01")
    assert "Date" not in poppler("pdfinfo", typst.pdf(own(OWN), "page"))


# ---------------------------------------------------------------- which way


@pytest.fixture
def no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)


def test_tex_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: "/bin/program")
    assert "tex" == typeset.source()
    monkeypatch.setattr(shutil, "which", lambda program: None if program == "xelatex" else "/bin/program")
    assert "typ" == typeset.source()
    assert typeset.pdf(lambda kind: {"typ": f"{PAGE}word"}[kind], "page").startswith(b"%PDF")


@pytest.mark.usefixtures("no_tex", "no_typst")
def test_neither_way_names_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    for command in (["docs", "softmax"], ["exercises"]):
        assert 2 == cli.main([*command, "--format", "md,pdf", "-o", str(out)])
        (err,) = capsys.readouterr().err.splitlines()
        assert err.startswith("derivations: PDF needs TeX or Typst: ")
        assert "latexmk" in err
        assert "pip install typst" in err
        assert not out.exists()


# ---------------------------------------------------------------- fonts and faults


@pytest.mark.usefixtures("no_tex", "embedded_fonts_only")
def test_chinese_without_a_font_is_told_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    for command in (["docs", "softmax"], ["exercises", "--lang", "zh"]):
        assert 2 == cli.main([*command, "--format", "pdf", "-o", str(out)])
        (err,) = capsys.readouterr().err.splitlines()
        assert "PDF in Chinese needs a font with Chinese characters" in err
        assert "fonts-noto-cjk" in err
        assert not out.exists()
    assert 0 == cli.main(["docs", "softmax", "--lang", "en", "--format", "pdf", "-o", str(out)])


@pytest.mark.usefixtures("embedded_fonts_only")
def test_a_character_without_a_font_is_named() -> None:
    with pytest.raises(DerivationError, match=r"^own\.pdf: no font on this machine shows “中"):
        typst.pdf(own(OWN.replace("Own", "中文")), "own.pdf")


def test_a_fault_is_told() -> None:
    with pytest.raises(DerivationError, match=r"^page: Typst stopped: unknown variable: nothing"):
        typst.pdf(f"{PAGE}#nothing", "page")


def test_a_document_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hidden", "utf-8")
    for path in (f"{tmp_path}/secret.txt", f"../{tmp_path.name}/secret.txt", "/etc/passwd"):
        with pytest.raises(DerivationError, match="Typst stopped"):
            typst.pdf(f'{PAGE}#read("{path}")', "page")


def test_a_process_that_has_set_a_page_can_be_forked() -> None:
    source = f"{PAGE}word"
    (made,) = workers.run(lambda name: typst.pdf(source, name), ["page"], workers.Limits(20), 1)
    assert typst.pdf(source, "page") == made
    assert [made] == list(workers.run(lambda name: typst.pdf(source, name), ["page"], workers.Limits(20), 1))
