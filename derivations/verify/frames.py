"""What stands around the cells of a printed matrix, so that another one can be written in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from derivations.model import Node
from derivations.verify.handwriting import coded
from derivations.verify.literals import Printed


class Frame(NamedTuple):
    """What stands around the cells of a matrix in the source."""

    opening: str
    between: str
    """Between two cells of a row."""
    ends: str
    """Between two rows."""
    closing: str


def frame(literal: Printed, source: str) -> Frame | None:
    """The frame of a printed matrix; None where it is drawn, or its cells stand out of order."""
    spans = [[cell.span for cell in row] for row in literal.rows]
    flat = [span for row in spans for span in row]
    if any(one.end > other.start for one, other in pairwise(flat)):
        return None
    between = _common(source[a.end : b.start] for row in spans for a, b in pairwise(row))
    ends = _common(source[a[-1].end : b[0].start] for a, b in pairwise(spans))
    body = literal.node if literal.factor is None else _body(literal.node)
    opening, closing = source[body.span.start : flat[0].start], source[flat[-1].end : body.span.end]
    return Frame(opening, between, ends, closing) if not re.search(r"\d", between + ends) else None


def _body(node: Node) -> Node:
    return node.args[1] if node.kind == "multiply" else node.args[0]


def _common(found: Iterable[str]) -> str:
    """The separator that the author uses; where they vary, the first."""
    return next(iter(found), "")


TEX_FRAME = (" & ", r" \\ ")


def framed(rows: Sequence[Sequence[str]], own: Frame, others: Sequence[Frame]) -> str | None:
    """Cells in the author's frame; what it lacks is taken from another matrix of the same kind."""
    between, ends = own.between, own.ends
    alike = [other for other in others if kind_of(other) == kind_of(own)]
    between = between or next((other.between for other in alike if other.between), "")
    ends = ends or next((other.ends for other in alike if other.ends), "")
    if "\\begin" in own.opening:
        sample = own.opening
        between, ends = between or TEX_FRAME[0], ends or coded(TEX_FRAME[1], sample)
    if (not between and len(rows[0]) > 1) or (not ends and len(rows) > 1):
        return None
    opening = re.sub(
        r"(\{array\}\s*\{)([clr|\s]+)(\})",
        lambda m: m[1] + m[2].strip()[0] * len(rows[0]) + m[3],
        own.opening,
    )
    return opening + ends.join(between.join(row) for row in rows) + own.closing


def kind_of(one: Frame) -> str:
    """What a matrix opens with, without blanks."""
    return re.sub(r"\s+", "", one.opening)[:24]
