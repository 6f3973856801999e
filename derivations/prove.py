"""Identities proved in symbols: both sides worked out, and their difference brought to 0.

The entries of the inputs are real symbols, so what is proved holds for all
values of the inputs.  Sizes are numbers, and a proof says for which ones it was
carried out; where no size occurs it holds for all.  Nothing is sampled, except to
find a counterexample to an identity that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from derivations.evaluate import Scope, define, evaluate, integer_of
from derivations.exact import EXACT, Answer, Exact, compare
from derivations.exact.reductions import REDUCTIONS, reduction
from derivations.formula import names, parse
from derivations.model import Derivation, DerivationError, Identity, Input, Node, Proof, Step

if TYPE_CHECKING:
    from sympy import Expr

SIZES = (2, 3)
"""Every axis has these sizes, one after the other, when an identity names none."""

LONGEST = 400
"""Characters of TeX that a line of a proof may have; a longer one is left out."""


def prove_all(derivation: Derivation) -> tuple[Proof, ...]:
    """The proofs of all identities of a derivation, worked out once."""
    return _proved(derivation.inputs, derivation.steps, derivation.identities)


@lru_cache(maxsize=256)
def _proved(
    inputs: tuple[Input, ...], steps: tuple[Step, ...], identities: tuple[Identity, ...]
) -> tuple[Proof, ...]:
    return tuple(_prove(identity, inputs, steps) for identity in identities)


def prove(identity: Identity, derivation: Derivation) -> Proof:
    """Prove one identity for the inputs and steps of a derivation.

    Raises DerivationError, naming the identity, where a side cannot be worked out.
    """
    return _prove(identity, derivation.inputs, derivation.steps)


def _prove(identity: Identity, inputs: tuple[Input, ...], steps: tuple[Step, ...]) -> Proof:
    proofs: list[Proof] = []
    done: list[str] = []
    for sizes in _sizes(identity, inputs, steps):
        surroundings = Surroundings(identity, inputs, steps, sizes)
        try:
            left, right = (surroundings.evaluate(parse(side)) for side in (identity.left, identity.right))
        except DerivationError as error:
            raise DerivationError(f"identity {identity.left} = {identity.right}: {error}") from error
        used = [f"{name} = {sizes[name]}" for name in sizes if name in surroundings.sizes_used]
        done += [", ".join(used)] if used else []
        proofs.append(_compared(identity, left, right, tuple(done)))
        if not proofs[-1].proved or not used:
            break
    return replace(proofs[-1], lines=proofs[0].lines)


# ---------------------------------------------------------------- sizes


def _sizes(
    identity: Identity, inputs: tuple[Input, ...], steps: tuple[Step, ...]
) -> Iterator[dict[str, int]]:
    """What the axes measure, one assignment after the other."""
    parts: list[Input | Step] = [*inputs, *steps]
    axes = [axis for part in parts for axis in part.axes]
    known = {node.data: 0 for axis in axes for node in parse(axis).walk() if node.kind == "name"}
    for size in () if identity.sizes else SIZES:
        yield dict.fromkeys(known, size)
    for text in identity.sizes:
        pairs = [pair.split("=") for pair in text.split(",")]
        yield dict.fromkeys(known, SIZES[0]) | {name.strip(): int(size) for name, size in pairs}


# ---------------------------------------------------------------- what names stand for


class Surroundings(Mapping[str, Exact]):
    """The values of names, worked out when they are asked for.

    A name is a definition of the identity, a step, or an input; whatever is
    differentiated by, or said to lie in ``\\mathbb{R}``, is a matrix of symbols.
    """

    def __init__(
        self,
        identity: Identity,
        inputs: tuple[Input, ...],
        steps: tuple[Step, ...],
        sizes: Mapping[str, int],
    ) -> None:
        self.sizes = sizes
        self.sizes_used: set[str] = set()
        self._inputs = {given.name: given for given in inputs}
        self._steps = {step.name: step for step in steps}
        self._defined: dict[str, Node] = {}
        self._shapes: dict[str, Callable[[], tuple[int, int]]] = {}
        self._known: dict[str, Exact] = {}
        self._open: set[str] = set()
        self._letters: dict[str, str] = {}
        self._read(identity)

    def _read(self, identity: Identity) -> None:
        formulas = [parse(text) for text in (identity.left, identity.right, *identity.where)]
        for statement in formulas[2:]:
            self._define(statement)
        for name in _differentiated_by(formulas):
            if name in self._steps:
                axes = self._steps[name].axes
                self._shapes[name] = lambda axes=axes: self._shape(axes)  # type: ignore[misc]

    def _define(self, statement: Node) -> None:
        if statement.kind != "relation" or statement.args[0].kind != "name":
            raise DerivationError(f"a definition such as a = s + 1 was expected, found {statement.kind}")
        name, right = statement.args[0].data, statement.args[1]
        if statement.data[0] == "∈":
            self._shapes[name] = lambda: self._space(right)
        else:
            self._defined[name] = right

    # ------------------------------------------------------------ the mapping

    def __contains__(self, name: object) -> bool:
        return any(
            name in place
            for place in (self._shapes, self._defined, self._steps, self._inputs, self.sizes, self._known)
        )

    def __iter__(self) -> Iterator[str]:
        return iter({**self._shapes, **self._defined, **self._steps, **self._inputs, **self.sizes})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, name: str) -> Exact:
        if name in self._open:
            raise DerivationError(
                f"{name} is defined by itself; say {name} \\in \\mathbb{{R}}^2 for a free vector"
            )
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self._value(name)
            self._open.remove(name)
        return self._known[name]

    def _value(self, name: str) -> Exact:
        if name in self._shapes:
            return self._symbols(name, self._shapes[name]())
        if name in self._defined:
            return self.evaluate(self._defined[name])
        if name in self._steps:
            step = self._steps[name]
            return define(parse(step.formula), self._shape(step.axes), self, EXACT)
        if name in self._inputs:
            return self._symbols(name, self._shape(self._inputs[name].axes))
        if name in self.sizes:
            return evaluate(parse(str(self._size(name))), {}, EXACT)
        raise KeyError(name)

    def evaluate(self, node: Node) -> Exact:
        """The value of a formula; names that stand for nothing else are real numbers."""
        return evaluate(node, self, EXACT, free=EXACT.symbol)

    # ------------------------------------------------------------ symbols and shapes

    def _symbols(self, name: str, shape: tuple[int, int]) -> Exact:
        head, subscript = self._letter(name)
        rows, columns = shape
        if shape == (1, 1):
            return EXACT.symbol(head if names.parts(name)[0] == "W" else names.tex(name))
        comma = f"{subscript}," if subscript else ""
        places = [
            [f"{i}{j}" if min(shape) > 1 else str(max(i, j)) for j in range(1, columns + 1)]
            for i in range(1, rows + 1)
        ]
        symbols = [
            [
                EXACT.symbol(f"{head}_{place}" if len(comma + place) == 1 else f"{head}_{{{comma}{place}}}")
                for place in row
            ]
            for row in places
        ]
        return EXACT.assemble(symbols)

    def _letter(self, name: str) -> tuple[str, str]:
        """What the entries are called: q for ``W^Q`` and for Q, unless q is taken."""
        base, superscript, subscript = names.parts(name)
        letter = superscript if base == "W" and superscript else base
        small = letter.lower() if len(letter) == 1 else letter
        taken = self._letters.setdefault(small + subscript, name)
        return names.tex(small if taken == name else letter), subscript

    def _shape(self, axes: tuple[str, ...]) -> tuple[int, int]:
        rows, columns = ("1",) * (2 - len(axes)) + axes
        return self._size(rows), self._size(columns)

    def _space(self, right: Node) -> tuple[int, int]:
        """The shape of what lies in ``\\mathbb{R}^{n \\times d}``, ``\\mathbb{R}^n`` or ``\\mathbb{R}``."""
        if right.kind == "power" and right.args[1].kind == "multiply":
            rows, columns = (self._size_of(side) for side in right.args[1].args)
            return rows, columns
        if right.kind == "power":
            return 1, self._size_of(right.args[1])
        axis = names.parts(right.data)[1]
        return 1, self._size(axis or "1")

    def _size(self, axis: str) -> int:
        return self._size_of(parse(axis))

    def _size_of(self, node: Node) -> int:
        self.sizes_used |= {inner.data for inner in node.walk() if inner.kind == "name"}
        size = integer_of(node, Scope({}, EXACT, self.sizes))
        if size.denominator != 1 or size < 1:
            raise DerivationError(f"an axis measures {size}; name the sizes of this identity")
        return int(size)


def _differentiated_by(formulas: list[Node]) -> set[str]:
    """The names below the line of every derivative."""
    found = set()
    for node in (inner for formula in formulas for inner in formula.walk()):
        if node.kind == "divide" and node.args[1].kind == "call" and node.args[1].data == "partial":
            for inner in node.args[1].walk():
                if inner.kind == "name":
                    base, superscript, _ = names.parts(inner.data)
                    found |= {inner.data, names.canonical(base, superscript)}
    return found


# ---------------------------------------------------------------- two sides compared


def _compared(identity: Identity, left: Exact, right: Exact, sizes: tuple[str, ...]) -> Proof:
    method = "differentiation" if r"\partial" in identity.left + identity.right else "expansion"
    if left.is_numeric and right.is_numeric and left.carrier != "symbolic" != right.carrier:
        method = "normal form"
    if left.shape != right.shape:
        return Proof(identity, False, sizes, method, (), f"the sides are {left.shape} and {right.shape}")
    places = [(i, j) for i in range(left.shape[0]) for j in range(left.shape[1])]
    if left.hidden or right.hidden or method == "normal form":
        return _by_comparison(identity, left, right, sizes, method)
    a, b = left.sympy(), right.sympy()
    reasons = {place: reduction(a[place] - b[place]) for place in places}
    failed = next((place for place in places if reasons[place] is None), None)
    if failed is not None:
        return _by_comparison(identity, left, right, sizes, method)
    place = min(places, key=lambda p: (a[p] == b[p], (a[p] - b[p]).count_ops(), p))
    lines = _chain(identity, (a, b), place, reasons[place] or "")
    hardest = max((r for r in reasons.values() if r), key=[w for w, _ in REDUCTIONS].index, default="")
    return Proof(identity, True, sizes, f"{method}: {hardest}" if hardest else method, lines)


def _by_comparison(
    identity: Identity, left: Exact, right: Exact, sizes: tuple[str, ...], method: str
) -> Proof:
    equality = compare(left, right)
    proved = equality.answer is Answer.EQUAL
    at = f"entry {equality.cell}: " if equality.cell else ""
    return Proof(identity, proved, sizes, method, (), "" if proved else at + equality.reason)


# ---------------------------------------------------------------- the chain


def _chain(
    identity: Identity, sides: tuple[Any, Any], place: tuple[int, int], reason: str
) -> tuple[tuple[str, str], ...]:
    left, right = (side[place] for side in sides)
    lines = [
        ("left side", _line(identity.left, place, sides[0].shape, left)),
        ("right side", _line(identity.right, place, sides[1].shape, right)),
    ]
    if left == right:
        return tuple(_short([*lines, ("both are the same expression", "")]))
    over = _over(left - right) if reason == REDUCTIONS[1][0] else ""
    if over:
        lines.append(("left minus right over a common denominator", over))
    return tuple(_short([*lines, (f"left minus right, {reason}", "0")]))


def _line(formula: str, place: tuple[int, int], shape: tuple[int, int], value: Expr) -> str:
    if shape == (1, 1):
        return f"{formula} = {_tex(value)}"
    subscript = (
        place[0] + 1 if shape[1] == 1 else place[1] + 1 if shape[0] == 1 else f"{place[0] + 1}{place[1] + 1}"
    )
    return rf"\left({formula}\right)_{{{subscript}}} = {_tex(value)}"


def _over(difference: Expr) -> str:
    from sympy import fraction, together

    above, below = fraction(together(difference))
    return rf"\frac{{{_tex(above)}}}{{{_tex(below)}}}" if above != 0 else ""


def _tex(value: Expr) -> str:
    from derivations.exact.notation import TEX, expression_text

    return expression_text(value, TEX)


def _short(lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((words, tex) for words, tex in lines if len(tex) <= LONGEST)
