"""Small documents in every format: the formulas found, and what stands in the file at their places."""

from __future__ import annotations

import pytest

from derivations import readers
from derivations.model import DerivationError, Formula, Prose, Source, Unread
from tests.readers.seen import formulas, misplaced, slices, words

MARKDOWN = [
    ("inline $x = 1$ and $ y = 2 $.", ["x = 1", "y = 2"]),
    ("$$\nA = [1, 2]\n$$", ["A = [1, 2]"]),
    (r"\(a = 1\) and \[b = 2\]", ["a = 1", "b = 2"]),
    (r"\\(a = 1\\) and \\[b = 2\\]", ["a = 1", "b = 2"]),
    (
        "\\begin{align}\nZ &= AV \\\\\n &= [1, 2]\n\\end{align}",
        [r"\begin{align} Z &= AV \\ &= [1, 2] \end{align}"],
    ),
    ("cost $5 and $6, or $7 a day", []),
    ("pay $5 + $6 now", []),
    ("设$d_k=2$，则$q=3$。", ["d_k=2", "q=3"]),
    (r"price \$4 and $k = 4$", ["k = 4"]),
    ("`q · k1 = 1` and `name`", ["q · k1 = 1"]),
    ("`cost $5` and `$6` each", []),
    ("**Q = K** = [[1,0],[0,1]]", ["Q = K = [[1,0],[0,1]]"]),
    ("$E_{cat}$ = [1, 0]", ["E_{cat} = [1, 0]"]),
    ("PE(1) = $\\sin(1)$", ["PE(1) = \\sin(1)"]),
    ("1*2 + 3*4 = 14", ["1*2 + 3*4 = 14"]),
    ("*Weights*: [0.2, 0.8]", ["[0.2, 0.8]"]),
    ("> $$\n> B = 2\n> $$", ["B = 2"]),
    ("- $$\n  C = 3\n  $$", ["C = 3"]),
    ("W\\_Q = [1, 2]", ["W_Q = [1, 2]"]),
    ("$a &lt; b = 3$", ["a < b = 3"]),
    ("$\\\\frac{1}{2} = 0.5$", [r"\frac{1}{2} = 0.5"]),
    ("<!-- $x = 1$ -->\n<b>y</b> = [1, 2]", ["y = [1, 2]"]),
    ("see [the page](https://a.org/b_1=2) and $x=1$", ["x=1"]),
    ("{{< note >}} $x = 1$ {{< /note >}}", ["x = 1"]),
    (":::tip $x = 1$\ntext\n:::", ["x = 1"]),
    ("```math\n1 + 1 = 2\n```", ["1 + 1 = 2"]),
    ("~~~\ns = [1, 2]\n~~~", ["s = [1, 2]"]),
    ("```bash\nexport X=[1,2]\n```", []),
    ("> ```\n> s = [1, 2]\n> ```", ["s = [1, 2]"]),
    ("![f](https://latex.codecogs.com/svg.latex?%5Cbg_white%20Q%3D%5B1%2C2%5D)", ["Q=[1,2]"]),
    ('<img src="https://www.zhihu.com/equation?tex=V+%3D+%5B1%5D" alt="V">', ["V = [1]"]),
    ("![x](https://render.githubusercontent.com/render/math?math=k%3D4)", ["k=4"]),
    (r"![A = \begin{bmatrix}1\end{bmatrix}](a.png)", [r"A = \begin{bmatrix}1\end{bmatrix}"]),
    ("![a cat](cat.png)", []),
    ("---\nweight: 3\nx = 4\n---\n$y = 5$", ["y = 5"]),
    ("$ never closed\n\n$x=1$ closed", ["x=1"]),
    ("1 \\\\ 2\\end{bmatrix} = [3]$$\n\n$$\nB = 1\n$$", ["= [3]", "B = 1"]),
    ("end cut off: $A = \\begin{bmatrix}1 & 2 \\\\ 3 &", [r"A = \begin{bmatrix}1 & 2 \\ 3 &"]),
]

