"""Changing the state of an action: compare, set, and one line in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from miroir.errors import NothingFound, WrongState
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import Status, StoredAction
from miroir.privacy import Keys
from miroir.store.outbox.tables import outbox
from miroir.trace.entry import Entry, Fact
from miroir.types.delivery import Receipt

Note = Callable[[Entry], None]
"""Adds a line to the journal, in the transaction under way."""
_FINAL = (Status.CONFIRMED, Status.CANCELLED)
_FIELDS = [field.name for field in fields(StoredAction)]
COLUMNS = [outbox.c[name] for name in _FIELDS]
"""Of the rows, all but their payload."""


class Moves:
    """Rows of `outbox`, and the only way to change one."""

    def __init__(self, connection: Connection, keys: Keys, note: Note) -> None:
        self._connection = connection
        self._keys = keys
        self._note = note

    def get(self, key: str) -> StoredAction:
        """An action by its key, or the beginning of it; NothingFound."""
        query = select(*COLUMNS).where(outbox.c.key.startswith(key, autoescape=True))
        rows = self._connection.execute(query.limit(2)).mappings().all()
        if len(rows) == 1:
            return self.read(rows[0])
        found = "several actions" if rows else "no action"
        raise NothingFound(f"{key}: {found} of this key; `miroir actions list`")

    def move(
        self,
        row: StoredAction,
        to: Status,
        *,
        at: datetime,
        by: str,
        why: str = "",
        **values: object,
    ) -> None:
        """Change the state of a row that is still as it was read.

        Raises WrongState when it is not.
        """
        lease = {} if to is Status.IN_FLIGHT else {"lease_until": None}
        values = {"ended_at": at if to in _FINAL else None, **lease, **values}
        # What was proposed was of what it was before.
        values |= {"proposed": "", "proposed_by": "", "decided_by": ""}
        change = (
            update(outbox)
            .where(
                outbox.c.id == row.id,
                outbox.c.status == row.status.value,
                outbox.c.fence == row.fence,
            )
            .values(status=to.value, **values)
        )
        if self._connection.execute(change).rowcount != 1:
            raise WrongState(
                f"{row.key[:12]}: this action has changed meanwhile; look at it again "
                "with `miroir actions show`"
            )
        crashpoint(f"move.{to.value}.before_journal")
        facts = {"kind": row.kind, "from": row.status.value, "fence": row.fence}
        self.note(f"action.{to.value}", row, by, why, facts)
        crashpoint(f"move.{to.value}.after_journal")

    def note(
        self,
        act: str,
        row: StoredAction,
        by: str,
        outcome: str,
        facts: Mapping[str, Fact],
    ) -> None:
        """One line in the journal, of an action."""
        self._note(
            Entry(
                act=act,
                actor=by,
                siren=row.siren,
                subject=f"action:{row.key}",
                outcome=outcome,
                facts=facts,
            )
        )

    def read(self, row: RowMapping) -> StoredAction:
        """A row, its receipt opened."""
        values = {name: row[name] for name in _FIELDS}
        sealed = values["receipt"]
        values["status"] = Status(values["status"])
        values["receipt"] = self._receipt(row["key"], sealed) if sealed else None
        return StoredAction(**values)

    def seal(self, key: str, part: str, clear: bytes) -> bytes:
        """Encrypt a part of a row for its place only."""
        return self._keys.seal(clear, _place(key, part))

    def unseal(self, key: str, part: str, sealed: bytes) -> bytes:
        """Undo `seal`; raises TamperedData."""
        return self._keys.unseal(sealed, _place(key, part))

    def sealed_receipt(self, key: str, receipt: Receipt) -> bytes:
        written = {
            "id": receipt.id,
            "version": receipt.version,
            "facts": dict(receipt.facts),
        }
        return self.seal(key, "receipt", json.dumps(written).encode())

    def _receipt(self, key: str, sealed: bytes) -> Receipt:
        return Receipt(**json.loads(self.unseal(key, "receipt", sealed)))


def _place(key: str, part: str) -> str:
    return f"outbox|{part}|{key}"
