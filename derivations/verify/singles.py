"""Numbers that were worked out one by one, and what is made of them: scores, scaled scores, weights."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, takewhile

from derivations.formula import names
from derivations.model import Node
from derivations.verify import placeless
from derivations.verify.book import Book
from derivations.verify.entries import Entry
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Printed
from derivations.verify.sides import added

MOST_STEPS = 6
"""Products on the way to one score."""
MOST_TERMS = 12
"""Exponentials that are added up without a word."""
MADE = ("scores", "scaled", "weights")
"""Roles of what follows from scores without any other matrix."""
DIVISORS = (placeless.formula("latest\\_root"), placeless.formula("\\sqrt{d_k}"))
"""What scores are divided by where the words do not say it: the root that was worked out last, or √d_k."""


def run_of_numbers(book: Book, most: int) -> list[Entry]:
    """The last single numbers worked out one after the other just before."""
    run: list[Entry] = []
    for entry in islice(book.recall.claimed(book.start), most):
        if (
            entry.printed is None
            or entry.printed.shape != (1, 1)
            or (run and kind_of(run[-1], book) != kind_of(entry, book))
        ):
            break
        run.append(entry)
    return run[::-1]


def results(book: Book, most: int) -> list[Entry]:
    """The last numbers of one kind, past the steps between them: ``= 0.5 + 0.75 = 1.25``, and again."""
    numbers = takewhile(
        lambda entry: entry.printed is not None and entry.printed.shape == (1, 1),
        islice(book.recall.claimed(book.start), most * MOST_STEPS),
    )
    run = [entry for entry in numbers if not _is_root(entry)]
    return [entry for entry in run if kind_of(entry, book) == kind_of(run[0], book)][:most][::-1]


def kind_of(entry: Entry, book: Book) -> str:
    """The kind of formula that an entry was worked out from."""
    definition = entry.definition
    while definition is not None and definition.kind == "name" and str(definition.data).startswith("@"):
        definition = book.recall.by_key()[definition.data].definition
    return definition.kind if definition is not None else ""


def _is_root(entry: Entry) -> bool:
    """``√2 = 1.414``, on the way from scores to scaled scores."""
    return entry.definition is not None and entry.definition.data == "sqrt"


def _is_exponential(entry: Entry) -> bool:
    """``e^{0.5} = 1.65``, ``exp(2 - 2) = 1``."""
    formula = entry.formula
    if formula is None:
        return False
    return formula.data == "exp" or (formula.kind == "power" and formula.args[0].data == "e")


PARTITION = ("Z", "D", "denom", "denominator")
"""What the sum of the exponentials is called, Z after the partition function."""


def partition(label: Node | None, literal: Printed, book: Book) -> Iterator[Expectation]:
    """``Z = 4.08`` after the exponentials: their sum, all of them where there are as many as scores."""
    if label is None or label.kind != "name" or names.parts(label.data)[0] not in PARTITION:
        return
    run = run_of_numbers(book, MOST_TERMS) if literal.shape == (1, 1) else []
    if len(run) > 1 and all(map(_is_exponential, run)):
        scores = book.latest("scaled", "scores", several=True)
        width = scores.points.ncols() if scores is not None and scores.points is not None else len(run)
        yield Expectation(added(entry.reference for entry in run), "total", width == len(run))


def made(role: str, literal: Printed, book: Book, sure: bool) -> Iterator[Expectation]:
    """Scores, scaled scores or weights that belong to the scores just before: a row, or all rows."""
    rows, width = literal.shape
    run = results(book, rows * width + 1) if width > 1 else []
    if len(run) != rows * width:
        return
    references = [entry.reference for entry in run]
    if rows == 1:
        scores = Node("list", tuple(references))
    else:
        cut = (tuple(references[k : k + width]) for k in range(0, len(references), width))
        scores, sure = Node("matrix", tuple(Node("row", row) for row in cut)), False
    if role == "weights" and all(map(_is_exponential, run)):
        total = Node("call", (scores,), "total" if rows == 1 else "row_sum")
        yield Expectation(Node("divide", (scores, total), "/"), role, sure)
        return
    scaled = [Node("divide", (scores, divisor), "/") for divisor in DIVISORS]
    if role == "weights":
        yield from (Expectation(Node("call", (of,), "softmax"), role, sure) for of in (scores, *scaled))
        return
    if role == "scores" and rows > 1:
        yield Expectation(scores, role, False)
    if role == "scaled" or rows > 1:
        yield from (Expectation(formula, role, sure) for formula in scaled)
