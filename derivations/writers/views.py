"""What a page holds: frozen data, already as TeX or as prose, for templates to set.

Every piece of mathematics is TeX that the formula language reads back, so that a
writer for MathML or Typst can print it from the tree.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.writers.pictures.marks import Picture
from derivations.writers.text import TeX

EQUAL, ROUNDED = TeX("="), TeX(r"\approx")
DIGITS = 4
"""Significant digits that the code cells of a notebook print."""


@dataclass(frozen=True, slots=True)
class Size:
    """A shape: ``3 \\times 2``, its axes ``n \\times d_k``, and what rows and columns are, if known.

    All are empty for a scalar.
    """

    shape: TeX
    axes: TeX
    rows: str
    columns: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a chain: its sign and what stands after it."""

    sign: TeX
    tex: TeX


@dataclass(frozen=True, slots=True)
class Chain:
    """``left = … = … ≈ …``: an exact value after =, a certified rounding after ≈."""

    left: TeX
    rows: tuple[tuple[Side, ...], ...]
    """The sides, in rows that fit on a line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry worked out in full; labels are tokens, where there are some."""

    row: int
    column: int
    row_label: str
    column_label: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class Mistake:
    """A common mistake: the wrong row beside the right one; without a row, the wrong number or shape."""

    message: str
    row: int | None
    wrong: TeX
    right: TeX


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A check that passed.

    ``kind`` is ``numpy`` (figure: the deviation), ``numpy-exact``, ``rows`` (they sum to
    exactly one), ``rows-digits`` (to so many digits), ``digits`` (of the decimals) or
    ``other``, which is said in ``words``.
    """

    kind: str
    figure: TeX
    words: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An input: its name, its size and what it holds."""

    name: TeX
    size: Size
    meaning: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A step by its name in Python, and its decimals row by row."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """One step with everything that is shown of it."""

    name: TeX
    title: str
    why: str
    formula: TeX
    """As the author wrote it."""
    size: Size
    form: str
    """How the exact value is shown: see ``forms.Form``."""
    names: tuple[tuple[Chain, ...], ...]
    """Abbreviations that are new in this step, in rows that fit on a line."""
    chain: Chain
    entry: Entry | None
    mistakes: tuple[Mistake, ...]
    checks: tuple[Confirmed, ...]
    pictures: tuple[Picture, ...] = ()
    printed: Printed | None = None
    """What a code cell prints; None for symbols."""


@dataclass(frozen=True, slots=True)
class Section:
    """One example."""

    id: str
    title: str
    note: str
    tokens: tuple[str, ...]
    given: tuple[Given, ...]
    values: tuple[tuple[Chain, ...], ...]
    """The values of the inputs, in rows that fit on a line."""
    steps: tuple[StepView, ...]
    checks: tuple[Confirmed, ...]
    """All checks of the example, each kind once with its worst figure."""
    pictures: tuple[Picture, ...] = ()
    """What shows the steps together."""


@dataclass(frozen=True, slots=True)
class Law:
    """An identity that was proved in symbols."""

    title: str
    chain: Chain
    where: tuple[TeX, ...]
    """Definitions that it uses, as the author wrote them."""
    why: str
    sizes: str
    """What it was proved for, ``n = 2; n = 3``; empty when it holds for all sizes at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to try, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Link:
    """Another page."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One derivation in one language; words are prose, in which mathematics stands between dollars."""

    id: str
    language: str
    title: str
    purpose: str
    source: str
    requires: tuple[tuple[str, str], ...]
    """Id and title of the derivations to know first."""
    main: Section
    """The first example, in full."""
    more: tuple[Section, ...]
    """The other examples, shorter."""
    laws: tuple[Law, ...]
    questions: tuple[Question, ...]
    deviation: TeX | None
    """The largest deviation from NumPy on the whole page."""
    previous: Link | None = None
    """The page before this one in teaching order."""
    next: Link | None = None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures in the order of the page."""
        return (*self.main.pictures, *(each for step in self.main.steps for each in step.pictures))
