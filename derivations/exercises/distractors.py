"""Multiple choice: the right value among those that known slips give."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.evaluate import define
from derivations.exact import EXACT, Exact
from derivations.exercises.drafts import MOST_OPTIONS, PLACES, Draft, Questions, UnfitError
from derivations.exercises.selection import askable
from derivations.exercises.solution import is_short
from derivations.exercises.wrong import telling
from derivations.model import DerivationError, Option, Part


def choice(draft: Draft) -> Questions:
    """The right value of a step among those that known slips give."""
    values = draft.exact
    usable: list[tuple[str, list[Option]]] = []
    for names in (draft.asked, askable(draft.base)):
        if not usable:
            found = [(name, _values_to_choose(draft, name, values)) for name in names]
            usable = [(name, options) for name, options in found if len(options) > 2]
    if not usable:
        raise UnfitError("no step has two slips that give other values")
    return Questions(
        tuple(
            Part(str(at), "choice", name, 1, options=tuple(options))
            for at, (name, options) in enumerate(usable, 1)
        )
    )


def _values_to_choose(draft: Draft, name: str, values: Mapping[str, Exact]) -> list[Option]:
    options = [Option(_tex(values[name]), "", True)]
    scope = draft.base.frame.scope(values, EXACT)
    for slip, formula, _ in telling(draft.base.frame, draft.values, name):
        if len(options) == MOST_OPTIONS:
            break
        try:
            exact = define(formula, draft.base.frame.shapes[name], scope, EXACT)
        except (DerivationError, ArithmeticError):
            continue  # floats see 1e-17 where exactly nothing is left to divide by
        tex = _tex(exact)
        if all(tex != other.tex for other in options):
            options.append(Option(tex, slip.id))
    if len(options) < MOST_OPTIONS:
        options += _misprinted(values[name], options)
    return draft.draws.shuffled(options[:MOST_OPTIONS])


def _misprinted(value: Exact, options: list[Option]) -> list[Option]:
    """Rows in another order, and the sign turned: for steps that hardly any slip fits."""
    from derivations.exact.structure import select

    rows = range(value.shape[0])
    turned = [("wrong-row", select(value, [*rows[1:], 0], range(value.shape[1])))]
    if not value.hidden:
        turned.append(("minus-lost", EXACT.operations["negative"](value)))
    known = {option.tex for option in options}
    found = [Option(_tex(each), id) for id, each in turned]
    return [option for option in found if option.tex not in known]


def _tex(value: Exact) -> str:
    """A matrix as it is printed: exactly where that is short, else in decimals."""
    if is_short(value):
        return value.tex()
    rows = [[cell.replace("-inf", r"-\infty") for cell in row] for row in value.fixed(PLACES)]
    if value.shape == (1, 1):
        return rows[0][0]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"
