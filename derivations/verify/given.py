"""Values that the text gives, though it once said how they are computed: ``For r = [1, 4, 7] ..``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.verify.book import Book
from derivations.verify.computed import Expression
from derivations.verify.literals import Match, Printed, matches
from derivations.verify.statement import Statement
from derivations.verify.surroundings import Surroundings

_GIVING = re.compile(
    r"(?:\b(?:for|let|take|taking|with|suppose|given|if|when|consider|now|say|put|für|sei|seien|mit|wenn|nimm|pour|soit|avec|si"
    r"|para|sea|sean|con|tomemos)|对于|对|取|设|令|若|当|设有|用)(?:\s*(?:the\b|initial\w*|初始值?))*[\s$\\(*_`]*"
    r"(?:[^=，。,;；]{1,20}=\s*[-−\d.]{1,12}\s*[,，、][\s\\$]*){0,6}$",
    re.IGNORECASE,
)


_MADE = re.compile(r"(?:\w+\.)?(?:array|tensor|asarray|Tensor|matrix|Matrix|FloatTensor)\s*\(\s*")


def is_assigned(literal: Printed, statement: Statement, around: Surroundings) -> bool:
    """``w = np.array([[0.1, 0.9]])`` of a program: from here on that is its value, whatever it was before.

    In a notebook the program has run, so that every list it assigns is one.
    """
    if statement.origin != "code" or "#" in statement.before or literal.shape == (1, 1):
        return False
    start = literal.span.start
    before = around.before(start, 40)
    made = _MADE.fullmatch(before[before.rfind("=") + 1 :].strip()) or _MADE.match(around.after(start, 40))
    return around.is_program(start) or made is not None


def is_given_anew(literal: Printed, known: Sequence[Expression], statement: Statement, book: Book) -> bool:
    """Whether a value that does not follow from the name's earlier formula is another input.

    Where most of its cells do follow, it is a slip and no new value.
    """
    if not known or not _GIVING.search(statement.before):
        return False
    fitting = []
    for expression in known:
        value = book.shown(expression.resolved)
        found = matches(value, literal) if value is not None else None
        fitting.append(sum(cell <= Match.TRUNCATED for row in found or () for cell in row))
    return 2 * max(fitting) < literal.shape[0] * literal.shape[1]
