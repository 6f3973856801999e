"""One example of a derivation, worked out for a page."""

from __future__ import annotations

from fractions import Fraction

from derivations.derive import formula_of
from derivations.exact import EXACT, Exact
from derivations.exact.structure import select
from derivations.formula import names
from derivations.model import Input, Node, Number, Step, Worked
from derivations.writers import written
from derivations.writers.confirmed import confirmed
from derivations.writers.decimals import decimal_form, decimals
from derivations.writers.entry import entry
from derivations.writers.forms import Denominators, Form, exact_form, letter, tex_of
from derivations.writers.layout import chain, packed
from derivations.writers.mistakes import Slipped, mistakes
from derivations.writers.pictures import choice
from derivations.writers.sheet import (
    Sheet,
    Translate,
    authors_name,
    axis_words,
    both_axes,
    is_name,
    named_scope,
    sizes,
)
from derivations.writers.text import TeX, literal
from derivations.writers.views import (
    DIGITS,
    EQUAL,
    ROUNDED,
    Chain,
    Given,
    Mistake,
    Printed,
    Section,
    Side,
    Size,
    StepView,
)
from derivations.writers.width import LINE, width
from derivations.writers.written import written_out

# ---------------------------------------------------------------- making a section


def section(worked: Worked, translate: Translate, full: bool) -> Section:
    """An example; only a full one expands entries and shows mistakes."""
    taken = [*worked.values, *(axis for step in worked.derivation.steps for axis in step.axes)]
    sheet = Sheet(worked, translate, full, sizes(worked), Denominators(letter(taken)), {})
    return Section(
        id=worked.example.id,
        title=sheet.words(worked.example.title),
        note=sheet.words(worked.example.note),
        tokens=tuple(map(literal, worked.example.tokens)),
        given=tuple(_given(sheet, each) for each in worked.derivation.inputs),
        values=packed([_given_value(sheet, each) for each in worked.derivation.inputs]),
        steps=tuple(_step(sheet, step) for step in worked.derivation.steps),
        checks=confirmed(worked.checks, sheet.words),
        pictures=choice.of_whole(sheet),
    )


def _given(sheet: Sheet, given: Input) -> Given:
    shape = sheet.worked[given.name].shape
    return Given(TeX(names.tex(given.name)), _size(sheet, shape, given.axes), sheet.words(given.meaning))


def _given_value(sheet: Sheet, given: Input) -> Chain:
    form = sheet.forms[given.name] = exact_form(sheet.worked[given.name], None, sheet.denominators)
    return chain(TeX(names.tex(given.name)), [Side(EQUAL, form.tex)] if form.tex else [])


def _size(sheet: Sheet, shape: tuple[int, int], axes: tuple[str, ...]) -> Size:
    if shape == (1, 1):
        return Size(TeX(""), TeX(""), "", "")
    pair = both_axes(axes)
    rows, columns = axis_words(axes)
    named = any(map(is_name, pair))
    shown = TeX(
        r" \times ".join(names.tex(axis) if is_name(axis) else axis for axis in pair) if named else ""
    )
    return Size(TeX(rf"{shape[0]} \times {shape[1]}"), shown, sheet.words(rows), sheet.words(columns))


def _step(sheet: Sheet, step: Step) -> StepView:
    formula, value = formula_of(step), sheet.worked[step.name]
    named = written_out(formula, value.shape, named_scope(sheet.worked, step, sheet.sizes))
    form = sheet.forms[step.name] = exact_form(value, named, sheet.denominators)
    sides = list(dict.fromkeys([*_formula_sides(sheet, step, formula), *_value_sides(value, form)]))
    wide = form.kind in ("entries", "one")
    return StepView(
        name=TeX(names.tex(step.name)),
        title=sheet.words(step.title),
        why=sheet.words(step.why),
        formula=TeX(step.formula),
        size=_size(sheet, value.shape, step.axes),
        form=form.kind,
        names=packed([chain(name, [Side(EQUAL, below)]) for name, below in form.names]),
        chain=chain(TeX(authors_name(step) or names.tex(step.name)), sides),
        entry=entry(sheet, step, named) if sheet.full or wide else None,
        mistakes=_mistakes(sheet, formula, value) if sheet.full else (),
        checks=confirmed([check for check in sheet.worked.checks if check.step == step.name], sheet.words),
        pictures=choice.of_step(sheet, step),
        printed=_printed(sheet, step) if sheet.full else None,
    )


