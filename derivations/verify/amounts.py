"""The right values of cells: balls, with the exact forms where they are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from flint import arb, arb_mat

from derivations.exact import Exact
from derivations.exact.enclosures import LONGEST
from derivations.exact.printed import fixed_text

FRACTION = re.compile(r"-?\d+(?:/\d+)?")


@dataclass(frozen=True)
class Forms:
    """The ways to write an exact matrix, each worked out once, when it is asked for."""

    exact: Exact

    @cached_property
    def text(self) -> list[list[str]]:
        """Cells that SymPy reads."""
        return self.exact.text()

    @cached_property
    def plain(self) -> list[list[str]] | None:
        """Cells as a terminal shows them."""
        rows, columns = self.exact.shape
        line = self.exact.plain()
        if (rows, columns) == (1, 1):
            return [[line]]
        cells = [row.split(", ") for row in line[2:-2].split("], [")]
        return cells if len(cells) == rows and all(len(row) == columns for row in cells) else None


@dataclass(frozen=True)
class Amount:
    """The right value of one cell: a ball, and its exact forms where they are known."""

    ball: arb
    forms: Forms | None = None
    place: tuple[int, int] = (0, 0)
    """Row and column in the exact matrix, from 0."""
    whole: str | None = None
    """The integer that it is, where no exact matrix says so."""

    @cached_property
    def text(self) -> str | None:
        """Readable by SymPy."""
        return self.whole if self.forms is None else self.forms.text[self.place[0]][self.place[1]]

    @cached_property
    def tex(self) -> str | None:
        """TeX of the exact value."""
        if self.forms is None:
            return self.whole
        return self.forms.exact.entry_tex(self.place[0] + 1, self.place[1] + 1)

    @cached_property
    def plain(self) -> str | None:
        """As a terminal shows it."""
        if self.forms is None:
            return self.whole
        return self.forms.plain[self.place[0]][self.place[1]] if self.forms.plain is not None else None

    @cached_property
    def fraction(self) -> Fraction | None:
        """The value where it is rational."""
        if self.text is None or not FRACTION.fullmatch(self.text):
            return None
        return Fraction(self.text)

    def fixed(self, places: int, times: int = 1) -> str:
        """A multiple of the value with so many digits after the point, half to even."""
        value = self.fraction
        shown = fixed_text(self.ball * times if value is None else value * times, places)
        return shown if shown is not None else (self.ball * times).mid().str(max(places, 0) + 1, radius=False)


def amounts(balls: arb_mat, exact: Exact | None, factor: arb | None = None) -> list[list[Amount]]:
    """The cells of a value; with a factor that the author writes in front, divided by it."""
    rows, columns = balls.nrows(), balls.ncols()
    forms = Forms(exact) if exact is not None and factor is None else None

    def amount(i: int, j: int) -> Amount:
        ball = balls[i, j] if factor is None else balls[i, j] / factor
        return Amount(ball, None, (i, j), _recognized(ball)) if forms is None else Amount(ball, forms, (i, j))

    return [[amount(i, j) for j in range(columns)] for i in range(rows)]


def _recognized(ball: arb) -> str | None:
    """The integer that a ball holds, if it is so small that it can hardly hold one by chance."""
    whole = ball.unique_fmpz() if abs(ball) < LONGEST else None
    return None if whole is None or ball.rad() > arb("1e-20") else str(whole)
