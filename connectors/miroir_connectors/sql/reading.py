"""Asking a database, which is only read."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miroir import Secret, SourceError, SourceUnavailable
from miroir.privacy import mask

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import ExceptionContext

_MANY = 1_000
_CONNECTING = 10
"""Seconds to open a connection, at most."""
_GRACE = 5
"""Seconds left to a server to stop a query by itself."""
_STEPS = 10_000
"""Steps of SQLite between two looks at the clock."""
_REFUSED = ("28", "3D", "42501")
_REFUSED_IN_WORDS = (
    *("authentication failed", "does not exist", "no pg_hba.conf entry"),
)
_SQLITE_BUSY = ("locked", "unable to open", "interrupted", "disk I/O")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query, what is bound to it, how long its answer may take."""

    url: Secret
    address: str
    query: str
    bound: Mapping[str, object]
    seconds: int


def address_of(url: Secret) -> str:
    """The address without user nor password; raises SourceError."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url.reveal())
    except ArgumentError:
        raise SourceError(
            "`url` is not an address of SQLAlchemy, such as "
            "postgresql+psycopg://user:password@host/database"
        ) from None
    return f"{found.get_backend_name()}://{found.host or ''}/{found.database or ''}"


def answer(question: Question) -> Generator[Mapping[str, object], None, None]:
    """The rows, one by one; raises SourceError or SourceUnavailable."""
    with _explained(question.address):
        engine = _engine(question)
        try:
            with engine.connect() as connection, _in_time(connection, question.seconds):
                _only_read(connection, question.seconds)
                try:
                    yield from _rows(connection, question)
                finally:
                    connection.rollback()
        finally:
            engine.dispose()


def _rows(connection: Connection, question: Question) -> Iterator[Mapping[str, object]]:
    from sqlalchemy import String, bindparam, text

    query = text(question.query)
    if "siren" in question.bound:
        # Its type makes a NULL one that PostgreSQL can compare.
        query = query.bindparams(bindparam("siren", type_=String))
    if "cursor" in question.bound:
        value = question.bound["cursor"]
        query = query.bindparams(bindparam("cursor", value=value))
    streamed = connection.execution_options(yield_per=_MANY)
    with streamed.execute(query, dict(question.bound)) as result:
        if not result.returns_rows:
            raise SourceError(
                f"{question.address}: the query gives no rows. It is to read."
            )
        names = list(result.keys())
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SourceError(
                f"{question.address}: two columns are named {', '.join(twice)}. Rename "
                "one in the query (… AS …)."
            )
        for row in result:
            yield dict(zip(names, row, strict=True))


def _engine(question: Question) -> Engine:
    from sqlalchemy import create_engine, event, make_url
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    url = make_url(question.url.reveal())
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        # Never made when it is absent, as SQLite would.
        url = url.set(
            database=f"file:{url.database}", query={"mode": "ro", "uri": "true"}
        )
    options: dict[str, object] = {}
    if url.get_backend_name() == "postgresql":
        options["connect_timeout"] = min(question.seconds, _CONNECTING)
    try:
        engine = create_engine(
            url, poolclass=NullPool, hide_parameters=True, connect_args=options
        )
    except (NoSuchModuleError, ImportError) as error:
        raise SourceError(
            f"{question.address}: the driver of {url.drivername} is not installed "
            f"({error}). For PostgreSQL: pip install 'miroir[postgresql]'."
        ) from None
    event.listen(engine, "handle_error", _close_cursor)
    return engine


def _close_cursor(context: ExceptionContext) -> None:
    """SQLAlchemy drops, unclosed, the cursor of a connection that was lost."""
    executing = context.execution_context
    if executing is not None and executing.cursor is not None:
        with suppress(Exception):
            executing.cursor.close()


def _only_read(connection: Connection, seconds: int) -> None:
    """Have the database itself refuse to write, and stop in time."""
    match connection.dialect.name:
        case "postgresql":
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql(
                f"SET LOCAL statement_timeout = {seconds * 1000}"
            )
        case "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
            raw = connection.connection.driver_connection
            end = time.monotonic() + seconds
            if raw is not None:
                raw.set_progress_handler(lambda: time.monotonic() > end, _STEPS)


def _may_come_back(error: object, said: str) -> bool:
    """Whether an OperationalError says that the database is not to be had now."""
    if isinstance(error, sqlite3.Error):
        return any(words in said for words in _SQLITE_BUSY)
    state = str(getattr(error, "sqlstate", "") or "")
    # A connection that fails bears no code in psycopg.
    refused = any(words in said for words in _REFUSED_IN_WORDS)
    return not refused and not state.startswith(_REFUSED)


@contextmanager
def _in_time(connection: Connection, seconds: int) -> Iterator[None]:
    """Shut the connection to a server that has frozen: it stops no query itself."""
    raw = connection.connection.driver_connection
    if connection.dialect.name != "postgresql" or raw is None:
        yield
        return
    # A copy of the descriptor, since the connection may close its own before.
    with socket.socket(fileno=os.dup(raw.fileno())) as copy:
        timer = threading.Timer(seconds + _GRACE, _shut, [copy])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side has closed it
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Errors of the database, in its own words but for numbers of persons."""
    from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        said = mask(str(error.orig).partition("\n")[0][:200])
        if isinstance(error, OperationalError) and _may_come_back(error.orig, said):
            raise SourceUnavailable(
                f"{address}: no answer ({said}). It is tried again."
            ) from None
        raise SourceError(
            f"{address}: the database refuses ({said}). Correct `url`, "
            "`query` or the rights of the user; nothing may be written."
        ) from None
    except SQLAlchemyError as error:
        raise SourceError(
            f"{address}: {type(error).__name__}. Correct `url`."
        ) from None
