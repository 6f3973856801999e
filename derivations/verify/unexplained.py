"""Values that stand without a formula: by definition, by role, by a small search, or as inputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from derivations.formula import names
from derivations.model import Node, Verdict
from derivations.verify import axes, encodings, said
from derivations.verify.announced import is_computed, role_of
from derivations.verify.claims import Claim
from derivations.verify.collected import near_copies, near_lists
from derivations.verify.conventions import is_part
from derivations.verify.entries import Resolved, same_values
from derivations.verify.expect import expectations
from derivations.verify.expectation import Expectation
from derivations.verify.hedges import is_excused, is_hedged
from derivations.verify.ledger import Ledger
from derivations.verify.literals import Printed, digits
from derivations.verify.roles import COMPUTED, SIZES, role_of_name
from derivations.verify.sides import is_worked, label_name
from derivations.verify.statement import Statement
from derivations.verify.weighing import is_almost, weigh

PROJECTED = {"query": "Q", "key": "K", "value": "V"}
"""The usual names of what words call queries, keys and values."""
TELLING = 4
"""So few digits in all may agree by chance."""
MOST_ANSWERS = 200
"""So many claims before are looked at."""
_TOTAL = re.compile(r"(?:\b(?:total|sum|suma)|总和|求和)\W*(?:is|为|是)?\W*$", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r"(?:[:：=≈→]|\b(?:is|are|get|gives?|yields?|total|sum|scores|weights|output|son|es|ist|sind|est|sont)"
    r"|为|是|得到|总和|[は은는])\s*$",
    re.IGNORECASE,
)


def unexplained(ledger: Ledger, literal: Printed, labels: Sequence[Node], statement: Statement) -> bool:
    """A value that stands without a formula."""
    label = labels[0] if labels else None
    repeated = _repeated(ledger, literal, label)
    if repeated is not None:
        _repeat(ledger, literal, repeated, statement)
        return True
    if label is not None and label_name(label) in SIZES and literal.shape == (1, 1):
        return ledger.give_labels(labels, literal, statement)
    found = encodings.expected(label, literal, statement, ledger.book) or expectations(
        label, literal, statement, ledger.book
    )
    found = [*near_lists(literal, ledger.book), *found, *near_copies(literal, ledger.book)]
    quoted = said.expected(literal, statement, ledger.book) if not labels and not ledger.book.pending else []
    found += quoted
    for expectation in found if ledger.book.axis_open else ():
        axes.settle(ledger.book, expectation.formula, literal)
    usable = [(e, ledger.book.resolve(e.formula)) for e in found]
    usable = [(e, r) for e, r in usable if not r.missing and ledger.book.true(r) is not None]
    claim = _best(ledger, literal, usable)
    if claim is None or (
        claim.verdict is Verdict.WRONG and not is_almost(claim) and not _is_defined(ledger, label)
    ):
        claim = _searched(ledger, literal, label) or claim
    if (
        claim is not None
        and claim.verdict is Verdict.WRONG
        and not _may_accuse(ledger, claim, label, statement, usable)
    ):
        claim = None
    if claim is not None:
        chosen = next((e for e, resolved in usable if resolved is claim.resolved), None)
        claim.formula = claim.formula or (chosen.formula if chosen else None)
        if chosen in quoted:
            ledger.place(claim, statement, "")
            return True
        told = role_of(label, statement)
        ledger.take(claim, labels, [], statement, told if told in COMPUTED else chosen.role if chosen else "")
        if not labels and chosen is not None and chosen.role in PROJECTED and literal.shape[0] > 1:
            ledger.book.bind(PROJECTED[chosen.role], ledger.book.entries[-1])
        return True
    if (
        found
        and not usable
        and label is not None
        and is_computed(label, statement)
        and not is_hedged(statement)
    ):
        return _unchecked(ledger, literal, labels, found, statement)
    return ledger.give_labels(labels, literal, statement)


def _is_defined(ledger: Ledger, label: Node | None) -> bool:
    """Whether the article itself says how this name is computed."""
    return label is not None and label.kind == "name" and label.data in ledger.book.definitions


def _best(ledger: Ledger, literal: Printed, usable: Sequence[tuple[Expectation, Resolved]]) -> Claim | None:
    if not usable:
        return None
    return weigh(
        literal, [(resolved, e.sure) for e, resolved in usable], ledger.book, ledger.next_id(), in_order=True
    )


def _searched(ledger: Ledger, literal: Printed, label: Node | None) -> Claim | None:
    """A value that a small search explains, all or all but one cell of it; any other miss accuses nobody."""
    if literal.shape == (1, 1) or (
        all(cell.half is None for cell in literal.cells()) and literal.shape[0] == 1
    ):
        return None
    if label is not None and _is_usually_given(label_name(label)):
        return None
    if any(cell.half for cell in literal.cells()) and sum(map(digits, literal.cells())) < TELLING:
        return None
    cells = literal.shape[0] * literal.shape[1]
    almost: Claim | None = None
    for expectation in ledger.search.expectations(literal):
        resolved = ledger.book.resolve(expectation.formula)
        if _is_overtaken(ledger, resolved):
            continue
        claim = weigh(literal, [(resolved, False)], ledger.book, ledger.next_id())
        accepted = (Verdict.RIGHT, Verdict.CARRIED, *((Verdict.ROUNDING,) if cells >= 4 else ()))
        if claim is not None and claim.verdict in accepted:
            claim.formula = expectation.formula
            return claim
        if almost is None and claim is not None and is_almost(claim):
            claim.formula, almost = expectation.formula, claim
    return almost


def _is_usually_given(name: str) -> bool:
    """Whether values of this name are inputs: a chance agreement with something else explains nothing."""
    return names.parts(name)[0] == "W" or role_of_name(name) in ("query", "key", "value", "input", "mask")


def _is_overtaken(ledger: Ledger, resolved: Resolved) -> bool:
    """A softmax of scores that the article has scaled or masked since: a slip rather than an explanation."""
    latest = ledger.book.latest("masked", "scaled", several=True)
    if latest is None or latest.definition is None or resolved.node.data != "softmax":
        return False
    used = {node.data for node in latest.definition.walk() if node.kind == "name"}
    return any(entry.key in used for entry in resolved.entries)


def _may_accuse(
    ledger: Ledger,
    claim: Claim,
    label: Node | None,
    statement: Statement,
    usable: Sequence[tuple[Expectation, Resolved]],
) -> bool:
    """Whether a mismatch is the article's error and not our misreading."""
    chosen = next((e.formula for e, resolved in usable if resolved is claim.resolved), None)
    if not _is_own(ledger, label, chosen) and (
        claim.rule == "shape-mismatch"
        or is_worked(claim.literal)
        or is_general(claim.literal, statement)
        or (_is_answered(ledger, claim, label) and not _is_misprint(claim))
    ):
        return False
    if claim.rule == "shape-mismatch" and chosen is not None and is_part(chosen, claim.literal, ledger.book):
        return False
    if is_excused(claim.literal, ledger.around) or (label is None and is_worked(claim.literal)):
        return False
    if is_hedged(statement, label) or any(side.kind == "opaque" and side.data for side in statement.sides):
        return False
    if is_almost(claim):
        return True
    if not any(e.sure for e, _ in usable):
        return False
    literal = claim.literal
    strange = _is_strange(claim) and not _is_own(ledger, label, chosen) and not _are_weights(chosen)
    if strange and (_is_special(label) if label is not None else _is_scaled(chosen)):
        return False
    if label is not None:
        return True
    if literal.shape == (1, 1) and not _TOTAL.search(statement.words):
        return False
    if statement.origin == "output":
        return False
    led_to = literal.shape[0] > 1 and "→" in statement.signs
    return led_to or statement.origin in ("code", "table") or _stands_out(ledger, literal)


