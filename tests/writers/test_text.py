"""Prose is escaped for its target; the mathematics in it is not."""

import pytest

from derivations.writers import text
from derivations.writers.text import Escaped, TeX


@pytest.mark.parametrize(
    ("prose", "markdown", "latex"),
    [
        ("a & b", "a &amp; b", r"a \& b"),
        ("100 %", "100 %", r"100 \%"),
        ("#1 *new* [x]", r"\#1 \*new\* \[x\]", r"\#1 *new* [x]"),
        ("a_word_here", r"a\_word\_here", r"a\_word\_here"),
        ("<b>", "&lt;b&gt;", r"\textless{}b\textgreater{}"),
        ("{x} ~ ^", r"{x} \~ ^", r"\{x\} \textasciitilde{} \textasciicircum{}"),
        ("1. first", r"1\. first", "1. first"),
        ("- item", r"\- item", "- item"),
        ("a|b `c`", r"a\|b \`c\`", r"a\textbar{}b `c`"),
        ("x → ∞", "x → ∞", r"x $\to$ $\infty$"),
        ("α and β", "α and β", r"$\alpha$ and $\beta$"),
        ("two\nlines", "two lines", "two lines"),
    ],
)
def test_words_are_escaped(prose: str, markdown: str, latex: str) -> None:
    assert (markdown, latex) == (text.md(prose), text.tex(prose))


@pytest.mark.parametrize("escape", [text.md, text.tex])
def test_mathematics_in_prose_passes(escape: object) -> None:
    assert callable(escape)
    assert r"the width $\frac{a_1}{b}$ of" == escape(r"the width $\frac{a_1}{b}$ of")


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("divided by √d_k", r"divided by $\sqrt{d_k}$"),
        ("such as K Q^T for Q K^T: A Q^T is none", "such as $K Q^T$ for $Q K^T$: $A Q^T$ is none"),
        ("Q^T and d_model", r"$Q^T$ and $d_{\text{model}}$"),
        ("√3 stays", r"$\sqrt{3}$ stays"),
        ("W^Q, not W", "$W^Q$, not W"),
    ],
)
def test_symbols_among_words_become_mathematics(prose: str, shown: str) -> None:
    assert shown == text.md(prose)


@pytest.mark.parametrize("token", ["$5", "$a$", "d_k", r"\frac", "√3", "100%", "#", "a\\$b"])
def test_somebodys_token_stays_what_it_is(token: str) -> None:
    assert token == text.plain(text.literal(token))
    assert "$" not in text.md(text.literal(token)).replace(r"\$", "")


def test_a_character_that_latex_fonts_lack_is_named() -> None:
    assert r"a\texttt{U+1F600}" == text.tex("a\N{GRINNING FACE}")
    assert "\x07" not in text.tex("bell\x07")


def test_what_is_ready_is_not_escaped_again() -> None:
    assert r"\frac{1}{2}" == text.tex(TeX(r"\frac{1}{2}"))
    assert "a & b" == text.md(Escaped("a & b"))
