"""Actions written, looked up, listed. Who decides calls `enqueue`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from miroir.errors import IntentDiffers, NothingFound, WrongState
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import ROBOT, Attempt, Hold, Status, Step, StoredAction
from miroir.outbox.payload import dump, kind_of, load, refuse_personal_numbers
from miroir.privacy import Keys
from miroir.store.outbox.moves import COLUMNS, Moves, Note
from miroir.store.outbox.tables import attempt, outbox, outbox_hold, outbox_needs
from miroir.store.schedule.leases import Leases
from miroir.trace.entry import Fact
from miroir.types.action import (
    ADHESION_UPDATE,
    CRM_CONTACT,
    HAND_OVER,
    MAIL,
    RECORD_ENTRY,
)

_ENDED = (Status.CONFIRMED, Status.CANCELLED)
_SAGA = (ADHESION_UPDATE, CRM_CONTACT, RECORD_ENTRY, HAND_OVER, MAIL)
_NEW: Mapping[str, object] = {
    "attempts": 0,
    "fence": 0,
    "lease_owner": "",
    "destination": "",
    "code": "",
    "reason": "",
    "proposed": "",
    "proposed_by": "",
    "decided_by": "",
}


class Outbox:
    """Tables `outbox` and `outbox_needs`, seen from one transaction."""

    def __init__(self, connection: Connection, keys: Keys, note: Note) -> None:
        self._connection = connection
        self._keys = keys
        self._moves = Moves(connection, keys, note)

    def enqueue(
        self,
        action: object,
        *,
        dossier: str,
        occasion: str = "",
        depends_on: Sequence[str] = (),
        by: str = ROBOT,
    ) -> str:
        """Write an action to carry out, in the transaction of its decision.

        `dossier` names the case, «dossier:12»: its actions go out one at a time,
        in the order they were written. `occasion` tells this intent from
        others of its kind in the dossier, such as the hash of a plan or the
        number of a call; without it the content does. It waits until every
        action of `depends_on` is confirmed. Gives the key of the intent.

        The same intent again changes nothing and gives the same key; with
        another content it raises IntentDiffers. Raises PersonalNumberInAction
        for a text that holds a NIR, NothingFound or WrongState for an action
        to depend on that is not there, or was cancelled.
        """
        kind, siren = kind_of(action), str(getattr(action, "siren", ""))
        refuse_personal_numbers(action)
        payload = dump(action)
        fingerprint = self._keys.digest("outbox.payload", _canonical(payload))
        key = self._keys.digest(
            "outbox.intent", kind, siren, dossier, occasion or fingerprint
        )
        now = Leases(self._connection).now()
        row = {
            "key": key,
            "kind": kind,
            "siren": siren,
            "dossier": dossier,
            "payload": self._moves.seal(key, "payload", payload),
            "fingerprint": fingerprint,
            "status": Status.PENDING.value,
            # While a restored store waits to be compared, nothing is sure.
            "doubt": self.held() is not None,
            "not_before": now,
            "created_at": now,
            **_NEW,
        }
        crashpoint("enqueue.sealed")
        if self._insert(row):
            crashpoint("enqueue.inserted")
            needed = [self._needed(each) for each in depends_on]
            self._link(key, needed)
            crashpoint("enqueue.linked")
            stored = self.get(key)
            facts: dict[str, Fact] = {
                "kind": kind,
                "dossier": dossier,
                "needs": len(needed),
            }
            self._moves.note("action.enqueued", stored, by, "", facts)
            crashpoint("enqueue.noted")
        else:
            self._require_same(key, fingerprint)
        return key

    def enqueue_all(
        self,
        actions: Iterable[object],
        *,
        dossier: str,
        occasion: str = "",
        by: str = ROBOT,
    ) -> tuple[str, ...]:
        """Write actions of which each waits for the one before, in saga order.

        The adhesion comes first, then the traces, then what is handed over,
        and the mail last: what cannot be taken back waits for the rest.
        """
        keys: list[str] = []
        for action in sorted(actions, key=lambda each: _SAGA.index(kind_of(each))):
            keys.append(
                self.enqueue(
                    action,
                    dossier=dossier,
                    occasion=occasion,
                    depends_on=keys[-1:],
                    by=by,
                )
            )
        return tuple(keys)

    def get(self, key: str) -> StoredAction:
        """An action by its key, or by the beginning of it; NothingFound."""
        return self._moves.get(key)

    def action(self, row: StoredAction) -> object:
        """What is to be carried out; ActionUnreadable, TamperedData."""
        query = select(outbox.c.payload).where(outbox.c.id == row.id)
        sealed = self._connection.execute(query).scalar_one()
        return load(row.kind, self._moves.unseal(row.key, "payload", sealed))

    def listed(
        self,
        *,
        statuses: Sequence[Status] = tuple(Status),
        siren: str = "",
        dossier: str = "",
        kind: str = "",
        limit: int = 1000,
    ) -> tuple[StoredAction, ...]:
        """Actions in the order they were written."""
        query = select(*COLUMNS).where(
            outbox.c.status.in_([status.value for status in statuses])
        )
        for column, value in (("siren", siren), ("dossier", dossier), ("kind", kind)):
            if value:
                query = query.where(outbox.c[column] == value)
        rows = self._connection.execute(query.order_by(outbox.c.id).limit(limit))
        return tuple(self._moves.read(row) for row in rows.mappings())

    def ended(self, *, siren: str = "", kind: str = "") -> dict[str, int]:
        """How many actions are done with, by status; a status that none has is not
        there."""
        query = (
            select(outbox.c.status, func.count())
            .where(outbox.c.status.in_([status.value for status in _ENDED]))
            .group_by(outbox.c.status)
            .order_by(outbox.c.status.desc())
        )
        for column, value in (("siren", siren), ("kind", kind)):
            if value:
                query = query.where(outbox.c[column] == value)
        rows = self._connection.execute(query)
        return {str(row[0]): int(row[1]) for row in rows}

    def needs(self, row: StoredAction) -> tuple[StoredAction, ...]:
        """The actions that this one waits for."""
        query = (
            select(*COLUMNS)
            .join(outbox_needs, outbox_needs.c.needs_id == outbox.c.id)
            .where(outbox_needs.c.outbox_id == row.id)
            .order_by(outbox.c.id)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(self._moves.read(found) for found in rows)

    def attempts(self, row: StoredAction) -> tuple[Attempt, ...]:
        """Every attempt at an action, in order."""
        query = (
            select(attempt)
            .where(attempt.c.outbox_id == row.id)
            .order_by(attempt.c.fence, attempt.c.ended)
        )
        return tuple(
            Attempt(
                fence=found["fence"],
                step=Step(found["step"]),
                ended=found["ended"],
                at=found["at"],
                owner=found["owner"],
                outcome=found["outcome"],
                code=found["code"],
                milliseconds=found["milliseconds"],
            )
            for found in self._connection.execute(query).mappings()
        )

    def counts(self) -> Mapping[tuple[str, Status], int]:
        """How many actions of each kind are in each state."""
        query = select(outbox.c.kind, outbox.c.status, func.count()).group_by(
            outbox.c.kind, outbox.c.status
        )
        rows = self._connection.execute(query)
        return {(kind, Status(status)): count for kind, status, count in rows}

    def held(self) -> Hold | None:
        """Why nothing is sent at the moment; None: it is."""
        query = select(outbox_hold.c.since, outbox_hold.c.held_by, outbox_hold.c.reason)
        row = self._connection.execute(query).first()
        return None if row is None else Hold(*row)

    def _needed(self, key: str) -> int:
        row = self.get(key)
        if row.status is Status.CANCELLED:
            raise WrongState(
                f"{key[:12]}: this action was cancelled; nothing can wait for it"
            )
        return row.id

    def _insert(self, row: Mapping[str, object]) -> bool:
        on_postgresql = self._connection.dialect.name == "postgresql"
        new = postgresql.insert(outbox) if on_postgresql else sqlite.insert(outbox)
        once = new.values(**row).on_conflict_do_nothing(index_elements=["key"])
        done = self._connection.execute(
            once, execution_options={"preserve_rowcount": True}
        )
        return done.rowcount == 1

    def _link(self, key: str, needed: Iterable[int]) -> None:
        row = self.get(key).id
        for needs in set(needed):
            self._connection.execute(
                insert(outbox_needs).values(outbox_id=row, needs_id=needs)
            )

    def _require_same(self, key: str, fingerprint: str) -> None:
        query = select(outbox.c.fingerprint).where(outbox.c.key == key)
        found = self._connection.execute(query).scalar()
        if found is None:
            raise NothingFound(f"{key[:12]}: written meanwhile; do it once more")
        if found != fingerprint:
            raise IntentDiffers(
                f"{key[:12]}: this action was written before with another content; "
                "what was decided since is another intent: give it its own occasion"
            )


def _canonical(payload: bytes) -> str:
    return json.dumps(json.loads(payload), sort_keys=True)
