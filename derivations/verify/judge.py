"""Statements -> findings: every printed value against what it should be.

For each link ``a = b`` the value printed at b is held against a in two worlds:
the *true* one, recomputed from the inputs, and the *stated* one, which takes
every number as printed.  Right if true in either (the stated world is what an
author with a pocket calculator lives in), carried if it follows only from a
stated value that is itself at fault, wrong if from neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivations.exact import precision
from derivations.formula import names
from derivations.model import Article, Finding, Node, Prose, Verdict
from derivations.verify import axes, numbering
from derivations.verify.applying import is_applied, is_led_away
from derivations.verify.book import Book
from derivations.verify.chains import chains
from derivations.verify.claims import Claim
from derivations.verify.collected import collected
from derivations.verify.computed import Expression, computed, worked_terms
from derivations.verify.conventions import (
    conventions,
    divided_by_root,
    is_overall,
    is_part,
    is_vector_by_vector,
    rows,
)
from derivations.verify.entries import names_in, plain, replaced, same_values
from derivations.verify.given import is_assigned, is_given_anew
from derivations.verify.hedges import (
    are_sizes,
    is_another_number,
    is_counted_off,
    is_excused,
    is_option,
    is_range,
    is_reference,
    is_shape,
    is_withdrawn,
)
from derivations.verify.ledger import Ledger
from derivations.verify.literals import DIGITS, Match, Printed, is_constant, matches, printed
from derivations.verify.report import findings
from derivations.verify.roles import MASK_WORDS, SIZES
from derivations.verify.sides import (
    is_collection,
    is_exact,
    is_label,
    is_root,
    is_symbolic,
    is_worked,
    label_name,
)
from derivations.verify.statement import RELATIONS, Statement, row_label
from derivations.verify.unexplained import is_general, unexplained
from derivations.verify.weighing import weigh

INDICES = frozenset(("i", "j", "k", "l", "m", "n", "p", "t", "pos"))
"""Letters of running numbers."""
_EXAMPLE = re.compile(
    r"\bexamples?\b|\bexercise|\bejemplo|\bbeispiel|\bexemple|示例|例子|例题|(?<!比)例 ?[\d：:]|案例",
    re.IGNORECASE,
)


def judge(article: Article, mend: bool = True) -> list[Finding]:
    """Every claim of an article with its verdict, in document order; with ``mend`` also how to mend it."""
    with precision(DIGITS):
        judged = Judge(Ledger(article))
        judged.run()
        return findings(judged.ledger.claims, judged.ledger.book, article, mend)


@dataclass
class _Course:
    """How far a statement has been judged."""

    labels: Sequence[Node]
    history: Sequence[Expression]
    """What was said of the label before."""
    key: Node | None
    """Under what the statement is kept for a later one; None where nothing later goes on with it."""
    expressions: list[Expression]
    """The sides so far whose value the next printed one states."""
    stated: bool = False


@dataclass
class Judge:
    """One pass over an article."""

    ledger: Ledger
    histories: dict[Node, list[Expression]] = field(default_factory=dict)
    """What was said of a label before: a derivation may go on in a later formula."""
    rows: dict[Node, int] = field(default_factory=dict)
    """The row or token for which a label was last used."""
    heading: str = ""
    opening: bool = False
    """Whether a heading has announced an example that has not begun yet."""

    def run(self) -> None:
        """Judge every statement in document order."""
        words = " ".join(part.text for part in self.ledger.article.parts if isinstance(part, Prose))
        statements = chains(self.ledger.article)
        text = self.ledger.article.source.text
        self.ledger.book.first_row = numbering.first_row(statements, text)
        self.ledger.book.by_columns = axes.are_told(words)
        self.ledger.book.first_item = numbering.first_item(statements, text)
        self.ledger.book.axis_open = self.ledger.book.by_columns or axes.are_possible(statements)
        for statement in statements:
            self._follow_headings(statement)
            if all(sign in RELATIONS for sign in statement.signs):
                self._statement(statement)

    def _follow_headings(self, statement: Statement) -> None:
        """A heading such as "Example 2" opens a new example when the first value is given below it."""
        if statement.heading != self.heading:
            self.heading = statement.heading
            self.opening = bool(_EXAMPLE.search(statement.heading)) or self.opening
        first = statement.sides[0]
        if self.opening and len(statement.sides) > 1 and first.kind == "name":
            self.ledger.book.begin_example()
            self.histories.clear()
            self.opening = False

    def _statement(self, statement: Statement) -> None:
        if are_sizes(statement.sides) or is_reference(statement) or self._are_given_together(statement):
            return
        self._note_alone(statement)
        labels = self._labels(statement)
        course = self._course(labels, statement)
        self._define(labels, statement)
        for at in range(len(labels), len(statement.sides)):
            if is_applied(statement, at) or is_led_away(statement, at):
                course = _Course([], [], None, [])
            side = statement.sides[at]
            literal = self._printed(statement, at)
            if literal is not None and is_another_number(literal, self.ledger.around):
                break
            alone = at > 0 or len(statement.sides) == 1 or is_collection(side)
            if literal is not None and alone:
                self._value(literal, course, statement, at)
            elif side.kind not in ("opaque", "number"):
                before = (course.expressions or course.history)[-1:] if at else []
                own = self._own_side(side, course.labels)
                course.expressions.append(computed(self.ledger, own, before, course.labels, statement))
        if course.key is not None and course.expressions:
            self.histories[course.key] = [e for e in course.expressions if printed(e.node) is None]
        if not course.stated and course.expressions and course.labels:
            self._bind_unstated(course.labels)

    def _course(self, labels: Sequence[Node], statement: Statement) -> _Course:
        """The beginning of a statement: what is known of its labels."""
        key = plain(labels[0]) if labels and not _is_of_variables(labels[0]) else None
        self._follow_rows(labels, key, row_label(statement))
        history = (
            [self._anew(e) for e in self.histories.get(key, []) if not is_constant(e.node)] if key else []
        )
        named = [Expression.of(label, self.ledger.book) for label in labels[1:] if self._is_known(label)]
        return _Course(labels, history, key, named)

    def _note_alone(self, statement: Statement) -> None:
        """What stands without a value, and says what the next ones are made with or are."""
        side, book = statement.sides[0], self.ledger.book
        if MASK_WORDS.search(statement.words):
            book.masks_told = statement.span.start
        if len(statement.sides) == 1 and is_root(side):
            book.root = side
        elif len(statement.sides) == 1 and side.kind == "call" and side.data == "softmax":
            book.asked = side

    def _anew(self, expression: Expression) -> Expression:
        """An earlier formula in terms of what its names stand for now."""
        return replace(expression, resolved=self.ledger.book.resolve(expression.node))

    def _follow_rows(self, labels: Sequence[Node], key: Node | None, row: int | None) -> None:
        """``token 2: score = ..``: what was said of the score of token 1 does not hold for this one."""
        if key is None or row is None:
            return
        if self.rows.get(key, row) != row:
            self._forget_definitions(labels)
        self.rows[key] = row

    def _printed(self, statement: Statement, at: int) -> Printed | None:
        """A side as a printed value; arithmetic that is to be carried out is none."""
        side = statement.sides[at]
        if is_applied(statement, at):
            return None
        literal = printed(side, statement.approximate(at) or self._is_about(side))
        return None if literal is not None and literal.shape == (1, 1) and is_worked(literal) else literal

    def _value(self, literal: Printed, course: _Course, statement: Statement, at: int) -> None:
        """One printed value of a statement."""
        book, side = self.ledger.book, statement.sides[at]
        known = course.expressions or [e for e in course.history if not e.resolved.missing]
        assigned = is_assigned(literal, statement, self.ledger.around)
        anew = assigned or is_given_anew(literal, known, statement, book)
        if not course.expressions and course.labels and anew:
            self._forget_definitions(course.labels)
            book.begin_variation(label_name(course.labels[0]))
            course.stated = self.ledger.give_labels(course.labels, literal, statement)
            return
        if known and not course.expressions and self._repeats_fault(course.labels, literal):
            known = [*known, Expression.of(course.labels[0], book)]
        if at and statement.signs[at - 1] == "→" and not is_applied(statement, at - 1):
            known = [e for e in known if printed(e.node) is None]
        if not course.expressions and self._is_another(literal, known, statement):
            course.stated = self.ledger.give_labels(course.labels, literal, statement)
            return
        if is_worked(literal) and course.expressions:
            terms = worked_terms(self.ledger, side, course.expressions[-1:], statement)
            if terms.explained:
                course.expressions.append(terms)
                return
        course.stated = self._literal(literal, course.labels, known, statement) or course.stated
        if is_worked(literal) or _goes_on(statement, at, literal):
            course.expressions.append(Expression.of(side, book))
            book.pending = side if not course.labels and is_worked(literal) else None

    def _is_another(self, literal: Printed, known: Sequence[Expression], statement: Statement) -> bool:
        """Whether a value that an earlier formula of its name does not give is one of another example.

        A parameter that was once set to another, a general remark, or in a
        program's comment a list where the formula gives a number.
        """
        if not known:
            return False
        values = [self.ledger.book.shown(e.resolved) for e in known]
        found = [matches(value, literal) for value in values if value is not None]
        of_then = all(_is_of_numbers(e.node) for e in known)
        told = _EXAMPLE.search(statement.words) is not None
        elsewhere = statement.origin == "code" or _are_aliases(known) or of_then or told
        if elsewhere and all(match is None for match in found):
            return True
        fits = any(cell <= Match.NEAR for match in found if match for row in match for cell in row)
        alone = literal.shape == (1, 1) and (_are_aliases(known) or statement.before.startswith("#"))
        loose = is_general(literal, statement) or alone or of_then
        return loose and not fits

    def _are_given_together(self, statement: Statement) -> bool:
        """``(x, y) = (1, 2)`` gives each name its value."""
        if len(statement.sides) != 2 or any(side.kind != "list" for side in statement.sides):
            return False
        labels, values = (side.args for side in statement.sides)
        if len(labels) != len(values) or any(label.kind != "name" for label in labels):
            return False
        literals = [literal for value in values if (literal := printed(value)) is not None]
        if len(literals) != len(values):
            return False
        for label, literal in zip(labels, literals, strict=True):
            self.ledger.give_labels([label], literal, statement)
        return True

    def _repeats_fault(self, labels: Sequence[Node], literal: Printed) -> bool:
        """Whether a value at fault is printed again under its name: the second is no new error."""
        entry = self.ledger.book.bindings.get(label_name(labels[0])) if labels else None
        return (
            entry is not None
            and entry.verdict in (Verdict.WRONG, Verdict.CARRIED)
            and same_values(entry.printed, literal)
        )

    def _is_about(self, side: Node) -> bool:
        """``~2000``: a number with a sign before it that says it is rounded."""
        before = self.ledger.around.before(side.span.start, 2)
        return before.rstrip()[-1:] in ("~", "≈", "∼") and side.kind == "number"

    def _labels(self, statement: Statement) -> list[Node]:
        """The leading sides that only name the value."""
        found: list[Node] = []
        for side in statement.sides:
            named = is_label(side, self.ledger.book) or _is_letter_e(side, statement)
            if not named and not self._is_primed(side, statement):
                break
            found.append(side)
        if len(found) == len(statement.sides) > 1:
            found.pop()
        return found

    def _is_primed(self, side: Node, statement: Statement) -> bool:
        """``S'`` before a value that is not S transposed is a name of its own."""
        text = self.ledger.article.source.text
        if side.kind != "transpose" or side.args[0].kind != "name" or text[side.span.end - 1] not in "'′’":
            return False
        literal = printed(statement.sides[-1])
        value = self.ledger.book.true(self.ledger.book.resolve(side))
        found = matches(value, literal) if value is not None and literal is not None else None
        return found is None or any(cell > Match.ROUNDED for row in found for cell in row)

    def _define(self, labels: Sequence[Node], statement: Statement) -> None:
        """The article's own algebra: ``S = QK^T`` holds from here on."""
        for at, side in enumerate(statement.sides[len(labels) :], len(labels)):
            if at and statement.signs[at - 1] == "≈":
                return
            if side.kind in ("opaque", "relation") or not is_symbolic(side):
                if side.kind == "opaque" and statement.origin == "code":
                    self._forget_definitions(labels)
                    for name in labels:
                        if name.kind == "name":
                            self.ledger.book.lose(name.data)
                continue
            if side.kind == "name" and self._is_unknown_word(side):
                continue
            for label in labels:
                if label.kind == "name":
                    self._redefine(label.data, side)
            return

    def _is_unknown_word(self, name: Node) -> bool:
        """Whether a name without a value is more than the letter of a matrix that is given later."""
        is_letter = len(name.data) == 1 and name.data.isupper()
        return not is_letter and bool(self.ledger.book.resolve(name).missing)

    def _forget_definitions(self, labels: Sequence[Node]) -> None:
        """A name is given anew, or by code that is not understood: its earlier formula no longer holds."""
        for label in labels:
            if label.kind == "name":
                self.ledger.book.definitions.pop(label.data, None)
                self.histories.pop(plain(label), None)

    def _redefine(self, name: str, formula: Node) -> None:
        """``A = A / A.sum()``: the new A in terms of the old one, or of nothing that is known."""
        definitions = self.ledger.book.definitions
        self.ledger.book.unread.discard(name)
        if name not in names_in(formula):
            definitions[name] = formula
        elif name in definitions:
            definitions[name] = replaced(formula, name, definitions[name])
        elif name not in self.ledger.book.bindings:
            definitions.pop(name, None)

    def _own_side(self, side: Node, labels: Sequence[Node]) -> Node:
        """A side that mentions its own label means the label's earlier definition."""
        for label in labels:
            if (
                label.kind == "name"
                and label.data in names_in(side)
                and label.data in self.ledger.book.definitions
            ):
                return self.ledger.book.definitions[label.data]
        return side

    def _is_known(self, label: Node) -> bool:
        """Whether a second label has a value to hold this one against; a lone number is just named anew."""
        entry = self.ledger.book.bindings.get(label.data) if label.kind == "name" else None
        return (
            entry is not None and entry.points is not None and entry.points.nrows() * entry.points.ncols() > 1
        )

    def _literal(
        self,
        literal: Printed,
        labels: Sequence[Node],
        known: Sequence[Expression],
        statement: Statement,
    ) -> bool:
        """Judge or bind one printed value; True when it was taken in."""
        around = self.ledger.around
        if (
            is_withdrawn(literal, around)
            or (not known and is_shape(literal, statement, around))
            or (not known and not labels and (is_range(literal, around) or is_option(literal, around)))
            or _is_counted(literal, known)
            or self._is_solved(literal, known)
        ):
            return True
        if known:
            known = self._settled(known, literal)
            candidates = [(e.resolved, not e.faulty) for e in reversed(known)]
            book = self.ledger.book
            others = [*conventions(known[-1].node, literal, statement), *collected(literal, book)]
            others += [*rows(known[-1].node, literal, book), *divided_by_root(known[-1].node, book)]
            candidates = [*((self.ledger.book.resolve(e.formula), False) for e in others), *candidates]
            claim = weigh(literal, candidates, self.ledger.book, self.ledger.next_id())
            if claim is None:
                return self.ledger.give_labels(labels, literal, statement)
            if claim.rule == "shape-mismatch" and statement.origin == "table":
                return True
            if claim.rule == "shape-mismatch" and statement.origin == "output":
                claim = claim.left_open("it has another shape than our reading of the program gives")
            if claim.rule == "shape-mismatch" and _is_single(known[-1], book):
                return self.ledger.give_labels([], literal, statement)
            if claim.verdict is Verdict.WRONG and is_excused(literal, around):
                claim = claim.left_open("it seems to be in another unit, or to hold under a condition")
            elif claim.verdict is Verdict.WRONG and self._is_of_unsaid_sizes(known[-1].node):
                claim = claim.left_open("the size it is computed from is not given")
            elif claim.verdict is Verdict.WRONG and is_counted_off(literal, claim.expected, around):
                claim = claim.left_open("it counts whole things, so it may be rounded")
            elif claim.verdict is Verdict.WRONG and is_part(known[-1].node, literal, book):
                claim = claim.left_open("it may be a row or a column of the value, but none of them fits")
            elif claim.verdict is Verdict.WRONG and is_overall(known[-1].node, literal, book):
                claim = claim.left_open("it may be taken over all entries, in a way that is not said")
            elif _is_mostly_wrong(claim) and is_vector_by_vector(known[-1].node, literal, book):
                claim = claim.left_open(
                    "the product of two vectors is a number: another product may be meant"
                )
            whole = not is_part(known[-1].node, literal, book) and not _is_entrywise(claim, known[-1].node)
            claim.formula = claim.formula or known[-1].node
            self.ledger.take(claim, labels, [e.node for e in known] if whole else [], statement)
            return True
        return unexplained(self.ledger, literal, labels, statement)

    def _is_of_unsaid_sizes(self, formula: Node) -> bool:
        """``√d_k = 16`` where nothing says what d_k is: that it is the width of some K does not count."""
        mentioned = names_in(formula)
        return bool(mentioned) and mentioned <= SIZES and not mentioned & self.ledger.book.bindings.keys()

    def _is_solved(self, literal: Printed, known: Sequence[Expression]) -> bool:
        """``2i = 2, so i = 1``: an equation for an index that had another value before."""
        if not known or literal.shape != (1, 1) or literal.rows[0][0].half is not None:
            return False
        mentioned = names_in(known[-1].node)
        if len(mentioned) != 1 or not mentioned <= INDICES:
            return False
        value = self.ledger.book.shown(known[-1].resolved)
        found = matches(value, literal) if value is not None else None
        return found is not None and found[0][0] > Match.ROUNDED

    def _settled(self, known: Sequence[Expression], literal: Printed) -> Sequence[Expression]:
        """The formulas, read anew once it is clear along which axis a softmax runs."""
        book = self.ledger.book
        if not book.axis_open:
            return known
        axes.settle(book, known[0].node, literal)
        return [replace(e, resolved=book.resolve(e.node)) for e in known] if book.by_columns else known

    def _bind_unstated(self, labels: Sequence[Node]) -> None:
        """``S = QK^T`` without a value: known where its operands are."""
        for label in labels:
            if label.kind == "name":
                self.ledger.book.bindings.pop(label.data, None)


