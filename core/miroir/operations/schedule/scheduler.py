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
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from time import monotonic

from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_random_exponential,
)

from miroir.errors import LeaseLost, MiroirError, StoreError
from miroir.operations.schedule.builtin import Stopped
from miroir.operations.schedule.handing import (
    BATCH,
    LEASE,
    correct_moments,
    hand_over,
)
from miroir.operations.schedule.jobs import ScheduledJob
from miroir.operations.schedule.takers import TAKERS, Taker
from miroir.operations.workplace import Workplace
from miroir.schedule.dues import retry_after
from miroir.schedule.rhythm import Occurrence
from miroir.schedule.territories import territory
from miroir.store.database import Tables
from miroir.store.schedule.jobs import JobState
from miroir.types.schedule import JobRun

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
        self._running: dict[str, Future[None]] = {}
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._leaving = threading.Event()
        self._away = self._waiting = False
        self._pool = ThreadPoolExecutor(self._settings.workers, "job")

    @property
    def fence(self) -> int | None:
        """Its number while it surely holds the lease, else None."""
        return self._fence if monotonic() < self._sure_until else None

    def renew(self) -> None:
        """Take or prolong the lease; wait when another has it."""
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
        if fence is None or self._stopping.is_set():
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
        while not self._stopping.is_set():
            done = hand_over(store, fence, self._clock(), self._takers)
            self.alive_at = monotonic()
            total += done.found - done.failed
            if done.found < BATCH:
                break
        return total

    def run_now(self, fence: int, jobs: Iterable[ScheduledJob]) -> None:
        """Run jobs one after the other, due or not; LeaseLost, StoreError."""
        for job in jobs:
            if self._stopping.is_set():
                return
            now = self._clock()
            state = self._known()[job.name]
            same = Occurrence(label=f"asked {now:%Y-%m-%dT%H:%M:%SZ}", due_at=now)
            self._start(fence, job, job.due(state, now, self._place) or same, state)
            wait([*self._running.values()])

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
        with self._starting:
            self._stopping.set()
            running = dict(self._running)
        wait([*running.values()], timeout=self._settings.grace_seconds)
        self._leaving.set()
        left = tuple(sorted(name for name, job in running.items() if not job.done()))
        self._pool.shutdown(wait=not left, cancel_futures=True)
        if self._fence is not None:
            try:
                with self._workplace.store.write() as tables:
                    tables.leases.release(LEASE, self._fence)
            except StoreError as error:
                log.warning("the lease was not given back: %s", error)
        self._sure_until = 0.0
        return left

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
        states, now = self._known(), self._clock()
        due = [
            (found, job)
            for job in jobs
            if job.name not in self._running
            and (found := job.due(states[job.name], now, self._place))
        ]
        due.sort(key=lambda each: (each[0].due_at, each[1].name))
        # Only what can begin at once: what waits here is nobody's to take over.
        free = self._settings.workers - len(self._running)
        for occurrence, job in due[: max(free, 0)]:
            self._start(fence, job, occurrence, states[job.name])

    def _start(
        self, fence: int, job: ScheduledJob, occurrence: Occurrence, state: JobState
    ) -> None:
        with self._workplace.store.write() as tables:
            tables.leases.require(LEASE, fence)
            tables.jobs.start(
                job.name, occurrence.label, occurrence.due_at, fence, self._clock()
            )
        run = JobRun(
            job=job.name,
            occurrence=f"job|{job.name}|{occurrence.label}",
            due_at=occurrence.due_at,
            stopping=self._stopping.is_set,
        )
        with self._starting:
            if self._stopping.is_set():
                return  # noted as running, and nobody's: the next one runs it
            work = self._pool.submit(self._work, job, run, fence, state.failures)
            self._running[job.name] = work
        work.add_done_callback(lambda _: self._running.pop(job.name, None))

    def _work(self, job: ScheduledJob, run: JobRun, fence: int, failures: int) -> None:
        log.info("%s: begins (%s)", job.name, run.occurrence)
        try:
            said = job.run(run) or "done"
        except Stopped:
            self._note(lambda t: t.jobs.interrupted(job.name, fence, "cut short"))
            return
        except MiroirError as error:
            self._failed(job.name, fence, failures + 1, str(error))
            return
        except Exception as error:
            log.exception("%s: a defect", job.name)
            self._failed(job.name, fence, failures + 1, repr(error))
            return
        log.info("%s: %s", job.name, said)
        self._note(lambda t: t.jobs.finish(job.name, fence, said, self._clock()))

    def _failed(self, name: str, fence: int, failures: int, said: str) -> None:
        now = self._clock()
        retry_at = now + retry_after(failures)
        log.error("%s: failed, again at %s: %s", name, f"{retry_at:%H:%M} UTC", said)
        self._note(
            lambda t: t.jobs.finish(
                name, fence, said, now, failures=failures, retry_at=retry_at
            )
        )

    def _note(self, write: Callable[[Tables], object]) -> None:
        """Write how a job ended, as soon as the database answers."""
        try:
            for attempt in Retrying(
                retry=retry_if_exception_type(StoreError),
                stop=stop_when_event_set(self._leaving),
                wait=wait_random_exponential(max=5),
                sleep=sleep_using_event(self._leaving),
            ):
                with attempt, self._workplace.store.write() as tables:
                    write(tables)
        except RetryError:
            log.warning("how a job ended could not be written: it will be run again")

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
