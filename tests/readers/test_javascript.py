"""JavaScript: data with names, calculations and questions with their answers, texts between tags."""

from __future__ import annotations

import pytest

from tests.readers.seen import formulas, misplaced, words

DATA = [
    ("const Q = [[1, 2], [3, -0.5]];", ["Q = [[1, 2], [3, -0.5]]"]),
    ("let q1: [number, number] = [1.5, 2];", ["q1 = [1.5, 2]"]),
    (
        "const data = {\n  S: [[0.5, 1], [2, 3]],\n  A: [0.5, 0.5] };",
        ["S = [[0.5, 1], [2, 3]]", "A = [0.5, 0.5]"],
    ),
    ('const e = ["2.72", "1.00"];', ["e = [ 2.72 , 1.00 ]"]),
    # what is no array of numbers, or stands in a text or a comment
    ("const f = [a, 2]; const g = [1]; const n = 5; x[1] = 2;", []),
    ("/* const Q = [[1, 2], [3, 4]]; */", ["Q = [[1, 2], [3, 4]]"]),
    # an object with one calculation and one number
    ('rows = [{ word: "cat", s: 2.12, how: "(1×2 + 1×1)/√2" }];', ["(1×2 + 1×1)/√2 = 2.12"]),
    ('rows = [{ word: "cat", x: 3, y: 2.12, how: "(1×2 + 1×1)/√2" }];', []),
    # a question and its answer; a number beside options chooses one of them
    ('bank = [{q: "exp([0, 1])_2 = ? (3 digits)", ans: "2.718", tol: 0.1}];', ["exp([0, 1])_2 = 2.718"]),
    ('bank = [{question: "softmax([4, 4]) ≈ ?", answer: "0.5, 0.5"}];', ["softmax([4, 4]) = [0.5, 0.5]"]),
    ('bank = [{q: "sum([4, 4]) = ?", options: five, answer: 1}];', []),
    ('bank = [{q: "How many rows has it?", answer: "3"}];', []),
]


@pytest.mark.parametrize(("text", "expected"), DATA, ids=range(len(DATA)))
def test_data(text: str, expected: list[str]) -> None:
    assert expected == [f for f in formulas(text, "js") if "=" in f and "?" not in f]
    assert misplaced(text, "js") == []


def test_a_text_before_a_tag_and_with_entities_is_read() -> None:
    text = "<p>With &quot;q&quot; = [1, 2] <b>so</b> we get {x}</p>;\nconst f = (a) => a < 3;"
    assert ['\\text{"q"} = [1, 2]'] == formulas(text, "jsx")


def test_data_stands_where_it_stands_in_the_program() -> None:
    text = "<p>K = [1, 2]</p>;\nconst V = [3, 4];\n<p>Q = [5, 6]</p>;"
    assert ["K = [1, 2]", "V = [3, 4]", "Q = [5, 6]"] == formulas(text, "tsx")


COLOURED = """<div style={line}>
  <span style={label}>b₁ =</span>
  <span style={{ color: "#7dd3fc" }}>2·[4, 8]</span>
  <span>+</span>
  <b className="x">[0, 4]</b>
</div>
"""


def test_inline_elements_side_by_side_are_one_text_and_colours_are_no_words() -> None:
    assert ["<b₁ = 2·[4, 8] + [0, 4]>"] == words(COLOURED, "jsx")
    assert misplaced(COLOURED, "jsx") == []


ITEM = """<ul><li>
  Softmax: exp values 2.718, 1,
  2.718, as{" "}<code className="x">&radic;4 = 2</code>; sum 6.436.
</li></ul>
"""


def test_an_item_of_a_list_is_one_text_over_its_lines_and_elements() -> None:
    assert [
        "Softmax: exp values",
        "<(2.718, 1, 2.718)>",
        ", as",
        "<√4 = 2>",
        "; sum",
        "<6.436>",
    ] == words(ITEM, "jsx")
    assert misplaced(ITEM, "jsx") == []