def _is_letter_e(side: Node, statement: Statement) -> bool:
    """``e = 1`` names a value e, so does code; ``e \\approx 2.718`` states the constant."""
    last = statement.sides[-1]
    if side.kind == "name" and side.data == "e" and statement.origin in ("code", "output"):
        return len(statement.sides) > 1
    if side.kind != "name" or side.data != "e" or last.kind != "number":
        return bool(side.kind == "name" and side.data == "e" and is_collection(last))
    return bool(abs(last.data.value - Fraction(272, 100)) > Fraction(1, 10))


def _is_entrywise(claim: Claim, formula: Node) -> bool:
    """Whether a product was meant entry by entry: it says nothing of the matrix product."""
    meant = claim.resolved.node if claim.resolved is not None else formula
    return meant.kind == formula.kind == "multiply" and (meant.data == "⊙") != (formula.data == "⊙")


def _is_mostly_wrong(claim: Claim) -> bool:
    """Whether hardly any cell of a wrong value fits: perhaps something else was computed."""
    cells = claim.literal.shape[0] * claim.literal.shape[1]
    return claim.verdict is Verdict.WRONG and (not claim.cells or 2 * len(claim.cells) >= cells)


def _is_single(expression: Expression, book: Book) -> bool:
    """Whether ``[2, 1], divided by √2 = [1.41, 0.71]`` was cut: a root alone gives no vector."""
    value = book.shown(expression.resolved)
    root = expression.node.kind == "call" and expression.node.data == "sqrt"
    return root and value is not None and value.nrows() == value.ncols() == 1