def _is_strange(claim: Claim) -> bool:
    """Whether not one of several entries agrees: something else may be meant than what was stated last."""
    return len(claim.cells) == claim.literal.shape[0] * claim.literal.shape[1] > 1


def _is_special(label: Node) -> bool:
    """Whether a name is one of several, or only contains a word for it: ``head_2``, ``kq_scores``."""
    name = label_name(label)
    return not role_of_name(name) or names.parts(name)[2].isdigit()


def _is_scaled(formula: Node | None) -> bool:
    """Whether scores were divided."""
    return formula is not None and formula.kind == "divide"


def _are_weights(formula: Node | None) -> bool:
    """Whether a formula is a softmax, whose entries are all off where one of them is."""
    return formula is not None and any(node.data == "softmax" for node in _outermost(formula))


def _outermost(formula: Node) -> tuple[Node, ...]:
    """The formula, and what a row is taken of."""
    return (formula, *formula.args[:1]) if formula.kind == "index" else (formula,)


def _is_own(ledger: Ledger, label: Node | None, formula: Node | None) -> bool:
    """Whether the article itself gives the formula for this name."""
    if label is None or label.kind != "name" or formula is None:
        return False
    return formula == ledger.book.definitions.get(label.data)


def is_general(literal: Printed, statement: Statement) -> bool:
    """``mean ≈ 0``, ``∑ = 1``: what holds of every example and was not computed in this one."""
    cell = literal.rows[0][0]
    bare = literal.shape == (1, 1) and cell.node.kind == "number" and cell.node.data.decimals is None
    first = statement.sides[0]
    alone = literal.shape == (1, 1) and cell.node.kind == "number"
    total = first.kind == "name" and first.data in ("sum", "Sum") and alone and cell.node.data.value == 1
    return total or (bare and cell.node.data.value in (0, 1) and "≈" in statement.signs)


