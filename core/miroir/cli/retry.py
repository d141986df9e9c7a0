"""`miroir retry`: take up what failed, or was not reached, of several companies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from miroir.cli.state import config_option, current_settings
from miroir.running import run_id

if TYPE_CHECKING:
    from miroir.operations.many import Result
    from miroir.operations.workplace import Workplace


@click.command()
@click.argument("run", required=False)
@config_option
def retry(run: str | None) -> None:
    """Redo the companies of RUN, or of the last run, that are not done.

    RUN is what `miroir reprocess` named, or its result file. Exit code 1 when
    one fails again.
    """
    from miroir.operations.many import left_over

    path, sirens = left_over(current_settings().runs, run)
    if not sirens:
        click.echo(f"{path}: everything is done", err=True)
        return
    redo_several(sirens, None)


def redo_several(sirens: Sequence[str], select: str | None) -> None:
    """Redo companies one by one; exits with 1 when one failed."""
    from miroir.operations.many import End, ResultFile, redo
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        wanted = list(dict.fromkeys([*sirens, *_selected(workplace, select)]))
        if not wanted:
            click.echo("no company is selected", err=True)
            return
        now = datetime.now(UTC)
        file = ResultFile(workplace.settings.runs, run_id(), now, wanted)
        ends = []
        try:
            for result in redo(workplace, wanted):
                file.note(result)
                ends.append(result.end)
                click.echo(_line(result))
        finally:
            _tell(len(wanted), ends.count(End.DONE), ends.count(End.FAILED), file.path)
    if End.FAILED in ends:
        sys.exit(1)


def _selected(workplace: Workplace, select: str | None) -> list[str]:
    from miroir.dossier.worklist import chosen

    if select is None:
        return []
    with workplace.store.read() as tables:
        lines = tables.worklists.lines(closed=True)
    found = chosen(lines, select, workplace.clock())
    return [line.dossier.siren for line in found]


def _line(result: Result) -> str:
    told = result.error or f"{result.changes} changes"
    return f"{result.siren}: {result.end} in {result.seconds:.1f} s, {told}"


def _tell(wanted: int, done: int, failed: int, path: object) -> None:
    left = wanted - done - failed
    click.echo(f"{done} done, {failed} failed, {left} not reached: {path}", err=True)
    if failed or left:
        click.echo("Next: `miroir retry`.", err=True)
