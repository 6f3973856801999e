"""``derivations list``."""

from __future__ import annotations

import click


@click.command("list")
def list() -> None:
    """List the derivations in teaching order: id and title."""
    from derivations.library import load_all

    found = load_all()
    longest = max(map(len, found), default=0)
    for id, derivation in found.items():
        click.echo(f"{id:<{longest}}  {derivation.title}")
