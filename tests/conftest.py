"""What all tests share: tools that must be there, golden files, Hypothesis runs that repeat."""

import os
import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"
REQUIRED = set(os.environ.get("DERIVATIONS_REQUIRE", "").split(","))

settings.register_profile("derivations", deadline=None, derandomize=True)
settings.load_profile("derivations")


# ---------------------------------------------------------------- skips that are failures


def fail_if_required(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip for ``needs TOOL: …`` into a failure where DERIVATIONS_REQUIRE lists TOOL."""
    if not (report.skipped and isinstance(report.longrepr, tuple)):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    need = re.match(r"needs ([\w-]+):", reason)
    if need and need[1] in REQUIRED:
        report.outcome = "failed"
        report.longrepr = f"{reason} (and DERIVATIONS_REQUIRE={need[1]} says that it must be there)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    fail_if_required(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    fail_if_required(report)
    return report


# ---------------------------------------------------------------- golden files


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files instead of comparing")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--accept"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden(name, text)``: the text is that of ``tests/golden/name``, letter for letter."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text, f"{name} differs; `make accept` rewrites it"

    return compare