TEXT = [
    ("Q = [1, 0]\r\nK = [0, 1]\r\n", ["Q = [1, 0]", "K = [0, 1]"]),
    ("\ufeffQ = [1, 0]", ["Q = [1, 0]"]),
    ("with TeX $x = 1$ inside", ["x = 1"]),
]

LATEX = [
    ("50\\% % K = [9]\n$x = 1$", ["x = 1"]),
    (r"\newcommand{\row}[2]{[#1, #2]} $q = \row{1}{0}$", ["q = [1, 0]"]),
    (r"\def\Qm{\mathbf{Q}} $\Qm = 1$", [r"\mathbf{Q} = 1"]),
    (r"\DeclareMathOperator{\sm}{softmax} $\sm(x) = 1$", [r"\operatorname{softmax}(x) = 1"]),
    (r"\newcommand{\a}{\a\a} $\a = 1$ and $b = 2$", None),
    (
        "\\begin{equation}\\label{e}\nS = 1\n\\end{equation}",
        [r"\begin{equation}\label{e} S = 1 \end{equation}"],
    ),
    ("\\begin{verbatim}\nw = [1, 2]\n\\end{verbatim}", ["w = [1, 2]"]),
    ("\\begin{lstlisting}[language=Python]\nw = [1, 2]\n\\end{lstlisting}", ["w = [1, 2]"]),
    (r"code \verb|a = [3, 4]| there", ["a = [3, 4]"]),
    (r"The \textbf{weights} are [0.5, 0.5].", ["[0.5, 0.5]"]),
    (r"\begin{tikzpicture}\node at (0, 4) {$d_k = 64$};\end{tikzpicture} so $x = 1$", ["x = 1"]),
    (
        "\\begin{tabular}{l|c} \\hline\ntoken & q \\\\ \\hline\ncat & (1, 0) \\\\\n\\end{tabular}",
        ["q_{cat} = (1, 0)"],
    ),
]

_KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>Q</mi></mrow>'
    '<annotation encoding="application/x-tex">Q = a &amp; 1</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true">Q=a1</span></span>'
)
HTML = [
    # two names, and no flat copy of the second formula before the first
    (r"<p>若 \(y=10,\ \hat{y}=2\)，误差</p>", [r"y=10,\ \hat{y}=2"]),
    (f"<p>so {_KATEX} holds</p>", ["Q = a & 1"]),
    ('<script type="math/tex; mode=display">A = 2</script>', ["A = 2"]),
    (
        '<p><span class="MathJax">w = [1, 2]</span><script type="math/tex">w = [1, 2]</script></p>',
        ["w = [1, 2]"],
    ),
    ("<script>x = [1, 2]</script><style>y = [3, 4]</style><p>z = [5, 6]</p>", ["z = [5, 6]"]),
    (r"<p>Then \(x = 3\) and $$y = 4$$</p>", ["x = 3", "y = 4"]),
    ("<p>K<sup>T</sup> = [1, 2], q<sub>1</sub> = (1, 0)</p>", ["K^{T} = [1, 2]", "q_{1} = (1, 0)"]),
    ('<p>Nice result.<sup><a href="#1">3</a></sup></p>', []),
    ("<p><b>S</b> = [1, 2]</p>", ["S = [1, 2]"]),
    ("<p>1 &lt; 2, s = [1,&nbsp;2]</p>", ["s = [1, 2]"]),
    ('<span class="ztext-math" data-tex="V = 2">V=2 echo = 9</span>', ["V = 2"]),
    ('<img alt="A = \\frac{1}{2}" src="a.png">', [r"A = \frac{1}{2}"]),
    ("<pre><code>s = [<b>1</b>, 2]\nt = [3, 4]</code></pre>", ["s = [ 1 , 2]", "t = [3, 4]"]),
    ("t = [1, 2]\nu = [3, 4]</code></pre><p>x = [5, 6]</p>", ["t = [1, 2]", "u = [3, 4]", "x = [5, 6]"]),
    ("<code>softmax([1, 2]) = [0.27, 0.73]</code>", ["softmax([1, 2]) = [0.27, 0.73]"]),
    (
        "<table><tr><th></th><th>q</th></tr><tr><td>cat</td><td>[1, 0]</td></tr></table>",
        ["q_{cat} = [1, 0]"],
    ),
    (
        "<mjx-container><svg></svg><mjx-assistive-mml><math><mi>B</mi><mo>=</mo><mn>2</mn></math>"
        "</mjx-assistive-mml></mjx-container>",
        ["B = 2"],
    ),
]

