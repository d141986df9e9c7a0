"""Telling a restored store from the one that was backed up.

A restore rewinds the outbox: what it shows as waiting may have gone out since.
A small file beside the store, which no backup of the store takes along, holds
the number of the last attempt made from this machine; a store that knows of
none so high is an older one.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import ROBOT
from miroir.store.database import Store


class Mark:
    """The file, and the number in it. Workers of one machine may share it."""

    def __init__(self, path: Path, chain: str) -> None:
        self._path, self._chain = path, chain
        self._lock = threading.Lock()
        self._known = self._read()

    def reach(self, attempt: int) -> None:
        """Keep the number of an attempt that is about to be made."""
        with self._lock:
            if attempt <= max(self._known, self._read()):
                return
            self._known = attempt
            draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
            draft.write_text(f"{self._chain} {attempt}\n", "ascii")
            crashpoint("mark.drafted")
            draft.replace(self._path)
        crashpoint("mark.reached")

    def ahead_of(self, last_attempt: int) -> bool:
        """More was attempted from here than the store knows of."""
        return self._read() > last_attempt

    def forget(self, last_attempt: int) -> None:
        """Start again from what the store knows."""
        with self._lock:
            self._known = last_attempt
            self._path.write_text(f"{self._chain} {last_attempt}\n", "ascii")

    def _read(self) -> int:
        try:
            chain, _, number = self._path.read_text("ascii").strip().partition(" ")
            return int(number) if chain == self._chain else 0
        except (FileNotFoundError, ValueError):
            return 0


def mark_of(store: Store, path: Path) -> Mark:
    """The mark of a store."""
    with store.read() as tables:
        return Mark(path, tables.journal.chain())


def hold_if_restored(store: Store, mark: Mark) -> bool:
    """Hold the outbox of a store that is older than what was done; whether it is."""
    with store.write() as tables:
        if not mark.ahead_of(tables.claims.last_attempt()):
            return False
        if tables.outbox.held() is None:
            tables.decisions.hold(ROBOT, "the store was restored from a backup")
    return True
