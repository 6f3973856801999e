"""Text taken out of a source that still knows where each of its characters stands.

Everything between the file and the formula parser is done on passages: markup
is blanked, entities and escapes are decoded, rows of a grid are collected, and
no character ever loses its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derivations.model import Prose, Span, Unread

Places = Sequence[int]
"""Source offsets of the characters of a text, and one more: where the last one ends."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and the source offset of each of its characters.

    ``at`` has one entry more than ``text`` has characters: the place after the
    last one.  The places need not rise: the rows of a grid lie apart.
    """

    text: str
    at: Places

    @classmethod
    def whole(cls, text: str) -> Passage:
        """A complete source text."""
        return cls(text, range(len(text) + 1))

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, part: slice) -> Passage:
        start, end, _ = part.indices(len(self.text))
        end = max(start, end)
        return Passage(self.text[start:end], self.at[start : end + 1])

    def __add__(self, other: Passage) -> Passage:
        """This passage and another one with nothing between them."""
        return Passage(self.text + other.text, [*self.at[:-1], *other.at])

    def strip(self, chars: str | None = None) -> Passage:
        """Without white space (or the given characters) at both ends."""
        start = len(self.text) - len(self.text.lstrip(chars))
        return self[start : start + len(self.text.strip(chars))]

    @property
    def span(self) -> Span:
        """The smallest range of the source that holds every character."""
        if not self.text:
            return Span(self.at[0], self.at[0])
        if isinstance(self.at, range):
            return Span(self.at[0], self.at[-1])
        return Span(min(self.at[:-1]), max(self.at))

    def after(self, text: str) -> Passage:
        """This passage and a text that is not in the source; it stands at the last character."""
        last = self.at[-2] if self.text else self.at[0]
        return Passage(self.text + text, [*self.at[:-1], *[last] * len(text), self.at[-1]])

    def before(self, text: str) -> Passage:
        """A text that is not in the source, standing at the first character, and this passage."""
        return Passage(text + self.text, [*[self.at[0]] * len(text), *self.at])

    def blank(self, spans: Iterable[tuple[int, int]]) -> Passage:
        """The same passage with blanks in place of some characters; line ends stay."""
        parts, done = [], 0
        for first, end in sorted(spans):
            if end <= done:
                continue
            start = max(first, done)
            hidden = self.text[start:end]
            blanks = (
                " " * len(hidden) if "\n" not in hidden else "".join(c if c == "\n" else " " for c in hidden)
            )
            parts += [self.text[done:start], blanks]
            done = end
        return Passage("".join(parts) + self.text[done:], self.at) if parts else self

    def substitute(
        self, changes: Iterable[tuple[int, int, Passage]]
    ) -> tuple[Passage, list[tuple[int, int]]]:
        """The same passage with other passages, between blanks, in place of some of its ranges.

        Also gives the ranges of the new passages in the result.
        """
        texts, at, ranges, done, length = [], list[int](), list[tuple[int, int]](), 0, 0
        for start, end, other in changes:
            texts += [self.text[done:start], " ", other.text, " "]
            at += [*self.at[done:start], self.at[start], *other.at]
            length += start - done + 1
            ranges.append((length, length + len(other)))
            length += len(other) + 1
            done = end
        if not ranges:
            return self, []
        return Passage("".join(texts) + self.text[done:], [*at, *self.at[done:]]), ranges


class Builder:
    """Passages put one after the other, with a blank wherever the source has something between them."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._at: list[int] = []
        self._length = 0
        self.atoms: list[tuple[int, int, str]] = []
        """Formulas with markup among them: start, end, origin."""

    def add(self, passage: Passage, origin: str = "") -> None:
        """Append a passage; with an origin it is a formula of its own, between blanks."""
        if not passage.text:
            return
        if self._at and (origin or self._at[-1] != passage.at[0]):
            self._texts.append(" ")
            self._length += 1
        elif self._at:
            self._at.pop()
        if origin:
            self.atoms.append((self._length, self._length + len(passage), origin))
        self._texts.append(passage.text + (" " if origin else ""))
        self._at.extend(passage.at)
        if origin:
            self._at.append(passage.at[-1])
        self._length += len(passage) + bool(origin)

    @property
    def empty(self) -> bool:
        """Whether nothing was added yet."""
        return not self._texts

    @property
    def last(self) -> str:
        """The character that was added last."""
        return self._texts[-1][-1:] if self._texts else ""

    @property
    def end(self) -> int:
        """The place in the source after what was added last."""
        return self._at[-1] if self._at else 0

    def build(self) -> Passage:
        """Everything that was added."""
        return Passage("".join(self._texts), self._at or [0])


def join(passages: Iterable[Passage]) -> Passage:
    """Passages one after the other, with a blank wherever the source has something between them."""
    builder = Builder()
    for passage in passages:
        builder.add(passage)
    return builder.build()


def chained(passages: Sequence[Passage]) -> Passage:
    """Passages as one text with nothing between them, each in its place."""
    texts = [passage.text for passage in passages]
    at = [place for passage in passages for place in passage.at[:-1]]
    return Passage("".join(texts), [*at, passages[-1].at[-1] if passages else 0])


@dataclass(frozen=True, slots=True)
class Fragment:
    """Mathematics found in a source, before it is parsed.

    ``text`` is TeX or plain mathematics, ``at`` the source offsets of its
    characters (one more than there are characters), ``span`` the place in the
    source that it is reported at, ``origin`` where it was found: math, code,
    output, text, table or image.
    """

    text: str
    at: Places
    span: Span
    origin: str = "math"
    cell: int | None = None


Piece = Fragment | Prose | Unread
"""What a reader finds, in document order."""


def fragment(passage: Passage, origin: str = "math", span: Span | None = None) -> Fragment:
    """A passage as mathematics, without white space around it."""
    inner = passage.strip()
    return Fragment(inner.text, inner.at, span or inner.span, origin)


def prose(passage: Passage, level: int = 0) -> Iterable[Prose]:
    """A passage as words, white space narrowed; nothing if it holds no letter or digit."""
    inner = passage.strip()
    words = " ".join(inner.text.split())
    if any(map(str.isalnum, words)):
        yield Prose(words, inner.span, level)


def in_cell(piece: Piece, cell: int) -> Piece:
    """The piece as part of a notebook cell."""
    return replace(piece, cell=cell)