def _is_answered(ledger: Ledger, claim: Claim, label: Node | None) -> bool:
    """Whether the article has said before what the formula gives: this is about something else."""
    known = ledger.book.bindings.get(label_name(label)) if label is not None else None
    if known is not None and known.is_number and _was_right(ledger, known.name):
        return True
    definition = claim.resolved.node if claim.resolved is not None else None
    earlier = ledger.book.recall.claimed(ledger.book.start)
    return any(entry.definition == definition for entry in islice(earlier, MOST_ANSWERS))


def _is_misprint(claim: Claim) -> bool:
    """Whether a list with a name has most of its numbers right: it is what was said before, once more."""
    cells = claim.literal.shape[0] * claim.literal.shape[1]
    return claim.rule != "shape-mismatch" and cells > 2 and 2 * len(claim.cells) <= cells


def _was_right(ledger: Ledger, name: str) -> bool:
    """Whether a value of this name has been computed, and rightly, before."""
    earlier = islice(ledger.book.recall.claimed(ledger.book.start), MOST_ANSWERS)
    return any(entry.name == name and entry.verdict is Verdict.RIGHT for entry in earlier)


def _stands_out(ledger: Ledger, literal: Printed) -> bool:
    """Whether a value stands alone on its line or is announced, and is not just quoted in a sentence."""
    before = ledger.around.line_before(literal.span.start, 200).rstrip(" \t*_`$\\([{\"'>")
    return not before.strip(" -*>|#│┃║⎡⎢⎣┌└") or bool(_ANNOUNCED.search(before))


def _repeated(ledger: Ledger, literal: Printed, label: Node | None) -> Resolved | None:
    """What a value repeats that the article has printed before: all of it, its transpose, or a row of it."""
    if label is not None:
        entry = ledger.book.bindings.get(label_name(label))
        if entry is None or not same_values(entry.printed, literal):
            return None
        ledger.book.restate(literal.node, entry.reference, certain=True)
        return Resolved(entry.reference, (entry,))
    resolved = ledger.book.resolve(literal.node)
    if literal.shape == (1, 1) or resolved.node.kind in ("list", "matrix", "negative", "multiply", "divide"):
        return None
    if resolved.node.kind in ("name", "index") and resolved.entries[0].role not in ("weights", "output"):
        ledger.book.focus = resolved.node
    return resolved


def _repeat(ledger: Ledger, literal: Printed, repeated: Resolved, statement: Statement) -> None:
    """A computed value that stands again: as right as it was, and no error of its own."""
    if any(entry.is_given for entry in repeated.entries):
        return
    claim = weigh(literal, [(repeated, False)], ledger.book, ledger.next_id())
    if claim is not None and claim.verdict in (Verdict.RIGHT, Verdict.CARRIED):
        ledger.place(claim, statement, repeated.entries[0].name)


def _unchecked(
    ledger: Ledger,
    literal: Printed,
    labels: Sequence[Node],
    found: Sequence[Expectation],
    statement: Statement,
) -> bool:
    missing = ledger.book.resolve(found[0].formula).missing
    reason = (
        f"{', '.join(missing)} is not given before here" if missing else "its formula could not be evaluated"
    )
    claim = Claim(
        ledger.next_id(),
        literal,
        Verdict.UNCHECKED,
        rule="unchecked",
        reason=reason,
        formula=found[0].formula,
    )
    ledger.take(claim, labels, [], statement)
    return True
