"""Right values written down wrongly: a lost sign, exchanged digits, the row of another line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from derivations.exact.printed import fixed_text
from derivations.model import Node
from derivations.verify.amounts import Amount
from derivations.verify.claims import Claim
from derivations.verify.handwriting import leaf
from derivations.verify.literals import Cell, Match, Printed, match
from derivations.verify.wording import Case

Off = list[tuple[int, int, Cell, Amount]]
"""The cells that are off: row, column, what is printed there, and what is right."""


class Misprint(NamedTuple):
    """A right value written down wrongly: ``explains`` says whether that gives every cell that is off."""

    id: str
    message: str
    explains: Callable[[Case, Off], bool]


def _all_cells(test: Callable[[Cell, Amount], bool]) -> Callable[[Case, Off], bool]:
    return lambda _case, off: all(test(cell, amount) for _, _, cell, amount in off)


def _sign_lost(cell: Cell, amount: Amount) -> bool:
    return cell.ball is not None and bool(cell.ball != 0) and match(-amount.ball, cell) <= Match.ROUNDED


def _digits(cell: Cell, amount: Amount) -> tuple[str, str] | None:
    """The printed and the right digits at the same precision, as long as each other."""
    number = leaf(cell.node)
    if number is None or cell.ball is None or not amount.ball.is_finite():
        return None
    value = number.value
    shown = fixed_text(value, number.decimals or 0)
    right = amount.fixed(number.decimals or 0).removeprefix("-")
    return (
        None
        if shown is None or len(shown) != len(right) or (amount.ball < 0) != (cell.ball < 0)
        else (shown, right)
    )


def _transposed(cell: Cell, amount: Amount) -> bool:
    pair = _digits(cell, amount)
    if pair is None:
        return False
    shown, right = pair
    swaps = (
        right[:k] + right[k + 1] + right[k] + right[k + 2 :]
        for k in range(len(right) - 1)
        if "." not in right[k : k + 2]
    )
    return shown in swaps


def _one_digit(_case: Case, off: Off) -> bool:
    pair = _digits(off[0][2], off[0][3]) if len(off) == 1 else None
    if pair is None or len(pair[0].replace(".", "")) < 2:
        return False
    return sum(a != b for a, b in zip(*pair, strict=True)) == 1


def _point_moved(cell: Cell, amount: Amount) -> bool:
    if cell.ball is None or not cell.ball.is_finite() or cell.ball == 0 or leaf(cell.node) is None:
        return False
    return any(match(amount.ball * arb(10) ** k, cell) <= Match.ROUNDED for k in (-2, -1, 1, 2))


def _row_left_out(case: Case, off: Off) -> bool:
    """Every row that is off is printed as zeros."""
    rows = case.claim.literal.rows
    return len(rows[0]) > 1 and all(
        cell.ball is not None and cell.ball == 0 for i, _, _, _ in off for cell in rows[i - 1]
    )


def _wrong_row(case: Case, off: Off) -> bool:
    """Every row that is off is another row of the right matrix."""
    if case.amounts is None or len(case.amounts) < 2:
        return False
    rows = {i for i, _, _, _ in off}
    return all(any(k != i and _row_fits(case, i, k) for k in range(1, len(case.amounts) + 1)) for i in rows)


def _row_fits(case: Case, printed: int, right: int) -> bool:
    assert case.amounts is not None
    pairs = zip(case.claim.literal.rows[printed - 1], case.amounts[right - 1], strict=True)
    return all(cell.ball is not None and match(amount.ball, cell) <= Match.ROUNDED for cell, amount in pairs)


def _wrong_column(case: Case, off: Off) -> bool:
    if case.amounts is None or len(case.amounts[0]) < 2 or len(case.amounts) < 2:
        return False
    turned = case._replace(
        amounts=[list(column) for column in zip(*case.amounts, strict=True)],
        claim=replace(case.claim, literal=_turned(case.claim.literal)),
    )
    return _wrong_row(turned, [(j, i, cell, amount) for i, j, cell, amount in off])


def _turned(literal: Printed) -> Printed:
    return literal._replace(rows=tuple(zip(*literal.rows, strict=True)))


def _forced_sum(case: Case, off: Off) -> bool:
    """All weights of a row but one are right, and that one makes the printed row sum to exactly 1."""
    if not is_weights(case.claim):
        return False
    rows = [i for i, _, _, _ in off]
    if len(rows) != len(set(rows)):
        return False
    return all(_sum(case.claim.literal.rows[i - 1]) == 1 for i in rows)


def _sum(row: tuple[Cell, ...]) -> Fraction | None:
    numbers = [leaf(cell.node) for cell in row]
    values = [number.value for number in numbers if number is not None]
    return sum(values, Fraction(0)) if len(values) == len(row) else None


def is_weights(claim: Claim) -> bool:
    """Whether a claim states the result of a softmax."""
    nodes = [resolved.node for resolved in (claim.truth, claim.resolved) if resolved is not None]
    return any(
        node.kind == "call" and node.data in ("softmax", "column_softmax")
        for node in [*nodes, *_formulas(claim)]
    )


def _formulas(claim: Claim) -> list[Node]:
    return [claim.formula] if claim.formula is not None else []


FORCED = Misprint("forced-sum", "one weight was chosen to make the row sum to 1", _forced_sum)

MISPRINTS: tuple[Misprint, ...] = (
    Misprint("minus-lost", "the sign is wrong", _all_cells(_sign_lost)),
    Misprint("point-moved", "the decimal point stands in another place", _all_cells(_point_moved)),
    Misprint("row-left-out", "a row was not worked out: zeros stand in its place", _row_left_out),
    Misprint("digits-transposed", "two digits are exchanged", _all_cells(_transposed)),
    Misprint("wrong-row", "another row of the result stands here", _wrong_row),
    Misprint("wrong-column", "another column of the result stands here", _wrong_column),
    FORCED,
    Misprint("one-digit", "one digit is wrong", _one_digit),
)
"""Most telling first."""
