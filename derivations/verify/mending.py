"""A whole article mended: edits are made, and the result is judged again until nothing more can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivations.model import Edit, Source, Verdict
from derivations.verify.checked import Checked, check

WEIGHTS = {Verdict.WRONG: 2, Verdict.CARRIED: 2, Verdict.ROUNDING: 1}
"""How bad each fault is: a value that is only rounded badly is better than a wrong one."""


def mended(checked: Checked, format: str | None = None, ignore: frozenset[str] = frozenset()) -> Checked:
    """The article after mending, judged.

    Every round has to leave fewer or lesser faults than the one before, so mending comes
    to an end, and mending what was mended changes nothing.
    """
    while True:
        for attempt in _attempts(checked):
            text = applied(checked.source.text, attempt)
            again = check(Source(checked.source.path, text), format, ignore)
            if _faults(again) < _faults(checked):
                checked = again
                break
        else:
            return checked


def _attempts(checked: Checked) -> Iterator[list[Edit]]:
    """What may be mended at once: everything, the values alone, or the first with what repeats it."""
    faulty = [finding for finding in checked.findings if finding.fix]
    if faulty:
        yield edits(checked)
    if len(faulty) > 1:
        yield [edit for each in faulty for edit in each.fix if each.span.covers(edit.span)]
        yield list(faulty[0].fix)


def edits(checked: Checked) -> list[Edit]:
    """Everything that mends the findings of an article."""
    return [edit for finding in checked.findings for edit in finding.fix]


def _faults(checked: Checked) -> int:
    return sum(checked.counts[verdict] * weight for verdict, weight in WEIGHTS.items())


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with its edits made; of two that overlap the first is made."""
    parts, done = [], 0
    for edit in sorted(edits, key=lambda each: (each.span.start, -each.span.end)):
        if edit.span.start < done:
            continue
        parts += [text[done : edit.span.start], edit.text]
        done = edit.span.end
    return "".join([*parts, text[done:]])
