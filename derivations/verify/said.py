"""Numbers that a sentence names: ``a weight of 0.62`` is a cell of the weights stated before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from flint import arb_mat

from derivations.model import Node
from derivations.verify.announced import role_of
from derivations.verify.book import Book, Quoted
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Cell, Match, Printed, match
from derivations.verify.roles import formulas
from derivations.verify.statement import Statement

ROLES = ("weights", "scores", "scaled")
MOST_CELLS = 100
LATEST = 3
"""So many values of a role are looked at, the latest first."""


def expected(literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    """The cell that a lone decimal repeats, rounded perhaps; nothing where there is none.

    A miss says nothing: which cell is meant is told by words that are not understood.
    """
    role = role_of(None, statement)
    cell = literal.rows[0][0]
    if literal.shape != (1, 1) or role not in ROLES or not cell.half:
        return []
    sources = [*_computed(role, book), *_stated(book)]
    for reading in (book.shown, book.followed, book.true):
        for formula in sources:
            found = _place(reading(book.resolve(formula)), cell, formula, book)
            if found is not None:
                book.quoted.append(Quoted(formula, found, cell))
                return [Expectation(book.quoted[-1].reference, role, False)]
    return []


def _computed(role: str, book: Book) -> Iterator[Node]:
    """Weights that are not stated as a whole: the softmax of the scores, where nothing newer is known."""
    weights, scores = book.latest("weights", several=True), book.latest(*ROLES[1:], several=True)
    if role == "weights" and scores is not None and (weights is None or weights.at < scores.at):
        yield formulas(role)[0]


def _stated(book: Book) -> Iterator[Node]:
    known = (e for e in book.backwards() if e.role in ROLES and not e.is_number and e.points is not None)
    return (entry.reference for entry in islice(known, LATEST))


def _place(value: arb_mat | None, cell: Cell, formula: Node, book: Book) -> tuple[int, int] | None:
    """The cell of a matrix that the number may be; of several, the first that no number has quoted yet."""
    places = list(_fitting(value, cell)) if value is not None else []
    known = {(quoted.formula, quoted.place) for quoted in book.quoted[-MOST_CELLS:]}
    fresh = [place for place in places if (formula, place) not in known]
    return next(iter(fresh or places), None)


def _fitting(value: arb_mat, cell: Cell) -> Iterator[tuple[int, int]]:
    if value.nrows() * value.ncols() > MOST_CELLS:
        return
    for i in range(value.nrows()):
        for j in range(value.ncols()):
            if match(value[i, j], cell) <= Match.ROUNDED:
                yield i + 1, j + 1
