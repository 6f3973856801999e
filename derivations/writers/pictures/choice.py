"""Which pictures a page gets: they follow from what its steps are, or the derivation names them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count

from derivations.model import Curve, Step
from derivations.writers.pictures.curves import curve
from derivations.writers.pictures.flow import flow
from derivations.writers.pictures.marks import Picture
from derivations.writers.pictures.matrices import matrix, pattern
from derivations.writers.sheet import Sheet


def of_step(sheet: Sheet, step: Step) -> tuple[Picture, ...]:
    """The pictures at a step; none in a short section."""
    if not sheet.full:
        return ()
    wanted = [each for each in sheet.derivation.pictures if each.step == step.name]
    shown = matrix(sheet, step)
    drawn = [curve(sheet, each) if isinstance(each, Curve) else pattern(sheet, each) for each in wanted]
    return tuple(_distinct(sheet, each) for each in (*([shown] if shown else []), *drawn))


def of_whole(sheet: Sheet) -> tuple[Picture, ...]:
    """The pictures of a whole derivation; none in a short section."""
    shown = flow(sheet) if sheet.full else None
    return (_distinct(sheet, shown),) if shown else ()


def _distinct(sheet: Sheet, picture: Picture) -> Picture:
    """The picture under a name that no other one of the example has."""
    numbered = (f"{picture.name}-{number}" for number in count(2))
    name = next(each for each in chain([picture.name], numbered) if each.lower() not in sheet.drawn)
    sheet.drawn.add(name.lower())
    return replace(picture, name=name)
