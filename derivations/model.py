"""The waist of the program: every type that crosses a module.

Only the standard library is imported here, so that every other module may
import this one.  Offsets count Unicode characters from the start of the source
text; lines and columns are worked out only when something is printed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

Cell = int | Fraction | str
"""An entry as people write it: ``1``, ``Fraction(1, 2)``, ``"1/2"``, ``"sqrt(2)"``, ``"x_{11}"``."""

Rows = Sequence[Sequence[Cell]]
"""A matrix as people write it, row by row."""


class DerivationError(Exception):
    """Something a person wrote cannot be used; the message says what, where and what to do."""


# ---------------------------------------------------------------- texts and places


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of character offsets into a source text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        """Whether the other span lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def touches(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Source:
    """Somebody's text, unchanged, and where it came from."""

    path: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self.text.split("\n")[:-1]), initial=0))

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of a character offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its line end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else None].rstrip("\r")


# ---------------------------------------------------------------- formulas


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number and what it means: ``0.50`` is not ``0.5``.

    ``decimals`` is the number of digits after the point (negative for
    ``1.2e3``), or None for an exact integer.
    """

    text: str
    value: Fraction
    decimals: int | None = None

    @property
    def half_unit(self) -> Fraction:
        """Half a unit of the last printed digit; 0 for an integer."""
        if self.decimals is None:
            return Fraction(0)
        return Fraction(1, 2 * 10**self.decimals) if self.decimals >= 0 else Fraction(10**-self.decimals, 2)


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """A formula tree.  Every node knows its place; places do not count in comparisons.

    ==========  =======================  ==========================================
    kind        data                     args
    ==========  =======================  ==========================================
    number      Number                   --
    name        canonical name           --
    matrix      --                       row, row, ...
    row         --                       cell, cell, ...
    list        --                       item, item, ... (a flat vector or a tuple)
    add         --                       left, right (also subtract)
    multiply    operator as written      left, right ("" for juxtaposition)
    divide      "frac" or "/"            numerator, denominator
    negative    --                       operand
    power       --                       base, exponent
    transpose   --                       operand
    index       --                       base, subscript, ...
    call        function name            argument, ...
    sum         "sum", "product", "max"  variable, lower, upper, body
    cases       --                       value, condition, value, condition, ...
    relation    operators, a tuple       side, side, ...
    statements  --                       statement, statement, ...
    ellipsis    --                       -- (omitted cells)
    opaque      the text                 -- (what could not be understood)
    ==========  =======================  ==========================================
    """

    kind: str
    args: tuple[Node, ...] = ()
    data: Any = None
    span: Span = field(default=NOWHERE, compare=False)

    def walk(self) -> Sequence[Node]:
        """This node and every node below it, parents first."""
        found, stack = [], [self]
        while stack:
            node = stack.pop()
            found.append(node)
            stack.extend(reversed(node.args))
        return found


class FormulaError(DerivationError):
    """A formula that cannot be evaluated: the reason, and the place inside the formula's text."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.span = span


# ---------------------------------------------------------------- derivations


@dataclass(frozen=True, slots=True)
class Input:
    """A given matrix: its name, its axes such as ``("n", "d")`` and what it holds."""

    name: str
    axes: tuple[str, ...]
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``formula`` is the TeX that is printed *and* evaluated."""

    name: str
    formula: str
    axes: tuple[str, ...]
    why: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Two formulas that are equal for all values of the inputs, proved and not sampled."""

    left: str
    right: str
    why: str
    title: str = ""
    where: tuple[str, ...] = ()
    """Definitions used by both sides, as formulas; ``m \\in \\mathbb{R}`` leaves a step of that name free."""
    sizes: tuple[str, ...] = ()
    """The sizes it is proved for, such as ``"n = 3, d = 2"``; without any, every axis is 2 and then 3."""


