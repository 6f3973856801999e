"""``derivations explain``."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("rule", metavar="RULE")
def explain(rule: str) -> None:
    """Explain a rule of verify: what it checks, why it matters, an example."""
    from derivations.verify import rules

    click.echo(rules.rule(rule).text(rule), nl=False)
