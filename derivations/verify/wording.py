"""Claims in words: what is printed, what was expected, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from derivations.formula.plain import plain_text
from derivations.model import Article, Node, Verdict
from derivations.verify.amounts import Amount
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import Entry
from derivations.verify.handwriting import PLACES, leaf, written
from derivations.verify.literals import Cell, Match, match

MOST_ROWS = 3
SHORT = 14
LONGEST_NOTE = 150
ROUTES = {
    "displayed-operands": "right from the numbers as printed",
    "truncated": "right, with digits cut off instead of rounded",
    "interval": "within what the rounding of the printed numbers allows",
}


Pair = tuple[int, int, Cell, Amount]
"""Row and column from 1, what is printed there, and what is right."""


class Case(NamedTuple):
    """A claim with everything that words need."""

    claim: Claim
    amounts: list[list[Amount]] | None
    """The expected cells, in the shape of the value; divided by a factor in front."""
    article: Article
    book: Book
    shown: list[list[Amount]] | None = None
    """What the numbers as printed give, laid in the same way."""

    @property
    def visible(self) -> Case:
        """The case against the numbers as printed, where those say more than the inputs do."""
        if self.shown is None or (self.same_shape and self.claim.verdict is not Verdict.ROUNDING):
            return self
        other = self._replace(amounts=self.shown, shown=None)
        return other if other.same_shape else self

    @property
    def source(self) -> str:
        """The text of the article."""
        return self.article.source.text

    @property
    def same_shape(self) -> bool:
        """Whether expected cells stand opposite the printed ones."""
        rows = self.amounts
        return rows is not None and (len(rows), len(rows[0])) == self.claim.literal.shape

    def pairs(self) -> Iterator[Pair]:
        """Printed and expected cells, with their places from 1."""
        if self.amounts is None or not self.same_shape:
            return
        for i, (row, amounts) in enumerate(zip(self.claim.literal.rows, self.amounts, strict=True), 1):
            for j, (cell, amount) in enumerate(zip(row, amounts, strict=True), 1):
                yield i, j, cell, amount

    def off(self) -> list[Pair]:
        """The cells that are not the expected value at their precision."""
        return [
            pair
            for pair in self.pairs()
            if pair[2].ball is not None and match(pair[3].ball, pair[2]) > Match.ROUNDED
        ]


# ---------------------------------------------------------------- names


def formula_of(claim: Claim, book: Book) -> Node | None:
    """The formula of a claim in names; None where it uses a value without a name."""
    node = claim.formula
    if node is None:
        return None
    stand_ins = (
        "latest_scores",
        "latest_vector",
        "latest_list",
        "weights",
        "output",
        "scores",
        "mean",
        "deviation",
        "variance",
    )
    if claim.truth is not None and any(n.data in stand_ins for n in node.walk() if n.kind == "name"):
        node = claim.truth.node
    return _named(node, book.recall.by_key())


def _named(node: Node, entries: dict[str, Entry]) -> Node | None:
    if node.kind == "name" and node.data.startswith("@"):
        name = entries[node.data].name or entries[node.data].role
        return replace(node, data=name) if name else None
    args = [_named(arg, entries) for arg in node.args]
    if any(arg is None for arg in args):
        return None
    return replace(node, args=tuple(arg for arg in args if arg is not None)) if args else node


def label(claim: Claim, formula: Node | None) -> str:
    """``Q = X W^Q``, or as much of it as is known."""
    shown = plain_text(formula) if formula is not None and formula.kind != "matrix" else ""
    name = plain_text(Node("name", (), claim.name)) if claim.name else ""
    return " = ".join(dict.fromkeys(part for part in (name, shown) if part)) or "this value"


# ---------------------------------------------------------------- values


def cell_text(cell: Cell) -> str:
    """A printed cell in plain text."""
    return plain_text(cell.node, 24)


def amount_texts(pairs: Sequence[Pair], case: Case) -> list[str]:
    """Expected values beside printed ones: exact if all are short and the author is exact, else in digits."""
    if all(
        cell.half is None and amount.plain is not None and len(amount.plain) <= SHORT
        for _, _, cell, amount in pairs
    ):
        return [amount.plain or "" for _, _, _, amount in pairs]
    return [decimal(amount, cell, case) for _, _, cell, amount in pairs]


def decimal(amount: Amount, cell: Cell, case: Case) -> str:
    """An expected value in the author's digits; a few of them where the author gives no decimals."""
    if not amount.ball.is_finite():
        return "-∞" if amount.ball < 0 else "∞"
    if cell.half is not None or leaf(cell.node) is None:
        number = leaf(cell.node)
        if number is not None:
            return written(amount, cell, case.claim.literal, case.source) or amount.fixed(PLACES)
    value = amount.fraction
    return str(value) if value is not None and value.denominator == 1 else amount.fixed(PLACES)


def shape_text(shape: tuple[int, int]) -> str:
    """``3×2``."""
    return f"{shape[0]}×{shape[1]}"


# ---------------------------------------------------------------- messages


