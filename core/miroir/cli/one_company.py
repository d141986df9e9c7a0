"""One company analysed, from files or from the configured workplace's store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.errors import NothingFound
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.diagnosis import CompanyAnalysis
from miroir.types.identity import PersonNumber, is_siren
from miroir.types.source import ReceivedFile, Refusal

if TYPE_CHECKING:
    from miroir.config.settings import Settings

MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCompany:
    """An analysis, how its persons are named, what counts as a gap (cents).

    `settings`: those of the workplace that it comes from, None for files.
    """

    analysis: CompanyAnalysis
    name_of: Callable[[PersonNumber], str]
    tolerance: Cents
    settings: Settings | None = None


def siren_of(text: str) -> str | None:
    """A SIREN as it may be typed, «640 151 353»; None for anything else."""
    compact = "".join(text.split())
    return compact if is_siren(compact) else None


def _company(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    siren = siren_of(value)
    if siren is None:
        raise click.BadParameter(f"{value} is not a SIREN (nine digits, right key)")
    return siren


def _day(_: click.Context, __: click.Parameter, value: datetime | None) -> date:
    return value.date() if value is not None else date.today()


as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_day,
    metavar="YYYY-MM-DD",
    help="The day of the document, to which surcharges are counted; today without.",
)
adhesions_option = click.option(
    "--adhesions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Adhesion conditions (CSV), with files; standard ones are assumed without.",
)
company_option = click.option(
    "--company", callback=_company, metavar="SIREN", help="Of several."
)


def found_at(
    paths: Sequence[str], adhesions: Path | None, company: str | None
) -> OneCompany:
    """From files; from the store when a SIREN stands where no file does."""
    first = Path(paths[0])
    siren = siren_of(paths[0]) if len(paths) == 1 and not first.exists() else None
    if siren is not None:
        if adhesions is not None:
            raise click.UsageError("--adhesions goes with files: the store has its own")
        return from_store(siren)
    for path in paths:
        if not Path(path).exists():
            raise click.UsageError(
                f"{path}: no such file or folder, and not a SIREN (nine digits, right"
                " key)"
            )
    return from_files([Path(path) for path in paths], adhesions, company)


def from_files(
    paths: Sequence[Path], adhesions: Path | None, siren: str | None
) -> OneCompany:
    """Read, recompute and diagnose one company of some files.

    Refusals are told on stderr. Raises NothingFound when the files do not
    declare the company, or declare several and none was chosen.
    """
    from miroir.cli.analyse import conditions_from
    from miroir.cli.persons import naming
    from miroir.cli.state import installed_plugins
    from miroir.pipeline import Knowledge, analyse
    from miroir.plugins.judging import Judging
    from miroir.source.paths import dsn_paths, no_file, read_paths

    plugins = installed_plugins()
    conditions: tuple[AdhesionCondition, ...] | None = None
    refused: tuple[Refusal, ...] = ()
    if adhesions is not None:
        conditions, refused = conditions_from(
            ReceivedFile.from_path(adhesions), plugins
        )
    files, _ = dsn_paths(paths)
    nothing = () if files else (no_file(paths),)
    knowledge = Knowledge(
        diagnostics=plugins.diagnostics(),
        conditions=conditions,
        judging=Judging.of(plugins),
        containment=plugins.containment,
    )
    found = analyse(chain(refused, nothing, read_paths(files)), knowledge)
    _tell(found.refusals)
    company = _chosen(found.companies, siren)
    _tell_failures(company)
    return OneCompany(
        analysis=company, name_of=naming(False), tolerance=knowledge.tolerance
    )


def from_store(siren: str) -> OneCompany:
    """One company from what was received before; nothing is written.

    Raises NothingFound when no declaration of the company is known, and what
    opening the workplace raises.
    """
    from miroir.cli.state import current_settings
    from miroir.operations.recording import judged, stored_readings
    from miroir.operations.workplace import opened
    from miroir.pipeline import analyse_company

    settings = current_settings()
    with opened(settings) as workplace:
        readings = stored_readings(workplace, siren)
        with workplace.store.read() as tables:
            conditions = tables.adhesions.conditions_of(siren)
            campaign = tables.campaigns.lines_of(siren)
        versions = judged(readings, siren)
        if not versions:
            raise NothingFound(
                f"No declaration of {siren} is known. Check the SIREN, or collect its"
                " files first with `miroir sync`."
            )
        knowledge = workplace.knowledge(conditions, campaign)
        company = analyse_company(siren, versions, knowledge)
        name_of = workplace.keys.pseudonym
    _tell_failures(company)
    return OneCompany(
        analysis=company,
        name_of=name_of,
        tolerance=knowledge.tolerance,
        settings=settings,
    )


def _chosen(companies: Sequence[CompanyAnalysis], siren: str | None) -> CompanyAnalysis:
    declared = listed(company.view.siren for company in companies)
    if not companies:
        raise NothingFound("No company is declared in these files.")
    if siren is None and len(companies) > 1:
        raise NothingFound(
            f"These files declare {len(companies)} companies: choose one with"
            f" --company. They are: {declared}."
        )
    for company in companies:
        if siren in (None, company.view.siren):
            return company
    raise NothingFound(f"These files do not declare {siren}. They declare: {declared}.")


def listed(items: Iterable[str]) -> str:
    """The first ones, and how many there are when some are left out."""
    found = list(items)
    shown = ", ".join(found[:MOST_LISTED])
    left = len(found) - MOST_LISTED
    return f"{shown}… ({len(found)} in all)" if left > 0 else shown


def _tell(refusals: Iterable[Refusal]) -> None:
    from miroir.privacy import mask

    for one in refusals:
        said = f"{one.file}:{one.line}: {one.code}: {one.reason} -> {one.remedy}"
        click.echo(mask(said), err=True)


def _tell_failures(company: CompanyAnalysis) -> None:
    """A diagnostic that failed leaves gaps without a cause: it must be known."""
    for failure in company.failures:
        click.echo(failure, err=True)
