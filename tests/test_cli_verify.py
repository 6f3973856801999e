"""``derivations verify`` as a user meets it."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from derivations.cli import workers
from derivations.verify.rules import RULES

ROOT = Path(__file__).resolve().parents[1]
WRONG, RIGHT, ROUNDED = "$3 + 4 = 8$\n", "$3 + 4 = 7$\n", "$1/3 = 0.34$\n"


def run(
    *arguments: str | Path, cwd: Path, stdin: bytes = b"", **env: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derivations", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | env
    done = subprocess.run(command, cwd=cwd, env=environment, input=stdin, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def verify(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return run("verify", *arguments, cwd=cwd, **options)


def articles(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)["articles"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with articles, and with what is none."""
    for name, text in {
        "docs/b.md": WRONG,
        "docs/a.tex": RIGHT,
        "docs/deep/c.HTML": ROUNDED,
        "docs/data.csv": WRONG,
        "docs/.hidden/d.md": WRONG,
        "docs/node_modules/e.md": WRONG,
        "docs/build/f.md": WRONG,
        "docs/.g.md": WRONG,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


# ---------------------------------------------------------------- what is looked at, and exit codes


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["docs/a.tex"], 0),
        (["docs/b.md"], 1),
        (["docs/deep/c.HTML"], 0),
        (["docs/deep/c.HTML", "--strict"], 1),
        (["docs/a.tex", "--format", "html"], 0),
        (["docs/b.md", "--format", "html", "-o", "report.html"], 1),
        (["docs/b.md", "--ignore", "value-mismatch"], 0),
        (["docs/b.md", "missing.md"], 2),
        (["docs/b.md", "--ignore", "no-rule"], 2),
        (["docs/b.md", "--fix", "--diff"], 2),
        (["docs/b.md", "--format", "pdf"], 2),
        (["docs/data.csv"], 2),
        (["-", "--fix"], 2),
        (["docs/.hidden/empty"], 2),
        ([], 2),
    ],
)
def test_exit_code(folder: Path, arguments: list[str], code: int) -> None:
    assert code == verify(*arguments, cwd=folder).returncode


def test_a_folder_is_searched_in_order(folder: Path) -> None:
    found = articles(verify("docs", "docs/b.md", "--format", "json", "--jobs", "2", cwd=folder))
    assert ["docs/a.tex", "docs/b.md", "docs/deep/c.HTML"] == [article["path"] for article in found]


def test_standard_input(folder: Path) -> None:
    done = verify("-", "--stdin-filename", "draft.tex", "--format", "json", cwd=folder, stdin=WRONG.encode())
    assert ["draft.tex"] == [article["path"] for article in articles(done)]
    assert 1 == done.returncode


def test_errors_say_what_to_do(folder: Path) -> None:
    missing = verify("missing.md", cwd=folder)
    assert "derivations: missing.md: there is no such file or folder" in missing.stderr
    assert "did you mean rounding?" in verify("docs", "--ignore", "roundin", cwd=folder).stderr
    assert "docs/data.csv: .csv is no article" in verify("docs/data.csv", cwd=folder).stdout


def test_a_folder_without_articles_is_an_error(tmp_path: Path) -> None:
    done = verify(".", cwd=tmp_path)
    assert (2, True) == (done.returncode, "there is no article here; looked for .htm .html" in done.stderr)


def test_a_report_goes_to_a_file(folder: Path) -> None:
    done = verify("docs/b.md", "--format", "sarif", "-o", "out/report.sarif", cwd=folder)
    assert (1, "") == (done.returncode, done.stdout)
    assert "2.1.0" == json.loads((folder / "out/report.sarif").read_text("utf-8"))["version"]


def test_a_page_goes_to_a_file(folder: Path) -> None:
    done = verify("docs", "--format", "html", "-o", "out/report.html", cwd=folder)
    shown = (folder / "out/report.html").read_text("utf-8")
    assert ("", True) == (done.stdout, shown.startswith("<!DOCTYPE html>"))
    assert all(name in shown for name in ("docs/a.tex", "docs/b.md", "docs/deep/c.HTML"))


