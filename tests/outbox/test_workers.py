"""Real workers: several at once, stopped, paused, without their database."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from miroir.outbox.model import Status

from tests.outbox.double.running import Double
from tests.outbox.fleet import Fleet, until
from tests.store.conftest import binaries_or_skip
from tests.store.postgresql import Server

FULL = os.environ.get("MIROIR_FULL_OUTBOX") == "1"
ACTIONS, KILLS = (400, 40) if FULL else (6, 1)
AWAY = 60 if FULL else 3
DONE = {Status.CONFIRMED}


@pytest.fixture
def fleet(tmp_path: Path, double: Double) -> Iterator[Fleet]:
    made = Fleet(tmp_path, f"sqlite:///{tmp_path / 'miroir.db'}", double.port)
    yield made
    made.end()


@pytest.fixture
def either(tmp_path: Path, url: str, double: Double) -> Iterator[Fleet]:
    made = Fleet(tmp_path, url, double.port)
    yield made
    made.end()


def test_workers_that_are_killed_do_each_action_once(
    either: Fleet, double: Double
) -> None:
    fleet = either
    keys = fleet.enqueue(*(["slow", "commit_then_reset"] * ACTIONS)[:ACTIONS])
    pair = [fleet.start(), fleet.start()]
    for rank in range(KILLS):
        until(lambda: Status.IN_FLIGHT in fleet.statuses(keys), "one is under way")
        pair[rank % 2].kill()
        pair[rank % 2].wait()
        pair[rank % 2] = fleet.start()
    until(lambda: fleet.statuses(keys) == DONE, "all are done", 60 + ACTIONS)
    done = double.done()
    assert [done[key] for key in keys] == [1] * len(keys)
    for process in pair:
        until(partial(fleet.up, process), "it has started")
        process.terminate()
    assert [process.wait(timeout=30) for process in pair] == [0, 0]


def test_a_worker_that_is_stopped_finishes_what_is_under_way(
    fleet: Fleet, double: Double
) -> None:
    double.set(late_seconds=1.0)
    keys = fleet.enqueue("slow", "slow", "slow")
    process = fleet.start()
    until(lambda: Status.IN_FLIGHT in fleet.statuses(keys), "one is under way")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    statuses = [row.status for row in fleet.rows(keys)]
    assert statuses.count(Status.CONFIRMED) == 1
    assert statuses.count(Status.PENDING) == 2
    assert sum(double.done().get(key, 0) for key in keys) == 1


def test_a_worker_that_wakes_up_late_does_nothing_twice(
    fleet: Fleet, double: Double
) -> None:
    double.set(late_seconds=0.5)
    (key,) = fleet.enqueue("slow")
    sleeper = fleet.start()
    # Stopped while it writes, it would keep the others out of the store.
    until(lambda: fleet.rows([key])[0].first_sent_at is not None, "it is under way")
    sleeper.send_signal(signal.SIGSTOP)
    other = fleet.start("--until-idle")
    assert other.wait(timeout=60) == 0
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: fleet.statuses([key]) == DONE, "it is done")
    time.sleep(0.5)
    sleeper.terminate()
    assert sleeper.wait(timeout=30) == 0
    assert double.done()[key] == 1
    (row,) = fleet.rows([key])
    assert row.status is Status.CONFIRMED


def test_a_worker_waits_for_its_database(tmp_path: Path, double: Double) -> None:
    server = Server(binaries_or_skip())
    server.start()
    fleet = Fleet(tmp_path, server.address, double.port, "A")
    try:
        double.set(late_seconds=0.2)
        keys = fleet.enqueue(*["slow"] * 6)
        process = fleet.start()
        until(lambda: Status.CONFIRMED in fleet.statuses(keys), "one is done")
        server.stop()
        time.sleep(AWAY)
        assert process.poll() is None
        server.start()
        until(lambda: fleet.statuses(keys) == DONE, "all are done")
        assert all(double.done()[key] == 1 for key in keys)
        assert sum(row.attempts for row in fleet.rows(keys)) <= 1
        log = fleet.log(process)
        assert "no answer from the database" in log and "Traceback" not in log
        process.terminate()
        assert process.wait(timeout=30) == 0
    finally:
        fleet.end()
        server.remove()
