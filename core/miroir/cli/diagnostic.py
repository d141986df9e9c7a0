"""`miroir diagnostic`: what to send to whoever helps, with nobody in it."""

from __future__ import annotations

from pathlib import Path

import click

from miroir.cli.state import config_option, current_state


@click.group()
def diagnostic() -> None:
    """Gather what helps to understand a problem."""


@diagnostic.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A log file to join; its last lines, masked. May be repeated.",
)
@config_option
def bundle(file: Path, logs: tuple[Path, ...]) -> None:
    """Write FILE, a zip: versions, settings, checks, plugins, states, counts.

    Secrets are hidden, what looks like a NIR or an IBAN is masked, and SIREN
    and SIRET are replaced by marks. Look at it before you send it.
    """
    from miroir.cli.output.bundle import written

    for name in written(file, current_state().config, logs):
        click.echo(f"  {name}", err=True)
    click.echo(str(file))
