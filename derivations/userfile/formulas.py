"""Steps that a user wrote: what they define, what they use, and their NumPy reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derivations.evaluate import define, subscripted
from derivations.formula import names, parse, statements
from derivations.model import Node, Reference, Step

if TYPE_CHECKING:
    from numpy import ndarray


def defined_name(tree: Node) -> str:
    """The name that a definition defines, ``S`` for ``S = …`` and for ``S_{ij} = …``; or nothing."""
    first = next(iter(statements(tree)), tree)
    if first.kind != "relation" or first.data[0] != "=" or len(first.args) != 2:
        return ""
    left = first.args[0]
    base, subscripts = subscripted(left)
    running = bool(subscripts) and all(s.isalpha() and len(s) == 1 and s in "ijklmnpqrst" for s in subscripts)
    if left.kind == "index" or running:
        return base
    return str(left.data) if left.kind == "name" else ""


def is_elementwise(tree: Node) -> bool:
    """Whether a definition gives entries, ``S_{ij} = …``, rather than the whole."""
    left = statements(tree)[0].args[0]
    return left.kind == "index" or left.data != defined_name(tree)


def unknown_axes(at: int) -> tuple[str, str]:
    """Axes of a step whose sizes are worked out: names that nobody else uses."""
    return f"r_{9000 + at}", f"c_{9000 + at}"


def check_order(steps: tuple[Step, ...]) -> tuple[int, str]:
    """The first step that uses what comes later or goes round in a circle, and why; ``(0, "")`` if none."""
    uses = {step.name: _used(step, {other.name for other in steps}) for step in steps}
    for at, step in enumerate(steps):
        if circle := _circle(step.name, uses):
            return at, f"the steps go round in a circle: {' → '.join(circle)}"
    known: set[str] = set()
    for at, step in enumerate(steps):
        if later := sorted(uses[step.name] - known):
            return at, f"step {step.name} uses {later[0]}, which is defined only below it; move {later[0]} up"
        known.add(step.name)
    return 0, ""


def _used(step: Step, defined: set[str]) -> set[str]:
    found: set[str] = set()
    for statement in statements(parse(step.formula)):
        for node in statement.args[-1].walk():
            if node.kind == "name":
                base, above, _ = names.parts(node.data)
                found |= {node.data, names.canonical(base, above)}
    return found & defined


def _circle(start: str, uses: Mapping[str, set[str]]) -> list[str]:
    """A way from a step back to itself."""
    ways = [[start, each] for each in sorted(uses[start])]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, each] for each in sorted(uses[way[-1]])]
    return []


def reference_of(steps: tuple[Step, ...]) -> Reference:
    """The steps in floating point: there is no other route to formulas that the user wrote."""

    def reference(given: Mapping[str, ndarray]) -> dict[str, Any]:
        from derivations.arrays import ARRAY

        values: dict[str, Any] = dict(given)
        for step in steps:
            shape = tuple(int(axis) if axis.isdigit() else 0 for axis in step.axes)
            values[step.name] = define(parse(step.formula), (shape[0], shape[1]), values, ARRAY)
        return {step.name: values[step.name] for step in steps}

    return reference