MATHML = [
    ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", r"\frac{1 }{2}"),
    ("<msup><mi>K</mi><mi>T</mi></msup>", "K ^{T}"),
    ("<msup><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow><mn>2</mn></msup>", "{( a )} ^{2}"),
    ("<msqrt><mi>d</mi></msqrt>", r"\sqrt{d}"),
    ("<mroot><mi>x</mi><mn>3</mn></mroot>", r"\sqrt[3] {x}"),
    ("<msubsup><mi>W</mi><mn>1</mn><mi>Q</mi></msubsup>", "W _{1 }^{Q}"),
    (
        "<mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd>"
        "<mtd><mn>4</mn></mtd></mtr></mtable><mo>]</mo>",
        r"[ \begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix} ]",
    ),
    ("<mi>a</mi><mo>&#x2062;</mo><mi>b</mi>", "a b"),
    ("<mphantom><mn>9</mn></mphantom><mn>1</mn>", "1"),
    ("<msub><mover><mi>x</mi><mo>^</mo></mover><mi>i</mi></msub>", r"\hat{x} _{i}"),
    ("<mover accent='true'><mi>Q</mi><mo>&#x2dc;</mo></mover>", r"\tilde{Q}"),
    ("<mover><mi>x</mi><mo>¯</mo></mover>", r"\bar{x}"),
    ("<mover><mi>v</mi><mo>→</mo></mover>", "v"),
    ("<msub><mi>p</mi><mi>τ</mi></msub><mo>∈</mo><mi>ℝ</mi>", r"p _{\tau} ∈ \mathbb{R}"),
    ("<mtext>size Δ</mtext><mi>Δx</mi><mi>ℓ</mi>", r"\text{size Δ} \Delta x \ell"),
    (
        "<mo>{</mo><mtable><mtr><mtd><mn>0</mn></mtd><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mn>1</mn></mtd>"
        "<mtd><mi>b</mi></mtd></mtr></mtable>",
        r"\begin{cases} 0 & a \\ 1 & b \end{cases}",
    ),
    (
        "<mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable><mo>}</mo>",
        r"{ \begin{matrix} 1 \end{matrix} }",
    ),
]

SCRIPT = [
    ("const a = `<p>w = [1, 2]</p>`;", ["w = [1, 2]"]),
    (r"const t = String.raw`A = \frac{1}{2}`;", [r"A = \frac{1}{2}"]),
    (r'const u = "A = \\frac{1}{2}";', [r"A = \frac{1}{2}"]),
    ("const v = `w = [${x}, 2] and ${f(`k = [3, 4]`)} z = [5, 6]`;", ["k = [3, 4]", "z = [5, 6]"]),
    ("const c = `${f({a: `${1}`}, [3, 4])} w = [1, 2]`;", ["w = [1, 2]"]),
    ("// q · k = 3\nlet i = 0; for (;;) { i = i + 1 }", ["q · k = 3"]),
    ("/* w = [1, 2]\n * k = [3, 4] */", ["w = [1, 2]", "k = [3, 4]"]),
    ("return <p>The weights are [0.2, 0.8].</p>", ["[0.2, 0.8]"]),
    ("a = <i>don't</i>\nconst s = 's = [1, 2]'", ["s = [1, 2]"]),
    ("w = [1, 2]</code></pre>`}, {body: `<p>k = [3, 4]</p>`}", ["w = [1, 2]", "k = [3, 4]"]),
]

TABLE = [
    (format, text, expected)
    for format, rows in (("md", MARKDOWN), ("txt", TEXT), ("tex", LATEX), ("html", HTML), ("js", SCRIPT))
    for text, expected in rows
]


