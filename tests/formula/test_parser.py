"""The table of snippets: every notation is read as the tree that was worked out by hand."""

from __future__ import annotations

import pytest

from derivations.formula import parse
from tests.formula.compact import compact
from tests.formula.fixtures import Row, table

TREES = table("trees.txt")


@pytest.mark.parametrize("row", TREES, ids=str)
def test_tree(row: Row) -> None:
    assert row.expected == compact(parse(row.snippet))
