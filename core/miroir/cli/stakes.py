"""`miroir stakes PATH... | SIREN`: what a company's gaps cost, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from miroir.cli.one_company import (
    adhesions_option,
    as_of_option,
    company_option,
    found_at,
)
from miroir.cli.output.mask import Mask
from miroir.cli.state import config_option


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | SIREN")
@adhesions_option
@company_option
@as_of_option
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@config_option
def stakes(
    paths: Sequence[str],
    adhesions: Path | None,
    company: str | None,
    as_of: date,
    form: str,
) -> None:
    """Show what the gaps of a company cost: euros, surcharges, points.

    Estimates, line by line with rule, parameters and source: contributions
    owed and overpaid by payment and by cause, surcharges for late payment at
    the rate of each month late, points of each employee. What has no published
    value is said to have none. From files, or from the store for a SIREN.
    """
    from miroir.cli.output.stakes import as_text
    from miroir.cli.output.stakes_json import as_json
    from miroir.stakes.company import stakes_of

    found = found_at(paths, adhesions, company)
    counted = stakes_of(found.analysis, as_of)
    mask = Mask(found.name_of)
    shown = as_json if form == "json" else as_text
    click.echo(shown(counted, mask), nl=False)
