"""Passages: whatever is done to a text, its characters keep their places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.model import Span
from derivations.readers import escapes
from derivations.readers.fragments import Builder, Passage, fragment, join


def test_slice_and_strip_keep_places() -> None:
    passage = Passage.whole("  ab cd ")[1:].strip()
    assert passage.text == "ab cd"
    assert list(passage.at) == [2, 3, 4, 5, 6, 7]
    assert passage.span == Span(2, 7)


def test_blank_keeps_line_ends_and_length() -> None:
    assert Passage.whole("a$b\n$c").blank([(1, 2), (2, 5)]).text == "a  \n c"


def test_join_shows_a_gap_as_a_blank() -> None:
    whole = Passage.whole("K = 12; V = 34")
    joined = join([whole[4:6], whole[12:14]])
    assert joined.text == "12 34"
    assert [joined.at[0], joined.at[3]] == [4, 12]


def test_neighbours_are_joined_without_a_blank() -> None:
    whole = Passage.whole("abcd")
    assert join([whole[:2], whole[2:]]) == Passage("abcd", [0, 1, 2, 3, 4])


def test_added_signs_stand_at_the_nearest_character() -> None:
    passage = Passage.whole("x 7 y")[2:3].before("[").after(", ]")
    assert passage.text == "[7, ]"
    assert list(passage.at) == [2, 2, 2, 2, 2, 3]
    assert passage.span == Span(2, 3)


def test_a_formula_in_a_builder_stands_between_blanks() -> None:
    whole = Passage.whole("a<x>b")
    builder = Builder()
    for part, origin in ((whole[0:1], ""), (whole[2:3], "math"), (whole[4:5], "")):
        builder.add(part, origin)
    assert builder.build().text.split() == ["a", "x", "b"]
    start, end, origin = builder.atoms[0]
    assert (builder.build().text[start:end], origin) == ("x", "math")


def test_substitute_gives_the_new_ranges() -> None:
    whole = Passage.whole("see !(12) and !(345)")
    changed, ranges = whole.substitute([(4, 9, whole[6:8]), (14, 20, whole[16:19])])
    assert [changed.text[start:end] for start, end in ranges] == ["12", "345"]
    assert changed.at[ranges[1][0]] == 16


@pytest.mark.parametrize(
    ("decode", "coded", "plain", "places"),
    [
        (escapes.entities, "1 &lt; 2 &#x41; &amp;", "1 < 2 A &", {2: 2, 4: 7, 6: 9, 8: 16}),
        (escapes.entities, "&nosuch; &amp", "&nosuch; &amp", {0: 0, 9: 9}),
        (escapes.percent, "Q%20%3D%20%5B1%5D", "Q = [1]", {0: 0, 2: 4, 5: 13, 6: 14}),
        (escapes.percent, "Q+%3D+%CE%B12", "Q = α2", {2: 2, 4: 6, 5: 12}),
        (escapes.json_string, r"a\n\"\u00e9\ud83d\ude00 5", 'a\n"é😀 5', {1: 1, 2: 3, 3: 5, 4: 11, 6: 24}),
        (
            escapes.script_string,
            r"\\frac\u{3b1}\x41\n\`",
            "\\fracα\x41\n`",
            {0: 0, 5: 6, 6: 13, 7: 17, 8: 19},
        ),
        (escapes.script_string, "a\\\nb", "ab", {1: 3}),
    ],
)
def test_decoding_with_places(decode: object, coded: str, plain: str, places: dict[int, int]) -> None:
    passage = decode(Passage.whole(coded))  # type: ignore[operator]
    assert passage.text == plain
    assert {at: passage.at[at] for at in places} == places


@given(
    st.text(max_size=80),
    st.sampled_from(["entities", "percent", "json_string", "script_string", "markdown", "halved"]),
)
def test_decoded_places_lie_inside_and_rise(text: str, name: str) -> None:
    passage = getattr(escapes, name)(Passage.whole(text))
    assert len(passage.at) == len(passage.text) + 1
    assert list(passage.at) == sorted(passage.at)
    assert 0 <= passage.at[0] <= passage.at[-1] <= len(text)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_slices_of_a_whole_text_are_the_text_itself(text: str, start: int, end: int) -> None:
    piece = fragment(Passage.whole(text)[start:end])
    assert text[piece.span.start : piece.span.end] == piece.text