def test_no_colour_in_a_pipe(folder: Path) -> None:
    assert "\x1b" not in verify("docs/b.md", cwd=folder, TERM="xterm-256color").stdout


@pytest.mark.parametrize(("variable", "coloured"), [("LANG", True), ("NO_COLOR", False)])
def test_colour_on_a_terminal_unless_it_is_not_wanted(folder: Path, variable: str, coloured: bool) -> None:
    pty = pytest.importorskip("pty", reason="needs pty: this system has no pseudo terminals")
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "derivations", "verify", "docs/b.md"]
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    env |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", variable: "C"}
    subprocess.run(command, cwd=folder, env=env, stdout=child, stderr=subprocess.DEVNULL, check=False)
    assert coloured is (b"\x1b[1;31mwrong" in os.read(parent, 10000))


# ---------------------------------------------------------------- mending

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_fix_keeps_every_other_byte(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "文章.md"
    path.write_bytes(f"“权重”{end}$3 + 4 = 8$; $x = 2.50 − 4 = −1.70${end}".encode(encoding))
    path.chmod(0o640)
    assert verify("--fix", path, cwd=tmp_path).stdout.endswith(f"Rewritten: {path}; no fault is left\n")
    assert f"“权重”{end}$3 + 4 = 7$; $x = 2.50 − 4 = −1.50${end}".encode(encoding) == path.read_bytes()
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)
    assert 0 == verify("--fix", path, cwd=tmp_path).returncode
    assert ["文章.md"] == [each.name for each in tmp_path.iterdir()]


def test_a_right_article_is_not_written(folder: Path) -> None:
    path = folder / "docs/a.tex"
    os.utime(path, ns=(1, 1))
    verify("--fix", path, cwd=folder)
    assert 1 == path.stat().st_mtime_ns


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.md").symlink_to("docs/b.md")
    verify("--fix", "link.md", cwd=folder)
    assert (True, RIGHT) == ((folder / "link.md").is_symlink(), (folder / "docs/b.md").read_text("utf-8"))


def test_a_diff_changes_nothing_and_is_what_fix_does(folder: Path) -> None:
    done = verify("--diff", "docs", cwd=folder)
    assert (1, WRONG) == (done.returncode, (folder / "docs/b.md").read_text("utf-8"))
    assert ["-$3 + 4 = 8$", "+$3 + 4 = 7$"] == done.stdout.splitlines()[3:5]
    subprocess.run(["git", "apply", "-"], cwd=folder, input=done.stdout.encode(), check=True)
    assert RIGHT == (folder / "docs/b.md").read_text("utf-8")


# ---------------------------------------------------------------- limits


def test_what_takes_too_long_is_stopped_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = r" \\ ".join([" & ".join("1" * 300)] * 300)
    (tmp_path / "a.md").write_text(rf"$A = \begin{{bmatrix}} {rows} \end{{bmatrix}}$", "utf-8")
    (tmp_path / "b.md").write_text(WRONG, "utf-8")
    done = verify(".", "--timeout", "0.6", "--format", "json", cwd=tmp_path)
    first, second = articles(done)
    assert "a.md: stopped after 0.6 s; --timeout gives it longer" == first["error"]
    assert (1, 2) == (second["summary"]["wrong"], done.returncode)


@pytest.mark.parametrize("work", ["memory", "crash", "deep"])
def test_other_ends_of_a_process_are_told(work: str) -> None:
    limits = workers.Limits(20, 64)
    found, after = workers.run(_unruly, [work, "calm"], limits, 2)
    assert isinstance(found, workers.Stopped)
    assert {"memory": "64 MiB", "crash": "code -9", "deep": "too deeply"}[work] in found.reason
    assert "calm" == after


def _unruly(work: str) -> str:
    if work == "memory":
        return "x" * (200 << 20)
    if work == "crash":
        os.kill(os.getpid(), 9)
    return _deep() if work == "deep" else work


