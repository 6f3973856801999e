"""Claims -> findings: exact expectations, the author's digits, words, cause and mending."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat

from derivations.exact import EXACT, Exact
from derivations.exact.printed import significant_text
from derivations.formula.tex import to_tex
from derivations.model import Article, Finding, Verdict
from derivations.verify import wording
from derivations.verify.amounts import Amount, amounts
from derivations.verify.book import Book
from derivations.verify.causes import Cause, Inquest
from derivations.verify.claims import Claim
from derivations.verify.exactly import Exactly
from derivations.verify.fixes import Mender, factor_of
from derivations.verify.handwriting import leaf
from derivations.verify.literals import Cell, Printed, rational
from derivations.verify.misprints import is_weights
from derivations.verify.wording import Case

LONGEST = 200
"""Characters of an exact entry; beyond that its decimals say more."""
DIGITS = 15

Rows = tuple[tuple[str, ...], ...]


def findings(claims: Sequence[Claim], book: Book, article: Article, mend: bool = True) -> list[Finding]:
    """The findings of all claims; what mends them is worked out only where that is asked for."""
    exactly = Exactly(book, {claim.id: claim for claim in claims})
    mender = Mender(book, article.source.text, exactly.aside(), claims) if mend else None
    desk = _Desk(article, book, exactly, mender, Inquest(book))
    return [_finding(claim, desk) for claim in claims]


class _Desk(NamedTuple):
    """What writing a finding takes."""

    article: Article
    book: Book
    exactly: Exactly
    mender: Mender | None
    inquest: Inquest


def _finding(claim: Claim, desk: _Desk) -> Finding:
    book, article = desk.book, desk.article
    balls, exact = _laid_like(claim.literal, claim.expected, desk.exactly.of(claim))
    case = Case(claim, _cells(claim, balls, exact), article, book, _shown(claim, desk.exactly))
    whole = case.amounts if claim.literal.factor is None or balls is None else amounts(balls, exact)
    formula = wording.formula_of(claim, book)
    cause = desk.inquest.cause(case)
    rule = _rule(case)
    return Finding(
        id=claim.id,
        verdict=claim.verdict,
        span=claim.literal.span,
        name=claim.name or None,
        formula=to_tex(formula) if formula is not None else None,
        stated=_lying(stated(claim.literal, article.source.text)),
        message=wording.message(case, formula),
        rule=rule,
        expected=_lying(tuple(tuple(_exact_text(a) for a in row) for row in whole)) if whole else None,
        expected_decimal=_decimals(case, whole),
        cells=_places(claim),
        route=claim.route,
        upstream=tuple(dict.fromkeys(entry.claim for entry in claim.upstream if entry.claim)),
        cause=cause.id if cause is not None else None,
        notes=(*_rule_notes(rule), *_cause_notes(cause), *wording.notes(case)),
        fix=desk.mender.edits(case) if desk.mender is not None else (),
        cell=claim.cell,
    )


def _shown(claim: Claim, exactly: Exactly) -> list[list[Amount]] | None:
    """What the numbers as printed give, where that says more than what the inputs give."""
    if (
        claim.verdict not in (Verdict.WRONG, Verdict.ROUNDING)
        or claim.shown is None
        or claim.expected is None
    ):
        return None
    shape = (claim.expected.nrows(), claim.expected.ncols())
    if shape == claim.literal.shape and claim.verdict is Verdict.WRONG:
        return None
    balls, exact = _laid_like(claim.literal, claim.shown, exactly.shown(claim))
    return _cells(claim, balls, exact)


# ---------------------------------------------------------------- rules and causes


def _rule(case: Case) -> str | None:
    """The rule of a finding; a row of weights has rules of its own."""
    claim = case.claim
    if claim.verdict is not Verdict.WRONG or claim.rule != "value-mismatch" or not is_weights(claim):
        return claim.rule or None
    pairs = case.visible.off()
    if any(cell.ball is not None and cell.ball == 0 and amount.ball > 0 for _, _, cell, amount in pairs):
        return "softmax-zero"
    rows = claim.literal.rows
    rows = (tuple(row[0] for row in rows),) if len(rows[0]) == 1 else rows
    return "softmax-sum" if any(not _sums_to_one(row) for row in rows) else claim.rule


def _sums_to_one(row: Sequence[Cell]) -> bool:
    """Whether weights sum to 1 as far as their rounding allows."""
    balls = [cell.ball for cell in row]
    if any(ball is None for ball in balls):
        return True
    total = sum((ball for ball in balls if ball is not None), arb(0))
    slack = sum((cell.half for cell in row if cell.half is not None), Fraction(0))
    return not abs(total - 1) > rational(slack)


RULE_NOTES = {
    "softmax-zero": "softmax of finite scores is never 0",
    "softmax-sum": "a row of softmax weights sums to 1, and this one does not",
}


def _rule_notes(rule: str | None) -> list[str]:
    return [RULE_NOTES[rule]] if rule in RULE_NOTES else []


def _cause_notes(cause: Cause | None) -> list[str]:
    return [f"probable cause: {cause.message}"] if cause is not None else []


def _laid_like(
    literal: Printed, balls: arb_mat | None, exact: Exact | None
) -> tuple[arb_mat | None, Exact | None]:
    """A vector lies or stands as the author prints it."""
    if balls is None:
        return None, None
    shape = (balls.nrows(), balls.ncols())
    if shape == literal.shape or shape != literal.shape[::-1] or 1 not in shape:
        return balls, exact
    return balls.transpose(), EXACT.operations["transpose"](exact) if exact is not None else None


def _cells(claim: Claim, balls: arb_mat | None, exact: Exact | None) -> list[list[Amount]] | None:
    """The expected cells opposite the printed ones, without the factor that stands in front."""
    if balls is None:
        return None
    return amounts(balls, exact, factor_of(claim.literal))


# ---------------------------------------------------------------- cells as text


def stated(literal: Printed, source: str) -> Rows:
    """The cells as printed."""
    return tuple(tuple(_printed(cell, source) for cell in row) for row in literal.rows)


def _printed(cell: Cell, source: str) -> str:
    number = leaf(cell.node)
    if number is not None:
        return ("-" if cell.node.kind == "negative" else "") + number.text
    raw = source[cell.span.start : cell.span.end].strip()
    return to_tex(cell.node) if "\\\\" in raw or "%" in raw or "&" in raw else raw


def _exact_text(amount: Amount) -> str:
    if not amount.ball.is_finite():
        return "-oo" if amount.ball < 0 else "oo"
    if amount.text is not None and len(amount.text) <= LONGEST:
        return amount.text
    return significant_text(amount.ball, DIGITS) or amount.ball.str(DIGITS, radius=False)


def _decimals(case: Case, whole: list[list[Amount]] | None) -> Rows | None:
    """The value in the author's digits; None where it and the author are exact without decimals."""
    literal = case.claim.literal
    if whole is None or _is_exact(literal, whole):
        return None
    sample = next((cell for cell in literal.cells() if cell.half is not None), literal.rows[0][0])
    rows = tuple(
        tuple(
            wording.decimal(amount, _cell_at(literal, i, j) or sample, case) for j, amount in enumerate(row)
        )
        for i, row in enumerate(whole)
    )
    return _lying(rows)


def _is_exact(literal: Printed, whole: list[list[Amount]]) -> bool:
    values = [amount.fraction for row in whole for amount in row]
    return all(cell.half is None for cell in literal.cells()) and all(
        v is not None and v.denominator <= 1000 for v in values
    )


def _cell_at(literal: Printed, i: int, j: int) -> Cell | None:
    return literal.rows[i][j] if i < literal.shape[0] and j < literal.shape[1] else None


# ---------------------------------------------------------------- vectors are one row


def _lying(rows: Rows) -> Rows:
    return (tuple(row[0] for row in rows),) if len(rows) > 1 and all(len(row) == 1 for row in rows) else rows


def _places(claim: Claim) -> tuple[tuple[int, int], ...]:
    if claim.verdict is Verdict.RIGHT:
        return ()
    stands = claim.literal.shape[0] > 1 and claim.literal.shape[1] == 1
    return tuple((j, i) for i, j in claim.cells) if stands else claim.cells
