"""All documents, built once for all processes of a test run; and a browser."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``make docs`` would make."""
    if not find_spec("sphinx"):
        pytest.skip("needs browser: the extra site is not installed")
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "documents"
    with open(shared / "documents.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            command = [sys.executable, "-m", "derivations", "docs", "--format", "md,html,site", "-o"]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            done = subprocess.run(
                [*command, folder], cwd=shared, env=environment, capture_output=True, text=True, check=False
            )
            assert 0 == done.returncode, done.stderr
            assert "" == done.stderr
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium, once for each process."""
    pytest.importorskip("playwright", reason="needs browser: Playwright is not installed")
    from playwright.sync_api import sync_playwright

    from tests.site.browser import program

    if not program():
        pytest.skip("needs browser: there is no Chromium; on Debian: apt install chromium-headless-shell")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        yield started
        started.close()