@pytest.mark.parametrize(("format", "text", "expected"), TABLE, ids=[f"{f}: {t[:30]}" for f, t, _ in TABLE])
def test_formulas_of_small_documents(format: str, text: str, expected: list[str] | None) -> None:
    if expected is not None:
        assert expected == formulas(text, format)
    assert misplaced(text, format) == []


@pytest.mark.parametrize(("inner", "tex"), MATHML, ids=[row[1] for row in MATHML])
def test_mathml_becomes_tex(inner: str, tex: str) -> None:
    text = f"<p><math>{inner}</math></p>"
    assert [tex] == formulas(text, "html")
    assert misplaced(text, "html") == []


def test_what_stands_in_the_file_at_a_formula() -> None:
    text = "**S** = `[1, 2]` and ![f](https://latex.codecogs.com/svg.latex?Q%3D3)."
    assert slices(text, "md") == ["S** = `[1, 2]", "Q%3D3"]


def test_macro_arguments_keep_their_own_places() -> None:
    text = r"\newcommand{\row}[2]{[#1, #2]} $q = \row{12}{34}$"
    piece = next(p for p in readers.fragments(Source("a.tex", text)) if not isinstance(p, Prose))
    assert isinstance(piece, readers.Fragment)
    assert text[piece.at[piece.text.index("34")] :].startswith("34}$")


def test_the_default_of_a_macro_argument() -> None:
    text = r"\newcommand{\v}[2][0]{(#1, #2)} $\v{5} = \v[3]{4}$"
    assert ["(0, 5) = (3, 4)"] == formulas(text, "tex")


def test_words_and_headings_come_in_order() -> None:
    text = "# Scores of $Q$\n\nDivide by $2$:\n\n- first [1, 2]\n"
    assert words(text, "md") == ["Scores of Q", "<Q>", "Divide by", "<2>", "first", "<[1, 2]>"]
    levels = [part.level for part in readers.read(Source("a.md", text)).parts if isinstance(part, Prose)]
    assert levels == [1, 0, 0]


@pytest.mark.parametrize(
    ("format", "text", "level"),
    [
        ("md", "### Step 2 ###\n", 3),
        ("md", '<h2 align="center">Step 2</h2>\n', 2),
        ("html", "<h4>Step <em>2</em></h4>", 4),
        ("tex", r"\subsection{Step \emph{2}}", 3),
    ],
)
def test_heading_levels(format: str, text: str, level: int) -> None:
    (heading,) = readers.read(Source("a", text), format).parts
    assert isinstance(heading, Prose)
    assert (heading.text, heading.level) == ("Step 2", level)


def test_a_picture_of_a_formula_and_another_file_are_reported_as_unread() -> None:
    picture = readers.read(Source("a.html", '<p><img alt="attention formula" src="a.png"></p>'))
    other = readers.read(Source("a.tex", r"text \input{more} text"))
    assert [unread.reason for unread in picture.unread] == ["a formula shown only as a picture"]
    assert [(u.reason, u.span.start) for u in other.unread] == [("another file, more: give it as well", 5)]


def test_mathematics_that_cannot_be_understood_is_unread_and_no_formula() -> None:
    article = readers.read(Source("a.md", "We have $♠♠$ here."))
    assert [type(part) for part in article.parts] == [Prose, Prose]
    assert [(type(u), u.span.start) for u in article.unread] == [(Unread, 9)]


def test_read_parses_formulas_at_their_places() -> None:
    text = "So $Q = [1, 25]$."
    (formula,) = [part for part in readers.read(Source("a.md", text)).parts if isinstance(part, Formula)]
    number = formula.node.args[1].args[1]
    assert (number.data.text, text[number.span.start : number.span.end]) == ("25", "25")
    assert formula.origin == "math"


def test_an_unknown_format_is_explained() -> None:
    with pytest.raises(DerivationError, match=r"a\.docx: no reader for '\.docx'; .*html"):
        readers.read(Source("a.docx", ""))


def test_entities_of_a_document_type_are_not_expanded() -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    (formula,) = formulas(declared + "<p><math><mi>&b;</mi><mo>=</mo><mn>1</mn></math></p>", "html")
    assert formula == "&b; = 1"
