"""Mending: every wrong number, and every place that repeats it, as the author would have written it.

Only the characters of wrong numbers change.  A matrix of the wrong shape is written
anew in the author's own frame; where that is not possible (a drawn grid, a frame that
says nothing about separators) nothing is changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from flint import arb

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.model import Edit, Node, Span
from derivations.verify.amounts import Amount, amounts
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import FAULTS, Resolved
from derivations.verify.exactly import Exactly
from derivations.verify.frames import Frame, frame, framed
from derivations.verify.handwriting import is_short, leaf, written
from derivations.verify.literals import Cell, Match, Printed, match, printed
from derivations.verify.repairs import repaired
from derivations.verify.wording import Case

Places = Sequence[tuple[int, int]]
"""Rows and columns, from 1."""


@dataclass
class Mender:
    """Edits for the claims of one article."""

    book: Book
    source: str
    exactly: Exactly
    claims: Sequence[Claim]
    _frames: list[Frame] = field(init=False)
    _restated: dict[str, list[tuple[Printed, Resolved]]] = field(init=False)
    _known: list[tuple[arb, str]] = field(init=False)
    """Exact cells that are more than a number, and how the author wrote them."""

    def __post_init__(self) -> None:
        literals = [entry.printed for entry in self.book.entries if entry.printed is not None]
        found = (frame(literal, self.source) for literal in literals if literal.shape != (1, 1))
        self._frames = [each for each in found if each is not None]
        self._restated = self._repeats()
        self._known = list(self._expressions(literals))

    def _expressions(self, literals: Sequence[Printed]) -> Iterator[tuple[arb, str]]:
        for literal in literals:
            for cell in literal.cells():
                exact = cell.half is None and cell.ball is not None and cell.ball.is_finite()
                if (
                    exact
                    and cell.ball is not None
                    and leaf(cell.node) is None
                    and is_editable(cell, self.source)
                ):
                    yield cell.ball, self.source[cell.span.start : cell.span.end]

    def edits(self, case: Case) -> tuple[Edit, ...]:
        """Everything that mends a claim: its own cells, and the places that repeat it."""
        if case.claim.verdict not in FAULTS or case.amounts is None:
            return ()
        own = (
            self._whole(case.claim)
            if case.claim.whole is not None
            else self._literal(case.claim.literal, case.amounts, case.claim.cells)
        )
        if own is None:
            return ()
        return tuple(
            sorted(
                {edit.span: edit for edit in [*own, *self._again(case.claim)]}.values(), key=lambda e: e.span
            )
        )

    # ------------------------------------------------------------ one literal

    def _literal(
        self, literal: Printed, expected: Sequence[Sequence[Amount]], accused: Places = ()
    ) -> list[Edit] | None:
        if (len(expected), len(expected[0])) == literal.shape:
            return self._cells(literal, expected, accused)
        return self._anew(literal, expected)

    def _cells(
        self, literal: Printed, expected: Sequence[Sequence[Amount]], accused: Places
    ) -> list[Edit] | None:
        """The cells that are not right at their precision; of those that are accused, where any are.

        The others follow from the numbers as printed, or were cut off: their author keeps them.
        """
        found: list[Edit] = []
        roots = _all_short(expected)
        for i, (row, amounts_) in enumerate(zip(literal.rows, expected, strict=True), 1):
            for j, (cell, amount) in enumerate(zip(row, amounts_, strict=True), 1):
                if cell.ball is None or match(amount.ball, cell) <= Match.ROUNDED:
                    continue
                if accused and (i, j) not in accused:
                    continue
                text = self._text(amount, cell, literal, roots)
                if text is None or not is_editable(cell, self.source):
                    return None
                if text != self.source[cell.span.start : cell.span.end]:
                    found.append(Edit(cell.span, text))
        return found

    def _anew(self, literal: Printed, expected: Sequence[Sequence[Amount]]) -> list[Edit] | None:
        """The whole matrix in the author's frame."""
        own = frame(literal, self.source)
        if own is None or literal.shape == (1, 1) or literal.elided:
            return None
        sample = next((cell for cell in literal.cells() if cell.half is not None), literal.rows[0][0])
        roots, rows = _all_short(expected), []
        for i, line in enumerate(expected):
            texts = [self._cell(amount, literal, (i, j), sample, roots) for j, amount in enumerate(line)]
            if any(text is None for text in texts):
                return None
            rows.append([text for text in texts if text is not None])
        text = framed(rows, own, self._frames)
        return None if text is None else [Edit(_body(literal), text)]

    def _cell(
        self, amount: Amount, literal: Printed, place: tuple[int, int], sample: Cell, roots: bool
    ) -> str | None:
        i, j = place
        inside = i < literal.shape[0] and j < literal.shape[1]
        cell = literal.rows[i][j] if inside else sample
        if (
            inside
            and cell.ball is not None
            and amount.ball.is_finite()
            and match(amount.ball, cell) <= Match.ROUNDED
        ):
            return self.source[cell.span.start : cell.span.end]
        if inside and not cell.infinite:
            return self._text(amount, cell, literal, roots)
        return self._elsewhere(amount) or written(amount, sample, literal, self.source, roots)

    def _text(self, amount: Amount, cell: Cell, literal: Printed, roots: bool) -> str | None:
        """A right cell: by the smallest change, as the author wrote it elsewhere, or anew."""
        known = None
        if cell.half is None:
            known = repaired(cell, amount.ball, self.source) or self._elsewhere(amount)
        return known or written(amount, cell, literal, self.source, roots)

    def _elsewhere(self, amount: Amount) -> str | None:
        """The same irrational value in another cell of the article."""
        if not amount.ball.is_finite() or amount.fraction is not None:
            return None
        return next((text for ball, text in self._known if ball.overlaps(amount.ball)), None)

    # ------------------------------------------------------------ written-out products

    def _whole(self, claim: Claim) -> list[Edit] | None:
        """Each matrix of a written-out product becomes the operand that stands there in the formula."""
        before = claim.truth or claim.resolved
        if claim.whole is None or before is None:
            return None
        literals = [literal for node in _matrices(claim.whole) if (literal := printed(node)) is not None]
        operands = list(_operands(before.node))
        if len(literals) != len(operands):
            return None
        found: list[Edit] = []
        for literal, operand in zip(literals, operands, strict=True):
            edits = self._to(literal, Resolved(operand, ()))
            if edits is None:
                return None
            found.extend(edits)
        return found

    def _to(self, literal: Printed, reference: Resolved) -> list[Edit] | None:
        """A literal as the true value of a formula."""
        balls = self.book.true(reference)
        if balls is None:
            return None
        if (balls.nrows(), balls.ncols()) == literal.shape[::-1] and 1 in literal.shape:
            balls = balls.transpose()
        exact = self.exactly.formula(reference.node, balls)
        return self._literal(literal, amounts(balls, exact, factor_of(literal)))

    # ------------------------------------------------------------ repeated values

    def _repeats(self) -> dict[str, list[tuple[Printed, Resolved]]]:
        """The places that repeat each claim."""
        owners = {entry.key: entry.claim for entry in self.book.entries}
        found: dict[str, list[tuple[Printed, Resolved]]] = {}
        claimed = sorted((claim.whole or claim.literal.node).span for claim in self.claims)
        furthest = list(accumulate((span.end for span in claimed), max))
        for span, (node, reference) in self.book.restated.items():
            literal = printed(node)
            before = bisect_right(claimed, span.start, key=lambda own: own.start)
            covered = before > 0 and furthest[before - 1] >= span.end
            if literal is None or not len(span) or covered:
                continue
            for inner in reference.walk():
                owner = owners.get(inner.data) if inner.kind == "name" else None
                if owner:
                    found.setdefault(owner, []).append((literal, Resolved(reference, ())))
        return found

    def _again(self, claim: Claim) -> Iterator[Edit]:
        for literal, reference in self._restated.get(claim.id, ()):
            yield from self._to(literal, reference) or ()


