"""How wide words are, and how they are broken into short lines."""

from __future__ import annotations

from itertools import takewhile

from derivations.writers.pictures.marks import SIZE, SMALL
from derivations.writers.text import CJK, plain

WIDTH = 0.58
"""The width of a Latin letter as a part of its height; a Chinese one is as wide as high."""

OPENING, CLOSING = tuple("（《“‘"), tuple("），。、；：？！》”’")
"""Signs after and before which no line ends."""


def letters(prose: str) -> float:
    """How many letters high a text is wide."""
    words = plain(prose)
    wide = len(CJK.findall(words))
    return WIDTH * (len(words) - wide) + wide


def width(prose: str, size: int = SIZE) -> int:
    """The width of a text."""
    return round(letters(prose) * size + 0.5)


def broken(prose: str, most: int, size: int = SMALL) -> list[str]:
    """A text in as few lines of at most this width as can be, and these as even as can be."""
    lines = _filled(prose, most, size)
    narrower = (_filled(prose, at, size) for at in range(most, 0, -1))
    return list(takewhile(lambda found: len(found) == len(lines), narrower))[-1]


def _filled(prose: str, most: int, size: int) -> list[str]:
    """A text in lines, none wider than this where a break can be made."""
    lines: list[str] = []
    for word in _words(prose):
        joined = (lines[-1] + word) if lines else word
        if lines and width(joined.strip(), size) <= most:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line.strip() for line in lines]


def _words(prose: str) -> list[str]:
    """Words with the blanks after them; a Chinese letter, and mathematics, is a word."""
    words = [""]
    inside = False
    for at, char in enumerate(prose):
        inside ^= char == "$"
        after = prose[at - 1] if at else ""
        parted = after == " " or CJK.match(char) or CJK.match(after or " ")
        if parted and not inside and words[-1] and char not in CLOSING and after not in OPENING:
            words.append("")
        words[-1] += char
    return words
