"""Tokens before parsing: without layout, with lost row ends mended and decimal commas joined."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.formula.cursor import matching
from derivations.formula.environments import CASES, MATRICES
from derivations.formula.tokens import Token

_WITH_COLUMNS = frozenset(("array", "tabular", "alignat", "alignat*", "alignedat", "blockarray"))
_PLAIN = {"\\matrix": "matrix", "\\pmatrix": "pmatrix", "\\bmatrix": "bmatrix", "\\cases": "cases"}
_IGNORED = frozenset(
    "\\" + w
    for w in "tag label ref eqref footnote color fontsize hspace vspace hskip kern phantom hphantom "
    "vphantom".split()
)
_COLOURED = frozenset(("\\textcolor", "\\colorbox"))
UNCLEAR = "?"
"""An opening bracket whose contents can be read in two ways."""

_COMMANDS = _PLAIN.keys() | _IGNORED | _COLOURED


def prepare(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens that the parser sees."""
    kinds = {token.kind for token in tokens}
    if "command" in kinds and any(token.value in _COMMANDS for token in tokens):
        tokens = _without_commands(tokens)
        kinds.add("begin")
    if "begin" in kinds or "end" in kinds:
        tokens = _mend_rows(text, _without_layout(tokens))
    elif "eaten" in kinds:
        tokens = [token for token in tokens if token.kind != "eaten"]
    return _join_decimals(tokens) if "comma" in kinds and kinds & {"semicolon", "cell"} else tokens


# ---------------------------------------------------------------- commands


def _without_commands(tokens: list[Token]) -> list[Token]:
    """Without spaces, labels and colours; ``\\matrix{..\\cr..}`` as an environment."""
    closing = matching(tokens)
    dropped: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind != "command" or token.value not in _COMMANDS:
            continue
        end = closing.get(index + 1, index)
        if token.value in _PLAIN:
            if index < end < len(tokens):
                dropped.add(index)
                tokens[index + 1].kind, tokens[index + 1].value = "begin", _PLAIN[token.value]
                tokens[end].kind, tokens[end].value = "end", _PLAIN[token.value]
        else:
            dropped.update(range(index, min(end + 1, len(tokens))))
    return [token for index, token in enumerate(tokens) if index not in dropped]


# ---------------------------------------------------------------- layout


def _without_layout(tokens: list[Token]) -> list[Token]:
    """Without ``aligned`` and its kin, whose ends become row ends, and without column specifications."""
    closing = matching(tokens)
    kept: list[Token] = []
    layout_ends: set[int] = set()
    index = 0
    while index < len(tokens):
        token = tokens[index]
        at, index = index, index + 1
        if token.kind == "begin":
            if token.value in _WITH_COLUMNS:
                index = _past_columns(tokens, index)
            meaning = _meaning(tokens, at, closing, kept)
            if meaning == "layout":
                layout_ends.add(closing[at])
                _end_row(kept, token)
            else:
                kept.append(Token("begin", meaning, token.start, token.end, token.space))
        elif at in layout_ends or (
            token.kind == "end" and token.value not in MATRICES and token.value not in CASES
        ):
            _end_row(kept, token)
        else:
            kept.append(token)
    return kept


def _end_row(kept: list[Token], token: Token) -> None:
    if kept and kept[-1].kind != "newrow":
        kept.append(Token("newrow", "", token.start, token.end, token.space))


def _meaning(tokens: Sequence[Token], at: int, closing: dict[int, int], kept: list[Token]) -> str:
    """What an environment is: a matrix or cases by name, or layout; an array can be each of the three."""
    name = tokens[at].value
    if name in CASES or (name in MATRICES and name != "array"):
        return name
    if name != "array":
        return "layout"
    if (
        kept
        and kept[-1].kind == "open"
        and kept[-1].value == "{"
        and closing.get(at - 1, len(tokens)) >= len(tokens)
    ):
        kept.pop()
        return "cases"
    bracketed = bool(kept) and kept[-1].kind in ("open", "bar")
    return "array" if bracketed or not _has_relation(tokens, at, closing) else "layout"


def _has_relation(tokens: Sequence[Token], at: int, closing: dict[int, int]) -> bool:
    index, last = at + 1, closing[at]
    while index < last:
        if tokens[index].kind == "relation":
            return True
        index = closing.get(index, index) + 1
    return False


def _past_columns(tokens: Sequence[Token], index: int) -> int:
    """The index after an optional ``[t]`` and a braced column specification."""
    for opener, closer in (("[", "]"), ("{", "}")):
        if index < len(tokens) and tokens[index].kind == "open" and tokens[index].value == opener:
            level = 0
            for at in range(index, min(len(tokens), index + 200)):
                level += (tokens[at].value == opener) - (tokens[at].value == closer)
                if level == 0:
                    index = at + 1
                    break
    return index


# ---------------------------------------------------------------- rows


