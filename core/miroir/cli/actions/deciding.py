"""What a person does about actions; the journal keeps who, and why."""

from __future__ import annotations

import click

from miroir.cli.dossiers.desk import acting, tell
from miroir.cli.state import current_settings

key_argument = click.argument("key")
why_option = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; the journal keeps it."
)


@click.command()
@key_argument
@why_option
@acting
def replay(key: str, reason: str, actor: str) -> None:
    """Let an action that was refused or could not be sent wait again.

    It keeps its key: what the other side did already, it does not do again.
    """
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        row = deciding.replay(tables, key, actor, reason)
    tell(f"{row.key[:12]} : remise en attente d'envoi.")


@click.command()
@key_argument
@why_option
@acting
def cancel(key: str, reason: str, actor: str) -> None:
    """Cancel an action that has not gone out, and what waits for it."""
    from miroir.cli.output.actions import kind_fr
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        gone = deciding.cancel(workplace, tables, key, actor, reason)
    for row in gone:
        tell(f"{row.key[:12]} : annulée ({kind_fr(row.kind)}).")


@click.command()
@key_argument
@why_option
@acting
def discard(key: str, reason: str, actor: str) -> None:
    """Give up a stuck action that surely was not carried out.

    What waits for it is cancelled too, unless a change of adhesion that they
    follow has been made: it then goes on without it.
    """
    from miroir.cli.output.actions import kind_fr
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        gone = deciding.discard(workplace, tables, key, actor, reason)
    for row in gone:
        tell(f"{row.key[:12]} : abandonnée ({kind_fr(row.kind)}).")


@click.command()
@key_argument
@click.argument("choice", type=click.Choice(["done", "resend", "abandon"]))
@why_option
@acting
def decide(key: str, choice: str, reason: str, actor: str) -> None:
    """Say what became of an action whose answer was lost.

    done: it was carried out; resend: it was not, send it again; abandon: it
    was not, and is not to be. Another person confirms.
    """
    from miroir.cli.output.actions import choice_fr
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened
    from miroir.outbox.model import Choice

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        row = deciding.decide(tables, key, Choice(choice), actor, reason)
    said = choice_fr(row.proposed)
    tell(f"{row.key[:12]} : {said}, proposé par {actor} ; une autre personne confirme.")


@click.command()
@key_argument
@click.option(
    "--receipt", default="", metavar="ID", help="The other side's number, if done."
)
@why_option
@acting
def confirm(key: str, receipt: str, reason: str, actor: str) -> None:
    """Confirm what another person said became of an action."""
    from miroir.cli.output.actions import status_fr
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        row = deciding.confirm(workplace, tables, key, actor, reason, receipt)
    tell(f"{row.key[:12]} : {status_fr(row.status)}.")


@click.command()
@why_option
@acting
def hold(reason: str, actor: str) -> None:
    """Send nothing any more, as after a restore, until `reconcile`.

    Every action that is not ended is then in doubt: it may have gone out.
    """
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        count = deciding.hold(workplace, actor, reason)
    tell(f"Envois suspendus ; {count} action(s) en doute.")


@click.command()
@why_option
@acting
def reconcile(reason: str, actor: str) -> None:
    """End the hold: send again, after looking for what is in doubt.

    Redo first what was done since the backup (`miroir reprocess`): what it
    writes again in the outbox is in doubt as well.
    """
    from miroir.cli.output.actions import way_fr
    from miroir.operations.outbox import deciding
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        counts = deciding.reconcile(workplace, actor, reason)
    tell("Envois repris.")
    for way, count in sorted(counts.items()):
        tell(f"- {count} action(s) en doute : {way_fr(way)}")
