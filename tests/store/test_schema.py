from __future__ import annotations

import os
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from miroir.errors import StoreError
from miroir.privacy import Keys
from miroir.store import Store, check, upgrade
from miroir.store.engine import make_engine, parse_url, transaction
from miroir.store.schema import MIGRATIONS, head
from miroir.store.tables import metadata
from sqlalchemy import Connection, inspect, text

from tests.store.samples import NIR


def run(url: str, statement: str) -> None:
    engine = make_engine(parse_url(url))
    with transaction(engine, write=True) as connection:
        connection.execute(text(statement))
    engine.dispose()


def description(connection: Connection) -> dict[str, Any]:
    """All that an inspector tells of the tables, in a comparable form."""
    inspector = inspect(connection)
    tables = {}
    for name in inspector.get_table_names():
        if name == "alembic_version":
            continue
        tables[name] = {
            "columns": [
                {**column, "type": str(column["type"])}
                for column in inspector.get_columns(name)
            ],
            "primary": inspector.get_pk_constraint(name),
            "foreign": _named(inspector.get_foreign_keys(name)),
            "unique": _named(inspector.get_unique_constraints(name)),
            "checks": _named(inspector.get_check_constraints(name)),
            "indexes": _named(inspector.get_indexes(name)),
        }
    return tables


def _named(items: Any) -> dict[str, Any]:
    return {
        item["name"]: {k: _shown(v) for k, v in item.items() if k != "referred_schema"}
        for item in items
    }


def _shown(value: Any) -> str:
    # The condition of a partial index has no equality, but a text.
    if isinstance(value, dict):
        return str({name: str(item) for name, item in value.items()})
    return str(value)


def test_migrations_make_the_tables(url: str) -> None:
    upgrade(url)
    engine = make_engine(parse_url(url))
    with transaction(engine, write=False) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        migrated = description(connection)
    with transaction(engine, write=True) as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert description(connection) == migrated
    engine.dispose()
    assert set(migrated) == set(metadata.tables)


def test_migrations_follow_each_other() -> None:
    numbers = sorted(path.name[:4] for path in MIGRATIONS.glob("*.py"))
    assert numbers == [f"{rank:04}" for rank in range(1, len(numbers) + 1)]
    assert head() == numbers[-1]


def test_upgrading_twice_changes_nothing(url: str, keys: Keys) -> None:
    for _ in range(2):
        upgrade(url)
        with Store.open(url, keys) as store, store.write() as tables:
            tables.employees.remember([NIR])
    assert check(url) == ()


def test_two_upgrades_at_once_wait_for_each_other(url: str) -> None:
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(upgrade, url) for _ in range(4)]:
            done.result(timeout=30)
    assert check(url) == ()


def test_an_absent_store_is_not_created_by_opening(url: str, keys: Keys) -> None:
    with pytest.raises(StoreError, match="no Miroir store here; `miroir init`"):
        Store.open(url, keys)
    (problem,) = check(url)
    assert "no Miroir store here" in problem
    path = parse_url(url).database
    assert path is not None
    assert not Path(path).exists() or "postgresql" in url


def test_an_older_store_is_refused(url: str, keys: Keys) -> None:
    upgrade(url)
    run(url, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(
        StoreError, match=r"revision 0001.*back it up.*miroir db upgrade"
    ):
        Store.open(url, keys)


def test_a_newer_store_is_refused_and_left_alone(url: str, keys: Keys) -> None:
    upgrade(url)
    run(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Miroir"):
        Store.open(url, keys)
    with pytest.raises(StoreError, match="newer Miroir"):
        upgrade(url)


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(url: str) -> None:
    run_first = "CREATE TABLE gap (id INTEGER)"
    path = parse_url(url).database
    if "sqlite" in url and path is not None:
        Path(path).touch(mode=0o600)
    run(url, run_first)
    with pytest.raises(StoreError, match="gap"):
        upgrade(url)
    engine = make_engine(parse_url(url))
    with transaction(engine, write=False) as connection:
        assert inspect(connection).get_table_names() == ["gap"]
    engine.dispose()


def test_keys_of_another_installation_are_refused(store: Store, url: str) -> None:
    with store.write() as tables:
        tables.employees.remember([NIR])
    with pytest.raises(StoreError, match="pseudonym key"):
        Store.open(url, Keys.generate())


def test_ephemeral_keys_are_refused(url: str) -> None:
    upgrade(url)
    with pytest.raises(StoreError, match="keys that last"):
        Store.open(url, Keys.generate(ephemeral=True))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("not a url", "no URL"),
        ("mysql://root:secret@host/base", "no such kind of store"),
        ("sqlite://", "the store is a file"),
        ("sqlite:////no/such/folder/miroir.db", "cannot be created"),
        ("postgresql://u:secret@127.0.0.1:1/base", "did not answer"),
    ],
)
def test_an_address_that_cannot_be_used(address: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        upgrade(address)
    assert "secret" not in str(caught.value)


def test_the_file_of_a_store_is_private(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "miroir.db"
    mask = os.umask(0)
    try:
        upgrade(f"sqlite:///{path}")
    finally:
        os.umask(mask)
    with Store.open(f"sqlite:///{path}", keys) as store, store.write() as tables:
        tables.employees.remember([NIR])
        modes = {
            stat.S_IMODE(found.stat().st_mode) for found in tmp_path.glob("miroir.db*")
        }
        assert len(list(tmp_path.glob("miroir.db*"))) == 3
    assert modes == {0o600}
    path.chmod(0o644)
    (problem,) = check(f"sqlite:///{path}")
    assert "chmod 600" in problem


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    path = tmp_path / "miroir.db"
    upgrade(f"sqlite:///{path}")
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    path.write_bytes(content)
    problems = check(f"sqlite:///{path}")
    assert any(str(path) in problem for problem in problems)
    path.write_bytes(b"not a database, whatever its name says" * 100)
    (problem,) = check(f"sqlite:///{path}")
    assert "not a database" in problem


def test_sqlite_is_set_for_durability(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'miroir.db'}")
    engine = make_engine(parse_url(f"sqlite:///{tmp_path / 'miroir.db'}"))
    with transaction(engine, write=False) as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names
        ]
    engine.dispose()
    assert found == ["wal", 2, 1, 10_000]


def test_postgresql_limits_what_a_statement_may_take(postgresql: str) -> None:
    engine = make_engine(parse_url(postgresql))
    names = ("statement_timeout", "lock_timeout", "timezone")
    with transaction(engine, write=False) as connection:
        found = [connection.execute(text(f"SHOW {name}")).scalar() for name in names]
    engine.dispose()
    assert found == ["30s", "10s", "UTC"]


def test_the_password_of_a_store_is_not_shown(postgresql: str, keys: Keys) -> None:
    schema = f"test_{uuid.uuid4().hex}"
    url = postgresql.replace("postgres@", "postgres:s3cret@")
    url += f"?options=-csearch_path%3D{schema}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
        upgrade(url)
        with Store.open(url, keys) as store:
            assert "s3cret" not in store.place + repr(store)
        connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())
