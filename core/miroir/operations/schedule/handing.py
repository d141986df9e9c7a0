"""Handing over what is due: each row once, whoever is killed in between."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from miroir.operations.schedule.takers import Taker
from miroir.schedule.dues import moment_of, retry_after
from miroir.store.database import Store, Tables
from miroir.store.schedule.dues import DueState, StoredDue

LEASE = "scheduler"
BATCH = 25
"""Rows in one transaction: what a crash undoes, and a take-over may wait for."""
MOST_FAILURES = 8
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One batch: rows found due, and those of them whose taker failed."""

    found: int
    failed: int


def hand_over(
    store: Store, fence: int, now: datetime, takers: Mapping[str, Taker]
) -> Handed:
    """Hand over one batch of what is due; raises LeaseLost, StoreError."""
    with store.write() as tables:
        tables.leases.require(LEASE, fence)
        rows = tables.dues.ready(now, BATCH)
        done = [_one(tables, row, fence, now, takers) for row in rows]
    return Handed(found=len(rows), failed=done.count(False))


def _one(
    tables: Tables,
    row: StoredDue,
    fence: int,
    now: datetime,
    takers: Mapping[str, Taker],
) -> bool:
    """Mark a row and let its taker write; False when the taker failed."""
    due = row.due
    taker = takers.get(due.subject.kind)

    def act() -> None:
        if tables.dues.handed_over(due.key, fence, now) and taker is not None:
            taker(tables, due, now)

    error = tables.attempt(act)
    if error is None:
        return True
    # Whatever a taker does wrong, the other rows are handed over.
    log.error("%s: its taker failed", due.key, exc_info=error)
    _failed(tables, row, f"{type(error).__name__}: {error}", now)
    return False


def _failed(tables: Tables, row: StoredDue, reason: str, now: datetime) -> None:
    """Try again later; after many times, leave it to a person."""
    key, failures = row.due.key, row.failures + 1
    if failures >= MOST_FAILURES:
        tables.dues.park(key, reason, now)
        log.error("%s: parked after %d failures: %s", key, failures, reason)
        return
    tables.dues.failed(key, reason, now + retry_after(failures))
    log.warning("%s: failed, will be tried again: %s", key, reason)


def correct_moments(store: Store, fence: int) -> int:
    """Give what waits the moment that today's time zones say; how many moved.

    A decree may change a zone between the day a row is added and its own.
    """
    with store.write() as tables:
        tables.leases.require(LEASE, fence)
        moved = 0
        for row in tables.dues.listed(states=(DueState.PENDING,)):
            if (moment := moment_of(row.due)) != row.due.due_at:
                tables.dues.move(row.due.key, moment)
                log.info("%s: moved from %s to %s", row.due.key, row.due.due_at, moment)
                moved += 1
    return moved
