"""LaTeX to PDF with the TeX of this machine; the same source gives the same bytes.

TeX runs in a folder of its own, without a shell, and reads and writes only there
and in its own distribution: a page may hold what a stranger wrote into a file.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from derivations.model import DerivationError

SECONDS = 120
PROGRAMS = ("latexmk", "xelatex", "xdvipdfmx")
OPTIONS = ("-norc", "-xelatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
"""``-norc``: the settings of latexmk are Perl code, and would make the bytes depend on the machine."""

ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "0",
    "FORCE_SOURCE_DATE": "1",
    "TEXINPUTS": f".{os.pathsep}",  # the empty last part stands for the distribution
    "openin_any": "p",
    "openout_any": "p",
}


def is_here() -> bool:
    """Whether latexmk and what it runs are installed."""
    return all(map(shutil.which, PROGRAMS))


@cache
def version() -> str:
    """What XeLaTeX says of itself."""
    done = subprocess.run(["xelatex", "--version"], capture_output=True, text=True, check=False)
    return done.stdout.partition("\n")[0]


def pdf(tex: str, name: str, seconds: float = SECONDS) -> bytes:
    """The PDF of a LaTeX document; ``name`` is what the document is called in errors.

    Raises DerivationError where TeX finds a fault or takes more than ``seconds``.
    """
    with tempfile.TemporaryDirectory(prefix="derivations-") as folder:
        Path(folder, "page.tex").write_text(tex, "utf-8")
        try:
            code = _run(["latexmk", *OPTIONS, "page.tex"], folder, os.environ | ENVIRONMENT, seconds)
        except subprocess.TimeoutExpired:
            raise DerivationError(f"{name}: XeLaTeX took more than {seconds} s; {_instead()}") from None
        made = Path(folder, "page.pdf")
        if code or not made.exists():
            raise DerivationError(
                f"{name}: XeLaTeX stopped: {_fault(Path(folder, 'page.log'))}; {_instead()}"
            )
        return made.read_bytes()


def _run(command: list[str], folder: str, environment: Mapping[str, str], seconds: float) -> int:
    """The exit code of a command; nothing that it started outlives this call."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(seconds)
        except BaseException:  # also Ctrl-C, which does not reach another session
            _stop(process)
            raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End latexmk and the TeX that it runs."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _fault(log: Path) -> str:
    """The first error of a log, with the line of the source where TeX was."""
    lines = log.read_text("utf-8", errors="replace").splitlines() if log.exists() else []
    error = next((line.removeprefix("! ").rstrip(".") for line in lines if line.startswith("!")), "")
    place = next((line for line in lines if line.startswith("l.")), "")
    return " at ".join(filter(None, (error, place))) or "no PDF came out"


def _instead() -> str:
    return "write the source with --format tex to look at it"
