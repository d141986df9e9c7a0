"""Every test of the store runs on a real SQLite and on a real PostgreSQL.

PostgreSQL is the server at MIROIR_TEST_POSTGRESQL, else a private one. With
MIROIR_REQUIRE_SERVICES=1 a missing server is a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from miroir.privacy import Keys
from miroir.store import Store

from tests.store.postgresql import find_binaries, server
from tests.store.ready import make_ready


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    given = os.environ.get("MIROIR_TEST_POSTGRESQL")
    if given:
        yield given
        return
    with server(binaries_or_skip()) as address:
        yield address


def binaries_or_skip() -> Path:
    """Where PostgreSQL is installed; skips the test, or fails it, without one."""
    binaries = find_binaries()
    if binaries is not None:
        return binaries
    reason = "no PostgreSQL: set MIROIR_TEST_POSTGRESQL or install its server"
    if os.environ.get("MIROIR_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a store that is still to be created."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'miroir.db'}"
        return
    address = str(request.getfixturevalue("postgresql"))
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
        yield f"{address}?options=-csearch_path%3D{schema}"
        # A test that left a transaction open must not block the others.
        connection.execute("SET lock_timeout = '5s'")
        connection.execute(f'DROP SCHEMA "{schema}" CASCADE'.encode())


@pytest.fixture
def keys() -> Keys:
    return Keys.generate()


@pytest.fixture
def store(url: str, keys: Keys) -> Iterator[Store]:
    make_ready(url)
    with Store.open(url, keys) as opened:
        yield opened