def _deep() -> str:
    return _deep()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.md", b"$" + b"{" * 100_000 + b"1" + b"}" * 100_000 + b"$", 0),
        ("a.md", b"abc\n$1 + 1 = 3$ \xff\n", 2),
        ("a.md", b"$1 + 1 = 3$ \x00\n", 1),
        ("a.md", b"", 0),
        ("a.txt", b"1 + 1 = 2 and " * 300 + b"word " * 300_000, 0),
        ("a.ipynb", b'{"cells": [', 2),
        ("a.ipynb", b"[" * 100_000, 2),
        ("a.html", b"<div>" * 100_000 + b"$1 + 1 = 3$", 1),
        (
            "a.html",
            b'<!DOCTYPE m [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'
            b"<math><mn>&c;</mn></math>",
            0,
        ),
    ],
)
def test_hostile_articles(tmp_path: Path, name: str, content: bytes, code: int) -> None:
    (tmp_path / name).write_bytes(content)
    done = verify(name, cwd=tmp_path)
    assert code == done.returncode, done.stdout + done.stderr
    assert len(done.stdout) < 2000
    assert re.search(r"\d+ claims? · ", done.stdout)


def test_a_tower_of_powers_ends(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("$9^{9^{9^{9}}} = 5$\n\n$3 + 4 = 8$\n", "utf-8")
    (article,) = articles(verify("a.md", "--format", "json", cwd=tmp_path))
    assert "3 + 4: 8 printed, 7 expected" == article["claims"][-1]["message"]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(60_000_000)
    done = verify("a.md", cwd=tmp_path)
    assert (2, True) == (done.returncode, "an article has at most 50000000" in done.stdout)


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        ('exclude = ["b.md"]', 0, "1 claim · 1 right"),
        ('exclude = ["docs"]', 1, "2 claims"),
        ('ignore = ["value-mismatch"]', 0, "1 ignored"),
        ("strict = true", 1, "1 wrong"),
        ("timeout = 0.001", 2, "stopped after 0.001 s"),
        ('exclude = "b.md"', 2, "exclude = 'b.md'; expected a list of patterns"),
        ('ignored = ["rounding"]', 2, "did you mean ignore?"),
        ('ignore = ["rouding"]', 2, "did you mean rounding?"),
        ("strict = ", 2, "pyproject.toml: not TOML"),
    ],
)
def test_settings(tmp_path: Path, table: str, code: int, words: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(RIGHT, "utf-8")
    (tmp_path / "docs" / "b.md").write_text(WRONG, "utf-8")
    (tmp_path / "pyproject.toml").write_text(f"[tool.derivations]\n{table}\n", "utf-8")
    done = verify(".", cwd=tmp_path / "docs")
    assert code == done.returncode, done.stdout
    assert words in done.stdout + done.stderr


# ---------------------------------------------------------------- explain, speed


@pytest.mark.parametrize("rule", RULES)
def test_explain(rule: str, tmp_path: Path) -> None:
    text = run("explain", rule, cwd=tmp_path).stdout
    assert text.startswith(f"{rule}: ")
    assert {"What it checks", "Why it matters", "Example", "Source"} <= set(text.splitlines())
    assert max(map(len, text.splitlines())) <= 100


def test_explain_an_unknown_rule(tmp_path: Path) -> None:
    done = run("explain", "softmax-zeros", cwd=tmp_path)
    assert (2, True) == (done.returncode, "did you mean softmax-zero?" in done.stderr)


def test_neither_sympy_nor_numpy_is_needed_for_rational_and_exponential_claims(folder: Path) -> None:
    (folder / "a.md").write_text("$\\text{softmax}([1, 0]) = [0.7, 0.5]$\n" + WRONG, "utf-8")
    code = "import sys; from derivations.verify import verify_path as v; v('a.md'); print(*sys.modules)"
    command, env = [sys.executable, "-c", code], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True)
    assert set() == {"sympy", "numpy", "mpmath", "rich", "jinja2"} & set(done.stdout.split())
