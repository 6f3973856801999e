"""Where authors work: the pre-commit hooks and the GitHub action, each run for real."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WRONG, RIGHT = "$3 + 4 = 8$\n", "$3 + 4 = 7$\n"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two articles, and the command ``derivations`` beside them."""
    (tmp_path / "wrong article.md").write_text(WRONG, "utf-8")
    (tmp_path / "right.md").write_text(RIGHT, "utf-8")
    command = tmp_path / "bin" / "derivations"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m derivations "$@"\n', "utf-8")
    command.chmod(0o755)
    return tmp_path


def run(command: list[str], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)} | env
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


# ---------------------------------------------------------------- pre-commit


def hook(id: str, folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    return run([*shlex.split(HOOKS[id]["entry"]), *files], folder)


def test_hooks_have_what_pre_commit_needs() -> None:
    for each in HOOKS.values():
        assert {"id", "name", "entry", "language"} <= each.keys()
        assert re.search(each["files"], "docs/a.md")
        assert not re.search(each["files"], "docs/a.py")


def test_the_hook_fails_on_a_wrong_number(folder: Path) -> None:
    assert 0 == hook("derivations-verify", folder, "right.md").returncode
    done = hook("derivations-verify", folder, "right.md", "wrong article.md")
    assert (1, True) == (done.returncode, "wrong article.md:1:10: wrong" in done.stdout)


def test_the_other_hook_mends_it(folder: Path) -> None:
    hook("derivations-fix", folder, "right.md", "wrong article.md")
    assert RIGHT == (folder / "wrong article.md").read_text("utf-8")


# ---------------------------------------------------------------- GitHub


INPUT = re.compile(r"\$\{\{ inputs\.(\w+) \}\}")


def action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The last step, with the inputs put in as the runner does."""
    step = ACTION["runs"]["steps"][-1]
    given = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
    filled = {name: INPUT.sub(lambda match: given[match[1]], text) for name, text in step["env"].items()}
    return run(["bash", "-eo", "pipefail", "-c", step["run"]], folder, **filled)


def test_the_action_is_composite_and_says_what_it_takes() -> None:
    assert "composite" == ACTION["runs"]["using"]
    assert all("description" in each and "default" in each for each in ACTION["inputs"].values())
    assert all("shell" in step for step in ACTION["runs"]["steps"])
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"])


def test_the_action_annotates_the_line(folder: Path) -> None:
    done = action(folder)
    assert 1 == done.returncode
    assert "::error file=wrong article.md,line=1,endLine=1,col=10,endColumn=11" in done.stdout


def test_the_action_takes_several_paths_and_a_file_for_the_report(folder: Path) -> None:
    done = action(folder, paths="right.md\nwrong article.md\n", format="sarif", output="out.sarif")
    assert (1, True) == (done.returncode, (folder / "out.sarif").exists())
    assert 0 == action(folder, paths="right.md", strict="true").returncode


def test_an_input_is_never_run_as_a_command(folder: Path) -> None:
    done = action(folder, paths="$(touch made)\n`touch made`; touch made")
    assert (2, False) == (done.returncode, (folder / "made").exists())
