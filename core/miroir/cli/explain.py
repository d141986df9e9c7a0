"""`miroir explain PATH|SIREN [EMPLOYEE] [PERIOD]`: how each amount was made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from miroir.cli.one_company import (
    OneCompany,
    adhesions_option,
    company_option,
    found_at,
    from_files,
    listed,
    siren_of,
)
from miroir.cli.output.mask import Mask
from miroir.cli.state import config_option
from miroir.errors import NothingFound
from miroir.types.calculation import MirrorLine
from miroir.types.identity import PersonNumber
from miroir.types.period import Month

ASKED = "-"
_PERIOD = re.compile(r"[0-9]{4}-[0-9]{1,2}")
_SEPARATORS = re.compile(r"[\s.\u00a0\u202f_-]")


@click.command()
@click.argument("source", metavar="PATH|SIREN")
@click.argument("employee", required=False)
@click.argument("period", required=False, metavar="[YYYY-MM]")
@click.option(
    "--from",
    "paths",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="With a SIREN, DSN files or folders in place of the store; may be repeated.",
)
@adhesions_option
@company_option
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text")
@config_option
def explain(
    source: str,
    employee: str | None,
    period: str | None,
    paths: Sequence[Path],
    adhesions: Path | None,
    company: str | None,
    form: str,
) -> None:
    """Show the computation line by line, each amount with where it comes from.

    Of DSN files or a folder, or of a company of the store by its SIREN.
    EMPLOYEE is a pseudonym, or a social security number, which is not shown;
    `-` asks for it, so that it stays out of the history of the shell. Without
    EMPLOYEE: every line with a gap. `explain dsn/ 2026-03` takes one month.
    """
    from miroir.cli.output import calculation

    if period is None and employee is not None and _PERIOD.fullmatch(employee):
        employee, period = None, employee
    month = _month(period)
    if employee == ASKED:
        employee = click.prompt("Employee", hide_input=True, err=True)
    found = _found(source, paths, adhesions, company)
    lines = _lines(found, employee, month)
    if employee is None:
        _tell_not_computed(found, month)
    mask = Mask(found.name_of)
    if form == "json":
        click.echo(
            calculation.as_json(found.analysis.view.siren, lines, mask), nl=False
        )
    elif lines:
        click.echo(calculation.as_text(lines, mask), nl=False)
    else:
        click.echo(_no_gap(found, month))


def _found(
    source: str, paths: Sequence[Path], adhesions: Path | None, company: str | None
) -> OneCompany:
    """`--from` gives the files of the company whose SIREN stands first."""
    if not paths:
        return found_at([source], adhesions, company)
    siren = siren_of(source)
    if siren is None:
        raise click.UsageError(f"{source} is not a SIREN (nine digits, right key)")
    if company not in (None, siren):
        raise click.UsageError("--company goes with a path: the SIREN is given already")
    return from_files(paths, adhesions, siren)


def _month(text: str | None) -> Month | None:
    try:
        return Month.parse(text) if text else None
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _lines(
    found: OneCompany, employee: str | None, month: Month | None
) -> list[MirrorLine]:
    """The lines asked for; raises NothingFound, saying what there is."""
    lines = sorted(
        found.analysis.view.mirror,
        key=lambda one: (
            one.siret,
            found.name_of(one.person),
            one.contract,
            one.period,
        ),
    )
    if employee is not None:
        lines = _of_employee(lines, employee, found)
    months = sorted({line.period for line in lines})
    if month is not None:
        lines = [line for line in lines if line.period == month]
        if not lines:
            whose = "this employee" if employee else found.analysis.view.siren
            raise NothingFound(
                f"Nothing of {whose} in {month}. There is: {listed(map(str, months))}."
            )
    if employee is None:
        return [line for line in lines if abs(line.gap.total) > found.tolerance]
    return lines


def _of_employee(
    lines: Sequence[MirrorLine], employee: str, found: OneCompany
) -> list[MirrorLine]:
    """The employee of a pseudonym or of a number, which no message repeats."""
    compact = _SEPARATORS.sub("", employee).upper()
    # A NIR is often typed with its key, two digits that the DSN leaves out.
    typed = {employee, compact, compact[:13] if len(compact) == 15 else compact}

    def meant(person: PersonNumber) -> bool:
        return found.name_of(person) == employee or person.reveal() in typed

    kept = [line for line in lines if meant(line.person)]
    if not kept:
        known = sorted({found.name_of(line.person) for line in lines})
        raise NothingFound(
            f"No such employee in {found.analysis.view.siren}. There are:"
            f" {listed(known)}."
        )
    return kept


def _tell_not_computed(found: OneCompany, month: Month | None) -> None:
    """Lines that no rule applies to have no gap: they would pass unseen."""
    left_out = [
        line
        for line in found.analysis.view.mirror
        if not line.computed and month in (None, line.period)
    ]
    if left_out:
        names = listed(sorted({found.name_of(line.person) for line in left_out}))
        click.echo(
            f"{len(left_out)} lines are not computed; name an employee to see why:"
            f" {names}",
            err=True,
        )


def _no_gap(found: OneCompany, month: Month | None) -> str:
    """Said rather than printing nothing."""
    from miroir.cli.output import french

    when = f" en {french.month(month)}" if month else ""
    return (
        f"Aucun écart au-delà de {french.euros(found.tolerance)} par salarié et"
        f" mois{when}. Pour voir le calcul d’un salarié, ajoutez son pseudonyme ou son"
        " numéro, ou un tiret pour qu’il soit demandé."
    )
