"""Connections: SQLite by default, PostgreSQL by address, the same manners.

A transaction says when it begins whether it will write. On SQLite it then
takes the write lock at once, since waiting later may end in a refusal that no
timeout avoids.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError, StatementError

from miroir.errors import StoreError
from miroir.privacy import mask

BUSY_MS = 10_000
STATEMENT_MS = 30_000
_WRITES = "miroir_writes"
_SQLITE_PRAGMAS = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
)
_POSTGRESQL_SETTINGS = (
    f"statement_timeout = {STATEMENT_MS}",
    f"lock_timeout = {BUSY_MS}",
    "idle_in_transaction_session_timeout = 60000",
    "timezone = 'UTC'",
)
# A server that is cut off says nothing: without these, waiting has no end.
_POSTGRESQL_CONNECTION = {
    "connect_timeout": 30,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_EXPECTED = "expected sqlite:///folder/miroir.db or postgresql://user@host/database"


def parse_url(url: str) -> URL:
    """Read an address; raises StoreError, which never shows a password."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"the address of the store is no URL; {_EXPECTED}") from None
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "postgresql+psycopg":
        return parsed
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"{where(parsed)}: no such kind of store; {_EXPECTED}")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError(f"{where(parsed)}: the store is a file; {_EXPECTED}")
    return parsed


def where(url: URL) -> str:
    """How messages name a store, without its password."""
    path = sqlite_path(url)
    return str(path) if path else url.render_as_string(hide_password=True)


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite store; None for another kind."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def make_engine(url: URL) -> Engine:
    """Engine of one store; nothing is connected yet."""
    try:
        # Without hide_parameters an exception would quote the rows.
        engine = sqlalchemy.create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=sqlite_path(url) is None,
            connect_args={} if sqlite_path(url) else dict(_POSTGRESQL_CONNECTION),
        )
    except ModuleNotFoundError:
        raise StoreError(
            f"{where(url)}: the PostgreSQL driver is missing; "
            "install it with `pip install miroir[postgresql]`"
        ) from None
    if sqlite_path(url) is None:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
    else:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def transaction(engine: Engine, *, write: bool) -> Iterator[Connection]:
    """One transaction, committed at the end, rolled back on any exception.

    A database that refuses or does not answer raises StoreError, whose text
    quotes no row.
    """
    try:
        with engine.connect() as connection:
            connection.execution_options(**{_WRITES: write})
            with connection.begin():
                yield connection
    except SQLAlchemyError as error:
        # From None: the driver's own message may quote a row.
        raise StoreError(_explain(engine.url, error)) from None


def scrub(engine: Engine) -> bool:
    """Take what was overwritten out of the files; false while readers keep it.

    On SQLite the journal of writing is emptied into the database; on PostgreSQL
    old versions of the rows are vacuumed.
    """
    connection = engine.raw_connection()
    try:
        if sqlite_path(engine.url) is None:
            assert connection.driver_connection is not None
            connection.driver_connection.autocommit = True
            connection.cursor().execute("VACUUM trace_person")
            return True
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=1000")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()
        return busy is not None and busy[0] == 0
    finally:
        # Not for another's transaction: it would begin by itself.
        connection.invalidate()


_SQLITE_WAIT = BUSY_MS / 1000
"""Seconds: as long as the busy_timeout of the pragmas."""


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Else the sqlite3 module begins transactions by itself, and too late.
    connection.isolation_level = None
    try:
        _set_pragmas(connection)
    except sqlite3.OperationalError:
        _set_pragmas_when_free(connection)


def _set_pragmas(connection: sqlite3.Connection) -> None:
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _set_pragmas_when_free(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself when several first openings change the
    journal of a new file at once: it answers «locked» at once."""
    # Rare, and long to import: it brings asyncio.
    from tenacity import (
        Retrying,
        retry_if_exception_type,
        stop_after_delay,
        wait_random,
    )

    for attempt in Retrying(
        retry=retry_if_exception_type(sqlite3.OperationalError),
        stop=stop_after_delay(_SQLITE_WAIT),
        wait=wait_random(0.01, 0.1),
        reraise=True,
    ):
        with attempt:
            _set_pragmas(connection)


def _begin_sqlite(connection: Connection) -> None:
    write = bool(connection.get_execution_options().get(_WRITES))
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _prepare_postgresql(connection: Any, _record: object) -> None:
    for setting in _POSTGRESQL_SETTINGS:
        connection.execute(f"SET {setting}")
    connection.commit()


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        )


def _explain(url: URL, error: SQLAlchemyError) -> str:
    cause = (error.orig if isinstance(error, StatementError) else None) or error
    # The first line only: PostgreSQL quotes rows in the next ones.
    reason = mask((str(cause).splitlines() or [type(cause).__name__])[0])
    if _is_busy(cause):
        return (
            f"{where(url)}: another process has been writing for "
            f"{BUSY_MS // 1000} s ({reason}); try again when it is done"
        )
    return (
        f"{where(url)}: the database refused or did not answer ({reason}); "
        "`miroir doctor` checks the store"
    )


def _is_busy(cause: BaseException) -> bool:
    # By code: the words are in the language of the server.
    sqlite_code = getattr(cause, "sqlite_errorname", None) or ""
    return (
        sqlite_code.startswith("SQLITE_BUSY")
        or getattr(cause, "sqlstate", None) == "55P03"
    )
