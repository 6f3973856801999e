"""Computed sides: what they substitute for the side before, and whether the product still fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb_mat

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.model import DerivationError, Node, Verdict
from derivations.verify.book import Book
from derivations.verify.claims import Claim
from derivations.verify.entries import FAULTS, Resolved, names_in, same_values
from derivations.verify.ledger import Ledger
from derivations.verify.literals import Match, Printed, is_constant, matches, printed
from derivations.verify.roles import role_of_name
from derivations.verify.sides import is_worked, label_name, same_shape, terms
from derivations.verify.statement import Statement
from derivations.verify.substitution import pairs
from derivations.verify.unexplained import unexplained
from derivations.verify.weighing import weigh

CONSTANTS = {"e", "pi", "infinity"}


@dataclass
class Expression:
    """One computed side of a chain."""

    node: Node
    resolved: Resolved
    faulty: bool = False
    """Whether the side itself is at fault, so that it counts only as stated."""
    rearranged: bool = False
    """Whether the side is the side before in another form: its parts need not correspond."""
    explained: bool = False
    """Whether a claim about one of its literals already says what differs."""

    @staticmethod
    def of(node: Node, book: Book) -> Expression:
        """A side with its names resolved."""
        return Expression(node, book.resolve(node))


def computed(
    ledger: Ledger,
    side: Node,
    before: Sequence[Expression],
    labels: Sequence[Node],
    statement: Statement,
) -> Expression:
    """A computed side: what it substitutes for the side before is judged too."""
    expression = Expression.of(side, ledger.book)
    if labels and role_of_name(label_name(labels[0])) == "mean":
        _averaged(ledger, side)
    if side.kind == "multiply":
        _transposed(ledger, side, statement)
    for previous in before:
        if names_in(side) - names_in(previous.node) - ledger.book.bindings.keys() - CONSTANTS:
            continue
        expression.rearranged = _is_rearranged(previous, expression)
        if _is_of_known_values(previous, expression, ledger.book):
            continue
        _give_anew(ledger, previous.node, side, statement)
        for formula, literal in pairs(previous.node, side):
            _substituted(ledger, formula, literal, statement, expression)
    if before and not (expression.faulty or expression.explained or expression.resolved.missing):
        _whole(ledger, expression, before[-1], statement)
    return expression


def _transposed(ledger: Ledger, side: Node, statement: Statement) -> None:
    """A factor that is a known matrix turned over is said to be its transpose, and is."""
    factor = side.args[1]
    literal = printed(factor) if factor.kind == "matrix" else None
    resolved = ledger.book.resolve(factor) if literal is not None and not literal.is_vector else None
    if literal is None or resolved is None or resolved.node.kind != "transpose":
        return
    claim = weigh(literal, [(resolved, False)], ledger.book, ledger.next_id())
    if claim is not None and claim.verdict in (Verdict.RIGHT, Verdict.CARRIED):
        ledger.place(claim, statement, "")


def worked_terms(
    ledger: Ledger, side: Node, before: Sequence[Expression], statement: Statement
) -> Expression:
    """What stands inside ``[0.2 + 1.2, 0.4 + 1.6]`` for the products of the side before."""
    expression = Expression.of(side, ledger.book)
    for previous in before:
        for formula, literal in pairs(previous.node, side):
            if literal is not side:
                _substituted(ledger, formula, literal, statement, expression)
    return expression


def _is_rearranged(before: Expression, after: Expression) -> bool:
    """Whether a side of numbers is the side before in another form, such as a fraction reduced."""
    if not is_constant(before.node) or not is_constant(after.node):
        return False
    try:
        old, new = evaluate(before.node, {}, BALL), evaluate(after.node, {}, BALL)
    except (DerivationError, ArithmeticError):
        return False
    return same_shape(old, new) and bool(old[0, 0].overlaps(new[0, 0]))


def _give_anew(ledger: Ledger, formula: Node, side: Node, statement: Statement) -> None:
    """``QK^T = [2×2] [2×2]`` where the Q and K that were given have three rows: those of another part."""
    found = [(name, printed(node)) for name, node in pairs(formula, side)]
    if len(found) < 2 or not all(_is_of_another_part(name, literal, ledger.book) for name, literal in found):
        return
    ledger.book.forget_given()
    for name, literal in found:
        if name.kind == "name" and literal is not None:
            ledger.give_labels([name], literal, statement)


def _is_of_another_part(factor: Node, literal: Printed | None, book: Book) -> bool:
    """Whether a matrix has another shape than the input that it is put in for."""
    turned = factor.kind == "transpose"
    name = factor.args[0] if turned else factor
    entry = book.bindings.get(name.data) if name.kind == "name" else None
    if literal is None or entry is None or entry.printed is None or not entry.is_given:
        return False
    shape = literal.shape[::-1] if turned else literal.shape
    return not literal.is_vector and shape != entry.printed.shape


def _is_of_known_values(before: Expression, after: Expression, book: Book) -> bool:
    """Whether a side repeats values stated before and gives what the side before gives.

    ``Y = X + AV + FFN(..) = Z + HW_2``: its numbers need not stand for parts of the side before.
    """
    matrices = any(node.kind == "matrix" for node in after.node.walk())
    unknown = any(node.kind in ("matrix", "list") for node in after.resolved.node.walk())
    if after.resolved.missing or unknown or not matrices:
        return False
    old, new = book.shown(before.resolved), book.shown(after.resolved)
    return old is not None and new is not None and same_shape(old, new) and _overlap(old, new)


def _overlap(one: arb_mat, other: arb_mat) -> bool:
    return all(a.overlaps(b) for a, b in zip(one.entries(), other.entries(), strict=True))


def _averaged(ledger: Ledger, side: Node) -> None:
    """``mean = (1 + 2 + 3)/3`` names the vector that is averaged."""
    added = terms(side.args[0]) if side.kind == "divide" else []
    if len(added) > 1 and all(term.kind in ("number", "negative") for term in added):
        literal = printed(Node("list", tuple(added), None, side.args[0].span))
        if literal is not None:
            alike = ledger.book.recall.with_row(literal.rows[0])
            known = next((e for e in alike if same_values(e.printed, literal)), None)
            ledger.book.mention(known or ledger.book.give("", literal))


def _substituted(
    ledger: Ledger,
    formula: Node,
    node: Node,
    statement: Statement,
    expression: Expression,
) -> None:
    """A literal that stands where a formula stood: ``softmax(S) = softmax([..])``."""
    if node.kind == "number" and formula.kind not in ("name", "call") and not is_constant(formula):
        return
    if formula.kind == "name" and node.kind == "number":
        if formula.data not in ledger.book.bindings and formula.data.startswith(("d", "n")):
            ledger.give_value(formula.data, node)
            expression.resolved = ledger.book.resolve(expression.node)
        return
    literal = printed(node)
    resolved = ledger.book.resolve(formula)
    if literal is not None and resolved.missing and formula.kind == "name" and literal.shape != (1, 1):
        unexplained(ledger, literal, [formula], statement)
        expression.resolved = ledger.book.resolve(expression.node)
        return
    if literal is None or resolved.missing or _is_list_of_numbers(formula):
        return
    if any(
        same_values(entry.printed, literal) for entry in resolved.entries if resolved.node == entry.reference
    ):
        ledger.book.restate(node, resolved.node, certain=True)
        return
    claim = weigh(literal, [(resolved, True)], ledger.book, ledger.next_id())
    if claim is None or claim.verdict is Verdict.UNCHECKED:
        return
    if (expression.rearranged or resolved.guessed) and claim.verdict is not Verdict.RIGHT:
        return
    ledger.record(claim, "", statement, formula, role_of_name(formula.data) if formula.kind == "name" else "")
    expression.explained = claim.verdict is not Verdict.RIGHT
    if claim.verdict is Verdict.WRONG:
        expression.faulty = True
    expression.resolved = ledger.book.resolve(expression.node)


def _is_list_of_numbers(formula: Node) -> bool:
    """``softmax([4, 2])`` and later ``softmax([8, 4])``: other numbers, put in for the same formula."""
    before = printed(formula) if formula.kind == "list" else None
    return before is not None and not is_worked(before)


def _whole(ledger: Ledger, expression: Expression, before: Expression, statement: Statement) -> None:
    """A substitution whose product has another shape than it should."""
    literals = [n for n in expression.node.walk() if n.kind == "matrix"]
    if not literals or before.resolved.missing or before.resolved.guessed or before.faulty:
        return
    expected = ledger.book.true(before.resolved)
    shown = ledger.book.shown(expression.resolved)
    if expected is None or (shown is not None and same_shape(shown, expected)):
        return
    literal = printed(literals[0])
    if literal is None or (shown is None and not _misfit(ledger.book, expression.resolved)):
        return
    if _is_convention(ledger, before, expression):
        return
    stated = ledger.book.shown(before.resolved)
    faulty = tuple(e for e in before.resolved.entries if e.verdict in FAULTS)
    follows = stated is not None and shown is not None and same_shape(stated, shown)
    if (follows and not faulty) or (not follows and _is_faithful(before, expression)):
        return
    verdict, rule = (Verdict.CARRIED, "carried") if follows else (Verdict.WRONG, "shape-mismatch")
    claim = Claim(ledger.next_id(), literal, verdict, rule=rule, expected=expected, formula=before.node)
    claim.upstream = faulty if follows else ()
    claim.resolved = before.resolved
    claim.shown_shape = (shown.nrows(), shown.ncols()) if shown is not None else None
    claim.whole = expression.node
    ledger.place(claim, statement, "")
    expression.faulty = verdict is Verdict.WRONG


def _is_faithful(before: Expression, expression: Expression) -> bool:
    """Whether every matrix stands in the place of the formula that it replaces."""
    spans = {literal.span for _, literal in pairs(before.node, expression.node)}
    return bool(spans) and all(n.span in spans for n in expression.node.walk() if n.kind == "matrix")


def _is_convention(ledger: Ledger, before: Expression, expression: Expression) -> bool:
    """Whether every name was replaced by its own value, only standing the other way: column vectors, say.

    Then the article means the product that it writes out, and that holds from here on.
    """
    if not _is_faithful(before, expression):
        return False
    for formula, node in pairs(before.node, expression.node):
        literal, value = printed(node), ledger.book.true(ledger.book.resolve(formula))
        if literal is None or value is None or (found := matches(value, literal)) is None:
            return False
        if any(cell > Match.ROUNDED for row in found for cell in row):
            return False
    before.faulty = True
    return True


def _misfit(book: Book, resolved: Resolved) -> bool:
    """Whether a resolved formula fails because its shapes do not fit, and not for want of understanding."""
    try:
        book.evaluate(resolved.node, "points")
    except DerivationError as error:
        return "does not multiply" in str(error) or "does not fit" in str(error)
    except (ArithmeticError, ValueError):
        return False
    return False