def _printed(sheet: Sheet, step: Step) -> Printed | None:
    value = sheet.worked[step.name]
    if not value.is_numeric:
        return None
    return Printed(step.name, tuple(map(tuple, value.decimal(DIGITS))))


# ---------------------------------------------------------------- formula, substitution, value


def _formula_sides(sheet: Sheet, step: Step, formula: Node) -> list[Side]:
    """The formula with the values of its operands; in a short section as the author wrote it."""
    if not authors_name(step):
        return []
    right = formula.args[1]
    if not sheet.full:
        return [Side(EQUAL, TeX(step.formula[right.span.start : right.span.end].strip()))]
    replaced = _substituted(right, sheet)
    fits = replaced != right and width(replaced) <= LINE - width(formula.args[0])
    return [Side(EQUAL, tex_of(replaced))] if fits else []


def _substituted(node: Node, sheet: Sheet) -> Node:
    """The tree with the values of names; a value that is not shown whole stays a name."""
    if node.kind == "name" and node.data in sheet.forms:
        return _shown(node, sheet)
    if node.kind == "name" and node.data in sheet.sizes:
        return written.integer(sheet.sizes[node.data])
    args = tuple(_substituted(arg, sheet) for arg in node.args)
    sign = "·" if node.kind == "multiply" and not node.data and _starts_with_number(args[1]) else node.data
    return Node(node.kind, args, sign, node.span)


def _starts_with_number(node: Node) -> bool:
    """Whether a factor would run into the one before it, as in ``2 4^2``."""
    if node.kind in ("multiply", "power"):
        return _starts_with_number(node.args[0])
    return node.kind in ("number", "divide")


def _shown(node: Node, sheet: Sheet) -> Node:
    form, value = sheet.forms[node.data], sheet.worked[node.data]
    if form.kind not in ("whole", "named"):
        return node
    if value.shape == (1, 1):
        return written.values(value.shape, value.entry_tex).at(0, 0)
    return Node("opaque", (), form.tex)


def _value_sides(value: Exact, form: Form) -> list[Side]:
    sides = [Side(EQUAL, form.tex)] if form.tex else []
    rounded = decimal_form(value)
    return [*sides, Side(ROUNDED, rounded.tex)] if rounded else sides


# ---------------------------------------------------------------- mistakes and checks


def _mistakes(sheet: Sheet, formula: Node, value: Exact) -> tuple[Mistake, ...]:
    scope = {name: EXACT.number(Number(str(size), Fraction(size))) for name, size in sheet.sizes.items()}
    slips = mistakes(formula, value, scope | dict(sheet.worked.values))
    return tuple(_mistake(sheet, slip, value) for slip in slips)


def _mistake(sheet: Sheet, slip: Slipped, value: Exact) -> Mistake:
    message = sheet.words(slip.message)
    if slip.row is None:
        shapes = (TeX(rf"{rows} \times {columns}") for rows, columns in (slip.value.shape, value.shape))
        return Mistake(message, None, *shapes)
    if value.shape == (1, 1):
        return Mistake(message, None, _row_tex(slip.value, 0), _row_tex(value, 0))
    return Mistake(message, slip.row + 1, _row_tex(slip.value, slip.row), _row_tex(value, slip.row))


def _row_tex(value: Exact, row: int) -> TeX:
    """A row in decimals, ``(0.4011, 0.5035)``; a scalar stands alone."""
    kept = range(value.shape[1]) if value.shape[1] <= 5 else [0, 1, 2, value.shape[1] - 1]
    cells = decimals(select(value, [row], list(kept)))[0]
    if len(kept) < value.shape[1]:
        cells.insert(-1, r"\dots")
    return TeX(cells[0] if len(cells) == 1 else f"({', '.join(cells)})")
