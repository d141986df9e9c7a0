"""`miroir schedule`: run what is scheduled, show it, act on what waits."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from miroir.cli.due import due_rows
from miroir.cli.follow_up import follow_up
from miroir.cli.listing import FORMAT, print_json, print_table
from miroir.cli.state import config_option, current_settings


@click.group()
def schedule() -> None:
    """Run what is scheduled, show what is to come."""


schedule.add_command(follow_up)
schedule.add_command(due_rows)


@schedule.command()
@config_option
def run() -> None:
    """Run until SIGTERM: collect, diagnose, hand over what is due, purge, anchor.

    One scheduler is live at a time; another one started on the same store
    waits, and takes over when the first dies. SIGTERM ends it cleanly.
    """
    import threading

    from miroir.operations.schedule.jobs import scheduled_jobs
    from miroir.operations.schedule.scheduler import Scheduler
    from miroir.operations.schedule.service import serve, stop_on_signals
    from miroir.operations.workplace import opened

    stop = threading.Event()
    with stop_on_signals(stop), opened(current_settings()) as workplace:
        timing = workplace.settings.schedule
        scheduler = Scheduler(workplace, scheduled_jobs(workplace))
        left = serve(
            scheduler,
            stop,
            tick_seconds=timing.tick_seconds,
            lease_seconds=timing.lease_seconds,
        )
    _leave(left)


def _leave(left: Sequence[str] | None) -> None:
    """End the process, even when a thread never does; None: the ticker died."""
    if left:
        click.echo(f"Not ended in time, to be run again: {', '.join(left)}.", err=True)
    if left is None or left:
        sys.stdout.flush()
        sys.stderr.flush()
        _exit_at_once(1 if left is None else 0)


def _exit_at_once(code: int) -> None:
    import os

    os._exit(code)


@schedule.command("run-once")
@click.argument("jobs", nargs=-1, metavar="[JOB...]")
@config_option
def run_once(jobs: Sequence[str]) -> None:
    """Hand over what is due and run the jobs that are due, or JOB..., then end.

    For a timer in place of `miroir schedule run`. Refused while a scheduler
    is live. Exit code 1 when a job failed.
    """
    from miroir.operations.schedule.once import run_once as once
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        done = once(workplace, jobs)
    click.echo(f"{done.handed_over} rows handed over")
    for state in done.jobs:
        click.echo(f"{state.name}: {state.state.value}: {state.outcome}")
    sys.exit(1 if done.failed else 0)


@schedule.command("list")
@config_option
@FORMAT
def list_jobs(format: str) -> None:
    """List jobs, sources and what waits, with how each stands."""
    from miroir.cli.output.schedule import document, lines
    from miroir.operations.schedule.outlook import outlook
    from miroir.operations.workplace import opened

    settings = current_settings()
    with opened(settings) as workplace:
        found = outlook(workplace)
    if format == "json":
        print_json(document(found))
        return
    for line in lines(found, settings.schedule.territory):
        click.echo(line)


@schedule.command()
@config_option
def status() -> None:
    """Say whether a scheduler is live; exit code 1 when none is."""
    from miroir.cli.output.schedule import live_line
    from miroir.operations.schedule.outlook import outlook
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        found = outlook(workplace)
    click.echo(live_line(found))
    sys.exit(0 if found.live else 1)


@schedule.command("next")
@click.option("-n", "count", type=click.IntRange(1, 1000), default=20)
@config_option
@FORMAT
def coming(count: int, format: str) -> None:
    """Show what comes next: jobs and rows that come due, in order."""
    from miroir.cli.output.schedule import local
    from miroir.operations.schedule.outlook import coming as find
    from miroir.operations.workplace import opened

    settings = current_settings()
    with opened(settings) as workplace:
        found = find(workplace, count)
    if format == "json":
        rows = [
            {"at": each.at.isoformat(), "what": each.what, "label": each.label}
            for each in found
        ]
        print_json({"schema": "miroir.schedule.next/1", "next": rows})
        return
    place = settings.schedule.territory
    print_table(
        ("AT", "WHAT", "MORE"),
        ((local(each.at, place), each.what, each.label) for each in found),
    )


@schedule.command()
@click.argument("source")
@click.option("--by", metavar="NAME", help="Who decides; you, without it.")
@config_option
def release(source: str, by: str | None) -> None:
    """Let a source that was held be collected again, as small as it is."""
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        watch = tables.watches.release(source, by or getpass.getuser(), _now())
    click.echo(f"{source}: released; {watch.size} is its size from now on")


@schedule.command()
@click.argument("key")
@click.option("--reason", required=True, help="Why, kept with the row.")
@config_option
def cancel(key: str, reason: str) -> None:
    """Cancel a row that waits, by its key."""
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        tables.dues.cancel_key(key, reason, _now())
    click.echo(f"{key}: cancelled")


@schedule.command()
@click.argument("key")
@config_option
def retry(key: str) -> None:
    """Let a row that was parked after failures wait again, by its key."""
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace, workplace.store.write() as tables:
        tables.dues.unpark(key, _now())
    click.echo(f"{key}: will be handed over at the next tick")


@schedule.command()
@config_option
def verify() -> None:
    """Compare the stored results with their anchors; exit code 1 if one differs."""
    from miroir.operations.schedule.verifying import verify as compare
    from miroir.operations.workplace import opened

    with opened(current_settings()) as workplace:
        found = compare(workplace)
    for problem in found.problems:
        click.echo(problem, err=True)
    click.echo(f"{found.anchors} anchors, {found.runs} results covered")
    sys.exit(1 if found.problems else 0)


def _now() -> datetime:
    return datetime.now(UTC)
