"""Reminders that the work asks for. Whoever schedules them reads this table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from miroir.dossier.reminders import Reminder
from miroir.store.conflict import upsert
from miroir.store.dossiers.rows import read, values
from miroir.store.dossiers.tables import dossier_reminder


class ReminderTable:
    """Table `dossier_reminder`; it answers `miroir.dossier.reminders.Reminders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, reminder: Reminder) -> bool:
        """Keep a reminder; false when its key is known already."""
        row = {
            **values(reminder, dossier_reminder),
            "dossier_id": reminder.dossier,
            "state": "asked",
            "why": "",
        }
        return upsert(self._connection, dossier_reminder, [row]) > 0

    def cancel(self, dossier: int, why: str, keys: tuple[str, ...] = ()) -> int:
        """Cancel those still to come, or only `keys`; gives how many."""
        table = dossier_reminder.c
        query = update(dossier_reminder).where(
            table.dossier_id == dossier, table.state == "asked"
        )
        if keys:
            query = query.where(table.occurrence_key.in_(keys))
        done = query.values(state="cancelled", why=why)
        return self._connection.execute(done).rowcount

    def done(self, occurrence_key: str) -> bool:
        """What was asked was done; false when it was done or cancelled before."""
        table = dossier_reminder.c
        query = update(dossier_reminder).where(
            table.occurrence_key == occurrence_key, table.state == "asked"
        )
        return self._connection.execute(query.values(state="done")).rowcount > 0

    def to_come(
        self, dossiers: Sequence[int] | None = None, until: datetime | None = None
    ) -> tuple[Reminder, ...]:
        """Those asked and neither done nor cancelled, the first due first."""
        table = dossier_reminder.c
        query = select(dossier_reminder).where(table.state == "asked")
        if dossiers is not None:
            query = query.where(table.dossier_id.in_(dossiers))
        if until is not None:
            query = query.where(table.due_at <= until)
        ordered = query.order_by(table.due_at, table.occurrence_key)
        return tuple(
            read(Reminder, row, dossier=row["dossier_id"])
            for row in self._connection.execute(ordered).mappings()
        )
