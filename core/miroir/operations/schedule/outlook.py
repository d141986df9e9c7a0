"""What the schedule looks like now: who is live, each job, each source, what waits."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from miroir.operations.schedule.handing import LEASE
from miroir.operations.schedule.jobs import ScheduledJob, scheduled_jobs, sync_job
from miroir.operations.workplace import Workplace
from miroir.schedule.rhythm import Occurrence
from miroir.schedule.territories import Territory, territory
from miroir.store.database import Tables
from miroir.store.schedule.dues import DueState, StoredDue
from miroir.store.schedule.jobs import JobState
from miroir.store.schedule.leases import Lease
from miroir.store.schedule.watches import Watch
from miroir.store.sources import SourceState

SILENT = timedelta(seconds=60)
"""A live scheduler that has not ticked for longer is in trouble."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """One job. `state` is None until a scheduler has seen it."""

    job: ScheduledJob
    state: JobState | None
    next: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source. `lag`: since its last complete collection, None before one.

    `behind`: it should have been collected again since.
    """

    source: SourceState
    watch: Watch
    job: JobLine
    lag: timedelta | None
    behind: bool
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The whole, at one moment by the clock of the database."""

    now: datetime
    lease: Lease | None
    jobs: tuple[JobLine, ...]
    sources: tuple[SourceLine, ...]
    dues: Mapping[DueState, int]
    overdue: int
    companies_failing: int

    @property
    def live(self) -> bool:
        """A scheduler holds the lease, and has ticked lately."""
        if self.lease is None or self.lease.until <= self.now:
            return False
        return self.lease.beat_at is not None and self.now - self.lease.beat_at < SILENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something to come: an occurrence of a job, or a row that comes due."""

    at: datetime
    what: str
    label: str


def outlook(workplace: Workplace) -> Outlook:
    """Everything; raises ConfigurationError, PluginError, StoreError."""
    place = territory(workplace.settings.schedule.territory)
    jobs = scheduled_jobs(workplace)
    with workplace.store.read() as tables:
        now = tables.leases.now()
        states = tables.jobs.states()
        lines = {
            name: _job_line(job, states.get(name), now, place)
            for name, job in jobs.items()
        }
        return Outlook(
            now=now,
            lease=tables.leases.of(LEASE),
            jobs=tuple(lines.values()),
            sources=tuple(
                _source_line(tables, name, lines[sync_job(name)], now, place)
                for name in sorted(workplace.sources)
            ),
            dues=tables.dues.counts(),
            overdue=len(tables.dues.listed(until=now)),
            companies_failing=tables.inputs.failing(),
        )


def coming(workplace: Workplace, count: int) -> tuple[Coming, ...]:
    """The next things to come, jobs and rows together."""
    place = territory(workplace.settings.schedule.territory)
    with workplace.store.read() as tables:
        now = tables.leases.now()
        rows = tables.dues.listed(limit=count)
    streams = [
        _occurrences(job, now, place, count)
        for job in scheduled_jobs(workplace).values()
    ]
    together = heapq.merge(map(_row, rows), *streams, key=lambda each: each.at)
    return tuple(each for _, each in zip(range(count), together, strict=False))


def _job_line(
    job: ScheduledJob, state: JobState | None, now: datetime, place: Territory
) -> JobLine:
    following = job.rhythm.next(now, place)
    due_at = following.due_at if following else None
    if state is not None and state.retry_at is not None:
        due_at = state.retry_at if due_at is None else min(due_at, state.retry_at)
    return JobLine(job=job, state=state, next=due_at)


def _source_line(
    tables: Tables, name: str, line: JobLine, now: datetime, place: Territory
) -> SourceLine:
    state = tables.sources.state(name)
    last = state.last_success_at
    expected = line.job.rhythm.last(now, place)
    # The occurrence before: the last one may still be under way.
    before = (
        line.job.rhythm.last(expected.due_at - timedelta(seconds=1), place)
        if expected
        else None
    )
    return SourceLine(
        source=state,
        watch=tables.watches.of(name),
        job=line,
        lag=now - last if last else None,
        behind=before is not None and (last is None or last < before.due_at),
        pending=len(tables.files.pending(name)),
    )


def _row(row: StoredDue) -> Coming:
    due = row.due
    return Coming(at=row.ready_at, what=f"{due.purpose} {due.subject}", label=due.label)


def _occurrences(
    job: ScheduledJob, now: datetime, place: Territory, count: int
) -> Iterator[Coming]:
    found: Occurrence | None = job.rhythm.next(now, place)
    for _ in range(count):
        if found is None:
            return
        yield Coming(at=found.due_at, what=job.name, label=job.written)
        found = job.rhythm.next(found.due_at, place)
