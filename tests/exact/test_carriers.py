"""Every operation, in every carrier that can hold its operands, and in balls and arrays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy

from derivations.arrays import ARRAY
from derivations.exact import (
    BALL,
    EXACT,
    Answer,
    Exact,
    Reading,
    compare,
    exponentials,
    precision,
    symbolic,
)
from derivations.formula.reading import RULES
from derivations.model import DerivationError, Number

HALF = Fraction(1, 2)
OO = "-oo"
Rows = Sequence[Sequence[int | Fraction | str]]

mpmath.mp.dps = 60
exp, sqrt, ln, erf = mpmath.exp, mpmath.sqrt, mpmath.log, mpmath.erf
e = mpmath.e


@dataclass(frozen=True)
class Case:
    """An operation, its operands (matrices, or integers) and the result worked out by hand."""

    name: str
    operands: tuple[Any, ...]
    expected: Sequence[Sequence[Any]]

    def __str__(self) -> str:
        return f"{self.name}{self.operands}"


A = [[1, -2], [HALF, 3]]
B = [[2, 1], [-1, 4]]
ROW = [[1, 2]]
COLUMN = [[3], [-1]]
MASKED = [[1, OO], [0, 2]]
Z = exp(1) + 1


def sigma(x: Any) -> Any:
    return 1 / (1 + exp(-mpmath.mpf(x)))


def gauss(x: Any) -> Any:
    return mpmath.mpf(x) * mpmath.ncdf(x)


CASES = [
    Case("add", (A, B), [[3, -1], [-HALF, 7]]),
    Case("add", (A, [[1]]), [[2, -1], [Fraction(3, 2), 4]]),
    Case("add", (A, ROW), [[2, 0], [Fraction(3, 2), 5]]),
    Case("add", (COLUMN, A), [[4, 1], [-HALF, 2]]),
    Case("add", (MASKED, A), [[2, OO], [HALF, 5]]),
    Case("add", (A, [[OO], [0]]), [[OO, OO], [HALF, 3]]),
    Case("add", (A, [[OO, 0]]), [[OO, -2], [OO, 3]]),
    Case("subtract", (A, B), [[-1, -3], [Fraction(3, 2), -1]]),
    Case("subtract", (MASKED, A), [[0, OO], [-HALF, -1]]),
    Case("hadamard", (A, B), [[2, -2], [-HALF, 12]]),
    Case("hadamard", (A, COLUMN), [[3, -6], [-HALF, -3]]),
    Case("hadamard", (MASKED, [[HALF]]), [[HALF, OO], [0, 1]]),
    Case("divide", (A, B), [[HALF, -2], [-HALF, Fraction(3, 4)]]),
    Case("divide", (A, ROW), [[1, -1], [HALF, Fraction(3, 2)]]),
    Case("divide", (MASKED, [[2]]), [[HALF, OO], [0, 1]]),
    Case("power", (A, [[2]]), [[1, 4], [Fraction(1, 4), 9]]),
    Case("power", (A, [[-1]]), [[1, -HALF], [2, Fraction(1, 3)]]),
    Case("power", ([[4, 2], [8, 3]], [[HALF]]), [[2, sqrt(2)], [sqrt(8), sqrt(3)]]),
    Case("power", ([[2, 10]], [[Fraction(2, 3)]]), [[mpmath.cbrt(4), mpmath.cbrt(100)]]),
    Case("maximum", (A, B), [[2, 1], [HALF, 4]]),
    Case("maximum", (MASKED, [[-1]]), [[1, -1], [0, 2]]),
    Case("multiply", (A, B), [[4, -7], [-2, Fraction(25, 2)]]),
    Case("multiply", ([[3]], A), [[3, -6], [Fraction(3, 2), 9]]),
    Case("multiply", (ROW, COLUMN), [[1]]),
    Case("multiply", (COLUMN, ROW), [[3, 6], [-1, -2]]),
    Case("multiply", (MASKED, [[3]]), [[3, OO], [0, 6]]),
    Case("transpose", ([[1, 2], [3, OO]],), [[1, 3], [2, OO]]),
    Case("negative", (A,), [[-1, 2], [-HALF, -3]]),
    Case("sqrt", ([[4, 0], [Fraction(9, 4), 1]],), [[2, 0], [Fraction(3, 2), 1]]),
    Case("sqrt", ([[2, 3]],), [[sqrt(2), sqrt(3)]]),
    Case("exp", (A,), [[e, exp(-2)], [sqrt(e), exp(3)]]),
    Case("exp", (MASKED,), [[e, 0], [1, exp(2)]]),
    Case("ln", ([[2, 12], [HALF, 1]],), [[ln(2), ln(12)], [-ln(2), 0]]),
    Case("sin", ([[0, 1]],), [[0, mpmath.sin(1)]]),
    Case("cos", ([[0, 1]],), [[1, mpmath.cos(1)]]),
    Case("tanh", (ROW,), [[mpmath.tanh(1), mpmath.tanh(2)]]),
    Case("erf", (ROW,), [[erf(1), erf(2)]]),
    Case("abs", (A,), [[1, 2], [HALF, 3]]),
    Case("relu", (A,), [[1, 0], [HALF, 3]]),
    Case("sigmoid", (COLUMN,), [[sigma(3)], [sigma(-1)]]),
    Case("gelu", (ROW,), [[gauss(1), gauss(2)]]),
    Case("silu", (COLUMN,), [[3 * sigma(3)], [-sigma(-1)]]),
    Case("softmax", ([[1, 0], [0, 0]],), [[e / Z, 1 / Z], [HALF, HALF]]),
    Case("softmax", ([[1, OO, 0], [OO, OO, 5]],), [[e / Z, 0, 1 / Z], [0, 0, 1]]),
    Case("reveal", (MASKED,), [[1, 0], [0, 2]]),
    Case("row_sum", (A,), [[-1], [Fraction(7, 2)]]),
    Case("row_mean", (A,), [[-HALF], [Fraction(7, 4)]]),
    Case("row_variance", (A,), [[Fraction(9, 4)], [Fraction(25, 16)]]),
    Case("row_max", (A,), [[1], [3]]),
    Case("row_max", (MASKED,), [[1], [2]]),
    Case("column_sum", (A,), [[Fraction(3, 2), 1]]),
    Case("total", (A,), [[Fraction(5, 2)]]),
    Case("concat", (A, COLUMN, MASKED), [[1, -2, 3, 1, OO], [HALF, 3, -1, 0, 2]]),
    Case("stack", (ROW, MASKED), [[1, 2], [1, OO], [0, 2]]),
    Case("entry", (A, 2, 1), [[HALF]]),
    Case("entry", (MASKED, 1, 2), [[OO]]),
    Case("row", (A, 2), [[HALF, 3]]),
    Case("column", (MASKED, 2), [[OO], [2]]),
    Case("diagonal", (ROW,), [[1, 0], [0, 2]]),
    Case("diagonal", (COLUMN,), [[3, 0], [0, -1]]),
    Case("identity", (2,), [[1, 0], [0, 1]]),
    Case("ones", (1, 2), [[1, 1]]),
    Case("zeros", (2, 1), [[0], [0]]),
    Case("count_rows", (ROW,), [[1]]),
    Case("count_columns", (ROW,), [[2]]),
]


def build(reading: Reading[Any], rows: Rows) -> Any:
    """A matrix as the evaluator makes one: numbers, and ∞ with a minus before it."""
    hidden = reading.operations["negative"](reading.constant("infinity"))
    cells = [
        [hidden if cell == OO else reading.number(Number(str(cell), Fraction(cell))) for cell in row]
        for row in rows
    ]
    return reading.assemble(cells)


LIFTS: dict[str, Callable[[Exact], Exact]] = {
    "as it comes": lambda value: value,
    "exponential sums": lambda value: Exact(exponentials.general(value.data), value.hidden),  # type: ignore[arg-type]
    "symbolic": lambda value: Exact(symbolic.lift(value.data), value.hidden),  # type: ignore[arg-type]
}


def run(reading: Reading[Any], case: Case, lift: Callable[[Any], Any] = lambda value: value) -> Any:
    operands = [one if isinstance(one, int) else lift(build(reading, one)) for one in case.operands]
    return reading.operations[case.name](*operands)


def near(found: Any, wanted: Any, allowed: Any) -> bool:
    if wanted == OO:
        return bool(mpmath.mpf(found) == -mpmath.inf)
    wanted = (
        mpmath.mpf(wanted.numerator) / wanted.denominator
        if isinstance(wanted, Fraction)
        else mpmath.mpf(wanted)
    )
    return bool(abs(mpmath.mpf(found) - wanted) <= allowed)


def middle(ball: Any) -> Any:
    return ball.str(45, radius=False) if ball.is_finite() else float(ball)


def assert_near(found: Sequence[Sequence[Any]], case: Case, allowed: Any) -> None:
    assert [len(row) for row in case.expected] == [len(row) for row in found]
    for found_row, row in zip(found, case.expected, strict=True):
        for found_cell, cell in zip(found_row, row, strict=True):
            assert near(found_cell, cell, allowed), (found_cell, cell)


def test_every_operation_has_a_case() -> None:
    assert set(RULES) == {case.name for case in CASES}


@pytest.mark.parametrize("reading", [EXACT, BALL, ARRAY], ids=lambda reading: reading.name)
def test_the_three_readings_know_the_same_operations(reading: Reading[Any]) -> None:
    assert set(RULES) == set(reading.operations)


@pytest.mark.parametrize("lift", LIFTS, ids=str)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_exact_values(case: Case, lift: str) -> None:
    found = run(EXACT, case, LIFTS[lift])
    assert_near(found.decimal(40), case, mpmath.mpf(10) ** -37)
    assert compare(run(EXACT, case), found).answer is Answer.EQUAL


@pytest.mark.parametrize("case", CASES, ids=str)
def test_balls_hold_the_value(case: Case) -> None:
    with precision(40):
        found = run(BALL, case)
        assert_near([[middle(ball) for ball in row] for row in found.tolist()], case, 1e-35)
        exact = run(EXACT, case).balls(60)
        for ball, truth in zip(found.entries(), [one for row in exact for one in row], strict=True):
            assert ball.overlaps(truth)
            assert not ball.is_finite() or ball.rad() < 1e-36


@pytest.mark.parametrize("case", CASES, ids=str)
def test_arrays(case: Case) -> None:
    found = run(ARRAY, case)
    assert found.ndim == 2
    assert_near(found.tolist(), case, 1e-12)
    assert_near(run(EXACT, case).numpy().tolist(), case, 1e-12)


# ---------------------------------------------------------------- what does not fit

MISFITS = [
    (
        "multiply",
        ([[1, 2]], [[3, 4]]),
        "1×2 times 1×2 does not multiply; did you mean the second one transposed?",
    ),
    ("multiply", ([[1], [2]], [[3, 4, 5], [6, 7, 8]]), "did you mean the first one transposed?"),
    ("add", ([[1, 2]], [[3], [4]]), "1×2 plus 2×1 does not fit"),
    ("add", (A, [[1, 2, 3]]), "2×2 plus 1×3 does not fit"),
    ("divide", (A, [[1], [2], [3]]), "2×2 divided by 3×1 does not fit"),
    ("concat", (A, ROW), "2×2 beside 1×2 does not fit"),
    ("stack", (A, COLUMN), "2×2 above 2×1 does not fit"),
    ("entry", (A, 3, 1), "a 2×2 matrix has no row 3"),
    ("column", (A, 0), "a 2×2 matrix has no column 0"),
    ("diagonal", (A,), "not from 2×2"),
    ("zeros", (0, 2), "no entries"),
    ("divide", (A, [[0]]), "division by zero"),
    ("divide", (A, [[1, 0]]), "division by zero"),
    ("power", ([[0]], [[-1]]), "division by zero"),
    ("sqrt", ([[-1]],), "is not real"),
    ("ln", ([[0]],), "is not real"),
    ("power", ([[-2]], [[HALF]]), "is not real"),
    ("softmax", ([[1, 2], [OO, OO]],), "row 2"),
    ("row_max", ([[OO, OO]],), "row 1"),
    ("multiply", (MASKED, B), "-∞"),
    ("sigmoid", (MASKED,), "-∞"),
    ("row_sum", (MASKED,), "-∞"),
    ("hadamard", (MASKED, [[0]]), "0 times -∞"),
    ("hadamard", (MASKED, [[1, 0], [1, 1]]), "0 times -∞"),
    ("divide", (A, [[1, OO]]), "-∞"),
    ("subtract", (MASKED, MASKED), "∞ - ∞"),
]


@pytest.mark.parametrize("reading", [EXACT, BALL, ARRAY], ids=lambda reading: reading.name)
@pytest.mark.parametrize(("name", "operands", "message"), MISFITS, ids=lambda part: str(part)[:40])
def test_misfits_are_refused(
    reading: Reading[Any], name: str, operands: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(DerivationError) as caught:
        run(reading, Case(name, operands, []))
    assert message in str(caught.value)


@pytest.mark.parametrize("lift", ["exponential sums", "symbolic"])
@pytest.mark.parametrize(("name", "operands", "message"), MISFITS, ids=lambda part: str(part)[:40])
def test_misfits_are_refused_by_every_carrier(
    lift: str, name: str, operands: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(DerivationError) as caught:
        run(EXACT, Case(name, operands, []), LIFTS[lift])
    assert message in str(caught.value)


@pytest.mark.parametrize("reading", [BALL, ARRAY], ids=lambda reading: reading.name)
def test_a_symbol_has_no_digits(reading: Reading[Any]) -> None:
    with pytest.raises(DerivationError, match="x_"):
        reading.symbol("x_{11}")


# ---------------------------------------------------------------- the example of the article


def attention() -> tuple[Exact, Exact, Exact]:
    """X = I, the same W three times: scores, weights, output."""
    do = EXACT.operations
    Q = do["multiply"](do["identity"](3), Exact.rational([[1, 0], [0, 1], [1, 1]]))
    S = do["divide"](do["multiply"](Q, do["transpose"](Q)), do["sqrt"](do["count_columns"](Q)))
    weights = do["softmax"](S)
    return S, weights, do["multiply"](weights, Q)


def test_the_example_stays_in_its_carriers() -> None:
    S, weights, output = attention()
    assert ["rational", "exponential sums", "exponential sums"] == [
        S.carrier,
        weights.carrier,
        output.carrier,
    ]


def test_the_weights_and_the_output_of_the_example() -> None:
    _, weights, output = attention()
    x = sympy.exp(1 / sympy.sqrt(2))
    one, two = 1 + 2 * x, 2 + x
    by_hand = [[x / one, 1 / one, x / one], [1 / one, x / one, x / one], [1 / two, 1 / two, x / two]]
    assert sympy.ImmutableMatrix(by_hand) == weights.sympy()
    by_hand = [[2 * x / one, (1 + x) / one], [(1 + x) / one, 2 * x / one], [(1 + x) / two, (1 + x) / two]]
    assert sympy.ImmutableMatrix(by_hand) == output.sympy()
    assert Answer.EQUAL is compare(Exact.from_sympy(sympy.Matrix(by_hand)), output).answer


def test_a_negative_factor_turns_minus_infinity() -> None:
    do = EXACT.operations
    masked: Rows = [[1, OO], [0, 2]]
    turned = do["hadamard"](build(EXACT, masked), Exact.rational([[1, -2], [1, 1]]))
    assert (frozenset(), "[[1, ∞], [0, 2]]") == (turned.hidden, turned.plain())
    assert "[[-1, -∞], [0, -2]]" == do["negative"](turned).plain()
    with pytest.raises(DerivationError, match="∞"):
        do["softmax"](turned)


def test_what_is_done_to_weights_and_to_outputs() -> None:
    """The fast forms of softmax and of softmax times values, against their general form."""
    do = EXACT.operations
    _, weights, output = attention()
    three, column = Exact.rational([[3]]), Exact.rational([[1], [2], [-1]])
    for fast in (weights, output):
        slow = LIFTS["exponential sums"](fast)
        for name in ("row_sum", "negative", "transpose", "column_sum", "row_max", "row_mean"):
            assert compare(do[name](slow), do[name](fast)).answer is Answer.EQUAL, name
        for name, other in (("hadamard", three), ("divide", three), ("add", three), ("divide", column)):
            assert compare(do[name](slow, other), do[name](fast, other)).answer is Answer.EQUAL, name
        assert compare(do["row"](slow, 3), do["row"](fast, 3)).answer is Answer.EQUAL
        assert compare(do["column"](slow, 1), do["column"](fast, 1)).answer is Answer.EQUAL
        assert compare(do["multiply"](three, slow), do["multiply"](three, fast)).answer is Answer.EQUAL
        assert compare(do["concat"](slow, slow), do["concat"](fast, fast)).answer is Answer.EQUAL
    assert [["1"], ["1"], ["1"]] == do["row_sum"](weights).text()


def test_scores_in_logarithms_give_short_fractions() -> None:
    do = EXACT.operations
    logs = do["ln"](Exact.rational([[2, 3], [6, HALF]]))
    weights = do["softmax"](logs)
    assert "rational" == weights.carrier
    assert [["2/5", "3/5"], ["12/13", "1/13"]] == weights.text()


def test_a_second_layer_is_symbolic_and_still_has_digits() -> None:
    do = EXACT.operations
    _, _, output = attention()
    again = do["softmax"](do["multiply"](output, do["transpose"](output)))
    assert "symbolic" == again.carrier
    values = [[mpmath.mpf(cell) for cell in row] for row in output.decimal(50)]
    powers = [mpmath.exp(sum(a * b for a, b in zip(values[0], row, strict=True))) for row in values]
    assert abs(mpmath.mpf(again.decimal(40)[0][1]) - powers[1] / sum(powers)) < 1e-39


def test_importing_the_package_imports_neither_sympy_nor_numpy() -> None:
    code = "import sys, derivations.exact; print(sorted({'sympy', 'numpy'} & set(sys.modules)))"
    assert (
        "[]"
        == subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
    )


def test_lowering_finds_the_lowest_carrier() -> None:
    half = sympy.sqrt(2) * sympy.sin(sympy.pi / 4) / 2
    assert "rational" == Exact.from_sympy(sympy.Matrix([[half]])).carrier
    assert "exponential sums" == Exact.from_sympy(sympy.Matrix([[sympy.exp(sympy.sqrt(3)) + 1]])).carrier
