"""The verdicts so far: claims in document order, and the book they are entered in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.model import Article, DerivationError, Node, Verdict
from derivations.verify.announced import role_of, role_of_formula
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import Entry
from derivations.verify.literals import Match, Printed, is_constant, matches, printed
from derivations.verify.roles import COMPUTED, defaults
from derivations.verify.search import Search
from derivations.verify.sides import is_worked, label_name
from derivations.verify.statement import Statement
from derivations.verify.surroundings import Surroundings

GIVEN = ("scores", "scaled", "weights")
"""What follows from other values, and yet is often where an example begins."""


@dataclass
class Ledger:
    """Everything that is known while an article is judged."""

    article: Article
    book: Book = field(default_factory=lambda: Book(defaults=defaults()))
    claims: list[Claim] = field(default_factory=list)
    search: Search = field(init=False)
    around: Surroundings = field(init=False)
    """The text around the values."""

    def __post_init__(self) -> None:
        self.search = Search(self.book)
        self.around = Surroundings(self.article)

    def take(
        self,
        claim: Claim,
        labels: Sequence[Node],
        known: Sequence[Node],
        statement: Statement,
        role: str = "",
    ) -> None:
        """Enter a claim under all its names; ``known`` are the formulas whose value it states."""
        labelled = [label_name(label) for label in labels] or [""]
        formula = known[0] if known else claim.formula
        role = role or self._role(labels, formula, statement)
        if formula is not None and any(cell.infinite for cell in claim.literal.cells()):
            role = "masked"
        entry = self.record(claim, labelled[0], statement, formula, role)
        self.book.focus = self.book.pending = None
        self.book.asked = None if role == "weights" else self.book.asked
        for name in labelled[1:]:
            self.book.bind(name, entry)
        self._remember_labels(labels, entry)
        for expression in known:
            if not expression.args:
                continue
            told = claim.verdict is not Verdict.UNCHECKED or self.book.resolve(expression).missing
            if told and (self.book.has_stated(expression) or not _is_other(expression, claim.literal)):
                self.book.remember(expression, entry)

    def record(self, claim: Claim, name: str, statement: Statement, formula: Node | None, role: str) -> Entry:
        """Enter a claim under one name."""
        claim.formula = claim.formula or formula
        self.place(claim, statement, name)
        definition = claim.resolved.node if claim.resolved else None
        return self.book.add(
            name,
            claim.literal,
            claim.expected,
            claim=claim.id,
            verdict=claim.verdict,
            definition=definition,
            formula=formula,
            role=role,
            at=claim.literal.span.start,
        )

    def place(self, claim: Claim, statement: Statement, name: str) -> None:
        """Add a claim that states no value for later formulas."""
        claim.name = name
        claim.cell = statement.cell
        self.claims.append(claim)

    def give_labels(self, labels: Sequence[Node], literal: Printed, statement: Statement) -> bool:
        """Take a value as an input."""
        role = role_of(labels[0] if labels else None, statement)
        program = statement.origin == "output"
        if not labels:
            announced = statement.words.rstrip(" *_`").endswith((":", "："))
            if literal.shape != (1, 1) and not is_worked(literal):
                told = announced and (role not in COMPUTED or role in GIVEN)
                self.book.give("", literal, role if told else "", program)
            return True
        for label in labels:
            self._remember_labels([label], self.book.give(label_name(label), literal, role, program))
        return True

    def _remember_labels(self, labels: Sequence[Node], entry: Entry) -> None:
        """``\\sigma^2 = 5`` also says what \\sigma^2 is inside a larger formula."""
        for label in labels:
            if label.kind != "name":
                self.book.remember(label, entry)

    def give_value(self, name: str, node: Node) -> None:
        """Take a number or a matrix as an input."""
        literal = printed(node)
        if literal is not None:
            self.book.give(name, literal)

    def next_id(self) -> str:
        """The id of the claim that comes next."""
        return f"c{len(self.claims) + 1}"

    def _role(self, labels: Sequence[Node], formula: Node | None, statement: Statement) -> str:
        """The role of a computed value: from its name, else its formula, else the words before."""
        if labels:
            return role_of(labels[0], statement)
        if formula is None:
            return role_of(None, statement)
        return role_of_formula(formula) or self._divided_scores(formula)

    def _divided_scores(self, formula: Node) -> str:
        """``z / T`` of scores z are scaled scores."""
        if formula.kind != "divide" or formula.args[0].kind != "name":
            return ""
        entry = self.book.bindings.get(formula.args[0].data)
        return "scaled" if entry is not None and entry.role in ("scores", "scaled") else ""


def _is_other(expression: Node, literal: Printed) -> bool:
    """Whether numbers alone give another value than is stated: written elsewhere they are worked out anew."""
    if not is_constant(expression):
        return False
    try:
        found = matches(evaluate(expression, {}, BALL), literal)
    except (DerivationError, ArithmeticError):
        return True
    return found is None or any(cell > Match.NEAR for row in found for cell in row)
