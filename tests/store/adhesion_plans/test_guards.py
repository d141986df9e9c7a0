"""No SQL of the application's role decides alone of a plan, or changes one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from miroir.adhesion.plan import Plan, PlanState, TamperedPlan
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import Store
from miroir.store.adhesion_plans.plans import APPROVED, StoredPlan
from miroir.store.adhesion_plans.tables import adhesion_plan
from sqlalchemy import insert

from tests.adhesion.samples import SIREN, plan
from tests.store.adhesion_plans.attacks import (
    DECIDED,
    SQLITE,
    WAITING,
    Attack,
    approve,
)
from tests.store.ready import make_ready


def proposed(store: Store, **more: object) -> StoredPlan:
    with store.write() as tables:
        return tables.plans.propose(plan(**more))  # type: ignore[arg-type]


def decided(store: Store, stored: StoredPlan, approver: str = "jean") -> StoredPlan:
    with store.write() as tables:
        return tables.plans.decide(
            stored, stored.plan.hash, approver, APPROVED, datetime.now(UTC), ""
        )


def filled(statement: str, stored: StoredPlan) -> str:
    now = datetime.now(UTC)
    moments = {
        name: f"'{now + timedelta(days=days):%Y-%m-%d %H:%M:%S.%f}'"
        for name, days in (("now", 0), ("yesterday", -1), ("tomorrow", 1))
    }
    return statement.format(id=stored.id, hash=stored.plan.hash, **moments)


def run(store: Store, statements: Sequence[str], stored: StoredPlan) -> None:
    """One transaction of SQL on the application's own connection."""
    with store.write() as tables:
        for statement in statements:
            tables._connection.exec_driver_sql(filled(statement, stored))


def now_of(store: Store, stored: StoredPlan) -> StoredPlan:
    with store.read() as tables:
        return tables.plans.get(SIREN, stored.plan.hash)


def written(other: Plan) -> dict[str, object]:
    """The row that SQL would make of a plan."""
    return {
        "siren": other.siren,
        "number": 1,
        "plan_hash": other.hash,
        "document": other.document,
        "destination": other.destination,
        "remote_version": other.version,
        "rules_version": other.rules,
        "proposer": other.proposer,
        "proposed_at": other.proposed_at,
        "expires_at": other.expires_at,
        "state": PlanState.PROPOSED,
        "why": "",
    }


def taken(store: Store, stored: StoredPlan, attacks: Sequence[Attack]) -> list[str]:
    """The attacks that the database took, by name."""
    names = []
    for attack in attacks:
        try:
            run(store, attack.statements, stored)
        except StoreError:
            continue
        names.append(attack.name)
    return names


def test_a_waiting_plan_is_neither_changed_nor_decided_alone(store: Store) -> None:
    stored = proposed(store)
    assert taken(store, stored, WAITING) == []
    after = now_of(store, stored)
    assert (after.state, after.decision) == (PlanState.PROPOSED, None)
    assert after.plan == stored.plan
    # They failed for what they are, not for how they are written: another name
    # passes the database, and what it wrote is known not to be Miroir's.
    run(store, [approve("'jean'")], stored)
    with pytest.raises(TamperedPlan, match="was not written by Miroir"):
        now_of(store, stored)


def test_a_plan_written_under_another_name_is_known(store: Store) -> None:
    """Whole, its hash right: all but the seal, which takes the key file."""
    other = plan("alix")
    with store.write() as tables:
        tables._connection.execute(insert(adhesion_plan).values(**written(other)))
    with store.read() as tables:
        with pytest.raises(TamperedPlan, match="was not written by Miroir"):
            tables.plans.open_of(SIREN)
        assert tables.plans.in_state(PlanState.PROPOSED) == ()


def test_a_decision_stays_as_it_was_made(store: Store) -> None:
    stored = proposed(store)
    approved = decided(store, stored)
    assert taken(store, stored, DECIDED) == []
    after = now_of(store, stored)
    assert after.state is PlanState.APPROVED
    assert after.decision == approved.decision
    assert after.decision is not None and after.decision.approver == "jean"


def test_an_expired_plan_is_not_approved(store: Store) -> None:
    stored = proposed(store, lasts=timedelta(milliseconds=400))
    time.sleep(0.5)
    with pytest.raises(StoreError, match="expired"):
        run(store, [approve("'jean'")], stored)
    with pytest.raises(StoreError, match="expired"):
        decided(store, stored)


def test_a_plan_does_not_last_longer_than_five_working_days(store: Store) -> None:
    with pytest.raises(StoreError, match="five working days"):
        proposed(store, lasts=timedelta(days=22))


def test_a_plan_is_not_proposed_in_the_past(store: Store) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    with pytest.raises(StoreError, match="proposed now"):
        proposed(store, proposed_at=past, expires_at=past + timedelta(days=7))


def test_columns_that_contradict_the_document_are_seen(store: Store) -> None:
    """A whole row written by hand, another name in its column."""
    other = plan()
    row = {**written(other), "proposer": "alix"}
    with store.write() as tables:
        tables._connection.execute(insert(adhesion_plan).values(**row))
    with store.read() as tables, pytest.raises(TamperedPlan, match="columns"):
        tables.plans.get(SIREN, other.hash)


@pytest.fixture
def on_sqlite(tmp_path: Path, keys: Keys) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'guards.db'}"
    make_ready(url)
    with Store.open(url, keys) as opened:
        yield opened


def test_the_ways_of_sqlite_are_closed(on_sqlite: Store) -> None:
    stored = proposed(on_sqlite)
    assert taken(on_sqlite, stored, SQLITE) == []
    assert now_of(on_sqlite, stored).decision is None


TAKING_AWAY = (
    "DROP TRIGGER adhesion_approval_decided",
    "DROP TABLE adhesion_approval",
    "ALTER TABLE adhesion_approval RENAME TO other",
    "CREATE TRIGGER t AFTER INSERT ON adhesion_plan BEGIN SELECT 1; END",
    "PRAGMA writable_schema = ON",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA foreign_keys = OFF",
    "DELETE FROM sqlite_master",
)


def test_no_sql_of_miroir_takes_a_guard_away(on_sqlite: Store) -> None:
    stored = proposed(on_sqlite)
    for statement in TAKING_AWAY:
        with pytest.raises(StoreError, match=r"not authorized|may not be modified"):
            run(on_sqlite, [statement], stored)


def test_triggers_hold_where_constraints_are_switched_off(on_sqlite: Store) -> None:
    """By another program, which has the file: SQL there still meets triggers."""
    stored = proposed(on_sqlite)
    connection = sqlite3.connect(on_sqlite.place, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA foreign_keys = OFF")
    for attack in (*WAITING, *SQLITE):
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.Error):
            for statement in attack.statements:
                connection.execute(filled(statement, stored))
        connection.execute("ROLLBACK")
    connection.close()
    assert now_of(on_sqlite, stored).decision is None
