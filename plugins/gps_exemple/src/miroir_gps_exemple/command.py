"""`miroir horizon-export`: check an export before the night does."""

from __future__ import annotations

from pathlib import Path

import click
from miroir import CollectRequest


@click.command("horizon-export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_context
def horizon_export(ctx: click.Context, path: Path) -> None:
    """Check an export of adhesions; exit code 1 when lines are refused."""
    from miroir_gps_exemple.adhesions import HorizonAdhesions

    export = HorizonAdhesions(path=path)
    refused = 0
    for file in export.collect(CollectRequest()):
        reading = export.read(file)
        click.echo(f"{file.name}: {len(reading.conditions)} conditions taken")
        for refusal in reading.refusals:
            refused += 1
            click.echo(f"{refusal.file}:{refusal.line}: {refusal.reason}", err=True)
    if refused:
        click.echo(f"{refused} lines refused", err=True)
        ctx.exit(1)
