"""`miroir dossiers list` and `show`: what there is to do, and what was done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.dossiers.desk import reading, siren_argument
from miroir.cli.listing import print_json, print_table
from miroir.cli.state import config_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from miroir.dossier.worklist import Line

_HEADER = (
    "SIREN",
    "ÉTAT",
    "CONSEILLER",
    "ÂGE",
    "ÉCARTS",
    "MONTANT",
    "ENGAGEMENT",
    "CAMPAGNE",
    "CAUSE",
)


@click.command("list")
@click.option(
    "--select",
    "selected",
    default="",
    metavar="CONDITIONS",
    help="Such as «adviser=marie amount>1000 age>30 state=to_call»; all must hold.",
)
@click.option("--closed", is_flag=True, help="Closed dossiers too.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "xlsx"]), default="table"
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@config_option
def list_dossiers(selected: str, closed: bool, form: str, output: Path | None) -> None:
    """List dossiers, the heaviest first.

    Conditions: adviser, state, campaign, cause, siren, holder, with = or !=
    and values separated by commas; age (days), amount (euros) and gaps, with
    = != < > <= >=. «adviser=none»: those that nobody has.
    """
    from miroir.dossier.worklist import chosen

    if form == "xlsx" and output is None:
        raise click.UsageError("--format xlsx writes a file: name it with -o FILE")
    with reading() as desk:
        every = desk.tables.worklists.lines(closed=closed or "closed" in selected)
        lines, now = chosen(every, selected, desk.now), desk.now
    if form == "json":
        print_json({"schema": "miroir.dossiers/1", "dossiers": _json(lines, now)})
    elif form == "xlsx" and output is not None:
        from miroir.cli.dossiers.export import write_xlsx

        write_xlsx(output, lines, now)
    else:
        print_table(_HEADER, (_row(line, now) for line in lines))


def _row(line: Line, now: datetime) -> tuple[str, ...]:
    from miroir.dossier.states import STATES
    from miroir.synthesis.french import euros

    return (
        line.dossier.siren,
        STATES[line.dossier.state],
        line.dossier.adviser or "—",
        f"{line.age(now)} j",
        str(line.gaps),
        euros(line.amount),
        f"{line.due_on:%d/%m/%Y}" if line.due_on else "—",
        ", ".join(line.campaigns) or "—",
        ", ".join(line.causes) or "—",
    )


def _json(lines: Sequence[Line], now: datetime) -> list[dict[str, object]]:
    from miroir.types.amounts import format_cents

    return [
        {
            "siren": line.dossier.siren,
            "state": line.dossier.state.value,
            "outcome": line.dossier.outcome.value if line.dossier.outcome else None,
            "adviser": line.dossier.adviser,
            "age_days": line.age(now),
            "gaps": line.gaps,
            "amount": format_cents(line.amount),
            "due_on": line.due_on.isoformat() if line.due_on else None,
            "campaigns": list(line.campaigns),
            "causes": list(line.causes),
        }
        for line in lines
    ]


@click.command("show")
@siren_argument
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@config_option
def show(siren: str, form: str) -> None:
    """Show a dossier: where it stands, its gaps, what was said, its thread."""
    from miroir.operations.dossiers.views import view_of

    with reading() as desk:
        found = view_of(desk, siren)
    if form == "json":
        from miroir.cli.dossiers.document import document

        print_json(document(found))
        return
    from miroir.cli.dossiers.page import page

    click.echo(page(found))
