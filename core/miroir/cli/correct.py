"""`miroir correct PATH... | SIREN`: what to correct, how, when, what is left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.one_company import (
    OneCompany,
    adhesions_option,
    as_of_option,
    company_option,
    found_at,
)
from miroir.cli.output import replacing
from miroir.cli.output.mask import Mask
from miroir.cli.state import config_option
from miroir.types.identity import PersonNumber

if TYPE_CHECKING:
    from miroir.correction.plan import Plan

FORMS = ("text", "json", "dsn")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | SIREN")
@adhesions_option
@company_option
@as_of_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text")
@click.option(
    "--reveal-nir", is_flag=True, help="Show social security numbers, never names."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@config_option
def correct(
    paths: Sequence[str],
    adhesions: Path | None,
    company: str | None,
    as_of: date,
    form: str,
    reveal_nir: bool,
    output: Path | None,
) -> None:
    """Write the correction plan of one company, and what it will leave.

    From DSN files or folders, or from the store when a SIREN is given. For each
    cause: who acts, and the exact blocks, rubriques and values, with the month
    of origin and the DSN that declares them. `dsn` writes them as a fragment to
    take up in the payroll; it is no file to deposit.
    """
    from miroir.correction.planning import plan_of

    found = found_at(paths, adhesions, company)
    plan = plan_of(found.analysis, as_of)
    content = _written(plan, form, found, reveal_nir)
    if not content:
        click.echo("Nothing of this plan is to be declared in a DSN.", err=True)
    elif output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        with replacing(output) as stream:
            stream.write(content)


def _written(plan: Plan, form: str, found: OneCompany, reveal: bool) -> bytes:
    name_of = PersonNumber.reveal if reveal else found.name_of
    mask = Mask(name_of)
    match form:
        case "json":
            from miroir.cli.output.correction_json import as_json

            return as_json(plan, mask).encode()
        case "dsn":
            from miroir.correction.masking import masked

            return b"".join(
                masked(one.content, name_of, reveal=reveal) for one in plan.declarations
            )
    from miroir.cli.output.correction_text import as_text

    return as_text(plan, mask).encode()
