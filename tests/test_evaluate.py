"""What formulas mean: one tree in five readings, against values by hand and from mpmath."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from derivations.arrays import ARRAY
from derivations.evaluate import evaluate
from derivations.exact import BALL, EXACT
from derivations.formula import parse
from derivations.formula.cost import COUNT
from derivations.formula.cost import given as costless
from derivations.formula.polynomial import Polynomial
from derivations.formula.reading import Reading
from derivations.formula.shapes import SHAPE, Shape, shape_of, shape_text
from derivations.model import FormulaError
from tests.readings import OO, READINGS, Rows, assert_everywhere, defined, given, value

mpmath.mp.dps = 40
exp, sqrt, ln = mpmath.exp, mpmath.sqrt, mpmath.log
e = mpmath.e

VALUES: dict[str, Rows] = {
    "Q": [[1, 0], [1, 2]],
    "K": [[1, 1], [0, 1]],
    "V": [[2, 0], [0, 4]],
    "S": [[0, 1], [2, 0]],
    "X": [[1, 2, 0], [0, 1, 1]],
    "x": [[1, 2, 6]],
    "c": [[3], [5], [10]],
    "v_1": [[1, 0]],
    "v_2": [[0, 3]],
    "M": [[0, OO], [0, 0]],
    "a": [[Fraction(1, 2)]],
    "d_k": [[2]],
    "W^Q": [[1, 0], [0, 2], [1, 1]],
}


def row_of_weights(*scores: Any) -> list[Any]:
    total = mpmath.fsum(exp(s) for s in scores)
    return [exp(s) / total for s in scores]


ONE_OVER_ROOT = 1 / sqrt(2)

FORMULAS: list[tuple[str, Rows]] = [
    # numbers
    ("1/3 + 0.25", [[Fraction(7, 12)]]),
    ("12{,}345.5", [[Fraction(24691, 2)]]),
    ("40\\% + 0{,}1", [[Fraction(1, 2)]]),
    ("-2^2", [[-4]]),
    ("2^{-3}", [[Fraction(1, 8)]]),
    ("\\sqrt{8}", [[sqrt(8)]]),
    ("\\sqrt[3]{27}", [[3]]),
    ("e^{2} - e \\cdot e", [[0]]),
    ("\\ln(e^3)", [[3]]),
    ("\\log_2 8", [[3]]),
    ("\\sin^2 1 + \\cos^2 1", [[1]]),
    ("\\pi", [[mpmath.pi]]),
    ("|-3| + \\|[3, 4]\\|", [[8]]),
    ("\\max(2, 3) + \\min(2, 3)", [[5]]),
    # matrices
    ("Q K^T", [[1, 0], [3, 2]]),
    ("QK^T", [[1, 0], [3, 2]]),
    ("K Q^T", [[1, 3], [0, 2]]),
    ("K^t Q", [[1, 0], [2, 2]]),
    ("X W^Q", [[1, 4], [1, 3]]),
    ("Q \\odot K", [[1, 0], [0, 2]]),
    ("2Q - K/2", [[Fraction(3, 2), -Fraction(1, 2)], [2, Fraction(7, 2)]]),
    ("\\begin{bmatrix} Q & V \\end{bmatrix}", [[1, 0, 2, 0], [1, 2, 0, 4]]),
    ("[v_1; v_2]", [[1, 0], [0, 3]]),
    ("I_2 + Q", [[2, 0], [1, 3]]),
    ("\\operatorname{Concat}(Q, K)", [[1, 0, 1, 1], [1, 2, 0, 1]]),
    ("ones(2, 3)", [[1, 1, 1], [1, 1, 1]]),
    ("diag([2, 3])", [[2, 0], [0, 3]]),
    ("trace(Q)", [[3]]),
    ("Q_{21} + Q_{1,1}", [[2]]),
    ("Q[1]", [[1, 2]]),
    ("Q[1][0]", [[1]]),
    ("Q[1, 1]", [[2]]),
    ("(Q K^T)_{21}", [[3]]),
    # along rows and columns
    ("np.sum(X, axis=1)", [[3], [2]]),
    ("np.sum(X, axis=0)", [[1, 3, 1]]),
    ("X.sum()", [[5]]),
    ("np.mean(X, axis=0)", [[Fraction(1, 2), Fraction(3, 2), Fraction(1, 2)]]),
    ("\\operatorname{mean}(x)", [[3]]),
    ("\\operatorname{mean}(c)", [[6]]),
    ("\\operatorname{Var}(x)", [[Fraction(14, 3)]]),
    ("\\operatorname{Var}(c)", [[Fraction(26, 3)]]),
    ("torch.var(x)", [[7]]),
    ("torch.std(x)", [[sqrt(7)]]),
    ("np.std(x)", [[sqrt(Fraction(14, 3).numerator / mpmath.mpf(3))]]),
    ("np.max(X, axis=1)", [[2], [1]]),
    # functions
    ("\\operatorname{softmax}(S)", [row_of_weights(0, 1), row_of_weights(2, 0)]),
    ("softmax(S, axis=0)", [[1 / (1 + exp(2)), e / (1 + e)], [exp(2) / (1 + exp(2)), 1 / (1 + e)]]),
    ("\\operatorname{softmax}(c)", [[w] for w in row_of_weights(3, 5, 10)]),
    ("\\operatorname{softmax}(S + M)", [[1, 0], row_of_weights(2, 0)]),
    ("\\operatorname{reveal}(S + M)", [[0, 0], [2, 0]]),
    ("np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)", [row_of_weights(0, 1), row_of_weights(2, 0)]),
    (
        "\\text{Attention}(Q, K, V)",
        [
            [2 * w for w in row_of_weights(ONE_OVER_ROOT, 0)[:1]] + [4 * row_of_weights(ONE_OVER_ROOT, 0)[1]],
            [
                2 * row_of_weights(3 * ONE_OVER_ROOT, 2 * ONE_OVER_ROOT)[0],
                4 * row_of_weights(3 * ONE_OVER_ROOT, 2 * ONE_OVER_ROOT)[1],
            ],
        ],
    ),
    (
        "\\text{LayerNorm}(x)",
        [[-2 / sqrt(mpmath.mpf(14) / 3), -1 / sqrt(mpmath.mpf(14) / 3), 3 / sqrt(mpmath.mpf(14) / 3)]],
    ),
    ("\\text{LayerNorm}(c)", [[y / sqrt(mpmath.mpf(26) / 3)] for y in (-3, -1, 4)]),
    ("\\text{RMSNorm}(x)", [[y / sqrt(mpmath.mpf(41) / 3) for y in (1, 2, 6)]]),
    ("\\text{ReLU}(Q - 1)", [[0, 0], [0, 1]]),
    ("\\text{GELU}(1)", [[mpmath.ncdf(1)]]),
    ("\\text{SiLU}(2)", [[2 / (1 + exp(-2))]]),
    ("\\tanh(1) - \\frac{e^2 - 1}{e^2 + 1}", [[0]]),
    # sums
    ("\\sum_{k=1}^{4} k^2", [[30]]),
    ("\\sum_{k=1}^{0} k", [[0]]),
    ("\\prod_{k=1}^{5} k", [[120]]),
    ("\\sum_{j} x_j", [[9]]),
    ("\\sum_{j=2} x_j", [[8]]),
    ("\\sum_{i} \\sum_{j} Q_{ij}", [[4]]),
    ("\\sum_j j v_j", [[1, 6]]),
    ("\\max_j x_j", [[6]]),
    ("\\sum_{i=1}^{2} \\sum_{j \\le i} Q_{ij}", [[4]]),
    ("\\sum_{i=1}^{2} \\sum_{j < i} Q_{ij}", [[1]]),
    ("\\sum_{k=1}^{2} Q_{1k} K_{2k}", [[0]]),
    ("\\begin{cases} 1 & a > 1 \\\\ 2 & a \\le \\frac12 \\\\ 3 & \\text{otherwise} \\end{cases}", [[2]]),
]


@pytest.mark.parametrize(("formula", "rows"), FORMULAS, ids=[formula for formula, _ in FORMULAS])
def test_all_readings_agree_with_the_value_by_hand(formula: str, rows: Rows) -> None:
    readings = [reading for reading in READINGS if "cases" not in formula or reading not in (SHAPE, COUNT)]
    found = {reading.name: value(formula, VALUES, reading) for reading in readings}
    for reading in (SHAPE, COUNT):
        found.setdefault(reading.name, value("1", {}, reading))
    assert_everywhere(found, rows)


# ---------------------------------------------------------------- definitions cell by cell

E = [[exp(s) / (exp(a) + exp(b)) for s in (a, b)] for a, b in ((0, 1), (2, 0))]
WAVES = [
    [mpmath.sin(p), mpmath.cos(p), mpmath.sin(mpmath.mpf(p) / 100), mpmath.cos(mpmath.mpf(p) / 100)]
    for p in range(3)
]

DEFINITIONS: list[tuple[str, tuple[int, int], Rows]] = [
    ("A_{ij} = \\frac{e^{S_{ij}}}{\\sum_j e^{S_{ij}}}", (2, 2), E),
    ("A_{ij} = \\frac{\\exp(S_{ij})}{\\sum_{k=1}^{2} \\exp(S_{ik})}", (2, 2), E),
    ("A_{i,j} = e^{S_{i,j}} / \\sum_k e^{S_{i,k}}", (2, 2), E),
    ("B_{ij} = \\sum_k Q_{ik} K_{jk}", (2, 2), [[1, 0], [3, 2]]),
    ("B_{ij} = (QK^T)_{ij} + i - j", (2, 2), [[1, -1], [4, 2]]),
    ("y_i = x_i^2", (1, 3), [[1, 4, 36]]),
    ("y_i = \\frac{x_i - \\mu}{2}, \\quad z = 1", (1, 3), [[-1, -Fraction(1, 2), Fraction(3, 2)]]),
    ("m_i = \\max_j X_{ij}", (2, 1), [[2], [1]]),
    (
        "M_{ij} = \\begin{cases} 0 & j \\le i \\\\ -\\infty & j > i \\end{cases}",
        (3, 3),
        [[0, OO, OO], [0, 0, OO], [0, 0, 0]],
    ),
    (
        "M_{ij} = \\begin{cases} 0 & \\text{if } i = j \\\\ 1 & \\text{otherwise} \\end{cases}",
        (2, 2),
        [[0, 1], [1, 0]],
    ),
    ("P_{p,2i} = \\sin(p / 10000^{2i/d}), \\quad P_{p,2i+1} = \\cos(p / 10000^{2i/d})", (3, 4), WAVES),
    ("PE(p, 2i) = \\sin(p / 10000^{2i/4}), PE(p, 2i+1) = \\cos(p / 10000^{2i/4})", (3, 4), WAVES),
    ("R_{i,1} = i, R_{i,2} = 10 i", (2, 2), [[1, 10], [2, 20]]),
]


@pytest.mark.parametrize(
    ("formula", "shape", "rows"), DEFINITIONS, ids=[formula for formula, _, _ in DEFINITIONS]
)
def test_definitions_by_cells_agree_in_all_readings(formula: str, shape: tuple[int, int], rows: Rows) -> None:
    values = {**VALUES, "d": [[4]], "mu": [[3]]}
    if ", \\quad z" in formula:
        formula = formula.split(", \\quad z", maxsplit=1)[0]
    assert_everywhere({reading.name: defined(formula, shape, values, reading) for reading in READINGS}, rows)


def test_a_whole_definition_is_evaluated_as_it_stands() -> None:
    found = {
        reading.name: defined("S = \\frac{QK^T}{\\sqrt{d_k}}", (2, 2), VALUES, reading)
        for reading in READINGS
    }
    assert_everywhere(found, [[ONE_OVER_ROOT, 0], [3 * ONE_OVER_ROOT, sqrt(2)]])


@pytest.mark.parametrize(
    ("formula", "shape", "message"),
    [
        ("P_{p,2i} = p", (2, 4), "the subscripts do not cover every cell"),
        ("A_{ij} + 1", (2, 2), "a definition needs an equals sign"),
        ("A_{ij} = 1", (1000, 1000), "too many cells for an elementwise definition"),
        ("A_{ij} = Q_{i,j+1}", (2, 2), "a 2×2 matrix has no column 3"),
        ("A_{ij} = 1, A_{i} = 2", (2, 2), "the definitions have different numbers of subscripts"),
    ],
)
def test_definitions_that_cannot_be_followed(formula: str, shape: tuple[int, int], message: str) -> None:
    for reading in READINGS:
        with pytest.raises(FormulaError) as caught:
            defined(formula, shape, VALUES, reading)
        assert message in str(caught.value)


# ---------------------------------------------------------------- softmax written out


def test_softmax_written_out_is_exactly_softmax() -> None:
    written = defined("A_{ij} = \\frac{e^{S_{ij}}}{\\sum_k e^{S_{ik}}}", (2, 2), VALUES, EXACT)
    assert written.sympy() == value("\\operatorname{softmax}(S)", VALUES, EXACT).sympy()


# ---------------------------------------------------------------- lenient products

VECTORS: dict[str, Rows] = {"q": [[1, 2]], "k": [[3, 4]], "W": [[1, 0, 2], [0, 1, 1]], "u": [[1], [2], [0]]}


@pytest.mark.parametrize(
    ("formula", "rows"),
    [
        ("q \\cdot k", [[11]]),
        ("q k^T", [[11]]),
        ("q^T k", [[3, 4], [6, 8]]),
        ("q * k", [[3, 8]]),
        ("W [1, 2, 0]", [[1, 2]]),
        ("W u", [[1], [2]]),
        ("W^T q", [[1, 2, 4]]),
        ("u \\cdot u", [[5]]),
        ("u + [1, 1, 1]", [[2], [3], [1]]),
    ],
)
def test_a_plain_list_lies_either_way_where_that_is_allowed(formula: str, rows: Rows) -> None:
    found = {reading.name: value(formula, VECTORS, reading, lenient=True) for reading in READINGS}
    assert_everywhere(found, rows)


# ---------------------------------------------------------------- errors for people


@pytest.mark.parametrize(
    ("formula", "message", "place"),
    [
        ("1 + P R", "P·R: 3×2 times 3×2 does not multiply; did you mean P R^T or R P^T?", "P R"),
        ("P W", "P·W: 3×2 times 3×3 does not multiply; did you mean P^T W or W P?", "P W"),
        ("P + W", "3×2 plus 3×3 does not fit", "P + W"),
        ("P + Scroes", "Scroes is not given; did you mean Scores?", "Scroes"),
        ("zzz", "zzz is not given", "zzz"),
        ("2 + [[1, 2], [3]]", "rows of different lengths: 2, 1", "[[1, 2], [3]]"),
        ("\\begin{bmatrix} 1 & 2 \\\\ 3 \\end{bmatrix}", "rows of different lengths: 2, 1", None),
        ("[1, \\dots, 3]", "entries are left out", "\\dots"),
        ("P = R", "a chain of equalities where a value was expected", None),
        ("1 + \\frobnicate x", "cannot be read: 1 + \\frobnicate x", None),
        ("Tanh2(P)", "is not known", None),
        ("P_{4,1}", "a 3×2 matrix has no row 4", None),
        ("\\sum_{k=1}^{n} k", "n is not given", "n"),
        ("\\sum_k k", "the bounds of the sum over k are missing", None),
        ("\\sum_k P_{1k} U_{k1}", "k runs over 2 of P and 3 of U", None),
        ("row(P, 1)", "the function row is not known", None),
        ("\\sum_{k=1}^{1000000000} k", "a sum of 1000000000 terms is too long to write out", None),
        ("\\prod_{k=1}^{5000} 9^{999}", "a product of 5000 terms is too long to write out", None),
        ("eye(100000)", "a matrix of 100000 is too large to write out", None),
        ("Attention(P, R)", "attention takes 3 arguments, found 2", None),
        ("softmax(P, R, W)", "softmax does not take 3 arguments", None),
        ("\\begin{cases} 1 & 2 > 3 \\end{cases}", "no case applies", None),
        (
            "\\begin{cases} 1 & \\text{padding} \\end{cases}",
            "a condition that cannot be decided",
            "\\text{padding}",
        ),
    ],
)
def test_errors_say_what_and_where(formula: str, message: str, place: str | None) -> None:
    values = {
        "P": [[1, 2]] * 3,
        "R": [[1, 2]] * 3,
        "W": [[1, 2, 3]] * 3,
        "U": [[1, 2, 3]] * 3,
        "Scores": [[1]],
    }
    for reading in READINGS:
        with pytest.raises(FormulaError) as caught:
            value(formula, values, reading)
        said = str(caught.value)
        assert message in said
        if place is not None:
            assert place == formula[caught.value.span.start : caught.value.span.end]


def test_an_error_inside_a_function_names_the_function_and_its_place() -> None:
    with pytest.raises(FormulaError) as caught:
        value("1 + \\text{Attention}(Q, X, V)", VALUES, EXACT)
    assert str(caught.value).startswith("attention: Q·K^T: 2×2 times 3×2")
    assert "does not multiply" in str(caught.value)
    assert 4 == caught.value.span.start


@pytest.mark.parametrize(
    "formula", ["9^{9^{9^{9}}}", "((9^{999})^{999})^{999}", "2^{[99999999999, 1]}", "\\sqrt{2}^{999999999}"]
)
@pytest.mark.parametrize("reading", [EXACT, ARRAY], ids=lambda reading: reading.name)
def test_towers_of_powers_are_refused(formula: str, reading: Reading[Any]) -> None:
    with pytest.raises(FormulaError, match="too l"):
        value(formula, {}, reading)


def test_sums_inside_sums_run_out_of_budget() -> None:
    formula = "\\sum_{a=1}^{50000} \\sum_{b=1}^{50000} \\sum_{c=1}^{50000} 1"
    with pytest.raises(FormulaError, match="takes more than"):
        value(formula, {}, SHAPE)


# ---------------------------------------------------------------- names that stand for something else


def test_unknown_names_stand_for_symbols_where_that_is_asked_for() -> None:
    import sympy

    found = evaluate(parse("\\frac{x_{11} + 1}{\\alpha}"), {}, EXACT, free=EXACT.symbol)
    x, alpha = (sympy.Symbol(name, real=True) for name in ("x_{11}", "\\alpha"))
    assert sympy.ImmutableMatrix([[(x + 1) / alpha]]) == found.sympy()


def test_a_head_is_no_row_of_the_weights() -> None:
    with pytest.raises(FormulaError, match=r"W\^Q_1 is not given; did you mean W\^Q"):
        value("X W^Q_1", VALUES, EXACT)


def test_a_given_value_comes_before_every_other_meaning() -> None:
    values: dict[str, Rows] = {
        "e": [[5]],
        "I_2": [[7]],
        "ab": [[3]],
        "a": [[2]],
        "b": [[2]],
        "sigma": [[2]],
        "K^t": [[9]],
        "K": [[1]],
    }
    for formula, expected in [("e", 5), ("e^2", 25), ("I_2", 7), ("ab", 3), ("\\sigma(3)", 6), ("K^t", 9)]:
        assert_everywhere({r.name: value(formula, values, r) for r in READINGS}, [[expected]])
    assert_everywhere({r.name: value("ab", {"a": [[2]], "b": [[4]]}, r) for r in READINGS}, [[8]])


def test_a_row_and_a_column_of_one_table() -> None:
    """``S_{2j}`` is row 2, column j of a matrix, and twice j for a vector."""
    for reading in READINGS:
        one = defined("y_j = S_{2j}", (1, 2), VALUES, reading)
        two = defined("y_j = r_{2j}", (1, 2), {"r": [[5, 6, 7, 8]]}, reading)
        if reading in (EXACT, BALL, ARRAY):
            from tests.readings import numbers

            assert [[2, 0]] == numbers(one, reading).tolist()
            assert [[6, 8]] == numbers(two, reading).tolist()


# ---------------------------------------------------------------- shapes and counts

SIZES = {"X": ("n", "d"), "W^Q": ("d", "d_k"), "W^K": ("d", "d_k"), "W^V": ("d", "d_v")}
SELF_ATTENTION = "\\operatorname{softmax}\\left(\\frac{X W^Q (X W^K)^T}{\\sqrt{d_k}}\\right) X W^V"


def shapes(**more: tuple[Any, Any]) -> dict[str, Any]:
    return {name: shape_of(*axes) for name, axes in {**SIZES, **more}.items()} | {"d_k": shape_of(1, 1)}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("X W^Q", "n×d_k"),
        ("X^T X", "d×d"),
        ("X W^Q (X W^K)^T", "n×n"),
        (SELF_ATTENTION, "n×d_v"),
        ("\\operatorname{mean}(X)", "n×1"),
        ("\\operatorname{Concat}(X W^Q, X W^V)", "n×d_k + d_v"),
    ],
)
def test_shapes_with_names_for_sizes(formula: str, expected: str) -> None:
    found: Shape = evaluate(parse(formula), shapes(), SHAPE)
    assert expected == shape_text(found)


def test_a_misfit_of_named_sizes_is_explained() -> None:
    with pytest.raises(FormulaError) as caught:
        evaluate(parse("X W^Q X"), shapes(), SHAPE)
    assert "X W^Q·X: n×d_k times n×d does not multiply" in str(caught.value)


def polynomial(**terms: int) -> Polynomial:
    """``nnd=2`` is 2 n² d; ``one`` is the constant."""
    total = Polynomial.of(0)
    for letters, coefficient in terms.items():
        product = Polynomial.of(coefficient)
        for letter in letters if letters != "one" else "":
            product = product * Polynomial.of({"k": "d_k", "v": "d_v"}.get(letter, letter))
        total = total + product
    return total


@pytest.mark.parametrize(
    ("formula", "counts"),
    [
        ("X W^Q", {"multiply": {"ndk": 1}, "add": {"ndk": 1, "nk": -1}, "memory": {"nk": 1}}),
        ("X^T", {}),
        ("3 X", {"multiply": {"nd": 1}, "memory": {"nd": 1}}),
        ("X + X", {"add": {"nd": 1}, "memory": {"nd": 1}}),
        (
            "\\operatorname{softmax}(X)",
            {"function": {"nd": 1}, "add": {"nd": 1, "n": -1}, "divide": {"nd": 1}, "memory": {"nd": 1}},
        ),
        (
            "\\operatorname{softmax}(X^T)",
            {"function": {"nd": 1}, "add": {"nd": 1, "d": -1}, "divide": {"nd": 1}, "memory": {"nd": 1}},
        ),
        ("\\operatorname{ReLU}(X)", {"compare": {"nd": 1}, "memory": {"nd": 1}}),
    ],
)
def test_operations_are_counted(formula: str, counts: dict[str, dict[str, int]]) -> None:
    found = evaluate(parse(formula), {name: costless(shape) for name, shape in shapes().items()}, COUNT)
    assert {kind: polynomial(**terms) for kind, terms in counts.items()} == dict(found.counts)


def test_the_operations_of_self_attention() -> None:
    """Three projections, scores, scaling and one root, softmax, and the weighted sum, added up by hand.

    Multiplications: 2 n d d_k + n d d_v + n² d_k + n² d_v.
    Additions: 2 n (d-1) d_k + n (d-1) d_v + n² (d_k-1) + n (n-1) + n (n-1) d_v.
    """
    found = evaluate(
        parse(SELF_ATTENTION), {name: costless(shape) for name, shape in shapes().items()}, COUNT
    )
    # softmax(..) X W^V is read from the left: (A X) W^V costs n² d and n d d_v
    assert polynomial(ndk=2, nnk=1, nnd=1, ndv=1) == found.counts["multiply"]
    assert polynomial(ndk=2, nk=-2, nnk=1, nn=-1 + 1, n=-1, nnd=1, nd=-1, ndv=1, nv=-1) == found.counts["add"]
    assert polynomial(nn=2) == found.counts["divide"]
    assert polynomial(nn=1, one=1) == found.counts["function"]


def test_counts_at_given_sizes() -> None:
    found = evaluate(parse("X W^Q"), {name: costless(shape) for name, shape in shapes().items()}, COUNT)
    assert 3 * 4 * 2 + 3 * 3 * 2 == found.operations.at({"n": 3, "d": 4, "d_k": 2})
    assert 6 == found.memory.at({"n": 3, "d": 4, "d_k": 2})


def test_given_values_cost_nothing() -> None:
    assert {} == dict(value("Q", VALUES, COUNT).counts)
    assert given(COUNT, VALUES)["Q"].operations == Polynomial.of(0)
