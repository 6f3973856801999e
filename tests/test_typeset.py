"""PDF pages: what a reader finds in them, and a TeX that is missing, stopped or kept in its folder."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from derivations import cli, files
from derivations.model import DerivationError
from derivations.typeset import latex

PAGE = "\\documentclass{article}\\begin{document}%s\\end{document}\n"
MISSING = "PDF needs TeX or Typst: latexmk with XeLaTeX, on Debian apt install texlive-xetex latexmk"


@pytest.fixture
def tex() -> None:
    for program in (*latex.PROGRAMS, "pdftotext"):
        if not shutil.which(program):
            pytest.skip(f"needs tex: there is no {program}")


def words(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return done.stdout


def compiled(body: str, folder: Path) -> str:
    """The words of the PDF of a document."""
    (folder / "page.pdf").write_bytes(latex.pdf(PAGE % body, "page"))
    return words(folder / "page.pdf")


@pytest.mark.usefixtures("tex")
def test_the_pdf_of_a_tutorial_has_its_title_and_numbers(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert 0 == cli.main(["docs", "self-attention", "--format", "pdf", "-o", str(out)])
    assert {".derivations.json", "en/self-attention.pdf", "zh/self-attention.pdf"} == {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()
    }
    english, chinese = (words(out / lang / "self-attention.pdf") for lang in ("en", "zh"))
    assert english.startswith("Self-attention\n")
    assert chinese.startswith("自注意力\n")
    assert "0.5035" in english
    assert "0.5035" in chinese


@pytest.mark.usefixtures("tex")
def test_the_same_source_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    text = PAGE % r"\today"
    first = latex.pdf(text, "page")
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert first == latex.pdf(text, "page")


# ---------------------------------------------------------------- failures


def test_missing_tex_says_what_to_install_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "typst", None)
    out = tmp_path / "out"
    assert 2 == cli.main(["docs", "--format", "md,pdf", "-o", str(out)])
    err = capsys.readouterr().err.splitlines()
    assert [True] == [line.startswith(f"derivations: {MISSING}") for line in err]
    assert err[0].endswith("md, tex, html and ipynb need nothing")
    assert not out.exists()


def test_an_unknown_format_names_pdf_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == cli.main(["docs", "--format", "docx"])
    assert "'docx'; there are md, tex, html, ipynb, pdf" in capsys.readouterr().err


@pytest.mark.usefixtures("tex")
def test_a_fault_is_told_with_its_line() -> None:
    with pytest.raises(
        DerivationError, match=r"^en/own\.pdf: XeLaTeX stopped: Undefined control .* at l\.3 \\nothing"
    ):
        latex.pdf(PAGE % "\n\n\\nothing", "en/own.pdf")


@pytest.mark.usefixtures("tex")
def test_a_fault_leaves_the_old_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "en" / "self-attention.pdf"
    files.write(old, "old")
    monkeypatch.setattr("derivations.writers.documents.render", lambda *_: PAGE % r"\nothing")
    assert 2 == cli.main(
        ["docs", "self-attention", "--lang", "en", "--format", "md,pdf", "-o", str(tmp_path)]
    )
    assert "self-attention.pdf: XeLaTeX stopped: Undefined control sequence" in capsys.readouterr().err
    assert [old] == [path for path in tmp_path.rglob("*") if path.is_file()]
    assert "old" == files.read(old).text


@pytest.mark.usefixtures("tex")
def test_tex_without_end_is_stopped() -> None:
    with pytest.raises(DerivationError, match=r"^page: XeLaTeX took more than 2 s; "):
        latex.pdf(PAGE % r"\loop\iftrue\repeat", "page", seconds=2)


# ---------------------------------------------------------------- TeX stays in its folder


@pytest.mark.usefixtures("tex")
def test_tex_runs_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    monkeypatch.setenv("shell_escape", "t")
    assert "after" in compiled(rf"\immediate\write18{{touch {made}}}after", tmp_path)
    assert not made.exists()


@pytest.mark.usefixtures("tex")
def test_tex_writes_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made.txt"
    monkeypatch.setenv("openout_any", "a")
    with pytest.raises(DerivationError, match="stopped"):
        latex.pdf(PAGE % rf"\immediate\openout3={made} \immediate\write3{{x}}\immediate\closeout3", "page")
    assert not made.exists()


@pytest.mark.usefixtures("tex")
def test_tex_reads_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.tex").write_text("hidden", "utf-8")
    monkeypatch.setenv("TEXINPUTS", f"{tmp_path}:")
    for name in (tmp_path / "secret.tex", "secret.tex"):
        seen = compiled(rf"before \IfFileExists{{{name}}}{{\input{{{name}}}}}{{nothing}} after", tmp_path)
        assert "before nothing after" in seen
