"""Comments that ask to ignore a finding: ``<!-- derivations: ignore RULE -->``.

A comment speaks for its own line, or, alone on a line, for the next one that is
not blank.  Without a rule it speaks for every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from derivations.model import Article, Finding, Span, Verdict

COMMENT = r"""
    (?: <!-- | % | \# | // | \{?/\* ) [ \t]*
    derivations: [ \t]* ignore (?![\w-])
    (?P<rules> [ \t]+ [a-z][\w-]* (?: [ \t]*,[ \t]* [a-z][\w-]* )* )?
    [ \t]* (?: --> | \*/\}? )?
"""
FAULTS = (Verdict.WRONG, Verdict.CARRIED, Verdict.ROUNDING, Verdict.UNCHECKED)


class Ignored(NamedTuple):
    """What is left, how many were ignored, and the comments that ignored nothing."""

    findings: tuple[Finding, ...]
    number: int
    unused: tuple[Span, ...]


class _Comment(NamedTuple):
    span: Span
    lines: range
    rules: frozenset[str]

    def speaks_for(self, finding: Finding, lines: range) -> bool:
        named = not self.rules or finding.rule in self.rules
        return named and lines.start < self.lines.stop and self.lines.start < lines.stop


def ignored(article: Article, findings: Sequence[Finding], rules: frozenset[str]) -> Ignored:
    """The findings without those that a comment, or the settings, ask to ignore."""
    comments = list(_comments(article))
    used: set[Span] = set()
    kept = []
    for finding in findings:
        if finding.verdict not in FAULTS:
            kept.append(finding)
            continue
        lines = _lines(article, finding.span)
        speaking = [comment.span for comment in comments if comment.speaks_for(finding, lines)]
        used.update(speaking)
        if not speaking and finding.rule not in rules:
            kept.append(finding)
    unused = tuple(comment.span for comment in comments if comment.span not in used)
    return Ignored(tuple(kept), len(findings) - len(kept), unused)


def _lines(article: Article, span: Span) -> range:
    source = article.source
    return range(source.place(span.start)[0], source.place(max(span.end - 1, span.start))[0] + 1)


def _comments(article: Article) -> Iterator[_Comment]:
    source = article.source
    if "derivations:" not in source.text:
        return
    for match in re.finditer(COMMENT, source.text, re.VERBOSE):
        number = source.place(match.start())[0]
        line = source.line(number)
        around = line.replace(match.group(), "", 1)
        names = frozenset(re.findall(r"[a-z][\w-]*", match["rules"] or ""))
        alone = not re.search(r"\w", re.sub(r"\\n", "", around))
        lines = _next_lines(article, number) if alone else range(number, number + 1)
        yield _Comment(Span(*match.span()), lines, names)


def _next_lines(article: Article, number: int) -> range:
    """The comment's line, and on to the next that is not blank."""
    last = article.source.place(len(article.source.text))[0]
    after = number + 1
    while after < last and not article.source.line(after).strip(' \t\\n",'):
        after += 1
    return range(number, after + 1)
