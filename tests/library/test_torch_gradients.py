"""Gradients beside PyTorch's autograd: the backward pass, the loss, and normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy

from derivations.derive import work
from derivations.exact import EXACT
from derivations.library import load
from derivations.model import Example

torch = pytest.importorskip("torch", reason="needs torch: PyTorch is what the library is compared with")
functional = torch.nn.functional


def numeric(derivation: str) -> list[Any]:
    return [pytest.param(e, id=e.id) for e in load(derivation).examples if e.id != "symbols"]


def tensors(derivation: str, example: Example) -> dict[str, Any]:
    """The exact values of a worked example as float64 tensors; the inputs want gradients."""
    found = load(derivation)
    values = work(found, example).values
    given = {part.name for part in found.inputs}
    return {name: torch.tensor(v.numpy(), requires_grad=name in given) for name, v in values.items()}


def same(expected: Any, actual: Any) -> None:
    np.testing.assert_allclose(actual.detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-13)


# ---------------------------------------------------------------- attention


@pytest.mark.parametrize("example", numeric("backward"))
def test_the_backward_pass_of_attention(example: Example) -> None:
    t = tensors("backward", example)
    Q, K, V = (t["X"] @ t[f"W^{letter}"] for letter in "QKV")
    for part in (Q, K, V):
        part.retain_grad()
    functional.scaled_dot_product_attention(Q, K, V).backward(t["G"].detach())
    for name, part in (("dQ", Q), ("dK", K), ("dV", V), ("dX", t["X"])):
        same(part.grad, t[name])
    for letter in "QKV":
        same(t[f"W^{letter}"].grad, t[f"dW_{letter}"])


@pytest.mark.parametrize("example", numeric("backward"))
def test_gradients_at_scores_and_weights(example: Example) -> None:
    t = tensors("backward", example)
    S = t["S"].clone().requires_grad_()
    A = torch.softmax(S, dim=1)
    A.retain_grad()
    (A @ t["V"]).backward(t["G"].detach())
    same(A.grad, t["dA"])
    same(S.grad, t["dS"])


# ---------------------------------------------------------------- loss


@pytest.mark.parametrize("example", numeric("cross-entropy"))
def test_cross_entropy_and_one_step_of_sgd(example: Example) -> None:
    t = tensors("cross-entropy", example)
    W = t["W"]
    optimiser = torch.optim.SGD([W], lr=t["eta"].item())
    z = t["h"] @ W
    z.retain_grad()
    loss = functional.cross_entropy(z, t["y"])
    same(loss.reshape(1, 1), t["L"])
    loss.backward()
    same(z.grad, t["dz"])
    same(W.grad, t["dW"])
    optimiser.step()
    same(W, t["W_hat"])
    after = functional.cross_entropy(t["h"] @ W, t["y"])
    same(after.reshape(1, 1), t["L_hat"])
    assert after < loss


# ---------------------------------------------------------------- normalisation


@pytest.mark.parametrize("example", numeric("layer-norm"))
def test_layer_norm(example: Example) -> None:
    t = tensors("layer-norm", example)
    eps = t["epsilon"].item()
    same(functional.layer_norm(t["X"], t["X"].shape[1:], t["gamma"][0], t["beta"][0], eps), t["Y"])


@pytest.mark.parametrize("example", numeric("rms-norm"))
def test_rms_norm(example: Example) -> None:
    t = tensors("rms-norm", example)
    eps = t["epsilon"].item()
    same(functional.rms_norm(t["X"], t["X"].shape[1:], t["gamma"][0], eps), t["Y"])


AT = {
    "x_1": "3",
    "x_2": "1/2",
    r"\gamma_1": "2",
    r"\gamma_2": "-1",
    r"\beta_1": "1",
    r"\beta_2": "0",
    r"\epsilon": "1/8",
}


@pytest.mark.parametrize("derivation", ["layer-norm", "rms-norm"])
@pytest.mark.parametrize("by", ["X", "gamma"])
def test_gradients_of_normalisation(derivation: str, by: str) -> None:
    """The derivative of the symbolic example, at one point, is autograd's Jacobian there."""
    found = load(derivation)
    values = work(found, next(e for e in found.examples if e.id == "symbols")).values
    assert EXACT.derivative is not None
    exact = EXACT.derivative(values["Y"], values[by]).sympy()
    point = {sympy.Symbol(name, real=True): sympy.Rational(at) for name, at in AT.items()}
    expected = np.array(exact.subs(point).evalf(25).tolist(), dtype=float)

    def inputs(name: str) -> Any:
        return torch.tensor(np.array(values[name].sympy().subs(point).tolist(), dtype=float))

    norm = functional.layer_norm if derivation == "layer-norm" else functional.rms_norm
    offset = [inputs("beta")[0]] if derivation == "layer-norm" else []

    def result(part: Any) -> Any:
        X, gamma = (part if name == by else inputs(name) for name in ("X", "gamma"))
        return norm(X, (2,), gamma[0], *offset, inputs("epsilon").item())

    jacobian = torch.autograd.functional.jacobian(result, inputs(by))
    np.testing.assert_allclose(jacobian.reshape(2, 2).numpy(), expected, rtol=1e-12)
