"""Texts from files and into files.

A file is written whole or not at all: a build that is interrupted, or a page that
fails, leaves the old file as it was.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from derivations.model import DerivationError, Source

MOST_BYTES = 50_000_000


def read(path: str | Path) -> Source:
    """The text of a file; ``-`` is standard input.

    Raises DerivationError for a missing file, a folder, a file that is too large
    and for text that is not UTF-8.
    """
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else _bytes(Path(path))
    except OSError as error:
        raise DerivationError(f"{path}: {_reason(error)}") from error
    try:
        return Source(str(path), raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise DerivationError(f"{path}:{line}: the text is not UTF-8; save the file as UTF-8") from error


def _bytes(path: Path) -> bytes:
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise DerivationError(
            f"{path}: the file has {path.stat().st_size} bytes; at most {MOST_BYTES} are read"
        )
    return path.read_bytes()


def _reason(error: OSError) -> str:
    reasons = {
        FileNotFoundError: "there is no such file",
        IsADirectoryError: "this is a folder; name a file in it",
        PermissionError: "the file may not be read or written; look at its permissions",
        NotADirectoryError: "a file stands where a folder is needed",
        FileExistsError: "a file stands where a folder is needed",
    }
    return reasons.get(type(error), str(error.strerror or error))


def write(path: Path, text: str) -> None:
    """Replace a file in one step; its folder is made.  Raises DerivationError when that is not possible."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, raw: bytes) -> None:
    """The same for what is not text."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(handle, "wb") as file:
                file.write(raw)
            os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise DerivationError(f"{path}: cannot be written: {_reason(error)}") from error


def replace(path: Path, raw: bytes) -> None:
    """Other bytes for a file that exists, in one step; it keeps its permissions, and a link stays a link."""
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode & 0o7777
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with open(handle, "wb") as file:
                file.write(raw)
            os.chmod(temporary, mode)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise DerivationError(f"{path}: cannot be written: {_reason(error)}") from error


# ---------------------------------------------------------------- many files at once

UNFINISHED = ".unfinished"
"""Holds new files until all are there; an interrupted process may leave it, the next one removes it."""


def write_all(folder: Path, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Write many files, by path below a folder: none takes its place before all are on the disk.

    Returns why files could not take their place, by path.  Raises DerivationError,
    and changes nothing, when one cannot be written at all, as on a full disk.
    """
    waiting = folder / UNFINISHED
    try:
        shutil.rmtree(waiting, ignore_errors=True)
        waiting.mkdir(parents=True)
        for number, raw in enumerate(contents.values()):
            (waiting / str(number)).write_bytes(raw)
        return dict(_placed(folder, contents))
    except OSError as error:
        raise DerivationError(f"{folder}: cannot be written: {_reason(error)}") from error
    finally:
        shutil.rmtree(waiting, ignore_errors=True)


def _placed(folder: Path, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Move the files that wait to their places; those that cannot be moved, with the reason."""
    for number, path in enumerate(paths):
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / UNFINISHED / str(number), folder / path)
        except OSError as error:
            yield path, f"{folder / path}: cannot be written: {_reason(error)}"


def remove(path: Path, above: Path) -> None:
    """Remove a file, and the folders below ``above`` that are empty then.

    Raises DerivationError when that is not possible.
    """
    try:
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == above or any(parent.iterdir()):
                return
            parent.rmdir()
    except OSError as error:
        raise DerivationError(f"{path}: cannot be removed: {_reason(error)}") from error


def check_folder(folder: Path) -> None:
    """Raise DerivationError where a folder is not, and cannot be made."""
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise DerivationError(f"{folder}: cannot be written: {nearest} is a file, and no folder")
    if not os.access(nearest, os.W_OK):
        raise DerivationError(f"{folder}: cannot be written: {_reason(PermissionError())}")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Let one process at a time change a folder, which is made; the others wait.

    Where the system or the disk has no locks, nobody waits.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _lock(folder, stack)
        except OSError as error:
            raise DerivationError(f"{folder}: cannot be written: {_reason(error)}") from error
        yield


def _lock(folder: Path, stack: ExitStack) -> None:
    try:
        import fcntl
    except ImportError:
        return
    handle = os.open(folder, os.O_RDONLY)
    stack.callback(os.close, handle)
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
