"""Program text and worked steps set as code: assignments, comments, and lines of arithmetic.

Nothing is ever run.  An assignment whose right side is arithmetic on names,
numbers and lists is a formula; so is a comment or a line that reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.readers import expressions, grids, lines, outputs, running, sessions
from derivations.readers.expressions import STATEMENT, is_formula
from derivations.readers.fragments import Passage, Piece, fragment, join

NOT_MATHEMATICS = frozenset(
    (
        "bash sh shell console json yaml yml toml xml html css scss sql mermaid diff ini dockerfile makefile "
        "http plantuml dot svg"
    ).split()
)
"""Languages whose code holds no worked numbers."""

_ASSIGNMENT = re.compile(
    r"\s*(?:const\s+|let\s+|var\s+)?(?P<name>[^\W\d][\w.^]*(?:\[[\w, :]{1,12}\])?)"
    r"\s*(?::\s*[\w.\[\], ]{1,40})?"
    r"=(?![=>])\s*(?P<value>.+)$",
    re.DOTALL,
)
_ITEM = re.compile(r"\[.*:")
"""``pe[:, 0::2] = ..`` changes what the name stood for."""
_CHANGE = re.compile(
    r"\s*(?P<name>[^\W\d]\w*)\s*"
    r"(?:\[[^\[\]=<>!]*(?:[=<>!]=|[<>~])[^\[\]=]*\]\s*=(?!=)|(?:[-+*/@]|\*\*|//)=(?!=)|\.\w+_\()"
)
"""``mask[mask == 0] = ..``, ``x += y`` and ``x.fill_(0)`` do so too."""
_LOOP = re.compile(r"\s*(?:for|while)\b.*[:{]\s*$")
_CHANGED_INSIDE = re.compile(
    r"\s*(?P<name>[^\W\d]\w*)\s*(?:\[[^=\n]*\]\s*)?(?:[-+*/@]|\*\*|//)?=(?!=)|\s*(?P<list>[^\W\d]\w*)\.(?:append|extend|\w+_)\("
)
_BLOCK = re.compile(r"\s*(?:def|class|for|while|async|function)\b.*[:{]\s*$")
_SEVERAL = re.compile(
    r"\s*(?:const\s+|let\s+|var\s+)?(?P<names>[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)+)\s*=(?![=>])\s*(?P<values>.+)$",
    re.DOTALL,
)
"""``L, d = 4, 8``: several names at once."""
_RELATION = re.compile(r"(?<![=<>!:*/+\-])=(?!=)|≈|→")
_COMMENT = re.compile(r"#|//(?!\s*[\w.]+\s*[)\],;]*\s*$)|←|⟵")
_PROGRAM = re.compile(r"[\"']|\b(?:for|lambda|not|None|True|False|np|torch|nn|tf|self)\b|\w\(")


def scan(passage: Passage, language: str = "") -> Iterator[Piece]:
    """The pieces of a block of code or of text set as code."""
    if language.lower() in NOT_MATHEMATICS:
        return
    block = _Block()
    for source, output in sessions.turns(passage):
        yield from _program(source, block)
        yield from outputs.pieces(source, output) if output.text else ()


def _program(passage: Passage, block: _Block) -> Iterator[Piece]:
    done = 0
    for grid in grids.find(passage):
        yield from _range(passage, block, done, grid.start)
        yield from grid.pieces
        done = grid.end
    yield from _range(passage, block, done, len(passage))


class _Block:
    """The body of a function or a loop: its names are its own, so it is passed over."""

    def __init__(self) -> None:
        self.indent: int | None = None
        self.is_loop = False

    def holds(self, statement: str) -> bool:
        """Whether a statement stands inside a block that was opened before it."""
        indent = len(statement) - len(statement.lstrip())
        if self.indent is not None and statement.strip() and indent <= self.indent:
            self.indent = None
        inside = self.indent is not None
        if not inside and _BLOCK.match(statement):
            self.indent = indent
            self.is_loop = _LOOP.match(statement) is not None
        return inside


def _range(passage: Passage, block: _Block, start: int, end: int) -> Iterator[Piece]:
    printed = passage[:0]
    for _, statement in lines.statements(passage, (), True, start, end):
        if not block.holds(statement.text):
            is_remark = statement.text.lstrip().startswith("#")
            yield from _said(printed, statement) if is_remark else _statement(statement)
            printed = statement if statement.text.strip() and not is_remark else printed[:0]
        elif block.is_loop and (changed := _CHANGED_INSIDE.match(statement.text)):
            yield _forgotten(statement[slice(*changed.span("name" if changed["name"] else "list"))])


def _forgotten(name: Passage) -> Piece:
    """A name whose value a program changes in a way that is not followed."""
    return fragment(name.after(" = ?"), "code")


def _statement(statement: Passage) -> Iterator[Piece]:
    """One statement: an assignment, something to pass over, or mathematics in running text."""
    end = _comment(statement.text)
    code, comment = statement[:end], statement[end:]
    match = _ASSIGNMENT.match(code.text)
    several, changed = _SEVERAL.match(code.text), _CHANGE.match(code.text)
    value = match["value"].rstrip(" \t\r\n;:") if match else ""
    arithmetic = is_formula(value)
    plain = match is not None and not _RELATION.search(_outside_calls(value))
    if several:
        yield from _several(code, several)
    elif changed:
        yield _forgotten(code[slice(*changed.span("name"))])
    elif match and plain and arithmetic and not _ITEM.search(match["name"]):
        yield fragment(code[match.start("name") : match.start("value") + len(value)], "code")
    elif match and _ITEM.search(match["name"]):
        yield _forgotten(code[match.start("name") : match.start("name") + match["name"].index("[")])
    elif match and plain and _PROGRAM.search(value):
        yield fragment(code[match.start("name") : match.start("value")], "code")
    elif not STATEMENT.match(code.text):
        yield from running.pieces(code, origin="code")
    remark = comment[_start_of_value(comment.text) :].strip()
    if match and arithmetic and _RESULT.fullmatch(remark.text):
        name = code[slice(*match.span("name"))]
        yield fragment(join([name.after(" ="), remark]), "code", remark.span)
    elif comment.text:
        yield from _said(code, comment)


_SAYS = re.compile(r"[#\s←⟵→]*(?:(?:outputs?|out|prints?|result)\s*[:：]\s*|[→⇒]\s*|=>\s*)?", re.IGNORECASE)
"""What stands in a comment before what a program prints."""
_RESULT = re.compile(r"[-−]?\d+\.\d+|\[[-−+.,\deE\s]*\.[-−+.,\deE\s]*\]|\[\s*\[[-−+.,\deE\s\[\]]+\]\s*\]")
"""A decimal, a list of decimals or a list of lists, and nothing else."""


def _said(printed: Passage, comment: Passage) -> Iterator[Piece]:
    """A comment right after a statement: what it prints, where it prints something."""
    said = comment[_start_of_value(comment.text) :]
    if outputs.prints(printed.strip()):
        yield from outputs.pieces(printed.strip(), said)
    else:
        yield from running.pieces(comment.strip("#/←⟵ \t"), origin="code")


def _start_of_value(comment: str) -> int:
    found = _SAYS.match(comment)
    return found.end() if found else 0


def _several(code: Passage, match: re.Match[str]) -> Iterator[Piece]:
    """Names that are assigned at once, each with its own value; what is not understood is forgotten."""
    written = code[slice(*match.span("values"))].strip(" \t\r\n;")
    if written.text.startswith("(") and written.text.endswith(")") and len(expressions.items(written)) == 1:
        written = written[1:-1]
    names, values = expressions.items(code[slice(*match.span("names"))]), expressions.items(written)
    for at, name in enumerate(names):
        if len(values) == len(names) and expressions.is_formula(values[at].text):
            yield fragment(join([name.after(" ="), values[at]]), "code")
        else:
            yield _forgotten(name)


def _comment(text: str) -> int:
    """Where the comment at the end of a statement begins."""
    line = text.rfind("\n") + 1
    for match in _COMMENT.finditer(text, line):
        if text.count('"', line, match.start()) % 2 == 0 and text.count("'", line, match.start()) % 2 == 0:
            return match.start()
    return len(text)


def _outside_calls(value: str) -> str:
    """A right side without what stands in brackets, where ``axis=1`` is no equation."""
    kept, depth = [], 0
    for part in re.split(r"([\[({]|[\])}])", value):
        depth += (part in ("[", "(", "{")) - (part in ("]", ")", "}"))
        if depth <= 0:
            kept.append(part)
    return "".join(kept)