def _mend_rows(text: str, tokens: list[Token]) -> list[Token]:
    """A matrix whose row ends lost their backslashes keeps its rows.

    Markdown turns ``\\\\`` into one backslash or none: then a lone backslash, or
    failing that a line end, separates the rows.
    """
    separators = _separators(text, tokens)
    kept: list[Token] = []
    stack: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "begin":
            stack.append(separators.get(index, "newrow"))
        elif token.kind == "end" and stack:
            stack.pop()
        elif token.kind == "eaten":
            if stack and stack[-1] == "eaten":
                kept.append(Token("newrow", "", token.start, token.end, token.space))
            continue
        elif stack and stack[-1] == "line" and _on_new_line(text, tokens[index - 1], token):
            kept.append(Token("newrow", "", token.start, token.start, True))
        kept.append(token)
    return kept


def _separators(text: str, tokens: Sequence[Token]) -> dict[int, str]:
    """For each ``begin`` token, what separates its rows: newrow, eaten or line."""
    found: dict[int, str] = {}
    stack: list[tuple[int, list[int]]] = []
    for index, token in enumerate(tokens):
        if token.kind == "begin":
            stack.append((index, []))
        elif token.kind == "end" and stack:
            opened, inside = stack.pop()
            marks = [kind for kind in ("newrow", "eaten") if any(tokens[i].kind == kind for i in inside)]
            lined = not marks and not stack and _has_rows_on_lines(text, tokens, inside)
            found[opened] = marks[0] if marks else "line" if lined else "newrow"
        elif stack:
            stack[-1][1].append(index)
    return found


def _has_rows_on_lines(text: str, tokens: Sequence[Token], inside: Sequence[int]) -> bool:
    """Whether all lines have equally many cells, or every line is one number."""
    lines: list[list[Token]] = [[]]
    for index in inside:
        if lines[-1] and _on_new_line(text, tokens[index - 1], tokens[index]):
            lines.append([])
        lines[-1].append(tokens[index])
    marks = {sum(token.kind == "cell" for token in line) for line in lines}
    numbers = all(line[-1].kind == "number" and len(line) <= 2 for line in lines if line)
    return len(lines) > 1 and len(marks) == 1 and (marks != {0} or numbers)


def _on_new_line(text: str, before: Token, token: Token) -> bool:
    if before.kind in ("begin", "cell", "relation", "op") or token.kind in ("cell", "relation"):
        return False
    return "\n" in text[before.end : token.start]


# ---------------------------------------------------------------- decimal commas


def _join_decimals(tokens: list[Token]) -> list[Token]:
    ""
    """``0,5 & 0,7``, ``(0,33; 0,67)``: where another sign separates, commas between digits are decimal."""
    closing = matching(tokens)
    joined: set[int] = set()
    for opened in closing:
        inside = _level(opened, closing)
        kinds = {tokens[i].kind for i in inside}
        if "comma" not in kinds or not kinds & {"semicolon", "cell"}:
            continue
        if "cell" in kinds:
            joined.update(i for i in inside if tokens[i].kind == "comma" and _is_tight(tokens, i))
        elif tokens[opened].kind == "open" and _all_pairs(tokens, inside):
            joined.update(_semicolon_commas(tokens, opened, inside))
    return _joined(tokens, joined) if joined else tokens


def _level(opened: int, closing: dict[int, int]) -> list[int]:
    found, index = [], opened + 1
    while index < closing[opened]:
        found.append(index)
        index = closing.get(index, index) + 1
    return found


def _is_tight(tokens: Sequence[Token], comma: int) -> bool:
    """Whether a comma stands between two whole numbers without a space."""
    if not 0 < comma < len(tokens) - 1:
        return False
    before, after = tokens[comma - 1], tokens[comma + 1]
    tight = not tokens[comma].space and not after.space
    return tight and before.kind == after.kind == "number" and (before.value + after.value).isdigit()


def _all_pairs(tokens: Sequence[Token], inside: Sequence[int]) -> bool:
    """Whether every part between semicolons is one pair of digits such as ``0,5``, with or without a sign."""
    kinds = "".join(
        {"number": "n", "comma": ",", "semicolon": ";", "op": "-"}.get(tokens[i].kind, "x") for i in inside
    )
    parts = [part.lstrip("-") for part in kinds.strip(";").split(";")]
    return all(part == "n,n" for part in parts) and all(
        _is_tight(tokens, i) for i in inside if tokens[i].kind == "comma"
    )


def _semicolon_commas(tokens: list[Token], opened: int, inside: Sequence[int]) -> set[int]:
    """All commas where brackets or digits show it; ``[1,0;0,1]`` is two rows, ``[0,1; 0,9]`` is unclear."""
    commas = {i for i in inside if tokens[i].kind == "comma"}
    if tokens[opened].value == "(" or any(len(tokens[i + 1].value) > 1 for i in commas):
        return commas
    after = {i + 1 for i in inside if tokens[i].kind == "semicolon"}
    if any(tokens[i].space for i in inside if i in after):
        tokens[opened].value = UNCLEAR
    return set()


def _joined(tokens: Sequence[Token], commas: set[int]) -> list[Token]:
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        if index in commas:
            continue
        if index - 1 in commas:
            whole = kept[-1]
            kept[-1] = Token("number", f"{whole.value},{token.value}", whole.start, token.end, whole.space)
        else:
            kept.append(token)
    return kept
