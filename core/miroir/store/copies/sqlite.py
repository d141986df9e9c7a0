"""Copies of a SQLite store, by its own backup: whole, whoever is writing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from miroir.errors import StoreError

_PAGES = 4096


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a store into a new file of mode 600; raises StoreError.

    A plain copy of the file misses what is still in its journal.
    """
    try:
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise StoreError(
            f"{target}: cannot be written ({error.strerror}); give a file that "
            "is not there yet, in a folder that this user may write"
        ) from None
    try:
        # Read-only, else a file that is not there would be made.
        with (
            closing(
                sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
            ) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new, pages=_PAGES)
            (verdict,) = new.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        target.unlink()
        raise StoreError(
            f"{source}: cannot be copied ({error}); is it a store of Miroir?"
        ) from None
    if verdict != "ok":
        target.unlink()
        raise StoreError(f"{source}: the file is damaged ({verdict}); not copied")
    _flush(target)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
