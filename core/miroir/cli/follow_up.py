"""`miroir schedule follow-up`: what choices in menus start and end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from miroir.cli.listing import FORMAT, print_json
from miroir.cli.state import config_option, current_settings
from miroir.types.identity import is_siren
from miroir.types.schedule import Subject

if TYPE_CHECKING:
    from miroir.operations.schedule.followups import FollowUpPlan
    from miroir.operations.workplace import Workplace
    from miroir.schedule.territories import Territory


def _siren(_: click.Context, __: click.Parameter, value: str) -> str:
    compact = value.replace(" ", "")
    if not is_siren(compact):
        raise click.BadParameter(f"{value} is not a SIREN (nine digits, right key)")
    return compact


def _choices(
    _: click.Context, __: click.Parameter, values: Sequence[str]
) -> Mapping[str, str]:
    choices: dict[str, str] = {}
    for value in values:
        menu, equals, chosen = value.partition("=")
        if not menu or not equals or not chosen:
            raise click.BadParameter(f"«{value}» is no choice such as echange=message")
        if choices.setdefault(menu, chosen) != chosen:
            raise click.BadParameter(f"two values are chosen in the menu «{menu}»")
    return choices


def _day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise click.BadParameter(f"«{value}» is no date such as 2026-03-30") from None


@click.command("follow-up")
@click.argument("siren", callback=_siren)
@click.option(
    "--choose",
    "choices",
    multiple=True,
    required=True,
    callback=_choices,
    metavar="MENU=VALUE",
    help="What was chosen in a menu; again for each menu.",
)
@click.option("--on", "day", callback=_day, metavar="YYYY-MM-DD", help="Else today.")
@click.option(
    "--territory",
    metavar="NAME",
    help="Of the company; else that of the configuration.",
)
@click.option("--dry-run", is_flag=True, help="Show them, save nothing.")
@config_option
@FORMAT
def follow_up(
    siren: str,
    choices: Mapping[str, str],
    day: date | None,
    territory: str | None,
    dry_run: bool,
    format: str,
) -> None:
    """Start the dated follow-ups of what was chosen about a company.

    Those that other choices had started, and that these do not, are
    cancelled. With --dry-run they are shown and nothing is saved.
    """
    from miroir.operations.workplace import opened
    from miroir.schedule.territories import territory as known

    settings = current_settings()
    try:
        place = known(territory or settings.schedule.territory)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--territory") from None
    with opened(settings) as workplace:
        made = _plan(workplace, siren, choices, day, place, dry_run)
    if format == "json":
        print_json(_document(made, dry_run))
        return
    _tell(made, siren, dry_run)


def _plan(
    workplace: Workplace,
    siren: str,
    choices: Mapping[str, str],
    day: date | None,
    place: Territory,
    dry_run: bool,
) -> FollowUpPlan:
    from miroir.operations.schedule.configured import follow_up_rules
    from miroir.operations.schedule.followups import plan, save, unknown_menus

    rules = follow_up_rules(workplace.settings, workplace.plugins)
    known = ", ".join(sorted({menu for rule in rules for menu in rule.when}))
    for menu in unknown_menus(rules, choices):
        told = f"No rule looks at the menu «{menu}»; rules look at: {known or 'none'}."
        click.echo(told, err=True)
    now = datetime.now(UTC)
    store = workplace.store
    with store.read() if dry_run else store.write() as tables:
        made = plan(
            tables,
            rules,
            choices,
            subject=Subject(kind="company", id=siren),
            chosen_on=day or now.astimezone(place.zone).date(),
            place=place,
        )
        if not dry_run:
            save(tables, made, now)
    return made


def _tell(made: FollowUpPlan, siren: str, dry_run: bool) -> None:
    """In French: an adviser reads it."""
    from miroir.cli.output.schedule_fr import moment
    from miroir.cli.output.typography import typographic

    dues = [
        *(("prévue", due) for due in made.added),
        *(("déjà prévue", due) for due in made.kept),
        *(("annulée", row.due) for row in made.cancelled),
    ]
    rows = [(state, moment(due), due.label) for state, due in dues]
    name = f"{siren[:3]}\u202f{siren[3:6]}\u202f{siren[6:]}"
    if not rows:
        click.echo(f"Aucune relance ne découle de ces choix pour l’entreprise {name}.")
    else:
        click.echo(typographic(f"Relances de l’entreprise {name} :"))
        widths = [max(len(row[0]) for row in rows), max(len(row[1]) for row in rows)]
        for state, when, label in rows:
            line = f"  {state:<{widths[0]}}  {when:<{widths[1]}}  {label}"
            click.echo(typographic(line))
    if dry_run:
        click.echo("Rien n’a été enregistré (--dry-run).")


def _document(made: FollowUpPlan, dry_run: bool) -> dict[str, object]:
    kinds = {
        "added": made.added,
        "kept": made.kept,
        "cancelled": tuple(row.due for row in made.cancelled),
    }
    return {
        "schema": "miroir.follow-ups/1",
        "saved": not dry_run,
        **{
            name: [
                {
                    "key": due.key,
                    "due_at": due.due_at.isoformat(),
                    "purpose": due.purpose,
                    "rule": due.rule,
                    "label": due.label,
                }
                for due in dues
            ]
            for name, dues in kinds.items()
        },
    }
