"""Entries written out: what a reader sees when one entry is worked out in full."""

import pytest

from derivations.formula import parse
from derivations.formula.tex import to_tex
from derivations.writers.written import Written, entries, integer, scalar, values, written_out

SCOPE = {
    "A": entries("A", (2, 3)),
    "B": entries("B", (3, 2)),
    "S": entries("S", (2, 2)),
    "A_1": entries("A_1", (2, 2)),
    "x": entries("x", (1, 3)),
    "c": entries("c", (1, 1)),
    "d_k": scalar(integer(2)),
}


@pytest.mark.parametrize(
    ("formula", "entry"),
    [
        ("Y = A B", "A_{11} B_{12} + A_{12} B_{22} + A_{13} B_{32}"),
        (r"Y = \frac{S S^T}{\sqrt{d_k}}", r"\frac{S_{11} S_{21} + S_{12} S_{22}}{\sqrt{2}}"),
        (r"Y = \operatorname{softmax}(S)", r"\frac{e^{S_{12}}}{e^{S_{11}} + e^{S_{12}}}"),
        (r"Y = c S + S", r"c S_{12} + S_{12}"),
        (r"Y = A_1 S", r"\left(A_1\right)_{11} S_{12} + \left(A_1\right)_{12} S_{22}"),
        (r"Y = x B", "x_1 B_{12} + x_2 B_{22} + x_3 B_{32}"),
        (r"Y = \operatorname{concat}(S, B^T)", "S_{12}"),
        (r"Y = \operatorname{relu}(S)", r"\operatorname{ReLU}\left(S_{12}\right)"),
    ],
)
def test_entry_in_the_first_row_and_second_column(formula: str, entry: str) -> None:
    written = written_out(parse(formula), (2, 2), SCOPE)
    assert written is not None
    assert entry == to_tex(written.at(0, 1))


def test_places_beyond_nine_are_kept_apart() -> None:
    wide = entries("A", (20, 20))
    assert ["A_{19}", "A_{1,10}", "A_{11,1}"] == [to_tex(wide.at(*at)) for at in ((0, 8), (0, 9), (10, 0))]


def test_values_are_put_in_brackets_where_they_need_them() -> None:
    cells = [["-1", r"1 + \sqrt{2}"], ["0", "2"]]
    given = {"S": values((2, 2), lambda i, j: cells[i - 1][j - 1])}
    written = written_out(parse("Y = S S"), (2, 2), given)
    assert written is not None
    expected = r"\left(-1\right) \cdot \left(-1\right) + \left(1 + \sqrt{2}\right) \cdot 0"
    assert expected == to_tex(written.at(0, 0))


def test_a_long_sum_keeps_its_first_terms_and_its_last() -> None:
    asked: list[tuple[int, int]] = []

    def cell(i: int, j: int) -> str:
        asked.append((i, j))
        return str(j)

    given = {"A": values((1, 1000), cell), "B": entries("B", (1000, 1))}
    written = written_out(parse("Y = A B"), (1, 1), given)
    assert written is not None
    expected = r"1 \cdot B_1 + 2 \cdot B_2 + 3 \cdot B_3 + \dots + 1000 \cdot B_{1000}"
    assert expected == to_tex(written.at(0, 0))
    assert len(asked) == 4, "terms that are not shown must not be built"


def test_what_cannot_be_written_out_is_none() -> None:
    assert written_out(parse("Y = A A"), (2, 2), SCOPE) is None
    assert isinstance(SCOPE["A"], Written)
