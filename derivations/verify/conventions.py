"""What articles mean without writing it out: masks, heads side by side, one row of several, n or n - 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from flint import arb_mat

from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Match, Printed, match
from derivations.verify.roles import MASK_WORDS, formulas
from derivations.verify.statement import Statement

MOST_SINCE = 2
"""So many values may stand between the root that scores are divided by and the scaled scores."""
NEAR_MASK = 400
"""Characters after the word mask in which rows may be masked."""
RECENT = 8
"""So many of the last scores may be those that are masked."""


def masked(literal: Printed, book: Book) -> Iterator[Expectation]:
    """The latest scores with -∞ where the article masks, if that is a causal or a padding mask."""
    known = [
        (scores, value) for scores in _scores(book) if (value := book.true(book.resolve(scores))) is not None
    ]
    fitting = [(scores, value) for scores, value in known if _shape(value) == literal.shape]
    if not fitting:
        yield from _masked_row(literal, known)
        return
    scores, value = max(fitting, key=lambda pair: _visible(pair[1], literal))
    shape = literal.shape
    hidden = {(i, j) for i, row in enumerate(literal.rows) for j, cell in enumerate(row) if cell.infinite}
    causal = {(i, j) for i in range(shape[0]) for j in range(shape[1]) if j > i}
    columns = {j for _, j in hidden}
    padding = {(i, j) for i in range(shape[0]) for j in columns}
    mask = hidden if hidden in (causal, padding) else causal
    sure = 2 * _visible(value, literal) >= sum(not cell.infinite for cell in literal.cells())
    yield Expectation(Node("add", (scores, _mask_node(mask, shape))), "masked", sure)


def _scores(book: Book) -> Iterator[Node]:
    """The scores that may have been masked, the latest first; last what they are by definition."""
    roles = ("scaled", "scores", "masked", "weights")
    recent = islice(
        (entry for entry in book.backwards() if entry.role in roles and not entry.is_number), RECENT
    )
    yield from (entry.reference for entry in recent)
    yield from (formulas("scaled")[1], formulas("scores")[0])


def _masked_row(literal: Printed, known: Sequence[tuple[Node, arb_mat]]) -> Iterator[Expectation]:
    """One row of the scores with -∞ where it is masked."""
    hidden = {(0, j) for j, cell in enumerate(literal.rows[0]) if cell.infinite}
    for scores, value in known:
        rows, width = _shape(value)
        for row in range(1, rows + 1 if literal.shape == (1, width) else 1):
            one = Node("index", (scores, Node("number", (), number(str(row)))))
            yield Expectation(Node("add", (one, _mask_node(hidden, literal.shape))), "masked", False)


def _shape(value: arb_mat) -> tuple[int, int]:
    return value.nrows(), value.ncols()


def _visible(scores: arb_mat, literal: Printed) -> int:
    """How many scores stand again where nothing is masked: with hardly any, other scores were masked."""
    pairs = zip(scores.entries(), literal.cells(), strict=True)
    return sum(not cell.infinite and match(ball, cell) <= Match.NEAR for ball, cell in pairs)


def conventions(formula: Node, literal: Printed, statement: Statement) -> Iterator[Expectation]:
    """``softmax(S)`` where the text speaks of a mask and the upper triangle is printed as zeros."""
    yield from _side_by_side(formula)
    yield from _unbiased(formula, statement)
    yield from _either_sigma(formula)
    yield from _entry_by_entry(formula)
    if literal.shape == (1, 1):
        yield from _overall(formula)
    told = f"{statement.words} {statement.before} {statement.paragraph} {statement.heading}"
    rows, columns = literal.shape
    if rows != columns or rows < 2 or not MASK_WORDS.search(told):
        return
    hidden = {(i, j) for i in range(rows) for j in range(columns) if j > i}
    if all(literal.rows[i][j].ball is not None and literal.rows[i][j].ball == 0 for i, j in hidden):
        for inner in formula.walk():
            if inner.kind == "call" and inner.data == "softmax":
                masked = Node("add", (inner.args[0], _mask_node(hidden, literal.shape)))
                yield Expectation(_with(formula, inner, Node("call", (masked,), "softmax")), "weights", False)


def masked_rows(literal: Printed, book: Book) -> Iterator[Expectation]:
    """``With a causal mask row 1 → [1, 0, 0]``: the softmax of a row without the scores of weight 0."""
    told = 0 <= literal.span.start - book.masks_told < NEAR_MASK
    hidden = {(0, j) for j, cell in enumerate(literal.rows[0]) if cell.ball is not None and cell.ball == 0}
    if not hidden or literal.shape[0] > 1 or not told:
        return
    scores = Node("name", (), "latest_scores")
    value = book.true(book.resolve(scores))
    if value is None or value.ncols() != literal.shape[1]:
        return
    for k in range(1, value.nrows() + 1):
        row = Node("index", (scores, Node("number", (), number(str(k)))))
        seen = Node("add", (row, _mask_node(hidden, literal.shape)))
        yield Expectation(Node("call", (seen,), "softmax"), "weights", False)


def _side_by_side(formula: Node) -> Iterator[Expectation]:
    """``[head_1; head_2]``: heads stand side by side, whatever stands between them."""
    parts = [row.args[0] for row in formula.args] if formula.kind == "matrix" else []
    if (
        len(parts) > 1
        and all(len(row.args) == 1 for row in formula.args)
        and all(p.kind == "name" for p in parts)
    ):
        yield Expectation(Node("call", tuple(parts), "concat"), "", False)


def rows(formula: Node, literal: Printed, book: Book) -> Iterator[Expectation]:
    """``e^S = [2.72, 1.00]`` where S has several rows: one of them."""
    if not is_part(formula, literal, book):
        return
    value = book.shown(book.resolve(formula))
    for k in range(1, value.nrows() + 1 if value is not None else 0):
        yield Expectation(Node("index", (formula, Node("number", (), number(str(k))))), "", False)


def is_part(formula: Node, literal: Printed, book: Book) -> bool:
    """Whether a vector may be a row of a formula's value."""
    if literal.shape[0] > 1 or literal.shape == (1, 1):
        return False
    value = book.shown(book.resolve(formula))
    return value is not None and value.nrows() > 1 and value.ncols() == literal.shape[1]


