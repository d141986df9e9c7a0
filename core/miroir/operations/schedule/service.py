"""The process of `miroir schedule run`: a ticker in UTC, signals, a watchdog.

APScheduler only calls `renew` and `tick`. It keeps no job of ours: its own
stores lose and double jobs when a process dies or a database goes away.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from types import FrameType

from apscheduler.events import (  # type: ignore[import-untyped]
    EVENT_JOB_ERROR,
    JobExecutionEvent,
)
from apscheduler.executors.pool import (  # type: ignore[import-untyped]
    ThreadPoolExecutor,
)
from apscheduler.jobstores.memory import (  # type: ignore[import-untyped]
    MemoryJobStore,
)
from apscheduler.schedulers.background import (  # type: ignore[import-untyped]
    BackgroundScheduler,
)

from miroir.operations.schedule.scheduler import Scheduler

STUCK_SECONDS = 120
"""Without a sign of life for so long, the process ends, to be started again."""
log = logging.getLogger(__name__)


def serve(
    scheduler: Scheduler,
    stop: threading.Event,
    *,
    tick_seconds: float,
    lease_seconds: float,
) -> tuple[str, ...] | None:
    """Tick until `stop` is set, then end cleanly; the jobs that did not end.

    None when the ticker died on the way: nothing can be ended cleanly then.
    """
    with ticking(scheduler, lease_seconds=lease_seconds, tick_seconds=tick_seconds):
        while not stop.wait(timeout=0.5):
            silence = monotonic() - scheduler.alive_at
            if silence > STUCK_SECONDS + tick_seconds:
                log.critical("no sign of life for %d s: this process ends", silence)
                return None
        # The lease is renewed until the last job has ended.
        return scheduler.stop()


@contextmanager
def ticking(
    scheduler: Scheduler, *, lease_seconds: float, tick_seconds: float | None = None
) -> Iterator[None]:
    """Keep the lease, and tick unless `tick_seconds` is None, each in a thread."""
    # It says at each long tick that it skips the next one; failures come below.
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    ticker = BackgroundScheduler(
        timezone=UTC,
        daemon=True,
        jobstores={"default": MemoryJobStore()},
        # One thread each: a long tick never keeps the lease from being renewed.
        executors={"lease": ThreadPoolExecutor(1), "tick": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    now = datetime.now(UTC)
    every = lease_seconds / 3
    ticker.add_job(
        scheduler.renew, "interval", seconds=every, executor="lease", next_run_time=now
    )
    if tick_seconds is not None:
        ticker.add_job(
            scheduler.tick,
            "interval",
            seconds=tick_seconds,
            executor="tick",
            next_run_time=now,
        )
    ticker.add_listener(_unforeseen, EVENT_JOB_ERROR)
    ticker.start()
    try:
        yield
    finally:
        ticker.shutdown(wait=False)


def _unforeseen(event: JobExecutionEvent) -> None:
    # A tick foresees what a database may do; this is a defect, and it goes on.
    log.error("a tick failed: %s\n%s", repr(event.exception), event.traceback)


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` at SIGTERM and SIGINT; in the main thread only."""

    def ask(number: int, _: FrameType | None) -> None:
        log.info("%s: this process stops", signal.Signals(number).name)
        stop.set()

    before = {
        number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
