"""One scheduler, in this process, its clock in the hands of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pytest
from miroir.config.loading import load_settings
from miroir.errors import LeaseLost, SourceError
from miroir.operations.schedule.builtin import Stopped
from miroir.operations.schedule.handing import LEASE, MOST_FAILURES, hand_over
from miroir.operations.schedule.jobs import ScheduledJob
from miroir.operations.schedule.scheduler import Scheduler
from miroir.operations.schedule.service import serve, ticking
from miroir.operations.schedule.takers import Taker
from miroir.operations.workplace import Workplace, opened
from miroir.schedule.dues import due_on
from miroir.schedule.rhythm import parse_rhythm
from miroir.store.database import Tables
from miroir.store.schedule.dues import DueState
from miroir.store.schedule.jobs import JobState, RunState
from miroir.types.schedule import Due, JobRun, Subject

from tests.operations.conftest import Place
from tests.operations.schedule.places import until

CASE = Subject(kind="dossier", id="42")
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workplace(place: Place) -> Iterator[Workplace]:
    settings = "\n[schedule]\nlease_seconds = 60\ngrace_seconds = 0.3\n"
    place.config.write_text(place.config.read_text() + settings)
    with opened(load_settings(place.config)) as ready:
        yield ready


def job(name: str, written: str, run: object) -> ScheduledJob:
    assert callable(run)
    return ScheduledJob(
        name=name,
        rhythm=parse_rhythm(written),
        written=written,
        provider="test",
        run=run,
    )


@contextmanager
def live(
    workplace: Workplace,
    clock: Clock,
    *jobs: ScheduledJob,
    takers: Mapping[str, Taker] | None = None,
) -> Iterator[Scheduler]:
    named = {each.name: each for each in jobs}
    scheduler = Scheduler(workplace, named, clock=clock, takers=takers or {})
    scheduler.renew()
    try:
        yield scheduler
    finally:
        scheduler.stop()


def state(workplace: Workplace, name: str) -> JobState:
    with workplace.store.read() as tables:
        return tables.jobs.states()[name]


def settled(workplace: Workplace, name: str, wanted: RunState) -> JobState:
    until(lambda: state(workplace, name).state is wanted, 10, f"{name} is {wanted}")
    return state(workplace, name)


def remind(workplace: Workplace, *days: int, subject: Subject = CASE) -> list[Due]:
    dues = [
        due_on(
            START.date() + timedelta(day),
            clock_time(9),
            "Europe/Paris",
            rule="relance",
            subject=subject,
            purpose="relance",
        )
        for day in days
    ]
    with workplace.store.write() as tables:
        tables.dues.add(dues, START)
    return dues


def counts(workplace: Workplace) -> dict[DueState, int]:
    with workplace.store.read() as tables:
        return tables.dues.counts()


def test_a_job_runs_at_its_rhythm_and_once_for_all_it_missed(
    workplace: Workplace, clock: Clock
) -> None:
    runs: list[JobRun] = []

    def work(run: JobRun) -> str:
        runs.append(run)
        return f"run {len(runs)}"

    with live(workplace, clock, job("j", "daily 06:30", work)) as scheduler:
        scheduler.tick()
        assert state(workplace, "j").state is RunState.IDLE
        clock.pass_(hours=20)
        scheduler.tick()
        first = settled(workplace, "j", RunState.DONE)
        assert (first.outcome, first.due_at.hour) == ("run 1", 5)
        scheduler.tick()
        clock.pass_(days=5)
        scheduler.tick()
        until(lambda: len(runs) == 2, 10)
        scheduler.tick()
    assert [run.occurrence for run in runs] == [
        "job|j|2026-03-03T06:30 Europe/Paris",
        "job|j|2026-03-08T06:30 Europe/Paris",
    ]
    assert len(runs) == 2


def test_a_job_that_fails_is_tried_again_later_and_later(
    workplace: Workplace, clock: Clock
) -> None:
    failures = [SourceError("no answer"), KeyError("a defect")]

    def work(run: JobRun) -> None:
        if failures:
            raise failures.pop(0)

    with live(workplace, clock, job("j", "daily 06:30", work)) as scheduler:
        scheduler.tick()
        clock.pass_(hours=20)
        scheduler.tick()
        failed = settled(workplace, "j", RunState.FAILED)
        assert (failed.failures, failed.outcome) == (1, "no answer")
        assert failed.retry_at == clock.now + timedelta(minutes=1)
        scheduler.tick()
        assert state(workplace, "j").failures == 1
        clock.pass_(minutes=1)
        scheduler.tick()
        until(lambda: state(workplace, "j").failures == 2, 10)
        assert "KeyError" in state(workplace, "j").outcome
        clock.pass_(minutes=1)
        scheduler.tick()
        assert state(workplace, "j").failures == 2
        clock.pass_(minutes=1)
        scheduler.tick()
        done = settled(workplace, "j", RunState.DONE)
    assert (done.failures, done.retry_at) == (0, None)
    assert done.occurrence == "2026-03-03T06:30 Europe/Paris"


def test_a_failing_job_waits_even_when_its_rhythm_comes(
    workplace: Workplace, clock: Clock
) -> None:
    def work(run: JobRun) -> None:
        raise SourceError("no answer")

    with live(workplace, clock, job("j", "every 1 min", work)) as scheduler:
        scheduler.tick()
        for _ in range(40):
            clock.pass_(minutes=1)
            scheduler.tick()
            until(lambda: not scheduler.workers.running, 10)
    # At 1, 2, 3, 5, 9, 17 and 33 minutes.
    assert state(workplace, "j").failures in (6, 7)


def test_a_job_cut_short_is_run_again_by_the_next_scheduler(
    workplace: Workplace, clock: Clock
) -> None:
    seen: list[str] = []

    def work(run: JobRun) -> None:
        seen.append(run.occurrence)
        while not run.stopping():
            time.sleep(0.01)
        if len(seen) == 1:
            raise Stopped

    with live(workplace, clock, job("j", "daily 06:30", work)) as scheduler:
        scheduler.tick()
        clock.pass_(hours=20)
        scheduler.tick()
        until(lambda: bool(seen), 10)
    cut = state(workplace, "j")
    assert (cut.state, cut.outcome) == (RunState.RUNNING, "cut short")
    with live(workplace, clock, job("j", "daily 06:30", lambda run: "whole")) as second:
        second.tick()
        assert settled(workplace, "j", RunState.DONE).outcome == "whole"
    assert state(workplace, "j").occurrence in seen[0]


def test_a_job_that_does_not_end_is_left_and_told(
    workplace: Workplace, clock: Clock
) -> None:
    release = threading.Event()
    scheduler = Scheduler(
        workplace,
        {"j": job("j", "daily 06:30", lambda run: release.wait() and None)},
        clock=clock,
    )
    scheduler.renew()
    scheduler.tick()
    clock.pass_(hours=20)
    scheduler.tick()
    until(lambda: state(workplace, "j").state is RunState.RUNNING, 10)
    assert scheduler.stop() == ("j",)
    release.set()
    with workplace.store.read() as tables:
        lease = tables.leases.of(LEASE)
    assert lease is not None and lease.owner == ""


def test_a_job_that_ends_during_a_tick_is_not_run_again(
    workplace: Workplace, clock: Clock
) -> None:
    gate = threading.Event()
    runs: list[JobRun] = []

    class Slow(Scheduler):
        def _known(self) -> dict[str, JobState]:
            states = super()._known()
            if runs:
                gate.set()
                until(lambda: not self.workers.running, 10)
            return states

    def work(run: JobRun) -> None:
        runs.append(run)
        gate.wait(10)

    scheduler = Slow(workplace, {"j": job("j", "daily 06:30", work)}, clock=clock)
    scheduler.renew()
    scheduler.tick()
    clock.pass_(hours=20)
    scheduler.tick()
    until(lambda: bool(runs), 10)
    scheduler.tick()
    scheduler.stop()
    assert len(runs) == 1


def test_a_scheduler_that_stopped_takes_no_lease_any_more(
    workplace: Workplace, clock: Clock
) -> None:
    scheduler = Scheduler(workplace, {}, clock=clock)
    scheduler.renew()
    scheduler.stop()
    scheduler.renew()
    with workplace.store.read() as tables:
        lease = tables.leases.of(LEASE)
    assert lease is not None and lease.owner == ""


def test_no_more_jobs_run_at_a_time_than_there_are_workers(
    workplace: Workplace, clock: Clock
) -> None:
    gate, running = threading.Event(), []

    def work(run: JobRun) -> None:
        running.append(run.job)
        gate.wait(10)

    jobs = [job(f"j{n}", "daily 06:30", work) for n in range(4)]
    with live(workplace, clock, *jobs) as scheduler:
        scheduler.tick()
        clock.pass_(hours=20)
        scheduler.tick()
        scheduler.tick()
        until(lambda: len(running) == 2, 10)
        time.sleep(0.1)
        assert len(running) == 2
        gate.set()
        until(lambda: not scheduler.workers.running, 10)
        scheduler.tick()
        until(lambda: len(running) == 4, 10)
    assert sorted(running) == ["j0", "j1", "j2", "j3"]


def test_what_is_due_is_handed_over_to_its_taker_once(
    workplace: Workplace, clock: Clock
) -> None:
    taken: list[str] = []

    def take(tables: Tables, due: Due, at: datetime) -> None:
        taken.append(due.key)

    dues = remind(workplace, 1, 2, 3)
    remind(workplace, 1, subject=Subject(kind="nobody", id="7"))
    with live(workplace, clock, takers={"dossier": take}) as scheduler:
        scheduler.tick()
        assert taken == []
        clock.pass_(days=2)
        scheduler.tick()
        scheduler.tick()
    assert taken == [due.key for due in dues[:2]]
    assert counts(workplace) == {DueState.PENDING: 1, DueState.HANDED_OVER: 3}


def test_a_taker_that_fails_harms_no_other_row_and_is_undone(
    workplace: Workplace, clock: Clock
) -> None:
    bad, good = remind(workplace, 0, 1)
    mended = False

    def take(tables: Tables, due: Due, at: datetime) -> None:
        tables.watches.measured(f"{due.key}", 1, at)
        if due == bad and not mended:
            raise ValueError("a defect of the taker")

    clock.pass_(days=3)
    with live(workplace, clock, takers={"dossier": take}) as scheduler:
        scheduler.tick()
        with workplace.store.read() as tables:
            assert tables.watches.of(bad.key).size is None
            assert tables.watches.of(good.key).size == 1
            row = tables.dues.get(bad.key)
        assert row is not None
        assert (row.state, row.failures) == (DueState.PENDING, 1)
        assert "a defect of the taker" in row.reason
        for _ in range(MOST_FAILURES):
            clock.pass_(hours=2)
            scheduler.tick()
        with workplace.store.write() as tables:
            parked = tables.dues.get(bad.key)
            assert parked is not None and parked.state is DueState.PARKED
            tables.dues.unpark(bad.key, clock.now)
        mended = True
        scheduler.tick()
    assert counts(workplace) == {DueState.HANDED_OVER: 2}


def test_more_rows_than_a_batch_go_in_one_tick(
    workplace: Workplace, clock: Clock
) -> None:
    for number in range(3):
        remind(workplace, *range(-90, 0), subject=Subject(kind="d", id=str(number)))
    with live(workplace, clock) as scheduler:
        scheduler.tick()
    assert counts(workplace) == {DueState.HANDED_OVER: 270}


def test_a_row_whose_zone_changed_moves_when_a_scheduler_takes_over(
    workplace: Workplace, clock: Clock
) -> None:
    (due,) = remind(workplace, 1)
    # As an older time zone database would have said.
    wrong = replace(due, key="k2", due_at=due.due_at + timedelta(hours=1))
    with workplace.store.write() as tables:
        tables.dues.add([wrong], START)
    with live(workplace, clock) as scheduler:
        scheduler.tick()
        with workplace.store.read() as tables:
            row = tables.dues.get("k2")
    assert row is not None and row.due.due_at == due.due_at


def test_a_second_scheduler_waits_then_takes_over(
    workplace: Workplace, clock: Clock
) -> None:
    remind(workplace, 0)
    second = Scheduler(workplace, {}, clock=clock, takers={})
    with live(workplace, clock) as first:
        second.renew()
        second.tick()
        assert second.fence is None
        assert counts(workplace) == {DueState.PENDING: 1}
        before = first.fence
    second.renew()
    assert before is not None and second.fence == before + 1
    second.tick()
    assert counts(workplace) == {DueState.HANDED_OVER: 1}
    with pytest.raises(LeaseLost):
        hand_over(workplace.store, before, clock.now, {})
    second.stop()


def test_a_scheduler_replaced_without_knowing_writes_nothing(
    workplace: Workplace, clock: Clock
) -> None:
    remind(workplace, 0)
    with live(workplace, clock) as paused:
        with workplace.store.write() as tables:
            assert paused.fence is not None
            tables.leases.release(LEASE, paused.fence)
            tables.leases.take(LEASE, "other", timedelta(seconds=60))
        paused.tick()
        assert counts(workplace) == {DueState.PENDING: 1}
        assert paused.fence is None
        paused.renew()
        assert paused.fence is None


def test_a_busy_job_does_not_starve_the_lease(place: Place) -> None:
    """A job that never leaves the processor, for longer than the lease."""
    settings = "\n[schedule]\nlease_seconds = 2\ntick_seconds = 0.2\n"
    place.config.write_text(place.config.read_text() + settings)

    burnt = threading.Event()

    def burn(run: JobRun) -> None:
        end = time.monotonic() + (0 if burnt.is_set() else 3.5)
        while time.monotonic() < end:
            sum(range(1000))
        burnt.set()

    with opened(load_settings(place.config)) as workplace:
        scheduler = Scheduler(workplace, {"j": job("j", "every 1 s", burn)})
        stop, fences = threading.Event(), set()

        def run() -> None:
            serve(scheduler, stop, tick_seconds=0.2, lease_seconds=2)

        thread = threading.Thread(target=run)
        thread.start()
        until(lambda: bool(scheduler.workers.running), 20, "the job runs")
        while not burnt.is_set():
            fences.add(scheduler.fence)
            time.sleep(0.1)
        stop.set()
        thread.join(timeout=20)
        scheduler.stop()
    assert fences == {1}


def test_a_ticker_that_died_ends_the_process(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("miroir.operations.schedule.service.STUCK_SECONDS", -10)
    scheduler = Scheduler(workplace, {})
    stop = threading.Event()
    assert serve(scheduler, stop, tick_seconds=5, lease_seconds=60) is None
    scheduler.stop()


def test_a_defect_in_a_tick_is_told_and_the_next_one_comes(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Scheduler):
        ticks = 0

        def tick(self) -> None:
            self.ticks += 1
            raise RuntimeError("oops")

    scheduler = Broken(workplace, {})
    with ticking(scheduler, lease_seconds=60, tick_seconds=0.1):
        until(lambda: scheduler.ticks > 2, 10)
    scheduler.stop()
    assert "oops" in caplog.text


def test_a_database_that_goes_away_is_told_once(
    place: Place, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with opened(load_settings(place.config)) as workplace:
        scheduler = Scheduler(workplace, {})
        scheduler.renew()
        database = place.folder / "miroir.db"
        hidden = place.folder / "hidden"
        workplace.store.close()
        database.rename(hidden)
        database.mkdir()
        for _ in range(3):
            scheduler.renew()
            scheduler.tick()
        assert scheduler.stop() == ()
        database.rmdir()
        hidden.rename(database)
        again = Scheduler(workplace, {})
        again._away = True
        again.renew()
        again.stop()
    assert caplog.text.count("no answer from the database") == 1
    assert "was not given back" in caplog.text
    assert "the database answers again" in caplog.text