def _is_of_numbers(node: Node) -> bool:
    """Whether a formula has numbers and vectors only, put in on one occasion."""
    return not names_in(node) - {"e", "pi"} and all(inner.kind != "matrix" for inner in node.walk())


def _are_aliases(known: Sequence[Expression]) -> bool:
    """``K_cache = K_past``: one name for another, for a time."""
    return all(e.node.kind == "name" for e in known)


def _is_of_variables(label: Node) -> bool:
    """``f(x)`` and ``h'(x)``: a function, and what is said of it for one x does not hold for the next."""
    function = str(label.data).removesuffix("^prime") if label.kind == "call" else ""
    letter = len(function) == 1 or function in names.GREEK
    return letter and any(arg.kind == "name" for arg in label.args)


def _is_counted(literal: Printed, known: Sequence[Expression]) -> bool:
    """``[229, 165, 189] = 3 tokens``: a number after a list says something about it, not what it is."""
    if literal.shape != (1, 1) or not known:
        return False
    values = (printed(e.node) for e in known)
    return all(value is not None and value.shape != (1, 1) for value in values)


def _goes_on(statement: Statement, at: int, literal: Printed) -> bool:
    """Whether the next side restates this literal: an exact value, or any before ≈."""
    return len(statement.sides) > at + 1 and (is_exact(literal) or statement.signs[at] == "≈")