def message(case: Case, formula: Node | None) -> str:
    """One line: what is wrong with a claim."""
    claim = case.claim
    if claim.verdict is Verdict.UNCHECKED:
        return f"{label(claim, formula)}: {claim.reason}"
    if claim.verdict is Verdict.RIGHT:
        return ROUTES.get(claim.route or "", "right")
    head = label(claim, formula)
    if claim.verdict is Verdict.CARRIED:
        from_it = "repeats a wrong value" if _is_repeated(claim) else "follows from a wrong value before"
        return f"{head} {from_it}{_carried(case)}"
    return f"{head}{_difference(case)}"


def _is_repeated(claim: Claim) -> bool:
    """Whether a value is an earlier one, or a part of it, printed again."""
    node = claim.resolved.node if claim.resolved is not None else None
    while node is not None and node.kind in ("index", "transpose"):
        node = node.args[0]
    return node is not None and node.kind == "name"


def _carried(case: Case) -> str:
    """Where the fault comes from, and what would have been right."""
    lines = dict.fromkeys(place_text(entry, case.article) for entry in case.claim.upstream)
    return (f" ({'; '.join(lines)})" if lines else "") + _difference(case)


def _difference(case: Case) -> str:
    claim = case.claim
    other = case.visible
    if other is not case and other.off():
        return f"{_cells(other)} from the numbers before it as printed"
    if case.amounts is None:
        return ": not the value that follows from the numbers before"
    expected = (len(case.amounts), len(case.amounts[0]))
    if claim.whole is not None:
        product = (
            f"a product of shape {shape_text(claim.shown_shape)}"
            if claim.shown_shape
            else "a product that does not multiply"
        )
        return f": {product}, {shape_text(expected)} expected"
    if not case.same_shape:
        return f": {shape_text(claim.literal.shape)} printed, {shape_text(expected)} expected"
    return _cells(case)


def _cells(case: Case) -> str:
    off = case.off()
    if not off:
        return ""
    if case.claim.literal.is_vector:
        return _entries(off, case)
    rows: dict[int, list[Pair]] = {}
    for pair in off:
        rows.setdefault(pair[0], []).append(pair)
    parts = [_row_text(found, case) for found in list(rows.values())[:MOST_ROWS]]
    more = f"; {len(rows) - MOST_ROWS} more rows differ" if len(rows) > MOST_ROWS else ""
    return f", {'; '.join(parts)}{more}"


def _entries(off: Sequence[Pair], case: Case) -> str:
    """The entries of a vector that are off; a number is a vector of one."""
    size = max(case.claim.literal.shape)
    if len(off) == size:
        return f": {_against(off, case)}"
    places = ", ".join(str(max(i, j)) for i, j, _, _ in off)
    return f", {'entry' if len(off) == 1 else 'entries'} {places}: {_against(off, case)}"


def _against(pairs: Sequence[Pair], case: Case) -> str:
    printed = " ".join(cell_text(cell) for _, _, cell, _ in pairs)
    return f"{printed} printed, {' '.join(amount_texts(pairs, case))} expected"


def _row_text(found: Sequence[Pair], case: Case) -> str:
    places = ", ".join(str(j) for _, j, _, _ in found)
    columns = (
        ""
        if len(found) == case.claim.literal.shape[1]
        else f", column{'s' if len(found) > 1 else ''} {places}"
    )
    return f"row {found[0][0]}{columns}: {_against(found, case)}"


# ---------------------------------------------------------------- notes


def notes(case: Case) -> Iterable[str]:
    """What helps to understand a fault: the exact value, and what the printed numbers give."""
    if case.claim.verdict in (Verdict.RIGHT, Verdict.UNCHECKED):
        return
    yield from _exact_note(case)
    if case.claim.verdict is not Verdict.CARRIED:
        yield from _upstream_note(case)


def _exact_note(case: Case) -> Iterator[str]:
    """The first row that is off, exactly."""
    case = case.visible
    off = case.off() or list(case.pairs())
    row = [pair for pair in off if pair[0] == off[0][0] or case.claim.literal.is_vector] if off else []
    if (
        any(a.plain is None or (a.fraction is not None and len(a.plain) <= SHORT) for _, _, _, a in row)
        or not row
    ):
        return
    exact = "  ".join(amount.plain or "" for _, _, _, amount in row)
    digits = "  ".join(
        amount.fixed(PLACES) if cell.half is None else decimal(amount, cell, case)
        for _, _, cell, amount in row
    )
    where = "" if case.claim.literal.is_vector else f"row {row[0][0]} is "
    if len(exact) <= LONGEST_NOTE:
        yield f"{where}exactly {exact} ≈ {digits}"


def _upstream_note(case: Case) -> Iterator[str]:
    lines = dict.fromkeys(place_text(entry, case.article) for entry in case.claim.upstream)
    if lines:
        values = "values" if len(lines) > 1 else "value"
        if case.claim.verdict is Verdict.WRONG:
            yield f"nor does it follow from the wrong {values} that it uses ({'; '.join(lines)})"
        else:
            yield f"it uses a wrong value ({'; '.join(lines)})"


def place_text(entry: Entry, article: Article) -> str:
    """``Q, line 41``; in a notebook ``Q, cell 3 line 2``."""
    cell, line, _ = article.place(entry.at)
    where = f"line {line}" if cell is None else f"cell {cell} line {line}"
    return f"{plain_text(Node('name', (), entry.name))}, {where}" if entry.name else where
