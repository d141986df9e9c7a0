"""One scheduler: it holds the lease or waits for it, ticks, and runs jobs.

Nothing here keeps time: `renew` and `tick` are called again and again, from
threads of their own. All that matters is in the database, so that any of them
may be killed at any moment.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic

from miroir.errors import LeaseLost, StoreError
from miroir.operations.schedule.handing import (
    BATCH,
    LEASE,
    correct_moments,
    hand_over,
)
from miroir.operations.schedule.jobs import ScheduledJob
from miroir.operations.schedule.takers import TAKERS, Taker
from miroir.operations.schedule.workers import Workers
from miroir.operations.workplace import Workplace
from miroir.schedule.rhythm import Occurrence
from miroir.schedule.territories import territory
from miroir.store.schedule.jobs import JobState

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Scheduler:
    """Threads may share it. `alive_at`: monotonic time of its last sign of life."""

    def __init__(
        self,
        workplace: Workplace,
        jobs: Mapping[str, ScheduledJob],
        *,
        takers: Mapping[str, Taker] = TAKERS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.alive_at = monotonic()
        self._workplace = workplace
        self._settings = workplace.settings.schedule
        self._place = territory(self._settings.territory)
        self._jobs = jobs
        self._takers = takers
        self._clock = clock
        self._fence: int | None = None
        self._sure_until = 0.0
        self._corrected = 0
        self._leasing = threading.Lock()
        self._away = self._waiting = self._gone = False
        self.workers = Workers(workplace.store, self._settings.workers, clock)

    @property
    def fence(self) -> int | None:
        """Its number while it surely holds the lease, else None."""
        return self._fence if monotonic() < self._sure_until else None

    def renew(self) -> None:
        """Take or prolong the lease; wait when another has it."""
        with self._leasing:
            if not self._gone:
                self._take()

    def _take(self) -> None:
        # From before the question: the database counts from later.
        begun, seconds = monotonic(), self._settings.lease_seconds
        try:
            with self._workplace.store.write() as tables:
                lease = tables.leases.take(
                    LEASE, self.owner, timedelta(seconds=seconds)
                )
        except StoreError as error:
            self._no_answer(error)
            return
        self._answered()
        if lease is None:
            self._lost()
            return
        self._waiting = False
        if lease.fence != self._fence:
            log.info("this scheduler is live, under number %d", lease.fence)
        self._fence, self._sure_until = lease.fence, begun + seconds

    def tick(self) -> None:
        """Hand over what is due, start the jobs that are due."""
        self.alive_at = monotonic()
        fence = self.fence
        if fence is None or self.workers.stopping:
            return
        try:
            self._beat(fence)
            self.hand_over_all(fence)
            self._start_due(fence, self._jobs.values())
        except LeaseLost:
            self._lost()
        except StoreError as error:
            self._no_answer(error)

    def hand_over_all(self, fence: int) -> int:
        """Hand over everything due now; gives how many rows; LeaseLost, StoreError."""
        store, total = self._workplace.store, 0
        if self._corrected != fence:
            correct_moments(store, fence)
            self._corrected = fence
        while not self.workers.stopping:
            done = hand_over(store, fence, self._clock(), self._takers)
            self.alive_at = monotonic()
            total += done.found - done.failed
            if done.found < BATCH:
                break
        return total

    def run_now(self, fence: int, jobs: Iterable[ScheduledJob]) -> None:
        """Run jobs one after the other, due or not; LeaseLost, StoreError."""
        for job in jobs:
            if self.workers.stopping:
                return
            now = self._clock()
            state = self._known()[job.name]
            same = Occurrence(label=f"asked {now:%Y-%m-%dT%H:%M:%SZ}", due_at=now)
            self._start(fence, job, job.due(state, now, self._place) or same, state)
            self.workers.wait()

    def due_jobs(self) -> list[ScheduledJob]:
        """The jobs to run now, those never run included; StoreError."""
        states, now = self._known(), self._clock()
        return [
            job
            for job in self._jobs.values()
            if not states[job.name].occurrence
            or job.due(states[job.name], now, self._place)
        ]

    def stop(self) -> tuple[str, ...]:
        """End cleanly: start nothing more, let jobs end, give the lease back.

        Gives the jobs that did not end in time; they are run again.
        """
        left = self.workers.stop(self._settings.grace_seconds)
        with self._leasing:
            self._gone = True
            if self._fence is not None:
                self._release(self._fence)
            self._sure_until = 0.0
        return left

    def _release(self, fence: int) -> None:
        try:
            with self._workplace.store.write() as tables:
                tables.leases.release(LEASE, fence)
        except StoreError as error:
            log.warning("the lease was not given back: %s", error)

    def _beat(self, fence: int) -> None:
        with self._workplace.store.write() as tables:
            tables.leases.beat(LEASE, fence)
        self._answered()

    def _known(self) -> dict[str, JobState]:
        """Where each job stands; one that was never seen is noted."""
        with self._workplace.store.read() as tables:
            states = tables.jobs.states()
        new = [name for name in self._jobs if name not in states]
        if not new:
            return states
        with self._workplace.store.write() as tables:
            for name in new:
                tables.jobs.discover(name, self._clock())
            return tables.jobs.states()

    def _start_due(self, fence: int, jobs: Iterable[ScheduledJob]) -> None:
        # Before the states: a job that ends meanwhile is then left for the next tick.
        running = self.workers.running
        states, now = self._known(), self._clock()
        due = [
            (found, job)
            for job in jobs
            if job.name not in running
            and (found := job.due(states[job.name], now, self._place))
        ]
        due.sort(key=lambda each: (each[0].due_at, each[1].name))
        # Only what can begin at once: what waits here is nobody's to take over.
        for occurrence, job in due[: self.workers.free]:
            self._start(fence, job, occurrence, states[job.name])

    def _start(
        self, fence: int, job: ScheduledJob, occurrence: Occurrence, state: JobState
    ) -> None:
        with self._workplace.store.write() as tables:
            tables.leases.require(LEASE, fence)
            tables.jobs.start(
                job.name, occurrence.label, occurrence.due_at, fence, self._clock()
            )
        self.workers.start(job, occurrence, fence, state.failures)

    def _lost(self) -> None:
        if not self._waiting:
            log.warning("another scheduler is live: this one waits")
        self._waiting = True
        self._fence, self._sure_until = None, 0.0

    def _no_answer(self, error: StoreError) -> None:
        if not self._away:
            log.error("no answer from the database, this scheduler waits: %s", error)
        self._away = True

    def _answered(self) -> None:
        if self._away:
            log.warning("the database answers again")
        self._away = False
