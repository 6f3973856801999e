"""Articles without errors, one printed digit changed: that number must be found, and no other accused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from derivations.model import Finding, Source, Span
from tests.corpus.scoring import FAULTS, Judged, cell_places

_NUMBER = re.compile(r"(?<![\w.^%])(?:\d+\.\d+|\d+)(?![\w.]*\d)")
EVERYWHERE = 1


@dataclass(frozen=True)
class Mutant:
    """An article with one digit changed."""

    source: Source
    place: Span
    """The changed number; it is as long as before."""
    before: str

    @property
    def after(self) -> str:
        """The number as it reads now."""
        return self.source.text[self.place.start : self.place.end]


def mutants(judged: Judged, every: int = EVERYWHERE) -> Iterator[Mutant]:
    """An error-free article, one computed number changed in its first digit; each ``every``-th one."""
    if not is_clean(judged):
        return
    source = judged.article.source
    for match in list(_numbers(judged))[::every]:
        changed = _changed(match.group())
        text = source.text[: match.start()] + changed + source.text[match.end() :]
        yield Mutant(Source(source.path, text), Span(*match.span()), match.group())


def is_clean(judged: Judged) -> bool:
    """Whether an article has no errors, and nothing but that is said of it."""
    return not judged.strays and all(
        {said.label.verdict, said.verdict} <= {"right", "none"} for said in judged.said
    )


def _numbers(judged: Judged) -> Iterator[re.Match[str]]:
    text = judged.article.source.text
    for said in judged.said:
        if said.label.verdict == said.verdict == "right":
            for span in said.label.spans:
                found = _NUMBER.finditer(text, span.start, span.end)
                yield from (match for match in found if _is_significant(match.group()))


def _is_significant(number: str) -> bool:
    """Whether a change of the first significant digit is more than a matter of rounding."""
    digits = number.partition(".")[2]
    return number.strip("0.") != "" and (
        not digits or re.search("[1-9]", number.replace(".", "")[:-1]) is not None
    )


def _changed(number: str) -> str:
    first = re.search("[1-9]", number)
    assert first is not None
    digit = "8" if first.group() == "9" else str(int(first.group()) + 1)
    return number[: first.start()] + digit + number[first.end() :]


# ---------------------------------------------------------------- what is said of one


def outcome(mutant: Mutant) -> str:
    """``found``: one wrong number, the changed one.  Otherwise what happened instead."""
    from derivations.verify.checked import check

    faults = [f for f in check(mutant.source).findings if str(f.verdict) in FAULTS]
    here = [f for f in faults if _is_at(f, mutant)]
    if any(str(f.verdict) != "carried" for f in faults if f not in here):
        return "another accused"
    if not here:
        return "missed"
    verdicts = {str(f.verdict) for f in here}
    if verdicts != {"wrong"} or len(here) > 1:
        return "said " + " and ".join(sorted(verdicts))
    return "found" if _is_exact(here[0], mutant) else "another cell named"


def _is_at(finding: Finding, mutant: Mutant) -> bool:
    return finding.span.touches(mutant.place)


def _is_exact(finding: Finding, mutant: Mutant) -> bool:
    places = cell_places(finding, mutant.source.text)
    return all(place.touches(mutant.place) for place in places)


def measure(judged: Iterable[Judged], verbose: bool = False) -> str:
    """How many changed digits are found, and what happens to the others."""
    counts: Counter[str] = Counter()
    lines = []
    for each in judged:
        for mutant in mutants(each):
            result = outcome(mutant)
            counts[result] += 1
            if verbose and result != "found":
                line, column = mutant.source.place(mutant.place.start)
                lines.append(
                    f"{each.article.name}:{line}:{column}: {mutant.before} -> {mutant.after}: {result}"
                )
    total = counts.total()
    share = f" ({100 * counts['found'] / total:.1f}%)" if total else ""
    rest = ", ".join(f"{result} {n}" for result, n in counts.most_common() if result != "found")
    return "\n".join(
        [*lines, f"one digit changed in articles without errors: found {counts['found']}/{total}{share}"]
        + ([f"otherwise: {rest}"] if rest else [])
    )
