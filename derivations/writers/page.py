"""A worked derivation as a page: everything a template needs, already as TeX or as words.

A page holds values and words; what stands between them is the template's.  A
failed check is an error here, so that no page shows a value that was not confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivations.formula import names
from derivations.model import Check, Derivation, DerivationError, Proof, Worked
from derivations.writers.confirmed import deviation_tex
from derivations.writers.layout import chain
from derivations.writers.sections import section
from derivations.writers.text import TeX
from derivations.writers.views import EQUAL, Law, Link, Page, Question, Side

Translate = Callable[[str], str]


def page(
    worked: Sequence[Worked],
    language: str = "en",
    translate: Translate = str,
    titles: dict[str, str] | None = None,
) -> Page:
    """The page of a derivation from its worked examples, the first in full.

    ``titles`` has the titles of all derivations by id, in teaching order.  Raises DerivationError
    naming step and cell when a check failed.
    """
    for each in worked:
        refuse_failed(each)
    derivation = worked[0].derivation
    return Page(
        id=derivation.id,
        language=language,
        title=translate(derivation.title),
        purpose=_translated(derivation.purpose, translate),
        source=derivation.source,
        requires=_required(derivation, titles or {}, translate),
        main=section(worked[0], translate, full=True),
        more=tuple(section(each, translate, full=False) for each in worked[1:]),
        laws=tuple(_law(proof, translate) for proof in worked[0].proofs),
        questions=tuple(Question(translate(q), translate(a)) for q, a in derivation.questions),
        deviation=_largest_deviation(worked),
        previous=_beside(derivation, titles or {}, -1, translate),
        next=_beside(derivation, titles or {}, 1, translate),
    )


def _translated(words: str, translate: Translate) -> str:
    """The empty message is the header of a catalogue, so empty words are not looked up."""
    return translate(words) if words else ""


def _required(
    derivation: Derivation, titles: dict[str, str], translate: Translate
) -> tuple[tuple[str, str], ...]:
    return tuple((id, translate(titles.get(id, id))) for id in derivation.requires)


def _beside(derivation: Derivation, titles: dict[str, str], step: int, translate: Translate) -> Link | None:
    """The page so many places further on; None at the ends, and for a derivation of one's own."""
    order = list(titles)
    at = order.index(derivation.id) + step if derivation.id in titles else -1
    return Link(order[at], translate(titles[order[at]])) if 0 <= at < len(order) else None


def _law(proof: Proof, translate: Translate) -> Law:
    identity = proof.identity
    return Law(
        title=_translated(identity.title, translate),
        chain=chain(TeX(identity.left), [Side(EQUAL, TeX(identity.right))]),
        where=tuple(map(TeX, identity.where)),
        why=_translated(identity.why, translate),
        sizes="; ".join(proof.sizes),
    )


def _largest_deviation(worked: Sequence[Worked]) -> TeX | None:
    found = [check.deviation for each in worked for check in each.checks if check.deviation is not None]
    return deviation_tex(max(found)) if found else None


def refuse_failed(worked: Worked) -> None:
    """Raise DerivationError for a failed check, with step and cell, or for an unproved identity."""
    for check in worked.checks:
        if not check.passed:
            raise DerivationError(_failure(worked, check))
    for proof in worked.proofs:
        if not proof.proved:
            what = proof.identity.title or f"{proof.identity.left} = {proof.identity.right}"
            raise DerivationError(
                f"{worked.derivation.id}: the identity {what!r} is not proved: {proof.message}"
            )


def _failure(worked: Worked, check: Check) -> str:
    step = names.tex(check.step)
    cell = f", cell ({check.cell[0]}, {check.cell[1]})" if check.cell else ""
    message = check.message or "failed"
    return (
        f"{worked.derivation.id}, example {worked.example.id}, step {step}{cell}: "
        f"the check {check.what!r} failed: {message}; the page was not written"
    )
