"""What comes due once: added, cancelled, handed over to who takes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from miroir.errors import NothingFound
from miroir.store.schedule.tables import due
from miroir.types.schedule import Due, Subject


class DueState(StrEnum):
    PENDING = "pending"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    PARKED = "parked"
    """Its taker failed again and again: a person is to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDue:
    """A row and where it stands. `reason`: why it was cancelled or parked, or
    the last failure of a pending one, which is tried again at `ready_at`."""

    due: Due
    state: DueState
    ready_at: datetime
    added_at: datetime
    ended_at: datetime | None
    failures: int
    reason: str


class Dues:
    """Table `due`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, dues: Iterable[Due], at: datetime) -> int:
        """Add rows; gives how many were not waiting already.

        A key that was handed over is never added again; one that was
        cancelled waits again, since its purpose came back.
        """
        added = 0
        for item in dues:
            rows = _insert(self._connection).values(_row(item, at))
            again = rows.on_conflict_do_update(
                index_elements=["key"],
                set_={name: rows.excluded[name] for name in _AGAIN},
                where=due.c.state == DueState.CANCELLED.value,
            )
            added += self._connection.execute(
                again, execution_options={"preserve_rowcount": True}
            ).rowcount
        return added

    def cancel(
        self,
        subject: Subject,
        reason: str,
        at: datetime,
        *,
        purpose: str | None = None,
        rule: str | None = None,
        keys: Sequence[str] | None = None,
    ) -> tuple[str, ...]:
        """Cancel what waits about a subject, or only one purpose or rule of it.

        `keys`: only these of them. Gives the keys cancelled; what was handed
        over stays so.
        """
        chosen = [*_about(subject)]
        if keys is not None:
            chosen.append(due.c.key.in_(keys))
        if purpose is not None:
            chosen.append(due.c.purpose == purpose)
        if rule is not None:
            chosen.append(due.c.rule == rule)
        return self._cancel(and_(*chosen), reason, at)

    def cancel_key(self, key: str, reason: str, at: datetime) -> None:
        """Cancel one row; raises NothingFound when none waits under this key."""
        if not self.cancel_keys([key], reason, at):
            raise NothingFound(f"Nothing waits under the key {key}.")

    def cancel_keys(
        self, keys: Sequence[str], reason: str, at: datetime
    ) -> tuple[str, ...]:
        """Cancel the rows that wait under some keys; gives those that did."""
        return self._cancel(due.c.key.in_(keys), reason, at)

    def get(self, key: str) -> StoredDue | None:
        """One row."""
        query = select(due).where(due.c.key == key)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _stored(row)

    def listed(
        self,
        *,
        subject: Subject | None = None,
        states: Sequence[DueState] = (DueState.PENDING,),
        until: datetime | None = None,
        limit: int | None = None,
    ) -> tuple[StoredDue, ...]:
        """Rows by moment: of a subject, in some states, due up to a moment."""
        query = select(due).where(due.c.state.in_([state.value for state in states]))
        if subject is not None:
            query = query.where(*_about(subject))
        if until is not None:
            query = query.where(due.c.due_at <= until)
        rows = self._connection.execute(
            query.order_by(due.c.due_at, due.c.id).limit(limit)
        )
        return tuple(_stored(row) for row in rows.mappings())

    def counts(self) -> dict[DueState, int]:
        """How many rows stand in each state."""
        query = select(due.c.state, func.count()).group_by(due.c.state)
        return {DueState(state): n for state, n in self._connection.execute(query)}

    def ready(self, now: datetime, limit: int) -> tuple[StoredDue, ...]:
        """Rows to hand over now, locked until the end of the transaction."""
        query = (
            select(due)
            .where(due.c.state == DueState.PENDING.value, due.c.ready_at <= now)
            .order_by(due.c.ready_at, due.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(_stored(row) for row in rows)

    def handed_over(self, key: str, fence: int, at: datetime) -> bool:
        """Mark a row; False when it does not wait any more."""
        values = {"state": DueState.HANDED_OVER.value, "ended_at": at, "fence": fence}
        return self._end(due.c.key == key, values) == 1

    def failed(self, key: str, reason: str, retry_at: datetime) -> None:
        """Its taker failed: it waits, and is tried again later."""
        self._connection.execute(
            update(due)
            .where(due.c.key == key, _WAITING)
            .values(failures=due.c.failures + 1, reason=reason, ready_at=retry_at)
        )

    def park(self, key: str, reason: str, at: datetime) -> None:
        """Its taker failed too often: put it aside for a person."""
        self._end(
            due.c.key == key,
            {"state": DueState.PARKED.value, "ended_at": at, "reason": reason},
        )

    def unpark(self, key: str, at: datetime) -> None:
        """Let a parked row wait again; raises NothingFound."""
        change = (
            update(due)
            .where(due.c.key == key, due.c.state == DueState.PARKED.value)
            .values(
                state=DueState.PENDING.value, ended_at=None, failures=0, ready_at=at
            )
        )
        if self._connection.execute(change).rowcount != 1:
            raise NothingFound(f"Nothing is parked under the key {key}.")

    def move(self, key: str, due_at: datetime) -> None:
        """Give a waiting row another moment: its time zone has changed."""
        self._connection.execute(
            update(due)
            .where(due.c.key == key, _WAITING)
            .values(due_at=due_at, ready_at=due_at)
        )

    def purge(self, before: datetime) -> int:
        """Forget rows handed over or cancelled before a moment; how many.

        Their keys are forgotten with them: nothing may add them again, which
        holds as long as rules look forward.
        """
        ended = due.c.state.in_([DueState.HANDED_OVER.value, DueState.CANCELLED.value])
        gone = delete(due).where(ended, due.c.ended_at < before)
        return self._connection.execute(gone).rowcount

    def _cancel(
        self, chosen: ColumnElement[bool], reason: str, at: datetime
    ) -> tuple[str, ...]:
        change = (
            update(due)
            .where(chosen, or_(_WAITING, due.c.state == DueState.PARKED.value))
            .values(state=DueState.CANCELLED.value, ended_at=at, reason=reason)
            .returning(due.c.key)
        )
        return tuple(sorted(self._connection.execute(change).scalars()))

    def _end(self, chosen: ColumnElement[bool], values: dict[str, object]) -> int:
        change = update(due).where(chosen, _WAITING).values(values)
        return self._connection.execute(change).rowcount


_WAITING = due.c.state == DueState.PENDING.value
_AGAIN = (
    *("state", "due_at", "day", "at", "zone", "purpose", "rule", "label", "payload"),
    *("ready_at", "ended_at", "failures", "reason"),
)


def _insert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(due)
    return sqlite.insert(due)


def _about(subject: Subject) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return due.c.subject_kind == subject.kind, due.c.subject_id == subject.id


def _row(item: Due, at: datetime) -> dict[str, object]:
    return {
        **{name: getattr(item, name) for name in _FIELDS},
        "subject_kind": item.subject.kind,
        "subject_id": item.subject.id,
        "payload": dict(item.payload),
        "state": DueState.PENDING.value,
        "ready_at": item.due_at,
        "added_at": at,
        "ended_at": None,
        "failures": 0,
        "reason": "",
    }


_FIELDS = ("key", "due_at", "day", "at", "zone", "purpose", "rule", "label")


def _stored(row: RowMapping) -> StoredDue:
    return StoredDue(
        due=Due(
            **{name: row[name] for name in _FIELDS},
            subject=Subject(kind=row["subject_kind"], id=row["subject_id"]),
            payload=row["payload"],
        ),
        state=DueState(row["state"]),
        ready_at=row["ready_at"],
        added_at=row["added_at"],
        ended_at=row["ended_at"],
        failures=row["failures"],
        reason=row["reason"],
    )
