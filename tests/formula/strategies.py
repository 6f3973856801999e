"""Random formula trees, as the parser could make them."""

from __future__ import annotations

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from derivations.formula.names import canonical
from derivations.formula.numerals import number
from derivations.model import Node

NAMES = tuple(
    "a b e x Q K V W^Q W^K_1 d_k d_model x_11 x^1 x^2_3 x^prime alpha sigma_2 alpha_ij x_hat "
    "C_tilde_t Q_1 head_2 "
    "infinity Attention_Scores scores 查询 Puntuación epsilon_beta xyz_long_name I_3 β".split()
)
UPRIGHT = ("a", "x", "alpha", "Q", "S", "PE", "x_hat")
"""Names that carry subscripts which are expressions."""

NUMBERS = "0 1 2 7 12 0.5 .25 0.50 1e-3 2.5e+10 40% 0,5 1,234 12,345.6 3.".split()


def _name(text: str) -> Node:
    return Node("name", (), canonical(text) if len(text) == 1 else text)


def _number(text: str) -> Node:
    return Node("number", (), number(text))


leaves = st.sampled_from(NAMES).map(_name) | st.sampled_from(NUMBERS).map(_number)


def _node(kind: str, *parts: st.SearchStrategy[Node], data: Any = None) -> st.SearchStrategy[Node]:
    datas = data if isinstance(data, st.SearchStrategy) else st.just(data)
    return st.builds(lambda value, *args: Node(kind, args, value), datas, *parts)


def _matrix(cells: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def rows(width: int) -> st.SearchStrategy[list[list[Node]]]:
        return st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=3)

    def build(table: list[list[Node]]) -> Node:
        return Node("matrix", tuple(Node("row", tuple(row)) for row in table))

    return st.integers(1, 3).flatmap(rows).map(build)


def _list(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Lists of lists are matrices, and brackets around one matrix mean nothing."""
    flat = st.lists(items, min_size=1, max_size=3)
    kept = flat.filter(
        lambda nodes: not all(n.kind == "list" for n in nodes) and [n.kind for n in nodes] != ["matrix"]
    )
    return kept.map(lambda nodes: Node("list", tuple(nodes)))


def _sum(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    nothing, index, name = Node("opaque", (), ""), _name("j"), _name("n")
    bounds = st.sampled_from(
        [(nothing, nothing), (_number("1"), name), (_number("0"), nothing), (nothing, _name("i"))]
    )
    plain = st.builds(
        lambda kind, pair, body: Node("sum", (index, *pair, body), kind),
        st.sampled_from(("sum", "product")),
        bounds,
        inner,
    )
    return plain | inner.map(lambda body: Node("sum", (index, nothing, nothing, body), "max"))


def _index(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    two = st.tuples(st.sampled_from([_name("i"), _number("1"), _name("pos")]), inner)
    named = st.builds(
        lambda base, places: Node("index", (_name(base), *places)), st.sampled_from(UPRIGHT), two
    )
    brackets = inner.filter(lambda node: node.kind in ("transpose", "matrix", "multiply", "add"))
    return named | st.builds(lambda base, places: Node("index", (base, *places)), brackets, two)


def _cases(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    condition = _node("relation", inner, inner, data=st.sampled_from([("=",), ("≤",), (">",), ("≠",)]))
    pairs = st.lists(st.tuples(inner, condition | st.just(_name("otherwise"))), min_size=1, max_size=3)
    return pairs.map(lambda found: Node("cases", tuple(part for pair in found for part in pair)))


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = st.sampled_from(
        "softmax exp sqrt sin ln relu abs norm mean variance layer_norm unbiased_variance total f PE".split()
    )
    two = st.sampled_from("max attention concat column_sum PE f".split())
    places = st.sampled_from([_number("0"), _number("1"), _name("i")])
    return st.one_of(
        *(_node(kind, inner, inner) for kind in ("add", "subtract", "power")),
        _node("multiply", inner, inner, data=st.sampled_from(("", "", "·", "×", "*", "@", "⊙"))),
        _node("divide", inner, inner, data=st.sampled_from(("frac", "/"))),
        *(_node(kind, inner) for kind in ("negative", "transpose")),
        _node("call", inner, data=one),
        _node("call", inner, inner, data=two),
        st.builds(
            lambda base, place: Node("call", (_name(base), place), "item"), st.sampled_from(UPRIGHT), places
        ),
        _matrix(inner),
        _list(inner),
        _sum(inner),
        _index(inner),
        _cases(inner),
    )


_expressions = st.recursive(leaves, _larger, max_leaves=10)
_SIGNS = ("=", "=", "≈", "→", "≤", "∈")


@st.composite
def expressions(draw: st.DrawFn) -> Node:
    """One side of a chain."""
    return draw(_expressions)


@st.composite
def chains(draw: st.DrawFn) -> Node:
    """Two to four sides joined by relations."""
    sides = draw(st.lists(expressions(), min_size=2, max_size=4))
    return Node("relation", tuple(sides), tuple(draw(st.sampled_from(_SIGNS)) for _ in sides[1:]))


@st.composite
def trees(draw: st.DrawFn) -> Node:
    """A whole formula: an expression, a chain, or several chains; large ones are left out."""
    found = draw(st.lists(chains(), max_size=2))
    tree = (
        draw(expressions())
        if not found
        else found[0]
        if len(found) == 1
        else Node("statements", tuple(found))
    )
    assume(len(tree.walk()) < 60)
    return tree
