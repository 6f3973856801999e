"""Labelled articles: what a verifier should say stands around the numbers themselves.

A label is put around a printed value in the article's text:

    $$A = ⟪wrong 1,2 be=0.67,0.33¦[0.67, 0.43]⟫$$

The marks are taken out before anybody reads the article, so that they cannot
influence what is found; what stood between them is the place of the claim.  The
first word is the true verdict, or ``none`` for a number that claims nothing.
Then, in any order:

    1,2           a cell that is wrong, [row, column] from 1 (a vector is one row)
    be=0.67,0.33  the right value: cells with commas, rows with semicolons
    cause=ID      the slip that explains the error
    #ID           marks with one ID belong to one value, printed in pieces
    said=VERDICT  a known limit: what the verifier says instead (``none``: it finds no claim)
    but=be,cause  a known limit: cells, right value (be) or cause are not what the verifier says

A number without marks must not be called wrong, carried or rounding.  Every
article says once, in a mark of its own, what it is written in, and why it is
not judged as it should be where that is so:

    ⟪about notation="LaTeX matrices" limit="why"⟫

``digits="why"`` says there that not every changed digit is found, see mutations.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from derivations.model import Source, Span

ARTICLES = Path(__file__).parent / "articles"
NONE = "none"
VERDICTS = ("right", "rounding", "carried", "wrong", "unchecked", NONE)

_MARK = re.compile(r"⟪about (?P<about>[^⟫]*)⟫\n?|⟪(?P<label>[^¦⟫]*)¦|⟫")
_CELL = re.compile(r"(\d+),(\d+)")


@dataclass(frozen=True, slots=True)
class Label:
    """What is true of one printed value."""

    verdict: str
    spans: tuple[Span, ...]
    """Where it stands, in the text without marks; more than one where it is printed in pieces."""
    cells: tuple[tuple[int, int], ...] = ()
    value: tuple[tuple[str, ...], ...] = ()
    cause: str = ""
    known: str = ""
    """What the verifier is known to say instead."""
    but: frozenset[str] = frozenset()
    """What the verifier is known to say otherwise: ``cells``, ``be``, ``cause``."""

    @property
    def is_limited(self) -> bool:
        """Whether the verifier is known to differ."""
        return bool(self.known or self.but)


@dataclass(frozen=True)
class Labelled:
    """An article without its marks, and what they said."""

    name: str
    """Its path below the folder of articles, such as ``en/cat.md``."""
    source: Source
    labels: tuple[Label, ...]
    notation: str
    limit: str = ""
    """Why the verifier does not say everywhere what is true."""
    digits: str = ""
    """Why not every digit that is changed in it is found."""

    @property
    def language(self) -> str:
        """The folder it lies in."""
        return self.name.partition("/")[0]


def articles() -> Iterator[Labelled]:
    """All articles, in the order of their names."""
    for path in sorted(ARTICLES.glob("[a-z][a-z]/*.*")):
        yield read(path.relative_to(ARTICLES).as_posix(), path.read_bytes().decode("utf-8"))


def read(name: str, text: str) -> Labelled:
    """An article from its text with marks.  Raises ValueError for marks that do not make sense."""
    plain, about, marked = _without_marks(name, text)
    unknown = set(about) - {"notation", "limit", "digits"}
    if "notation" not in about or unknown:
        raise ValueError(
            f"{name}: ⟪about …⟫ says notation, and may say limit and digits; it says {list(about)}"
        )
    labels = tuple(_label(name, words, spans) for words, spans in _joined(marked))
    if any(label.is_limited for label in labels) and not about.get("limit"):
        raise ValueError(f"{name}: said= and but= need their reason, as limit= in the mark ⟪about …⟫")
    return Labelled(name, Source(name, plain), labels, **about)


Marked = list[tuple[list[str], Span]]


def _without_marks(name: str, text: str) -> tuple[str, dict[str, str], Marked]:
    """The text without marks, what it says about itself, and the words and place of each mark."""
    plain, length, last = [], 0, 0
    about: dict[str, str] = {}
    opened: list[tuple[list[str], int]] = []
    marked: Marked = []
    for match in _MARK.finditer(text):
        plain.append(text[last : match.start()])
        length, last = length + len(plain[-1]), match.end()
        if match["about"] is not None:
            about = dict(word.split("=", 1) for word in shlex.split(match["about"].replace('\\"', '"')))
        elif match["label"] is not None:
            opened.append((match["label"].split(), length))
        elif opened:
            words, start = opened.pop()
            marked.append((words, Span(start, length)))
        else:
            raise ValueError(f"{name}: ⟫ without ⟪, after {plain[-1][-20:]!r}")
    if opened:
        raise ValueError(f"{name}: ⟪{' '.join(opened[-1][0])} is never closed")
    return "".join([*plain, text[last:]]), about, sorted(marked, key=lambda mark: mark[1].start)


def _joined(marked: Marked) -> Iterator[tuple[list[str], tuple[Span, ...]]]:
    """Marks that belong to one value, joined."""
    pieces: dict[str, tuple[list[str], list[Span]]] = {}
    for at, (words, span) in enumerate(marked):
        id = next((word for word in words if word.startswith("#")), f"mark {at}")
        rest = [word for word in words if word != id]
        kept, spans = pieces.setdefault(id, ([], []))
        kept.extend(rest)
        spans.append(span)
    for words, spans in pieces.values():
        yield words, tuple(spans)


def _label(name: str, words: list[str], spans: tuple[Span, ...]) -> Label:
    verdict, *rest = words or [""]
    cells = tuple((int(m[1]), int(m[2])) for m in map(_CELL.fullmatch, rest) if m)
    said = dict(word.split("=", 1) for word in rest if "=" in word)
    strange = [word for word in rest if "=" not in word and not _CELL.fullmatch(word)]
    strange += sorted(said.keys() - {"be", "but", "cause", "said"})
    if strange:
        raise ValueError(f"{name}: {strange[0]!r} in ⟪{' '.join(words)}¦ is no part of a label")
    if not {verdict, said.get("said", verdict)} <= set(VERDICTS):
        known = ", ".join(VERDICTS)
        raise ValueError(f"{name}: ⟪{' '.join(words)}¦ begins with one of {known}; so does said=")
    value = tuple(tuple(row.split(",")) for row in said["be"].split(";")) if "be" in said else ()
    but = frozenset(said["but"].split(",")) if "but" in said else frozenset()
    return Label(verdict, spans, cells, value, said.get("cause", ""), said.get("said", ""), but)
