"""`miroir reprocess SIREN...`: redo companies, say what changed and why."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from miroir.cli.output import FORMATS, write
from miroir.cli.state import config_option, current_settings
from miroir.types.identity import PersonNumber, is_siren
from miroir.types.period import Month

if TYPE_CHECKING:
    from miroir.operations.reprocess import Reprocessed
    from miroir.types.amounts import Cents


def _sirens(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_siren, values)))


def _siren(value: str) -> str:
    compact = value.replace(" ", "")
    if not is_siren(compact):
        raise click.BadParameter(f"{value} is not a SIREN (nine digits, right key)")
    return compact


def _month(_: click.Context, __: click.Parameter, value: str | None) -> Month | None:
    try:
        return Month.parse(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("sirens", metavar="SIREN...", nargs=-1, callback=_sirens)
@click.option(
    "--select",
    help="The companies of these dossiers, as `miroir dossiers list --select`.",
)
@click.option("--since", callback=_month, metavar="YYYY-MM")
@click.option("--dry-run", is_flag=True, help="Collect nothing, store nothing.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reveal-nir", is_flag=True, help="Show the NIR, not a pseudonym.")
@config_option
def reprocess(
    sirens: tuple[str, ...],
    select: str | None,
    since: Month | None,
    dry_run: bool,
    form: str,
    output: Path | None,
    reveal_nir: bool,
) -> None:
    """Recollect, recompute and rediagnose one company, or several.

    Says what changed since the last time, and why it may have. With
    --dry-run, from what is stored already, and nothing is written. Several
    companies are told one line each; one that fails is set aside, and `miroir
    retry` takes it up. Exit code 1 when one failed, or when a source could not
    be collected: the company is then redone with what was received before.
    """
    if select is None and len(sirens) == 1:
        _one(sirens[0], since, dry_run, form, output, reveal_nir)
        return
    if not sirens and select is None:
        raise click.UsageError("Give SIREN..., or --select.")
    if since or dry_run or output or reveal_nir or form != "table":
        raise click.UsageError("The other options are for one company.")
    from miroir.cli.retry import redo_several

    redo_several(sirens, select)


def _one(
    siren: str,
    since: Month | None,
    dry_run: bool,
    form: str,
    output: Path | None,
    reveal_nir: bool,
) -> None:
    from miroir.cli.sync import tell_refusals
    from miroir.operations.reprocess import reprocess as redo
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        done = redo(workplace, siren, since=since, dry_run=dry_run)
        tolerance = workplace.settings.gap.tolerance_cents
        name_of = PersonNumber.reveal if reveal_nir else workplace.keys.pseudonym
    for report in done.reports:
        tell_refusals(report)
        if report.error:
            click.echo(f"{report.source}: {report.error}", err=True)
    if form == "json":
        _write_json(done, name_of, tolerance, output)
    else:
        for line in _lines(done):
            click.echo(line, err=form != "table" or output is not None)
        write(done.analysis, form, name_of, output, tolerance)
    if any(report.error for report in done.reports):
        sys.exit(1)


def _lines(done: Reprocessed) -> list[str]:
    """What changed, in French: an adviser reads it."""
    last = "jamais analysée"
    if done.previous_at is not None:
        last = f"dernière analyse le {done.previous_at.astimezone():%d/%m/%Y à %H:%M}"
    lines = [f"Depuis la dernière fois ({last})"]
    lines += [f"  pourquoi\u00a0: {reason}" for reason in done.reasons]
    if done.previous_at is not None:
        lines += [f"  {change.label}" for change in done.changes]
        if not done.changes:
            lines.append("  rien n’a changé")
    if done.dossier:
        lines.append(f"  dossier\u00a0: {done.dossier}")
    return lines


def _write_json(
    done: Reprocessed,
    name_of: Callable[[PersonNumber], str],
    tolerance: Cents,
    output: Path | None,
) -> None:
    from miroir.cli.output.analysis_json import document
    from miroir.cli.output.json_text import text_of
    from miroir.cli.output.mask import Mask

    whole = {
        **document(done.analysis, Mask(name_of), tolerance),
        "previous_at": done.previous_at.isoformat() if done.previous_at else None,
        "reasons": list(done.reasons),
        "dossier": done.dossier or None,
        "changes": [
            {
                "kind": change.kind.value,
                "label": change.label,
                "siret": change.siret,
                "employee": change.employee,
                "period": str(change.period) if change.period else None,
                "cause": change.cause,
            }
            for change in done.changes
        ],
    }
    text = "".join(text_of(whole))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
