"""What the verifier says of a labelled article, held against the labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.model import Finding, Span
from tests.corpus.labels import NONE, Label, Labelled

FAULTS = ("wrong", "rounding", "carried")
WORST_FIRST = (*FAULTS, "right", "unchecked")
MISSING = NONE
"""Said of a value of which the verifier says nothing."""

_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d+(?:\.\d*)?|\.\d+)")


@dataclass(frozen=True)
class Said:
    """One label and the findings about its value."""

    label: Label
    verdict: str
    findings: tuple[Finding, ...]

    @property
    def accusation(self) -> Finding | None:
        """The one finding that calls the value wrong."""
        wrong = [finding for finding in self.findings if str(finding.verdict) == "wrong"]
        return wrong[0] if len(wrong) == 1 else None


@dataclass(frozen=True)
class Judged:
    """A labelled article after verification."""

    article: Labelled
    said: tuple[Said, ...]
    strays: tuple[Finding, ...]
    """Faults found where nothing is labelled."""


def judge(article: Labelled) -> Judged:
    """Verify an article, and find out what is said of each labelled value."""
    from derivations.verify.checked import check

    findings = check(article.source).findings
    said = tuple(_said(label, findings, article.source.text) for label in article.labels)
    known = {id(finding) for each in said for finding in each.findings}
    strays = (f for f in findings if id(f) not in known and str(f.verdict) in FAULTS)
    return Judged(article, said, tuple(strays))


def _said(label: Label, findings: Sequence[Finding], text: str) -> Said:
    about = [f for f in findings if any(f.span.touches(span) for span in label.spans)]
    about = [f for f in about if _states(f, label, text)] or about
    verdicts = [_effective(finding, label, text) for finding in about]
    return Said(label, min(verdicts, key=WORST_FIRST.index, default=MISSING), tuple(about))


def _states(finding: Finding, label: Label, text: str) -> bool:
    """Whether a finding is about the very numbers of a label: columns of a table stand side by side."""
    numbers = [m.group() for span in label.spans for m in _NUMBER.finditer(text, span.start, span.end)]
    return numbers == [cell for row in finding.stated for cell in row]


def _effective(finding: Finding, label: Label, text: str) -> str:
    """The verdict on the part of a finding that the label is about."""
    places = cell_places(finding, text) if str(finding.verdict) in FAULTS else []
    is_elsewhere = places and not any(span.covers(place) for span in label.spans for place in places)
    return "right" if is_elsewhere else str(finding.verdict)


def cell_places(finding: Finding, text: str) -> list[Span]:
    """Where the cells at fault stand; empty where the numbers cannot be told apart."""
    numbers = list(_NUMBER.finditer(text, finding.span.start, finding.span.end))
    index = [(i, j) for i, row in enumerate(finding.stated, 1) for j, _ in enumerate(row, 1)]
    if len(numbers) != len(index):
        return []
    return [Span(*m.span()) for place, m in zip(index, numbers, strict=True) if place in finding.cells]


# ---------------------------------------------------------------- what differs from the labels


def disagreements(judged: Judged, with_limits: bool = False) -> Iterator[str]:
    """What is said otherwise than labelled, with its place.

    A known limit is left out, and a limit that is none any more is told; ``with_limits`` compares with the
    truth alone.
    """
    for said in judged.said:
        for difference in _from_truth(said) if with_limits else _from_labels(said):
            yield f"{_place(judged.article, said.label.spans[0])}: {difference}"
    for finding in judged.strays:
        yield f"{_place(judged.article, finding.span)}: no claim, said {finding.verdict}: {finding.message}"


def _place(article: Labelled, span: Span) -> str:
    line, column = article.source.place(span.start)
    return f"{article.name}:{line}:{column}"


def _from_truth(said: Said) -> Iterator[str]:
    true = said.label.verdict
    if said.verdict == true or (true == NONE and said.verdict not in FAULTS):
        yield from _details(said).values()
    else:
        yield _differs(said, true)


def _from_labels(said: Said) -> Iterator[str]:
    label = said.label
    if not label.known:
        limits = {text for part, text in _details(said).items() if part in label.but}
        yield from (text for text in _from_truth(said) if text not in limits)
        yield from (f"but={part} is no limit any more" for part in sorted(label.but - _details(said).keys()))
    elif said.verdict == label.verdict:
        yield f"said={label.known} is no limit any more"
    elif said.verdict != label.known:
        yield _differs(said, label.known)


def _differs(said: Said, expected: str) -> str:
    return f"{expected}, said {said.verdict}: {'; '.join(finding.message for finding in said.findings)}"


def _details(said: Said) -> dict[str, str]:
    """Cells, right value and cause, where the label names them and the verifier says others."""
    label, finding = said.label, said.accusation
    if label.verdict != "wrong" or finding is None:
        return {}
    found = {}
    if label.cells and set(label.cells) != set(finding.cells):
        found["cells"] = f"cells {label.cells}, said {finding.cells}"
    if label.value and not _is_value(label.value, finding):
        found["be"] = f"should be {label.value}, said {finding.expected_decimal or finding.expected}"
    if label.cause and finding.cause != label.cause:
        found["cause"] = f"cause {label.cause}, said {finding.cause}"
    return found


def _is_value(value: Sequence[Sequence[str]], finding: Finding) -> bool:
    said = finding.expected_decimal or finding.expected or ()
    if [len(row) for row in value] != [len(row) for row in said]:
        return False
    cells = zip((a for row in value for a in row), (b for row in said for b in row), strict=True)
    return all(_is_same(a, b) for a, b in cells)


def _is_same(expected: str, said: str) -> bool:
    """Equal as far as both are printed."""
    try:
        difference = abs(Fraction(expected) - Fraction(said))
    except ValueError:
        return expected == said
    return difference <= max(_unit(expected), _unit(said)) / 2


def _unit(number: str) -> Fraction:
    _, point, digits = number.partition(".")
    return Fraction(1, 10 ** len(digits)) if point else Fraction(0)
