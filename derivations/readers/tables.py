"""Tables with numbers, whatever they were marked up with: each value gets a name from its labels.

| token | q      |
| bank  | (1, 1) |      ->   q_{bank} = (1, 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivations.readers import running
from derivations.readers.fragments import Passage, Piece, fragment, join, prose
from derivations.readers.items import Atom

_NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?\s?\\?%?|\.\d+|∞|\\infty|inf)"
_NUMBER_CELL = re.compile(rf"[~≈]?\s*(?P<value>{_NUMBER})")
_VECTOR_CELL = re.compile(r"(?=\D*\d)(?:\\left)?[\[(][-+−\d\s.,;eE%∞\[\]()\\/√lright]*[\])]")
_NUMBERED = re.compile(r"\w{0,8}[\s_{(]*\d+[)}]*")
_GENERIC = re.compile(
    r"values?|wert|valor|valeur|值|数值|取值|matrix|vector|vectors?|向量|矩阵|result|结果|embedding",
    re.IGNORECASE,
)
_POSITION = re.compile(r"pos(?:ition)?|index|i|token|row|step|位置|序号|#", re.IGNORECASE)
_KIND_WORDS = re.compile(r"(?:vectors?|matrix|vektor|vecteur|向量|矩阵)$", re.IGNORECASE)
_INDEX = re.compile(r"_(?:\{?[ijktmn]\}?)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """The inside of a table cell; delimiters of formulas are blanked, the formulas are atoms."""

    passage: Passage
    atoms: Sequence[Atom] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        """The text without white space around it."""
        return self.passage.text.strip()

    @property
    def kind(self) -> str:
        """What the cell holds: number, vector, words, or nothing."""
        if not self.text:
            return "nothing"
        if _NUMBER_CELL.fullmatch(self.text):
            return "number"
        return "vector" if _VECTOR_CELL.fullmatch(self.text) else "words"


Rows = Sequence[Sequence[Cell]]


def pieces(rows: Rows) -> Iterator[Piece]:
    """Formulas and words of a table whose first row is its header."""
    width = max((len(row) for row in rows), default=0)
    full = [[*row, *[_EMPTY] * (width - len(row))] for row in rows]
    if len(full) < 2 or width == 0:
        yield from _words(full)
        return
    header, body = full[0], full[1:]
    labelled = _has_labels(header, body)
    first = 1 if labelled else 0
    if _is_matrix(header, body, first):
        yield from _matrix(header, body, first)
    elif (
        len(body) > 1
        and first < width
        and all(_column(body, c) == {"number"} for c in range(first, width))
        and width - first > 1
    ):
        yield from _columns(header, body, first)
    else:
        yield from _cells(header, body, labelled)


_EMPTY = Cell(Passage("", [0]))


def _words(rows: Rows) -> Iterator[Piece]:
    for row in rows:
        for cell in row:
            yield from running.pieces(cell.passage, cell.atoms, "table")


def _column(body: Rows, column: int) -> set[str]:
    return {row[column].kind for row in body} - {"nothing"}


def _has_labels(header: Sequence[Cell], body: Rows) -> bool:
    """Whether the first column names the rows: words, or a running number."""
    if "words" in _column(body, 0):
        return True
    counted = [row[0].text for row in body]
    running_number = counted in ([str(k) for k in range(len(body))], [str(k + 1) for k in range(len(body))])
    return _column(body, 0) == {"number"} and (running_number or bool(_POSITION.fullmatch(header[0].text)))


def _is_matrix(header: Sequence[Cell], body: Rows, first: int) -> bool:
    """Only numbers, under headings that are numbered, or the same as the labels of the rows."""
    if (
        len(header) - first < 2
        or len(body) < 2
        or any(_column(body, c) != {"number"} for c in range(first, len(header)))
    ):
        return False
    if any(row[c].kind == "nothing" for row in body for c in range(first, len(header))):
        return False
    heads, labels = [c.text for c in header[first:]], [row[0].text for row in body]
    numbered = all(_NUMBERED.fullmatch(head) or not head for head in heads)
    return numbered or (first == 1 and len(set(heads) & set(labels)) * 2 > len(heads))


def _matrix(header: Sequence[Cell], body: Rows, first: int) -> Iterator[Piece]:
    for cell in header:
        yield from prose(cell.passage)
    rows = []
    for row in body:
        values = [_value(cell) for cell in row[first:]]
        rows.append(join([value.after(" &") for value in values[:-1]] + values[-1:]))
    whole = join([row.after(r" \\") for row in rows[:-1]] + rows[-1:])
    yield fragment(whole.before(r"\begin{bmatrix} ").after(r" \end{bmatrix}"), "table")


def _columns(header: Sequence[Cell], body: Rows, first: int) -> Iterator[Piece]:
    """Each column as a vector with its heading as name."""
    for column in range(first, len(header)):
        yield from prose(header[column].passage)
        values = [_value(row[column]) for row in body]
        vector = join([value.after(",") for value in values[:-1]] + values[-1:]).before("(").after(")")
        yield _named(_name(header[column]), None, vector)


def _cells(header: Sequence[Cell], body: Rows, labelled: bool) -> Iterator[Piece]:
    """Each value on its own, named by its heading and the label of its row."""
    for cell in header:
        yield from running.pieces(cell.passage, cell.atoms, "table")
    for row in body:
        for number, cell in enumerate(row):
            if cell.kind not in ("number", "vector") or (labelled and number == 0):
                yield from running.pieces(cell.passage, cell.atoms, "table")
                continue
            yield from prose(header[number].passage)
            name, label = _name(header[number]), row[0] if labelled else None
            if label is not None and (name is None or _GENERIC.fullmatch(header[number].text)):
                name, label = _name(label), None
            yield _named(name, label, _value(cell))


def _value(cell: Cell) -> Passage:
    value = cell.passage.strip()
    return value.strip("~≈ ") if cell.kind == "number" else value


def _name(cell: Cell) -> Passage | None:
    """A heading as the name of a value: a symbol as it stands, a few words as one name."""
    whole = cell.passage.strip()
    kept = whole[: len(_KIND_WORDS.sub("", whole.text))].strip()
    if not kept.text:
        return None
    if cell.atoms:
        only = len(cell.atoms) == 1 and not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}|[=,]", kept.text)
        return kept if only else None
    if re.fullmatch(r"[^\W\d]\w*(?:[_^]\{?\w+\}?)*", kept.text):
        return kept
    words = re.fullmatch(r"[^\W\d][\w ]{0,30}", kept.text)
    return kept.before(r"\text{").after("}") if words and kept.text.count(" ") < 4 else None


def _named(name: Passage | None, label: Cell | None, value: Passage) -> Piece:
    """``name_{label} = value``, reported at the value."""
    if name is None:
        return fragment(value, "table")
    name = _without_index(name) if label is not None else name
    subscript = label.passage.strip().strip("\"'“”*").strip() if label is not None else None
    if subscript is not None and re.fullmatch(r"\w+", subscript.text) and "_" not in name.text:
        name = name.after("_{") + subscript.after("}")
    return fragment(join([name.after(" ="), value]), "table", value.span)


def _without_index(name: Passage) -> Passage:
    return name[: len(_INDEX.sub("", name.text))]
