"""One article, from its text to everything that a report shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from derivations.model import CellText, Finding, Formula, Source, Span, Unread, Verdict
from derivations.verify.ignores import Ignored, ignored

FAULTS = (Verdict.WRONG, Verdict.CARRIED, Verdict.ROUNDING)


class Place(NamedTuple):
    """Where something begins and ends, as people count: from 1, in a notebook inside a cell."""

    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Checked:
    """An article after judgement."""

    source: Source
    findings: tuple[Finding, ...] = ()
    """What counts: everything that no comment in the article asks to ignore."""
    unread: tuple[Unread, ...] = ()
    cells: tuple[CellText, ...] = ()
    formulas: int = 0
    """How many formulas were read."""
    ignored: int = 0
    """How many findings a comment in the article, or the settings, ask to ignore."""
    unused: tuple[Span, ...] = ()
    """Comments that ask to ignore what is not there."""
    error: str = ""
    """Why the article could not be judged, or not to its end."""

    def place(self, span: Span) -> Place:
        """The place of a range of the source."""
        cell, line, column = self._at(span.start)
        _, end_line, end_column = self._at(span.end, cell)
        return Place(cell, line, column, end_line, end_column)

    def _at(self, offset: int, cell: int | None = None) -> tuple[int | None, int, int]:
        for text in self.cells:
            inside = text.text and text.at[0] <= offset <= text.at[-1]
            if inside and cell in (None, text.number):
                return text.number, *text.place(offset)
        return None, *self.source.place(offset)

    def line(self, place: Place, offset: int) -> str:
        """The line of the text on which an offset stands."""
        for text in self.cells:
            if text.number == place.cell and text.text and text.at[0] <= offset <= text.at[-1]:
                return text.text.split("\n")[place.line - 1]
        return self.source.line(place.line)

    @cached_property
    def counts(self) -> Counter[Verdict]:
        """How many claims got each verdict."""
        return Counter(finding.verdict for finding in self.findings)

    def is_faulty(self, strict: bool) -> bool:
        """Whether something wrong was found; where it is strict, rounding counts too."""
        faults = FAULTS if strict else (Verdict.WRONG, Verdict.CARRIED)
        return any(self.counts[verdict] for verdict in faults)


def check(
    source: Source, format: str | None = None, ignore: frozenset[str] = frozenset(), mend: bool = True
) -> Checked:
    """Read and judge an article.  ``ignore`` names rules that are of no interest.

    With ``mend`` the findings also hold what would mend them.

    Raises DerivationError for a format that has no reader and for a broken notebook.
    """
    from derivations.readers import read
    from derivations.verify.judge import judge

    article = read(source, format)
    findings = judge(article, mend)
    kept: Ignored = ignored(article, findings, ignore)
    formulas = sum(isinstance(part, Formula) for part in article.parts)
    return Checked(source, kept.findings, article.unread, article.cells, formulas, kept.number, kept.unused)
