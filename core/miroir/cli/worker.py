"""`miroir worker`: carry out what the outbox holds."""

from __future__ import annotations

import sys

import click

from miroir.cli.state import config_option, current_settings


@click.command()
@click.option("--once", is_flag=True, help="One action per destination, then end.")
@click.option(
    "--until-idle", is_flag=True, help="End when nothing can go without a person."
)
@config_option
def worker(once: bool, until_idle: bool) -> None:
    """Send what waits in the outbox, until SIGTERM.

    Several may run at once, on one machine or on many. SIGTERM finishes what
    is under way. Exit code 1 while a restored store is held.
    """
    import threading

    from miroir.operations.outbox.worker import Worker, lanes
    from miroir.operations.schedule.service import stop_on_signals
    from miroir.operations.workplace import opened

    if once and until_idle:
        raise click.UsageError("--once and --until-idle exclude each other")
    stop = threading.Event()
    with stop_on_signals(stop), opened(current_settings()) as workplace:
        poll = workplace.settings.outbox.poll_seconds
        ready = Worker(workplace.store, lanes(workplace), poll=poll)
        if once:
            ready.once()
        elif until_idle:
            ready.until_idle(stop)
        else:
            ready.until_stopped(stop)
        with workplace.store.read() as tables:
            held = tables.outbox.held()
    if held is not None:
        click.echo(f"Nothing was sent: {held.reason}.", err=True)
        sys.exit(1)
