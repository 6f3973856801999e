"""Speed of exact self-attention, of starting each command, and of judging articles: the tables of the README.

Exact self-attention is measured warm, through the same operations that derive a
tutorial, beside what one would write in SymPy without this package and beside the
floor: the four FLINT matrix products alone.
"""

from __future__ import annotations

import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from tests.corpus.labels import articles

SIZES = (3, 8, 16, 32, 64, 128)
LARGEST_SYMPY = 64
"""Larger matrices take SymPy minutes."""

PAGE = "page.txt"
COMMANDS = (
    ("python -c 'import sympy'", ["-c", "import sympy"]),
    ("derivations --help", ["-m", "derivations", "--help"]),
    ("derivations list", ["-m", "derivations", "list"]),
    ("derivations show self-attention", ["-m", "derivations", "show", "self-attention"]),
    ("derivations explain carried", ["-m", "derivations", "explain", "carried"]),
    ("derivations verify (a short article)", ["-m", "derivations", "verify", "-"]),
    ("derivations verify (a scraped page of 20 kB)", ["-m", "derivations", "verify", PAGE]),
)
ARTICLE = b"$Q = [[1, 0], [0, 1]]$\n\nsoftmax([1, 0, 1]) = [0.42, 0.16, 0.42]\n"

SCRAPED = "en/medium-echoes.txt"
"""An article of the corpus whose formulas are echoed, as they are once the markup of a page is gone."""
FURNITURE = (
    "Every token of a sentence looks at all others and takes from each of them as much as it needs.\n"
    "Posted in: notes, reading, attention (2 min read) - share, save, listen\n"
)

Rows = list[list[Fraction]]


def data(size: int) -> list[Rows]:
    """X with entries -3..3 and three weights with entries -3..3 over 2·2^round(log2 √n), as (n, n) each."""
    draw = random.Random(size)
    scale = 2 * 2 ** round(math.log2(math.sqrt(size)))

    def matrix(divisor: int) -> Rows:
        return [[Fraction(draw.randint(-3, 3), divisor) for _ in range(size)] for _ in range(size)]

    return [matrix(1), matrix(scale), matrix(scale), matrix(scale)]


def ours(inputs: Sequence[Rows], size: int) -> Callable[[], object]:
    """Exact self-attention through the operations of the exact reading."""
    from derivations.exact import EXACT, Exact

    X, WQ, WK, WV = (Exact.rational(rows) for rows in inputs)
    root = EXACT.operations["sqrt"](Exact.rational([[Fraction(size)]]))
    multiply, divide = EXACT.operations["multiply"], EXACT.operations["divide"]
    softmax, transpose = EXACT.operations["softmax"], EXACT.operations["transpose"]

    def run() -> object:
        Q, K, V = multiply(X, WQ), multiply(X, WK), multiply(X, WV)
        return multiply(softmax(divide(multiply(Q, transpose(K)), root)), V)

    return run


def floor(inputs: Sequence[Rows]) -> Callable[[], object]:
    """The four rational matrix products that no exact method can do without."""
    from flint import fmpq, fmpq_mat

    def convert(rows: Rows) -> fmpq_mat:
        return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])

    X, WQ, WK, WV = map(convert, inputs)
    return lambda: ((X * WQ) * (X * WK).transpose(), X * WV)


def naive(inputs: Sequence[Rows], size: int) -> Callable[[], object]:
    """What one would write in SymPy: matrices, ``applyfunc(exp)``, no simplification."""
    import sympy

    X, WQ, WK, WV = (
        sympy.Matrix(size, size, lambda i, j, r=rows: sympy.Rational(r[i][j])) for rows in inputs
    )

    def run() -> object:
        E = ((X * WQ) * (X * WK).T / sympy.sqrt(size)).applyfunc(sympy.exp)
        weights = sympy.Matrix(size, size, lambda i, j: E[i, j] / sympy.Add(*E.row(i)))
        return weights * (X * WV)

    return run


def best(run: Callable[[], object], budget: float) -> float:
    """The median of at least three warm runs, in milliseconds; one run where that alone is long."""
    run()
    times: list[float] = []
    while len(times) < 3 or (sum(times) < budget and len(times) < 200):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
        if times[-1] > 5:
            break
    return statistics.median(times) * 1000


def attention_table() -> None:
    """Exact self-attention beside SymPy and beside the floor, with the growth exponent."""
    print("| n = d = d_k | exact | the four products alone | ratio | naive SymPy | ratio | exponent |")
    print("|---|---|---|---|---|---|---|")
    last: tuple[int, float] | None = None
    for size in SIZES:
        inputs = data(size)
        mine, least = best(ours(inputs, size), 0.5), best(floor(inputs), 0.3)
        slow = best(naive(inputs, size), 0.5) if size <= LARGEST_SYMPY else None
        growth = math.log(mine / last[1]) / math.log(size / last[0]) if last else None
        shown = f"{slow:.1f} ms" if slow else "minutes"
        gain = f"{slow / mine:.0f}×" if slow else ""
        power = f"{growth:.1f}" if growth else ""
        print(
            f"| {size} | {mine:.2f} ms | {least:.3f} ms | {mine / least:.1f}× | {shown} | {gain} | {power} |"
        )
        last = (size, mine)


def scraped(size: int = 20_000) -> str:
    """A page as a scraper leaves it: an article in the midst of running text, of about so many bytes."""
    text = next(article.source.text for article in articles() if article.name == SCRAPED)
    around = FURNITURE * ((size - len(text.encode())) // len(FURNITURE) // 2 + 1)
    return around + text + around


def start_table() -> None:
    """Whole processes from start to end, in milliseconds, the median of five."""
    print("\n| cold start | ms |")
    print("|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, PAGE).write_text(scraped(), "utf-8")
        for label, arguments in COMMANDS:
            times = []
            for _ in range(5):
                start = time.perf_counter()
                run = [sys.executable, *arguments]
                subprocess.run(run, input=ARTICLE, capture_output=True, check=False, cwd=folder)
                times.append(time.perf_counter() - start)
            print(f"| `{label}` | {statistics.median(times) * 1000:.0f} |")


def judging_table() -> None:
    """Articles judged one after the other in one process, in milliseconds, each the best of five."""
    import derivations

    texts = {each.name: (each.source.text, each.name.rpartition(".")[2]) for each in articles()}
    texts[PAGE] = scraped(), "txt"
    best = {name: _best(derivations.verify_text, *each) * 1000 for name, each in texts.items()}
    page = best.pop(PAGE)
    print("\n| judging, warm | ms |")
    print("|---|---|")
    print(f"| the {len(best)} articles of the corpus, mean | {statistics.mean(best.values()):.1f} |")
    print(f"| the slowest of them | {max(best.values()):.1f} |")
    print(f"| the scraped page of 20 kB | {page:.1f} |")


def _best(work: Callable[..., object], *arguments: object) -> float:
    """The seconds of the quickest of five runs after a first one."""
    work(*arguments)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work(*arguments)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    attention_table()
    start_table()
    judging_table()
