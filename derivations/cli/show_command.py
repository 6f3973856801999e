"""``derivations show``."""

from __future__ import annotations

import shutil
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from derivations.model import DerivationError

if TYPE_CHECKING:
    from derivations.model import Worked

WIDEST = 80


@click.command("show")
@click.argument("target", metavar="ID|FILE.toml")
@click.option("--step", metavar="NAME", help="Show this step only, such as S.")
def show(target: str, step: str | None) -> None:
    """Show a worked example in the terminal, exactly and in decimals."""
    from derivations.cli.targets import worked_examples
    from derivations.writers import terminal
    from derivations.writers.page import refuse_failed

    worked = next(iter(worked_examples(target)))
    refuse_failed(worked)
    name = _step_name(worked, step) if step else None
    click.echo(terminal.show(worked, min(shutil.get_terminal_size().columns, WIDEST), name), nl=False)


def _step_name(worked: Worked, asked: str) -> str:
    """The name of a step, or the nearest ones in an error."""
    names = [step.name for step in worked.derivation.steps]
    if asked in names:
        return asked
    near = get_close_matches(asked, names, 1, cutoff=0.4)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DerivationError(
        f"{worked.derivation.id} has no step {asked!r}; {hint}its steps are {', '.join(names)}"
    )
