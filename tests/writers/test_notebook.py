"""The notebook: what is stored is what comes out when it is run from top to bottom."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import pytest

from derivations import derive, library
from derivations.model import Worked
from derivations.writers import documents


def cells(id: str) -> list[dict[str, Any]]:
    derivation = library.load(id)
    worked: list[Worked] = [derive.work(derivation, example) for example in derivation.examples[:2]]
    text = documents.render(documents.tutorial(worked, "en"), "ipynb", ["en", "xx"])
    whole = json.loads(text)
    assert (4, 5) == (whole["nbformat"], whole["nbformat_minor"])
    found: list[dict[str, Any]] = whole["cells"]
    return found


@pytest.mark.parametrize("id", ["self-attention", "rope", "softmax"])
def test_the_code_runs_from_top_to_bottom_and_prints_what_is_stored(id: str) -> None:
    scope: dict[str, Any] = {}
    for cell in cells(id):
        if cell["cell_type"] == "code":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec("".join(cell["source"]), scope)  # noqa: S102
            assert "".join(line for out in cell["outputs"] for line in out["text"]) == printed.getvalue()


def test_each_step_is_followed_by_its_code() -> None:
    found = cells("self-attention")
    headed = {"".join(cell["source"]).splitlines()[0]: at for at, cell in enumerate(found)}
    assert "worked['S']" in found[headed["## 4. Scaled scores"] + 1]["source"][0]
    assert ["0.2483 0.2483 0.5035\n"] == found[headed["## 5. Weights"] + 1]["outputs"][0]["text"][2:]


def test_cells_are_numbered_and_links_lead_to_notebooks() -> None:
    found = cells("causal-mask")
    counts = [cell["execution_count"] for cell in found if cell["cell_type"] == "code"]
    assert [*range(1, len(counts) + 1)] == counts
    assert len({cell["id"] for cell in found}) == len(found)
    head = "".join(found[0]["source"])
    assert "](self-attention.ipynb)" in head
    assert "](../xx/causal-mask.ipynb)" in head
    assert ".md)" not in head
