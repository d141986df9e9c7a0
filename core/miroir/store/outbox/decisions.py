"""What a person does about an action: each is one change, and one journal line."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from miroir.errors import WrongState
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import STUCK, Choice, Status, StoredAction
from miroir.privacy import Keys
from miroir.store.outbox.moves import COLUMNS, Moves, Note
from miroir.store.outbox.tables import outbox, outbox_hold, outbox_needs
from miroir.store.schedule.leases import Leases
from miroir.trace.entry import Entry
from miroir.types.delivery import Receipt

_GONE_OUT = (Status.IN_FLIGHT, Status.UNKNOWN, Status.CONFIRMED)
_ENDED = (Status.CONFIRMED, Status.CANCELLED)
_NEVER_LEFT = (Status.PENDING, Status.DEAD, Status.REFUSED, Status.NEEDS_PERSON)


class Decisions:
    """Table `outbox`, as persons change it. `by` is who does; `why` is kept."""

    def __init__(self, connection: Connection, keys: Keys, note: Note) -> None:
        self._connection = connection
        self._moves = Moves(connection, keys, note)
        self._note = note

    def replay(self, row: StoredAction, by: str, why: str) -> None:
        """Let an action that was refused or could not be sent wait again.

        It keeps its key. Raises WrongState: for one that may have been carried
        out, two persons decide.
        """
        self._require(row, STUCK, "replayed")
        self._require_sure(row)
        self._again(row, by, why)

    def cancel(
        self, row: StoredAction, by: str, why: str, pivots: Collection[str]
    ) -> tuple[StoredAction, ...]:
        """Cancel an action that has not gone out, and those that wait for it.

        Gives what was cancelled. Raises WrongState after the pivot: what
        follows a change of adhesion only goes forward.
        """
        self._require(row, (Status.PENDING,), "cancelled")
        self._require_sure(row)
        if self._past(row, pivots):
            raise WrongState(
                f"{row.key[:12]}: the change that it follows has been made; let it "
                "go, or undo that change by a new approved plan"
            )
        return tuple(self._cancel_all(row, by, why))

    def discard(
        self, row: StoredAction, by: str, why: str, pivots: Collection[str]
    ) -> tuple[StoredAction, ...]:
        """Give up an action that is stuck and surely was not carried out.

        Before the pivot what waits for it is cancelled too; after, it goes on
        without it. Gives what was cancelled.
        """
        self._require(row, STUCK, "given up")
        self._require_sure(row)
        return self._give_up(row, by, why, pivots)

    def propose(
        self,
        row: StoredAction,
        choice: Choice,
        by: str,
        why: str,
        at: datetime | None = None,
    ) -> StoredAction:
        """Say what became of an action whose answer was lost; another confirms.

        `at`: when it was looked for; now, without it. Raises WrongState for one
        said not to be done while the other side may still do it.
        """
        self._require(row, STUCK, "decided")
        looked = at or Leases(self._connection).now()
        if row.doubt and choice is not Choice.DONE and looked < row.not_before:
            raise WrongState(
                f"{row.key[:12]}: it may still be carried out until "
                f"{row.not_before:%H:%M:%S} UTC; look for it again then"
            )
        change = (
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.status == row.status.value)
            .values(proposed=choice.value, proposed_by=by)
        )
        if self._connection.execute(change).rowcount != 1:
            raise WrongState(f"{row.key[:12]}: this action has changed meanwhile")
        crashpoint("decide.proposed")
        facts = {"kind": row.kind, "choice": choice.value}
        self._moves.note("action.decision_proposed", row, by, why, facts)
        return self._moves.get(row.key)

    def confirm(
        self,
        row: StoredAction,
        by: str,
        why: str,
        pivots: Collection[str],
        receipt: str = "",
    ) -> Status:
        """Do what another person proposed; `receipt`: the remote's own number.

        Raises WrongState when nothing is proposed, or by the same person.
        """
        self._require(row, STUCK, "decided")
        if not row.proposed:
            raise WrongState(
                f"{row.key[:12]}: nothing is proposed; first `miroir actions decide`"
            )
        if by.strip().casefold() == row.proposed_by.strip().casefold():
            raise WrongState(
                f"{row.key[:12]}: {by} proposed it; another person confirms"
            )
        self._connection.execute(
            update(outbox).where(outbox.c.id == row.id).values(decided_by=by)
        )
        crashpoint("decide.signed")
        choice = Choice(row.proposed)
        if choice is Choice.RESEND:
            self._again(row, by, why)
        elif choice is Choice.ABANDON:
            self._give_up(row, by, why, pivots)
        else:
            self._done(row, by, why, receipt)
        return self._moves.get(row.key).status

    def hold(self, by: str, why: str) -> int:
        """Send nothing any more; every action not ended becomes doubtful.

        Gives how many. What a restored store shows as waiting may have gone
        out since the backup.
        """
        now = Leases(self._connection).now()
        if self._connection.execute(select(outbox_hold.c.id)).first() is None:
            row = {"id": 1, "since": now, "held_by": by, "reason": why}
            self._connection.execute(insert(outbox_hold).values(row))
        crashpoint("hold.set")
        open_ = [status.value for status in Status if status not in _ENDED]
        doubtful = self._connection.execute(
            update(outbox).where(outbox.c.status.in_(open_)).values(doubt=True)
        ).rowcount
        crashpoint("hold.doubted")
        facts = {"doubtful": doubtful}
        self._note(Entry(act="outbox.held", actor=by, outcome=why, facts=facts))
        return doubtful

    def lift(self, by: str, why: str, not_before: dict[str, datetime]) -> None:
        """Send again; actions of a kind in doubt not before its moment.

        Before anything is sent again a worker looks for it, or a person is
        asked, as its destination promises. Raises WrongState without a hold.
        """
        if self._connection.execute(delete(outbox_hold)).rowcount == 0:
            raise WrongState("nothing is held: actions go out")
        crashpoint("hold.lifted")
        for kind, moment in not_before.items():
            self._connection.execute(
                update(outbox)
                .where(
                    outbox.c.kind == kind,
                    outbox.c.doubt.is_(True),
                    outbox.c.status == Status.PENDING.value,
                )
                .values(not_before=moment)
            )
        self._note(Entry(act="outbox.released", actor=by, outcome=why))

    def _done(self, row: StoredAction, by: str, why: str, receipt: str) -> None:
        kept = Receipt(id=receipt or "confirmed by hand")
        sealed = self._moves.sealed_receipt(row.key, kept)
        self._move(row, Status.CONFIRMED, by, why, doubt=False, receipt=sealed)

    def _again(self, row: StoredAction, by: str, why: str) -> None:
        now = Leases(self._connection).now()
        values = {"doubt": False, "attempts": 0, "not_before": now}
        self._move(row, Status.PENDING, by, why, **values)

    def _give_up(
        self, row: StoredAction, by: str, why: str, pivots: Collection[str]
    ) -> tuple[StoredAction, ...]:
        if not self._past(row, pivots):
            return tuple(self._cancel_all(row, by, why))
        self._move(row, Status.CANCELLED, by, why, doubt=False)
        self._connection.execute(
            delete(outbox_needs).where(outbox_needs.c.needs_id == row.id)
        )
        crashpoint("discard.unlinked")
        return (row,)

    def _cancel_all(
        self, row: StoredAction, by: str, why: str
    ) -> Iterator[StoredAction]:
        self._move(row, Status.CANCELLED, by, why, doubt=False)
        yield row
        for waiting in self._around(row, outbox_needs.c.needs_id):
            if waiting.status in _NEVER_LEFT:
                crashpoint("cancel.cascaded")
                yield from self._cancel_all(waiting, by, why)

    def _move(
        self, row: StoredAction, to: Status, by: str, why: str, **values: object
    ) -> None:
        now = Leases(self._connection).now()
        self._moves.move(row, to, at=now, by=by, why=why, **values)
        crashpoint("decide.moved")

    def _past(self, row: StoredAction, pivots: Collection[str]) -> bool:
        """An action that it needs, however far, is a pivot that has gone out."""
        return any(
            (needed.kind in pivots and needed.status in _GONE_OUT)
            or self._past(needed, pivots)
            for needed in self._around(row, outbox_needs.c.outbox_id)
        )

    def _around(
        self, row: StoredAction, own: ColumnElement[int]
    ) -> tuple[StoredAction, ...]:
        """What waits for an action, or what it waits for."""
        waits = own is outbox_needs.c.needs_id
        other = outbox_needs.c.outbox_id if waits else outbox_needs.c.needs_id
        query = select(*COLUMNS).join(outbox_needs, other == outbox.c.id)
        rows = self._connection.execute(query.where(own == row.id)).mappings().all()
        return tuple(self._moves.read(found) for found in rows)

    def _require(
        self, row: StoredAction, states: Collection[Status], what: str
    ) -> None:
        if row.status not in states:
            raise WrongState(
                f"{row.key[:12]}: this action is {row.status.value}, and cannot be {what}"
            )

    def _require_sure(self, row: StoredAction) -> None:
        if row.doubt:
            raise WrongState(
                f"{row.key[:12]}: it may have been carried out; two persons say what "
                "became of it, with `miroir actions decide` and `confirm`"
            )
