"""`miroir sync`: collect what is new from the configured sources."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from miroir.cli.state import config_option, current_settings

if TYPE_CHECKING:
    from miroir.operations.sync import SourceReport


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@config_option
def sync(sources: Sequence[str]) -> None:
    """Collect what is new from SOURCE..., or from every configured source.

    Files already known are passed over; an interrupted collection goes on
    where it stopped. Companies whose dossiers have news are analysed again. Exit code 1 when a source could not be collected; the
    others are collected all the same.
    """
    from miroir.operations.reprocess import follow_new
    from miroir.operations.sync import chosen, collect
    from miroir.operations.workplace import opened

    failed = False
    with opened(current_settings()) as workplace:
        if not workplace.sources:
            click.echo(
                "No source is configured: add a [sources.<name>] table.", err=True
            )
        for configured in chosen(workplace, sources):
            report = collect(workplace, configured, say=_progress())
            click.echo(
                f"{report.source}: {report.given} files given, {report.new} new,"
                f" {len(report.sirens)} companies, {len(report.refusals)} refusals"
            )
            tell_refusals(report)
            if report.error:
                failed = True
                click.echo(f"  {report.source}: {report.error}", err=True)
        for done in follow_new(workplace):
            siren = done.analysis.companies[0].view.siren
            click.echo(f"dossier {siren}: {done.dossier or 'rien de nouveau'}")
    sys.exit(1 if failed else 0)


def tell_refusals(report: SourceReport) -> None:
    """What was refused of a source's files, on stderr."""
    from miroir.privacy import mask

    for refusal in report.refusals:
        click.echo(
            mask(
                f"  {refusal.file}:{refusal.line}: {refusal.code}: {refusal.reason}"
                f" -> {refusal.remedy}"
            ),
            err=True,
        )


def _progress() -> Callable[[str], None]:
    """One line rewritten on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return lambda message: None
    return lambda message: click.echo(f"\r{message}\033[K", nl=False, err=True)
