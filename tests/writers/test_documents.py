"""Documents: the golden page, templates that refuse mistakes, and LaTeX that compiles."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from derivations import derive, library, userfile
from derivations.model import DerivationError, Source, Worked
from derivations.typeset import typst
from derivations.writers import documents, templates
from tests.writers.parts import missing

OWN = """
title = "Odd words: 100% & $5, #1 {x} ~ ^ \\\\ <b> _u_"
tokens = ["$5", "a_b & c", "我们", "\N{GRINNING FACE}"]
note = "√2 and d_k in words, $\\\\frac{1}{2}$ between dollars"
[inputs]
X = [[1, "-1/2"], ["sqrt(2)", 0.25], ["ln(3)", 2], [-3, 1]]
d_k = 2
[[steps]]
formula = "S = X X^T / √d_k"
[[steps]]
formula = "A = softmax(S)"
why = "Each row sums to 1."
"""


@pytest.fixture(scope="module")
def worked() -> list[Worked]:
    derivation = library.load("self-attention")
    return [derive.work(derivation, example) for example in derivation.examples]


@pytest.fixture(scope="module")
def own() -> list[Worked]:
    return [userfile.work(Source("own.toml", OWN))]


def rendered(worked: list[Worked], format: str) -> str:
    return documents.render(documents.tutorial(worked, "en"), format)


def test_golden_page(worked: list[Worked], golden: Callable[[str, str], None]) -> None:
    golden("self-attention.md", rendered(worked[:1], "md"))
    golden("self-attention.tex", rendered(worked[:1], "tex"))


@pytest.mark.parametrize("format", documents.FORMATS)
def test_the_same_page_twice_is_the_same_text(worked: list[Worked], format: str) -> None:
    again = [derive.work(each.derivation, each.example) for each in worked[:2]]
    assert rendered(worked[:2], format) == rendered(again, format)


@pytest.mark.parametrize("format", documents.FORMATS)
def test_no_delimiter_of_the_templates_is_left(worked: list[Worked], own: list[Worked], format: str) -> None:
    for text in (rendered(worked, format), rendered(own, format)):
        assert not re.search(r"\\(?:VAR|BLOCK)\{|\\#\{|None|<[a-z]+ object", text)


# ---------------------------------------------------------------- Markdown


MARKS = re.compile(r"\s*(?:[=#>]|[-+*]\s|\d+[.)]\s)")


def faulty_lines(text: str) -> list[str]:
    """Lines that a Markdown reader would not take as part of the display they stand in."""
    lines = text.splitlines()
    fences = [at for at, line in enumerate(lines) if line == "$$"]
    found = [line for line in lines if "$$" in line and line != "$$"]
    for start, end in zip(fences[::2], fences[1::2], strict=True):
        inside = lines[start + 1 : end]
        around = [lines[start - 1], lines[end + 1]]
        found += [line for line in inside if not line.strip() or MARKS.match(line)]
        found += ["text touches a display"] * (around != ["", ""]) + ["empty display"] * (not inside)
    return found


@pytest.mark.parametrize("text", ["$$\n= 1\n$$", "a\n$$\nx\n$$\n", "\n$$\n\n$$\n\n", "x $$ y"])
def test_faulty_displays_are_seen(text: str) -> None:
    assert faulty_lines(f"\n{text}\n\n")


def test_markdown_uses_no_macro_that_github_lacks(worked: list[Worked]) -> None:
    used = set(re.findall(r"\\([A-Za-z]+)", rendered(worked, "md")))
    known = (
        "begin end frac sqrt operatorname left right cdot cdots vdots ddots dots approx times ln quad "
        "text in mathbb"
    )
    assert set() == used - set(known.split())


# ---------------------------------------------------------------- templates refuse mistakes


def test_an_undefined_name_raises() -> None:
    template = templates.environment("en").from_string(r"\VAR{ page.nothing }")
    with pytest.raises(UndefinedError):
        template.render(page=object())


def test_text_without_an_escape_filter_raises() -> None:
    template = templates.environment("en").from_string(r"\VAR{ title }")
    with pytest.raises(TypeError, match="without an escape filter"):
        template.render(title="a & b")


def test_an_unknown_format_or_language_names_those_there_are() -> None:
    with pytest.raises(DerivationError, match=r"'docx'; there are md, tex, html, ipynb"):
        documents.check_formats(["md", "docx"])
    with pytest.raises(DerivationError, match=r"'xx'; there are en"):
        documents.check_languages(["en", "xx"])


# ---------------------------------------------------------------- LaTeX compiles


def compiled(engine: str, text: str, folder: Path) -> str:
    """The log of a run that must succeed."""
    (folder / "page.tex").write_text(text, "utf-8")
    command = [engine, "-halt-on-error", "-interaction=nonstopmode", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    log = (folder / "page.log").read_text("utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    return log


@pytest.mark.parametrize(
    ("which", "engine"),
    [("worked", "xelatex"), ("worked", "pdflatex"), ("own", "xelatex")],  # Chinese tokens need xelatex
)
def test_latex_compiles(which: str, engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not shutil.which(engine):
        pytest.skip(f"needs tex: there is no {engine}")
    log = compiled(engine, rendered(request.getfixturevalue(which), "tex"), tmp_path)
    assert [] == re.findall(r"Missing character.*|Overfull \\hbox.*", log)


@pytest.mark.parametrize("id", sorted(library.load_all()))
def test_every_page_of_the_library(id: str, tmp_path: Path) -> None:
    derivation = library.load(id)
    worked = [derive.work(derivation, example) for example in derivation.examples]
    page = documents.tutorial(worked, "en")
    assert [] == missing(page)
    assert [] == faulty_lines(documents.render(page, "md"))
    for each in (page, documents.tutorial(worked, "zh")):
        assert typst.pdf(documents.render(each, "typ"), id).startswith(b"%PDF")
    if not shutil.which("xelatex"):
        pytest.skip("needs tex: there is no xelatex")
    log = compiled("xelatex", documents.render(page, "tex"), tmp_path)
    assert [] == re.findall(r"Missing character.*|Overfull \\hbox.*", log)
