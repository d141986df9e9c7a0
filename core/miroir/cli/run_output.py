"""What `miroir run` says: progress on a terminal, figures, what was left out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from miroir.recomputation.bulk.calendar import month_of
from miroir.types.amounts import format_euros

if TYPE_CHECKING:
    from miroir.operations.bulk.assembling import Published
    from miroir.operations.bulk.plan import Plan
    from miroir.operations.bulk.results import ShardResult
    from miroir.types.source import Refusal

_EVERY = 500


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """A number rewritten on a terminal; nothing elsewhere."""
    shown = sys.stderr.isatty()

    def say(count: int) -> None:
        if shown and count % _EVERY == 0:
            click.echo(f"\r{count} files {what}\033[K", nl=False, err=True)

    yield say
    if shown:
        click.echo("\r\033[K", nl=False, err=True)


@contextmanager
def working(plan: Plan) -> Iterator[Callable[[Sequence[ShardResult]], None]]:
    """Shards done, employees a second and time left; on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda results: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    total = sum(month.bytes for month in plan.months) or 1
    with Progress(*columns, console=Console(stderr=True)) as progress:
        label = str(month_of(plan.period))
        task = progress.add_task(label, total=total, rate="")
        employees = 0

        def say(results: Sequence[ShardResult]) -> None:
            nonlocal employees
            employees += sum(result.figures["employees"] for result in results)
            elapsed = progress.tasks[0].elapsed or 1
            progress.update(
                task,
                advance=sum(result.figures["bytes"] for result in results),
                rate=f"{employees / elapsed:,.0f} employees/s",
            )

        yield say


def tell_earlier(plan: Plan) -> None:
    """The months that come first, on stderr."""
    *earlier, _ = (month_of(month.period) for month in plan.months)
    if earlier:
        names = ", ".join(str(month) for month in earlier)
        click.echo(f"Worked first, not published or changed since: {names}", err=True)


def tell_published(published: Iterable[Published]) -> None:
    """What was published, then what is in none of it."""
    for month in published:
        click.echo(figures_line(str(month.period), month.figures))
        tell(month.unprocessed)


def figures_line(label: str, figures: Mapping[str, int]) -> str:
    """The figures of a month or of a shard's part of it."""
    by_person = figures["employees"] - figures["sure"]
    return (
        f"{label}: {figures['files']} files, {figures['current']} declarations,"
        f" {figures['employees']} employees ({by_person} read in full),"
        f" {figures['gaps']} gaps, {figures['revisions']} lines of other months,"
        f" declared {format_euros(figures['declared'])},"
        f" due {format_euros(figures['due'])}"
    )


def tell(refusals: Sequence[Refusal]) -> None:
    """What was not taken, and why, on stderr."""
    if not refusals:
        return
    click.echo(f"Not processed: {len(refusals)}", err=True)
    for each in refusals:
        remedy = f" -> {each.remedy}" if each.remedy else ""
        click.echo(
            f"  {each.file}:{each.line}: {each.code}: {each.reason}{remedy}", err=True
        )
