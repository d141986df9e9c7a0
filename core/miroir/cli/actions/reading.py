"""Looking at the outbox."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings

_STATES = (
    "pending",
    "in_flight",
    "unknown",
    "confirmed",
    "refused",
    "needs_person",
    "dead",
    "cancelled",
)
_OPEN = ("pending", "in_flight", "unknown", "refused", "needs_person", "dead")


@click.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(_STATES),
    help="Of these states; else all that is not ended.",
)
@click.option("--stuck", is_flag=True, help="Only what waits for a person.")
@click.option("--siren", default="", help="Of one company.")
@click.option("--kind", default="", help="Of one kind, such as mail.")
@config_option
@FORMAT
def list_actions(
    states: Sequence[str], stuck: bool, siren: str, kind: str, format: str
) -> None:
    """List actions in the order they were written."""
    from miroir.cli.output.actions import document, lines
    from miroir.operations.workplace import opened
    from miroir.outbox.model import STUCK, Status

    wanted = [Status(state) for state in states or _OPEN]
    with (
        opened(current_settings(), collecting=False) as workplace,
        workplace.store.read() as tables,
    ):
        rows = tables.outbox.listed(
            statuses=STUCK if stuck else wanted, siren=siren, kind=kind
        )
        ended = {}
        if not states and not stuck:
            ended = tables.outbox.ended(siren=siren, kind=kind)
        held = tables.outbox.held()
        breakers = tables.gates.breakers()
    if format == "json":
        print_json(document(rows, held, breakers, ended))
        return
    header, cells, remarks = lines(rows, held, breakers, ended)
    if cells:
        print_table(header, cells)
    for remark in remarks:
        click.echo(remark)


@click.command()
@click.argument("key")
@click.option("--content", is_flag=True, help="Show what is sent, too.")
@config_option
@FORMAT
def show(key: str, content: bool, format: str) -> None:
    """Show an action by its key, or by the beginning of it."""
    from miroir.cli.output.actions import shown_document, shown_lines
    from miroir.operations.outbox.deciding import show as find
    from miroir.operations.workplace import opened
    from miroir.outbox.payload import dump

    with (
        opened(current_settings(), collecting=False) as workplace,
        workplace.store.read() as tables,
    ):
        found = find(tables, key)
        payload = dump(tables.outbox.action(found.row)) if content else b""
    if format == "json":
        print_json(shown_document(found))
    else:
        for line in shown_lines(found):
            click.echo(line)
    if payload:
        sys.stdout.flush()
        click.echo(payload.decode())