@dataclass(frozen=True, slots=True)
class Example:
    """Values for the inputs of a derivation."""

    id: str
    title: str
    values: Mapping[str, Rows | Cell]
    note: str = ""
    tokens: tuple[str, ...] = ()
    """Labels of the positions, for row and column headings."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Functions of one variable that a tutorial draws; each is worked out exactly at every point."""

    name: str
    title: str
    why: str
    """What is to be seen."""
    variable: str
    axis: str
    """What the variable is."""
    start: Cell
    end: Cell
    lines: tuple[tuple[str, str], ...]
    """What stands at each curve, and its formula in the variable."""
    step: str
    """The step that it stands at."""
    marks: tuple[tuple[Cell, str], ...] = ()
    """Places of the variable that are pointed out, and what stands there."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A step at a size that is too large for numbers, drawn; its formula uses nothing but sizes."""

    title: str
    why: str
    """What is to be seen."""
    step: str
    rows: int
    columns: int


Reference = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""NumPy arrays of the inputs -> NumPy arrays of the steps, by an independent route."""


@dataclass(frozen=True)
class Derivation:
    """A worked derivation as data: formulas, inputs, examples, and an independent reference."""

    id: str
    title: str
    source: str
    inputs: tuple[Input, ...]
    steps: tuple[Step, ...]
    examples: tuple[Example, ...]
    purpose: str = ""
    identities: tuple[Identity, ...] = ()
    requires: tuple[str, ...] = ()
    """Ids of derivations that one should know first."""
    order: int = 1000
    """Place in the teaching order."""
    reference: Reference | None = None
    questions: tuple[tuple[str, str], ...] = ()
    """Try-it-yourself questions with their answers."""
    token_axis: str = "n"
    """The axis along which the tokens of an example stand."""
    pictures: tuple[Curve | Pattern, ...] = ()
    """Pictures beside those that follow from what the steps are."""
    flow: tuple[str, ...] = ()
    """Inputs and steps that the picture of the whole shows; without any, those that lead to the last step."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check of one step found.  ``deviation`` is the largest absolute difference."""

    step: str
    what: str
    passed: bool
    deviation: float | None = None
    cell: tuple[int, int] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """How an identity was proved in symbols, for a reader to follow."""

    identity: Identity
    proved: bool
    sizes: tuple[str, ...]
    """The sizes it was carried out for; empty where no size occurs, so that it holds for all."""
    method: str
    """``normal form``, ``expansion`` or ``differentiation``, and what the entries were brought to."""
    lines: tuple[tuple[str, str], ...] = ()
    """The chain for one entry: words, and the TeX they lead to."""
    message: str = ""
    """Why it is not proved."""


@dataclass(frozen=True)
class Worked:
    """A derivation with the values of one example filled in; ``worked["O"]`` is the value of O."""

    derivation: Derivation
    example: Example
    values: Mapping[str, Any]
    checks: tuple[Check, ...] = ()
    proofs: tuple[Proof, ...] = ()

    def __getitem__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            known = ", ".join(self.values)
            raise KeyError(f"no value named {name!r}; there are {known}") from None

    def _repr_latex_(self) -> str:
        """All steps as mathematics, for a notebook."""
        rows = [rf"& {step.formula} = {self.values[step.name].tex()}" for step in self.derivation.steps]
        return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


# ---------------------------------------------------------------- exercises


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose from: ``tex`` is what is printed, ``slip`` the mistake that leads to it."""

    tex: str
    slip: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One question of an exercise.

    ========  ==================================================================
    answer    what is asked
    ========  ==================================================================
    values    the value of a step, or the cells of it that are left out
    choice    one of the options
    shape     rows and columns of a step, or of an input that is told by the others
    formula   another way to write the left side, without the names in ``without``
    ========  ==================================================================
    """

    id: str
    answer: str
    step: str
    """The step it is about, or an input; empty where it is about the whole exercise."""
    points: int
    cells: tuple[tuple[int, int], ...] = ()
    """The cells that are left out, 1-based; none means all of them."""
    places: int | None = None
    """Digits after the point, where no short exact value exists."""
    options: tuple[Option, ...] = ()
    left: str = ""
    """What a formula is asked for, as TeX."""
    right: str = ""
    """A right formula, as TeX."""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planted:
    """A known slip put into a step on purpose; ``formula`` is what is evaluated instead."""

    step: str
    slip: str
    formula: Node


