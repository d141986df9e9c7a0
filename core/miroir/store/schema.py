"""The revision of a store: created, upgraded, checked. There is no way back:
a backup is what undoes an upgrade.
"""

from __future__ import annotations

import ast
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, event, inspect, text

from miroir.errors import StoreError
from miroir.store.engine import (
    make_engine,
    parse_url,
    sqlite_path,
    transaction,
    where,
)
from miroir.store.protecting import protect_sqlite
from miroir.store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x4D49524F  # "MIRO": any constant that other programs do not use


def head() -> str:
    """The revision that this version of Miroir works with: «0003»."""
    return max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))


def upgrade(url: str) -> None:
    """Create the store, or bring it to `head()`; in one transaction.

    A new SQLite file has mode 600. Raises StoreError.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None:
        _create_private(path)
    engine = make_engine(parsed)
    try:
        with transaction(engine, write=True) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"),
                    {"lock": _UPGRADE_LOCK},
                )
            _refuse_newer(revision(connection), where(parsed))
            _migrate(connection)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration, and the first line of what it says of itself."""

    revision: str
    summary: str


def pending(url: str) -> tuple[Step, ...]:
    """What `upgrade` would do; all of it for a store that is still to be made.

    Raises StoreError for a store that is newer than this version.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    found = None
    if path is None or path.is_file():
        engine = make_engine(parsed)
        try:
            with transaction(engine, write=False) as connection:
                found = revision(connection)
        finally:
            engine.dispose()
    _refuse_newer(found, where(parsed))
    return tuple(step for step in _steps() if step.revision > (found or ""))


def _steps() -> Iterator[Step]:
    for path in sorted(MIGRATIONS.glob("[0-9]*.py")):
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        yield Step(revision=path.name[:4], summary=told.partition("\n")[0])


def check(url: str) -> tuple[str, ...]:
    """What is wrong with a store, one line each; nothing is changed."""
    try:
        parsed = parse_url(url)
        engine = open_engine(url)
    except StoreError as error:
        return (str(error),)
    path = sqlite_path(parsed)
    try:
        problems = [] if path is None else _check_file(path, engine)
    except StoreError as error:
        problems = [str(error)]
    finally:
        engine.dispose()
    return tuple(problems)


def open_engine(url: str, *, earlier: bool = False) -> Engine:
    """The engine of a store at the right revision, else StoreError.

    `earlier`: or at one before it, for what does not read the tables.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    if path is not None and not path.is_file():
        raise StoreError(_absent(str(path)))
    engine = make_engine(parsed)
    if path is not None:
        event.listen(engine, "connect", protect_sqlite)
    try:
        with transaction(engine, write=False) as connection:
            found = revision(connection)
        _require_head(found, where(parsed), earlier=earlier)
    except BaseException:
        engine.dispose()
        raise
    return engine


def revision(connection: Connection) -> str | None:
    """The revision of a store; None when it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    # Read here rather than by alembic, whose import takes half a second.
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    row = found.first()
    return None if row is None else str(row[0])


def _migrate(connection: Connection, target: str = "head") -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS)])
    environment = EnvironmentContext(
        Config(),
        script,
        fn=lambda found, _context: script._upgrade_revs(target, found),
    )
    environment.configure(connection=connection, target_metadata=metadata)
    environment.run_migrations()


def _require_head(found: str | None, place: str, *, earlier: bool) -> None:
    if found is None:
        raise StoreError(_absent(place))
    _refuse_newer(found, place)
    if found != head() and not earlier:
        raise StoreError(
            f"{place}: the store is at revision {found}, this version of Miroir "
            f"needs {head()}; back it up with `miroir db backup`, then run `miroir db upgrade`"
        )


def _refuse_newer(found: str | None, place: str) -> None:
    if found is not None and found > head():
        raise StoreError(
            f"{place}: the store is at revision {found}, written by a newer "
            f"Miroir; this version knows {head()} at most: install the newer one"
        )


def _absent(place: str) -> str:
    return f"{place}: no Miroir store here; `miroir init` creates it"


def _create_private(path: Path) -> None:
    try:
        # SQLite gives its journal files the mode of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: the store cannot be created ({error.strerror}); "
            "give a path in an existing folder that this user may write"
        ) from None


def _check_file(path: Path, engine: Engine) -> list[str]:
    problems = []
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        problems.append(
            f"{path}: other users may read the store (mode {mode:03o}); "
            f"run `chmod 600 {path}`"
        )
    with transaction(engine, write=False) as connection:
        verdicts = connection.execute(text("PRAGMA quick_check(5)")).scalars().all()
    if verdicts != ["ok"]:
        problems.append(
            f"{path}: the file is damaged ({verdicts[0]}); restore a backup"
        )
    return problems
