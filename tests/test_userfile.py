"""A user's TOML file: what it gives, and what is said of one that cannot be used."""

import mpmath
import numpy as np
import pytest

from derivations import userfile
from derivations.model import DerivationError, Source

VALUES = """
derivation = "self-attention"
[inputs]
X = [[1, 0.25], ["1/2", 1]]
W_Q = [["sqrt(2)"], [0]]
"W^K" = [["ln(3)"],
         [1]]
"W^V" = [[1, 2], [3, 4]]
"""


def test_values_are_exact_and_names_may_be_written_in_any_way() -> None:
    worked = userfile.work(Source("some/mine.toml", VALUES))
    assert "mine" == worked.derivation.id
    assert [["sqrt(2)"], ["sqrt(2)/2"]] == worked["Q"].text()
    expected = [mpmath.log(3) + mpmath.mpf(1) / 4, mpmath.log(3) / 2 + 1]
    assert np.allclose([float(x) for x in expected], worked["K"].numpy().ravel(), rtol=1e-15)
    assert all(check.passed for check in worked.checks)


def test_a_float_means_the_decimal_that_it_prints_as() -> None:
    text = VALUES.replace("0.25", "0.1")
    assert "1/10" == userfile.work(Source("a.toml", text))["X"].text()[0][1]


STEPS = """
title = "Two steps"
[inputs]
X = [[1, 2], [3, 4]]
d_k = 2
[[steps]]
name = "S"
formula = "S = X X^T / √d_k"
why = "Compare all rows."
[[steps]]
formula = "A = softmax(S)"
[[steps]]
formula = 'P_{p,2i} = \\sin(p), P_{p,2i+1} = \\cos(p)'
axes = [2, 4]
"""


def test_own_steps_are_worked_out_and_checked() -> None:
    worked = userfile.work(Source("two.toml", STEPS))
    assert [["5*sqrt(2)/2", "11*sqrt(2)/2"], ["11*sqrt(2)/2", "25*sqrt(2)/2"]] == worked["S"].text()
    assert ("2", "2") == worked.derivation.steps[0].axes
    assert {"S", "A", "P"} == {
        check.step for check in worked.checks if check.what == "NumPy" and check.passed
    }
    assert (2, 4) == worked["P"].shape


# ---------------------------------------------------------------- what cannot be used

INPUTS = "[inputs]\nX = [[1, 0], [0, 1]]\n"
WQ = '"W^Q" = [[1], [2]]\n"W^K" = [[1], [2]]\n"W^V" = [[1], [2]]\n'


def steps(*formulas: str) -> str:
    return "".join(f'[[steps]]\nformula = "{formula}"\n' for formula in formulas)


