"""`miroir doctor`: one line per thing that has to work."""

from __future__ import annotations

import click

from miroir.cli.listing import FORMAT, print_json
from miroir.cli.state import config_option, current_state


@click.command()
@config_option
@FORMAT
@click.pass_context
def doctor(ctx: click.Context, format: str) -> None:
    """Check Python, configuration, plugins, store, keys, archive and sources.

    Each source is contacted. Exit code 1 when something fails.
    """
    from miroir.cli.checks import Status, examine

    checks = list(examine(current_state().config))
    if format == "json":
        print_json(
            {
                "schema": "miroir.doctor/1",
                "checks": [
                    {"name": c.name, "status": c.status, "detail": c.detail}
                    for c in checks
                ],
            }
        )
    else:
        for check in checks:
            click.echo(f"{check.status.upper():<4}  {check.name}: {check.detail}")
    if any(check.status is Status.FAIL for check in checks):
        ctx.exit(1)
