"""Notebooks: places in the file through all escapes, and outputs under the names that were printed."""

from __future__ import annotations

import json

import pytest

from derivations import readers
from derivations.model import DerivationError, Formula, Source
from derivations.readers import jsonplaces
from tests.readers.seen import formulas, misplaced, slices


def notebook(*cells: dict[str, object], **extra: object) -> str:
    return json.dumps({"cells": list(cells), "nbformat": 4, **extra}, indent=1)


def code(source: str | list[str], *outputs: dict[str, object]) -> dict[str, object]:
    return {"cell_type": "code", "outputs": list(outputs), "source": source}


def printed(text: str | list[str]) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def result(**data: str | list[str]) -> dict[str, object]:
    return {
        "output_type": "execute_result",
        "data": {key.replace("_", "/"): value for key, value in data.items()},
    }


PRINTED = [
    # An assignment that cannot be read leaves its name: an older formula of it no longer holds.
    ("w = f(x)\nprint('Weights:', w)", "Weights: [0.58 0.42]\n", ["w =", "w = [0.58 0.42]"]),
    ('print("Q =\\n", Q)', "Q =\n [[1 2]\n [3 4]]\n", ["Q = [[1 2] [3 4]]"]),
    ("print(a)\nprint(b)", "[1 2]\n[3 4]\n", ["a = [1 2]", "b = [3 4]"]),
    ('print(f"mean {m:.2f}, std {s!r}")', "mean 1.50, std 0.5\n", ["m = 1.50", "s = 0.5"]),
    (
        "print('W:', np.round(W, 2))\nprint('V:', V.round(1))",
        "W: [1. 2.]\nV: [3. 4.]\n",
        ["W = [1. 2.]", "V = [3. 4.]"],
    ),
    ('print("Q \\n: ", Q)', "Q \n:  [[1 2]\n [3 4]]\n", ["Q = [[1 2] [3 4]]"]),
    # several names at once, and changes in place
    ("L, d = 4, 8\nprint(d)", "8\n", ["L = 4", "d = 8", "d = 8"]),
    ("a, b = f(x)\nprint(b)", "[1 2]\n", ["a = ?", "b = ?", "b = [1 2]"]),
    ("m[m == 0] = -9\nprint(m)", "[1 2]\n", ["m = ?", "m = [1 2]"]),
    ("c += x\nprint(c)", "[1 2]\n", ["c = ?", "c = [1 2]"]),
    ("for x in xs:\n    c += x\n    r.append(x)\nprint(c)", "[1 2]\n", ["c = ?", "r = ?", "c = [1 2]"]),
    ("print('A:', A.sum(axis=1), sep=' ')", "A: [1. 1.]\n", ["A.sum(axis=1) = [1. 1.]"]),
    ("print('shape', Q.shape)\nprint('done')", "shape (2, 3)\ndone\n", ["(2, 3)"]),
    ("for w in ws:\n    print('w', w)", "w [1 2]\nw [3 4]\n", ["[1 2]", "[3 4]"]),
    (
        "torch_result = f(x)\nprint(torch_result)",
        "tensor([[0.1, 0.9]])\n",
        ["torch_result =", "torch_result = [[0.1, 0.9]]"],
    ),
]


@pytest.mark.parametrize(("source", "output", "expected"), PRINTED, ids=[row[0][:30] for row in PRINTED])
def test_printed_values_get_their_names(source: str, output: str, expected: list[str]) -> None:
    text = notebook(code(source, printed(output)))
    assert expected == [f for f in formulas(text, "ipynb") if "f(x)" not in f]
    assert misplaced(text, "ipynb") == []


def test_a_printed_formula_is_reported_at_its_value() -> None:
    text = notebook(code("print('w:', w)", printed("w: [0.58 0.42]\n")))
    assert slices(text, "ipynb") == ["[0.58 0.42]"]


def test_the_last_expression_names_the_result() -> None:
    text = notebook(code("w = a + b\nw", result(text_plain="array([0.5, 0.5])")))
    assert formulas(text, "ipynb") == ["w = a + b", "w = [0.5, 0.5]"]


FRAME = """pd.DataFrame(
    S,
    index=[f"q:{t}" for t in tokens],
).round(3)
"""


def test_a_data_frame_at_the_end_is_the_array_that_it_is_made_of() -> None:
    table = "         k:the  k:cat\nq:the    0.778 -0.849\nq:cat    0.707  1.103"
    text = notebook(code(FRAME, result(text_plain=table)))
    assert [r"S = \begin{bmatrix} 0.778 & -0.849 \\ 0.707 & 1.103 \end{bmatrix}"] == formulas(text, "ipynb")
    assert misplaced(text, "ipynb") == []


def test_a_tuple_at_the_end_names_each_of_its_values() -> None:
    shown = "(tensor([[1., 2.],\n         [3., 4.]]),\n tensor([5.0, 6.0]), 7.5,\n (2, 2), 8.5)"
    text = notebook(code("a, b.T, c, a.shape, d\n# what there is\n", result(text_plain=shown)))
    found = formulas(text, "ipynb")
    assert found[:3] == ["a = [[1., 2.], [3., 4.]]", "b.T = [5.0, 6.0]", "c = 7.5"]
    assert not any(formula.startswith("d") for formula in found)
    assert misplaced(text, "ipynb") == []


