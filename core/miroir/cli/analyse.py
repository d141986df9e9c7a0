"""`miroir analyse`: the main job on files, with no configuration."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import click

from miroir.cli.output import FORMATS, write
from miroir.cli.persons import naming
from miroir.cli.state import installed_plugins
from miroir.pipeline import Knowledge
from miroir.pipeline import analyse as run
from miroir.plugins.judging import Judging
from miroir.plugins.manager import PluginManager
from miroir.source.paths import dsn_paths, no_file, read_paths
from miroir.types.adhesion import AdhesionCondition
from miroir.types.campaign import CampaignLine
from miroir.types.diagnosis import Analysis
from miroir.types.identity import is_siren
from miroir.types.source import (
    AdhesionSource,
    CampaignReading,
    ReceivedFile,
    Refusal,
    RowSource,
)

NOTHING_READABLE, GAPS_FOUND = 1, 3
ADHESION_CONNECTOR, CAMPAIGN_CONNECTOR = "adhesion-csv", "campaign-file"


class _DsnPath(click.Path):
    """A file or a folder; a SIREN is told where it goes."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        compact = str(value).replace(" ", "")
        if is_siren(compact) and not Path(value).exists():
            self.fail(
                f"{value} is a SIREN, and no file or folder has this name. "
                f"`miroir reprocess {compact}` analyses a company of the store.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@click.command()
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=_DsnPath(exists=True, path_type=Path),
)
@click.option(
    "--adhesions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Adhesion conditions (CSV); standard ones are assumed without.",
)
@click.option(
    "--campaign",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Campaign lines (CSV, XLSX): what the federation holds and computes.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reveal-nir", is_flag=True, help="Show the NIR, not a pseudonym.")
@click.option("--accept-tests", is_flag=True, help="Read test envelopes too.")
@click.option("--explain", is_flag=True, help="Show how each amount was made.")
@click.option("--fail-on-gap", is_flag=True, help="Exit 3 when there is a gap.")
def analyse(
    paths: Sequence[Path],
    adhesions: Path | None,
    campaign: Path | None,
    form: str,
    output: Path | None,
    reveal_nir: bool,
    accept_tests: bool,
    explain: bool,
    fail_on_gap: bool,
) -> None:
    """Read DSN files or folders, recompute, compare and diagnose.

    Needs no configuration and no database. Exit codes: 0 done, whether there
    are gaps or not; 1 nothing could be read; 2 wrong usage; 3 with
    --fail-on-gap when there are gaps.
    """
    plugins = installed_plugins()
    conditions: tuple[AdhesionCondition, ...] | None = None
    refused: tuple[Refusal, ...] = ()
    if adhesions is not None:
        file = ReceivedFile.from_path(adhesions)
        conditions, refused = conditions_from(file, plugins)
    lines: tuple[CampaignLine, ...] = ()
    if campaign is not None:
        lines, not_taken = campaign_from(ReceivedFile.from_path(campaign), plugins)
        refused += not_taken
    files, remarks = dsn_paths(paths)
    knowledge = Knowledge(
        diagnostics=plugins.diagnostics(),
        conditions=conditions,
        judging=Judging.of(plugins),
        containment=plugins.containment,
        accept_tests=accept_tests,
        campaign=lines,
    )
    # One by one, so that the bar moves with the reading and not before it.
    nothing = () if files else (no_file(paths),)
    received = chain(refused, nothing, _with_progress(files))
    with all_kept():
        analysis = run(received, knowledge, observations=remarks)
        write(analysis, form, naming(reveal_nir), output, explain=explain)
        sys.exit(exit_code(analysis, fail_on_gap))


@contextmanager
def all_kept() -> Iterator[None]:
    """No collection of cycles: all that is read is kept until the end, and to
    look through it again and again would take half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def exit_code(analysis: Analysis, fail_on_gap: bool) -> int:
    """0, 1 or 3, as `analyse --help` says."""
    read = any(
        version.status != "rejected"
        for company in analysis.companies
        for version in company.view.versions
    )
    if not read:
        return NOTHING_READABLE
    gaps = any(
        company.view.gaps
        or any(
            not payment.accepted and abs(payment.amount) > company.view.tolerance
            for payment in company.view.payments
        )
        for company in analysis.companies
    )
    return GAPS_FOUND if gaps and fail_on_gap else 0


def conditions_from(
    file: ReceivedFile, plugins: PluginManager
) -> tuple[tuple[AdhesionCondition, ...], tuple[Refusal, ...]]:
    """Conditions of a CSV file, read by the connector that a GPS may use."""
    connector = plugins.sources()[ADHESION_CONNECTOR].value.source
    assert issubclass(connector, AdhesionSource)
    source = connector(path=Path(file.name))  # type: ignore[call-arg]
    reading = source.read(file)
    return reading.conditions, reading.refusals


def campaign_from(
    file: ReceivedFile, plugins: PluginManager
) -> tuple[tuple[CampaignLine, ...], tuple[Refusal, ...]]:
    """Lines of a campaign file, read by the connector that a GPS may use."""
    connector = plugins.sources()[CAMPAIGN_CONNECTOR].value.source
    assert issubclass(connector, RowSource)
    reading = connector(path=Path(file.name)).read(file)  # type: ignore[call-arg]
    assert isinstance(reading, CampaignReading)
    return reading.lines, reading.refusals


def _with_progress(files: Sequence[Path]) -> Iterator[ReceivedFile | Refusal]:
    """Files one by one, with a bar on a terminal's stderr."""
    received: Iterable[ReceivedFile | Refusal] = read_paths(files)
    if not sys.stderr.isatty() or len(files) < 20:
        yield from received
        return
    with click.progressbar(
        received, length=len(files), label="DSN", file=sys.stderr
    ) as bar:
        yield from bar
