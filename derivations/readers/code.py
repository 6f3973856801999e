"""Program text and worked steps set as code: assignments, comments, and lines of arithmetic.

Nothing is ever run.  An assignment whose right side is arithmetic on names,
numbers and lists is a formula; so is a comment or a line that reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.readers import grids, lines, outputs, running, sessions
from derivations.readers.expressions import STATEMENT, is_formula
from derivations.readers.fragments import Passage, Piece, fragment

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
_CHANGED = re.compile(r"\s*(?P<name>[^\W\d]\w*)\[[^\[\]]*[:=<>~][^\[\]]*\]\s*[-+*/]?=(?![=>])")
"""``pe[:, 0::2] = ..`` and ``mask[mask == 0] = ..`` change what the name stood for."""
_BLOCK = re.compile(r"\s*(?:def|class|for|while|async|function)\b.*[:{]\s*$")
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

    def holds(self, statement: str) -> bool:
        """Whether a statement stands inside a block that was opened before it."""
        indent = len(statement) - len(statement.lstrip())
        if self.indent is not None and statement.strip() and indent <= self.indent:
            self.indent = None
        inside = self.indent is not None
        if not inside and _BLOCK.match(statement):
            self.indent = indent
        return inside


def _range(passage: Passage, block: _Block, start: int, end: int) -> Iterator[Piece]:
    for _, statement in lines.statements(passage, (), True, start, end):
        if not block.holds(statement.text):
            yield from _statement(statement)


def _statement(statement: Passage) -> Iterator[Piece]:
    """One statement: an assignment, something to pass over, or mathematics in running text."""
    end = _comment(statement.text)
    code, comment = statement[:end], statement[end:]
    match = _ASSIGNMENT.match(code.text)
    value = match["value"].rstrip(" \t\r\n;:") if match else ""
    arithmetic = is_formula(value)
    plain = match is not None and not _RELATION.search(_outside_calls(value))
    if match and plain and arithmetic and not _CHANGED.match(code.text):
        yield fragment(code[match.start("name") : match.start("value") + len(value)], "code")
    elif changed := _CHANGED.match(code.text):
        yield fragment(code[slice(*changed.span("name"))].after(" = ?"), "code")
    elif match and plain and _PROGRAM.search(value):
        yield fragment(code[match.start("name") : match.start("value")], "code")
    elif not STATEMENT.match(code.text):
        yield from running.pieces(code, origin="code")
    if comment.text:
        yield from running.pieces(comment.strip("#/←⟵ \t"), origin="code")


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
