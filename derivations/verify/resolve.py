"""Formulas in references: names, stated sub-expressions and repeated values become entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import TYPE_CHECKING

from derivations.formula import names
from derivations.formula.numerals import number
from derivations.model import Node
from derivations.verify.analogy import by_analogy
from derivations.verify.entries import (
    FAULTS,
    FUNCTION_WORDS,
    Entry,
    Resolved,
    cell_of,
    inside,
    label_of,
    plain,
)
from derivations.verify.literals import Cell, Printed, is_scaled, printed
from derivations.verify.roles import COMPUTED, role_of_name
from derivations.verify.units import unit_of

if TYPE_CHECKING:
    from derivations.verify.book import Book, Quoted

SAME_SIZE = {"d": "d_model", "d_model": "d"}
"""Two names of the width of the model, where the article gives only the other one."""
MOST_DEFINITIONS = 6
"""So many definitions may lead to one value, each in terms of the next."""
MEASURED = {
    "d_k": ("K", "Q", "k", "q", "W^K", "W^Q"),
    "d_v": ("V", "v", "W^V"),
    "d_model": ("X", "E", "x"),
    "d": ("K", "Q", "X", "k", "q"),
}
"""The matrices whose width is a size that the text does not state."""


MOST_UNITS = 65
"""Rows of a unit matrix that is written as I_n."""
MOST_APART = 300
"""So many characters after a whole number at fault it may be used."""
MOST_QUOTED = 50
"""So many numbers in the sentences before are looked at."""
CONSTANTS = {"e", "pi", "infinity", "inf"}
ASSUMED = {"epsilon": "0"}
"""What a name stands for that articles leave unsaid; nothing is accused on the strength of it."""


@dataclass
class Resolution:
    """One walk over a formula, replacing what is known by references."""

    book: Book
    used: list[Entry] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    guessed: bool = False
    assumed: list[str] = field(default_factory=list)
    taken: list[tuple[Entry, int, int]] = field(default_factory=list)
    taken_quotes: list[Quoted] = field(default_factory=list)
    """Cells that numbers of the formula repeat; equal numbers repeat equal cells in their order."""

    def _take(self, entry: Entry) -> Node:
        self.used.append(entry)
        return entry.reference

    def resolve(self, node: Node, depth: int, bare: Node | None = None) -> Node:
        """A formula with references in the place of what is known; ``bare`` is its plain form, if at hand."""
        if node.kind == "name":
            return self._name(node, depth)
        if bare is None and node.args and self.book.memo:
            bare = plain(node)
        stated = self.book.memo.get(bare) if bare is not None and node.args else None
        if stated is not None:
            reference = self._take(stated)
            return Node("transpose", (reference,)) if stated.is_turned else reference
        if node.kind in ("matrix", "list", "number", "negative") or is_scaled(node):
            repeated = self._repeated(node)
            if repeated is not None:
                self.book.restate(node, repeated)
                return repeated
            if node.kind == "number" or (node.kind == "matrix" and not _has_symbols(node)):
                return node
        special = _SPECIAL.get(node.kind)
        found = special(self, node, depth) if special is not None else None
        return self._inside(node, depth, bare) if found is None else found

    def _inside(self, node: Node, depth: int, bare: Node | None = None) -> Node:
        parts = bare.args if bare is not None else repeat(None)
        args = tuple(self.resolve(arg, depth, part) for arg, part in zip(node.args, parts, strict=False))
        return Node(node.kind, args, node.data, node.span)

    def _called(self, node: Node, depth: int) -> Node | None:
        """A call of what is no function is a label; the softmax runs the way the article has it."""
        if node.data == "sigma" and len(node.args) == 1:
            return self._sigma(node, node.args[0], depth)
        if node.data not in FUNCTION_WORDS:
            return self._labelled(node, depth)
        if node.data == "abs":
            return self._measured(node, depth)
        if node.data == "softmax" and self.book.by_columns:
            return self._inside(Node("call", node.args, "column_softmax", node.span), depth)
        return None

    def _measured(self, node: Node, depth: int) -> Node:
        """``|a|`` of a vector is its length."""
        argument = self.resolve(node.args[0], depth)
        value = self.book.shown(Resolved(argument, ()))
        is_vector = value is not None and value.nrows() * value.ncols() > 1
        return Node("call", (argument,), "norm" if is_vector else "abs", node.span)

    def _powered(self, node: Node, depth: int) -> Node | None:
        """In ``e^s`` the base is the constant, whatever else is called e."""
        base, exponent = node.args
        if base.kind != "name" or base.data != "e":
            return None
        return Node("power", (base, self.resolve(exponent, depth)), node.data, node.span)

    def _multiplied(self, node: Node, depth: int) -> Node | None:
        if not node.data and _is_sigma(node.args[0], self.book):
            return self._sigma(node, node.args[1], depth)
        return self._without_units(node, depth) or self._dotted(node)

    def _without_units(self, node: Node, depth: int) -> Node | None:
        """``X W^Q`` where ``W^Q = 2 I``: a unit matrix of whatever size fits multiplies like a number."""
        units = [unit_of(factor, self.book.bindings, self.book.definitions) for factor in node.args]
        if units.count(None) != 1 or node.args[units.index(None)].kind == "number":
            return None
        unit = next(unit for unit in units if unit is not None)
        matrix = self.resolve(node.args[units.index(None)], depth)
        return matrix if unit.data.value == 1 else Node("multiply", (unit, matrix), node.data)

    # ------------------------------------------------------------ names

    def _name(self, node: Node, depth: int) -> Node:
        name = node.data
        if name.startswith("@"):
            return self._take(self.book.entries[int(name[1:])])
        if name in ("e", "pi", "infinity") and name not in self.book.bindings:
            return node
        entry = self.book.bindings.get(name) or self._latest(name)
        if entry is not None and entry.points is not None:
            return self._take(entry)
        if name == "latest_root" and self.book.root is not None:
            return self.book.root
        if name == "latest_scores":
            defined = self._defined_as("scaled", depth) or self._defined_as("scores", depth)
            if defined is not None:
                return defined
        for find in (
            self._identity,
            self._defined,
            self._row,
            self._size,
            self._stacked,
            self._product,
            self._by_role,
        ):
            found = find(name, depth)
            if found is not None:
                return found
        if name in ASSUMED:
            self.assumed.append(name)
            return Node("number", (), number(ASSUMED[name]), node.span)
        self.missing.append(name)
        return node

    def _identity(self, name: str, _depth: int) -> Node | None:
        """``I_2`` is the unit matrix that it names."""
        base, superscript, size = names.parts(name)
        if base != "I" or superscript or not (size.isdigit() and 0 < int(size) < MOST_UNITS):
            return None
        return Node("call", (Node("number", (), number(size)),), "identity")

    def _latest(self, name: str) -> Entry | None:
        """Names that the standard formulas use for what was stated last."""
        if name == "latest_scores":
            return self.book.latest("masked", "scaled", "scores", several=True)
        if name == "latest_number":
            numbers = (e for e in self.book.recall.claimed(self.book.start) if e.is_number)
            return next(numbers, None)
        if name == "latest_root":
            roots = (e for e in self.book.recall.claimed(self.book.start) if e.is_number and _is_root(e))
            return next(roots, None)
        if name in ("latest_vector", "latest_list"):
            vectors = (
                e
                for e in reversed(self.book.mentions)
                if e.points is not None and e.points.nrows() == 1 != e.points.ncols()
            )
            return next(vectors, None)
        return None

    def _defined(self, name: str, depth: int) -> Node | None:
        """A name that the article, or the standard formulas, define by other names."""
        if depth > MOST_DEFINITIONS:
            return None
        tables = (self.book.definitions, self.book.defaults)
        analogy = by_analogy(name, self.book.definitions)
        for formula in (*(table.get(name) for table in tables), analogy and analogy.formula):
            if formula is None:
                continue
            attempt = Resolution(self.book)
            found = attempt.resolve(formula, depth + 1)
            if not attempt.missing:
                self.guessed = self.guessed or attempt.guessed
                self.used.extend(attempt.used)
                return found
        return None

    def _row(self, name: str, _depth: int) -> Node | None:
        """``q_1`` is the first row of Q where only Q is known."""
        if name in self.book.unread:
            return None
        base, superscript, subscript = names.parts(name)
        if not subscript.isdigit():
            return None
        if len(subscript) == 2:
            return self._cell(names.canonical(base, superscript), int(subscript[0]), int(subscript[1]))
        row = int(subscript) + 1 - self.book.first_row
        for whole in (base, base.upper()) if not superscript else ():
            entry = self.book.bindings.get(whole)
            if (
                entry is not None
                and entry.points is not None
                and max(entry.points.nrows(), entry.points.ncols()) >= row >= 1
            ):
                if entry.points.nrows() == 1:
                    return self._cell(whole, 1, row)
                place = Node("number", (), number(str(row)))
                return Node("index", (self._take(entry), place))
        return None

    def _cell(self, name: str, i: int, j: int) -> Node | None:
        """``S_12`` is a cell of S."""
        entry = self.book.bindings.get(name)
        if entry is None or entry.points is None:
            return None
        if not (1 <= i <= entry.points.nrows() and 1 <= j <= entry.points.ncols()):
            return None
        self.used.append(entry)
        return cell_of(entry, i, j)

    def _size(self, name: str, _depth: int) -> Node | None:
        """``d_k`` is the width of the keys unless the text says otherwise."""
        for matrix in MEASURED.get(name, ()):
            entry = self.book.bindings.get(matrix) or next(self._like(matrix), None)
            if entry is not None and entry.points is not None and not entry.is_number:
                return Node("number", (), number(str(entry.points.ncols())))
        other = self.book.bindings.get(SAME_SIZE.get(name, ""))
        return self._take(other) if other is not None and other.is_number else None

    def _like(self, name: str) -> Iterator[Entry]:
        """The entries of ``K_1, K_2, ...`` for K, and of ``W^K_1, ...`` for W^K."""
        base, superscript, _ = names.parts(name)
        return (entry for entry in self.book.numbered(base, superscript) if entry.points is not None)

    def _stacked(self, name: str, _depth: int) -> Node | None:
        """``K`` where only k_1, k_2, ... are known."""
        family = self.book.family(name) or self.book.family(name.lower())
        if (
            len(family) < 2
            or len({entry.points.ncols() for entry in family if entry.points is not None}) != 1
        ):
            return None
        return Node("call", tuple(self._take(entry) for entry in family), "stack")

    def _dotted(self, node: Node) -> Node | None:
        """``q · k`` where only k_1, k_2, ... are known: the products of q with each of them."""
        vector, name = node.args
        if name.kind != "name" or name.data in self.book.bindings or not name.data.islower():
            return None
        family = self.book.family(name.data)
        left = self.book.bindings.get(vector.data) if vector.kind == "name" else None
        if len(family) < 2 or left is None or left.points is None or left.points.nrows() != 1:
            return None
        stack = self._stacked(name.data, 0)
        if stack is None:
            return None
        return Node("multiply", (self._take(left), Node("transpose", (stack,))), node.data, node.span)

    def _product(self, name: str, depth: int) -> Node | None:
        """``uB`` is a product where u and B are known and uB is not."""
        if not 2 <= len(name) <= 3 or not name.isalpha() or not all(x in self.book.bindings for x in name):
            return None
        product = self._name(Node("name", (), name[0]), depth)
        for letter in name[1:]:
            product = Node("multiply", (product, self._name(Node("name", (), letter), depth)), "")
        return product

    def _by_role(self, name: str, depth: int) -> Node | None:
        """``Scores`` is the value that was last called scores, whatever its letter."""
        if name in self.book.unread or name in self.book.definitions:
            return None
        role = role_of_name(name)
        self.guessed = self.guessed or bool(role)
        if role in COMPUTED and name.islower() and (len(name) == 1 or role == "total"):
            self.assumed.append(name)
        rows = self.book.rows(role) if role == "weights" else self._vectors_of(role)
        if len(rows) > 1:
            return Node("call", tuple(self._take(row) for row in rows), "stack")
        entry = (
            self.book.latest(role, several=role not in ("mean", "variance", "deviation", "total"))
            if role
            else None
        )
        singles = self.book.dot_products() if role == "scores" else []
        if singles and (entry is None or entry.at < singles[0].at):
            return Node("list", tuple(self._take(single) for single in singles))
        return self._defined_as(role, depth) if entry is None else self._take(entry)

    def _defined_as(self, role: str, depth: int) -> Node | None:
        """``score`` where the article says what its ``scores`` are."""
        if depth or not role:
            return None
        alike = (name for name in reversed(self.book.definitions) if role_of_name(name) == role)
        name = next(alike, None)
        return self._defined(name, MOST_DEFINITIONS - 1) if name is not None else None

    def _vectors_of(self, role: str) -> list[Entry]:
        """``Query_cat, Query_sat, ...``: the vectors of the tokens, where the last query is one of them."""
        entry = self.book.latest(role, several=True) if role in ("query", "key", "value") else None
        if entry is None or entry.points is None or entry.points.nrows() > 1:
            return []
        family = self.book.family(names.parts(entry.name)[0])
        widths = {each.points.ncols() for each in family if each.points is not None}
        return family if entry in family and len(widths) == 1 else []

    def _summed(self, node: Node, depth: int) -> Node:
        """``\\sum_j E_j``: what carries the running index is a cell or a row of what is known."""
        variable, lower, upper, body = node.args
        if variable.kind != "name":
            return node
        return Node(
            "sum", (variable, lower, upper, self._running(body, variable.data, depth)), node.data, node.span
        )

    def _running(self, node: Node, variable: str, depth: int) -> Node:
        if node.kind == "name":
            base, superscript, subscript = names.parts(node.data)
            whole = self.book.bindings.get(names.canonical(base, superscript))
            if variable in subscript and whole is not None and whole.points is not None:
                places = tuple(_place(letter) for letter in subscript)
                return Node("index", (self._take(whole), *places), None, node.span)
            return node if node.data == variable else self._name(node, depth)
        args = tuple(self._running(arg, variable, depth) for arg in node.args)
        return Node(node.kind, args, node.data, node.span)

    def _sigma(self, node: Node, operand: Node, depth: int) -> Node:
        """``\\sigma(x)`` is the sigmoid of a number and, in many articles, the softmax of a matrix."""
        argument = self.resolve(operand, depth)
        value = self.book.true(Resolved(argument, tuple(self.used)))
        lone = value is None or value.nrows() * value.ncols() == 1
        return Node("call", (argument,), "sigmoid" if lone else "softmax", node.span)

    def _subscripted(self, node: Node, depth: int) -> Node:
        subscripts = node.args[1:]
        return Node("index", (self.resolve(node.args[0], depth), *subscripts), node.data, node.span)

    def _labelled(self, node: Node, depth: int) -> Node:
        if node.data == "item":
            places = tuple(_counted(place, self.book.first_item) for place in node.args[1:])
            return Node("call", (self.resolve(node.args[0], depth), *places), "item", node.span)
        label = label_of(node)
        entry = self.book.bindings.get(label)
        if entry is not None and entry.points is not None:
            return self._take(entry)
        self.missing.append(label)
        return node

    # ------------------------------------------------------------ repeated values

    def _repeated(self, node: Node) -> Node | None:
        """A literal that repeats a value the article has computed, a row of it or a cell of it."""
        literal = printed(node)
        if literal is None or literal.elided:
            return None
        if literal.shape == (1, 1):
            return self._repeated_number(literal)
        for entry in self.book.recall.with_row(literal.rows[0], self.book.start):
            found = inside(literal, entry)
            if found is not None and (entry.claim is not None or found.kind == "name"):
                self.used.append(entry)
                return found
        return None

    def _repeated_number(self, literal: Printed) -> Node | None:
        """A decimal that was printed before, or a whole number printed just before that is at fault."""
        cell = literal.rows[0][0]
        if not cell.half:
            return self._repeated_fault(cell)
        places: list[tuple[Entry, int, int]] = []
        for entry in self.book.recall.with_decimal(cell, self.book.start):
            for i, row in enumerate(entry.printed.rows, 1) if entry.printed is not None else ():
                for j, other in enumerate(row, 1):
                    if other.half == cell.half and _same(cell, other):
                        places.append((entry, i, j))
            if places:
                break
        fresh = [place for place in places if place not in self.taken] or places
        if not fresh:
            return self._quoted(cell)
        self.taken.append(fresh[0])
        self.used.append(fresh[0][0])
        return cell_of(*fresh[0])

    def _quoted(self, cell: Cell) -> Node | None:
        """A number that a sentence has named before."""
        for quoted in self.book.quoted[-MOST_QUOTED:]:
            if quoted.cell.half == cell.half and _same(cell, quoted.cell) and quoted not in self.taken_quotes:
                self.taken_quotes.append(quoted)
                return self.resolve(quoted.reference, 0)
        return None

    def _repeated_fault(self, cell: Cell) -> Node | None:
        """A small number, or one far away, stands for itself: ``√2`` repeats no 2 that should be 1."""
        if cell.ball is None or not abs(cell.ball) > 2:
            return None
        for entry in islice(self.book.backwards(), 6):
            if not 0 <= cell.span.start - entry.at < MOST_APART:
                continue
            lone = entry.printed is not None and entry.printed.shape == (1, 1)
            if lone and entry.verdict in FAULTS and _same(cell, entry.printed.rows[0][0]):  # type: ignore[union-attr]
                self.used.append(entry)
                return entry.reference
        return None


_SPECIAL: Mapping[str, Callable[[Resolution, Node, int], Node | None]] = {
    "call": Resolution._called,
    "index": Resolution._subscripted,
    "power": Resolution._powered,
    "sum": Resolution._summed,
    "multiply": Resolution._multiplied,
}
"""What is more than the sum of its parts; None goes on with the parts."""


def _is_root(entry: Entry) -> bool:
    """Whether a number was worked out as a square root."""
    return entry.formula is not None and entry.formula.kind == "call" and entry.formula.data == "sqrt"


def _counted(place: Node, first: int) -> Node:
    """The number of an entry, counted from 0."""
    if not first or place.kind != "number":
        return place
    return Node("number", (), number(str(place.data.value - first)), place.span)


def _place(letter: str) -> Node:
    return Node("number", (), number(letter)) if letter.isdigit() else Node("name", (), letter)


def _has_symbols(node: Node) -> bool:
    return any(n.kind == "call" or (n.kind == "name" and n.data not in CONSTANTS) for n in node.walk())


def _is_sigma(node: Node, book: Book) -> bool:
    return node.kind == "name" and node.data == "sigma" and "sigma" not in book.bindings


def _same(one: Cell, other: Cell) -> bool:
    return one.ball is not None and other.ball is not None and bool(one.ball.overlaps(other.ball))