FUNCTIONS = [
    ("def f(q, k):\n    return q @ k.T", "s = f(a, b)", "s = (a @ b.T)"),
    # arguments that are no names keep together; a function may use those before it
    ("def f(q, k=2):\n    return q * k", "s = f(a + b, k=3)", "s = ((a + b) * 3)"),
    (
        "def f(x):\n    return x + 1\ndef g(y):\n    return 2 * f(y)",
        "s = g(f(a))",
        "s = (2 * (((a + 1)) + 1))",
    ),
    # names inside, documentation and remarks
    (
        'def f(x):\n    """Shifts x."""\n    m = x - 1  # one less\n    return m / 2',
        "s = f(a)",
        "s = ((a - 1) / 2)",
    ),
    ("f = lambda x: x ** 2", "s = f(a)", "s = (a ** 2)"),
    # what does more than name and return, or is called otherwise, is not understood
    ("def f(x):\n    if x > 0:\n        x = 1\n    return x / 2", "s = f(a)", "s ="),
    ("def f(x, y):\n    return x / y", "s = f(*a)", "s ="),
    ("def f(x):\n    return x / x.sum(axis=0)", "s = f(a)", "s ="),
    ("def f(x):\n    return x / 2\ndef f(x):\n    return g[x]", "s = f(a)", "s ="),
]


@pytest.mark.parametrize(("defined", "called", "expected"), FUNCTIONS, ids=range(len(FUNCTIONS)))
def test_a_call_of_a_short_function_is_what_it_returns(defined: str, called: str, expected: str) -> None:
    text = notebook(code(defined), code(called))
    assert formulas(text, "ipynb")[-1] == expected


def test_a_result_in_tex_is_preferred() -> None:
    text = notebook(
        code("Matrix([1])", result(text_plain="Matrix([[1]])", text_latex="$\\displaystyle x = 1$"))
    )
    assert formulas(text, "ipynb") == ["\\displaystyle x = 1"]


def test_places_go_through_json_escapes() -> None:
    text = notebook(
        {"cell_type": "markdown", "source": ['é "q"\n', "$\\frac{12}{34} = 0.35$ \U0001f600 $k = 56$"]}
    )
    assert formulas(text, "ipynb") == [r"\frac{12}{34} = 0.35", "k = 56"]
    assert misplaced(text, "ipynb") == []


def test_lines_and_columns_count_inside_the_cell() -> None:
    first: dict[str, object] = {"cell_type": "markdown", "source": ["# Title\n", "\n", 'Here "$k = 2$".']}
    second = code(["a = 1\n", "print('w:', w)"], printed(["start\n", "w: [1 2]\n"]))
    article = readers.read(Source("n.ipynb", notebook(first, second)))
    found = [part for part in article.parts if isinstance(part, Formula)]
    assert [(part.cell, part.origin) for part in found] == [(1, "math"), (2, "code"), (2, "output")]
    assert [article.place(part.span.start) for part in found] == [(1, 3, 8), (2, 1, 1), (2, 2, 4)]


def test_older_notebooks_with_worksheets() -> None:
    text = json.dumps(
        {"worksheets": [{"cells": [{"cell_type": "code", "input": "s = [1, 2]", "outputs": []}]}]}
    )
    assert formulas(text, "ipynb") == ["s = [1, 2]"]


@pytest.mark.parametrize("text", ["", "{", "[1, 2", '{"cells": }', "no json", '{"cells": []} {}', '{"a" 1}'])
def test_a_file_that_is_no_json_is_explained(text: str) -> None:
    with pytest.raises(DerivationError, match=r"^n\.ipynb:1:\d+: this is no notebook"):
        readers.read(Source("n.ipynb", text))


def test_odd_but_valid_json_is_read_as_far_as_it_goes() -> None:
    odd = [1, {"cell_type": 2, "source": {"a": 1}, "outputs": "x"}]
    values: tuple[object, ...] = (3, [], {"cells": 1}, {"cells": odd})
    for value in values:
        assert readers.read(Source("n.ipynb", json.dumps(value))).parts == ()


def test_json_strings_know_their_places() -> None:
    value = jsonplaces.load('{"a": ["x\\ny", true], "b": -1.5e3}')
    assert isinstance(value, dict)
    inner = value["a"]
    assert isinstance(inner, list)
    assert isinstance(inner[0], jsonplaces.Text)
    assert (inner[0].passage.text, list(inner[0].passage.at)) == ("x\ny", [8, 9, 11, 12])
    assert (inner[1], value["b"]) == ("true", "-1.5e3")


def test_functions_that_double_or_nest_without_end_are_left_alone() -> None:
    doubled = "def f(x):\n    return x + x\n" + "".join(
        f"def f{k}(x):\n    return f{k - 1 if k else ''}(x) + f{k - 1 if k else ''}(x)\n" for k in range(30)
    )
    assert formulas(notebook(code(doubled), code("y = f29(a)")), "ipynb")[-1] == "y ="
    nested = "y = " + "f(" * 300 + "a" + ")" * 300
    assert formulas(notebook(code("def f(x):\n    return x + x"), code(nested)), "ipynb")[-1] == "y ="