@dataclass(frozen=True)
class Exercise:
    """Questions about one variant of a derivation; everything follows from the seed."""

    derivation: Derivation
    example: Example
    kind: str
    parts: tuple[Part, ...]
    difficulty: int
    """The level that was asked for, 1 to 5."""
    seed: int
    measure: float = 0.0
    """The difficulty as measured, on the same scale."""
    work: int = 0
    """Operations that it takes by hand."""
    planted: Planted | None = None
    sizes: tuple[tuple[str, int], ...] = ()
    """Sizes of axes, where shapes are asked for and no values are given."""


@dataclass(frozen=True, slots=True)
class CellMark:
    """One cell of an answer that is off."""

    row: int
    column: int
    given: str
    """As the student wrote it; empty where nothing stands."""
    expected: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a part of an answer is worth, and why."""

    part: Part
    score: Fraction
    alone: Fraction
    """The score without carrying anything forward."""
    used_earlier_answer: tuple[str, ...] = ()
    """Steps whose earlier answers, though wrong, were taken as given."""
    cause: str | None = None
    """Id of the known slip that gives the answer."""
    cells: tuple[CellMark, ...] = ()
    remark: str = ""
    """``blank``, ``unread``, ``shape``, ``digits`` or ``rounding``, where there is something to say."""
    detail: str = ""
    """What the remark is about, in the student's own words."""


# ---------------------------------------------------------------- articles


@dataclass(frozen=True, slots=True)
class Formula:
    """A piece of mathematics found in an article."""

    node: Node
    span: Span
    cell: int | None = None
    """Number of the notebook cell, from 1."""
    origin: str = "math"
    """Where it was found: math, code, output, text, table, image."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Words between formulas: they name what the next formula holds."""

    text: str
    span: Span
    level: int = 0
    """1 to 6 for a heading, 0 for running text."""
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that looks like mathematics and could not be read, and why."""

    span: Span
    reason: str
    cell: int | None = None


@dataclass(frozen=True)
class CellText:
    """The source of one notebook cell, or all its outputs, and where its characters stand in the file."""

    number: int
    """Number of the cell, from 1."""
    text: str
    at: Sequence[int]
    """The offset of each character in the file, and where the last one ends; rising."""
    is_output: bool = False
    is_program: bool = False
    """Whether it is the source of a cell that was run."""

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column, inside this text, of an offset into the file."""
        index = bisect_right(self.at, offset) - 1
        return self.text.count("\n", 0, index) + 1, index - self.text.rfind("\n", 0, index)


@dataclass(frozen=True)
class Article:
    """A document as the verifier sees it: formulas and words in document order."""

    source: Source
    parts: tuple[Formula | Prose, ...]
    unread: tuple[Unread, ...] = ()
    cells: tuple[CellText, ...] = ()
    """For a notebook, the texts of its cells: sources, and outputs with lines of their own from 1."""

    def place(self, offset: int) -> tuple[int | None, int, int]:
        """Cell, line and column of an offset; the cell is None outside notebooks."""
        for cell in self.cells:
            if cell.text and cell.at[0] <= offset <= cell.at[-1]:
                return cell.number, *cell.place(offset)
        return None, *self.source.place(offset)


# ---------------------------------------------------------------- judgement


class Verdict(StrEnum):
    """What is said of a claim.  Never a bool: unread, unchecked and wrong are different things."""

    RIGHT = "right"
    ROUNDING = "rounding"
    CARRIED = "carried"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a span of the source by a text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one claim, with everything that a report shows."""

    id: str
    verdict: Verdict
    span: Span
    name: str | None
    formula: str | None
    stated: tuple[tuple[str, ...], ...]
    message: str
    rule: str | None = None
    expected: tuple[tuple[str, ...], ...] | None = None
    expected_decimal: tuple[tuple[str, ...], ...] | None = None
    cells: tuple[tuple[int, int], ...] = ()
    route: str | None = None
    cause: str | None = None
    upstream: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fix: tuple[Edit, ...] = ()
    cell: int | None = None
