"""Single numbers of tokens: ``e_{C,A}``, scaled ``\\tilde e_{C,A}``, and as a weight ``\\alpha_{C,A}``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivations.formula import names
from derivations.model import Node
from derivations.verify.book import Book
from derivations.verify.entries import Entry
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Printed
from derivations.verify.roles import role_of_name, role_of_words
from derivations.verify.sides import added, label_name
from derivations.verify.statement import Statement

ACCENTS = ("hat", "tilde", "bar")
MOST_MEMBERS = 40
_ROOT = Node("call", (Node("name", (), "d_k"),), "sqrt")
_SCORES = ("scores", "scaled", "masked")


def members(label: Node | None, literal: Printed, statement: Statement, book: Book) -> Iterator[Expectation]:
    """What a number with places should be, from the numbers with the same places before it."""
    if label is None or literal.shape != (1, 1):
        return
    name = label_name(label)
    base, places = _placed(name)
    if not places:
        return
    plain = book.bindings.get(names.canonical(base, "", places)) if _is_accented(name) else None
    if plain is not None and plain.is_number and _is_scaled(statement):
        yield Expectation(Node("divide", (plain.reference, _ROOT), "/"), "scaled", True)
    if role_of_name(base) == "weights":
        yield from _shares(name, places, book)


def _shares(name: str, places: str, book: Book) -> Iterator[Expectation]:
    """The weight of one key: its score's part of the softmax over all keys of the same query."""
    score = next((e for e in _numbers(book) if _placed(e.name)[1] == places and _may_be_score(e, name)), None)
    row = _row(score, places, book) if score is not None else []
    if score is None or len(row) < 2:
        return
    exponentials = [Node("call", (entry.reference,), "exp") for entry in row]
    share = Node("divide", (Node("call", (score.reference,), "exp"), added(exponentials)), "/")
    yield Expectation(share, "weights", len(row) == _keys(book))


def _row(score: Entry, places: str, book: Book) -> Sequence[Entry]:
    """The scores of the same query, in the order in which they were stated."""
    kind, query = _kind(score.name), _query(places)
    found = {
        e.name: e for e in _numbers(book) if _kind(e.name) == kind and _query(_placed(e.name)[1]) == query
    }
    return list(found.values())[::-1]


def _numbers(book: Book) -> Iterator[Entry]:
    """The last single numbers with places in their names, the latest of each name first."""
    seen = 0
    for entry in book.backwards():
        if entry.is_number and _placed(entry.name)[1] and book.bindings.get(entry.name) is entry:
            yield entry
            seen += 1
        if seen > MOST_MEMBERS:
            return


def _may_be_score(entry: Entry, name: str) -> bool:
    """Whether weights may come from it: it is no weight, and no size."""
    is_told = role_of_name(_placed(entry.name)[0]) in _SCORES or entry.role in _SCORES
    return _kind(entry.name) != _kind(name) and (is_told or "," in entry.name)


def _keys(book: Book) -> int:
    """How many keys the article has given."""
    whole = book.bindings.get("K")
    if whole is not None and whole.points is not None:
        return int(whole.points.nrows())
    return len(book.family("k"))


def _placed(name: str) -> tuple[str, str]:
    """The base of a name and its places, without accents and primes: ``e_tilde_C,A`` is e at C,A."""
    base, _, below = names.parts(name)
    accent = next((a for a in ACCENTS if below.startswith(f"{a}_")), None)
    return base, below.removeprefix(f"{accent}_") if accent else below


def _kind(name: str) -> str:
    """A name without its places."""
    places = _placed(name)[1]
    return name.removesuffix(places)


def _is_accented(name: str) -> bool:
    base, above, below = names.parts(name)
    return above == "prime" or _placed(name) != (base, below)


def _query(places: str) -> str:
    """The place of the query: all but the last place."""
    return places.rpartition(",")[0] if "," in places else places[:-1]


def _is_scaled(statement: Statement) -> bool:
    told = (statement.words, statement.paragraph, statement.heading)
    return any(role_of_words(words) == "scaled" for words in told)
