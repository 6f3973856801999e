"""Numbers too long to be written out: certified digits, and nothing else."""

import mpmath
import pytest
import sympy

from derivations.evaluate import evaluate
from derivations.exact import EXACT, Answer, Exact, compare, expressions, precision
from derivations.formula import parse
from derivations.model import DerivationError


def value(formula: str, **given: Exact) -> Exact:
    return evaluate(parse(formula), given, EXACT)


def stacked(layers: int) -> Exact:
    """Layer norms and softmaxes one upon the other."""
    x = Exact.rational([[1, 0, 2], [0, 3, 1]])
    for _ in range(layers):
        x = value(r"\operatorname{LayerNorm}(x + \operatorname{softmax}(x x^T) x)", x=x)
    return x


def by_mpmath(layers: int) -> list[list[mpmath.mpf]]:
    rows = [[mpmath.mpf(entry) for entry in row] for row in ((1, 0, 2), (0, 3, 1))]
    for _ in range(layers):
        scores = [[mpmath.fdot(a, b) for b in rows] for a in rows]
        weights = [[mpmath.exp(s) / sum(map(mpmath.exp, row)) for s in row] for row in scores]
        mixed = [[mpmath.fdot(w, column) for column in zip(*rows, strict=True)] for w in weights]
        sums = [[a + b for a, b in zip(*pair, strict=True)] for pair in zip(rows, mixed, strict=True)]
        centred = [[a - mpmath.fsum(row) / 3 for a in row] for row in sums]
        rows = [[a / mpmath.sqrt(mpmath.fdot(row, row) / 3) for a in row] for row in centred]
    return rows


@pytest.mark.parametrize("layers", [2, 3, 5])
def test_digits_of_stacked_layers_are_right(layers: int) -> None:
    found = stacked(layers)
    assert found.carrier == "nested"
    with mpmath.workdps(60):
        expected = by_mpmath(layers)
        for row, texts in zip(expected, found.decimal(40), strict=True):
            for entry, text in zip(row, texts, strict=True):
                assert abs(mpmath.mpf(text) - entry) <= abs(entry) * mpmath.mpf(10) ** -39


def test_a_formula_is_shown_as_digits_that_go_on() -> None:
    found = stacked(3)
    digits = found.decimal(12)[0][0]
    assert f"{digits}\\ldots" in found.tex()
    assert f"{digits}…" in found.plain()
    assert found.text()[0][0] == digits


def test_sympy_gets_the_whole_expression() -> None:
    found = stacked(2)
    entry = found.sympy()[1, 2]
    assert isinstance(entry, sympy.Expr)
    with precision(40):
        assert expressions.ball(entry).overlaps(found.enclosure(40)[1, 2])


def test_equality_is_certified_and_difference_is_proved() -> None:
    found = stacked(3)
    again = value(r"\operatorname{LayerNorm}(3 x)", x=value(r"\operatorname{LayerNorm}(x)", x=found))
    assert compare(found, again).answer is Answer.CERTIFIED
    assert compare(found, stacked(2)).answer is Answer.DIFFERENT


def test_what_is_impossible_is_refused_where_it_is_asked_for() -> None:
    found = stacked(2)
    with pytest.raises(DerivationError, match="square root of a negative"):
        value(r"\sqrt{-(x \odot x)}", x=found)


def test_hidden_cells_stay_hidden() -> None:
    scores = value(r"x x^T + \begin{bmatrix} 0 & -\infty \\ 0 & 0 \end{bmatrix}", x=stacked(2))
    weights = value(r"\operatorname{softmax}(s)", s=scores)
    assert weights.fixed(3)[0] == ["1.000", "0.000"]
    assert scores.fixed(1)[0][1] == "-inf"


def test_a_symbol_beside_it_is_kept() -> None:
    found = value("a x", a=EXACT.symbol("a"), x=stacked(2))
    assert found.symbols == ("a",)
