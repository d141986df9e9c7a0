"""On PostgreSQL, the application's role with all the SQL that it may send."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from miroir.adhesion.plan import PlanState
from miroir.privacy import Keys
from miroir.store import Store, upgrade
from miroir.store.roles import grants
from psycopg import sql

from tests.adhesion.samples import SIREN, plan
from tests.store.adhesion_plans.attacks import DECIDED, WAITING, approve
from tests.store.adhesion_plans.test_guards import decided, filled, proposed

BEYOND_ITS_RIGHTS = (
    "TRUNCATE adhesion_plan CASCADE",
    "TRUNCATE adhesion_approval",
    "ALTER TABLE adhesion_plan DISABLE TRIGGER USER",
    "ALTER TABLE adhesion_approval DROP CONSTRAINT ck_adhesion_approval_two_persons",
    "DROP TRIGGER adhesion_approval_row ON adhesion_approval",
    "DROP FUNCTION adhesion_approval_guard CASCADE",
    (
        "CREATE OR REPLACE FUNCTION adhesion_approval_guard() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
    "SET session_replication_role = replica",
    "DROP TABLE adhesion_approval",
    "UPDATE adhesion_plan SET proposer = 'jean'",
    "DELETE FROM adhesion_plan",
)


@pytest.fixture
def application(postgresql: str) -> Iterator[str]:
    """The address of a store that another role owns, for the application."""
    schema, role = f"test_{uuid.uuid4().hex}", f"app_{uuid.uuid4().hex}"
    place = f"?options=-csearch_path%3D{schema}"
    with psycopg.connect(postgresql, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        upgrade(postgresql + place)
        admin.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}".encode())
        admin.execute(f"SET search_path = {schema}".encode())
        for statement in grants(role):
            admin.execute(statement.encode())
        yield postgresql.replace("postgres@", f"{role}@") + place
        admin.execute(f"DROP SCHEMA {schema} CASCADE".encode())
        admin.execute(f"DROP OWNED BY {role}".encode())
        admin.execute(f"DROP ROLE {role}".encode())


def test_the_role_of_the_application_decides_nothing_alone(
    application: str, keys: Keys
) -> None:
    with Store.open(application, keys) as store:
        stored = proposed(store)
        with psycopg.connect(application, autocommit=True) as connection:
            for attack in WAITING:
                with pytest.raises(psycopg.Error):
                    for statement in attack.statements:
                        connection.execute(filled(statement, stored).encode())
            for statement in BEYOND_ITS_RIGHTS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
            _behind_a_temporary_table(connection, filled(approve(), stored))
            with store.read() as tables:
                waiting = tables.plans.get(SIREN, stored.plan.hash)
            assert (waiting.state, waiting.decision) == (PlanState.PROPOSED, None)
            decided(store, stored)
            for attack in DECIDED:
                with pytest.raises(psycopg.Error):
                    for statement in attack.statements:
                        connection.execute(filled(statement, stored).encode())
        with store.read() as tables:
            after = tables.plans.get(SIREN, stored.plan.hash)
        assert after.state is PlanState.APPROVED
        assert after.decision is not None and after.decision.approver == "jean"


def _behind_a_temporary_table(
    connection: psycopg.Connection[tuple[object, ...]], statement: str
) -> None:
    """A table of the same name, which triggers would look at if they let it."""
    connection.execute(
        "CREATE TEMPORARY TABLE adhesion_plan AS SELECT * FROM adhesion_plan"
    )
    connection.execute("UPDATE adhesion_plan SET proposer = 'jean'")
    with pytest.raises(psycopg.errors.RaiseException, match="of their own"):
        connection.execute(statement.encode())
    as_jean = statement.replace("'marie', 'marie'", "'jean', 'marie'")
    with pytest.raises(psycopg.errors.RaiseException, match="its proposer"):
        connection.execute(as_jean.encode())
    connection.execute("DROP TABLE pg_temp.adhesion_plan")


def test_the_role_of_the_application_ends_plans(application: str, keys: Keys) -> None:
    """What it needs, it may do."""
    with Store.open(application, keys) as store:
        stored = decided(store, proposed(store))
        with store.write() as tables:
            assert tables.plans.end(stored, PlanState.APPLIED, datetime.now(UTC))
            tables.plans.propose(plan())
