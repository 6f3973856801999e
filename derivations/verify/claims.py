"""A printed value and the verdict on it, while an article is being judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import arb_mat

from derivations.model import Node, Verdict
from derivations.verify.entries import Entry, Resolved
from derivations.verify.literals import Printed


@dataclass
class Claim:
    """A printed value and the verdict on it, while the article is being judged."""

    id: str
    literal: Printed
    verdict: Verdict
    rule: str = ""
    route: str | None = None
    expected: arb_mat | None = None
    """The true value; what the printed one should have been."""
    shown: arb_mat | None = None
    """What follows from the numbers as printed."""
    cells: tuple[tuple[int, int], ...] = ()
    resolved: Resolved | None = None
    truth: Resolved | None = None
    """The formula whose value from the inputs is ``expected``."""
    formula: Node | None = None
    upstream: tuple[Entry, ...] = ()
    reason: str = ""
    name: str = ""
    cell: int | None = None
    whole: Node | None = None
    shown_shape: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)

    def left_open(self, reason: str) -> Claim:
        """The same value, not judged, and why."""
        return Claim(self.id, self.literal, Verdict.UNCHECKED, rule="unchecked", reason=reason)