_SPREADS = {"variance": "unbiased_variance", "deviation": "unbiased_deviation"}


def _unbiased(formula: Node, statement: Statement) -> Iterator[Expectation]:
    """``x.var()`` of a program: NumPy divides by n, PyTorch by n - 1."""
    if statement.origin not in ("code", "output"):
        return
    for inner in formula.walk():
        if inner.kind == "call" and inner.data in _SPREADS:
            other = Node("call", inner.args, _SPREADS[inner.data], inner.span)
            yield Expectation(_with(formula, inner, other), str(inner.data), False)


def is_overall(formula: Node, literal: Printed, book: Book) -> bool:
    """Whether one number is printed for a mean or a spread that has one for each row."""
    value = book.shown(book.resolve(formula)) if any(_overall(formula)) else None
    return literal.shape == (1, 1) and value is not None and value.nrows() > 1


def _either_sigma(formula: Node) -> Iterator[Expectation]:
    """``\\sigma(z)`` is the sigmoid of each entry in one article and the softmax in another."""
    for inner in formula.walk():
        if inner.kind == "call" and inner.data == "sigma":
            yield Expectation(
                _with(formula, inner, Node("call", inner.args, "sigmoid", inner.span)), "", False
            )


def _entry_by_entry(formula: Node) -> Iterator[Expectation]:
    """``w · v_1 = [0.6, 0]``: a product of two vectors that was meant entry by entry."""
    if formula.kind == "multiply" and formula.data != "⊙" and formula.args[1].kind != "transpose":
        yield Expectation(Node("multiply", formula.args, "⊙", formula.span), "", False)


def is_vector_by_vector(formula: Node, literal: Printed, book: Book) -> bool:
    """Whether a list is printed for the product of two vectors of its length, which is no dot product."""
    if formula.kind != "multiply" or literal.shape[0] > 1 or literal.shape == (1, 1):
        return False
    values = [book.shown(book.resolve(factor)) for factor in formula.args]
    return all(value is not None and _shape(value) == literal.shape for value in values)


def divided_by_root(formula: Node, book: Book) -> Iterator[Expectation]:
    """``S = QK^T, then divided by √2 = 1.414``: the value that stands next is the scaled one."""
    roots = (
        entry
        for entry in islice(book.recall.claimed(book.start), MOST_SINCE)
        if entry.formula is not None and entry.formula.data == "sqrt"
    )
    root = next(roots, None)
    if root is not None and formula.kind == "multiply" and formula.args[1].kind == "transpose":
        yield Expectation(Node("divide", (formula, root.reference), "/"), "scaled", False)


def _overall(formula: Node) -> Iterator[Expectation]:
    """``Var(S)`` of a matrix as one number: over all its entries, as NumPy and PyTorch take it."""
    if formula.kind != "call" or formula.data not in ("mean", "variance", "deviation"):
        return
    entries = formula.args[0]
    mean = _mean(_mean(entries))
    spread = Node("subtract", (_mean(_mean(_squared(entries))), _squared(mean)))
    whole = {"mean": mean, "variance": spread, "deviation": Node("call", (spread,), "sqrt")}
    yield Expectation(whole[formula.data], str(formula.data), False)


def _mean(node: Node) -> Node:
    return Node("call", (node,), "mean")


def _squared(node: Node) -> Node:
    return Node("multiply", (node, node), "⊙")


def _with(formula: Node, old: Node, new: Node) -> Node:
    if formula is old:
        return new
    return Node(formula.kind, tuple(_with(arg, old, new) for arg in formula.args), formula.data, formula.span)


def _mask_node(hidden: set[tuple[int, int]], shape: tuple[int, int]) -> Node:
    zero = Node("number", (), number("0"))
    minus = Node("negative", (Node("name", (), "infinity"),))
    rows = (tuple(minus if (i, j) in hidden else zero for j in range(shape[1])) for i in range(shape[0]))
    return Node("matrix", tuple(Node("row", row) for row in rows))
