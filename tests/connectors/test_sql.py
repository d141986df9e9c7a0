"""One query on a real PostgreSQL and on a real SQLite."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from miroir import (
    AdhesionReading,
    CampaignReading,
    CollectRequest,
    ReceivedFile,
    Secret,
    SourceError,
    SourceUnavailable,
)
from miroir.testing.conformance.reaching import gives_up, silence
from miroir_connectors.mapping.column import Column
from miroir_connectors.sql.source import SqlQuery

TABLE = (
    "CREATE TABLE lignes (id INTEGER PRIMARY KEY, siren VARCHAR(9), mois DATE, "
    "declare_ NUMERIC(12, 2), libelle VARCHAR(99))"
)
ROWS = (
    "INSERT INTO lignes VALUES "
    "(1, '552100554', '2026-03-01', 1234.50, 'Été'), "
    "(2, '640151353', '2026-03-01', -0.10, NULL), "
    "(3, '123456789', '2026-03-01', 1.00, 'clé fausse')"
)
SELECT = "SELECT id, siren, mois, declare_ AS declare, libelle FROM lignes"
AFTER = f"{SELECT} WHERE id > :cursor"
BY_ID: dict[str, Any] = {
    "query": AFTER,
    "cursor_column": "id",
    "cursor_start": "0",
    "cursor_type": "integer",
}


class Base:
    """A table of campaign lines, and who changes it."""

    def __init__(self, url: str, path: Path | None) -> None:
        self.url, self._path = url, path

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        if self._path is not None:
            with sqlite3.connect(self._path) as lite:
                rows = lite.execute(statement).fetchall()
            lite.close()
            return rows
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def source(self, **settings: Any) -> SqlQuery:
        usual: dict[str, Any] = {"kind": "campaign", "url": Secret(self.url)}
        if "query_file" not in settings:
            usual["query"] = SELECT
        return SqlQuery(**usual | settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    if request.param == "sqlite":
        path = tmp_path / "outil.db"
        made = Base(f"sqlite:///{path}", path)
        made.execute(TABLE)
        made.execute(ROWS)
        yield made
        return
    address = str(request.getfixturevalue("postgresql"))
    schema = f"sql_{uuid.uuid4().hex}"
    Base(address, None).execute(f'CREATE SCHEMA "{schema}"')
    made = Base(f"{address}?options=-csearch_path%3D{schema}", None)
    made.execute(TABLE)
    made.execute(ROWS)
    yield made
    Base(address, None).execute(f'DROP SCHEMA "{schema}" CASCADE')


def collected(source: SqlQuery, **request: Any) -> list[ReceivedFile]:
    return list(source.collect(CollectRequest(**request)))


def problem(source: SqlQuery, **request: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        collected(source, **request)
    return caught.value


def test_rows_are_taken_or_refused_with_their_key(base: Base) -> None:
    source = base.source(key="id", campaign="F26")
    source.check()
    (file,) = collected(source)
    assert "@" not in file.name
    reading = source.read(file)
    assert isinstance(reading, CampaignReading)
    assert [
        (line.siren, str(line.period), line.declared) for line in reading.lines
    ] == [
        ("552100554", "2026-03", 123450),
        ("640151353", "2026-03", -10),
    ]
    assert reading.lines[0].row["libelle"] == "Été"
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (3, "CAMPAGNE_SIREN")
    assert refusal.reason.startswith("id 3: siren «123456789»")
    assert reading.rows == 3
    assert (source.incremental, source.next_cursor()) == (False, None)


def test_the_same_rows_are_the_same_bytes(base: Base) -> None:
    one = collected(base.source(query=f"{SELECT} ORDER BY id"))
    other = collected(base.source(query=f"{SELECT} ORDER BY id DESC"))
    assert [file.sha256 for file in one] == [file.sha256 for file in other]


def test_a_cursor_gives_what_is_new(base: Base) -> None:
    source = base.source(**BY_ID)
    (first,) = collected(source)
    assert first.content.count(b"\n") == 3
    assert source.next_cursor() == "3"
    assert collected(source, cursor="3") == []
    assert source.next_cursor() == "3"
    base.execute("INSERT INTO lignes VALUES (12, '552100554', NULL, NULL, 'x')")
    (second,) = collected(source, cursor="3")
    assert second.content.count(b"\n") == 1
    assert source.next_cursor() == "12"
    assert source.incremental


@pytest.mark.parametrize(
    ("type", "start", "end"),
    [("date", "2000-01-01", "2026-03-01"), ("text", "", "")],
)
def test_cursors_of_other_types(base: Base, type: str, start: str, end: str) -> None:
    column, first = ("siren", "0") if type == "text" else ("mois", start)
    source = base.source(
        query=f"{SELECT} WHERE {column} > :cursor",
        cursor_column=column,
        cursor_start=first,
        cursor_type=type,
    )
    assert len(collected(source)) == 1
    assert source.next_cursor() == (end or "640151353")
    assert collected(source, cursor=source.next_cursor()) == []


def test_one_company_is_bound_not_written(base: Base) -> None:
    query = f"{SELECT} WHERE (:siren IS NULL OR siren = :siren)"
    source = base.source(query=query)
    (all_,) = collected(source)
    (one,) = collected(source, siren="640151353")
    assert (all_.content.count(b"\n"), one.content.count(b"\n")) == (3, 1)
    (none,) = collected(source, siren="' OR '1'='1")
    assert none.content == b""
    reading = source.read(none)
    assert reading.rows == 0


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM lignes",
        "INSERT INTO lignes VALUES (9, '1', NULL, NULL, '') RETURNING id",
        "UPDATE lignes SET siren = '0' RETURNING siren",
        "DROP TABLE lignes",
        "CREATE TABLE autre (x INTEGER)",
    ],
)
def test_nothing_is_written(base: Base, statement: str) -> None:
    error = problem(base.source(query=statement))
    assert "the database refuses" in str(error)
    assert not isinstance(error, SourceUnavailable)
    assert len(base.execute("SELECT * FROM lignes")) == 3
    with pytest.raises((sqlite3.Error, psycopg.Error)):
        base.execute("SELECT * FROM autre")


def test_the_file_of_a_query(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "lignes.sql"
    source = base.source(query_file=path)
    assert "the query cannot be read" in str(problem(source))
    path.write_text(SELECT)
    assert len(collected(source)) == 1


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"query": "SELECT 1 AS siren, 2 AS siren"}, "two columns are named siren"),
        ({"query": "SELECT x FROM absente"}, "the database refuses"),
        ({"most_rows": 2}, "more than 2 rows"),
        (
            {
                **BY_ID,
                "query": "SELECT NULL AS id, :cursor AS c",
                "cursor_type": "text",
            },
            "a row holds nothing in id",
        ),
        ({"url": Secret("not an address: pa55")}, "`url` is not an address"),
        ({"url": Secret("nosql://u:pa55@h/d")}, "the driver of nosql is not installed"),
    ],
)
def test_what_cannot_be_read(base: Base, settings: dict[str, Any], reason: str) -> None:
    source = base.source(**settings)
    error = problem(source)
    assert reason in str(error)
    assert "pa55" not in str(error) + repr(source)


def test_bytes_are_to_be_converted_in_the_query(base: Base) -> None:
    lite = base.url.startswith("sqlite")
    literal = "x'00ff'" if lite else "'\\x00ff'::bytea"
    error = problem(base.source(query=f"SELECT {literal} AS siren"))
    assert "the column siren holds a bytes" in str(error)


def test_a_query_that_lasts_is_stopped(base: Base) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) AS siren FROM n"
        if base.url.startswith("sqlite")
        else "SELECT CAST(pg_sleep(30) AS text) AS siren"
    )
    start = time.monotonic()
    error = problem(base.source(query=endless, timeout_seconds=1))
    assert time.monotonic() - start < 20
    assert isinstance(error, SourceUnavailable)


def test_a_password_that_is_wrong_is_not_tried_again(postgresql: str) -> None:
    # The private server trusts everybody: an unknown database stands for it.
    url = Secret(f"{postgresql.rpartition('/')[0]}/absente")
    error = problem(SqlQuery(kind="campaign", url=url, query="SELECT 1"))
    assert not isinstance(error, SourceUnavailable)


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "absent.db"
    query = {"kind": "campaign", "query": "SELECT 1 AS siren"}
    gone = SqlQuery(url=Secret(f"sqlite:///{path}"), **query)  # type: ignore[arg-type]
    assert isinstance(problem(gone), SourceUnavailable)
    assert not path.exists()
    refused = Secret("postgresql://u:pa55@127.0.0.1:1/d")
    error = problem(SqlQuery(url=refused, **query))  # type: ignore[arg-type]
    assert isinstance(error, SourceUnavailable)
    assert "pa55" not in str(error)


def test_adhesion_conditions_of_a_view(base: Base) -> None:
    absent = ("siret", "date_fin", "idcc", "effectif")
    source = base.source(
        kind="adhesion",
        query="SELECT '552100554' AS siren, 'NC' AS cat, '2026-01-01' AS date_effet, "
        "6.20 AS taux_t1, 17 AS taux_t2, 60 AS part_patronale, 'M' AS per, "
        "'30558637200321' AS institution",
        columns={
            "periodicite": "per",
            "categorie": Column(name="cat", values={"CADRE": "01", "NC": "04"}),
            **{name: Column(always="") for name in absent},
        },
    )
    (file,) = collected(source)
    reading = source.read(file)
    assert isinstance(reading, AdhesionReading)
    (condition,) = reading.conditions
    assert (condition.category, condition.rate_t1) == ("04", Decimal("6.2"))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"query": ""}, "either `query` or `query_file`"),
        (
            {"query": "SELECT :nom"},
            "the query wants :nom; there are :siren and :cursor",
        ),
        ({"query": AFTER}, "`:cursor` in the query and `cursor_column` go together"),
        ({"cursor_column": "id"}, "`cursor_column` and `cursor_start` go together"),
        ({**BY_ID, "cursor_start": "x"}, "the cursor «x» is not of the type integer"),
        ({"most_rows": 0}, "1 or more"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Base("sqlite:////x.db", None).source(**settings)


def test_a_colon_that_is_no_value(base: Base) -> None:
    query = r"SELECT '12\:30' AS libelle, siren FROM lignes"
    (file,) = collected(base.source(query=query))
    assert b'"12:30"' in file.content


def test_a_database_that_is_silent() -> None:
    with silence() as (host, port):
        url = Secret(f"postgresql://u@{host}:{port}/d")
        source = SqlQuery(kind="campaign", url=url, query="SELECT 1", timeout_seconds=1)
        gives_up(source.check, 20)


@pytest.mark.skipif(
    "MIROIR_TEST_POSTGRESQL" in os.environ, reason="the server is not ours to freeze"
)
def test_a_database_that_freezes(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("miroir_connectors.sql.reading._GRACE", 1)
    source = SqlQuery(
        kind="campaign",
        url=Secret(postgresql),
        query="SELECT CAST(pg_sleep(60) AS text) AS siren",
        timeout_seconds=1,
    )
    with frozen(postgresql):
        start = time.monotonic()
        assert isinstance(problem(source), SourceUnavailable)
        assert time.monotonic() - start < 20


@contextmanager
def frozen(address: str) -> Iterator[None]:
    """Stop the process that serves a query which sleeps."""
    stopped: list[int] = []

    def freeze() -> None:
        look = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        with psycopg.connect(address, autocommit=True) as connection:
            for _ in range(500):
                found = connection.execute(look).fetchall()
                if found:
                    stopped.append(found[0][0])
                    os.kill(stopped[0], signal.SIGSTOP)
                    return
                time.sleep(0.01)

    thread = threading.Thread(target=freeze)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        assert stopped
