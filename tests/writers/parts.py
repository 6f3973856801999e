"""What every tutorial has to have."""

from __future__ import annotations

from collections.abc import Iterator

from derivations import library
from derivations.derive import formula_of
from derivations.slips import variants
from derivations.writers.views import Page, StepView


def missing(page: Page) -> list[str]:
    """The parts that a page lacks."""
    return list(_missing(page))


def _missing(page: Page) -> Iterator[str]:
    steps = page.main.steps
    parts = {
        "purpose": page.purpose,
        "source": page.source,
        "questions with answers": page.questions
        and all(each.question and each.answer for each in page.questions),
        "an entry in full": any(step.entry for step in steps) or not any(step.size.shape for step in steps),
        "a common mistake": any(step.mistakes for step in steps) or not _slippery(page),
        "a picture": page.pictures,
        "checks of the example": page.main.checks,
        "a label": not page.main.tokens
        or any(step.entry and (step.entry.row_label or step.entry.column_label) for step in steps),
    }
    yield from (name for name, part in parts.items() if not part)
    for step in steps:
        yield from (f"{part} of step {step.name}" for part in _of_step(step))


def _slippery(page: Page) -> bool:
    """Whether a known slip applies to a step of the library."""
    known = library.load_all()
    return page.id not in known or any(
        any(variants(formula_of(step).args[-1])) for step in known[page.id].steps
    )


def _of_step(step: StepView) -> Iterator[str]:
    parts = {
        "title": step.title,
        "why": step.why,
        "value": step.chain.rows or step.form == "one",
        "checks": step.checks,
    }
    yield from (name for name, part in parts.items() if not part)
