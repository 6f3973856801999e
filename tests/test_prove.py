"""Proofs: true identities are proved in symbols, false ones are not, and a reader can follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from derivations.arrays import ARRAY
from derivations.evaluate import evaluate
from derivations.exact import EXACT
from derivations.formula import parse
from derivations.formula.tex import to_tex
from derivations.library import load
from derivations.model import Derivation, DerivationError, Example, Identity, Input, Proof, Step
from derivations.prove import prove

EMPTY = Derivation("x", "x", "x", (), (), ())
ROWS = Derivation(
    "rows",
    "rows",
    "nowhere",
    inputs=(Input("X", ("n", "d")), Input("s", ("d",))),
    steps=(Step("a", r"a = \operatorname{softmax}(s)", ("d",), ""), Step("Y", r"Y = X a^T", ("n", "1"), "")),
    examples=(Example("one", "one", {"X": ((1, 2),), "s": ((0, 1),)}),),
)


def proof(left: str, right: str, derivation: Derivation = EMPTY, **rest: tuple[str, ...]) -> Proof:
    return prove(Identity(left, right, "", "", **rest), derivation)


# ---------------------------------------------------------------- true and false


@pytest.mark.parametrize(
    ("left", "right", "method"),
    [
        ("(a + b)^2", "a^2 + 2 a b + b^2", "expansion: multiplied out"),
        (r"\frac{1}{x} + \frac{1}{y}", r"\frac{x + y}{x y}", "expansion: multiplied out"),
        (
            r"\frac{x}{x + y} + \frac{y}{x + y}",
            "1",
            "expansion: over a common denominator, the numerator multiplied out",
        ),
        (r"e^{a + b}", r"e^a e^b", "expansion: multiplied out"),
        (
            r"\sin(a + b)",
            r"\sin(a) \cos(b) + \cos(a) \sin(b)",
            "expansion: with the addition theorems and sin² + cos² = 1",
        ),
        (r"\cos(2 a)", r"1 - 2 \sin^2(a)", "expansion: with the addition theorems and sin² + cos² = 1"),
        (
            r"-\ln\left(\frac{e^x}{e^x + e^y}\right)",
            r"\ln(1 + e^{y - x})",
            "expansion: with e to the power of both sides",
        ),
        (r"\frac{\partial \sin(x)}{\partial x}", r"\cos(x)", "differentiation"),
        (r"\sqrt{8}", r"2 \sqrt{2}", "normal form"),
        (r"\frac{e^2}{e + e^2}", r"\frac{e}{1 + e}", "normal form"),
    ],
)
def test_a_true_identity_is_proved_and_says_how(left: str, right: str, method: str) -> None:
    found = proof(left, right)
    assert (True, method) == (found.proved, found.method)
    assert () == found.sizes  # nothing here has a size, so it holds for all


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(a + b)^2", "a^2 + b^2"),
        (r"\sin(a + b)", r"\sin(a) + \sin(b)"),
        (r"\frac{\partial x^3}{\partial x}", "3 x"),
        (r"\operatorname{softmax}(2 s)", r"\operatorname{softmax}(s)"),
        (r"\sqrt{8}", "3"),
    ],
)
def test_a_false_identity_is_not_proved_and_says_why(left: str, right: str) -> None:
    found = proof(left, right, ROWS)
    assert not found.proved
    assert "differ" in found.message or "do not meet" in found.message


def test_sides_of_different_shape_are_not_equal() -> None:
    assert "(1, 2) and (2, 1)" in proof("s", "s^T", ROWS).message


# ---------------------------------------------------------------- sizes and names


def test_a_proof_says_for_which_sizes_it_was_carried_out() -> None:
    row_sums = (r"\operatorname{rowsum}(a)", "1")
    assert ("d = 2", "d = 3") == proof(*row_sums, ROWS).sizes
    assert ("d = 5",) == proof(*row_sums, ROWS, sizes=("d = 5",)).sizes
    assert ("n = 2, d = 3",) == proof("Y", "Y", ROWS, sizes=("n = 2, d = 3",)).sizes


def test_a_false_identity_that_holds_for_small_sizes_is_found() -> None:
    found = proof(r"\operatorname{sum}(s)", "s_1 + s_2", ROWS)
    assert not found.proved
    assert ("d = 2", "d = 3") == found.sizes


def test_definitions_come_before_steps_and_inputs() -> None:
    assert proof(
        "Y", r"X \begin{bmatrix} 0 \\ 1 \end{bmatrix}", ROWS, where=("a = [0, 1]",), sizes=("d = 2",)
    ).proved
    assert not proof("Y", r"X \begin{bmatrix} 0 \\ 1 \end{bmatrix}", ROWS, sizes=("d = 2",)).proved


def test_a_free_step_is_any_matrix_of_its_space() -> None:
    rows_sum_to_one = Identity(r"\operatorname{sum}(a)", "1", "")
    assert prove(rows_sum_to_one, ROWS).proved
    assert not prove(replace(rows_sum_to_one, where=(r"a \in \mathbb{R}^d",)), ROWS).proved


def test_a_derivative_follows_the_steps_in_between() -> None:
    weights = r"\left(\operatorname{diag}(a) - a^T a\right)"
    assert proof(r"\frac{\partial Y}{\partial s}", f"X {weights}", ROWS, sizes=("n = 2, d = 2",)).proved
    assert proof(r"\frac{\partial Y}{\partial a}", "X", ROWS, sizes=("n = 2, d = 2",)).proved
    assert not proof(r"\frac{\partial Y}{\partial s}", "X", ROWS, sizes=("n = 2, d = 2",)).proved


# ---------------------------------------------------------------- what a reader sees


def test_the_chain_ends_in_zero() -> None:
    lines = proof(r"\frac{x}{x + y} + \frac{y}{x + y}", "1").lines
    assert ["left side", "right side"] == [words for words, _ in lines[:2]]
    assert "0" == lines[-1][1]
    assert r"\frac{x}{x + y} + \frac{y}{x + y} = \frac{x}{x + y} + \frac{y}{x + y}" == lines[0][1]


def test_the_chain_of_a_matrix_shows_one_entry() -> None:
    lines = proof(r"\operatorname{softmax}(s + c)", r"\operatorname{softmax}(s)", ROWS).lines
    assert r"\left(\operatorname{softmax}(s)\right)_{1} = \frac{e^{s_1}}{e^{s_1} + e^{s_2}}" == lines[1][1]


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (Identity("X s", "X", ""), "X s = X: "),
        (
            Identity("q", "1", "", "", (r"q = \begin{bmatrix} q_1 & 1 \end{bmatrix}",)),
            "q is defined by itself",
        ),
        (Identity("X", "X", "", "", ("3 + 4",)), "a definition such as"),
        (Identity(r"\frac{\partial a}{\partial 2}", "1", ""), "a derivative is taken by symbols"),
    ],
)
def test_errors_name_the_identity_and_the_reason(identity: Identity, message: str) -> None:
    with pytest.raises(DerivationError) as error:
        prove(identity, ROWS)
    assert message in str(error.value)


def test_an_axis_that_comes_out_broken_asks_for_sizes() -> None:
    with pytest.raises(DerivationError, match="name the sizes"):
        prove(Identity(r"\theta", r"\theta", ""), load("rope"))


# ---------------------------------------------------------------- derivatives in the language


def test_the_chain_rule_holds_for_wider_matrices_too() -> None:
    gradient = next(i for i in load("backward").identities if i.title == "Gradient at W^K")
    assert prove(replace(gradient, sizes=("n = 2, d = 2, d_k = 1, d_v = 1",)), load("backward")).proved


@pytest.mark.parametrize(
    "formula", [r"\frac{\partial a_i}{\partial s_j}", r"\frac{\partial L}{\partial W^Q}"]
)
def test_a_derivative_is_read_and_written(formula: str) -> None:
    assert formula == to_tex(parse(formula))


def test_a_derivative_by_a_number_is_refused() -> None:
    values = {"a": EXACT.symbol("x"), "s": evaluate(parse("2"), {}, EXACT)}
    with pytest.raises(DerivationError, match="taken by symbols"):
        evaluate(parse(r"\frac{\partial a}{\partial s}"), values, EXACT)
    with pytest.raises(DerivationError, match="here are numbers"):
        evaluate(parse(r"\frac{\partial a}{\partial s}"), {"a": np.ones((1, 1)), "s": np.ones((1, 1))}, ARRAY)


def test_gradients_have_the_shape_of_what_they_belong_to() -> None:
    X = EXACT.assemble([[EXACT.symbol(f"x_{{{i}{j}}}") for j in (1, 2, 3)] for i in (1, 2)])
    total = EXACT.operations["total"](EXACT.operations["hadamard"](X, X))
    assert EXACT.derivative is not None
    gradient = EXACT.derivative(total, X)
    assert [["2*x_{11}", "2*x_{12}", "2*x_{13}"], ["2*x_{21}", "2*x_{22}", "2*x_{23}"]] == gradient.text()
    with pytest.raises(DerivationError, match="is no matrix"):
        EXACT.derivative(X, X)
