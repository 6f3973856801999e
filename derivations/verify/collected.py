"""Values made of what was worked out piece by piece just before: lists, totals, copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from flint import arb

from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.entries import Entry
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Cell, Match, Printed, digits, match
from derivations.verify.sides import added
from derivations.verify.singles import results, run_of_numbers

MOST_REPEATED = 4
"""Numbers any of which may count twice in a total."""
ZERO = Node("number", (), number("0"))
MOST_TERMS = 8
"""Numbers that are added up for a total that no formula stands before."""


def collected(literal: Printed, book: Book) -> Iterator[Expectation]:
    """Scores worked out one by one and then listed: ``[1, 1, 2]``."""
    wanted = literal.shape[0] * literal.shape[1]
    singles = book.dot_products()
    if wanted == len(singles):
        yield Expectation(Node("list", tuple(e.reference for e in singles)), "scores", True)
    run = run_of_numbers(book, wanted + 1)
    run = run if len(run) >= wanted else results(book, wanted + 1)
    if wanted >= 2 and len(run) >= wanted:
        listed = run[-wanted:]
        sure = len(run) == wanted and 2 * _common(listed, literal) >= wanted
        yield Expectation(Node("list", tuple(e.reference for e in listed)), "scores", sure)


def cells(label: Node | None, literal: Printed, book: Book) -> Iterator[Expectation]:
    """``S[0][0] = 2``, ``S[0][1] = 1``, .. and then S: the matrix of its entries."""
    if label is None or label.kind != "name" or literal.is_vector:
        return
    places = [
        [book.bindings.get(f"{label.data}[{i}][{j}]") for j in range(literal.shape[1])]
        for i in range(literal.shape[0])
    ]
    known = [[entry for entry in row if entry is not None and entry.claim is not None] for row in places]
    if all(len(row) == literal.shape[1] for row in known):
        rows = tuple(Node("row", tuple(entry.reference for entry in row)) for row in known)
        yield Expectation(Node("matrix", rows), "", True)


def _common(numbers: Sequence[Entry], literal: Printed) -> int:
    """How many numbers stand again in their places: a list with hardly any of them lists something else."""
    pairs = zip(numbers, literal.cells(), strict=True)
    return sum(one.points is not None and match(one.points[0, 0], cell) <= Match.NEAR for one, cell in pairs)


def totals(literal: Printed, book: Book) -> Iterator[Expectation]:
    """``total 8.16``: the sum of the list, or of the numbers worked out, just before."""
    last = book.mentions[-1] if book.mentions else None
    if last is not None and last.points is not None and last.points.nrows() == 1 != last.points.ncols():
        yield Expectation(Node("call", (last.reference,), "total"), "total", True)
    run = run_of_numbers(book, MOST_TERMS + 1) if literal.shape == (1, 1) else []
    for count in range(min(len(run), MOST_TERMS), 1, -1):
        total = added(entry.reference for entry in run[-count:])
        yield Expectation(total, "total", count == len(run) and _about(run[-count:], literal))


def _about(terms: Sequence[Entry], literal: Printed) -> bool:
    """Whether a total is about what the numbers before it add up to; else some were not read."""
    added_up = sum((entry.points[0, 0] for entry in terms if entry.points is not None), arb(0))
    stated = literal.rows[0][0].ball
    return (
        stated is not None and bool(abs(added_up) < 2 * abs(stated)) and bool(abs(stated) < 2 * abs(added_up))
    )


def totals_with_repeats(book: Book) -> Iterator[Expectation]:
    """``e^1 = 2.718 twice``: the sum of numbers some of which count two times."""
    run = run_of_numbers(book, MOST_REPEATED)
    for times in islice(product((1, 2), repeat=len(run)), 1, None) if len(run) > 1 else ():
        counted = [entry.reference for entry, many in zip(run, times, strict=True) for _ in range(many)]
        yield Expectation(added(counted), "total", False)


def shares(literal: Printed, book: Book) -> Iterator[Expectation]:
    """``e^0 = 1, e^2 = 7.39; sum = 8.39`` and then ``[0.12, 0.88, 0]``: each number over their total."""
    parts = [cell.ball is None or cell.ball != 0 for cell in literal.cells()]
    last = [*islice(book.recall.claimed(book.start), sum(parts) + 1)]
    if len(last) <= max(sum(parts), 2) or literal.shape[0] > 1:
        return
    if any(entry.printed is None or entry.printed.shape != (1, 1) for entry in last):
        return
    total, *numbers = last
    left = iter(numbers[::-1])
    parted = [next(left) if part else None for part in parts]
    over = (ZERO if e is None else Node("divide", (e.reference, total.reference), "/") for e in parted)
    fitting = sum(
        part is not None and _share(part, total, cell)
        for part, cell in zip(parted, literal.cells(), strict=True)
    )
    yield Expectation(Node("list", tuple(over)), "weights", 2 * fitting > len(numbers))


def _share(part: Entry, total: Entry, cell: Cell) -> bool:
    """Whether a cell is about the part of a total that a number is."""
    if part.points is None or total.points is None or total.points[0, 0].contains(0):
        return False
    return match(part.points[0, 0] / total.points[0, 0], cell) <= Match.NEAR


def near_copies(literal: Printed, book: Book) -> Iterator[Expectation]:
    """A value printed before, all but one of whose cells stand here again: it is meant to be the same."""
    cells = list(literal.cells())
    for entry in book.recall.almost(literal, book.start) if len(cells) > 2 else ():
        if entry.printed is None:
            continue
        same = [_is_same(one, other) for one, other in zip(cells, entry.printed.cells(), strict=True)]
        telling = sum(
            ok and bool(cell.half) and digits(cell) >= 2 for ok, cell in zip(same, cells, strict=True)
        )
        if sum(same) == len(cells) - 1 and telling >= 2:
            yield Expectation(entry.reference, entry.role, True)
            return


def near_lists(literal: Printed, book: Book) -> Iterator[Expectation]:
    """The numbers worked out one by one just before, which stand here in their order, all or all but one."""
    cells = list(literal.cells())
    run = results(book, len(cells) + 1) if len(cells) > 2 and literal.is_vector else []
    if len(run) != len(cells):
        return
    stated = [entry.printed.rows[0][0] for entry in run if entry.printed is not None]
    same = [cell for cell, one in zip(cells, stated, strict=True) if _is_same(cell, one)]
    if len(same) >= len(cells) - 1 and sum(map(digits, same)) > len(cells):
        yield Expectation(Node("list", tuple(entry.reference for entry in run)), "", True)


def _is_same(one: Cell, other: Cell) -> bool:
    return (
        one.half == other.half
        and one.ball is not None
        and other.ball is not None
        and one.ball.overlaps(other.ball)
    )
