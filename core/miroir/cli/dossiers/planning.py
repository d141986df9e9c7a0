"""Commands on many dossiers: what is next, who has what, campaigns, calendar."""

from __future__ import annotations

from pathlib import Path

import click

from miroir.cli.dossiers.desk import reading
from miroir.cli.listing import print_table
from miroir.cli.state import config_option, current_settings


@click.command("today")
@click.option("--adviser", default="", help="Only this adviser's.")
@click.option("--days", type=click.IntRange(0, 366), default=0, help="And the next.")
@click.option("--format", "form", type=click.Choice(["table", "ics"]), default="table")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@config_option
def today(adviser: str, days: int, form: str, output: Path | None) -> None:
    """Show the next actions: call-backs, promises to check, answers due."""
    from miroir.operations.dossiers.agenda import next_actions

    with reading() as desk:
        actions = next_actions(desk, adviser=adviser, days=days)
        zone, now = desk.rules.zone, desk.now
    if form == "ics":
        from miroir.cli.dossiers.export import calendar

        content = calendar(actions, now)
        if output is None:
            click.echo(content, nl=False)
        else:
            output.write_bytes(content)
        return
    print_table(
        ("QUAND", "SIREN", "CONSEILLER", "À FAIRE"),
        (
            (
                f"{action.due_at.astimezone(zone):%d/%m/%Y %H:%M}"
                + (" (en retard)" if action.late else ""),
                action.siren,
                action.adviser or "—",
                action.text,
            )
            for action in actions
        ),
    )


@click.command("advisers")
@config_option
def advisers() -> None:
    """Show the load of each adviser."""
    with reading() as desk:
        load = desk.tables.worklists.load()
        known = {adviser.name: adviser for adviser in desk.rules.advisers}
        day = desk.today
    rows = []
    for name in sorted({*load, *known}):
        adviser = known.get(name)
        away = adviser.away_until if adviser else None
        rows.append(
            (
                name,
                str(load.get(name, 0)),
                str(adviser.most) if adviser and adviser.most else "—",
                f"{away:%d/%m/%Y}" if away and away >= day else "—",
            )
        )
    print_table(("CONSEILLER", "DOSSIERS", "MAXIMUM", "ABSENT JUSQU’AU"), rows)


@click.command("campaigns")
@config_option
def campaigns() -> None:
    """Show the campaigns met or configured, and how far each one is."""
    from miroir.operations.dossiers.agenda import campaign_progress

    with reading() as desk:
        rows = campaign_progress(desk)
    print_table(
        ("CAMPAGNE", "EXERCICE", "FIN", "SIGNAUX", "DOSSIERS", "OUVERTS", "MÉMOIRE"),
        rows,
    )


@click.command("measure")
@config_option
def measure() -> None:
    """Measure the commitments whose day is over; to be run every day."""
    from miroir.operations.dossiers.commitments import measure_due
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        changed = measure_due(workplace)
    click.echo(f"{changed} commitments measured")
