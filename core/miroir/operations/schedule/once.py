"""`miroir schedule run-once`: what is due now, and nothing after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from miroir.errors import LeaseLost, NothingFound
from miroir.operations.schedule.handing import LEASE
from miroir.operations.schedule.jobs import ScheduledJob, scheduled_jobs
from miroir.operations.schedule.scheduler import Scheduler
from miroir.operations.schedule.service import ticking
from miroir.operations.workplace import Workplace
from miroir.store.schedule.jobs import JobState, RunState


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What was done: rows handed over, and how each job ended."""

    handed_over: int
    jobs: tuple[JobState, ...]

    @property
    def failed(self) -> bool:
        return any(job.state is not RunState.DONE for job in self.jobs)


def run_once(workplace: Workplace, names: Sequence[str] = ()) -> Once:
    """Hand over and run what is due, or run the jobs named.

    Raises NothingFound for an unknown job, LeaseLost while a scheduler is live.
    """
    jobs = scheduled_jobs(workplace)
    unknown = [name for name in names if name not in jobs]
    if unknown:
        raise NothingFound(
            f"No job is named {', '.join(unknown)}. Jobs: {', '.join(jobs)}."
        )
    scheduler = Scheduler(workplace, jobs)
    scheduler.renew()
    lease_seconds = workplace.settings.schedule.lease_seconds
    with ticking(scheduler, lease_seconds=lease_seconds):
        try:
            return _work(workplace, scheduler, [jobs[name] for name in names])
        finally:
            scheduler.stop()


def _work(
    workplace: Workplace, scheduler: Scheduler, asked: Sequence[ScheduledJob]
) -> Once:
    if scheduler.fence is None:
        raise LeaseLost(_live(workplace))
    handed_over = 0 if asked else scheduler.hand_over_all(scheduler.fence)
    chosen = asked or scheduler.due_jobs()
    for job in chosen:
        if scheduler.fence is None:
            raise LeaseLost
        scheduler.run_now(scheduler.fence, [job])
    with workplace.store.read() as tables:
        states = tables.jobs.states()
    return Once(handed_over=handed_over, jobs=tuple(states[job.name] for job in chosen))


def _live(workplace: Workplace) -> str:
    with workplace.store.read() as tables:
        lease = tables.leases.of(LEASE)
    owner = lease.owner if lease else "another"
    return (
        f"A scheduler is live ({owner}): it does what is due. Stop it first, or "
        "leave it to it; one that died gives way by itself."
    )
