"""`miroir adhesion check` and `menu`."""

from __future__ import annotations

from datetime import date, datetime

import click

from miroir.cli.adhesion.desk import at_work, siren_argument
from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings


@click.command("check")
@siren_argument
@click.option("--all", "every", is_flag=True, help="What asks for nothing too.")
@FORMAT
@config_option
def check(siren: str, every: bool, format: str) -> None:
    """Set the contract of SIREN beside its declarations and the regulation.

    Each incoherence has the number that `propose --only` takes. Exit code 3
    when there is one that is not minor.
    """
    from miroir.adhesion.model import Severity
    from miroir.operations.adhesion.examining import examine

    with at_work() as workplace:
        found = examine(workplace, siren)
    if format == "json":
        from miroir.cli.adhesion.documents import examination_document

        print_json(examination_document(found))
    else:
        from miroir.cli.adhesion.pages import examination_page

        click.echo(examination_page(found, every=every))
    if any(one.severity is not Severity.MINOR for one in found.found):
        raise SystemExit(3)


@click.command("menu")
@click.option("--category", type=click.Choice(["01", "02", "04"]), help="Of one CPN.")
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Open on a day; today."
)
@config_option
def menu(category: str | None, day: datetime | None) -> None:
    """List the guarantees that may be chosen on a day."""
    from miroir.operations.adhesion.menus import menu_of

    found = menu_of(current_settings())
    on = day.date() if day else date.today()
    rows = [
        (each.code, ", ".join(each.categories), each.requires.value, each.label)
        for each in found.guarantees
        if each.open_on(on) and category in (None, *each.categories)
    ]
    print_table(("CODE", "CATÉGORIES", "SUPPOSE", "GARANTIE"), rows)
