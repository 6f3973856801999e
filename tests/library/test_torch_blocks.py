"""Values and gradients of attention, its variants and whole blocks against PyTorch.

PyTorch computes each derivation with operations of its own, as a program would use
them.  Its gradients are compared with difference quotients of our formulas.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from derivations.derive import work
from derivations.library import load
from derivations.model import Derivation, DerivationError, Example
from tests.library.slopes import slope, weights

torch = pytest.importorskip("torch", reason="needs torch: PyTorch is what the library is compared with")
F = torch.nn.functional

Tensors = Mapping[str, Any]
attend = F.scaled_dot_product_attention


def heads(given: Tensors, letter: str, x: Any, count: int) -> Any:
    """The projections of several heads, (1, heads, n, width)."""
    return torch.stack([x @ given[f"W^{letter}_{h}"] for h in range(1, count + 1)])[None]


def joined(parts: Any) -> Any:
    """(1, heads, n, width) -> (n, heads · width)."""
    return parts[0].transpose(0, 1).flatten(1)


def normed(x: Any, gain: Any = None, bias: Any = None) -> Any:
    return F.layer_norm(x, x.shape[-1:], gain, bias, eps=0.0)


def network(x: Any, given: Tensors) -> Any:
    return F.relu(F.linear(x, given["W_1"].T, given["b_1"][0]))


# ---------------------------------------------------------------- the same with PyTorch


def causal_mask(g: Tensors) -> Tensors:
    q, k, v = (g["X"] @ g[f"W^{name}"] for name in "QKV")
    return {"Q": q, "K": k, "V": v, "O": attend(q[None], k[None], v[None], is_causal=True)[0]}


def padding_mask(g: Tensors) -> Tensors:
    q, k, v = (g["X"] @ g[f"W^{name}"] for name in "QKV")
    return {"O": attend(q, k, v, attn_mask=g["p"].detach().bool().expand(len(q), -1))}


def multi_head(g: Tensors) -> Tensors:
    q, k, v = (heads(g, name, g["X"], 2) for name in "QKV")
    found = attend(q, k, v)
    return {"H_1": found[0, 0], "H_2": found[0, 1], "C": joined(found), "O": joined(found) @ g["W^O"]}


def grouped_query(g: Tensors) -> Tensors:
    q = heads(g, "Q", g["X"], 4)
    k, v = (heads(g, name, g["X"], 2) for name in "KV")
    found = joined(attend(q, k, v, enable_gqa=True))
    return {"C": found, "O": found @ g["W^O"]}


def cross_attention(g: Tensors) -> Tensors:
    q, k, v = g["Y"] @ g["W^Q"], g["Z"] @ g["W^K"], g["Z"] @ g["W^V"]
    return {"O": attend(q, k, v)}


def feed_forward(g: Tensors) -> Tensors:
    before = F.linear(g["X"], g["W_1"].T, g["b_1"][0])
    out = {name: F.linear(f(before), g["W_2"].T, g["b_2"][0]) for name, f in (("F", F.relu), ("H", F.gelu))}
    return {"U": before, "R": F.relu(before), "G": F.gelu(before), **out}


def swiglu(g: Tensors) -> Tensors:
    gate = F.silu(g["X"] @ g["W_1"])
    return {"A": gate, "F": (gate * (g["X"] @ g["W_3"])) @ g["W_2"]}


def encoder_post_ln(g: Tensors) -> Tensors:
    x = g["X"]
    b = attend(x @ g["W^Q"], x @ g["W^K"], x @ g["W^V"])
    z = normed(x + b, g["gamma_1"][0], g["beta_1"][0])
    f = F.linear(network(z, g), g["W_2"].T, g["b_2"][0])
    return {"B": b, "Z": z, "F": f, "Y": normed(z + f, g["gamma_2"][0], g["beta_2"][0])}


def encoder_pre_ln(g: Tensors) -> Tensors:
    n = normed(g["X"], g["gamma_1"][0], g["beta_1"][0])
    z = g["X"] + attend(n @ g["W^Q"], n @ g["W^K"], n @ g["W^V"])
    r = normed(z, g["gamma_2"][0], g["beta_2"][0])
    return {"N": n, "Z": z, "R": r, "Y": z + F.linear(network(r, g), g["W_2"].T, g["b_2"][0])}


def decoder_block(g: Tensors) -> Tensors:
    x, e = g["X"], g["E"]
    own = attend((x @ g["W^Q_1"])[None], (x @ g["W^K_1"])[None], (x @ g["W^V_1"])[None], is_causal=True)[0]
    z = normed(x + own)
    p = normed(z + attend(z @ g["W^Q_2"], e @ g["W^K_2"], e @ g["W^V_2"]))
    return {"Z": z, "P": p, "Y": normed(p + F.linear(network(p, g), g["W_2"].T, g["b_2"][0]))}


def tiny_transformer(g: Tensors) -> Tensors:
    x, y = (F.embedding(g[name].detach()[0].long() - 1, g["E"]) for name in "st")
    x, y = (rows + g["P"][: len(rows)] for rows in (x, y))

    def added(part: int, asking: Any, asked: Any, *, causal: bool = False) -> Any:
        sides = (("Q", asking), ("K", asked), ("V", asked))
        q, k, v = ((rows @ g[f"W^{name}_{part}"])[None] for name, rows in sides)
        return normed(asking + attend(q, k, v, is_causal=causal)[0])

    b = added(1, x, x)
    z = normed(b + F.relu(b @ g["U_1"]) @ g["D_1"])
    f = added(2, y, y, causal=True)
    h = added(3, f, z)
    out = normed(h + F.relu(h @ g["U_2"]) @ g["D_2"])
    logits = out[-1] @ g["W^U"]
    best, places = torch.topk(logits.detach(), int(g["k"]))
    top = torch.zeros_like(logits.detach()).scatter(0, places, F.softmax(best, 0))
    layers = {"X": x, "Y": y, "B": b, "Z": z, "F": f, "H": h, "G": out, "ell": logits}
    return {**layers, "p": F.softmax(logits, 0), "p_top": top, "p_tau": F.softmax(logits / g["tau"][0], 0)}


def recurrence(g: Tensors) -> Tensors:
    def cell(x: Any, state: Any) -> Any:
        return torch.rnn_tanh_cell(x[None], state[None], g["W"].T, g["U"].T)[0]

    states = [cell(g["X"][0], torch.zeros(len(g["U"]), dtype=torch.float64))]
    for x in g["X"][1:]:
        states.append(cell(x, states[-1]))

    def last(state: Any) -> Any:
        for x in g["X"][1:]:
            state = cell(x, state)
        return state

    along = torch.autograd.functional.jacobian(last, states[0], create_graph=True).T
    q, k, v = (g["X"] @ g[f"W^{name}"] for name in "QKV")
    return {**{f"h_{t}": h for t, h in enumerate(states, 1)}, "O": attend(q, k, v), "J": along}


def sliding_window(g: Tensors) -> Tensors:
    q, k, v = (g["X"] @ g[f"W^{name}"] for name in "QKV")
    reach = g["c"].shape[1] // 2
    near = torch.ones(len(q), len(q)).tril(reach).triu(-reach).bool()
    smooth = F.conv1d(v.T[:, None], g["c"][None], padding=reach)[:, 0].T
    return {"C": smooth, "O": attend(q, k, v, attn_mask=near)}


def kv_cache(g: Tensors) -> Tensors:
    q, k, v = (g["X"] @ g[f"W^{name}"] for name in "QKV")
    steps = {f"o_{t}": attend(q[t - 1 : t], k[:t], v[:t])[0] for t in (1, 2, 3)}
    return {**steps, "O": attend(q[None], k[None], v[None], is_causal=True)[0]}


def image_patches(g: Tensors) -> Tensors:
    side = int(g["p"])
    patches = F.unfold(g["G"][None, None], side, stride=side)[0].T
    kernel = g["E"].T.reshape(-1, 1, side, side)
    embedded = F.conv2d(g["G"][None, None], kernel, stride=side)[0].flatten(1).T
    return {"P": patches, "X": embedded, "Z": torch.cat([g["x"], embedded]) + g["E_pos"]}


def talking_heads(g: Tensors) -> Tensors:
    q, k, v = (heads(g, name, g["X"], 2)[0] for name in "QKV")
    scores = torch.einsum("hik,hjk->hij", q, k) / q.shape[-1] ** 0.5
    mixed = torch.einsum("hij,hg->gij", F.softmax(torch.einsum("hij,hg->gij", scores, g["L"]), -1), g["R"])
    out = joined((mixed @ v)[None])
    return {"J_1": scores[0], "B_1": mixed[0], "B_2": mixed[1], "C": out, "O": out @ g["W^O"]}


PROGRAMS: dict[str, Callable[[Tensors], Tensors]] = {
    f.__name__.replace("_", "-"): f
    for f in (
        *(causal_mask, padding_mask, multi_head, grouped_query, cross_attention, feed_forward, swiglu),
        *(encoder_post_ln, encoder_pre_ln, decoder_block, tiny_transformer),
        *(recurrence, sliding_window, kv_cache, image_patches, talking_heads),
    )
}
"""Each returns steps by name; the last one is differentiated."""

# ---------------------------------------------------------------- the comparison


CASES = [
    pytest.param(derivation, example, id=f"{derivation.id}/{example.id}")
    for derivation in map(load, PROGRAMS)
    for example in derivation.examples
    if example.id != "symbols"
]


@pytest.mark.parametrize(("derivation", "example"), CASES)
def test_values(derivation: Derivation, example: Example) -> None:
    worked = work(derivation, example)
    found = PROGRAMS[derivation.id]({i.name: torch.tensor(worked[i.name].numpy()) for i in derivation.inputs})
    for name, value in found.items():
        torch.testing.assert_close(
            torch.atleast_2d(value),
            torch.tensor(worked[name].numpy()),
            rtol=1e-12,
            atol=1e-12,
            msg=lambda text, name=name: f"{name}: {text}",
        )


def leaves(derivation: Derivation, example: Example) -> dict[str, Any]:
    worked = work(derivation, example)
    return {i.name: torch.tensor(worked[i.name].numpy(), requires_grad=True) for i in derivation.inputs}


def weighted(value: Any) -> Any:
    """The sum of all entries, each with a weight of its own."""
    factors = [[float(weight) for weight in row] for row in weights(*value.shape)]
    return (value * torch.tensor(factors, dtype=torch.float64)).sum()


@pytest.mark.parametrize(("derivation", "example"), CASES)
def test_gradients(derivation: Derivation, example: Example) -> None:
    given = leaves(derivation, example)
    name, value = list(PROGRAMS[derivation.id](given).items())[-1]
    weighted(torch.atleast_2d(value)).backward()
    slopes = {i: float(weighted(leaf.grad)) for i, leaf in given.items() if leaf.grad is not None}
    assert slopes == pytest.approx(
        {i: slope(derivation, example, i, name) for i in slopes}, rel=1e-9, abs=1e-11
    )
    assert slopes


# ---------------------------------------------------------------- nothing to look at


def test_a_row_that_sees_nothing_is_an_error_that_says_so() -> None:
    """PyTorch gives nan or zeros here, depending on the kernel."""
    derivation = load("padding-mask")
    blind = {**derivation.examples[0].values, "p": ((0, 0, 0),)}
    with pytest.raises(DerivationError, match=r"step A: .*row 1: every entry is -∞"):
        work(derivation, Example("blind", "Nothing visible", blind))
