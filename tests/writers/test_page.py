"""What a page says of a worked example, in values that were worked out by hand or by mpmath."""

from dataclasses import replace

import mpmath
import pytest

from derivations import derive, library
from derivations.model import Check, Derivation, DerivationError, Example, Input, Step, Worked
from derivations.writers.page import page
from derivations.writers.views import Chain, Page, StepView


@pytest.fixture(scope="module")
def worked() -> Worked:
    return derive.work(library.load("self-attention"))


@pytest.fixture(scope="module")
def made(worked: Worked) -> Page:
    return page([worked])


def step(made: Page, name: str) -> StepView:
    return next(each for each in made.main.steps if each.name == name)


def sides(chain: Chain) -> list[tuple[str, str]]:
    return [(side.sign, side.tex) for row in chain.rows for side in row]


def one_step(formula: str, **values: object) -> Worked:
    """A derivation of one step for tests, its inputs as given."""
    shapes = {name: (len(rows), len(rows[0])) for name, rows in values.items()}  # type: ignore[arg-type, index]
    inputs = tuple(Input(name, tuple(map(str, shape))) for name, shape in shapes.items())
    name = formula.split("=", maxsplit=1)[0].strip()
    steps = (Step(name, formula, ("r_1", "c_1"), "", "One step"),)
    example = Example("only", "Only", values)  # type: ignore[arg-type]
    return derive.work(Derivation("one", "One", "", inputs, steps, (example,)), example)


# ---------------------------------------------------------------- formula, substitution, value, decimals


def test_the_formula_is_the_authors_own_text(made: Page) -> None:
    assert r"S = \frac{Q K^T}{\sqrt{d_k}}" == step(made, "S").formula


def test_chain_is_substitution_then_exact_then_decimals(made: Page) -> None:
    (substituted, exact, rounded) = sides(step(made, "S").chain)
    q = r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \\ 1 & 1 \end{bmatrix}"
    assert ("=", rf"\frac{{{q} {q}^T}}{{\sqrt{{2}}}}") == substituted
    assert ("=", r"\frac{1}{\sqrt{2}} & \frac{1}{\sqrt{2}} & \sqrt{2}") == (exact[0], _row(exact[1], 2))
    assert (r"\approx", "0.7071 & 0.7071 & 1.4142") == (rounded[0], _row(rounded[1], 2))


def _row(tex: str, at: int) -> str:
    inside = tex.removeprefix(r"\begin{bmatrix} ").removesuffix(r" \end{bmatrix}")
    return inside.replace("[6pt]", "").split(r" \\ ")[at]


def test_weights_have_the_digits_of_mpmath(made: Page) -> None:
    e = mpmath.e ** (1 / mpmath.sqrt(2))
    expected = [1 / (2 + e), 1 / (2 + e), e / (2 + e)]
    rounded = sides(step(made, "A").chain)[-1]
    assert " & ".join(mpmath.nstr(x, 4) for x in expected) == _row(rounded[1], 2)


def test_integers_need_no_decimals(made: Page) -> None:
    assert ["=", "="] == [sign for sign, _ in sides(step(made, "Q").chain)]


def test_a_weight_that_rounds_to_zero_is_not_shown_as_zero() -> None:
    made = page([one_step(r"A = \operatorname{softmax}(S)", S=((0, 20, "-inf"),))])
    rounded = sides(made.main.steps[0].chain)[-1][1]
    tiny = mpmath.nstr(1 / (1 + mpmath.e**20), 2)
    assert "2.1e-9" == tiny
    assert r"\begin{bmatrix} 2.1 \cdot 10^{-9} & 1.0000 & 0 \end{bmatrix}" == rounded


def test_a_large_matrix_is_shown_with_dots() -> None:
    rows = tuple(tuple(range(i, i + 30)) for i in range(20))
    made = page([one_step("Y = X + X", X=rows)])
    value = sides(made.main.steps[0].chain)[-1][1]
    assert r"0 & 2 & 4 & 6 & 8 & 10 & \cdots & 58" == _row(value, 0)
    assert r"\vdots" in _row(value, 6)
    assert r"38 & 40 & 42 & 44 & 46 & 48 & \cdots & 96" == _row(value, 7)


def test_sizes_say_what_rows_and_columns_are(made: Page) -> None:
    size = step(made, "A").size
    assert (r"3 \times 3", r"n \times n", "queries", "keys") == (
        size.shape,
        size.axes,
        size.rows,
        size.columns,
    )


def test_numbers_put_for_names_do_not_run_together() -> None:
    made = page([one_step("C = 2 n^2 d", n=((4,),), d=((5,),))])
    assert [("=", r"2 \cdot 4^{2} \cdot 5"), ("=", "160")] == sides(made.main.steps[0].chain)


def test_a_definition_by_cells_shows_the_whole_under_its_name() -> None:
    derivation = library.load("causal-mask")
    mask = step(page([derive.work(derivation)]), "M")
    assert "M" == mask.chain.left
    assert "M_{ij}" in mask.formula


