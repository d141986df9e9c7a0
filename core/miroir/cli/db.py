"""`miroir db`: the store's revision, its copies, putting one back."""

from __future__ import annotations

from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click

from miroir.cli.state import config_option, current_settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """Check, upgrade, copy and restore the store."""


@db.command()
@config_option
@click.pass_context
def check(ctx: click.Context) -> None:
    """Say whether the store is at the right revision, and whole.

    Exit code 1 when it is not.
    """
    from miroir.store.schema import check as problems_of
    from miroir.store.schema import head

    problems = problems_of(current_settings().store.url)
    for problem in problems:
        click.echo(problem)
    if problems:
        ctx.exit(1)
    click.echo(f"store: at revision {head()}, whole")


@db.command()
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@config_option
def upgrade(plan: bool) -> None:
    """Bring the store to the revision of this version, in one transaction.

    There is no way back: take a copy first, with `miroir db backup`.
    """
    from miroir.store.schema import pending
    from miroir.store.schema import upgrade as bring

    url = current_settings().store.url
    steps = pending(url)
    for step in steps:
        click.echo(f"{step.revision}: {step.summary}")
    if not steps:
        click.echo("store: nothing to do")
    elif plan:
        click.echo(f"{len(steps)} to do; `miroir db backup FILE` first", err=True)
    else:
        bring(url)
        click.echo("store: upgraded")


@db.command()
@click.argument("file", type=_FILE)
@config_option
def backup(file: Path) -> None:
    """Copy the store into FILE while it works. FILE must not be there yet.

    The keys and the archive are copied apart; without the keys the copy cannot
    be read.
    """
    from miroir.store.copies.copying import backup as copy

    settings = current_settings()
    copy(settings.store.url, file)
    click.echo(str(file))
    click.echo(f"Keep {settings.keys.file} elsewhere too.", err=True)


@db.command()
@click.argument("file", type=_FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def restore(file: Path, yes: bool) -> None:
    """Put the copy FILE in the place of the store, and send nothing.

    Stop every process that uses the store first. What was sent after the copy
    was taken is not in it, so that nothing goes out until `miroir actions
    reconcile` has looked for it.
    """
    from miroir.store.copies.copying import restore as put_back

    settings = current_settings()
    if not yes:
        click.confirm("Is nothing using the store?", abort=True, err=True)
    aside = put_back(settings.store.url, file, getuser(), datetime.now(UTC))
    if aside:
        click.echo(f"the former store is kept: {aside}")
    click.echo("store: restored, and held: nothing is sent")
    click.echo("Next: `miroir actions reconcile`, then start the workers.", err=True)
