"""Softmax and what is built on it, beside PyTorch on the CPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.derive import work
from derivations.library import load
from derivations.model import Example

torch = pytest.importorskip("torch", reason="needs torch: PyTorch is what the library is compared with")
attend = torch.nn.functional.scaled_dot_product_attention


def numeric(derivation: str) -> list[Any]:
    return [pytest.param(e, id=e.id) for e in load(derivation).examples if e.id != "symbols"]


def tensors(derivation: str, example: Example) -> dict[str, Any]:
    """The exact values of a worked example as float64 tensors."""
    values = work(load(derivation), example).values
    return {name: torch.tensor(value.numpy()) for name, value in values.items()}


def same(expected: Any, actual: Any) -> None:
    np.testing.assert_allclose(actual.detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("example", numeric("softmax"))
def test_weights_temperature_and_jacobian(example: Example) -> None:
    t = tensors("softmax", example)
    same(torch.softmax(t["s"], dim=1), t["a"])
    same(torch.softmax(t["s"], dim=1), t["b"])
    same(torch.softmax(t["s"] / t["tau"], dim=1), t["t"])
    same(torch.logsumexp(t["s"], dim=1, keepdim=True), torch.log(t["Z"]))
    same(torch.autograd.functional.jacobian(lambda s: torch.softmax(s, dim=0), t["s"][0]), t["J"])


@pytest.mark.parametrize("example", numeric("scaling"))
def test_gradients_of_a_saturated_and_of_a_scaled_row(example: Example) -> None:
    t = tensors("scaling", example)
    for scores, trace in ((t["S"][0], t["g"]), (t["R"][0], t["h"])):
        jacobian = torch.autograd.functional.jacobian(lambda s: torch.softmax(s, dim=0), scores)
        same(torch.trace(jacobian).reshape(1, 1), trace)
    same(torch.var(t["S"], correction=0).reshape(1, 1), t["v"])


@pytest.mark.parametrize("example", numeric("online-softmax"))
def test_tiles_give_what_attention_gives(example: Example) -> None:
    t = tensors("online-softmax", example)
    keys, values = torch.cat((t["K_1"], t["K_2"])), torch.cat((t["V_1"], t["V_2"]))
    same(attend(t["Q"], keys, values), t["O"])


@pytest.mark.parametrize("example", numeric("alibi"))
def test_linear_biases_are_an_additive_mask(example: Example) -> None:
    t = tensors("alibi", example)
    same(attend(t["Q"], t["K"], t["V"], attn_mask=t["B"]), t["O"])


@pytest.mark.parametrize("example", numeric("rope"))
def test_rotated_queries_and_keys_as_complex_numbers(example: Example) -> None:
    t = tensors("rope", example)
    positions = torch.arange(1, len(t["Q"]) + 1, dtype=torch.float64)
    angles = torch.outer(positions, t["theta"][0])
    turns = torch.polar(torch.ones_like(angles), angles)
    for name in "QK":
        pairs = torch.view_as_complex(t[name].reshape(len(t[name]), -1, 2))
        same(torch.view_as_real(pairs * turns).flatten(1), t[f"{name}_tilde"])
    same(torch.softmax(t["Q_tilde"] @ t["K_tilde"].T / t["Q"].shape[1] ** 0.5, dim=1), t["A"])


@pytest.mark.parametrize("example", numeric("equivariance"))
def test_attention_on_shuffled_words(example: Example) -> None:
    t = tensors("equivariance", example)

    def attention(rows: Any) -> Any:
        return attend(rows @ t["W^Q"], rows @ t["W^K"], rows @ t["W^V"])

    shuffled = t["X"][torch.argmax(t["P"], dim=1)]
    same(shuffled, t["X_hat"])
    same(attention(t["X"]), t["O"])
    same(attention(shuffled), t["O_hat"])
    same(attention(shuffled + t["E"]), t["Y_hat"])


@pytest.mark.parametrize("example", numeric("linear-attention"))
def test_features_of_linear_attention(example: Example) -> None:
    t = tensors("linear-attention", example)
    F, G = (torch.nn.functional.elu(t[name]) + 1 for name in "QK")
    same(F, t["F"])
    same(G, t["G"])
    same((F @ G.T / (F @ G.T).sum(dim=1, keepdim=True)) @ t["V"], t["Y"])