# ---------------------------------------------------------------- what is long


def test_long_denominators_get_names_that_later_steps_use() -> None:
    derivation = library.load("self-attention")
    example = next(each for each in derivation.examples if each.id == "all-sizes-differ")
    made = page([derive.work(derivation, example)])
    weights, output = step(made, "A"), step(made, "O")
    assert ("named", "named") == (weights.form, output.form)
    assert ["Z_1", "Z_2", "Z_3"] == [chain.left for row in weights.names for chain in row]
    assert r"1 + e^{\sqrt{3}} + e^{4/\sqrt{3}} + e^{3 \sqrt{3}}" == sides(weights.names[0][0])[0][1]
    assert () == output.names, "they have their names already"


def test_symbols_stay_readable_in_the_entries_of_earlier_steps() -> None:
    derivation = library.load("self-attention")
    example = next(each for each in derivation.examples if each.id == "symbols")
    made = page([derive.work(derivation, example)])
    weights = step(made, "A")
    assert "entries" == weights.form
    assert r"\frac{e^{S_{11}}}{e^{S_{11}} + e^{S_{12}}}" in sides(weights.chain)[-1][1]
    longest = max(len(tex) for each in made.main.steps for _, tex in sides(each.chain))
    assert longest < 400


# ---------------------------------------------------------------- one entry, mistakes, checks


def test_one_entry_is_a_dot_product_without_trivial_zeros(made: Page) -> None:
    entry = step(made, "S").entry
    assert entry is not None
    assert (3, 3, "sat", "sat") == (entry.row, entry.column, entry.row_label, entry.column_label)
    assert [
        ("=", r"\frac{Q_{31} K_{31} + Q_{32} K_{32}}{\sqrt{2}}"),
        ("=", r"\frac{1 \cdot 1 + 1 \cdot 1}{\sqrt{2}}"),
        ("=", r"\sqrt{2}"),
        (r"\approx", "1.4142"),
    ] == sides(entry.chain)


def test_an_entry_of_a_definition_from_zero_is_counted_as_the_author_counts() -> None:
    formula = r"P_{p, 2 i} = \sin(p / 10000^{2 i / 4}), \quad P_{p, 2 i + 1} = \cos(p / 10000^{2 i / 4})"
    step_ = Step("P", formula, ("3", "4"), "", "Positions")
    example = Example("only", "Only", {"x": ((1,),)})
    derivation = Derivation("p", "P", "", (Input("x", ("1", "1")),), (step_,), (example,))
    entry = page([derive.work(derivation, example)]).main.steps[0].entry
    assert entry is not None
    place = f"P_{{{entry.row - 1}{entry.column - 1}}}"
    assert place == entry.chain.left


def test_mistakes_differ_and_show_the_wrong_row_beside_the_right_one(made: Page) -> None:
    unscaled = step(made, "S").mistakes[0]
    assert "missing" in unscaled.message
    assert (3, "(1, 1, 2)", "(0.7071, 0.7071, 1.4142)") == (unscaled.row, unscaled.wrong, unscaled.right)
    columns = step(made, "A").mistakes[0]
    assert "columns" in columns.message
    assert "(0.4011, 0.1978, 0.2483)" == columns.wrong, "row 1 of the softmax down the columns"
    for each in (mistake for view in made.main.steps for mistake in view.mistakes):
        assert each.wrong != each.right
    assert max(len(view.mistakes) for view in made.main.steps) <= 3


def test_checks_come_with_their_figures(made: Page) -> None:
    kinds = {check.kind: check.figure for check in step(made, "A").checks}
    assert {"numpy", "rows", "digits"} == set(kinds)
    assert "30" == kinds["digits"]
    assert made.deviation is not None
    assert r"\cdot 10^{-16}" in made.deviation


def test_no_page_is_made_of_values_that_failed_a_check(worked: Worked) -> None:
    failed = Check("A", "NumPy", False, 0.25, (3, 1), "cell (3, 1): 0.5 here, 0.25 in NumPy")
    with pytest.raises(DerivationError, match=r"self-attention.*step A, cell \(3, 1\).*NumPy.*0\.25"):
        page([replace(worked, checks=(*worked.checks, failed))])


def test_no_page_holds_an_identity_that_is_not_proved(worked: Worked) -> None:
    law = page([worked]).laws[0]
    assert law.sizes
    doubtful = replace(worked.proofs[0], proved=False, message="they differ for n = 2")
    with pytest.raises(DerivationError, match=r"identity 'Weights sum to 1' is not proved: they differ"):
        page([replace(worked, proofs=(doubtful,))])


def test_prose_and_axis_words_go_through_the_translation(worked: Worked) -> None:
    made = page([worked], "xx", lambda message: f"<{message}>")
    view = step(made, "A")
    assert made.title == "<Self-attention>"
    assert ("<Weights>", "<queries>") == (view.title, view.size.rows)
    assert view.mistakes[0].message.startswith("<")
