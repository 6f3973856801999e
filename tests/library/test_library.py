"""Every derivation, every example: checked, proved, and sensitive to each of its factors."""

from __future__ import annotations

import ast
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from derivations import checks, library
from derivations.arrays import ARRAY
from derivations.derive import derive, work
from derivations.evaluate import define
from derivations.formula import parse, statements
from derivations.formula.numerals import number
from derivations.library import load, load_all
from derivations.model import Derivation, Example, Input, Node, Step, Worked

ALL = list(load_all().values())
PAIRS = [pytest.param(d, e, id=f"{d.id}/{e.id}") for d in ALL for e in d.examples]
EACH = [pytest.param(d, id=d.id) for d in ALL]


@cache
def worked(derivation: str, example: str) -> Worked:
    found = load(derivation)
    return work(found, next(e for e in found.examples if e.id == example))


# ---------------------------------------------------------------- the files


@pytest.mark.parametrize("derivation", EACH)
def test_a_file_is_named_after_its_derivation_and_cites_its_source(derivation: Derivation) -> None:
    module = sys.modules[f"derivations.library.{derivation.id.replace('-', '_')}"]
    docstring = ast.get_docstring(ast.parse(Path(str(module.__file__)).read_text("utf-8"))) or ""
    assert module.DERIVATION is derivation
    assert any(word in docstring for word in ("section", "appendix", "equation", "table"))
    assert any(word in derivation.source for word in ("section", "appendix", "equation", "table"))


@pytest.mark.parametrize("derivation", EACH)
def test_every_page_has_something_to_teach(derivation: Derivation) -> None:
    assert len(derivation.purpose) > 150
    assert derivation.questions
    assert all(step.title and len(step.why) > 10 for step in derivation.steps)
    assert all(identity.title and identity.why for identity in derivation.identities)
    assert len(derivation.examples) >= 2
    assert len({e.id for e in derivation.examples}) == len(derivation.examples)


def test_what_is_required_comes_earlier() -> None:
    late = [(d.id, r) for d in ALL for r in d.requires if load(r).order >= d.order]
    assert [] == late


def test_the_teaching_order_has_no_ties() -> None:
    assert len({d.order for d in ALL}) == len(ALL)


# ---------------------------------------------------------------- checks and proofs


@pytest.mark.parametrize(("derivation", "example"), PAIRS)
def test_every_step_agrees_with_numpy_and_shows_how_closely(derivation: Derivation, example: Example) -> None:
    found = worked(derivation.id, example.id).checks
    assert [] == [check for check in found if not check.passed]
    deviations = {check.step: check.deviation for check in found if check.what == "NumPy"}
    assert {step.name for step in derivation.steps} == set(deviations)
    assert all(d is not None and math.isfinite(d) for d in deviations.values())


@pytest.mark.parametrize(("derivation", "example"), PAIRS)
def test_symbols_stay_symbols_and_numbers_have_digits(derivation: Derivation, example: Example) -> None:
    values = worked(derivation.id, example.id).values
    given = {s for i in derivation.inputs for s in values[i.name].symbols}
    used = {s for step in derivation.steps for s in values[step.name].symbols}
    assert used <= given
    assert bool(used) == (example.id == "symbols")
    if not given:
        assert all(values[step.name].fixed(6) for step in derivation.steps)


LONG = 8
"""Steps of a derivation that is too long to be read in symbols."""


@pytest.mark.parametrize("derivation", [d for d in EACH if len(d.values[0].steps) <= LONG])  # type: ignore[union-attr]
def test_there_is_an_example_in_symbols(derivation: Derivation) -> None:
    assert "symbols" in {e.id for e in derivation.examples}


@pytest.mark.parametrize("derivation", EACH)
def test_every_identity_is_proved(derivation: Derivation) -> None:
    proofs = worked(derivation.id, derivation.examples[0].id).proofs
    assert derivation.identities == tuple(proof.identity for proof in proofs)
    assert [] == [(proof.identity.title, proof.message) for proof in proofs if not proof.proved]


# ---------------------------------------------------------------- every factor matters


FACTORS: dict[str, Callable[[int], Sequence[int]]] = {
    "index": lambda _: [],
    "sum": lambda count: [count - 1],
    "cases": lambda count: range(0, count, 2),
}
"""Which parts of a node hold values: not subscripts, bounds and conditions."""


def doubled(node: Node, names: set[str]) -> Iterator[Node]:
    """The tree with one of its operands doubled."""
    base = node.args[0] if node.kind == "index" else node
    if base.kind == "name" and (base.data in names or base.data.partition("_")[0] in names):
        yield Node("multiply", (Node("number", (), number("2")), node), "·", node.span)
        return
    for at in FACTORS.get(node.kind, range)(len(node.args)):
        for changed in doubled(node.args[at], names):
            yield Node(node.kind, (*node.args[:at], changed, *node.args[at + 1 :]), node.data, node.span)


