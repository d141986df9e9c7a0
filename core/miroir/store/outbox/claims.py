"""Who has an action, and what became of each attempt: for the workers.

A claim and its result are each one short transaction; the call to the outside
lies between two of them, never inside one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    and_,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from miroir.errors import LeaseLost, WrongState
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import ROBOT, Answer, Outcome, Status, Step, StoredAction
from miroir.outbox.policy import Verdict
from miroir.privacy import Keys, mask
from miroir.store.outbox.moves import COLUMNS, Moves, Note
from miroir.store.outbox.order import MAY_GO
from miroir.store.outbox.tables import attempt, outbox, outbox_hold

_WAITING = (Status.PENDING.value, Status.UNKNOWN.value)
_STILL_TRUE = (Status.IN_FLIGHT, Status.UNKNOWN, Status.NEEDS_PERSON)
"""States in which a receipt that comes late still says what is so."""


class Claims:
    """Tables `outbox` and `attempt`, as a worker changes them."""

    def __init__(self, connection: Connection, keys: Keys, note: Note) -> None:
        self._connection = connection
        self._moves = Moves(connection, keys, note)

    def claim(
        self, kind: str, owner: str, now: datetime, until: datetime, destination: str
    ) -> StoredAction | None:
        """Take the next action of a kind, under a new number; None: nothing to do.

        None too while the store is held, and when another worker was quicker
        with the same dossier.
        """
        found = self._next(kind, now)
        if found is None:
            return None
        crashpoint("claim.selected")
        try:
            with self._connection.begin_nested():
                fence = found.fence + 1
                self._moves.move(
                    found,
                    Status.IN_FLIGHT,
                    at=now,
                    by=owner,
                    why=destination,
                    fence=fence,
                    lease_owner=owner,
                    lease_until=until,
                    destination=destination,
                )
        except IntegrityError:
            return None
        crashpoint("claim.updated")
        return self._moves.get(found.key)

    def start(
        self, row: StoredAction, step: Step, now: datetime, until: datetime
    ) -> None:
        """Note that an attempt begins, before it does; raises LeaseLost.

        The lease is prolonged: it outlives the attempt.
        """
        first = {"first_sent_at": row.first_sent_at or now} if _sends(step) else {}
        change = (
            update(outbox)
            .where(
                outbox.c.id == row.id,
                outbox.c.status == Status.IN_FLIGHT.value,
                outbox.c.fence == row.fence,
                outbox.c.lease_until > now,
            )
            .values(lease_until=until, **first)
        )
        if self._connection.execute(change).rowcount != 1:
            raise LeaseLost
        crashpoint("start.prolonged")
        self._attempt(row, step, now)
        crashpoint("start.noted")

    def settle(
        self,
        row: StoredAction,
        answer: Answer,
        verdict: Verdict,
        now: datetime,
        *,
        step: Step | None = None,
        milliseconds: int = 0,
    ) -> StoredAction:
        """Write what became of a claim; raises LeaseLost.

        `step` is None when no attempt ended: nothing had begun, or its worker
        died. A receipt that comes late is kept if nobody has begun anything since.
        """
        stored = self._moves.get(row.key)
        if step is not None and self._ended(row):
            return stored  # the answer to our commit was lost, not the commit
        if stored.fence != row.fence or not _may_settle(stored, answer):
            raise LeaseLost
        if step is not None:
            self._attempt(row, step, now, answer, milliseconds)
            crashpoint("settle.noted")
        kept = answer.receipt and self._moves.sealed_receipt(row.key, answer.receipt)
        crashpoint("settle.sealed")
        try:
            self._moves.move(
                stored,
                verdict.status,
                at=now,
                by=row.lease_owner or ROBOT,
                why=answer.code,
                doubt=verdict.doubt,
                attempts=row.attempts + verdict.failed,
                not_before=verdict.not_before,
                receipt=kept,
                code=answer.code,
                reason=answer.reason,
            )
        except WrongState:
            raise LeaseLost from None
        crashpoint("settle.moved")
        return self._moves.get(row.key)

    def expired(self, kind: str, now: datetime) -> tuple[StoredAction, ...]:
        """Actions whose worker died, or sleeps: their lease is over."""
        query = select(*COLUMNS).where(
            outbox.c.kind == kind,
            outbox.c.status == Status.IN_FLIGHT.value,
            outbox.c.lease_until <= now,
        )
        rows = self._connection.execute(query.order_by(outbox.c.id)).mappings()
        return tuple(self._moves.read(row) for row in rows.all())

    def begun(self, row: StoredAction) -> Step | None:
        """What the attempt of the present claim is; None when none began."""
        query = select(attempt.c.step).where(
            attempt.c.outbox_id == row.id,
            attempt.c.fence == row.fence,
            attempt.c.ended.is_(False),
        )
        found = self._connection.execute(query).scalar()
        return None if found is None else Step(found)

    def _ended(self, row: StoredAction) -> bool:
        query = select(attempt.c.id).where(
            attempt.c.outbox_id == row.id,
            attempt.c.fence == row.fence,
            attempt.c.ended.is_(True),
        )
        return self._connection.execute(query).first() is not None

    def waiting(self, kind: str) -> datetime | None:
        """When the next action of a kind may be taken; None: none waits."""
        query = select(outbox.c.not_before).where(
            outbox.c.kind == kind, outbox.c.status.in_(_WAITING), MAY_GO
        )
        found: datetime | None = self._connection.execute(
            query.order_by(outbox.c.not_before).limit(1)
        ).scalar()
        return found

    def backlog(self, kind: str) -> tuple[int, datetime | None]:
        """How many actions could go, and when the oldest was written."""
        query = select(func.count(), func.min(outbox.c.created_at)).where(
            outbox.c.kind == kind, outbox.c.status.in_(_WAITING), MAY_GO
        )
        count, oldest = self._connection.execute(query).one()
        return int(count), oldest

    def last_attempt(self) -> int:
        """The number of the last line of `attempt`; 0 before the first."""
        found = self._connection.execute(select(func.max(attempt.c.id))).scalar()
        return int(found or 0)

    def busy(self, kinds: Sequence[str]) -> bool:
        """Something is under way, or may go sooner or later without a person."""
        waiting = and_(outbox.c.status.in_(_WAITING), MAY_GO)
        query = select(outbox.c.id).where(
            outbox.c.kind.in_(kinds),
            ~exists(select(outbox_hold.c.id)),
            waiting | (outbox.c.status == Status.IN_FLIGHT.value),
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def note_failure(self, row: StoredAction, what: str) -> None:
        """A line in the journal: what follows an action could not be done."""
        self._moves.note("action.follow_up_failed", row, ROBOT, mask(what), {})

    def _next(self, kind: str, now: datetime) -> StoredAction | None:
        query = (
            select(*COLUMNS)
            .where(
                outbox.c.kind == kind,
                outbox.c.status.in_(_WAITING),
                outbox.c.not_before <= now,
                ~exists(select(outbox_hold.c.id)),
                MAY_GO,
            )
            .order_by(outbox.c.not_before, outbox.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=outbox)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else self._moves.read(row)

    def _attempt(
        self,
        row: StoredAction,
        step: Step,
        now: datetime,
        answer: Answer | None = None,
        milliseconds: int = 0,
    ) -> None:
        line = {
            "outbox_id": row.id,
            "fence": row.fence,
            "step": step.value,
            "ended": answer is not None,
            "at": now,
            "owner": row.lease_owner,
            "outcome": "" if answer is None else answer.outcome.value,
            "code": "" if answer is None else answer.code,
            "milliseconds": milliseconds,
        }
        self._connection.execute(insert(attempt).values(line))


def _sends(step: Step) -> bool:
    return step is Step.SEND


def _may_settle(stored: StoredAction, answer: Answer) -> bool:
    if answer.outcome is Outcome.CONFIRMED:
        return stored.status in _STILL_TRUE
    return stored.status is Status.IN_FLIGHT
