"""Tables with numbers, whatever they were marked up with: each value gets a name from its labels.

| token | q      |
| bank  | (1, 1) |      ->   q_{bank} = (1, 1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivations.readers import columns, running
from derivations.readers.fragments import Passage, Piece, fragment, join, prose
from derivations.readers.items import Atom

_NUMBER = r"[-+−]?(?:\d+(?:\.\d+)?(?:[eE][-+−]?\d+)?\s?\\?%?|\.\d+|∞|\\infty|inf)"
_NUMBER_CELL = re.compile(rf"[~≈]?\s*(?P<value>{_NUMBER})")
_WORKED_CELL = re.compile(rf"(?P<work>[-−\d.\s·×*⋅+()]*\d[-−\d.\s·×*⋅+()]*)=\s*(?P<value>{_NUMBER})")
"""``1·1 + 0·2 = 1``: a number with the way to it."""
_HIDDEN_CELL = re.compile(r"(?:[-–—]{1,2}|✗|×|masked)(?:\s*\(?mask\w*\)?)?", re.IGNORECASE)
_VECTOR_CELL = re.compile(r"(?=\D*\d)(?:\\left)?[\[(][-+−\d\s.,;eE%∞\[\]()\\/√lright]*[\])]")
_NOTE = re.compile(r"(?<=[\])])\s+\((?=[^()]*[A-Za-z\u3400-\u9fff]{3})[^()]*\)$")
"""``[1, 2] (only rescaled)``: a remark after a vector."""
_NUMBERED = re.compile(r"\w{0,8}[\s_{(]*\d+[)}]*|(?:2?[ijk]|dim|d|pos|position)\s*=\s*\d+(?:\s*\(\w+\))?")
_GENERIC = re.compile(
    r"values?|wert|valor|valeur|值|数值|取值|matrix|vector|vectors?|向量|矩阵|result|结果|embedding",
    re.IGNORECASE,
)
_KEY = re.compile(r"\b(?:key|quer(?:y|ies)|K|Q|clave|consulta)\b|键|查询|キー|키", re.IGNORECASE)
_VALUE = re.compile(r"values?|valor|wert|valeur|值", re.IGNORECASE)
_POSITION = re.compile(r"pos(?:ition)?|index|i|token|row|step|位置|序号|#", re.IGNORECASE)
_KIND_WORDS = re.compile(r"(?:vectors?|matrix|vektor|vecteur|向量|矩阵)$", re.IGNORECASE)
_SUMMARY = re.compile(
    r"(?:sum|total|Σ|∑|suma|Summe|somme|合计|总和|总计|求和|合計|합계)\b.{0,12}", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"[=^()√/·×+*\\]|\b(?:scores?|weights?|exp|softmax|prob\w*|logits?|sum|total|product|dot|raw|scaled|results?"
    r"|outputs?|mean|var\w*|std|norm\w*|attention|id|count|size|values?|keys?|quer\w+|embedding|vectors?"
    r"|puntu\w+|pesos?|gewichte?|poids|[B-HJ-Zb-np-xz]\d?|[A-Za-z]\d)\b|分|权重|概率|值|积|指数|结果|向量|重み|가중치|점수",
    re.IGNORECASE,
)
"""Headings that name a quantity, and not a token that the others look at."""
_REMARK = re.compile(r"(?<=[A-Za-z]{3})\s+\([A-Za-z ,.-]{3,}\)$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_CORNER = re.compile(r".*[\\/→↓↘|].*")
_WHOLE = re.compile(
    r"(?:context|output|attention|new|result\w*|contextual\w*|z|上下文|输出|salida|sortie|ausgabe)\b.*",
    re.IGNORECASE,
)
"""Headings of vectors that are the rows of one result."""
_LETTERED = re.compile(r"(?:(?:[^\W\d]{3,}|[\u3400-\u9fff]+) )+\(?(?P<letter>[qkvxszQKVXSZ])\)?")
"""``key k``: a heading that says the letter."""
_STEP = re.compile(
    r"^(?:[①-⑳]|\d{1,2}[.)](?=\s)|(?:step|schritt|paso|步骤)\s?\d{1,2}\s?[:：.])\s*", re.IGNORECASE
)
_PLACE = re.compile(r"(?P<of>[^\W\d]\w{0,8})(?: ?[:：] ?[^:：()]+| ?\([^()]+\)| [^\s]{1,12})")
_INDEX = re.compile(r"_(?:\{?[ijktmn]\}?)$")


@dataclass(frozen=True, slots=True)
class Cell:
    """The inside of a table cell; delimiters of formulas are blanked, the formulas are atoms."""

    passage: Passage
    atoms: Sequence[Atom] = field(default_factory=tuple)
    is_heading: bool = True
    """Whether it may be a heading: always, but where the markup tells headings from values."""

    @property
    def text(self) -> str:
        """The text without white space around it."""
        return self.passage.text.strip()

    @property
    def kind(self) -> str:
        """What the cell holds: number, vector, words, a dash for what is masked, or nothing."""
        if not self.text:
            return "nothing"
        if _NUMBER_CELL.fullmatch(self.text) or _WORKED_CELL.fullmatch(self.text):
            return "number"
        if _HIDDEN_CELL.fullmatch(self.text):
            return "hidden"
        return "vector" if _VECTOR_CELL.fullmatch(_NOTE.sub("", self.text)) else "words"


Rows = Sequence[Sequence[Cell]]


def pieces(rows: Rows, caption: Passage | None = None) -> Iterator[Piece]:
    """Formulas and words of a table whose first row is its header."""
    width = max((len(row) for row in rows), default=0)
    full = [[*row, *[_EMPTY] * (width - len(row))] for row in rows]
    if _is_bare(full):
        yield _named(_name(Cell(caption)) if caption else None, None, _grid(full))
        return
    if caption is not None:
        yield from running.pieces(caption, (), "table")
    if len(full) < 2 or width == 0:
        yield from _words(full)
        return
    yield from _headed(full[0], full[1:])


def _headed(header: Sequence[Cell], rows: Rows) -> Iterator[Piece]:
    """A table with headings: a matrix, columns of values, or values each on its own."""
    if (width := _row_width(header, rows)) > 0:
        yield from _quantities(rows, width)
        return
    body, summaries = _without_summaries(rows)
    labelled = _has_labels(header, body)
    first = 1 if labelled and not _is_used(header) else 0
    if not summaries and _is_matrix(header, body, first):
        yield from _matrix(header, body, first)
    elif len(body) > 1 and _are_columns(body, first):
        yield from columns.pieces([_column_of(header, body, c, labelled) for c in range(first, len(header))])
        yield from _totals(header, summaries, first)
    else:
        yield from _cells(header, rows, labelled)


_EMPTY = Cell(Passage("", [0]))


def _is_bare(rows: Rows) -> bool:
    """Numbers alone, and markup that calls none of them a heading."""
    cells = [cell for row in rows for cell in row]
    return bool(cells) and all(cell.kind == "number" and not cell.is_heading for cell in cells)


def _without_summaries(rows: Rows) -> tuple[Rows, Rows]:
    """The body, and the rows below it that add its columns up."""
    end = len(rows)
    while end > 2 and _SUMMARY.fullmatch(rows[end - 1][0].text.strip("*_ ")):
        end -= 1
    return rows[:end], rows[end:]


def _words(rows: Rows) -> Iterator[Piece]:
    for row in rows:
        for cell in row:
            yield from running.pieces(cell.passage, cell.atoms, "table")


def _row_width(header: Sequence[Cell], body: Rows) -> int:
    """How many values each row of a lying table has: its rows are quantities, remarks may end them.  Or 0."""
    width = 0
    while width + 1 < len(header) and _column(body, width + 1) == {"number"}:
        width += 1
    numbered = all(
        _NUMBERED.fullmatch(head.text) or not _QUANTITY.search(head.text) for head in header[1 : width + 1]
    )
    remarks = [cell for row in body for cell in row[width + 1 :]]
    if width < 2 or not numbered or any(cell.kind in ("number", "vector") for cell in remarks):
        return 0
    labels = [_without_step(row[0]) for row in body]
    worked_out = any(columns.is_worked_out(label.text) for label in labels)
    if all(_NUMBERED.fullmatch(label.text) for label in labels):
        return 0
    said = worked_out or all(_QUANTITY.search(x.text) and _LETTERS.search(x.text) for x in labels)
    return width if said and all(label.kind == "words" for label in labels) else 0


def _quantities(body: Rows, width: int) -> Iterator[Piece]:
    """The rows of a lying table, each as a vector under its label; then what is remarked about it."""
    labels = [_without_step(row[0]) for row in body]
    known = {label.text for label in labels}
    for label, row in zip(labels, body, strict=True):
        values = tuple(_value(cell) for cell in row[1 : width + 1])
        yield from columns.pieces([columns.Column(label.passage, _name(label), values, False)], known)
        for cell in row[width + 1 :]:
            yield from running.pieces(cell.passage, cell.atoms, "table")


def _without_step(cell: Cell) -> Cell:
    """A label without the number of its step before it."""
    label = cell.passage.strip()
    at = len(label) - len(_STEP.sub("", label.text))
    start = cell.passage.text.index(label.text) + at
    atoms = tuple((first - start, last - start, kind) for first, last, kind in cell.atoms)
    return Cell(label[at:], atoms, cell.is_heading)


def _is_used(header: Sequence[Cell]) -> bool:
    """Whether other headings are worked out from the numbers of the first column: ``sin(pos/100)``."""
    name = header[0].text
    return re.fullmatch(r"[^\W\d]\w*", name) is not None and any(
        re.search(rf"[(·*/]\s*{name}\b|\b{name}\s*[)·*/]", head.text) for head in header[1:]
    )


def _column(body: Rows, column: int) -> set[str]:
    return {row[column].kind for row in body} - {"nothing"}


def _are_columns(body: Rows, first: int) -> bool:
    """Whether every column is full of values of one kind, and more than one of them of numbers.

    Vectors after a number were worked out for that number, row by row: a temperature and its weights.
    """
    kinds = [{row[column].kind for row in body} for column in range(first, len(body[0]))]
    uniform = all(kind in ({"number"}, {"vector"}) for kind in kinds)
    swept = kinds[:1] == [{"number"}] and {"vector"} in kinds
    return uniform and not swept and (kinds.count({"number"}) > 1 or kinds == [{"vector"}, {"number"}])


def _column_of(header: Sequence[Cell], body: Rows, number: int, labelled: bool) -> columns.Column:
    heading = header[number]
    is_vector = body[0][number].kind == "vector"
    values = tuple(
        _labelled(heading, row[0] if labelled else None, row[number], _is_generic(heading, header))
        if is_vector
        else _value(row[number])
        for row in body
    )
    return columns.Column(heading.passage.strip(), _name(heading), values, is_vector)


def _is_generic(heading: Cell, header: Sequence[Cell]) -> bool:
    """Whether a heading says nothing; "value" beside "key" is that of attention."""
    beside = any(_KEY.search(other.text) for other in header if other is not heading)
    return _GENERIC.fullmatch(heading.text) is not None and not (_VALUE.fullmatch(heading.text) and beside)


def _labelled(heading: Cell, row: Cell | None, cell: Cell, generic: bool) -> Passage:
    """A vector of a column, with its name."""
    name, label = _name(heading), row
    if label is not None and (name is None or generic):
        name, label = _name(label), None
    return _equation(name, label, _value(cell))


def _totals(header: Sequence[Cell], summaries: Rows, first: int) -> Iterator[Piece]:
    """What stands under a column as its sum."""
    for row in summaries:
        for heading, cell in list(zip(header, row, strict=True))[first:]:
            if cell.kind == "number" and heading.text:
                sum_of = (
                    columns.formula(heading.passage.strip(), ()).before(r"\operatorname{sum}(").after(")")
                )
                yield fragment(join([sum_of.after(" ="), _value(cell)]), "table", _value(cell).span)


def _has_labels(header: Sequence[Cell], body: Rows) -> bool:
    """Whether the first column names the rows: words, or a running number."""
    if "words" in _column(body, 0):
        return True
    counted = [row[0].text for row in body]
    running_number = counted in ([str(k) for k in range(len(body))], [str(k + 1) for k in range(len(body))])
    return _column(body, 0) == {"number"} and (running_number or bool(_POSITION.fullmatch(header[0].text)))


def _is_matrix(header: Sequence[Cell], body: Rows, first: int) -> bool:
    """Only numbers, under headings that are numbered, are tokens, or are the labels of the rows."""
    if (
        len(header) - first < 2
        or len(body) < 2
        or any(row[c].kind not in ("number", "hidden") for row in body for c in range(first, len(header)))
        or not any(row[c].kind == "number" for row in body for c in range(first, len(header)))
    ):
        return False
    heads, labels = [c.text for c in header[first:]], [row[0].text for row in body]
    if all(_NUMBERED.fullmatch(head) or not head for head in heads) or _are_places(heads):
        return True
    if first != 1:
        return False
    tokens = not any(_QUANTITY.search(head) for head in heads)
    corner = header[0].text
    return len(set(heads) & set(labels)) * 2 > len(heads) or (
        tokens and (not corner or _CORNER.fullmatch(corner) is not None)
    )


def _are_places(heads: Sequence[str]) -> bool:
    """``K: the``, ``K: cat`` and ``K(x_1)``, ``K(x_2)``: the same letter before each token."""
    found = [_PLACE.fullmatch(head) for head in heads]
    return len({match["of"] if match else head for match, head in zip(found, heads, strict=True)}) == 1


def _matrix(header: Sequence[Cell], body: Rows, first: int) -> Iterator[Piece]:
    for cell in header:
        yield from prose(cell.passage)
    for cell in (cell for row in body for cell in row[first:] if _WORKED_CELL.fullmatch(cell.text)):
        yield from running.pieces(cell.passage, cell.atoms, "table")
    yield fragment(_grid([row[first:] for row in body]), "table")


def _grid(rows: Rows) -> Passage:
    """Cells as a bmatrix."""
    return _bmatrix([[_value(cell) for cell in row] for row in rows])


def _bmatrix(rows: Sequence[Sequence[Passage]]) -> Passage:
    lines = [join([value.after(" &") for value in values[:-1]] + [values[-1]]) for values in rows]
    whole = join([line.after(r" \\") for line in lines[:-1]] + lines[-1:])
    return whole.before(r"\begin{bmatrix} ").after(r" \end{bmatrix}")


def _cells(header: Sequence[Cell], body: Rows, labelled: bool) -> Iterator[Piece]:
    """Each value on its own, named by its heading and the label of its row."""
    for cell in header:
        yield from running.pieces(cell.passage, cell.atoms, "table")
    whole = {c for c in range(len(header)) if labelled and _is_whole(header[c], body, c)}
    used = _is_used(header)
    for row in body:
        for number, cell in enumerate(row):
            if number in whole:
                continue
            if cell.kind not in ("number", "vector") or (labelled and number == 0):
                yield from running.pieces(cell.passage, cell.atoms, "table")
                continue
            yield from prose(header[number].passage)
            if number and columns.is_calculation(row[number - 1].text):
                equation = _equation(row[number - 1].passage.strip(), None, _value(cell))
            elif used and number and columns.is_worked_out(header[number].text):
                equation = _equation(columns.formula(header[number].passage.strip(), ()), None, _value(cell))
            else:
                generic = _is_generic(header[number], header)
                equation = _labelled(header[number], row[0] if labelled else None, cell, generic)
            yield fragment(equation, "table", _value(cell).span)
    for number in sorted(whole):
        yield from prose(header[number].passage)
        rows = [_numbers(row[number]) for row in body]
        yield _named(_name(header[number]), None, _bmatrix(rows))


def _is_whole(heading: Cell, body: Rows, column: int) -> bool:
    """Whether a column of vectors is one result, a row for each token."""
    if (
        len(body) < 2
        or not _WHOLE.fullmatch(heading.text)
        or any(row[column].kind != "vector" for row in body)
    ):
        return False
    return len({len(_numbers(row[column])) for row in body}) == 1


def _numbers(cell: Cell) -> list[Passage]:
    return [cell.passage[slice(*found.span())] for found in re.finditer(_NUMBER, cell.passage.text)]


def _value(cell: Cell) -> Passage:
    value = cell.passage.strip()
    worked = _WORKED_CELL.fullmatch(value.text)
    if worked:
        return value[slice(*worked.span("value"))]
    if cell.kind == "hidden":
        return Passage("…", [value.at[0], value.at[-1]])
    value = value[: len(_NOTE.sub("", value.text))]
    return value.strip("~≈ ") if cell.kind == "number" else value


def _name(cell: Cell) -> Passage | None:
    """A heading as the name of a value: a symbol as it stands, a few words as one name."""
    whole = cell.passage.strip()
    whole = whole[: len(_REMARK.sub("", whole.text))]
    kept = whole[: len(_KIND_WORDS.sub("", whole.text))].strip()
    if not kept.text:
        return None
    if len(cell.atoms) == 1 and (symbol := _in_brackets(cell)) is not None:
        return symbol
    if cell.atoms:
        only = len(cell.atoms) == 1 and not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}|[=,]", kept.text)
        return kept if only else None
    letter = _LETTERED.fullmatch(kept.text)
    if letter:
        return kept[slice(*letter.span("letter"))]
    if re.fullmatch(r"[^\W\d]\w*(?:[_^]\{?\w+\}?)*", kept.text):
        return kept
    words = re.fullmatch(r"[^\W\d][\w ]{0,30}", kept.text)
    return kept.before(r"\text{").after("}") if words and kept.text.count(" ") < 4 else None


def _in_brackets(cell: Cell) -> Passage | None:
    """``Query ($q$)``: the symbol that a heading gives in brackets after its words."""
    start, end, _ = cell.atoms[0]
    before, after = cell.passage.text[:start].rstrip(), cell.passage.text[end:].strip()
    bracketed = re.search(r"[^\W\d]{2,}\s*[(（]$", before) and after in (")", "）")
    return cell.passage[start:end].strip() if bracketed else None


def _named(name: Passage | None, label: Cell | None, value: Passage) -> Piece:
    """``name_{label} = value``, reported at the value."""
    return fragment(_equation(name, label, value), "table", value.span)


def _equation(name: Passage | None, label: Cell | None, value: Passage) -> Passage:
    if name is None:
        return value
    name = _without_index(name) if label is not None else name
    subscript = label.passage.strip().strip("\"'“”*").strip() if label is not None else None
    if subscript is not None and re.fullmatch(r"\w+", subscript.text) and "_" not in name.text:
        name = name.after("_{") + subscript.after("}")
    return join([name.after(" ="), value])


def _without_index(name: Passage) -> Passage:
    return name[: len(_INDEX.sub("", name.text))]
