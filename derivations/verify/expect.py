"""What a printed value should be: formulas to hold it against, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from flint import arb_mat

from derivations.formula import names, parse
from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.chains import Statement, row_label
from derivations.verify.entries import Entry, names_in, replaced
from derivations.verify.literals import Cell, Printed, is_constant
from derivations.verify.roles import (
    COMPUTED,
    HEDGES,
    MASK_WORDS,
    WITHDRAWN_AFTER,
    WITHDRAWN_BEFORE,
    formulas,
    role_of_name,
    role_of_words,
)

MOST_TERMS = 8
"""Numbers that are added up for a total that no formula stands before."""


class Expectation(NamedTuple):
    """A formula that a printed value can be held against.

    ``sure`` says that the article itself, or a name everybody reads alike, gives
    the formula: only then is a mismatch an error of the article.
    """

    formula: Node
    role: str
    sure: bool


def expectations(label: Node | None, literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    """Every formula worth trying for a value that stands without one."""
    if book.pending is not None and label is None:
        return [Expectation(book.pending, "", True)]
    return [*_by_definition(label, book), *_by_role(label, literal, statement, book)]


def _by_definition(label: Node | None, book: Book) -> Iterator[Expectation]:
    if label is None:
        return
    name = label.data if label.kind == "name" else ""
    if name in book.definitions:
        yield Expectation(book.definitions[name], role_of_name(name), True)
    elif name in book.defaults and name not in book.bindings:
        yield Expectation(book.defaults[name], role_of_name(name), True)
    base, superscript, subscript = names.parts(name) if name else ("", "", "")
    yield from _with_parameter(name, base, subscript, book)
    whole = book.definitions.get(base)
    if subscript.isdigit() and not superscript and whole is not None and name not in names_in(whole):
        yield Expectation(_row(whole, int(subscript)), role_of_name(base), True)


def _with_parameter(name: str, base: str, subscript: str, book: Book) -> Iterator[Expectation]:
    """``p_2`` where ``p_\\tau = softmax(z / \\tau)`` is defined."""
    if not re.fullmatch(r"\d+(?:\.\d+)?", subscript):
        return
    for known, formula in book.definitions.items():
        stem, _, parameter = names.parts(known)
        if stem == base and known != name and parameter.isalpha() and parameter in names_in(formula):
            value = Node("number", (), number(subscript))
            yield Expectation(replaced(formula, parameter, value), role_of_name(name), True)


def _row(formula: Node, place: int) -> Node:
    return Node("index", (formula, Node("number", (), number(str(place)))))


# ---------------------------------------------------------------- roles


def role_of(label: Node | None, statement: Statement) -> str:
    """The role of a stated value, from its name or from the words before it."""
    if label is not None:
        role = role_of_name(_name_of(label))
        near = role_of_words(statement.words[-30:]) if _is_weak(_name_of(label)) else ""
        if role:
            return near or role
        if label.kind == "name" and not role:
            return role_of_words(label.data.replace("_", " "))
    said = (statement.words, statement.before, statement.paragraph, statement.heading)
    return next((role for role in map(role_of_words, said) if role), "")


def _is_weak(name: str) -> bool:
    """A single letter that articles use for many things; the word right before it says more."""
    return len(name) == 1 and name.lower() in "zyh"


def is_firm(label: Node, role: str, statement: Statement) -> bool:
    """Whether a name says its role for certain: a word does, a single letter only where the text agrees.

    A is the weights in one article and the scores in another.
    """
    if role in ("query", "key", "value") or len(names.parts(_name_of(label))[0]) > 1:
        return True
    return any(
        role_of_words(text) == role
        for text in (statement.words[-40:], statement.before, statement.paragraph[-60:])
    )


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


def _name_of(label: Node) -> str:
    if label.kind == "power":
        return f"{label.args[0].data}{label.args[1].data.text}"
    return str(label.args[0].data) if label.kind == "index" else str(label.data)


def _by_role(label: Node | None, literal: Printed, statement: Statement, book: Book) -> Iterator[Expectation]:
    role = role_of(label, statement)
    place = _place(label, statement)
    shared = is_shared_out(literal)
    if shared and label is None and role in ("scores", "scaled"):
        role = "weights"
    sure = label is None or is_firm(label, role, statement) or (shared and role == "weights")
    if role == "masked":
        yield from _masked(literal, book)
        return
    if role == "encoding":
        return
    if role == "weights" and book.focus is not None and place is None:
        yield Expectation(Node("call", (book.focus,), "softmax"), role, True)
    if role == "weights":
        for formula in formulas(role)[:1]:
            yield from conventions(formula, literal, statement)
    if role == "scaled":
        yield from _divided(statement)
    yield from _normalised(label, statement, book)
    if role == "total" and label is None:
        yield from _totals(literal, book)
        sure = False
    for formula in formulas(role):
        yield from _shaped(_numbered(formula, label, book), role, literal, place, book, sure)
        sure = sure and role not in ("scores", "weights")
    if label is None or role == "scores":
        yield from collected(literal, book)


_NORM = re.compile(r"norm|归一|标准化|正規化|정규화", re.IGNORECASE)


def _normalised(label: Node | None, statement: Statement, book: Book) -> Iterator[Expectation]:
    """``\\hat r`` of a vector r that is known: the vector made to have mean 0 and variance 1."""
    base, _, accent = names.parts(label.data) if label is not None and label.kind == "name" else ("", "", "")
    entry = book.bindings.get(base)
    if accent != "hat" or entry is None or entry.points is None or entry.is_number:
        return
    spread = Node("call", (entry.reference,), "variance")
    spread = Node("add", (spread, Node("name", (), "epsilon")))
    centred = Node("subtract", (entry.reference, Node("call", (entry.reference,), "mean")))
    formula = Node("divide", (centred, Node("call", (spread,), "sqrt")), "/")
    told = f"{statement.words} {statement.before} {statement.paragraph} {statement.heading}"
    yield Expectation(formula, "normalised", bool(_NORM.search(told)))


_DIVISOR = re.compile(
    r"(?:divid\w*|divis\w*|division|dividieren|geteilt|teilen|skalier\w*|scal\w+|除以|割|나누)[^.。\d√\n]{0,40}?"
    r"(?P<divisor>\\+sqrt\s*\{?\d+(?:\.\d+)?\}?|√\s*\(?\d+\)?|sqrt\s*\(\d+\)|\d+(?:\.\d+)?)(?![\w/.])",
    re.IGNORECASE,
)


def _divided(statement: Statement) -> Iterator[Expectation]:
    """``divided by √2``: the words say what the scores are divided by."""
    for words in (statement.before, statement.words, statement.paragraph):
        found = list(_DIVISOR.finditer(words))
        if found:
            divisor = parse(found[-1]["divisor"].replace("\\\\", "\\"))
            scores = Node("name", (), "scores")
            yield Expectation(Node("divide", (scores, divisor), "/"), "scaled", True)
            return


def _numbered(formula: Node, label: Node | None, book: Book) -> Node:
    """``head_2`` comes from V_2, where matrices have the numbers of their heads."""
    number_of = names.parts(label.data)[2] if label is not None and label.kind == "name" else ""
    for name in names_in(formula) if number_of.isdigit() else ():
        numbered = names.canonical(*names.parts(name)[:2], number_of)
        if numbered in book.bindings and name not in book.bindings:
            formula = replaced(formula, name, Node("name", (), numbered))
    return formula


def _place(label: Node | None, statement: Statement) -> int | None:
    """The row that a label or the words name."""
    if label is not None and label.kind == "name":
        subscript = names.parts(label.data)[2]
        if subscript.isdigit() and len(subscript) == 1:
            return int(subscript)
    return row_label(statement)


def _shaped(
    formula: Node, role: str, literal: Printed, place: int | None, book: Book, sure: bool
) -> Iterator[Expectation]:
    """The formula itself, or its rows where a single row of a larger result is stated."""
    value = book.true(book.resolve(formula))
    if value is None or not _may_fit(value, literal):
        return
    rows = value.nrows()
    if rows > 1 and literal.shape[0] == 1 and literal.shape[1] == value.ncols():
        if place is not None:
            for k in (place, place + 1):
                if 1 <= k <= rows:
                    yield Expectation(_row(formula, k), role, sure and k == place)
        for k in range(1, rows + 1):
            yield Expectation(_row(formula, k), role, False)
        return
    yield Expectation(formula, role, sure)


def _may_fit(value: arb_mat, literal: Printed) -> bool:
    """Whether a value, or a row of it, has the shape of what is printed: a guess that has not falls away."""
    shape, printed_shape = (value.nrows(), value.ncols()), literal.shape
    stands = shape == printed_shape or (literal.is_vector and 1 in shape and max(shape) == max(printed_shape))
    return stands or (printed_shape[0] == 1 and shape[1] == printed_shape[1])


def _run_of_numbers(book: Book, most: int) -> list[Entry]:
    """The last single numbers worked out one after the other just before."""
    run: list[Entry] = []
    for entry in islice(book.recall.claimed(book.start), most):
        if (
            entry.printed is None
            or entry.printed.shape != (1, 1)
            or (run and _kind(run[-1], book) != _kind(entry, book))
        ):
            break
        run.append(entry)
    return run[::-1]


def _kind(entry: Entry, book: Book) -> str:
    """The kind of formula that an entry was worked out from."""
    definition = entry.definition
    while definition is not None and definition.kind == "name" and str(definition.data).startswith("@"):
        definition = book.recall.by_key()[definition.data].definition
    return definition.kind if definition is not None else ""


def collected(literal: Printed, book: Book) -> Iterator[Expectation]:
    """Scores worked out one by one and then listed: ``[1, 1, 2]``."""
    wanted = literal.shape[0] * literal.shape[1]
    singles = book.dot_products()
    if wanted == len(singles):
        yield Expectation(Node("list", tuple(e.reference for e in singles)), "scores", True)
    run = _run_of_numbers(book, wanted + 1)
    if wanted >= 2 and len(run) >= wanted:
        yield Expectation(
            Node("list", tuple(e.reference for e in run[-wanted:])), "scores", len(run) == wanted
        )


def _totals(literal: Printed, book: Book) -> Iterator[Expectation]:
    """``total 8.16``: the sum of the numbers worked out just before."""
    run = _run_of_numbers(book, MOST_TERMS + 1) if literal.shape == (1, 1) else []
    for count in range(min(len(run), MOST_TERMS), 1, -1):
        total = run[-count].reference
        for entry in run[len(run) - count + 1 :]:
            total = Node("add", (total, entry.reference))
        yield Expectation(total, "total", count == len(run))


def _masked(literal: Printed, book: Book) -> Iterator[Expectation]:
    """The latest scores with -∞ where the article masks, if that is a causal or a padding mask."""
    scores = book.latest("scaled", "scores", several=True) or book.latest("weights", several=True)
    if scores is None or scores.points is None:
        return
    shape = (scores.points.nrows(), scores.points.ncols())
    if shape != literal.shape:
        return
    hidden = {(i, j) for i, row in enumerate(literal.rows) for j, cell in enumerate(row) if cell.infinite}
    causal = {(i, j) for i in range(shape[0]) for j in range(shape[1]) if j > i}
    columns = {j for _, j in hidden}
    padding = {(i, j) for i in range(shape[0]) for j in columns}
    mask = hidden if hidden in (causal, padding) else causal
    yield Expectation(Node("add", (scores.reference, _mask_node(mask, shape))), "masked", True)


def conventions(formula: Node, literal: Printed, statement: Statement) -> Iterator[Expectation]:
    """``softmax(S)`` where the text speaks of a mask and the upper triangle is printed as zeros."""
    yield from _side_by_side(formula)
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


def _side_by_side(formula: Node) -> Iterator[Expectation]:
    """``[head_1; head_2]``: heads stand side by side, whatever stands between them."""
    parts = [row.args[0] for row in formula.args] if formula.kind == "matrix" else []
    if (
        len(parts) > 1
        and all(len(row.args) == 1 for row in formula.args)
        and all(p.kind == "name" for p in parts)
    ):
        yield Expectation(Node("call", tuple(parts), "concat"), "", False)


def _with(formula: Node, old: Node, new: Node) -> Node:
    if formula is old:
        return new
    return Node(formula.kind, tuple(_with(arg, old, new) for arg in formula.args), formula.data, formula.span)


def _mask_node(hidden: set[tuple[int, int]], shape: tuple[int, int]) -> Node:
    zero = Node("number", (), number("0"))
    minus = Node("negative", (Node("name", (), "infinity"),))
    rows = (tuple(minus if (i, j) in hidden else zero for j in range(shape[1])) for i in range(shape[0]))
    return Node("matrix", tuple(Node("row", row) for row in rows))


def is_hedged(statement: Statement, label: Node | None = None) -> bool:
    """Whether the words before a value, or its own name, say that it is supposed and not computed."""
    named = str(label.data).replace("_", " ") if label is not None and label.kind == "name" else ""
    return bool(HEDGES.search(statement.words[-120:]) or HEDGES.search(named))


MARKUP = 300
"""Characters of a page that hold some fifty of its words."""
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def is_withdrawn(literal: Printed, text: str) -> bool:
    """Whether the text takes a value back in the same breath: a mistake it quotes, or what it replaces."""
    start, end = literal.span.start, literal.span.end
    before = _TAG.sub("", text[max(0, start - MARKUP) : start])[-60:]
    after = _TAG.sub("", text[end : end + MARKUP])[:50]
    sentence = re.split(r"[.。!?\n]\s", after)[0]
    return bool(
        WITHDRAWN_BEFORE.search(re.split(r"[.。!?\n]\s", before)[-1]) or WITHDRAWN_AFTER.search(sentence)
    )


_SHAPE = re.compile(
    r"\b(?:shapes?|dimensions?|sizes?|formas?|dimensiones|formes?|Form(?:en)?|Größen?)\b|形状|维度|尺寸|大小|형태",
    re.IGNORECASE,
)


def is_shape(literal: Printed, statement: Statement, text: str) -> bool:
    """``K has shape (2, 3)``: whole numbers in round brackets that are sizes and no values."""
    sizes = all(
        cell.half is None and cell.node.kind == "number" and cell.node.data.value > 0
        for cell in literal.cells()
    )
    if not sizes or literal.shape[0] > 1 or not 2 <= literal.shape[1] <= 4 or text[literal.span.start] != "(":
        return False
    return bool(_SHAPE.search(statement.before[-100:]) or _SHAPE.search(statement.words[-60:]))


def is_computed(label: Node | None, statement: Statement) -> bool:
    """Whether a value has a role that follows from others."""
    return role_of(label, statement) in COMPUTED


def near_copies(literal: Printed, book: Book) -> Iterator[Expectation]:
    """A value printed before, all but one of whose cells stand here again: it is meant to be the same."""
    cells = list(literal.cells())
    for entry in book.recall.almost(literal, book.start) if len(cells) > 2 else ():
        if entry.printed is None:
            continue
        same = [_is_same(one, other) for one, other in zip(cells, entry.printed.cells(), strict=True)]
        telling = sum(
            ok and bool(cell.half) and len(_digits(cell)) >= 2 for ok, cell in zip(same, cells, strict=True)
        )
        if sum(same) == len(cells) - 1 and telling >= 2:
            yield Expectation(entry.reference, entry.role, True)
            return


def _is_same(one: Cell, other: Cell) -> bool:
    return (
        one.half == other.half
        and one.ball is not None
        and other.ball is not None
        and one.ball.overlaps(other.ball)
    )


def _digits(cell: Cell) -> str:
    """The significant digits of a printed cell."""
    bare = cell.node.args[0] if cell.node.kind == "negative" else cell.node
    return bare.data.text.replace(".", "").lstrip("0") if bare.kind == "number" else ""
