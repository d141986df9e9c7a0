"""`miroir schedule due`: the rows that come due once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings
from miroir.types.schedule import Subject

if TYPE_CHECKING:
    from miroir.store.schedule.dues import StoredDue

_STATES = ("pending", "handed_over", "cancelled", "parked")


def _subject(
    _: click.Context, __: click.Parameter, value: str | None
) -> Subject | None:
    if value is None:
        return None
    kind, colon, id = value.partition(":")
    if not kind or not colon or not id:
        raise click.BadParameter(f"«{value}» is no subject such as dossier:42")
    return Subject(kind=kind, id=id)


@click.command("due")
@click.option("--subject", callback=_subject, metavar="KIND:ID", help="Of one subject.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(_STATES),
    default=("pending", "parked"),
    show_default=True,
)
@config_option
@FORMAT
def due_rows(subject: Subject | None, states: Sequence[str], format: str) -> None:
    """List rows that come due once: reminders, follow-ups."""
    from miroir.cli.output.schedule import local
    from miroir.operations.workplace import opened
    from miroir.store.schedule.dues import DueState

    wanted = [DueState(state) for state in states]
    settings = current_settings()
    with opened(settings) as workplace, workplace.store.read() as tables:
        rows = tables.dues.listed(subject=subject, states=wanted)
    if format == "json":
        print_json({"schema": "miroir.due/1", "due": [_row(row) for row in rows]})
        return
    place = settings.schedule.territory
    print_table(
        ("DUE", "STATE", "KEY", "MORE"),
        (
            (
                local(row.due.due_at, place),
                row.state.value,
                row.due.key,
                f"{row.due.label} ({row.reason})" if row.reason else row.due.label,
            )
            for row in rows
        ),
    )


def _row(row: StoredDue) -> dict[str, object]:
    due = row.due
    return {
        "key": due.key,
        "due_at": due.due_at.isoformat(),
        "zone": due.zone,
        "subject": {"kind": due.subject.kind, "id": due.subject.id},
        "purpose": due.purpose,
        "rule": due.rule,
        "label": due.label,
        "payload": dict(due.payload),
        "state": row.state.value,
        "failures": row.failures,
        "reason": row.reason,
    }