def perturbed(step: Step, names: set[str]) -> Iterator[Node]:
    """The step's formula with one operand of one of its right sides doubled."""
    whole = statements(parse(step.formula))
    for at, statement in enumerate(whole):
        left, right = statement.args
        for changed in doubled(right, names):
            sides = Node("relation", (left, changed), statement.data, statement.span)
            yield Node("statements", (*whole[:at], sides, *whole[at + 1 :])) if len(whole) > 1 else sides


def outcomes(derivation: Derivation) -> Iterator[tuple[Step, Node, Example, bool]]:
    """For every perturbed formula that changes a value: whether the check notices."""
    for example in derivation.examples:
        if example.id == "symbols":
            continue
        values: dict[str, Any] = dict(derive(derivation, example, ARRAY))
        reference = derivation.reference
        assert reference is not None
        expected = reference({given.name: values[given.name] for given in derivation.inputs})
        parts: list[Input | Step] = [*derivation.inputs, *derivation.steps]
        sizes = {
            axis: np.array([[float(size)]])
            for part in parts
            for axis, size in zip(part.axes, values[part.name].shape[2 - len(part.axes) :], strict=True)
            if axis.isidentifier()
        }
        for step in derivation.steps:
            for formula in perturbed(step, set(values) - {step.name}):
                changed = define(formula, values[step.name].shape, sizes | values, ARRAY)
                if not np.allclose(changed, values[step.name], rtol=1e-9, atol=1e-12):
                    check = checks._against_numpy(step, changed, expected[step.name])
                    yield step, formula, example, not check.passed


@pytest.mark.parametrize("derivation", EACH)
def test_a_perturbed_factor_is_noticed(derivation: Derivation) -> None:
    seen = list(outcomes(derivation))
    assert [] == [(step.name, example.id) for step, _, example, noticed in seen if not noticed]
    operands = {
        step.name for step in derivation.steps if list(perturbed(step, names_of(derivation) - {step.name}))
    }
    assert operands <= {step.name for step, *_ in seen}


def names_of(derivation: Derivation) -> set[str]:
    return {given.name for given in derivation.inputs} | {step.name for step in derivation.steps}


def test_a_wrong_formula_fails_its_check() -> None:
    """The same through the front door: the worked derivation says which step is wrong."""
    right = load("self-attention")
    steps = tuple(replace(s, formula=r"S = Q K^T") if s.name == "S" else s for s in right.steps)
    failed = [check.step for check in work(replace(right, steps=steps)).checks if not check.passed]
    assert ["S", "A", "O"] == failed


# ---------------------------------------------------------------- one more file is one more derivation

TWENTY_SIXTH = '''
"""Gaussian attention, an idea of one file.  An invented source, section 1."""

from derivations.model import Derivation, Example, Input, Step


def reference(given):
    import numpy as np

    Q, K = given["Q"], given["K"]
    S = np.array([[-sum((q - k) ** 2) / 2 for k in K] for q in Q])
    return {"S": S, "A": np.array([np.exp(row) / sum(np.exp(row)) for row in S])}


DERIVATION = Derivation(
    id="gaussian-attention",
    title="Gaussian attention",
    source="nowhere, section 1",
    inputs=(Input("Q", ("n", "d")), Input("K", ("n", "d"))),
    steps=(
        Step("S", r"S_{ij} = -\\frac{1}{2} \\sum_{t=1}^{d} (Q_{it} - K_{jt})^2", ("n", "n"), "Near is high."),
        Step("A", r"A = \\operatorname{softmax}(S)", ("n", "n"), "As always."),
    ),
    examples=(Example("small", "Two points", {"Q": ((0, 1), (1, 0)), "K": ((0, 0), (1, 1))}),),
    order=255,
    reference=reference,
)
'''


def test_a_new_derivation_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gaussian_attention.py").write_text(TWENTY_SIXTH, "utf-8")
    monkeypatch.setattr(library, "__path__", [*library.__path__, str(tmp_path)])
    load_all.cache_clear()
    try:
        found = work(load("gaussian-attention"))
        assert len(ALL) + 1 == len(load_all())
        assert all(check.passed for check in found.checks)
        assert [["-1/2", "-1/2"], ["-1/2", "-1/2"]] == found["S"].text()
        assert [["1/2", "1/2"], ["1/2", "1/2"]] == found["A"].text()
    finally:
        sys.modules.pop("derivations.library.gaussian_attention", None)
        load_all.cache_clear()
