"""The verifier's memory: what the article has stated, and what is true.

Every printed value becomes an *entry* with three readings: ``true`` (recomputed
from the inputs), ``points`` (exactly as printed) and ``wide`` (everything that
would have been printed like this).  A formula is *resolved* before it is
evaluated: its names, the sub-expressions that the article has stated, and the
literals that repeat an earlier value all become references to entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from flint import arb, arb_mat

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.formula import names
from derivations.formula.numerals import number
from derivations.model import DerivationError, Node, Span, Verdict
from derivations.verify.entries import Entry, Resolved, names_in, plain, same_values
from derivations.verify.literals import ROUNDED, Cell, Match, Printed, as_intervals, as_points, matches
from derivations.verify.recall import Recall
from derivations.verify.resolve import Resolution
from derivations.verify.roles import SIZES, role_of_name

INFINITY = arb("inf")
INPUTS = ("X", "x", "E", "e", "H", "h")
"""What the vectors of the tokens are called."""
KEYS = ("K", "k", "V", "v")
"""What the vectors are called that every token is looked up by."""
WIDE = ("wide", "mended_wide")
"""Readings that enclose more than one value."""
MOST_SINGLES = 200
"""So far back scores are looked for that were worked out one by one."""


class Quoted(NamedTuple):
    """A number in a sentence: the value of which it is a cell, and what is printed."""

    formula: Node
    place: tuple[int, int]
    cell: Cell

    @property
    def reference(self) -> Node:
        """The formula of the cell."""
        return Node("index", (self.formula, *(Node("number", (), number(str(k))) for k in self.place)))


@dataclass
class Book:
    """All entries in document order, and the ways to find one."""

    entries: list[Entry] = field(default_factory=list)
    bindings: dict[str, Entry] = field(default_factory=dict)
    memo: dict[Node, Entry] = field(default_factory=dict)
    _remembered: set[str] = field(default_factory=set, init=False)
    """The names in the formulas of which something was stated."""
    definitions: dict[str, Node] = field(default_factory=dict)
    first_row: int = 1
    """What the article calls the first row: 0 where it writes x_0."""
    first_item: int = 0
    asked: Node | None = None
    """A softmax that was written without its value: the weights that follow are its."""
    masks_told: int = -(10**9)
    """Where the text has spoken of a mask last."""
    root: Node | None = None
    """The root that words have mentioned last, without its value: ``dividing by √2``."""
    """The number of the first entry in brackets: ``X[0]``, or 1 where the article writes q_1 = X[1]."""
    stale: set[str] = field(default_factory=set)
    """Keys of entries that were computed from an input that has since been given anew."""
    unread: set[str] = field(default_factory=set)
    """Names that a program computes in a way that is not understood."""
    restated: dict[Span, tuple[Node, Node]] = field(default_factory=dict)
    """Places where a printed value is repeated: the literal, and what it repeats."""
    defaults: Mapping[str, Node] = field(default_factory=dict)
    """Definitions that hold where the article gives none: Q = X W^Q and the like."""
    mentions: list[Entry] = field(default_factory=list)
    """Entries in the order in which the article speaks of them."""
    pending: Node | None = None
    """A written-out calculation whose result should come next."""
    focus: Node | None = None
    """The value that the running text has just quoted."""

    quoted: list[Quoted] = field(default_factory=list)
    """Cells that single numbers in sentences have repeated."""
    by_columns: bool = False
    """Whether the article says that its softmax runs down the columns."""
    axis_open: bool = False
    """Whether that is not yet known, see axes."""
    general: dict[str, Node] | None = None
    """The definitions that stood before the first example and hold in all of them."""
    examples: int = 0
    start: int = 0
    """Where the present example begins among the entries."""
    recall: Recall = field(init=False)
    _families: set[tuple[str, str]] = field(init=False)
    """Bases and superscripts of all names with a subscript that were ever bound."""

    def __post_init__(self) -> None:
        self.recall = Recall(self.entries)
        self._families = {names.parts(name)[:2] for name in self.bindings if "_" in name}

    # ------------------------------------------------------------ writing

    def begin_example(self) -> None:
        """A new example: matrices hold until given anew, but no sizes, numbers or computed values."""
        if self.general is None:
            self.general = dict(self.definitions)
        self.definitions = dict(self.general)
        self.examples += 1
        self.start = len(self.entries)
        self.memo.clear()
        self.mentions.clear()
        self.quoted.clear()
        self.focus = self.pending = None
        self.bindings = {
            name: entry
            for name, entry in self.bindings.items()
            if name not in SIZES and entry.is_given and not (self.examples > 1 and entry.is_number)
        }

    @property
    def current(self) -> list[Entry]:
        """The entries of the present example."""
        return self.entries[self.start :]

    def backwards(self) -> Iterator[Entry]:
        """The entries of the present example, the last one first."""
        return islice(reversed(self.entries), len(self.entries) - self.start)

    def add(self, name: str, literal: Printed | None, true: arb_mat | None, **details: Any) -> Entry:
        """A new entry; it takes over its name."""
        points = as_points(literal) if literal else details.pop("points", None)
        computed, true = true, _oriented(true, points)
        wide = points
        if literal and (details.get("claim") is not None or details.get("is_rounded")):
            wide = _without_slack(as_intervals(literal), points, true)
        role = details.pop("role", "") or role_of_name(name)
        entry = Entry(
            f"@{len(self.entries)}",
            name,
            literal,
            true if true is not None else points,
            points,
            wide,
            role=role,
            is_turned=computed is not true,
            **details,
        )
        entry.followed = self._followed(entry)
        self.entries.append(entry)
        self.mentions.append(entry)
        if name:
            self.bind(name, entry)
        return entry

    def bind(self, name: str, entry: Entry) -> None:
        """From here on a name stands for an entry; what was stated of it with another value holds no more."""
        known = self.bindings.get(name)
        if known is None or _is_another(entry, known):
            self._forget_formulas(name)
        self.bindings[name] = entry
        if "_" in name:
            self._families.add(names.parts(name)[:2])

    def _followed(self, entry: Entry) -> arb_mat | None:
        """What a program would have that starts from the article's faults and rounds nothing."""
        if entry.verdict in (None, Verdict.WRONG) or entry.definition is None:
            return entry.points
        try:
            value = self.evaluate(entry.definition, "followed")
        except (DerivationError, ArithmeticError, ValueError):
            return entry.points
        return _oriented(value, entry.points)

    def give(self, name: str, literal: Printed, role: str = "", is_rounded: bool = False) -> Entry:
        """An input.  A new value for a known input makes what followed from the old one forgotten."""
        known = self.bindings.get(name)
        entry = self.add(name, literal, None, role=role, at=literal.span.start, is_rounded=is_rounded)
        if known is not None and not same_values(known.printed, literal):
            self._forget(known)
        if known is None or not same_values(known.printed, literal):
            self._forget_formulas(name)
        return entry

    def _forget_formulas(self, name: str) -> None:
        """What was stated of formulas with a name holds no more."""
        if name in self._remembered:
            self.memo = {node: e for node, e in self.memo.items() if name not in names_in(node)}
            self._remembered.discard(name)

    def mention(self, entry: Entry) -> None:
        """The article speaks of this entry again."""
        self.mentions.append(entry)

    def _forget(self, old: Entry) -> None:
        stale, found = {old.key}, [old]
        while found:
            for entry in self.recall.using(found.pop()):
                if entry.key not in stale:
                    stale.add(entry.key)
                    found.append(entry)
        self.stale |= stale
        kept = {name: entry for name, entry in self.bindings.items() if entry.key not in stale}
        self.bindings = {name: entry for name, entry in kept.items() if name not in SIZES}
        self.memo = {node: entry for node, entry in self.memo.items() if entry.key not in stale}

    def forget_given(self) -> None:
        """Another part of an exercise begins, with other matrices: those given so far hold no more."""
        self.bindings = {
            name: entry for name, entry in self.bindings.items() if entry.is_number or not entry.is_given
        }
        self.memo.clear()

    def lose(self, name: str) -> None:
        """A program changes what a name stands for in a way that is not understood."""
        self.unread.add(name)
        known = self.bindings.pop(name, None)
        gone = {name, known.key} if known else {name}
        self.memo = {node: e for node, e in self.memo.items() if not gone & names_in(node)}

    def begin_variation(self, name: str) -> None:
        """A computed value is given anew: what was computed since it was stated is forgotten."""
        known = self.bindings.get(name)
        stale = {e.key for e in self.entries if known and not e.is_given and e.at >= known.at}
        self.bindings = {name: e for name, e in self.bindings.items() if e.key not in stale}
        self.memo = {node: e for node, e in self.memo.items() if e.key not in stale}

    def restate(self, literal: Node, reference: Node, certain: bool = False) -> None:
        """A printed value repeats an entry, or a part of one: when that is mended, so is this."""
        if certain or literal.span not in self.restated:
            self.restated[literal.span] = (literal, reference)

    def remember(self, expression: Node, entry: Entry) -> None:
        """The article has stated what this expression is."""
        if expression.kind not in ("number", "list", "matrix", "opaque"):
            formula = plain(expression)
            self.memo[formula] = entry
            self._remembered |= names_in(formula)

    # ------------------------------------------------------------ reading

    def has_stated(self, expression: Node) -> bool:
        """Whether the article has stated before what this expression is."""
        return plain(expression) in self.memo

    def latest(self, *roles: str, several: bool = False) -> Entry | None:
        """The entry stated last with one of these roles; with ``several`` only a vector or a matrix."""
        found = [self.recall.with_role(role, several, self.start) for role in roles]
        last = max((each for each in found if each), key=lambda numbered: numbered[0], default=(0, None))[1]
        return None if last is not None and last.key in self.stale else last

    def rows(self, role: str) -> list[Entry]:
        """Rows of one matrix that were worked out one after the other."""
        found: list[Entry] = []
        for entry in self.backwards():
            if entry.is_number:
                continue
            if (
                entry.role != role
                or entry.points is None
                or entry.points.nrows() != 1
                or entry.points.ncols() < 2
            ):
                if entry.role in (("", "input") if found else ("", "output")):
                    continue
                break
            if found and found[-1].points is not None and found[-1].points.ncols() != entry.points.ncols():
                break
            found.append(entry)
        return found[::-1]

    def dot_products(self) -> list[Entry]:
        """The scores of one query that were worked out one by one: ``q · k_1 = 3``, ``q · k_2 = 2``, .."""
        found: list[Entry] = []
        for entry in islice(self.backwards(), MOST_SINGLES):
            query = _query_of(entry) or _score_of(entry)
            if found and query and query != (_query_of(found[-1]) or _score_of(found[-1])):
                break
            if query:
                found.append(entry)
            elif found and entry.role in ("weights", "output"):
                break
        return found[::-1] if len(found) > 1 else []

    def family(self, base: str) -> list[Entry]:
        """``k_1, k_2, ...`` in the order of their appearance."""
        found = self.numbered(base, "")
        return [entry for entry in found if entry.points is not None and entry.points.nrows() == 1]

    def row_of(self, token: str) -> int | None:
        """The row of a token, by the vectors that all tokens have: ``x_cat, x_sat, ...``, ``K_cat, ...``."""
        for base in (*INPUTS, *KEYS) if token else ():
            tokens = [names.parts(entry.name)[2] for entry in self.family(base)]
            if token in tokens:
                return tokens.index(token) + 1
        return None

    def numbered(self, base: str, superscript: str) -> Iterator[Entry]:
        """``W^K_1, W^K_2, ...`` in the order of their appearance."""
        if (base, superscript) not in self._families:
            return
        for name, entry in self.bindings.items():
            stem, above, below = names.parts(name) if "_" in name else ("", "", "")
            if below and (stem, above) == (base, superscript):
                yield entry

    def resolve(self, node: Node) -> Resolved:
        """The formula in references to entries."""
        walk = Resolution(self)
        resolved = walk.resolve(node, 0)
        return Resolved(
            resolved,
            tuple(dict.fromkeys(walk.used)),
            tuple(dict.fromkeys(walk.missing)),
            walk.guessed,
            tuple(walk.assumed),
        )

    def true(self, resolved: Resolved) -> arb_mat | None:
        """The value computed from the inputs."""
        return self._evaluate(resolved, "true")

    def shown(self, resolved: Resolved) -> arb_mat | None:
        """The value computed from the numbers as printed."""
        return self._evaluate(resolved, "points")

    def wide(self, resolved: Resolved) -> arb_mat | None:
        """An enclosure of what the rounding of the printed numbers allows."""
        return self._evaluate(resolved, "wide")

    def mended(self, resolved: Resolved) -> arb_mat | None:
        """The value computed from the printed numbers, those at fault put right in the author's digits."""
        return self._evaluate(resolved, "mended")

    def mended_wide(self, resolved: Resolved) -> arb_mat | None:
        """An enclosure of what the rounding of the printed numbers allows, those at fault put right."""
        return self._evaluate(resolved, "mended_wide")

    def followed(self, resolved: Resolved) -> arb_mat | None:
        """The value that follows from the article's faults in full precision."""
        return self._evaluate(resolved, "followed")

    def with_fault(self, resolved: Resolved, fault: Entry, reading: str = "points") -> arb_mat | None:
        """The value computed from the printed numbers, all but one put right, that one in its own reading."""
        try:
            return evaluate(resolved.node, _Values(self, "mended", fault, reading), BALL, lenient=True)
        except (DerivationError, ArithmeticError, ValueError):
            return None

    def _evaluate(self, resolved: Resolved, reading: str) -> arb_mat | None:
        try:
            value = self.evaluate(resolved.node, reading)
        except (DerivationError, ArithmeticError, ValueError):
            return None
        too_large = reading not in WIDE and any(not ball < INFINITY for ball in value.entries())
        return None if too_large else value

    def evaluate(self, node: Node, reading: str) -> arb_mat:
        """The value of a resolved formula.  Raises DerivationError with the reason where there is none."""
        carrier = ROUNDED if reading in WIDE else BALL
        return evaluate(node, _Values(self, reading), carrier, lenient=True)


