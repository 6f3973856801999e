"""The role of a value: from its name, from the words before it, or from the way it is computed."""

from __future__ import annotations

import re
from itertools import islice

from derivations.formula import names
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.literals import Printed, is_constant
from derivations.verify.roles import COMPUTED, role_of_name, role_of_words
from derivations.verify.statement import Statement, row_label


def role_of(label: Node | None, statement: Statement, several: bool = False) -> str:
    """The role of a stated value, from its name or from the words before it.

    With ``several`` the value is a vector or a matrix, and no sum or mean.
    """
    if label is not None:
        role = role_of_name(_name_of(label))
        near = role_of_words(statement.words[-30:]) if _is_weak(_name_of(label)) else ""
        if role:
            return near or role
        if label.kind in ("name", "call"):
            words = str(label.data).replace("_", " ")
            return "" if _ELSEWHERE.search(words) else role_of_words(words)
    before = _MARKED.sub(" ", statement.before)
    said = (statement.words, before, statement.paragraph, statement.heading)
    return next((role for words in said if (role := role_of_words(words, several))), "")


_MARKED = re.compile(r"\$[^$]*\$|\\\(.*?\\\)")
"""Formulas on the same line; ``e^`` in one of them announces nothing."""


def role_nearby(statement: Statement, book: Book) -> str:
    """The role that a line above announces, or that the row before had where only a row is named."""
    announced = role_of_words(statement.above, several=True)
    if announced or row_label(statement) is None:
        return announced
    before = islice(book.recall.claimed(book.start), MOST_STEPS)
    return next((entry.role for entry in before if entry.role in COMPUTED), "")


MOST_STEPS = 4
"""So many values may be worked out on the way to one row."""
_ELSEWHERE = re.compile(
    r"\b(?:mlp|ln\d?|layer_?norm|ffn?|feed|linear|dense|fc\d?|final|model|decoder|encoder|layer|lm|block|head\w*)\b",
    re.IGNORECASE,
)
"""Words of names that belong to other parts of a transformer: ``mlp_output`` is no output of attention."""


def _is_weak(name: str) -> bool:
    """A single letter that articles use for many things; the word right before it says more."""
    return len(name) == 1 and name.lower() in "zyh"


MEASURES = ("mean", "variance", "deviation", "rms", "total")
"""What many things have: ``average purchase rate`` is the average of something else."""


def is_firm(label: Node, role: str, statement: Statement) -> bool:
    """Whether a name says its role for certain: a word does, a single letter only where the text agrees.

    A is the weights in one article and the scores in another.
    """
    if role in MEASURES and role_of_name(_name_of(label)) != role:
        return False
    if role in ("query", "key", "value") or len(names.parts(_name_of(label))[0]) > 1:
        return True
    return any(
        role_of_words(text) == role
        for text in (statement.words[-40:], statement.before, statement.paragraph[-60:])
    )


def may_be_weights(literal: Printed) -> bool:
    """Whether every number lies between 0 and 1, as weights do; ``[259, 256]`` is a shape."""
    cells = [cell.ball for cell in literal.cells() if cell.ball is not None]
    return all(ball.is_finite() and not ball < 0 and not ball > 1 for ball in cells)


def is_masked(literal: Printed) -> bool:
    """Whether some numbers are hidden behind -∞, and the others are not all 0, as in a mask."""
    seen = [cell.ball for cell in literal.cells() if not cell.infinite]
    return len(seen) < len(list(literal.cells())) and any(ball is not None and ball != 0 for ball in seen)


def is_shared_out(literal: Printed) -> bool:
    """Whether the numbers look like weights: decimals between 0 and 1, most of the rows with the sum 1."""
    cells = [float(c.ball.mid()) if c.ball is not None and not c.infinite else -1.0 for c in literal.cells()]
    if not any(c.half for c in literal.cells()) or not all(0 <= cell <= 1 for cell in cells):
        return False
    width = literal.shape[1]
    rows = [sum(cells[k : k + width]) for k in range(0, len(cells), width)]
    return len(rows) > 1 < width and 2 * sum(abs(total - 1) < 0.011 * width for total in rows) >= len(rows)


def role_of_formula(formula: Node) -> str:
    """The role of a value from the way it is computed."""
    if formula.kind == "call" and formula.data in ("softmax", "column_softmax"):
        return "weights"
    if formula.kind == "divide" and any(
        n.kind == "call" and n.data == "sqrt" for n in formula.args[1].walk()
    ):
        return "scaled"
    if formula.kind == "multiply" and is_constant(formula.args[0]):
        return "scaled" if any(n.kind == "call" and n.data == "sqrt" for n in formula.args[0].walk()) else ""
    if formula.kind == "multiply" and formula.args[1].kind == "transpose":
        return "scores"
    if formula.kind == "call" and formula.data in ("mean", "variance", "deviation"):
        return str(formula.data)
    return ""


def is_computed(label: Node | None, statement: Statement) -> bool:
    """Whether a value has a role that follows from others."""
    return role_of(label, statement) in COMPUTED


def _name_of(label: Node) -> str:
    while label.kind == "call" and label.data == "item":
        label = label.args[0]
    if label.kind == "power":
        return f"{label.args[0].data}{label.args[1].data.text}"
    return str(label.args[0].data) if label.kind == "index" else str(label.data)