LIBRARY = 'derivation = "self-attention"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        # wrong shapes
        (
            LIBRARY + INPUTS + WQ.replace("[[1], [2]]", "[[1], [2], [3]]", 1),
            r":4: input W\^Q is 3×1; expected d×d_k with d = 2 rows",
        ),
        (
            LIBRARY + "[inputs]\nX = [[1, 0], [0]]\n",
            r":3: input X: row 2 has 1 entries, row 1 has 2; all rows must be equally long",
        ),
        (
            LIBRARY + "[inputs]\nX = [[1, 0], 1]\n",
            r":3: input X, row 2 is a number; expected a list such as \[1, 0\]",
        ),
        (
            '[inputs]\nK = [[1, 0], [0, 1], [1, 1]]\n[[steps]]\nformula = "S = K K"\n',
            r":4: step S: K·K: 3×2 times 3×2 does not multiply; did you mean K K\^T",
        ),
        # unknown names
        (
            'derivation = "self-atention"\n' + INPUTS,
            r":1: no derivation is called 'self-atention'; did you mean self-attention",
        ),
        (LIBRARY + INPUTS + '"W^P" = [[1]]\n', r":4: 'W\^P' is no input of self-attention; did you mean W\^"),
        ("derivaton = 1\n" + INPUTS, r":1: unknown key 'derivaton'; did you mean derivation\?"),
        (
            INPUTS + '[[steps]]\nformula = "S = X X"\nwhy2 = "x"\n',
            r":5: unknown key 'why2'; did you mean why\?",
        ),
        (INPUTS + '[[steps]]\nformula = "S = X Y^T"\n', r":4: step S: Y is not given"),
        (LIBRARY + INPUTS, r":2: input W\^Q is missing; self-attention needs X, W\^Q, W\^K, W\^V"),
        # nothing there
        (LIBRARY + "[inputs]\nX = []\n", r":3: input X is empty; it needs at least one row and one column"),
        (LIBRARY + "[inputs]\nX = [[]]\n", r":3: input X is empty"),
        (LIBRARY, r":1: the table \[inputs\] is missing or empty; expected X = "),
        (INPUTS, r":1: neither derivation nor steps"),
        ("", r":1: neither derivation nor steps"),
        (LIBRARY + INPUTS + '[[steps]]\nformula = "S = X"\n', r":1: both derivation and steps"),
        (INPUTS + '[[steps]]\nname = "S"\n', r":3: the step has no formula; expected one such as"),
        # unreadable numbers
        (
            LIBRARY + '[inputs]\nX = [[1, 0],\n  [0, "1//2"]]\n' + WQ,
            r":4: input X: cannot read '1//2'.*write 1, \"1/2\"",
        ),
        (
            LIBRARY + '[inputs]\nX = [[1, 0],\n  [0, "sqrt2"]]\n',
            r":4: input X: cannot read 'sqrt2' as a number; write 1, \"1/2\"",
        ),
        (
            LIBRARY + "[inputs]\nX = [[1, 0],\n  [0, true]]\n",
            r":4: input X: cannot read true or false as a number",
        ),
        (LIBRARY + "[inputs]\nX = [[1, nan]]\n", r":3: input X: cannot read nan as a number"),
        (LIBRARY + '[inputs]\nX = [[1, ""]]\n', r":3: input X: cannot read '' as a number"),
        (
            LIBRARY + '[inputs]\nX = [[1, 0],\n  [0, "sqrt(-2)"]]\n' + WQ,
            r":4: input X: cannot read 'sqrt\(-2\)': .* not real",
        ),
        (LIBRARY + "[inputs]\nX = [[\"__import__('os')\"]]\n", r":3: input X: cannot read .*; write 1"),
        # the order of steps
        (
            INPUTS + steps("S = A X", "A = B", "B = S + 1"),
            r":4: the steps go round in a circle: S → A → B → S$",
        ),
        (INPUTS + '[[steps]]\nformula = "S = S X"\n', r":4: the steps go round in a circle: S → S$"),
        (INPUTS + steps("S = A X", "A = X"), r":4: step S uses A, which is defined only below it; move A up"),
        (
            INPUTS + '[[steps]]\nformula = "X = X X"\n',
            r":4: X is already an input; every name is defined once",
        ),
        # formulas
        (
            INPUTS + '[[steps]]\nformula = "X X"\n',
            r":4: the formula 'X X' defines nothing; expected one such as",
        ),
        (
            INPUTS + '[[steps]]\nname = "T"\nformula = "S = X X"\n',
            r":4: the step is called 'T', its formula defines S",
        ),
        (INPUTS + '[[steps]]\nformula = "S = \\\\input{/etc/x} X"\n', r":4: cannot read .*in the formula"),
        (
            INPUTS + '[[steps]]\nformula = "S_{ij} = X_{ij} + 1"\n',
            r":4: the formula defines the entries of S.*add axes = \[rows, columns\]",
        ),
        (
            INPUTS + '[[steps]]\nformula = "S = X"\naxes = ["n"]\n',
            r":5: axes must be two sizes, such as axes = \[4, 6\]",
        ),
        (
            INPUTS + 'Y = [[1]]\n[[steps]]\nformula = "S = X"\nwhy = "see $\\\\input{x}$"\n',
            r":6: why: cannot read the formula",
        ),
        # not what it should be
        (LIBRARY + "[inputs]\nX = [[1, 0], [0, 1]\n[more]\n", r":4: not TOML: unclosed array"),
        (LIBRARY + "[inputs]\nW^Q = [[1]]\n", r":3: not TOML: .*\"W\^Q\", need quotes"),
        ("X = " + "[" * 5000, r":1: not read: brackets are nested too deeply"),
        (LIBRARY + "title = 5\n" + INPUTS, r":2: title is a number; expected a text in quotes"),
        (LIBRARY + "tokens = [1]\n" + INPUTS + WQ, r":2: tokens must be texts"),
        (
            LIBRARY + "[inputs]\nX = [" + ", ".join(["[" + "1, " * 600 + "1]"] * 500) + "]\n" + WQ,
            r":3: input X has 300500 entries; at most 250000",
        ),
    ],
)
def test_complaints_name_the_line_what_was_found_and_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(DerivationError, match=r"^mine\.toml" + message) as raised:
        userfile.work(Source("mine.toml", text))
    assert "\n" not in str(raised.value)