def _query_of(entry: Entry) -> str:
    """The name of the first factor, where a number is the product of two vectors with names."""
    formula = entry.formula
    if formula is None or not entry.is_number or entry.claim is None or formula.kind != "multiply":
        return ""
    left, right = formula.args
    names_only = left.kind == right.kind == "name"
    return str(left.data) if names_only and role_of_name(left.data) != role_of_name(right.data) else ""


def _score_of(entry: Entry) -> str:
    """``score(cat, dog) = 0.3``: a single number that is called a score."""
    return "score" if entry.role == "scores" and entry.is_number and entry.claim is not None else ""


class _Values(Mapping[str, arb_mat]):
    """The entries as values, one reading of them, by key; each is read when a formula asks for it."""

    def __init__(self, book: Book, reading: str, apart: Entry | None = None, own: str = "points") -> None:
        self._entries = book.recall.by_key()
        self._reading = reading
        self._apart, self._own = apart, own
        """An entry that is read in a way of its own."""

    def __getitem__(self, key: str) -> arb_mat:
        value = self._find(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def _find(self, key: object) -> arb_mat | None:
        entry = self._entries.get(str(key))
        if entry is None:
            return None
        value: arb_mat | None = getattr(entry, self._reading)
        own = getattr(entry, self._own) if entry is self._apart else None
        return value if own is None else own

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._entries if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _is_another(new: Entry, old: Entry) -> bool:
    """Whether a value is more than the old one once more, with other digits perhaps."""
    if new.points is None or old.printed is None:
        return False
    found = matches(new.points, old.printed)
    return found is None or any(cell > Match.NEAR for row in found for cell in row)


def _oriented(true: arb_mat | None, points: arb_mat | None) -> arb_mat | None:
    """The true value the way the article prints it: a vector stands or lies as it does there."""
    if true is None or points is None or (true.nrows(), true.ncols()) == (points.nrows(), points.ncols()):
        return true
    return true.transpose() if (true.ncols(), true.nrows()) == (points.nrows(), points.ncols()) else true


def _without_slack(wide: arb_mat | None, points: arb_mat | None, true: arb_mat | None) -> arb_mat | None:
    """A cell that is printed exactly has no rounding to excuse what follows from it."""
    if (
        wide is None
        or points is None
        or true is None
        or (true.nrows(), true.ncols()) != (points.nrows(), points.ncols())
    ):
        return wide
    rows = range(points.nrows())
    columns = range(points.ncols())
    return arb_mat(
        [[points[i, j] if points[i, j].overlaps(true[i, j]) else wide[i, j] for j in columns] for i in rows]
    )
