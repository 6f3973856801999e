"""Sinusoidal positional encodings: ``PE(1) = [0.84, 0.54, ...]`` and single entries of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flint import arb

from derivations.evaluate import evaluate
from derivations.exact.balls import BALL
from derivations.formula import names
from derivations.model import Node
from derivations.verify import placeless
from derivations.verify.announced import role_of
from derivations.verify.book import Book
from derivations.verify.expectation import Expectation
from derivations.verify.literals import Match, Printed, match
from derivations.verify.roles import role_of_name
from derivations.verify.statement import Statement


def expected(label: Node | None, literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    """The sinusoidal encoding of a position, in the two usual orders of sines and cosines.

    Vaswani et al. 2017, section 3.5: PE(p, 2i) = sin(p / 10000^(2i/d)), PE(p, 2i+1) = cos of the same.
    """
    if label is not None and label.kind == "name" and label.data in book.unread:
        return [e._replace(sure=False) for e in _expected(label, literal, statement, book)]
    return _expected(label, literal, statement, book)


def _expected(label: Node | None, literal: Printed, statement: Statement, book: Book) -> list[Expectation]:
    if _is_table(label, literal, statement):
        return [_table(literal)]
    if (along := _along(label, literal, book)) is not None:
        return [along]
    frequencies = _frequencies(label, literal, statement, book)
    if frequencies is not None:
        return [frequencies]
    place = _place(label, statement) if label is not None else _place_told(statement)
    if place is None or not place or literal.elided:
        return []
    if len(place) == 2:
        width = _width(book)
        return [] if width is None else [Expectation(_entry(place[0], place[1], width), "encoding", True)]
    width = literal.shape[1]
    if literal.shape[0] != 1 or width % 2:
        return []
    interleaved = [_text(place[0], k, width) for k in range(width)]
    halves = interleaved[0::2] + interleaved[1::2]
    sure = label is not None or 2 * _agreeing(interleaved, literal) >= width
    return [
        Expectation(placeless.formula(f"[{', '.join(cells)}]"), "encoding", sure and cells is interleaved)
        for cells in (interleaved, halves)
    ]


def _agreeing(cells: Sequence[str], literal: Printed) -> int:
    """How many entries are those of the encoding; of a vector that is cut off, only the first few."""
    values = map(_value, cells)
    return sum(match(value, cell) <= Match.NEAR for value, cell in zip(values, literal.rows[0], strict=True))


def _is_table(label: Node | None, literal: Printed, statement: Statement) -> bool:
    """Whether a matrix holds the encodings of the positions 0, 1, 2, ... or 1, 2, 3, ..."""
    rows, width = literal.shape
    if rows < 2 or width % 2 or literal.elided:
        return False
    return role_of(label, statement) == "encoding" or (label is None and _is_told(statement))


def _table(literal: Printed) -> Expectation:
    """The encodings of as many positions; a row 0 1 0 1 ... is that of position 0."""
    rows, width = literal.shape
    starts = [
        sum(
            match(evaluate(placeless.formula(_text(first + p, k, width)), {}, BALL)[0, 0], cell)
            <= Match.TRUNCATED
            for p, row in enumerate(literal.rows)
            for k, cell in enumerate(row)
        )
        for first in (0, 1)
    ]
    first = int(starts[1] > starts[0])
    cells = [" & ".join(_text(first + p, k, width) for k in range(width)) for p in range(rows)]
    whole = r"\begin{bmatrix} " + r" \\ ".join(cells) + r" \end{bmatrix}"
    return Expectation(placeless.formula(whole), "encoding", 2 * max(starts) >= rows * width)


def _along(label: Node | None, literal: Printed, book: Book) -> Expectation | None:
    """``PE(pos, 2)`` over the column of the positions: that entry of each encoding."""
    if label is None or label.kind != "call" or role_of_name(str(label.data)) != "encoding":
        return None
    width, variable = _width(book), label.args[0]
    positions = book.bindings.get(variable.data) if variable.kind == "name" else None
    if width is None or positions is None or positions.printed is None or len(label.args) != 2:
        return None
    place, cells = label.args[1], [cell.node for cell in positions.printed.cells()]
    if place.kind != "number" or len(cells) != max(literal.shape) or any(c.kind != "number" for c in cells):
        return None
    texts = [_text(int(cell.data.value), int(place.data.value), width) for cell in cells]
    return Expectation(placeless.formula(f"[{', '.join(texts)}]"), "encoding", True)


def _frequencies(
    label: Node | None, literal: Printed, statement: Statement, book: Book
) -> Expectation | None:
    """``ω_1 = 0.01``, ``freqs = [1, 0.01]``: 10000^(-2i/d), of sinusoidal and of rotary encodings.

    Su et al. 2021 (RoFormer), section 3.2.2, takes the frequencies of Vaswani et al. 2017.
    """
    if label is None or label.kind != "name" or not _is_told(statement):
        return None
    base, above, below = names.parts(label.data)
    if any(names.parts(known)[0] == base for known in book.definitions):
        return None
    width = _width(book)
    if not _FREQUENCY.fullmatch(base) or above or width is None:
        return None
    if below.isdigit() and literal.shape == (1, 1):
        return Expectation(placeless.formula(_frequency(int(below), width)), "encoding", False)
    if below or literal.shape[0] > 1 or 2 * literal.shape[1] != width:
        return None
    whole = placeless.formula(f"[{', '.join(_frequency(i, width) for i in range(width // 2))}]")
    return Expectation(whole, "encoding", _most_agree(whole, literal))


_FREQUENCY = re.compile(r"omega|theta|(?:inv_?)?freq(?:s|uency|uencies)?|div_?term", re.IGNORECASE)


def _frequency(pair: int, width: int) -> str:
    return rf"\frac{{1}}{{10000^{{{2 * pair}/{width}}}}}"


def _most_agree(formula: Node, literal: Printed) -> bool:
    values = evaluate(formula, {}, BALL).entries()
    agreeing = sum(match(v, cell) <= Match.NEAR for v, cell in zip(values, literal.cells(), strict=True))
    return 2 * agreeing > len(values)


def _place(label: Node, statement: Statement) -> list[int] | None:
    """The position, or position and dimension, that a label names."""
    if label.kind == "call" and role_of_name(str(label.data)) == "encoding":
        texts = [a.data.text if a.kind == "number" else "?" for a in label.args]
    elif label.kind == "index" and role_of_name(str(label.args[0].data)) == "encoding":
        texts = [a.data.text if a.kind == "number" else "?" for a in label.args[1:]]
    elif label.kind == "name" and (role_of_name(label.data) == "encoding" or _is_position(label, statement)):
        texts = re.findall(r"\d+", names.parts(label.data)[2])
    else:
        return None
    return [int(t) for t in texts] if texts and all(t.isdigit() for t in texts) else None


def _is_position(label: Node, statement: Statement) -> bool:
    """``Position 3 = [..]`` where the text is about encodings."""
    return names.parts(label.data)[0].lower() in ("position", "pos") and _is_told(statement)


_POSITION = re.compile(
    r"(?:\b(?:pos(?:ition)?|token|index)|位置|위치|位)\s*[=:#]?\s*(\d{1,3})\W*$", re.IGNORECASE
)
_TOLD = re.compile(
    r"\bPE\b|positional|sinus|\bsin\b|frequenc|\brope\b|rotary|位置编码|位置エンコ|위치 인코딩|posicional",
    re.IGNORECASE,
)


def _place_told(statement: Statement) -> list[int] | None:
    """``pos 1: [0.841, 0.540]`` where the text is about encodings."""
    found = _POSITION.search(statement.words)
    return [int(found[1])] if found and _is_told(statement) else None


def _is_told(statement: Statement) -> bool:
    """Whether the words around a value speak of positional encodings."""
    return _TOLD.search(f"{statement.words} {statement.paragraph} {statement.heading}") is not None


def _width(book: Book) -> int | None:
    """The width of the encodings, as it was given last."""
    given = (book.bindings.get(name) for name in ("d_model", "d", "dimension"))
    known = [entry for entry in given if entry is not None and entry.points is not None]
    latest = max(known, key=lambda entry: entry.at, default=None)
    return int(float(latest.points[0, 0])) if latest is not None and latest.points is not None else None


def _text(position: int, k: int, width: int) -> str:
    function = "cos" if k % 2 else "sin"
    return rf"\{function}\left(\frac{{{position}}}{{10000^{{{k - k % 2}/{width}}}}}\right)"


def _entry(position: int, k: int, width: int) -> Node:
    return placeless.formula(_text(position, k, width))


def _value(text: str) -> arb:
    """The value of an entry."""
    return evaluate(placeless.formula(text), {}, BALL)[0, 0]
