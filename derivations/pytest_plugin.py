"""Articles as tests: ``pytest --verify-articles docs/``.

Every article below the paths that pytest is given is one test, named ``article``.  It
fails with the report of ``derivations verify``; ``[tool.derivations]`` of the project
holds here too.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option ``--verify-articles``."""
    parser.getgroup("derivations").addoption(
        "--verify-articles",
        action="store_true",
        help="collect articles, and fail where one has a wrong number",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ArticleFile | None:
    """An article, if articles are asked for."""
    if not parent.config.getoption("--verify-articles"):
        return None
    from derivations.cli import gathering, settings

    below = (
        file_path.relative_to(parent.config.rootpath)
        if file_path.is_relative_to(parent.config.rootpath)
        else file_path
    )
    config = settings.load(parent.config.rootpath)
    if not gathering.is_article(below.as_posix(), config.exclude):
        return None
    return ArticleFile.from_parent(parent, path=file_path)


class WrongNumbersError(Exception):
    """What the report of an article says."""


class ArticleFile(pytest.File):
    """A file with an article."""

    def collect(self) -> Iterable[pytest.Item]:
        """The one test of an article."""
        yield ArticleItem.from_parent(self, name="article")


class ArticleItem(pytest.Item):
    """An article that must have no wrong number."""

    def runtest(self) -> None:
        """Judge the article as the command does, in a process of its own."""
        from derivations.cli import settings
        from derivations.writers.reports import Report, render

        config = settings.load(self.config.rootpath)
        path = self.path
        shown = path.relative_to(self.config.rootpath) if path.is_relative_to(self.config.rootpath) else path
        checked = _judged(path, str(shown), config).checked
        if checked.error or checked.is_faulty(config.strict):
            raise WrongNumbersError(render(Report([checked], "", config.strict), "text").rstrip())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report alone, without a traceback."""
        if isinstance(excinfo.value, WrongNumbersError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """What pytest shows beside the verdict."""
        return self.path, None, f"article {self.path.name}"


def _judged(path: Path, shown: str, config: Any) -> Any:
    from derivations.cli import judging, workers

    job = judging.Job(shown, path.read_bytes(), shown, frozenset(config.ignore))
    limits = workers.Limits(config.timeout, config.memory)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other plugins may have started threads
        result = next(_results(job, limits))
    return judging.failed(job, f"{shown}: {result.reason}") if isinstance(result, workers.Stopped) else result


def _results(job: Any, limits: Any) -> Iterator[Any]:
    from derivations.cli import judging, workers

    judging.load()
    return workers.run(judging.judge, [job], limits, 1)
