"""Builds of documents: only what has changed is made, and whatever goes wrong, files stay whole."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations import files
from derivations.cli import building, record, workers
from derivations.cli.building import Job, Outcome
from derivations.model import DerivationError

ROOT = Path(__file__).resolve().parents[1]
Tree = dict[str, bytes]


def tree(folder: Path) -> Tree:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def pages(folder: Path) -> Tree:
    return {path: raw for path, raw in tree(folder).items() if path != record.NAME}


# ---------------------------------------------------------------- any documents


def job(title: str, words: str, names: Sequence[str] = ()) -> Job:
    """A job of two documents; one of them has two files."""

    def make(wanted: Sequence[str]) -> Mapping[str, Mapping[str, bytes]]:
        made = {
            f"en/{title}.md": {f"en/{title}.md": words.encode()},
            f"{title}/index.html": {f"{title}/index.html": words.encode(), f"{title}/a/b.css": b"same"},
        }
        return {name: made[name] for name in wanted}

    return Job(title, "library", dict.fromkeys((f"en/{title}.md", f"{title}/index.html"), words), make)


def failing(title: str, words: str, fail: Callable[[], None]) -> Job:
    def make(wanted: Sequence[str]) -> Mapping[str, Mapping[str, bytes]]:
        fail()
        return job(title, words).make(wanted)

    return Job(title, "library", job(title, words).inputs, make)


def build(folder: Path, *jobs: Job, obsolete: Sequence[str] = (), processes: int = 2) -> Outcome:
    """Make what is due; failures of jobs come first among the failures."""
    made = list(building.run(building.due(folder, jobs), processes))
    found = building.commit(folder, made, obsolete)
    failures = [each.failure for each in made if each.failure]
    return Outcome(found.written, found.removed, [*failures, *found.failures])


NOTHING = Outcome((), (), [])


def killed(work: Callable[[], object]) -> bool:
    """Do some work in a process of its own; whether it was killed by SIGKILL."""
    process = os.fork()
    if not process:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def test_what_is_as_it_was_made_is_not_made_again(tmp_path: Path) -> None:
    assert ["en/a.md", "a/index.html", "en/b.md", "b/index.html"] == build(
        tmp_path, job("a", "1"), job("b", "1")
    ).written
    assert [] == building.due(tmp_path, [job("a", "1"), job("b", "1")])
    assert NOTHING == build(tmp_path, job("a", "1"), job("b", "1"))


@pytest.mark.parametrize("path", ["en/a.md", "a/index.html", "a/a/b.css"])
@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"by hand")])
def test_what_was_edited_or_deleted_is_made_again(
    tmp_path: Path, path: str, spoil: Callable[[Path], object]
) -> None:
    build(tmp_path, job("a", "1"), job("b", "1"))
    before = tree(tmp_path)
    spoil(tmp_path / path)
    (task,) = building.due(tmp_path, [job("a", "1"), job("b", "1")])
    assert ["en/a.md" if path == "en/a.md" else "a/index.html"] == task.names
    build(tmp_path, job("a", "1"), job("b", "1"))
    assert before == tree(tmp_path)


@given(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")))
def test_whatever_was_built_before_a_full_build_gives_the_same(first: set[str], second: set[str]) -> None:
    def jobs(titles: set[str], words: str) -> list[Job]:
        return [job(title, words) for title in sorted(titles)]

    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        build(Path(one), *jobs(first, "old"), processes=1)
        build(Path(one), *jobs(second, "new"), processes=1)
        build(Path(one), *jobs({*"abc"}, "new"), processes=1)
        build(Path(two), *jobs({*"abc"}, "new"), processes=2)
        assert tree(Path(two)) == tree(Path(one))


def test_what_is_the_same_afterwards_is_not_touched(tmp_path: Path) -> None:
    build(tmp_path, job("a", "1"))
    before = (tmp_path / "a/a/b.css").stat().st_mtime_ns
    assert ["en/a.md", "a/index.html"] == build(tmp_path, job("a", "2")).written
    assert before == (tmp_path / "a/a/b.css").stat().st_mtime_ns


# ---------------------------------------------------------------- failures and interruptions


def test_a_job_that_fails_leaves_its_files_and_the_others_go_on(tmp_path: Path) -> None:
    def refuse() -> None:
        raise DerivationError("step A, cell (2, 1): the check failed")

    def crash() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    build(tmp_path, job("a", "1"), job("b", "1"), job("c", "1"))
    found = build(tmp_path, failing("a", "2", refuse), job("b", "2"), failing("c", "2", crash))
    assert ["en/b.md", "b/index.html"] == found.written
    assert "step A, cell (2, 1): the check failed" == found.failures[0]
    assert found.failures[1].startswith("c: stopped: it crashed")
    assert [b"1", b"2", b"1"] == [(tmp_path / f"en/{title}.md").read_bytes() for title in "abc"]
    tasks = building.due(tmp_path, [job(title, "2") for title in "abc"])
    assert ["a", "c"] == [task.job.title for task in tasks]


def test_a_build_that_is_killed_at_work_leaves_the_last_one_whole(tmp_path: Path) -> None:
    def kill_the_build() -> None:
        os.kill(os.getppid(), signal.SIGKILL)

    build(tmp_path, job("a", "1"), job("b", "1"))
    before = tree(tmp_path)
    assert killed(
        lambda: build(tmp_path, job("a", "2"), failing("b", "2", kill_the_build), job("c", "2"), processes=1)
    )
    assert before == tree(tmp_path)


@pytest.mark.parametrize("call", range(7))
def test_a_build_that_is_killed_as_it_writes_leaves_whole_files(tmp_path: Path, call: int) -> None:
    """Call by call: files take their places, two of an old folder and three of a new one, then the record."""
    jobs = job("a", "2"), job("c", "2")

    def dying(replace: Callable[[Path, Path], None] = os.replace) -> Callable[[Path, Path], None]:
        calls = iter(range(100))

        def apply(source: Path, target: Path) -> None:
            if next(calls) == call:
                os.kill(os.getpid(), signal.SIGKILL)
            replace(source, target)

        return apply

    def interrupted() -> None:
        setattr(os, "replace", dying())  # noqa: B010 - in a process that is killed
        build(tmp_path / "out", *jobs)

    build(tmp_path / "out", job("a", "1"), job("b", "1"))
    old = pages(tmp_path / "out")
    build(tmp_path / "new", job("b", "1"), *jobs)
    new = pages(tmp_path / "new")
    assert (call < 6) == killed(interrupted)
    now = pages(tmp_path / "out")
    placed = {path: raw for path, raw in now.items() if not path.startswith(files.UNFINISHED)}
    assert all(raw in (old.get(path), new.get(path)) for path, raw in placed.items())
    assert call > 0 or old == placed
    build(tmp_path / "out", job("b", "1"), *jobs)
    assert tree(tmp_path / "new") == tree(tmp_path / "out")


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = Path.write_bytes, iter(range(100))

    def fill(path: Path, raw: bytes) -> int:
        if next(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, raw)

    build(tmp_path, job("a", "1"), job("b", "1"))
    before = tree(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(DerivationError, match="cannot be written: No space left on device"):
        build(tmp_path, job("a", "2"), job("b", "2"))
    assert before == tree(tmp_path)
    assert not (tmp_path / files.UNFINISHED).exists()


def test_a_file_that_has_no_place_is_told_and_the_others_are_written(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("a file", "utf-8")
    found = build(tmp_path, job("a", "1"))
    assert (
        ["a/index.html"],
        [f"{tmp_path / 'en' / 'a.md'}: cannot be written: a file stands where a folder is needed"],
    ) == (
        found.written,
        found.failures,
    )
    (tmp_path / "en").unlink()
    assert ["en/a.md"] == build(tmp_path, job("a", "1")).written


def test_a_process_that_is_not_waited_for_any_more_can_tidy_up(tmp_path: Path) -> None:
    started, ready = os.pipe()

    def work(item: str) -> None:
        try:
            os.write(ready, b"!")
            signal.pause()
        finally:
            (tmp_path / item).write_bytes(b"")

    def stop() -> None:
        assert b"!!" == os.read(started, 1) + os.read(started, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(workers.run(work, ["a", "b"], workers.Limits(), 2, meanwhile=stop))
    assert ["a", "b"] == sorted(path.name for path in tmp_path.iterdir())


# ---------------------------------------------------------------- files that are not made any more


def test_files_that_nobody_makes_any_more_are_removed(tmp_path: Path) -> None:
    build(tmp_path, job("a", "1"), job("b", "1"))
    (tmp_path / "en" / "mine.md").write_text("mine", "utf-8")
    (tmp_path / "b" / "index.html").write_text("edited", "utf-8")
    found = build(tmp_path, job("a", "1"), obsolete=["en/b.md", "b/index.html"])
    assert ["b/a/b.css", "en/b.md"] == sorted(found.removed)
    assert {"en/a.md", "a/index.html", "a/a/b.css", "en/mine.md", "b/index.html"} == pages(tmp_path).keys()
    assert not (tmp_path / "b/a").exists(), "a folder that is empty goes too"
    assert NOTHING == build(tmp_path, job("a", "1"))


def test_a_document_with_fewer_files_than_before_keeps_no_old_ones(tmp_path: Path) -> None:
    def make(_names: Sequence[str]) -> Mapping[str, Mapping[str, bytes]]:
        return {"a/index.html": {"a/index.html": b"2"}}

    build(tmp_path, job("a", "1"))
    assert ["a/a/b.css"] == build(tmp_path, Job("a", "library", {"a/index.html": "2"}, make)).removed
    assert {"en/a.md": b"1", "a/index.html": b"2"} == pages(tmp_path)


@pytest.mark.parametrize("outside", ["../mine.md", "{folder}/mine.md", "en/../../mine.md"])
def test_a_record_from_elsewhere_removes_nothing_outside_its_folder(tmp_path: Path, outside: str) -> None:
    out, mine = tmp_path / "out", tmp_path / "mine.md"
    mine.write_bytes(b"mine")
    build(out, job("a", "1"))
    spoilt = json.loads((out / record.NAME).read_text("utf-8"))
    spoilt["documents"]["en/a.md"]["files"][outside.format(folder=tmp_path)] = record.content_of(b"mine")
    (out / record.NAME).write_text(json.dumps(spoilt), "utf-8")
    build(out, job("a", "2"), obsolete=["en/a.md"])
    assert b"mine" == mine.read_bytes()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 10_000, '{"schema": 2}', '{"schema": 1, "documents": {"en/a.md": {"files": 3}}}'],
)
def test_a_spoilt_record_makes_everything_again(tmp_path: Path, text: str) -> None:
    build(tmp_path, job("a", "1"))
    before = tree(tmp_path)
    (tmp_path / record.NAME).write_text(text, "utf-8")
    build(tmp_path, job("a", "1"))
    assert before == tree(tmp_path)


# ---------------------------------------------------------------- derivations docs

SMALL = ("rms_norm", "feed_forward", "swiglu", "image_patches")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The package and its templates to be changed, with four derivations only.

    In teaching order: image-patches, swiglu, which requires feed-forward, rms-norm, feed-forward.
    """
    for folder in ("derivations", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path in (tmp_path / "derivations/library").glob("*.py"):
        if path.stem not in (*SMALL, "__init__"):
            path.unlink()
    change(tmp_path / "derivations/library/image_patches.py", "order=240", "order=10")
    change(tmp_path / "derivations/library/swiglu.py", "order=112", "order=20")
    return tmp_path


def run(checkout: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    env = os.environ | {"PYTHONPATH": str(checkout)} | env
    return subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, check=False)


def docs(checkout: Path, *arguments: str, code: int = 0, **env: str) -> list[str]:
    """What ``derivations docs`` says; the pages are in ``build``."""
    done = run(checkout, "-m", "derivations", "docs", "--format", "md", *arguments, **env)
    assert code == done.returncode, done.stderr
    return done.stdout.splitlines() + done.stderr.splitlines()


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_only_the_pages_that_a_change_reaches_are_made_again(checkout: Path) -> None:
    library, out = checkout / "derivations/library", checkout / "build"

    def written() -> set[str]:
        before = {path: (out / path).stat().st_mtime_ns for path in pages(out)}
        docs(checkout)
        return {path for path in pages(out) if before.get(path) != (out / path).stat().st_mtime_ns}

    assert [f"Written: {Path('build/en/image-patches.md')} and 7 more"] == docs(checkout)
    assert [f"Nothing to do; up to date: {Path('build/en/image-patches.md')} and 7 more"] == docs(checkout)
    assert set() == written()
    change(library / "swiglu.py", 'purpose=(\n        "', 'purpose=(\n        "In short: ')
    assert {"en/swiglu.md", "zh/swiglu.md"} == written()
    change(library / "feed_forward.py", 'title="Feed-forward', 'title="A feed-forward')
    found = written()
    assert {"en/feed-forward.md", "en/swiglu.md"} <= found
    assert not {"en/image-patches.md", "zh/image-patches.md"} & found
    change(checkout / "templates/locale/zh/LC_MESSAGES/derivations.po", 'msgstr "出处：', 'msgstr "来源：')
    found = written()
    assert found
    assert {"zh"} == {path.partition("/")[0] for path in found}
    change(checkout / "templates/tutorial.md.j2", "# \\VAR{ page.title|md }", "# *\\VAR{ page.title|md }*")
    assert {path for path in pages(out) if path.endswith(".md")} == written()
    (library / "image_patches.py").unlink()
    assert docs(checkout)[0].startswith(f"Removed: {Path('build/en/image-patches')}")
    assert [] == [path for path in pages(out) if "image-patches" in path]
    assert 6 == len([path for path in pages(out) if path.endswith(".md")])


OWN = '[inputs]\nX = [[1, 2], [3, 4]]\n[[steps]]\nformula = "S = X X^T"\n'


def test_a_build_of_some_pages_leaves_the_others_alone(checkout: Path) -> None:
    (checkout / "own.toml").write_text(OWN, "utf-8")
    docs(checkout, "--lang", "en")
    docs(checkout, "own.toml", "--lang", "en")
    before = pages(checkout / "build")
    assert 5 == len([path for path in before if path.endswith(".md")])
    (checkout / "derivations/library/rms_norm.py").unlink()
    done = docs(checkout, "image-patches", "--lang", "en")
    assert [f"Nothing to do; up to date: {Path('build/en/image-patches.md')}"] == done
    assert before == pages(checkout / "build")
    assert docs(checkout, "--lang", "en")[0].startswith(f"Removed: {Path('build/en/rms-norm')}")
    kept = {path for path in before if not path.startswith("en/rms-norm")}
    assert kept == pages(checkout / "build").keys()


def test_a_file_of_ones_own_is_made_again_when_it_or_its_derivation_changes(checkout: Path) -> None:
    own, library = checkout / "own.toml", checkout / "derivations/library"
    own.write_text(
        'derivation = "rms-norm"\n[inputs]\nX = [[1, 2], [3, 4]]\ngamma = [1, 2]\nepsilon = 0\n', "utf-8"
    )
    arguments = ("own.toml", "--lang", "en")
    written = [f"Written: {Path('build/en/own.md')}"]
    assert written == docs(checkout, *arguments)
    assert ["Nothing to do; up to date: build/en/own.md"] == docs(checkout, *arguments)
    change(library / "image_patches.py", 'purpose=(\n        "', 'purpose=(\n        "In short: ')
    assert ["Nothing to do; up to date: build/en/own.md"] == docs(checkout, *arguments)
    change(library / "rms_norm.py", 'purpose=(\n        "', 'purpose=(\n        "In short: ')
    assert written == docs(checkout, *arguments)
    change(own, "[3, 4]", "[3, 5]")
    assert written == docs(checkout, *arguments)
    own.write_text("derivation = [1]", "utf-8")
    assert "derivations: own.toml:1: " == docs(checkout, *arguments, code=2)[0][:25]


def test_two_files_of_one_name_do_not_overwrite_each_other(checkout: Path) -> None:
    for folder in ("a", "b"):
        (checkout / folder).mkdir()
        (checkout / folder / "own.toml").write_text(OWN, "utf-8")
    found = docs(checkout, "a/own.toml", "b/own.toml", "a/own.toml", "--lang", "en", code=2)
    assert [
        "Written: build/en/own.md",
        "derivations: b/own.toml: a/own.toml is written to build/en/own.md; rename one of them",
        "derivations: 1 derivation was not written; see above",
    ] == found


def test_processes_and_places_make_no_difference(checkout: Path) -> None:
    docs(checkout, "-o", "one", "--jobs", "1", PYTHONHASHSEED="1")
    docs(checkout, "-o", "else/two", "--jobs", "3", PYTHONHASHSEED="2", TZ="Pacific/Kiritimati")
    assert tree(checkout / "one") == tree(checkout / "else/two")


def test_nothing_to_do_loads_nothing_heavy(checkout: Path) -> None:
    docs(checkout, "swiglu")
    command = ("-X", "importtime", "-m", "derivations", "docs", "--format", "md", "swiglu")
    done = run(checkout, *command)
    assert done.stdout.startswith("Nothing to do")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "derivations" in loaded
    assert set() == loaded & {"sympy", "mpmath", "numpy", "flint", "jinja2"}


def test_a_folder_that_cannot_be_is_told_before_the_work(checkout: Path) -> None:
    (checkout / "taken").write_text("", "utf-8")
    for output, place in (("taken", "taken"), ("taken/deeper", checkout / "taken")):
        (line,) = docs(checkout, "-o", output, code=2)
        assert line == f"derivations: {output}: cannot be written: {place} is a file, and no folder"


def test_a_bar_on_a_terminal_only(checkout: Path) -> None:
    pty = pytest.importorskip("pty", reason="needs pty: this system has no pseudo terminals")
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "derivations", "docs", "swiglu", "--format", "md"]
    env = os.environ | {"PYTHONPATH": str(checkout), "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run(command, cwd=checkout, env=env, stdout=subprocess.DEVNULL, stderr=child, check=True)
    shown = os.read(parent, 10000).decode()
    assert "tutorials" in shown
    assert "100%" in shown
    assert [] == [line for line in docs(checkout, "image-patches") if "tutorials" in line]
