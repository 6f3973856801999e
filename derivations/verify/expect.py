"""What a printed value should be: formulas to hold it against, likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from flint import arb_mat

from derivations.formula import names
from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify import placeless
from derivations.verify.analogy import by_analogy
from derivations.verify.announced import (
    is_firm,
    is_masked,
    is_shared_out,
    may_be_weights,
    role_nearby,
    role_of,
)
from derivations.verify.book import Book
from derivations.verify.collected import (
    cells,
    collected,
    shares,
    totals,
    totals_with_repeats,
)
from derivations.verify.conventions import conventions, masked, masked_rows
from derivations.verify.entries import names_in, replaced
from derivations.verify.expectation import Expectation
from derivations.verify.families import members
from derivations.verify.literals import Printed
from derivations.verify.roles import TEMPERATURES, formulas, role_of_name, role_of_words
from derivations.verify.sides import is_worked
from derivations.verify.singles import MADE, made, partition
from derivations.verify.statement import Statement, row_label

CONSTANTS = {"e", "pi", "infinity"}
NEAR = 40
"""Characters before a value in which its own words stand."""


def expectations(label: Node | None, literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    """Every formula worth trying for a value that stands without one."""
    if book.pending is not None and label is None and not is_worked(literal):
        return [Expectation(book.pending, "", True)]
    found = _all(label, literal, statement, book)
    own = book.definitions.get(label.data) if label is not None and label.kind == "name" else None
    if own is not None and book.resolve(own).missing:
        return [expectation._replace(sure=False) for expectation in found]
    return found


def _all(label: Node | None, literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    return [
        *cells(label, literal, book),
        *_by_definition(label, book),
        *_by_place(label, book),
        *_concatenated(label, book),
        *partition(label, literal, book),
        *members(label, literal, statement, book),
        *_by_role(label, literal, statement, book),
    ]


def _by_definition(label: Node | None, book: Book) -> Iterator[Expectation]:
    if label is None:
        return
    name = label.data if label.kind == "name" else ""
    known = book.bindings.get(name)
    if known is not None and known.printed is not None and is_worked(known.printed):
        yield Expectation(known.reference, known.role, True)
    if name in book.definitions:
        formula = book.definitions[name]
        yield Expectation(formula, role_of_name(name), formula.kind != "name")
    elif name in book.defaults and name not in book.bindings:
        yield Expectation(book.defaults[name], role_of_name(name), True)
    elif (analogy := by_analogy(name, book.definitions)) is not None:
        yield Expectation(analogy.formula, role_of_name(name), analogy.complete)
    base, superscript, subscript = names.parts(name) if name else ("", "", "")
    yield from _with_parameter(name, base, subscript, book)
    whole = book.definitions.get(base)
    row = int(subscript) if subscript.isdigit() else book.row_of(subscript)
    if row and not superscript and whole is not None and name not in names_in(whole):
        yield Expectation(_row(whole, row), role_of_name(base), True)


def _by_place(label: Node | None, book: Book) -> Iterator[Expectation]:
    """``S[1][0]``, ``S_{2,1}``: an entry or a row of a matrix that was computed, or is defined."""
    if label is None or label.kind == "name":
        return
    whole = label
    while whole.kind == "index" or (whole.kind == "call" and whole.data == "item"):
        whole = whole.args[0]
    places = [place for node in label.walk() if node is not whole for place in node.args[1:]]
    if whole is label or whole.kind != "name" or any(place.kind != "number" for place in places):
        return
    resolved = book.resolve(whole)
    is_given = resolved.node.kind == "name" and any(entry.is_given for entry in resolved.entries)
    if not resolved.missing and not is_given:
        yield Expectation(label, "", True)


HEADS = ("head", "Head", "Z", "O", "output")
"""What the outputs of the heads are called, with their numbers."""


def _concatenated(label: Node | None, book: Book) -> Iterator[Expectation]:
    """``Concat = [..]``: the outputs of the heads side by side."""
    name = label.data if label is not None and label.kind == "name" else ""
    if not re.fullmatch(r"concat\w*|multi_?head\w*|Z_concat", name, re.IGNORECASE):
        return
    families = ([head for head in book.numbered(base, "") if head.points is not None] for base in HEADS)
    heads = next((family for family in families if len(family) > 1), [])
    if heads:
        yield Expectation(Node("call", tuple(head.reference for head in heads), "concat"), "", True)


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


def _by_role(label: Node | None, literal: Printed, statement: Statement, book: Book) -> Iterator[Expectation]:
    role, sure = _role(label, literal, statement, book)
    if role == "masked" or (role != "mask" and is_masked(literal)):
        scored = label is None or role in ("scores", "scaled", "masked")
        yield from (e._replace(sure=e.sure and scored) for e in masked(literal, book))
    elif role == "weights":
        if label is not None or may_be_weights(literal):
            yield from _weights(label, literal, statement, book, sure)
    elif role != "encoding":
        yield from _in_role(role, label, literal, statement, book, sure)


def _role(label: Node | None, literal: Printed, statement: Statement, book: Book) -> tuple[str, bool]:
    """The role of a value, and whether it certainly has it."""
    role = role_of(label, statement, literal.shape != (1, 1))
    shared = is_shared_out(literal)
    if not role and label is None and shared:
        return "weights", False
    if not role and label is None and literal.shape != (1, 1):
        tempered = bool(book.entries) and book.entries[-1].name in TEMPERATURES
        return ("weights" if tempered else role_nearby(statement, book)), False
    if shared and label is None and role in ("scores", "scaled"):
        role = "weights"
    return role, _is_sure(label, role, statement, book) or (shared and role == "weights")


_RAW = re.compile(r"raw|unscaled|原始|未缩放", re.IGNORECASE)
"""Scores that are called raw may be scaled on the way to the weights."""


def _weights(
    label: Node | None, literal: Printed, statement: Statement, book: Book, sure: bool
) -> Iterator[Expectation]:
    if book.focus is not None and _place(label, statement, book) is None:
        yield Expectation(Node("call", (book.focus,), "softmax"), "weights", True)
    announced = statement.words.rstrip(" *_`").endswith((":", "："))
    if book.asked is not None and label is None and announced and not names_in(book.asked) - CONSTANTS:
        yield Expectation(book.asked, "weights", True)
    tempered = list(_tempered(book))
    yield from tempered
    for formula in formulas("weights")[:1]:
        yield from conventions(formula, literal, statement)
    yield from masked_rows(literal, book)
    scores = book.latest("scores", "scaled", "masked", several=True)
    raw = scores is not None and scores.role == "scores" and _RAW.search(scores.name) is not None
    yield from _in_role("weights", label, literal, statement, book, sure and not tempered and not raw)


def _in_role(
    role: str, label: Node | None, literal: Printed, statement: Statement, book: Book, sure: bool
) -> Iterator[Expectation]:
    """What a value of a known role, or of none, is computed from."""
    if role in MADE:
        told = label is None and role_of_words(statement.words[-NEAR:]) == role
        yield from made(role, literal, book, sure and told)
    if role == "scaled":
        yield from _divided(statement)
    yield from _normalised(label, statement, book)
    if role == "total":
        yield from totals(literal, book) if sure else ()
    sure = sure and not (role == "normalised" and not _is_of_layers(statement))
    sure = sure and not (role == "residual" and book.latest("residual") is not None)
    sure = sure and role not in ("total", "exponentials") and not (role in SPREADS and _is_overtaken(book))
    place = _place(label, statement, book)
    for formula in formulas(role):
        yield from _shaped(_numbered(formula, label, book), role, literal, place, book, sure)
        sure = sure and role not in ("scores", "weights")
    if role == "total" and literal.shape == (1, 1):
        yield from totals_with_repeats(book)
    if role == "scores" or (label is None and role != "scaled"):
        told = role in ("scores", "")
        yield from (e._replace(sure=e.sure and told) for e in collected(literal, book))
    if role in ("scores", "weights") or (label is None and role != "scaled"):
        yield from shares(literal, book)


def _is_sure(label: Node | None, role: str, statement: Statement, book: Book) -> bool:
    """Whether a value certainly has its role; a name that a program changes unseen has none."""
    if label is None:
        return True
    unread = label.kind == "name" and label.data in book.unread
    return is_firm(label, role, statement) and not unread


def _tempered(book: Book) -> Iterator[Expectation]:
    """The softmax at the temperature that was given after the scores."""
    given = (book.bindings.get(name) for name in TEMPERATURES)
    temperature = next((entry for entry in given if entry is not None and entry.is_number), None)
    scores = book.latest("scores", "scaled", several=True)
    if temperature is None or scores is None or scores.at > temperature.at:
        return
    finite = temperature.points is not None and temperature.points[0, 0].is_finite()
    divisor = temperature.reference if finite else Node("name", (), "infinity")
    divided = Node("divide", (scores.reference, divisor), "/")
    yield Expectation(Node("call", (divided,), "softmax"), "weights", True)


SPREADS = ("mean", "variance", "deviation")


def _is_overtaken(book: Book) -> bool:
    """Whether numbers were worked out one by one since the last vector: the mean may be theirs."""
    since = takewhile(lambda entry: entry.is_number, reversed(book.mentions))
    return sum(1 for entry in since if not entry.is_given) > 2


_LAYERS = re.compile(r"layer|\bLN\b|\brms|mean|varian|\bstd\b|[μσ]|均值|方差|层", re.IGNORECASE)


def _is_of_layers(statement: Statement) -> bool:
    """Whether the text around a value speaks of layer normalisation: a softmax normalises as well."""
    told = (statement.words, statement.before, statement.paragraph, statement.heading)
    return any(_LAYERS.search(words) for words in told)


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
            divisor = placeless.formula(found[-1]["divisor"].replace("\\\\", "\\"))
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


def _place(label: Node | None, statement: Statement, book: Book) -> int | None:
    """The row that a label or the words name."""
    if label is not None and label.kind == "name":
        subscript = names.parts(label.data)[2]
        if subscript.isdigit() and len(subscript) == 1:
            return int(subscript)
        if row := book.row_of(subscript):
            return row - 1 + book.first_row
    return row_label(statement) or (_row_of_token(statement, book) if label is None else None)


_QUOTED = re.compile(r"[\"“„«「‘'`*]([^\W\d_]{1,20})[\"”“»」’'`*]")
"""A token that the words name: ``Scaled scores for "cat":``."""


def _row_of_token(statement: Statement, book: Book) -> int | None:
    """The row of the token that the words right before a value name, if they name one alone."""
    named = set(_QUOTED.findall(statement.before[-2 * NEAR :]))
    rows = [row for token in named if (row := book.row_of(token))]
    return rows[0] - 1 + book.first_row if len(rows) == len(named) == 1 else None


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
                    yield Expectation(_row(formula, k), role, sure and k == place + 1 - book.first_row)
        for k in range(1, rows + 1):
            yield Expectation(_row(formula, k), role, False)
        return
    yield Expectation(formula, role, sure)


def _may_fit(value: arb_mat, literal: Printed) -> bool:
    """Whether a value, or a row of it, has the shape of what is printed: a guess that has not falls away."""
    shape, printed_shape = (value.nrows(), value.ncols()), literal.shape
    stands = shape == printed_shape or (literal.is_vector and 1 in shape and max(shape) == max(printed_shape))
    return stands or (printed_shape[0] == 1 and shape[1] == printed_shape[1])
