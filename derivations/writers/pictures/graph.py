"""Which step uses which: the steps of a derivation as a graph from inputs to the last one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivations.derive import formula_of
from derivations.formula import names, statements
from derivations.model import Derivation, Node, Step
from derivations.writers.sheet import POSITIONS

LEAST, MOST = 3, 12
"""So many steps make a picture worth while, and so many boxes can be taken in."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Names, and for each of them those that it is worked out from; all of them are among the names."""

    sources: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """All names in the order of the derivation."""
        return tuple(self.sources)

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """From which name to which."""
        return tuple((source, name) for name, sources in self.sources.items() for source in sources)


def graph(derivation: Derivation) -> Graph | None:
    """The graph that a derivation asks for, or that of all its steps if these lead to the last one."""
    used = {step.name: tuple(_used(derivation, step)) for step in derivation.steps}
    shown = derivation.flow or _leading(derivation, used)
    if not shown:
        return None
    order = [*(each.name for each in derivation.inputs), *used]
    chosen = [name for name in order if name in shown]
    return Graph({name: tuple(dict.fromkeys(_shown(name, used, shown))) for name in chosen})


def _used(derivation: Derivation, step: Step) -> Iterator[str]:
    """The inputs and the earlier steps in a formula; ``X_2`` is a row of X unless it has that name itself."""
    names_of = [each.name for each in derivation.inputs] + [each.name for each in derivation.steps]
    known = [name for name in names_of if name != step.name]
    for side in _right_sides(formula_of(step)):
        for node in side.walk():
            name = node.data if node.kind == "name" else ""
            base = names.parts(name)[0]
            yield from [each for each in (name, base) if each in known][:1]


def _right_sides(formula: Node) -> Iterator[Node]:
    for piece in statements(formula):
        yield from piece.args[1:] if piece.kind == "relation" else (piece,)


def _leading(derivation: Derivation, used: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """All steps, and the inputs with a row for each word, or all inputs where none has one.

    Nothing where a step leads elsewhere.
    """
    last = derivation.steps[-1].name
    needed, waiting = set(), [last]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += used.get(name, ())
    words = [each.name for each in derivation.inputs if each.axes and each.axes[0] in POSITIONS]
    inputs = words or [each.name for each in derivation.inputs]
    shown = (*(name for name in inputs if name in needed), *used)
    if set(used) - needed or len(used) < LEAST or len(shown) > MOST:
        return ()
    return shown


def _shown(name: str, used: Mapping[str, tuple[str, ...]], shown: Sequence[str]) -> Iterator[str]:
    """What a name is worked out from; a step that is not shown is seen through."""
    for source in used.get(name, ()):
        if source in shown:
            yield source
        else:
            yield from _shown(source, used, shown)
