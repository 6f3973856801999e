"""A sheet as a page: the variant, the questions and, on a key, the answers with their working."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from derivations.derive import formula_of
from derivations.exact import Exact
from derivations.exercises.draw import VERSION
from derivations.exercises.grading import numbered
from derivations.exercises.sheets import Sheet
from derivations.exercises.solution import Solution, is_short, letter
from derivations.exercises.statements import substituted
from derivations.formula import names, parse
from derivations.formula.tex import to_tex
from derivations.model import Exercise, Input, Node, Option, Part, Step
from derivations.slips import BY_ID
from derivations.writers.sheet import Translate
from derivations.writers.sheets.views import Choice, ExerciseView, Given, Line, PartView, Row, SheetView
from derivations.writers.text import Escaped, TeX, literal, maths

LONGEST = 800
"""Characters of TeX that the working of a step may have."""
MORE_LINES = 4
"""To write a matrix on; as many for each, so that they do not tell how many rows it has."""

TASKS = {
    "step": "Work out the values that are missing.",
    "cells": "Fill in the cells that are missing.",
    "error": "One step of this worked example is wrong, and everything after it follows from the wrong "
    "value. Find the mistake and put it right.",
    "choice": "Choose the right value of each step.",
    "shape": "How many rows and columns does each value have?",
    "identity": "Write the formulas in another way, and work out the value.",
    "grid": "Work by hand: fill in the grids row by row.",
}
HEADINGS = {
    "step": "step by step",
    "cells": "single cells",
    "error": "find the mistake",
    "choice": "choose",
    "shape": "shapes",
    "identity": "other formulas",
    "grid": "by hand",
}
"""What tells several exercises of one topic apart."""
UNKNOWN = r"? \times {?}"
"""The shape of an input that has to be told from the others."""
TITLES = {
    "place": "The place",
    "mistake": "The mistake",
    "repair": "The repair",
    "identity": "An identity",
    "input": "An input",
}
"""Of parts that are not called like a step."""
MISPRINTS = {
    "wrong-row": "the rows stand in the wrong order",
    "minus-lost": "the sign is wrong",
}
"""Slips in writing down, beside those of the catalogue."""


def page(sheet: Sheet, translate: Translate, is_key: bool) -> SheetView:
    """The sheet of a student in a language, or its key."""
    views, at = [], iter(numbered(sheet))
    topics = Counter(exercise.derivation.id for exercise in sheet.exercises)
    for solution in sheet.solutions:
        numbers = [next(at).number for _ in solution.exercise.parts]
        is_alone = topics[solution.exercise.derivation.id] == 1
        views.append(_exercise(solution, numbers, translate, is_key, is_alone))
    return SheetView(
        language=sheet.language,
        student=sheet.student.id,
        name=literal(sheet.student.name),
        is_key=is_key,
        line=Escaped(sheet.line),
        seeds=", ".join(f"{each.seed:016x}" for each in sheet.exercises),
        version=VERSION,
        points=sum(part.points for each in sheet.exercises for part in each.parts),
        exercises=tuple(views),
    )


def _exercise(
    solution: Solution, numbers: list[str], translate: Translate, is_key: bool, is_alone: bool
) -> ExerciseView:
    exercise = solution.exercise
    title = translate(exercise.derivation.title)
    return ExerciseView(
        title=title if is_alone else f"{title} · {translate(HEADINGS[exercise.kind])}",
        task=translate(TASKS[exercise.kind]),
        given=tuple(_given(solution, each, translate) for each in exercise.derivation.inputs),
        lines=tuple(_lines(solution, translate)),
        parts=tuple(
            _part(solution, part, number, translate, is_key)
            for part, number in zip(exercise.parts, numbers, strict=True)
        ),
    )


def _given(solution: Solution, given: Input, translate: Translate) -> Given:
    name = TeX(names.tex(given.name))
    meaning = translate(given.meaning) if given.meaning else ""
    if solution.exercise.sizes:
        shape = UNKNOWN if _is_asked(solution.exercise, given) else _shape_tex(solution.shape(given))
        return Given(TeX(""), TeX(rf"{name} \in \mathbb{{R}}^{{{shape}}}"), meaning)
    return Given(name, TeX(solution.values[given.name].tex()), meaning)


def _shape_tex(shape: tuple[int, int]) -> str:
    return rf"{shape[0]} \times {shape[1]}"


# ---------------------------------------------------------------- steps that are printed


def _lines(solution: Solution, translate: Translate) -> Iterator[Line]:
    exercise = solution.exercise
    letters = _letters(exercise)
    for step in exercise.derivation.steps:
        if step.name in solution.shown:
            value = solution.printed[step.name]
            chain = statement(step, value_tex(value, _places(solution, step)), is_short(value))
        elif exercise.kind in ("shape", "choice", "step", "grid", "identity", "cells") and not _is_asked(
            exercise, step
        ):
            chain = TeX(step.formula)
        else:
            continue
        yield Line(letters.get(step.formula, ""), translate(step.title or step.name), chain)


def _letters(exercise: Exercise) -> dict[str, str]:
    """Formula -> letter of the lines of which one holds the mistake."""
    places = [part.options for part in exercise.parts if part.answer == "choice" and not part.step]
    return {option.tex: letter(at) for options in places for at, option in enumerate(options)}


def _is_asked(exercise: Exercise, step: Step | Input) -> bool:
    return any(part.step == step.name for part in exercise.parts)


def _places(solution: Solution, step: Step) -> int:
    """Two digits more for what others are computed from, so that their rounding does not show."""
    return 6 if solution.frame.below(step.name) else 4


def value_tex(value: Exact, places: int = 4) -> str:
    """A matrix: exactly where that is short, else in decimals."""
    if is_short(value):
        return value.tex()
    rows = [[cell.replace("-inf", r"-\infty") for cell in row] for row in value.fixed(places)]
    return matrix_tex(rows)


def matrix_tex(rows: list[list[str]]) -> str:
    """Cells as a matrix; one cell stands alone."""
    if len(rows) == len(rows[0]) == 1:
        return rows[0][0]
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"


def statement(step: Step, value: str, exact: bool) -> TeX:
    """``Q = X W^Q = [..]``; a definition cell by cell stands before its value."""
    sign = "=" if exact else r"\approx"
    formula = formula_of(step)
    if formula.kind == "relation" and formula.args[0] == Node("name", (), step.name):
        return TeX(f"{step.formula} {sign} {value}")
    return TeX(rf"{step.formula}, \qquad {names.tex(step.name)} {sign} {value}")


# ---------------------------------------------------------------- questions


def _part(solution: Solution, part: Part, number: str, translate: Translate, is_key: bool) -> PartView:
    about = solution.asked(part) if part.step else None
    step = about if isinstance(about, Step) else None
    hidden = not is_key and is_hidden(solution.exercise, part)
    is_matrix = part.answer == "values" and not hidden
    return PartView(
        number=number,
        points=part.points,
        title=translate(untitled(solution.exercise, part) or (step.title or step.name if step else "")),
        prompt=_prompt(solution, part, translate),
        formula=TeX("") if hidden else _formula(solution, part, about),
        name=TeX(names.tex(part.step)) if part.step and not hidden else TeX(""),
        columns=tuple(_labels(solution, part, 1, translate)) if is_matrix else (),
        rows=tuple(_rows(solution, part, translate)) if is_matrix else (),
        choices=tuple(_choice(option, at, translate, is_key) for at, option in enumerate(part.options)),
        hint=_hint(part, translate),
        more_lines=MORE_LINES if part.answer == "values" else 0,
        answer=_answer(solution, part, about) if is_key else TeX(""),
        letter=solution.letter(part) if is_key and part.options else "",
        worked=_working(solution, part, about) if is_key and not hidden else TeX(""),
        warnings=_warnings(solution, part, translate) if is_key else (),
    )


def is_hidden(exercise: Exercise, part: Part) -> bool:
    """Whether not even the step may be named, because finding it is part of the task."""
    return exercise.planted is not None and part.step == exercise.planted.step


def untitled(exercise: Exercise, part: Part) -> str:
    """The title of a part that is not called like its step."""
    if not part.step:
        return TITLES["place" if part.answer == "choice" else "identity"]
    if is_hidden(exercise, part):
        return TITLES["mistake" if part.answer == "choice" else "repair"]
    return TITLES["input"] if any(given.name == part.step for given in exercise.derivation.inputs) else ""


def _prompt(solution: Solution, part: Part, translate: Translate) -> str:
    if part.answer == "choice":
        if not part.step:
            return translate("Which line holds the mistake?")
        return (
            translate("What went wrong?") if solution.exercise.planted else translate("Which value is right?")
        )
    if part.answer == "shape":
        return translate("How many rows and columns?")
    if part.answer == "formula" and part.without:
        without = ", ".join(f"${names.tex(name)}$" for name in part.without)
        return translate("Complete the formula without using %(names)s.") % {"names": without}
    if part.answer == "formula":
        return translate("Complete the identity with another formula.")
    if is_hidden(solution.exercise, part):
        return translate("Write the right value of the wrong line, row by row.")
    return translate("What should this value be?") if solution.exercise.planted else ""


def _formula(solution: Solution, part: Part, about: Step | Input | None) -> TeX:
    if part.answer == "formula":
        return TeX(rf"{part.left} = \;?")
    if about is None or (solution.exercise.planted and part.answer == "choice"):
        return TeX("")
    return TeX(about.formula) if isinstance(about, Step) else TeX(names.tex(about.name))


def _hint(part: Part, translate: Translate) -> str:
    if part.answer != "values" or part.places is None:
        return ""
    return translate("Give %(places)s digits after the point.") % {"places": part.places}


def _rows(solution: Solution, part: Part, translate: Translate) -> Iterator[Row]:
    holes = set(solution.blanks(part))
    labels = _labels(solution, part, 0, translate)
    for i, row in enumerate(solution.cells_tex(part), 1):
        yield Row(
            i, labels[i - 1], tuple(TeX("" if (i, j) in holes else cell) for j, cell in enumerate(row, 1))
        )


def _labels(solution: Solution, part: Part, side: int, translate: Translate) -> list[str]:
    """Headings of rows (side 0) or columns (1): in a grid the rows and columns that meet in a cell."""
    size = solution.values[part.step].shape[side]
    factor = product_of(formula_of(solution.step(part)))[side] if solution.exercise.kind == "grid" else None
    if factor is None:
        return [str(at) for at in range(1, size + 1)]
    name, turned = factor
    known = name in solution.shown or name in {given.name for given in solution.exercise.derivation.inputs}
    by_column = (side == 1) != turned
    if not known or solution.values[name].shape[int(by_column)] != size:
        row, column = translate("row %(number)s of %(name)s"), translate("column %(number)s of %(name)s")
        words = column if by_column else row
        facts = {"name": maths(names.tex(name))}
        return [words % {**facts, "number": at} for at in range(1, size + 1)]
    value = solution.values[name]
    lines = range(1, size + 1)
    across = range(1, value.shape[int(not by_column)] + 1)
    cells = [[value.entry_tex(*((k, at) if by_column else (at, k))) for k in across] for at in lines]
    return [maths("(" + ", ".join(row) + ")") for row in cells]


def product_of(formula: Node) -> tuple[tuple[str, bool] | None, tuple[str, bool] | None]:
    """The two names that a step multiplies, and whether each is transposed, as in ``Q K^T / √d_k``."""
    right = formula.args[1] if formula.kind == "relation" else formula
    if right.kind == "divide":
        right = right.args[0]
    if right.kind != "multiply" or right.data == "⊙":
        return None, None
    first, second = (_factor(arg) for arg in right.args)
    return (first, second) if first and second else (None, None)


def _factor(node: Node) -> tuple[str, bool] | None:
    turned = node.kind == "transpose"
    inner = node.args[0] if turned else node
    return (inner.data, turned) if inner.kind == "name" else None


def _choice(option: Option, at: int, translate: Translate, is_key: bool) -> Choice:
    words = "" if option.tex else translate(slip_words(option.slip))
    return Choice(letter(at), TeX(option.tex), words, is_key and option.is_right)


def slip_words(slip: str) -> str:
    """What a slip is, in words."""
    return BY_ID[slip].message if slip in BY_ID else MISPRINTS.get(slip, slip)


# ---------------------------------------------------------------- answers


def _answer(solution: Solution, part: Part, about: Step | Input | None) -> TeX:
    if part.answer == "values" and isinstance(about, Step):
        more = 3 if solution.frame.below(about.name) else 0
        return statement(about, matrix_tex(solution.cells_tex(part, more)), part.places is None)
    if part.answer == "shape" and about is not None:
        return TeX(_shape_tex(solution.shape(about)))
    if part.answer == "formula":
        return TeX(f"{part.left} = {part.right}")
    return TeX("")


def _working(solution: Solution, part: Part, about: Step | Input | None) -> TeX:
    """How the answer comes about, or what it is about."""
    if part.answer == "values" and isinstance(about, Step):
        return _worked(solution, about)
    return _formula(solution, part, about) if part.answer == "shape" else TeX("")


def _worked(solution: Solution, step: Step) -> TeX:
    """The formula with the values put in, where that is short enough."""
    formula = formula_of(step)
    if formula.kind != "relation" or formula.args[0].kind != "name":
        return TeX("")
    used = {name: _as_printed(solution.values[name]) for name in solution.frame.needs[step.name]}
    sizes: Mapping[str, Node] = {axis: parse(str(size)) for axis, size in solution.frame.sizes.items()}
    text = to_tex(substituted(formula.args[1], {**sizes, **used}))
    return TeX(f"{names.tex(step.name)} = {text}") if len(text) <= LONGEST else TeX("")


def _as_printed(value: Exact) -> Node:
    """A matrix exactly as it stands elsewhere on the page; a number may need brackets in a formula."""
    tex = value_tex(value)
    return parse(tex) if value.shape == (1, 1) else Node("opaque", (), tex)


def _warnings(solution: Solution, part: Part, translate: Translate) -> tuple[str, ...]:
    """For each wrong option the slip that leads to it."""
    if part.answer != "choice" or solution.exercise.planted:
        return ()
    return tuple(
        f"{letter(at)}: {translate(slip_words(option.slip))}"
        for at, option in enumerate(part.options)
        if option.slip and not option.is_right
    )
