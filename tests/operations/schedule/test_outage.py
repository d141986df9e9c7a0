"""A scheduler whose PostgreSQL is stopped for a while, then started again."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.schedule.places import FULL, SchedulePlace, until
from tests.store.conftest import binaries_or_skip
from tests.store.postgresql import Server

AWAY = 60 if FULL else 5
"""Seconds without the database."""


@pytest.fixture
def private() -> Iterator[Server]:
    """A server of this test alone, since it is stopped."""
    server = Server(binaries_or_skip())
    server.start()
    yield server
    server.remove()


def test_a_scheduler_survives_without_its_database(
    private: Server, tmp_path: Path
) -> None:
    place = SchedulePlace(tmp_path / "place", private.address)
    try:
        _survive(place, private)
    finally:
        place.end()


def _survive(place: SchedulePlace, private: Server) -> None:
    place.configure(sync="every 2 s", lease=2)
    place.watch_rows()
    # Due before, while it is away, and after.
    keys = place.remind(200, over=AWAY + 6, after=2)
    process, standby = place.start(), place.start()
    until(lambda: place.up(process) and place.up(standby), what="both have started")
    until(lambda: len(place.marked()) > 10, 60, "rows are handed over")
    live = place.live()
    private.stop()
    begun = time.monotonic()
    time.sleep(AWAY)
    assert process.poll() is None and standby.poll() is None
    private.start()
    until(lambda: place.waiting() == 0, 60, "nothing waits any more")
    assert time.monotonic() - begun > AWAY
    assert sorted(place.marked()) == sorted(keys)
    logs = [place.log(each) for each in (process, standby)]
    # Once, or once more when the server answers and goes away while it starts.
    assert {log.count("no answer from the database") for log in logs} <= {1, 2}, logs
    assert all("the database answers again" in log for log in logs), logs
    assert "Traceback" not in "".join(logs)
    before = _last_diagnosis(place)
    until(lambda: _last_diagnosis(place) != before, 30, "jobs run again")
    assert live in (process.pid, standby.pid)
    for each in (process, standby):
        each.send_signal(signal.SIGTERM)
    assert [each.wait(timeout=30) for each in (process, standby)] == [0, 0]


def _last_diagnosis(place: SchedulePlace) -> object:
    with place.store() as store, store.read() as tables:
        return tables.jobs.states()["diagnose"].finished_at
