"""Jobs under way, each in a thread, and how each ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime

from tenacity import (
    RetryError,
    Retrying,
    retry_if_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_random_exponential,
)

from miroir.errors import MiroirError, StoreError
from miroir.operations.schedule.builtin import Stopped
from miroir.operations.schedule.jobs import ScheduledJob
from miroir.schedule.dues import retry_after
from miroir.schedule.rhythm import Occurrence
from miroir.store.database import Store, Tables
from miroir.types.schedule import JobRun

log = logging.getLogger(__name__)


class Workers:
    """So many jobs at a time. What one writes at its end is under its number."""

    def __init__(self, store: Store, count: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._count = count
        self._clock = clock
        self._pool = ThreadPoolExecutor(count, "job")
        self._running: dict[str, Future[None]] = {}
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._leaving = threading.Event()

    @property
    def running(self) -> frozenset[str]:
        """The names of the jobs under way."""
        return frozenset(dict(self._running))

    @property
    def free(self) -> int:
        """How many more jobs may begin at once."""
        return max(self._count - len(self._running), 0)

    @property
    def stopping(self) -> bool:
        """No job is started any more."""
        return self._stopping.is_set()

    def start(
        self, job: ScheduledJob, occurrence: Occurrence, fence: int, failures: int
    ) -> None:
        """Begin a job that was noted as running; `failures`: before this run."""
        run = JobRun(
            job=job.name,
            occurrence=f"job|{job.name}|{occurrence.label}",
            due_at=occurrence.due_at,
            stopping=self._stopping.is_set,
        )
        with self._starting:
            if self._stopping.is_set():
                return  # noted as running, and nobody's: the next one runs it
            work = self._pool.submit(self._work, job, run, fence, failures)
            self._running[job.name] = work
        work.add_done_callback(lambda _: self._running.pop(job.name, None))

    def wait(self) -> None:
        """Wait for the jobs under way."""
        wait([*self._running.values()])

    def stop(self, grace: float) -> tuple[str, ...]:
        """Start nothing more, let jobs end within `grace` seconds.

        Gives those that did not.
        """
        with self._starting:
            self._stopping.set()
            running = dict(self._running)
        wait([*running.values()], timeout=grace)
        self._leaving.set()
        left = tuple(sorted(name for name, job in running.items() if not job.done()))
        self._pool.shutdown(wait=not left, cancel_futures=True)
        return left

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
                with attempt, self._store.write() as tables:
                    write(tables)
        except RetryError:
            log.warning("how a job ended could not be written: it will be run again")
