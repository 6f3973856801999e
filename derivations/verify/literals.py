"""Printed values: what each cell of a matrix, vector or number claims.

A printed decimal is an interval of half a unit of its last digit.  A bare
integer among decimals counts at the precision of its neighbours; a fraction, a
root or a matrix of integers is exact and has no rounding excuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from flint import arb, arb_mat, fmpq

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL, ball_interval
from derivations.exact.enclosures import precision
from derivations.model import DerivationError, Node, Number, Span

DIGITS = 40
"""Working precision of every judgement, in decimal digits."""
with precision(DIGITS):
    TINY = arb("1e-25")
    """As good as nothing, for a value in units of its last printed digit."""


with precision(DIGITS):
    NOISE = arb("1e-6")
    """What a program prints for 0: below this, numbers with an exponent are left-overs of floating point."""


SMALLEST = arb("4.9e-324")
"""No double is smaller: a program prints 0."""


class Match(IntEnum):
    """How a value agrees with a printed cell, best first."""

    EXACT = 0
    ROUNDED = 1
    TRUNCATED = 2
    NEAR = 3
    """Off in the last printed digit."""
    OFF = 4


class Cell(NamedTuple):
    """One printed cell.  ``half`` is half a unit of the last digit, None for an exact cell."""

    node: Node
    ball: arb | None
    """The value as printed; None for an omitted cell."""
    half: Fraction | None
    infinite: bool = False
    slack: arb | None = None
    """How far arithmetic may be off whose decimals are themselves rounded; None without any."""

    @property
    def span(self) -> Span:
        """Where it is printed."""
        return self.node.span


class Printed(NamedTuple):
    """A printed matrix, vector or number; ``factor`` is a scalar written in front of it."""

    node: Node
    rows: tuple[tuple[Cell, ...], ...]
    factor: Node | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])

    @property
    def is_vector(self) -> bool:
        """Whether it is one row or one column."""
        return 1 in self.shape

    @property
    def elided(self) -> bool:
        """Whether cells are left out with dots."""
        return any(cell.ball is None for cell in self.cells())

    def cells(self) -> Iterable[Cell]:
        """All cells, row by row."""
        return (cell for row in self.rows for cell in row)

    @property
    def span(self) -> Span:
        """Where it is printed."""
        return self.node.span


# ---------------------------------------------------------------- reading a literal


def printed(node: Node, approximate: bool = False) -> Printed | None:
    """The node as a printed value, None when it is no literal.

    ``approximate`` says that the value stands after ≈, where an integer is a
    rounded number.
    """
    factor, body = _factored(node)
    if body.kind == "matrix":
        grid = _first_row(_without_headings([list(row.args) for row in body.args]))
    elif body.kind == "list" and body.args:
        grid = [list(body.args)]
    elif is_number(body):
        grid = [[body]]
    else:
        return None
    widths = {len(row) for row in grid if not _dots(row)}
    if len(widths) != 1:
        return None
    width = widths.pop()
    cells = [[_cell(item) for item in (row * width if len(row) < width else row)] for row in grid]
    if any(cell is None for row in cells for cell in row):
        return None
    rows = tuple(tuple(cell for cell in row if cell is not None) for row in cells)
    return Printed(node, _with_neighbours(rows, approximate), factor)


def _without_headings(grid: list[list[Node]]) -> list[list[Node]]:
    """A matrix with token names above and beside its numbers is the numbers."""
    if (
        len(grid) > 1 < len(grid[0])
        and not any(_holds_digits(cell) for cell in grid[0][1:])
        and any(_holds_digits(c) for c in grid[1])
    ):
        grid = grid[1:]
        if grid[0] and len(grid[0]) > 1 and not any(row and _holds_digits(row[0]) for row in grid):
            grid = [row[1:] for row in grid]
    return grid


def _first_row(grid: list[list[Node]]) -> list[list[Node]]:
    """``[[2.1, 0.3], ...]`` shows the first row, and only that."""
    return grid[:1] if len(grid) == 2 and _dots(grid[1]) and not _dots(grid[0]) else grid


def _holds_digits(node: Node) -> bool:
    return any(inner.kind in ("number", "ellipsis") or inner.data == "infinity" for inner in node.walk())


def _factored(node: Node) -> tuple[Node | None, Node]:
    """``\\frac{1}{\\sqrt2} [..]`` is a literal with a factor."""
    while (
        node.kind == "matrix"
        and node.args
        and node.args[0].args
        and node.args[0].args[0].kind in ("matrix", "list")
    ):
        node = node.args[0].args[0]
    if node.kind == "multiply" and node.args[1].kind in ("matrix", "list") and is_constant(node.args[0]):
        return node.args[0], node.args[1]
    if node.kind == "divide" and node.args[0].kind == "matrix" and is_constant(node.args[1]):
        one = Node("number", (), Number("1", Fraction(1)))
        return Node("divide", (one, node.args[1]), "/", node.args[1].span), node.args[0]
    return None, node


def is_scaled(node: Node) -> bool:
    """A matrix of numbers with a factor in front of it."""
    return node.kind == "multiply" and node.args[1].kind in ("matrix", "list") and is_constant(node.args[0])


def _dots(row: Sequence[Node]) -> bool:
    return all(item.kind == "ellipsis" for item in row)


def is_number(node: Node) -> bool:
    """A plain printed number: ``0.5``, ``-2``, ``40%``, ``-∞``, ``1/2``."""
    if node.kind == "negative":
        return is_number(node.args[0])
    if node.kind == "divide":
        return all(arg.kind == "number" and arg.data.decimals is None for arg in node.args)
    return node.kind == "number" or (node.kind == "name" and node.data in ("infinity", "inf"))


_CONSTANT_KINDS = {"number", "add", "subtract", "multiply", "divide", "negative", "power", "call", "name"}
_CONSTANT_CALLS = {"sqrt", "exp", "ln", "sin", "cos", "tanh", "erf", "sigmoid", "abs"}


def is_constant(node: Node) -> bool:
    """A scalar expression of numbers alone, such as ``e^{0.71}`` or ``1×2 + 3×4``."""
    for inner in node.walk():
        if inner.kind not in _CONSTANT_KINDS:
            return False
        if inner.kind == "name" and inner.data not in ("e", "pi", "infinity"):
            return False
        if inner.kind == "call" and inner.data not in _CONSTANT_CALLS:
            return False
    return True


def _cell(node: Node) -> Cell | None:
    if node.kind == "ellipsis":
        return Cell(node, None, None)
    sign, inner = 1, node
    while inner.kind == "negative":
        sign, inner = -sign, inner.args[0]
    if inner.kind == "number":
        number = inner.data
        half = number.half_unit if number.decimals is not None else None
        return Cell(node, rational(sign * number.value), half)
    if inner.kind == "name" and inner.data in ("infinity", "inf"):
        return Cell(node, arb("-inf") if sign < 0 else arb("inf"), None, True)
    scientific = _scientific(inner)
    if scientific is not None:
        return Cell(node, rational(sign * scientific.value), scientific.half_unit)
    if not is_constant(node):
        return None
    try:
        return Cell(node, evaluate(node, {}, BALL)[0, 0], None, slack=_slack(node))
    except (DerivationError, ArithmeticError):
        return None


def _slack(node: Node) -> arb | None:
    if not any(inner.kind == "number" and inner.data.decimals for inner in node.walk()):
        return None
    return evaluate(node, {}, ROUNDED)[0, 0].rad()


def _interval(number: Number) -> arb_mat:
    """A decimal that stands in a formula may itself be rounded, if it shows two digits or more."""
    if number.decimals is None or number.decimals < 2:
        return BALL.number(number)
    return ball_interval(number.value - number.half_unit, number.value + number.half_unit)


ROUNDED = replace(BALL, number=_interval)
"""Balls, with the decimals of a formula as wide as their rounding."""


def _scientific(node: Node) -> Number | None:
    """``3.2 \\cdot 10^{-5}`` as a printed number; ``0.4356 \\dots`` is known to its last digit only."""
    if node.kind != "multiply" or node.args[0].kind != "number" or node.args[0].data.decimals is None:
        return None
    mantissa, right = node.args[0].data, node.args[1]
    if right.kind == "ellipsis":
        return Number(mantissa.text, mantissa.value, mantissa.decimals - 1)
    if right.kind != "power" or right.args[0].kind != "number" or right.args[0].data.value != 10:
        return None
    sign, exponent = (-1, right.args[1].args[0]) if right.args[1].kind == "negative" else (1, right.args[1])
    if exponent.kind != "number" or exponent.data.value.denominator != 1 or exponent.data.value > 300:
        return None
    shift = sign * int(exponent.data.value)
    return Number(mantissa.text, mantissa.value * Fraction(10) ** shift, mantissa.decimals - shift)


def rational(value: Fraction) -> arb:
    """A fraction as a ball at the working precision."""
    return arb(fmpq(value.numerator, value.denominator))


def _with_neighbours(rows: tuple[tuple[Cell, ...], ...], approximate: bool) -> tuple[tuple[Cell, ...], ...]:
    """Bare integers take the precision of the decimals around them."""
    halves = [cell.half for row in rows for cell in row if cell.half]
    common = max(halves) if halves else (Fraction(1, 2) if approximate else None)
    if common is None:
        return rows

    def widened(cell: Cell) -> Cell:
        bare = cell.node.args[0] if cell.node.kind == "negative" else cell.node
        if cell.half is not None or cell.infinite or bare.kind != "number":
            return cell
        half = common
        if not halves:
            half = common * _trailing_zeros(bare.data)
        return Cell(cell.node, cell.ball, half)

    return tuple(tuple(widened(cell) for cell in row) for row in rows)


def _trailing_zeros(number: Number) -> int:
    """``≈ 2000`` is known to the thousands at worst, never better than its last digit that is not 0."""
    digits = str(int(number.value))
    zeros = len(digits) - len(digits.rstrip("0"))
    return 10 ** min(zeros, max(len(digits) - 1, 0)) if zeros >= 2 else 1


# ---------------------------------------------------------------- comparing


def match(value: arb, cell: Cell) -> Match:
    """How a value agrees with one printed cell."""
    if cell.ball is None:
        return Match.EXACT
    if cell.infinite or not value.is_finite():
        return Match.EXACT if _same_infinity(value, cell.ball) else Match.OFF
    difference = abs(value - cell.ball)
    if cell.half is None:
        within = cell.slack is not None and not difference > cell.slack
        underflown = cell.ball == 0 and abs(value) < SMALLEST
        exact = difference.contains(0) or underflown
        return Match.EXACT if exact else Match.ROUNDED if within else Match.OFF
    half = rational(cell.half)
    if difference.contains(0):
        return Match.EXACT
    if not difference > half or (abs(value) < NOISE and abs(cell.ball) < NOISE and half < NOISE):
        return Match.ROUNDED
    if representable(value, cell.half):
        return Match.OFF
    if not difference >= 2 * half and not abs(value) < abs(cell.ball) and not value * cell.ball < 0:
        return Match.TRUNCATED
    near = 3 * half if abs(value) > 20 * half else 2 * half  # one off after rounding, where that is little
    return Match.NEAR if not difference >= near else Match.OFF


def _same_infinity(value: arb, printed_value: arb) -> bool:
    if value.is_finite() or printed_value.is_finite():
        return False
    return bool((value > 0) == (printed_value > 0))


def representable(value: arb, half: Fraction) -> bool:
    """Whether the value can be printed exactly with these digits, so that rounding is no excuse."""
    scaled = value / (2 * rational(half))
    nearest = scaled.mid().floor() if hasattr(scaled.mid(), "floor") else scaled
    return any(abs(scaled - nearest - k) < TINY for k in (0, 1))


def without_factor(value: arb_mat, literal: Printed) -> arb_mat:
    """What the cells should hold where a factor is written in front of them."""
    if literal.factor is None:
        return value
    try:
        factor = evaluate(literal.factor, {}, BALL)[0, 0]
    except (DerivationError, ArithmeticError):
        return value
    return value if factor.contains(0) else value * (1 / factor)


def matches(value: arb_mat, literal: Printed) -> list[list[Match]] | None:
    """Cell by cell; None when the shapes do not fit.  A vector may stand or lie."""
    value = without_factor(value, literal)
    shape = (value.nrows(), value.ncols())
    if shape != literal.shape:
        if not (1 in shape and literal.is_vector and max(shape) == max(literal.shape)):
            return None
        if shape[0] * shape[1] != literal.shape[0] * literal.shape[1]:
            return None
        value = value.transpose()
    return [[match(value[i, j], cell) for j, cell in enumerate(row)] for i, row in enumerate(literal.rows)]


def overlaps(value: arb_mat, literal: Printed) -> bool:
    """Whether every cell, widened by its rounding, meets the enclosure of the value."""
    fitting = (value.nrows(), value.ncols()) in (literal.shape, literal.shape[::-1])
    return fitting and not outside(value, literal)


def outside(value: arb_mat, literal: Printed) -> list[tuple[int, int]]:
    """The cells, 1-based, that do not meet the enclosure of the value even when widened by their rounding."""
    return _cells_off(value, literal, _misses)


def _misses(value: arb, cell: Cell) -> bool:
    if cell.ball is None or cell.infinite:
        return False
    reach = rational(cell.half) if cell.half is not None else arb(0)
    return bool(abs(value - cell.ball) > reach)


def _cells_off(
    value: arb_mat, literal: Printed, is_off: Callable[[arb, Cell], bool]
) -> list[tuple[int, int]]:
    value = without_factor(value, literal)
    if (value.nrows(), value.ncols()) != literal.shape:
        value = value.transpose()
    return [
        (i + 1, j + 1)
        for i, row in enumerate(literal.rows)
        for j, cell in enumerate(row)
        if is_off(value[i, j], cell)
    ]


def put_right(value: arb, cell: Cell) -> arb:
    """The printed value if it is right, else the value rounded to as many digits."""
    if cell.ball is None or cell.half is None or match(value, cell) <= Match.ROUNDED:
        return value if cell.ball is None or cell.half is None else cell.ball
    unit = rational(cell.half * 2)
    nearest = (value / unit + arb("0.5")).mid().floor()
    return nearest * unit


def digits(cell: Cell) -> int:
    """How many significant digits are printed."""
    bare = cell.node.args[0] if cell.node.kind == "negative" else cell.node
    return len(bare.data.text.replace(".", "").lstrip("0")) if bare.kind == "number" else 0


# ---------------------------------------------------------------- as balls


def as_points(literal: Printed) -> arb_mat | None:
    """The value exactly as printed; None when cells are left out."""
    return _collected(literal, lambda ball, _half: ball)


def as_intervals(literal: Printed) -> arb_mat | None:
    """Everything that would have been printed like this."""
    return _collected(literal, lambda ball, half: ball if half is None else arb(ball.mid(), rational(half)))


def as_intervals_around(points: arb_mat, literal: Printed) -> arb_mat:
    """Everything that rounds to the points with the digits of the printed cells."""
    rows = [
        [
            points[i, j] if cell.half is None else arb(points[i, j].mid(), rational(cell.half))
            for j, cell in line
        ]
        for i, line in enumerate(map(enumerate, literal.rows))
    ]
    return arb_mat(rows)


def _collected(literal: Printed, read: Callable[[arb, Fraction | None], arb]) -> arb_mat | None:
    rows: list[list[arb]] = []
    for row in literal.rows:
        rows.append([])
        for cell in row:
            if cell.ball is None:
                return None
            rows[-1].append(read(cell.ball, cell.half))
    if literal.factor is None:
        return arb_mat(rows)
    try:
        return arb_mat(rows) * evaluate(literal.factor, {}, BALL)[0, 0]
    except (DerivationError, ArithmeticError):
        return None


def truncates(value: arb_mat, literal: Printed) -> bool:
    """Whether every printed cell is the value cut off after its digits."""
    return (value.nrows(), value.ncols()) in (literal.shape, literal.shape[::-1]) and not uncut(
        value, literal
    )


def uncut(value: arb_mat, literal: Printed) -> list[tuple[int, int]]:
    """The cells, 1-based, that are not the value cut off after their digits."""
    return _cells_off(value, literal, lambda ball, cell: not _cut(ball, cell))


def _cut(value: arb, cell: Cell) -> bool:
    if cell.ball is None or cell.infinite or cell.half is None:
        return match(value, cell) <= Match.ROUNDED
    if value * cell.ball < 0:
        return False
    size, shown, unit = abs(value), abs(cell.ball), 2 * rational(cell.half)
    return not size < shown and not size >= shown + unit