def _all_short(expected: Sequence[Sequence[Amount]]) -> bool:
    """Whether a matrix can be written exactly: either all of its cells, or none."""
    return all(is_short(amount) or not amount.ball.is_finite() for row in expected for amount in row)


def is_editable(cell: Cell, source: str) -> bool:
    """Whether the characters of a cell stand together in the source."""
    raw = source[cell.span.start : cell.span.end]
    return 0 < len(raw) <= 200 and "\n" not in raw.strip()


def _body(literal: Printed) -> Span:
    """The matrix without the factor in front."""
    node = literal.node
    if literal.factor is None:
        return node.span
    return (node.args[1] if node.kind == "multiply" else node.args[0]).span


def factor_of(literal: Printed) -> arb | None:
    """The factor in front of a printed matrix as a ball; None without one."""
    return None if literal.factor is None else evaluate(literal.factor, {}, BALL)[0, 0]


def _matrices(node: Node) -> Iterator[Node]:
    """The literals of a written-out product, from left to right."""
    if node.kind in ("matrix", "list"):
        yield node
        return
    for arg in node.args:
        yield from _matrices(arg)


def _operands(node: Node) -> Iterator[Node]:
    """The matrices of a formula, from left to right; a transpose belongs to its matrix."""
    if node.kind == "name" and node.data.startswith("@"):
        yield node
        return
    if node.kind == "transpose" and node.args[0].kind == "name":
        yield node
        return
    for arg in node.args:
        yield from _operands(arg)
