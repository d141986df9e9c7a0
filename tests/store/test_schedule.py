"""The tables of the schedule, on both kinds of store."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from miroir.errors import LeaseLost, NothingFound, StoreError
from miroir.privacy import Keys
from miroir.schedule.dues import due_on
from miroir.store import Store, schema, upgrade
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.schedule.dues import DueState
from miroir.store.schedule.jobs import RunState
from miroir.types.schedule import Due, Subject
from sqlalchemy import text

from tests.store.ready import make_ready
from tests.store.samples import NOW, SIREN, analysis, diagnosis, file, line, version

CASE = Subject(kind="dossier", id="42")
OTHER = Subject(kind="dossier", id="43")
LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=50)


def reminder(
    day: int, subject: Subject = CASE, rule: str = "relance", purpose: str = "relance"
) -> Due:
    return due_on(
        date(2026, 3, day),
        time(9),
        "Europe/Paris",
        rule=rule,
        subject=subject,
        purpose=purpose,
    )


def test_one_has_the_lease_and_others_wait(store: Store) -> None:
    with store.write() as tables:
        mine = tables.leases.take("s", "me", LONG)
        assert mine is not None and mine.fence == 1
    with store.write() as tables:
        assert tables.leases.take("s", "you", LONG) is None
        again = tables.leases.take("s", "me", LONG)
    assert again is not None and again.fence == 1
    assert again.until > mine.until


def test_a_lease_that_ended_goes_to_the_next_under_a_higher_number(
    store: Store,
) -> None:
    with store.write() as tables:
        tables.leases.take("s", "me", SHORT)
    clock.sleep(0.1)
    with store.write() as tables:
        taken = tables.leases.take("s", "you", LONG)
    assert taken is not None and (taken.owner, taken.fence) == ("you", 2)
    for act in ("require", "beat"):
        with pytest.raises(LeaseLost), store.write() as tables:
            getattr(tables.leases, act)("s", 1)
    with store.write() as tables:
        tables.leases.require("s", 2)
        tables.leases.beat("s", 2)
        found = tables.leases.of("s")
    assert found is not None and found.beat_at is not None


def test_a_lease_nobody_took_is_prolonged_after_its_end(store: Store) -> None:
    with store.write() as tables:
        tables.leases.take("s", "me", SHORT)
    clock.sleep(0.1)
    with store.write() as tables:
        found = tables.leases.take("s", "me", LONG)
    assert found is not None and found.fence == 1


def test_a_lease_given_back_is_free_at_once(store: Store) -> None:
    with store.write() as tables:
        assert tables.leases.of("s") is None
        tables.leases.take("s", "me", LONG)
        tables.leases.release("s", 7)
    with store.write() as tables:
        assert tables.leases.take("s", "you", LONG) is None
        tables.leases.release("s", 1)
    with store.write() as tables:
        taken = tables.leases.take("s", "you", LONG)
    assert taken is not None and taken.fence == 2


def test_a_lease_is_not_taken_during_what_it_protects(store: Store) -> None:
    """Its holder was paused: what it is writing ends first, or is refused."""
    with store.write() as tables:
        tables.leases.take("s", "me", SHORT)

    def take() -> float:
        with store.write() as tables:
            assert tables.leases.take("s", "you", LONG) is not None
        return clock.monotonic()

    with ThreadPoolExecutor() as pool:
        with store.write() as tables:
            tables.leases.require("s", 1)
            clock.sleep(0.1)
            taking = pool.submit(take)
            clock.sleep(0.3)
            ended = clock.monotonic()
        assert taking.result(timeout=15) >= ended


def test_a_heartbeat_does_not_wait_for_what_the_lease_protects(
    postgresql_store: Store,
) -> None:
    store = postgresql_store
    with store.write() as tables:
        tables.leases.take("s", "me", LONG)
    with store.write() as tables:
        tables.leases.require("s", 1)
        begun = clock.monotonic()
        with store.write() as other:
            other.leases.beat("s", 1)
        assert clock.monotonic() - begun < 1


@pytest.fixture
def postgresql_store(
    request: pytest.FixtureRequest, keys: Keys, url: str
) -> Iterator[Store]:
    if "sqlite" in url:
        pytest.skip("SQLite has one writer at a time")
    make_ready(url)
    with Store.open(url, keys) as store:
        yield store


def test_a_row_is_added_once_and_handed_over_once(store: Store) -> None:
    dues = [reminder(3), reminder(2)]
    with store.write() as tables:
        assert tables.dues.add(dues, NOW) == 2
        assert tables.dues.add(dues, NOW) == 0
        ready = tables.dues.ready(dues[1].due_at, 10)
    assert [row.due for row in ready] == [dues[1]]
    with store.write() as tables:
        assert tables.dues.handed_over(dues[1].key, 1, NOW)
        assert not tables.dues.handed_over(dues[1].key, 2, NOW)
        assert tables.dues.add([dues[1]], NOW) == 0
        assert tables.dues.ready(dues[1].due_at, 10) == ()
        assert tables.dues.counts() == {DueState.PENDING: 1, DueState.HANDED_OVER: 1}
        row = tables.dues.get(dues[1].key)
    assert row is not None and row.state is DueState.HANDED_OVER
    assert row.ended_at == NOW


def test_what_lost_its_purpose_is_cancelled_and_may_come_back(store: Store) -> None:
    call = reminder(4, purpose="appel", rule="appel")
    with store.write() as tables:
        tables.dues.add([reminder(2), reminder(3), call, reminder(2, OTHER)], NOW)
        tables.dues.handed_over(reminder(2).key, 1, NOW)
        gone = tables.dues.cancel(CASE, "corrigé", NOW, purpose="relance")
        assert gone == (reminder(3).key,)
        assert tables.dues.cancel(CASE, "fermé", NOW, rule="relance") == ()
        left = tables.dues.listed()
        assert {row.due.key for row in left} == {call.key, reminder(2, OTHER).key}
        cancelled = tables.dues.get(reminder(3).key)
        assert cancelled is not None and cancelled.reason == "corrigé"
        assert tables.dues.add([reminder(3), reminder(2)], NOW) == 1
        only = [reminder(3).key, reminder(2, OTHER).key]
        assert tables.dues.cancel(CASE, "x", NOW, keys=only) == (reminder(3).key,)
        (left_alone,) = tables.dues.listed(subject=CASE)
        assert left_alone.due.key == call.key
        assert tables.dues.listed(subject=CASE, until=call.due_at - SHORT) == ()


def test_one_row_is_cancelled_by_its_key(store: Store) -> None:
    with store.write() as tables:
        tables.dues.add([reminder(2)], NOW)
        tables.dues.cancel_key(reminder(2).key, "erreur", NOW)
        with pytest.raises(NothingFound, match="dossier:42"):
            tables.dues.cancel_key(reminder(2).key, "erreur", NOW)


def test_a_row_whose_taker_fails_waits_then_is_parked(store: Store) -> None:
    due = reminder(2)
    later = due.due_at + LONG
    with store.write() as tables:
        tables.dues.add([due], NOW)
        tables.dues.failed(due.key, "no", later)
        assert tables.dues.ready(due.due_at, 10) == ()
        (row,) = tables.dues.ready(later, 10)
        assert (row.failures, row.reason) == (1, "no")
        tables.dues.park(due.key, "no again", later)
        assert tables.dues.ready(later, 10) == ()
        with pytest.raises(NothingFound):
            tables.dues.unpark("other", later)
        tables.dues.unpark(due.key, later)
        (row,) = tables.dues.ready(later, 10)
        assert row.failures == 0


def test_a_row_moves_with_its_time_zone(store: Store) -> None:
    due = reminder(2)
    with store.write() as tables:
        tables.dues.add([due], NOW)
        tables.dues.move(due.key, due.due_at + LONG)
        assert tables.dues.ready(due.due_at, 10) == ()
        assert len(tables.dues.ready(due.due_at + LONG, 10)) == 1


def test_what_ended_long_ago_is_forgotten(store: Store) -> None:
    with store.write() as tables:
        tables.dues.add([reminder(2), reminder(3), reminder(4)], NOW)
        tables.dues.handed_over(reminder(2).key, 1, NOW)
        tables.dues.cancel_key(reminder(3).key, "x", NOW)
        assert tables.dues.purge(NOW) == 0
        assert tables.dues.purge(NOW + SHORT) == 2
        assert len(tables.dues.listed()) == 1


def test_rows_hold_no_person(store: Store) -> None:
    due = due_on(
        date(2026, 3, 2),
        time(9),
        "Europe/Paris",
        rule="r",
        subject=CASE,
        purpose="p",
        label="Rappeler 1 85 05 78 006 084 91",
        payload={"note": "185057800608491"},
    )
    with store.write() as tables:
        tables.dues.add([due], NOW)
        row = tables.dues.get(due.key)
    assert row is not None
    assert "850578" not in (row.due.label + str(row.due.payload)).replace(" ", "")


def test_a_job_goes_from_known_to_run(store: Store) -> None:
    with store.write() as tables:
        for _ in range(2):
            tables.jobs.discover("sync", NOW)
        assert tables.jobs.states()["sync"].state is RunState.IDLE
        tables.jobs.start("sync", "o1", NOW, 3, NOW)
        assert not tables.jobs.finish("sync", 2, "zombie", NOW)
        assert tables.jobs.finish("sync", 3, "no", NOW, failures=2, retry_at=NOW)
        failed = tables.jobs.states()["sync"]
        assert (failed.state, failed.failures) == (RunState.FAILED, 2)
        tables.jobs.start("sync", "o2", NOW, 3, NOW)
        tables.jobs.interrupted("sync", 3, "cut short")
        assert not tables.jobs.finish("sync", 3, "too late", NOW)
        cut = tables.jobs.states()["sync"]
    assert (cut.state, cut.fence, cut.outcome) == (RunState.RUNNING, 0, "cut short")


def test_a_source_is_held_until_it_is_released(store: Store) -> None:
    with store.write() as tables:
        tables.watches.measured("depot", 100, NOW)
        with pytest.raises(NothingFound, match="not held"):
            tables.watches.release("depot", "ana", NOW)
        tables.watches.hold("depot", 50, NOW)
        assert tables.watches.of("depot").held
        released = tables.watches.release("depot", "ana", NOW)
    assert (released.size, released.held, released.released_by) == (50, False, "ana")


def test_a_change_during_a_diagnosis_is_not_forgotten(store: Store) -> None:
    with store.write() as tables:
        tables.files.record_received(file(), "depot", NOW)
        tables.declarations.record_declarations([version(file().sha256)])
        tables.inputs.changed([SIREN, "999000243"], NOW)
        # 999000243 has declared nothing: there is nothing to diagnose.
        assert [each.siren for each in tables.inputs.waiting(NOW, 10)] == [SIREN]
        seen = tables.inputs.changes_of(SIREN)
        tables.inputs.changed([SIREN], NOW)
        tables.inputs.diagnosed(SIREN, seen)
        assert tables.inputs.changes_of(SIREN) == 2
        tables.inputs.failed(SIREN, "no", NOW + LONG)
        assert tables.inputs.failing() == 1
        tables.inputs.diagnosed(SIREN, 2)
        assert tables.inputs.failing() == 0
        assert tables.inputs.changes_of("552100554") == 0


def test_anchors_find_what_was_changed(store: Store, url: str) -> None:
    for _ in range(2):
        with store.write() as tables:
            tables.results.save_run(
                analysis(line(), diagnoses=(diagnosis(),)), "sync", NOW
            )
            first = tables.anchors.add(NOW)
            assert first is not None and first.runs == 1
    with store.write() as tables:
        assert tables.anchors.add(NOW) is None
        assert list(tables.anchors.broken()) == []
        assert [each.seq for each in tables.anchors.all()] == [1, 2]
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        connection.execute(
            text("UPDATE diagnosis SET cause = 'OTHER' WHERE run_id = 2")
        )
    engine.dispose()
    with store.read() as tables:
        assert [each.seq for each in tables.anchors.broken()] == [2]


def test_companies_of_an_older_store_are_to_be_diagnosed(tmp_path: Path) -> None:
    url, keys = f"sqlite:///{tmp_path / 'miroir.db'}", Keys.generate()
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        schema._migrate(connection, "0005")
        connection.execute(
            text(
                "INSERT INTO received_file (sha256, source, name, bytes, state, reason,"
                " received_at) VALUES (:digest, 'depot', 'a.dsn', 1, 'read', '',"
                " '2026-04-01 00:00:00')"
            ),
            {"digest": "a" * 64},
        )
        connection.execute(
            text(
                "INSERT INTO declaration SELECT sha256, 1, '999000243',"
                " '99900024300013', '2026-03', '11', 1, '01', '01', 'P26V01',"
                " 'current', '' FROM received_file"
            )
        )
    engine.dispose()
    with pytest.raises(StoreError, match="0005"):
        Store.open(url, keys)
    upgrade(url)
    with Store.open(url, keys) as store, store.read() as tables:
        (waiting,) = tables.inputs.waiting(datetime.now(UTC), 10)
    assert waiting.siren == "999000243"
