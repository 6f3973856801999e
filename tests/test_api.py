"""What a program or a notebook sees of the package."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import mpmath
import numpy as np
import pytest
import sympy

import derivations

X = {"X": [[1, 0], [0, 1]], "W^Q": [["1/2", 0], [0, "sqrt(2)"]], "W_K": [[1, 1], [0, 1]], "W^V": [[1], [2]]}


def test_evaluate_is_exact() -> None:
    worked = derivations.evaluate("self-attention", X)
    half, root = sympy.Rational(1, 2), sympy.sqrt(2)
    scores = sympy.Matrix([[half, 0], [0, root]]) * sympy.Matrix([[1, 1], [0, 1]]).T / root
    assert sympy.zeros(2, 2) == sympy.simplify(worked["S"].sympy() - scores)
    with mpmath.workdps(60):
        rows = [[mpmath.exp(score.evalf(60)) for score in row] for row in scores.tolist()]
        weights = [[mpmath.nstr(each / sum(row), 30, strip_zeros=False) for each in row] for row in rows]
    assert worked["A"].decimal(30) == weights
    assert (2, 1) == worked["O"].shape
    assert all(check.passed for check in worked.checks)


def test_inputs_may_be_arrays_floats_and_symbols() -> None:
    worked = derivations.evaluate("self-attention", {**X, "X": np.array([[1, 0], [0, 1]])})
    assert "1/2" == worked["Q"].text()[0][0]
    symbolic = derivations.evaluate("self-attention", {**X, "X": [["x_{11}", 0], [0, 1]]})
    assert {sympy.Symbol("x_{11}", real=True)} == symbolic["Q"].sympy().free_symbols


def test_evaluate_takes_the_path_of_a_toml_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[inputs]\nX = [[1, 2]]\n[[steps]]\nformula = "S = X X^T"\n', "utf-8")
    assert (
        "5"
        == derivations.evaluate(path)["S"].text()[0][0]
        == derivations.evaluate(str(path))["S"].text()[0][0]
    )
    with pytest.raises(derivations.DerivationError, match="the file has its own inputs"):
        derivations.evaluate(path, {"X": [[1]]})


def test_what_cannot_be_evaluated_is_a_derivation_error() -> None:
    with pytest.raises(derivations.DerivationError, match="did you mean self-attention"):
        derivations.evaluate("self-atention", X)
    with pytest.raises(derivations.DerivationError, match="is no input"):
        derivations.evaluate("self-attention", {**X, "W^P": [[1]]})


def test_values_show_themselves_as_mathematics_in_a_notebook() -> None:
    worked = derivations.evaluate("self-attention", X)
    assert r"\frac{1}{2}" in worked["Q"]._repr_latex_()
    shown = worked._repr_latex_().splitlines()
    assert ["$$", r"\begin{aligned}"] == shown[:2]
    assert rf"& Q = X W^Q = {worked['Q'].tex()} \\" == shown[2]


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, derivations; print(sorted({'sympy', 'numpy', 'flint', 'click'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


def test_the_package_verify_is_callable_however_it_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("derivations.verify")
    module.verify_path = lambda path: {"path": str(path)}  # type: ignore[attr-defined]
    module.verify_text = lambda text, format: {"text": text, "format": format}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derivations.verify", module)
    monkeypatch.setattr(derivations, "verify", module, raising=False)  # as the import system does
    assert {"path": "article.md"} == derivations.verify("article.md")
    assert {"text": "a", "format": "md"} == derivations.verify_text("a")
