"""Work grows with the number of claims, not with its square."""

from collections.abc import Callable
from functools import partial

import pytest

from derivations.model import Source
from derivations.verify.checked import check
from derivations.writers.reports import Report, render
from tests.readers.test_robustness import calls

ARTICLES: dict[str, Callable[[int], str]] = {
    "sums on one line": lambda n: " and ".join(f"$x_{{{i}}} = {i} + 1.25 = {i + 1}.25$" for i in range(n)),
    "errors on one line": lambda n: " ".join(f"$x_{{{i}}} = {i} + 1.25 = {i + 2}.25$" for i in range(n)),
    "one long chain": lambda n: "$a = " + " = ".join("1" for _ in range(n)) + "$",
    "given matrices": lambda n: "\n\n".join(f"$A_{{{i}}} = [[{i}.5, 1.25], [2.5, 3.5]]$" for i in range(n)),
    "matrices that are worked out": lambda n: "\n\n".join(
        f"$A_{{{i}}} = [{i}, 1] + [1, 1] = [{i + 1}, 2]$" for i in range(n)
    ),
    "an input given again and again": lambda n: (
        "$W = [[1], [2]]$\n\n"
        + "\n\n".join(f"$Q = [[{i}, 1]]$ and $S = Q W = [[{i + 2}]]$" for i in range(n))
    ),
    "examples": lambda n: "\n\n".join(
        f"## Example {i}\n\n$a = {i}$, $b = a + 1 = {i + 1}$" for i in range(n)
    ),
}


def report(text: str) -> str:
    return render(Report([check(Source("article.md", text))], "1"), "text")


@pytest.mark.parametrize("name", ARTICLES)
def test_work_grows_with_the_number_of_claims(name: str) -> None:
    report(ARTICLES[name](2))
    small, large = (calls(partial(report, ARTICLES[name](n))) for n in (60, 240))
    assert large < 5.5 * small
