"""The command line as a user meets it: what is written, what is said, and the exit codes."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from derivations import __version__, cli, derive, files, library
from derivations.model import Check, DerivationError, Worked

OWN = '[inputs]\nX = [[1, 2], [3, 4]]\n[[steps]]\nformula = "S = X X^T"\n'


def run(*arguments: str | Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derivations", *map(str, arguments)]
    root = str(Path(cli.__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root, "COLUMNS": "80"} | env
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


# ---------------------------------------------------------------- commands


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["--version"])
    assert __version__ in lines(capsys)[0][0]


def test_list_is_in_teaching_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["list"])
    assert list(library.load_all()) == [line.split()[0] for line in lines(capsys)[0]]


def test_docs_writes_pages_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    out = tmp_path / "out"
    assert 0 == cli.main(
        ["docs", str(tmp_path / "own.toml"), "--format", "md,tex", "--lang", "en", "-o", str(out)]
    )
    assert {"own.md", "own.tex"} == {path.name for path in (out / "en").iterdir()}
    assert f"Written: {out / 'en' / 'own.md'} and 1 more" == lines(capsys)[0][-1]


def test_show_fits_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for width in (40, 80, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        assert 0 == cli.main(["show", "self-attention"])
        shown = lines(capsys)[0]
        assert max(map(len, shown)) <= min(width, 80)
        assert "   ⎣0.2483  0.2483  0.5035⎦".strip() in "\n".join(shown)


def test_show_has_formula_exact_value_and_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == cli.main(["show", "self-attention", "--step", "S"])
    shown = "\n".join(lines(capsys)[0])
    assert "S = Q Kᵀ/√d_k · 3×3" in shown
    assert "⎣1/√2  1/√2   √2 ⎦" in shown
    assert "⎣0.7071  0.7071  1.4142⎦" in shown
    assert "Weights" not in shown


def test_show_of_a_wide_value_lists_its_entries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wide.toml"
    rows = [[k * j for j in range(20)] for k in range(3)]
    path.write_text(f'[inputs]\nX = {rows}\n[[steps]]\nformula = "A = softmax(X / 7)"\n', "utf-8")
    assert 0 == cli.main(["show", str(path)])
    shown = lines(capsys)[0]
    assert max(map(len, shown)) <= 80
    assert any(line.startswith("   A[1,1] = 1/20") for line in shown)
    assert any("…" in line for line in shown)


# ---------------------------------------------------------------- failures are one line and exit code 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["docs", "self-atention"], "no derivation is called 'self-atention'; did you mean self-attention"),
        (["show", "nowhere.toml"], "nowhere.toml: there is no such file; expected a TOML file or an id"),
        (["show", "."], ".: this is a folder; name a file in it"),
        (
            ["show", "self-attention", "--step", "AA"],
            "no step 'AA'; did you mean A? its steps are Q, K,",
        ),
        (["docs", "--lang", "xx"], "no texts in the language 'xx'; there are en"),
        (["docs", "--format", "docx"], "no format 'docx'; there are md, tex"),
        (["docs", "--colour"], "No such option"),
        (["nonsense"], "No such command 'nonsense'"),
        (["show"], "Missing argument"),
    ],
)
def test_what_cannot_run_is_told_in_one_line(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 2 == cli.main(arguments)
    out, err = lines(capsys)
    assert [] == out
    assert message in err[0]
    assert all(line.startswith("derivations: ") for line in err)
    assert [] == list(tmp_path.iterdir())


def test_a_real_process_has_exit_codes_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'# \xe4\ntitle = "\xff"\n')
    done = run("docs", "latin.toml", cwd=tmp_path)
    assert (2, "") == (done.returncode, done.stdout)
    assert (
        "derivations: latin.toml:1: the text is not UTF-8; save the file as UTF-8"
        == done.stderr.splitlines()[0]
    )
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    assert 0 == run("show", "own.toml", cwd=tmp_path).returncode


def test_a_terminal_without_unicode_gets_an_answer() -> None:
    done = run("show", "self-attention", "--step", "S", PYTHONIOENCODING="ascii")
    assert (0, "") == (done.returncode, done.stderr)
    assert "0.7071" in done.stdout


def test_an_internal_mistake_says_how_to_report_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("the wheels\ncame off")

    monkeypatch.setattr(library, "load_all", fail)
    assert 2 == cli.main(["list"])
    (line,) = lines(capsys)[1]
    assert "internal error, RuntimeError: the wheels came off" in line
    assert "please report" in line
    monkeypatch.setenv("DERIVATIONS_DEBUG", "1")
    assert 2 == cli.main(["list"])
    assert "Traceback" in "\n".join(lines(capsys)[1])


# ---------------------------------------------------------------- nothing that was built is lost


def test_a_failed_check_keeps_the_old_page_and_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = derive.work

    def work_wrongly(*arguments: object) -> Worked:
        worked = work(*arguments)  # type: ignore[arg-type]
        wrong = Check("A", "NumPy", False, 0.5, (2, 1), "cell (2, 1): 0.5 here, 0 in NumPy")
        return replace(worked, checks=(wrong,)) if worked.derivation.id == "self-attention" else worked

    monkeypatch.setattr(derive, "work", work_wrongly)
    old = tmp_path / "en" / "self-attention.md"
    files.write(old, "the old page\n")
    own = tmp_path / "own.toml"
    own.write_text(OWN, "utf-8")
    arguments = ["docs", "self-attention", str(own), "-o", str(tmp_path), "--format", "md", "--lang", "en"]
    assert 2 == cli.main(arguments)
    out, err = lines(capsys)
    assert "step A, cell (2, 1)" in err[0]
    assert "the old page\n" == old.read_text("utf-8")
    assert [f"Written: {tmp_path / 'en' / 'own.md'}"] == out
    assert (tmp_path / "en" / "own.md").exists()


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.md"
    files.write(path, "old\n")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(DerivationError, match=r"page\.md: cannot be written"):
        files.write(path, "new\n")
    assert "old\n" == path.read_text("utf-8")
    assert [path] == list(tmp_path.iterdir()), "no temporary file may stay"


def test_a_second_build_is_byte_identical(tmp_path: Path) -> None:
    for folder, seed in (("one", "1"), ("two", "2")):
        done = run("docs", "self-attention", "-o", folder, "--lang", "en", cwd=tmp_path, PYTHONHASHSEED=seed)
        assert 0 == done.returncode, done.stderr
    built = [sorted((tmp_path / folder / "en").iterdir()) for folder in ("one", "two")]
    assert [a.read_bytes() for a in built[0]] == [b.read_bytes() for b in built[1]]
