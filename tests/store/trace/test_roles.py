"""The role of the application on PostgreSQL: it adds to the journal, no more."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from miroir.dossier.model import EventKind
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import Store, upgrade
from miroir.store.roles import grants
from miroir.trace.entry import Entry
from psycopg import sql

from tests.store.samples import NOW, SIREN

REFUSED = [
    "UPDATE trace_line SET outcome = 'x'",
    "DELETE FROM trace_line",
    "TRUNCATE trace_line",
    "DELETE FROM trace_detail",
    "UPDATE trace_anchor SET digest = 'x'",
    "UPDATE trace_head SET chain = 'x'",
    "DELETE FROM trace_person",
    "DELETE FROM attempt",
    "ALTER TABLE trace_line DISABLE TRIGGER USER",
    "DROP TABLE trace_line",
]


@pytest.fixture
def owned(postgresql: str) -> Iterator[tuple[str, str, str]]:
    """Address of the owner, address of the application, its role."""
    schema, role = f"test_{uuid.uuid4().hex}", f"app_{uuid.uuid4().hex}"
    place = f"?options=-csearch_path%3D{schema}"
    with psycopg.connect(postgresql, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        upgrade(postgresql + place)
        usage = f"GRANT USAGE ON SCHEMA {schema} TO {role}"
        admin.execute(usage.encode())
        admin.execute(f"SET search_path = {schema}".encode())
        for statement in grants(role):
            admin.execute(statement.encode())
        own = postgresql.replace("postgres@", f"{role}@")
        yield postgresql + place, own + place, role
        admin.execute(f"DROP SCHEMA {schema} CASCADE".encode())
        admin.execute(f"DROP OWNED BY {role}".encode())
        admin.execute(f"DROP ROLE {role}".encode())


def test_the_application_works_and_cannot_change_the_journal(
    owned: tuple[str, str, str], keys: Keys
) -> None:
    _, url, _ = owned
    with Store.open(url, keys) as store:
        with store.write() as tables:
            dossier, _ = tables.cases.create(SIREN, NOW)
            tables.cases.say(dossier.id, NOW, "marie", EventKind.NOTE, "un mot")
            tables.journal.append(
                Entry(act="mail.sent", actor="m", person="c-a", detail={"to": "x"})
            )
        with store.write() as tables:
            assert tables.heads.add(keys.trace, NOW) is not None
            assert tables.journal.persons.erase("c-a", NOW)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as application:
        for statement in REFUSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement.encode())


def test_the_owner_meets_the_triggers(owned: tuple[str, str, str], keys: Keys) -> None:
    owner, url, _ = owned
    with Store.open(url, keys) as store, store.write() as tables:
        tables.journal.append(Entry(act="mail.sent", actor="m"))
    with psycopg.connect(owner, autocommit=True) as connection:
        for statement in REFUSED[:3]:
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(statement.encode())


def test_a_role_has_a_plain_name() -> None:
    with pytest.raises(StoreError, match="no plain name"):
        list(grants('x"; DROP TABLE trace_line; --'))
