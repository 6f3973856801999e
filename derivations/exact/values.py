"""Exact values: matrices whose entries are known exactly; a scalar is 1 × 1.

A value is held by one of three carriers (rationals, exponential sums, SymPy
expressions) and shows itself as TeX, text, SymPy, certified decimals, balls or
floats.  Cells that a mask has set to -∞ are kept beside the carrier, so that no
arithmetic is ever done with an infinity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, arb_mat

from derivations.exact import (
    carriers,
    expressions,
    nested,
    notation,
    printed,
    quotients,
    rational,
    reductions,
    symbolic,
)
from derivations.exact.carriers import Carrier
from derivations.exact.enclosures import ball, is_sharp, precision
from derivations.exact.nested import Nested
from derivations.exact.rational import Rational
from derivations.exact.symbolic import Symbolic
from derivations.model import DerivationError

if TYPE_CHECKING:
    import numpy as np
    import sympy

Cells = frozenset[tuple[int, int]]
NO_CELLS: Cells = frozenset()
MOST_DIGITS = 1000
"""Where rising precision gives up: what is this close to a tie, or to 0, is one that was not recognized."""
NAMES = {Rational: "rational", Symbolic: "symbolic", Nested: "nested"}


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Exact:
    """An immutable matrix of exact entries.

    Two values are compared with ``equality.compare``, which can say more than
    yes or no; ``==`` is identity.
    """

    data: Carrier
    """The carrier; entries of hidden cells are 0 in it and mean nothing."""
    hidden: Cells = NO_CELLS
    """Cells, counted from 0, that are -∞."""
    unbounded: Cells = NO_CELLS
    """Cells, counted from 0, that are +∞; only a sign can be put before them."""

    # ------------------------------------------------------------ making

    @staticmethod
    def rational(rows: Sequence[Sequence[int | Fraction]]) -> Exact:
        """A matrix of integers and fractions."""
        return Exact(rational.from_rows(rows))

    @staticmethod
    def symbol(name: str) -> Exact:
        """A real symbol, 1 × 1, named by its TeX such as ``x_{11}``."""
        return Exact(symbolic.symbol(name))

    @staticmethod
    def from_sympy(matrix: sympy.MatrixBase) -> Exact:
        """A SymPy matrix; entries may be ``-oo``.  Raises DerivationError for a float or a complex entry."""
        lib = expressions.sp()
        places = [[(i, j) for j in range(matrix.shape[1])] for i in range(matrix.shape[0])]
        hidden = frozenset(place for row in places for place in row if matrix[place] == -lib.oo)
        cells = tuple(
            tuple(lib.Integer(0) if place in hidden else _checked(matrix[place]) for place in row)
            for row in places
        )
        return Exact(carriers.lowered(Symbolic(cells)), hidden)

    # ------------------------------------------------------------ asking

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.data.shape

    @property
    def carrier(self) -> str:
        """``rational``, ``exponential sums``, ``symbolic``, or ``nested`` where only digits are to be had."""
        return NAMES.get(type(self.data), "exponential sums")

    @property
    def is_numeric(self) -> bool:
        """Whether every entry is a number; False when a symbol is left in one."""
        return not self.symbols

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names of the symbols in the entries."""
        return self.data.symbols if isinstance(self.data, Symbolic) else ()

    # ------------------------------------------------------------ exact forms

    def sympy(self) -> sympy.ImmutableMatrix:
        """The same matrix in SymPy, with real symbols; -∞ is ``-oo``."""
        lib = expressions.sp()
        table = [list(row) for row in nested.written_out(self.data, carriers.SYMBOLIC).cells]
        for cells, infinite in ((self.hidden, -lib.oo), (self.unbounded, lib.oo)):
            for i, j in cells:
                table[i][j] = infinite
        matrix: sympy.ImmutableMatrix = lib.ImmutableMatrix(table)
        return matrix

    def tex(self) -> str:
        """LaTeX: a ``bmatrix``, or the entry alone when there is only one."""
        table = self._table(notation.TEX)
        if self.shape == (1, 1):
            return table[0][0]
        return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in table) + r" \end{bmatrix}"

    def entry_tex(self, row: int, column: int) -> str:
        """LaTeX of one entry, counted from 1."""
        return self._shown(notation.TEX, row - 1, column - 1)

    def text(self) -> list[list[str]]:
        """Entries that SymPy reads back, such as ``exp(sqrt(2)/2)/(2 + exp(sqrt(2)/2))``; -∞ is ``-oo``."""
        return self._table(notation.TEXT)

    def plain(self) -> str:
        """One line for people: ``[[1/√2, 0], [e^(1/√2)/(2+e^(1/√2)), 1]]``."""
        table = self._table(notation.PLAIN)
        if self.shape == (1, 1):
            return table[0][0]
        return "[" + ", ".join("[" + ", ".join(row) + "]" for row in table) + "]"

    def _table(self, style: notation.Style) -> list[list[str]]:
        rows, columns = self.shape
        return [[self._shown(style, i, j) for j in range(columns)] for i in range(rows)]

    def _shown(self, style: notation.Style, i: int, j: int) -> str:
        if (i, j) in self.hidden or (i, j) in self.unbounded:
            return ("-" if (i, j) in self.hidden else "") + style.infinity
        if isinstance(self.data, Nested):
            digits = self.decimal(nested.DIGITS)[i][j]
            return digits + style.ellipsis if digits != "0" else digits
        if isinstance(self.data, Symbolic):
            return notation.expression_text(self.data.cells[i][j], style)
        return notation.quotient_text(carriers.cell(self.data, i, j), style)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.tex()}\n$$"

    def __repr__(self) -> str:
        rows, columns = self.shape
        shown = self.plain() if rows * columns <= 16 else "…"
        return f"Exact({rows}×{columns}, {self.carrier}: {shown if len(shown) <= 200 else '…'})"

    # ------------------------------------------------------------ certified digits

    def balls(self, digits: int) -> list[list[arb]]:
        """Balls that hold the entries, each with at least so many certain digits; -∞ is a ball too.

        Raises DerivationError naming the symbol when an entry has no value.
        """
        return self._certified(lambda _i, _j, ball: ball if is_sharp(ball, digits) else None, digits)

    def decimal(self, digits: int) -> list[list[str]]:
        """Entries rounded to so many significant digits, half to even; every digit is certain.

        -∞ is ``-inf``.  Raises DerivationError naming the symbol when an entry has no value.
        """
        return self._printed(printed.significant_text, digits, digits)

    def fixed(self, places: int) -> list[list[str]]:
        """Entries rounded to so many digits after the point, half to even; every digit is certain.

        -∞ is ``-inf``; zero has no sign.  Raises DerivationError naming the symbol
        when an entry has no value.
        """
        return self._printed(printed.fixed_text, places, max(places, 0) + 5)

    def numpy(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The floats nearest to the entries; -∞ is ``-inf``."""
        import numpy as np

        return np.array(
            self._certified(lambda _i, _j, ball: printed.nearest_float(ball), 17), dtype=np.float64
        )

    def _printed(self, show: Callable[..., str | None], argument: int, digits: int) -> list[list[str]]:
        def shown(i: int, j: int, ball: arb) -> str | None:
            if not ball.is_finite():
                return "-inf" if (i, j) in self.hidden else "inf" if (i, j) in self.unbounded else None
            text = show(ball, argument)
            known = self._rational_at(i, j) if text is None else None
            return text if known is None else show(known, argument)

        return self._certified(shown, digits)

    def _rational_at(self, i: int, j: int) -> Fraction | None:
        """A rational entry, which decides its ties itself."""
        if isinstance(self.data, Symbolic | Nested):
            return None
        value = quotients.as_rational(carriers.cell(self.data, i, j))
        return None if value is None else Fraction(int(value.p), int(value.q))

    def _certified(self, answer: Callable[[int, int, arb], Any], digits: int) -> list[list[Any]]:
        """The answer for every entry, asked again with better balls until it is not None."""
        rows, columns = self.shape
        table: list[list[Any]] = [[None] * columns for _ in range(rows)]
        missing = [(i, j) for i in range(rows) for j in range(columns)]
        working = digits + 5
        while missing:
            matrix = self.enclosure(working)
            with precision(working):
                for i, j in missing:
                    table[i][j] = answer(i, j, matrix[i, j])
                    if table[i][j] is None and (known := self._rational_at(i, j)) is not None:
                        table[i][j] = answer(i, j, ball(known))  # a 0 of an exponential sum is never sharp
            missing = [(i, j) for i, j in missing if table[i][j] is None]
            if working > MOST_DIGITS + 2 * digits:
                for i, j in missing:
                    table[i][j] = self._settled(i, j, answer)
                missing = []
            working = 2 * working + 20
        return table

    def _settled(self, i: int, j: int, answer: Callable[[int, int, arb], Any]) -> Any:
        """The answer for an entry that no ball decides: it may be a 0 that was not recognized."""
        if isinstance(self.data, Symbolic) and reductions.vanishes(self.data.cells[i][j]):
            return answer(i, j, arb(0))
        raise DerivationError(f"entry ({i + 1}, {j + 1}) cannot be rounded with certainty")

    def enclosure(self, digits: int) -> arb_mat:
        """Balls computed with so many digits, whatever their radius; -∞ included."""
        if not self.is_numeric:
            raise DerivationError(f"{self.symbols[0]} has no value, so there are no digits")
        with precision(digits):
            matrix = carriers.balls(self.data)
            for cells, infinite in ((self.hidden, arb.neg_inf()), (self.unbounded, arb.pos_inf())):
                for i, j in cells:
                    matrix[i, j] = infinite
        return matrix


def _checked(entry: Any) -> Any:
    lib = expressions.sp()
    if entry.has(lib.Float, lib.I, lib.nan, lib.zoo, lib.oo):
        raise DerivationError(f"{entry} is not an exact real number")
    return entry
