"""Whether a comma before three digits separates thousands, the rest of the article tells."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.model import Formula, Source
from derivations.readers import read

NUMBERS = [
    (r"$\sqrt2 \approx 1{,}414$ und $x = 0{,}71$", Fraction(1414, 1000)),
    (r"$\sqrt2 \approx 1{,}414$", Fraction(1414)),
    ("x ≈ 1,414, y ≈ 0,71 sind Zahlen", Fraction(1414, 1000)),
    ("√2 ≈ 1,414, γ = 1,5 und β = 0,5", Fraction(1414, 1000)),
    ("x ≈ 1,414 tokens, y ≈ 0.71", Fraction(1414)),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_one_comma_three_digits(text: str, value: Fraction) -> None:
    article = read(Source("a.md", text))
    last = next(part for part in article.parts if isinstance(part, Formula)).node.args[-1]
    assert value == last.data.value
