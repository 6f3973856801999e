"""A user's TOML file -> a worked derivation: own values for a derivation, or own steps.

derivation = "self-attention"          # values for a derivation of the library
[inputs]
X = [[1, 0], ["1/2", "sqrt(2)"]]

[[steps]]                              # or steps of one's own
formula = "S = X X^T"
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from derivations.model import DerivationError, Source, Step, Worked
from derivations.userfile.file import UserFile
from derivations.userfile.formulas import unknown_axes

__all__ = ["work"]


def work(source: Source) -> Worked:
    """The worked derivation of a user's file.

    Raises DerivationError with file and line, what was read and what was expected.
    """
    from derivations import derive

    file = UserFile(source)
    derivation, example = file.derivation(), file.example()
    try:
        worked = derive.work(derivation, example)
    except DerivationError as error:
        raise DerivationError(file.located(str(error))) from error
    final = replace(derivation, id=PurePath(source.path).stem, examples=(example,), steps=_with_sizes(worked))
    return replace(worked, derivation=final)


def _with_sizes(worked: Worked) -> tuple[Step, ...]:
    """Steps without axes get the sizes that came out."""
    return tuple(
        replace(step, axes=tuple(map(str, worked[step.name].shape)))
        if step.axes == unknown_axes(at)
        else step
        for at, step in enumerate(worked.derivation.steps)
    )
