"""The jobs of an installation: its own, those of its sources, those of plugins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from miroir.operations.schedule import builtin
from miroir.operations.schedule.configured import OWN, check_names
from miroir.operations.trace.anchoring import anchor_what_is_new
from miroir.operations.workplace import Workplace
from miroir.plugins.guarding import guard
from miroir.plugins.provider import BUILTIN_DISTRIBUTION, Provided
from miroir.schedule.rhythm import Occurrence, Rhythm, parse_rhythm
from miroir.schedule.territories import Territory
from miroir.store.schedule.jobs import JobState, RunState
from miroir.types.schedule import Job, JobRun


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """A job ready to run; `written` is its rhythm as it was written."""

    name: str
    rhythm: Rhythm
    written: str
    provider: str
    run: Callable[[JobRun], str | None]

    def due(
        self, state: JobState, now: datetime, place: Territory
    ) -> Occurrence | None:
        """What is to be run now, if anything; the job is not running here.

        Several occurrences missed make one. A run cut short is due again; one
        that failed is due when its waiting time is over.
        """
        latest = self.rhythm.last(now, place)
        same = Occurrence(label=state.occurrence, due_at=state.due_at)
        newer = latest if latest and latest.due_at > state.due_at else None
        if state.state is RunState.RUNNING:
            return newer or same
        if state.retry_at is not None:
            return (newer or same) if state.retry_at <= now else None
        return newer


def scheduled_jobs(workplace: Workplace) -> Mapping[str, ScheduledJob]:
    """Every job, by name; raises ConfigurationError, PluginError."""
    check_names(workplace.settings, workplace.plugins, workplace.sources)
    jobs = [*_own(workplace), *_of_sources(workplace), *_of_plugins(workplace)]
    return {job.name: job for job in sorted(jobs, key=lambda job: job.name)}


def sync_job(source: str) -> str:
    """The name of the job that collects a source."""
    return f"sync:{source}"


def _own(workplace: Workplace) -> Iterator[ScheduledJob]:
    schedule = workplace.settings.schedule
    rhythms = (
        schedule.diagnose,
        schedule.purge,
        schedule.anchor,
        schedule.trace,
        schedule.adhesion,
    )
    works = (
        builtin.diagnose,
        builtin.purge,
        builtin.anchor,
        anchor_what_is_new,
        builtin.adhesion,
    )
    for name, written, work in zip(OWN, rhythms, works, strict=True):
        yield _job(name, written, BUILTIN_DISTRIBUTION, partial(work, workplace))


def _of_sources(workplace: Workplace) -> Iterator[ScheduledJob]:
    schedule = workplace.settings.schedule
    for name, configured in workplace.sources.items():
        own = schedule.sources.get(name)
        written = (own.rhythm if own else None) or schedule.sync
        work = partial(builtin.sync, workplace, name)
        yield _job(sync_job(name), written, configured.provider.name, work)


def _of_plugins(workplace: Workplace) -> Iterator[ScheduledJob]:
    rhythms = workplace.settings.schedule.jobs
    for name, given in workplace.plugins.jobs().items():
        written = rhythms.get(name, given.value.rhythm)
        yield _job(name, written, given.provider.name, partial(_guarded, given))


def _job(
    name: str, written: str, provider: str, run: Callable[[JobRun], str | None]
) -> ScheduledJob:
    return ScheduledJob(
        name=name,
        rhythm=parse_rhythm(written),
        written=written,
        provider=provider,
        run=run,
    )


def _guarded(given: Provided[Job], run: JobRun) -> str | None:
    return guard(
        given.provider, f"running the job {run.job}", partial(given.value.run, run)
    )
