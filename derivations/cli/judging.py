"""One article from its bytes to its verdicts: the work that a process of its own does."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from derivations.model import DerivationError, Source

if TYPE_CHECKING:
    from derivations.verify.checked import Checked


class Job(NamedTuple):
    """An article to judge."""

    path: str
    raw: bytes | None = None
    """Its bytes, where they are no file's."""
    name: str | None = None
    """What the bytes are called; the ending says which format it is."""
    ignore: frozenset[str] = frozenset()
    mend: bool = False

    @property
    def title(self) -> str:
        """What reports call it."""
        return self.path if self.raw is None else self.name or "stdin"


class Judged(NamedTuple):
    """An article with its verdicts and, where mending is asked for and changes it, what it is afterwards."""

    path: str
    checked: Checked
    after: Checked | None = None
    raw: bytes = b""
    """The bytes after mending."""


def judge(job: Job) -> Judged:
    """Judge an article; whatever goes wrong is part of the result."""
    from derivations.verify.checked import check
    from derivations.verify.texts import decode

    try:
        _check_ending(job.title)
        raw = Path(job.path).read_bytes() if job.raw is None else job.raw
        text = decode(job.title, raw)
        format = None if job.raw is None or job.name else "txt"
        checked = check(text.source, format, job.ignore)
    except OSError as error:
        return failed(job, f"{job.title}: {error.strerror or error}; expected a file that can be read")
    except DerivationError as error:
        return failed(job, str(error))
    if not job.mend:
        return Judged(job.path, checked)
    from derivations.verify.mending import mended

    after = mended(checked, format, job.ignore)
    changed = after.source.text != text.source.text
    return Judged(
        job.path, checked, after if changed else None, text.encode(after.source.text) if changed else b""
    )


def _check_ending(name: str) -> None:
    from derivations.readers import READERS

    ending = PurePath(name).suffix.lower()
    if ending and ending not in READERS:
        raise DerivationError(f"{name}: {ending} is no article; expected one of {' '.join(sorted(READERS))}")


def failed(job: Job, reason: str) -> Judged:
    """An article that has no verdicts."""
    from derivations.verify.checked import Checked

    return Judged(job.path, Checked(Source(job.title, ""), error=reason))


def load() -> None:
    """Bring what every article needs, once, before processes are started."""
    for module in ("derivations.readers.markdown", "derivations.readers.text", "derivations.verify.judge"):
        import_module(module)
