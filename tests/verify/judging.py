"""Short ways to judge a text in a test."""

from derivations.model import Finding, Source, Verdict
from derivations.verify.checked import Checked, check

GIVEN = r"""
$X = \begin{bmatrix} 1 & 0 \\ 0 & 1 \\ 1 & 1 \end{bmatrix}$ and
$W^Q = \begin{bmatrix} 1 & 2 \\ 0 & 1 \end{bmatrix}$,
$W^K = \begin{bmatrix} 2 & 0 \\ 1 & 1 \end{bmatrix}$ and $W^V = \begin{bmatrix} 0 & 1 \\ 3 & 0 \end{bmatrix}$.
"""
"""By hand: Q = (1 2; 0 1; 1 3), K = (2 0; 1 1; 3 1), V = (0 1; 3 0; 3 1), QK^T = (2 3 5; 0 1 1; 2 4 6)."""


def checked(text: str, format: str = "md") -> Checked:
    return check(Source(f"article.{format}", text))


def faults(text: str, format: str = "md") -> list[Finding]:
    """What is said against a text."""
    return [finding for finding in checked(text, format).findings if finding.verdict is not Verdict.RIGHT]


def fault(text: str, format: str = "md") -> Finding:
    """The only thing that is said against a text."""
    (found,) = faults(text, format)
    return found


def bmatrix(rows: str) -> str:
    r"""``1 2; 3 4`` as TeX."""
    body = r" \\ ".join(" & ".join(row.split()) for row in rows.split(";"))
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
