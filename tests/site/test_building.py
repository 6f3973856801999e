"""How the site is made: what stands in it, the same bytes every time, and nothing lost when it fails."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from derivations import cli, derive, library
from derivations.model import DerivationError
from derivations.verify.rules import RULES
from derivations.writers import documents, site
from derivations.writers.site import sources
from derivations.writers.text import TeX
from derivations.writers.web import written

ROOT = Path(__file__).parents[2]


@pytest.fixture
def needs_sphinx() -> None:
    try:
        site.check()
    except DerivationError as error:
        pytest.skip(f"needs browser: {error}")


def tree(language: str = "en", **texts: str) -> dict[str, str]:
    return sources.tree(texts or {"softmax": "# Softmax\n"}, language)


# ---------------------------------------------------------------- what Sphinx reads


def test_a_tutorial_links_to_those_that_the_site_has() -> None:
    derivation = library.load("causal-mask")
    titles = {id: each.title for id, each in library.load_all().items()}
    page = documents.tutorial([derive.work(derivation)], "en", titles)
    id, title = page.requires[0]
    assert f"[{title}]({id}.md)" in site.tutorial(page, {id})
    alone = site.tutorial(page, {page.id})
    assert title in alone
    assert f"({id}.md)" not in alone
    assert "<figure>" in alone  # pictures stand in the page itself


def test_a_rule_says_the_same_as_explain(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["explain", "shape-mismatch"])
    explained = re.sub(r"\s+", " ", capsys.readouterr().out)
    page = re.sub(r"[$\\{}]", "", tree()["rules/shape-mismatch.md"])
    for words in (RULES["shape-mismatch"].checks, RULES["shape-mismatch"].matters):
        assert words in explained
        assert words in page


def test_the_file_of_a_guide_stands_under_its_name_and_marks_are_gone() -> None:
    guide = tree()["guides/own-example.md"]
    assert "```{code-block} toml\n:caption: good-morning.toml\n" in guide
    assert "<!--" not in guide


def test_lines_of_chinese_are_joined_without_a_blank_and_code_is_left_alone() -> None:
    guide = tree("zh")["guides/own-example.md"]
    assert "或对数。小数就是" in guide
    assert "\n```toml" not in guide
    assert all(line.startswith(("`", ":")) or "```" not in line for line in guide.splitlines())


def test_chinese_words_of_headings_are_taught_to_the_search() -> None:
    texts = ["# 因果掩码\n\n这不是标题\n\n## 2. 缩放后的注意力分数（softmax）与掩码\n"]
    assert ["因果掩码"] == list(sources.terms(texts))[:1]
    assert "这不是标题" not in list(sources.terms(texts))


# ---------------------------------------------------------------- mathematics


def test_a_chain_is_broken_where_its_rows_end() -> None:
    chain = TeX(r"\begin{aligned} S &= \begin{bmatrix} 1 \\ 2 \end{bmatrix} \\ &\approx 3 = 4 \end{aligned}")
    ((first, second),) = written(chain)
    assert first.startswith('<math display="block"><mrow><mi>S</mi><mo>=</mo>')
    assert "<mtr><mtd><mn>1</mn></mtd></mtr><mtr>" in first
    assert "<mrow><mo>≈</mo><mn>3</mn><mo>=</mo><mn>4</mn></mrow>" in second


def test_statements_stand_side_by_side() -> None:
    assert [1, 1] == [len(lines) for lines in written(TeX(r"X = 1, \quad Y \in \mathbb{R}"))]


# ---------------------------------------------------------------- the whole way


def build(folder: Path, **environment: str) -> dict[str, bytes]:
    """The files of a site with one tutorial, made by a process of its own."""
    command = [sys.executable, "-m", "derivations", "docs", "scaling", "--format", "site", "-o", str(folder)]
    env = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    assert f"Written: {folder / 'site' / 'index.html'}\n" == done.stdout
    assert {".derivations.json", "site"} == {path.name for path in folder.iterdir()}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "site").rglob("*")
        if path.is_file()
    }


@pytest.mark.usefixtures("needs_sphinx")
def test_the_same_pages_give_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    first = build(tmp_path / "here", PYTHONHASHSEED="1")
    second = build(tmp_path / "deep" / "down", PYTHONHASHSEED="2", TZ="Pacific/Kiritimati", LANG="C")
    assert first.keys() == second.keys()
    assert [] == [name for name in first if first[name] != second[name]]
    assert [] == [name for name, raw in first.items() if str(tmp_path).encode() in raw]
    assert "<title>Why scores are divided by √d_k" in first["site/en/tutorials/scaling.html"].decode()
    api = re.sub("<[^>]+>", "", first["site/en/python.html"].decode())
    assert "derivations.evaluate(derivation: str | Path, inputs: Mapping[str, Any] | None = None)" in api


@pytest.mark.usefixtures("needs_sphinx")
def test_a_fault_is_told() -> None:
    with pytest.raises(
        DerivationError, match=r"Sphinx warns: .*tutorials/own\.md:3: WARNING: .*'missing\.md'"
    ):
        site.build({"en": {"own": "# Own\n\n[lost](missing.md)\n"}})


@pytest.mark.usefixtures("needs_sphinx")
def test_a_second_build_makes_only_what_has_changed(tmp_path: Path) -> None:
    first = build(tmp_path)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in first}
    command = [
        sys.executable,
        "-m",
        "derivations",
        "docs",
        "scaling",
        "--format",
        "site",
        "-o",
        str(tmp_path),
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert f"Nothing to do; up to date: {tmp_path / 'site' / 'index.html'}\n" == again.stdout
    (tmp_path / "site/zh/index.html").unlink()
    mended = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert f"Written: {tmp_path / 'site' / 'index.html'}\n" == mended.stdout
    changed = {name for name in first if times[name] != (tmp_path / name).stat().st_mtime_ns}
    assert {"site/zh/index.html"} == changed
    assert first["site/zh/index.html"] == (tmp_path / "site/zh/index.html").read_bytes()


def test_without_sphinx_the_extra_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: None if name == "furo" else object())
    assert 2 == cli.main(["docs", "softmax", "--format", "md,site", "-o", str(tmp_path / "out")])
    said = capsys.readouterr().err
    assert said.startswith(
        "derivations: the site needs furo; install the extra: pip install 'derivations[site]'"
    )
    assert not (tmp_path / "out").exists()
