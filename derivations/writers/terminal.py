"""A worked example in a terminal: one-line formulas, drawn matrices, nothing wider than asked."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from unicodedata import combining, east_asian_width

from derivations.derive import formula_of
from derivations.exact import Exact
from derivations.exact.structure import select
from derivations.formula import parse
from derivations.model import Step, Worked
from derivations.writers.decimals import needs_decimals, selected_decimals
from derivations.writers.forms import Places, shown_places
from derivations.writers.plain import plain, plain_name
from derivations.writers.sheet import named_scope, sizes
from derivations.writers.text import plain as plain_prose
from derivations.writers.written import written_out

INDENT = "   "
MOST_ENTRIES = 16
"""So many exact entries are listed one below the other when they do not fit as a matrix."""
Grid = Sequence[Sequence[str]]


def show(worked: Worked, width: int = 80, only: str | None = None) -> str:
    """The text of a worked example, at most ``width`` characters wide; ``only`` names one step."""
    lines = list(_step(worked, only, width)) if only else list(_whole(worked, width))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _whole(worked: Worked, width: int) -> Iterator[str]:
    derivation, example = worked.derivation, worked.example
    yield from _wrapped(f"{plain_prose(derivation.title)} · {plain_prose(example.title)}", width, "")
    if derivation.source:
        yield from _wrapped(plain_prose(derivation.source), width, "")
    if example.note:
        yield ""
        yield from _wrapped(plain_prose(example.note), width, "")
    if example.tokens:
        yield from _wrapped("tokens: " + " · ".join(example.tokens), width, "")
    for given in derivation.inputs:
        yield ""
        shape = "×".join(map(str, worked[given.name].shape))
        meaning = f" · {plain_prose(given.meaning)}" if given.meaning else ""
        yield from _wrapped(f"{plain_name(given.name)} · {shape}{meaning}", width, "")
        yield from _value(plain_name(given.name), worked[given.name], None, width)
    for step in derivation.steps:
        yield ""
        yield from _step(worked, step.name, width)
    yield ""
    yield from _checked(worked, width)


def _step(worked: Worked, name: str | None, width: int) -> Iterator[str]:
    at, step = next((at, step) for at, step in enumerate(worked.derivation.steps, 1) if step.name == name)
    shape = "×".join(map(str, worked[step.name].shape))
    title = plain_prose(step.title) or plain_name(step.name)
    yield from _wrapped(f"{at} {title} · {plain(formula_of(step))} · {shape}", width, "")
    if step.why:
        yield from _wrapped(plain_prose(step.why), width)
    yield from _value(plain_name(step.name), worked[step.name], _earlier_entries(worked, step), width)


def _earlier_entries(worked: Worked, step: Step) -> Callable[[int, int], str] | None:
    """The entries of a step written with those of earlier ones, as text."""
    scope = named_scope(worked, step, sizes(worked))
    written = written_out(formula_of(step), worked[step.name].shape, scope)
    return None if written is None else lambda i, j: plain(written.at(i, j))


def _checked(worked: Worked, width: int) -> Iterator[str]:
    deviations = [check.deviation for check in worked.checks if check.deviation is not None]
    if deviations:
        yield from _wrapped(f"Largest deviation from NumPy: {max(deviations):.1e}", width, "")
    others = dict.fromkeys(check.what for check in worked.checks if check.deviation is None)
    if others:
        yield from _wrapped(f"Checked: {'; '.join(others)}", width, "")


# ---------------------------------------------------------------- values


def _value(name: str, value: Exact, earlier: Callable[[int, int], str] | None, width: int) -> Iterator[str]:
    """The exact value, drawn if it fits, and its decimals where they say more."""
    yield from _exact(name, value, earlier, width)
    if value.is_numeric:
        rows, columns = _places(value)
        tex = [
            [value.entry_tex(i + 1, j + 1) for j in columns if j is not None] for i in rows if i is not None
        ]
        if needs_decimals(tex):
            yield from _decimals(name, value, width)


def _places(value: Exact) -> tuple[Places, Places]:
    rows, columns = value.shape
    return shown_places(rows, 10), shown_places(columns, 10)


def _exact(name: str, value: Exact, earlier: Callable[[int, int], str] | None, width: int) -> Iterator[str]:
    rows, columns = _places(value)
    candidates: list[Callable[[int, int], str]] = [lambda i, j: _entry(value, i, j)]
    if earlier is not None:
        candidates.append(earlier)
    for cell in candidates:
        drawn = draw(f"{name} = ", _grid(rows, columns, cell))
        if _fits(drawn, width):
            yield from drawn
            return
    yield from _listed(name, value, candidates, width)


def _listed(
    name: str, value: Exact, candidates: Sequence[Callable[[int, int], str]], width: int
) -> Iterator[str]:
    """The entries one below the other, in the shortest of the ways to say them."""
    count = value.shape[0] * value.shape[1]
    places = [divmod(at, value.shape[1]) for at in range(min(count, MOST_ENTRIES))]
    ways = [[cell(i, j) for i, j in places] for cell in candidates]
    for (i, j), text in zip(places, min(ways, key=lambda way: max(map(len, way))), strict=True):
        yield from _wrapped(f"{name}[{i + 1},{j + 1}] = {text}", width, hang="  ")
    if count > MOST_ENTRIES:
        yield f"{INDENT}… {count - MOST_ENTRIES} more entries"


def _entry(value: Exact, i: int, j: int) -> str:
    if not value.is_numeric:
        return plain(parse(value.entry_tex(i + 1, j + 1)))
    return select(value, [i], [j]).plain()


def _decimals(name: str, value: Exact, width: int) -> Iterator[str]:
    """Certified decimals with as many columns as fit."""
    for most in (10, 8, 6, 5, 4, 3):
        rows, columns = shown_places(value.shape[0], 10), shown_places(value.shape[1], most)
        texts = selected_decimals(value, rows, columns)
        grid = _grid(rows, columns, partial(_decimal_text, texts))
        drawn = draw(f"{' ' * len(name)} ≈ ", grid)
        if _fits(drawn, width):
            yield from drawn
            return
    yield f"{INDENT}(the terminal is too narrow for the decimals)"[:width]


def _decimal_text(texts: Mapping[tuple[int, int], str], i: int, j: int) -> str:
    return texts[i, j].replace(r"\infty", "∞").replace(r" \cdot 10^{", "e").replace("}", "")


# ---------------------------------------------------------------- drawing


def _grid(rows: Places, columns: Places, cell: Callable[[int, int], str]) -> Grid:
    return [["…" if i is None or j is None else cell(i, j) for j in columns] for i in rows]


def draw(label: str, cells: Grid) -> list[str]:
    """A matrix with a label before its middle row; one entry stands without brackets."""
    if len(cells) == 1 == len(cells[0]):
        return [INDENT + label + cells[0][0]]
    columns = [max(map(_columns_of, column)) for column in zip(*cells, strict=True)]
    rows = ["  ".join(_centred(cell, size) for cell, size in zip(row, columns, strict=True)) for row in cells]
    last = len(rows) - 1
    blank = " " * _columns_of(label)
    return [
        INDENT + (label if at == last // 2 else blank) + _left(at, last) + row + _right(at, last)
        for at, row in enumerate(rows)
    ]


def _left(at: int, last: int) -> str:
    return "[" if last == 0 else "⎡" if at == 0 else "⎣" if at == last else "⎢"


def _right(at: int, last: int) -> str:
    return "]" if last == 0 else "⎤" if at == 0 else "⎦" if at == last else "⎥"


def _columns_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _centred(text: str, size: int) -> str:
    room = size - _columns_of(text)
    return " " * ((room + 1) // 2) + text + " " * (room // 2)


def _fits(lines: Sequence[str], width: int) -> bool:
    return all(_columns_of(line) <= width for line in lines)


def _wrapped(text: str, width: int, indent: str = INDENT, hang: str = "") -> list[str]:
    """A paragraph; ``hang`` sets continued lines further in."""
    return textwrap.wrap(text, max(width, 12), initial_indent=indent, subsequent_indent=indent + hang) or [""]
