"""The pytest plugin, run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WRONG, RIGHT = "$3 + 4 = 8$\n", "$3 + 4 = 7$\n"


def collect(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    plugin = ["-p", "derivations.pytest_plugin"] if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in os.environ else []
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--color=no",
        "-p",
        "no:cacheprovider",
        *plugin,
        *arguments,
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", "utf-8")
    (tmp_path / "docs/wrong.md").write_text(WRONG, "utf-8")
    (tmp_path / "docs/right.tex").write_text(RIGHT, "utf-8")
    (tmp_path / "docs/data.csv").write_text(WRONG, "utf-8")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n", "utf-8")
    return tmp_path


def test_articles_are_tests_where_that_is_asked_for(project: Path) -> None:
    done = collect(project, "--verify-articles", "docs/")
    assert 1 == done.returncode
    assert "docs/wrong.md:1:10: wrong: 3 + 4: 8 printed, 7 expected" in done.stdout
    assert "Traceback" not in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_articles_are_left_alone_otherwise(project: Path) -> None:
    assert "1 passed" in collect(project).stdout


def test_other_tests_run_beside_articles(project: Path) -> None:
    assert "1 failed, 2 passed" in collect(project, "--verify-articles").stdout


def test_the_settings_of_the_project_hold(project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.derivations]\nexclude = ["wrong.md"]\n', "utf-8")
    assert "2 passed" in collect(project, "--verify-articles").stdout


def test_an_article_that_cannot_be_read_fails(project: Path) -> None:
    (project / "docs/wrong.md").write_bytes(b"\xff")
    assert (
        "docs/wrong.md:1: this is not UTF-8; save the file as UTF-8"
        in collect(project, "--verify-articles").stdout
    )
