"""How often the verifier agrees with the labels: counts, and the rates made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from tests.corpus.labels import NONE, Labelled
from tests.corpus.scoring import MISSING, Judged

RATES = (
    ("coverage", "covered", "checkable"),
    ("recall", "found", "wrong and read"),
    ("end-to-end recall", "found", "wrong"),
    ("precision", "hits", "accused"),
    ("carried", "carried agreed", "carried"),
    ("rounding", "rounding agreed", "rounding"),
)
"""Each rate, and the two counts it is the quotient of.

Coverage is the share of the claims that are judged at all.  Recall is the share
of the wrong claims that are called wrong: of those that are judged, and end to
end of all, so that a claim that is not read counts as missed.  Precision is the
share of the accusations that are true.
"""
LANGUAGES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "id": "Indonesian",
    "ja": "Japanese",
    "ko": "Korean",
    "pl": "Polish",
    "ru": "Russian",
    "zh": "Chinese",
}
WIDTH = 24


def count(judged: Judged) -> Counter[str]:
    """The counts behind the rates, of one article."""
    counts: Counter[str] = Counter(articles=1, accused=sum(str(f.verdict) == "wrong" for f in judged.strays))
    for said in judged.said:
        counts += _count(said.label.verdict, said.verdict)
        counts["known limits"] += said.label.is_limited
    return counts


def _count(true: str, said: str) -> Counter[str]:
    """A number that claims nothing counts only when it is accused."""
    is_claim, is_read = true != NONE, said not in ("unchecked", MISSING)
    counts = {
        "claims": is_claim,
        true: is_claim,
        f"{true} agreed": true == said,
        "checkable": is_claim and true != "unchecked",
        "covered": is_claim and true != "unchecked" and is_read,
        "wrong and read": true == "wrong" and is_read,
        "found": true == said == "wrong",
        "hits": true == said == "wrong",
        "accused": said == "wrong",
    }
    return Counter({name for name, holds in counts.items() if holds})


# ---------------------------------------------------------------- the table


def table(judged: list[Judged]) -> Iterator[str]:
    """Overall, by notation, by language."""
    names = " ".join(f"{name:>17s}" for name, _, _ in RATES)
    yield f"{'':{WIDTH}s} articles claims {names}"
    yield _line("all", judged)
    for key in (_notation, _language):
        yield ""
        yield from (_line(name, group) for name, group in _groups(judged, key))


def _notation(article: Labelled) -> str:
    return article.notation


def _language(article: Labelled) -> str:
    return LANGUAGES[article.language]


def _groups(judged: list[Judged], key: Callable[[Labelled], str]) -> Iterator[tuple[str, list[Judged]]]:
    for name in sorted({key(each.article) for each in judged}):
        yield name, [each for each in judged if key(each.article) == name]


def _line(name: str, judged: Iterable[Judged]) -> str:
    counts = total(judged)
    rates = " ".join(f"{share(counts[part], counts[whole]):>17s}" for _, part, whole in RATES)
    return f"{name:{WIDTH}s} {counts['articles']:8d} {counts['claims']:6d} {rates}"


def total(judged: Iterable[Judged]) -> Counter[str]:
    """The counts of several articles."""
    counts: Counter[str] = Counter()
    for each in judged:
        counts += count(each)
    return counts


def share(part: int, whole: int) -> str:
    """A part of a whole, in numbers and in percent."""
    return f"{part}/{whole} {100 * part / whole:5.1f}%" if whole else "-"
