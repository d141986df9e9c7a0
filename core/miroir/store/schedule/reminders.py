"""The reminders of dossiers, each with the row that the schedule hands over.

Both are written in one transaction: a reminder that is cancelled or done is
never handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from miroir.dossier.reminders import PURPOSES, Reminder
from miroir.store.dossiers.reminders import ReminderTable
from miroir.store.schedule.dues import Dues
from miroir.types.schedule import Due, Subject

DOSSIER = "dossier"
"""The kind of subject of these rows."""
_UTC = "Etc/UTC"


class ScheduledReminders:
    """Table `dossier_reminder` and the rows of `due` that go with it."""

    def __init__(self, connection: Connection) -> None:
        self._table = ReminderTable(connection)
        self._dues = Dues(connection)

    def ask(self, reminder: Reminder) -> bool:
        """Keep a reminder; false when its key is known already."""
        if not self._table.ask(reminder):
            return False
        self._dues.add([_due(reminder)], datetime.now(UTC))
        return True

    def cancel(self, dossier: int, why: str, keys: tuple[str, ...] = ()) -> int:
        """Cancel those still to come, or only `keys`; gives how many."""
        count = self._table.cancel(dossier, why, keys)
        subject = Subject(kind=DOSSIER, id=str(dossier))
        self._dues.cancel(subject, why, datetime.now(UTC), keys=keys or None)
        return count

    def done(self, occurrence_key: str) -> bool:
        """What was asked was done; false when it was done or cancelled before."""
        self._dues.cancel_keys([occurrence_key], "fait", datetime.now(UTC))
        return self._table.done(occurrence_key)

    def to_come(
        self, dossiers: Sequence[int] | None = None, until: datetime | None = None
    ) -> tuple[Reminder, ...]:
        """Those neither done nor cancelled, the first due first."""
        return self._table.to_come(dossiers, until)


def _due(reminder: Reminder) -> Due:
    # An instant that was agreed on: it does not move with a time zone.
    moment = reminder.due_at.astimezone(UTC)
    purpose = reminder.purpose
    return Due(
        key=reminder.occurrence_key,
        due_at=moment,
        day=moment.date(),
        at=moment.time(),
        zone=_UTC,
        subject=Subject(kind=DOSSIER, id=str(reminder.dossier)),
        purpose=purpose.value,
        rule=purpose.value,
        label=reminder.text or PURPOSES[purpose],
    )
