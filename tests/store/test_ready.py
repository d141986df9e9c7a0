"""What tests start from is what the migrations make, and nothing else."""

from __future__ import annotations

import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from miroir.store import check, upgrade

from tests.store.ready import CHAIN, PLACE, dumped, make_ready

CASTS = re.compile(r"[()]|::text(\[\])?|::character varying")
"""PostgreSQL writes `(ARRAY['a'])::text[]` anew as `ARRAY[('a')::text]`."""


def test_a_file_is_what_the_migrations_make(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.db" for name in ("copied", "again", "migrated")]
    for path in paths[:2]:
        make_ready(f"sqlite:///{path}")
    upgrade(f"sqlite:///{paths[2]}")
    told, chains = [], []
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            chains += connection.execute(CHAIN).fetchone()
            text = "\n".join(connection.iterdump()).replace(chains[-1], "")
            told.append((text, connection.execute("PRAGMA journal_mode").fetchone()))
    assert told[0] == told[1] == told[2]
    assert len(set(chains)) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


@pytest.fixture
def schemas(postgresql: str) -> Iterator[tuple[str, ...]]:
    names = "copied_schema", "again_schema", "migrated_schema"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        yield names
        for name in names:
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def test_a_schema_is_what_the_migrations_make(
    postgresql: str, schemas: tuple[str, ...]
) -> None:
    for name in schemas[:2]:
        make_ready(postgresql + PLACE + name)
    upgrade(postgresql + PLACE + schemas[2])
    told: list[str] = []
    chains: list[str] = []
    for name in schemas:
        text = dumped(postgresql, name)
        if text is None:
            pytest.skip("no pg_dump of this server: schemas are migrated, not copied")
        with psycopg.connect(postgresql, options=f"-csearch_path={name}") as connection:
            chains += connection.execute(CHAIN.encode()).fetchone() or ()
        told.append(CASTS.sub("", text.replace(name, "").replace(chains[-1], "")))
    assert len(told[2]) > 10_000
    assert told[0] == told[1] == told[2]
    assert len(set(chains)) == 3


def test_a_copy_passes_the_check_of_a_store(url: str) -> None:
    make_ready(url)
    assert check(url) == ()
