"""Backup and restoration of a store, of either kind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from miroir.errors import StoreError
from miroir.store.conflict import upsert
from miroir.store.copies.postgresql import (
    dump_postgresql,
    dumped_revision,
    restore_postgresql,
)
from miroir.store.copies.sqlite import copy_sqlite
from miroir.store.engine import make_engine, parse_url, sqlite_path, transaction
from miroir.store.outbox.tables import outbox_hold
from miroir.store.schema import open_engine, revision, upgrade


def backup(url: str, target: Path) -> None:
    """Copy the store into a new file while it works; raises StoreError.

    A store that waits for its upgrade is copied as it is: that is when the copy
    is wanted most.
    """
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    open_engine(
        url, earlier=True
    ).dispose()  # says what is wrong with the store, if anything
    if path is not None:
        copy_sqlite(path, target)
    else:
        dump_postgresql(parsed, target)


def restore(url: str, source: Path, by: str, now: datetime) -> Path | None:
    """Put a copy in the place of the store, upgraded, and hold what goes out.

    What was sent since the copy was taken is not in it: `miroir actions
    reconcile` looks for it before anything goes out again. Nothing may be using
    the store meanwhile. Returns where the former store is kept, when it is a
    file. Raises StoreError.
    """
    if not source.is_file():
        raise StoreError(f"{source}: no such copy")
    parsed = parse_url(url)
    path = sqlite_path(parsed)
    aside = None
    if path is not None:
        aside = _replace(path, source, now)
    else:
        _require_same(url, source)
        restore_postgresql(parsed, source)
    upgrade(url)
    _hold(url, by, now)
    return aside


def _hold(url: str, by: str, now: datetime) -> None:
    engine = open_engine(url)
    row = {"id": 1, "since": now, "held_by": by, "reason": "restored from a copy"}
    try:
        with transaction(engine, write=True) as connection:
            upsert(connection, outbox_hold, [row])
    finally:
        engine.dispose()


def _require_same(url: str, source: Path) -> None:
    """Tables of another revision would be left among those of the copy."""
    engine = make_engine(parse_url(url))
    try:
        with transaction(engine, write=False) as connection:
            found = revision(connection)
    finally:
        engine.dispose()
    copied = dumped_revision(source)
    if found is not None and found != copied:
        raise StoreError(
            f"{source}: a copy at revision {copied}, and the store is at {found}; "
            "make an empty database, give its address in `store.url`, and restore "
            "into it"
        )


def _replace(path: Path, source: Path, now: datetime) -> Path | None:
    """Copy aside, check, then swap: the former store is kept under another name."""
    draft = path.with_name(f"{path.name}.restoring")
    draft.unlink(missing_ok=True)
    copy_sqlite(source, draft)
    aside = None
    if path.exists():
        aside = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}")
        copy_sqlite(path, aside)
    for journal in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(journal).unlink(missing_ok=True)
    draft.replace(path)
    return aside
