"""One destination at work: take an action, carry it out, write what came of it.

Between the three transactions of a turn (claim, start, result) a process may
die at any point; what it leaves is found by whoever takes the next turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_delay,
    stop_when_event_set,
    wait_random_exponential,
)

from miroir.errors import (
    ActionUnreadable,
    LeaseLost,
    PluginNotStarted,
    StoreError,
)
from miroir.operations.outbox.courier import Courier, Parcel
from miroir.operations.outbox.followers import FOLLOWERS, Follower, tell
from miroir.operations.outbox.mark import Mark
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import ACTIVE, Answer, Outcome, Step, StoredAction
from miroir.outbox.policy import (
    Terms,
    Verdict,
    after_lease,
    after_looking,
    after_sending,
    next_step,
    wait_asked,
)
from miroir.privacy import TamperedData
from miroir.store.database import Store, Tables
from miroir.store.outbox.gates import PROBE_EVERY

LEASE = timedelta(seconds=60)
"""How long a claim holds before its attempt begins, and after it must have ended."""
GRACE = 30
"""Seconds that a worker which is stopped waits for a database that is away."""
log = logging.getLogger(__name__)


def database_clock(tables: Tables) -> datetime:
    """The moment, by the database: workers on several machines agree on it."""
    return tables.leases.now()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a turn did. `wait_until`: nothing may go before; None: nothing waits."""

    did: bool
    wait_until: datetime | None = None


class Lane:
    """The actions of one kind, on their way to one destination."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        terms: Terms,
        *,
        kind: str,
        destination: str,
        owner: str,
        clock: Callable[[Tables], datetime] = database_clock,
        followers: dict[str, Follower] = FOLLOWERS,
        mark: Mark | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self.kind, self.destination = kind, destination
        self._store, self._courier, self._terms = store, courier, terms
        self._owner, self._clock, self._followers = owner, clock, followers
        self._mark, self._lease = mark, lease
        self._leaving = threading.Event()
        self._told = False

    def turn(self) -> Turn:
        """Take one action as far as it goes now; raises StoreError."""
        with self._store.read() as tables:
            now = self._clock(tables)
            expired = tables.claims.expired(self.kind, now)
            waiting = tables.claims.waiting(self.kind)
        if expired:
            self._rescue(expired)
            return Turn(did=True)
        if waiting is None or waiting > now:
            return Turn(did=False, wait_until=waiting)
        if not self._ready():
            return Turn(did=False, wait_until=now + PROBE_EVERY)
        claimed = self._claim()
        if isinstance(claimed, Turn):
            return claimed
        crashpoint("claim.committed")
        self._deliver(claimed)
        return Turn(did=True)

    def leave(self) -> None:
        """Do not wait for the database any longer than it takes to end."""
        self._leaving.set()

    def close(self) -> None:
        """End the process of the destination."""
        self._courier.close()

    def _rescue(self, rows: Sequence[StoredAction]) -> None:
        """Take over what a worker left that died, or that slept too long."""
        for row in rows:
            with self._store.write() as tables:
                now = self._clock(tables)
                step = tables.claims.begun(row)
                lost = Outcome.NOT_SENT if step is None else Outcome.UNKNOWN
                answer = Answer(outcome=lost, code="lease_over")
                verdict = after_lease(row, step, self._terms, now)
                try:
                    self._write(tables, row, answer, verdict, now)
                except LeaseLost:
                    continue
                crashpoint("rescue.written")
            log.warning("%s: its worker is gone (%s)", row.key[:12], verdict.status)
            crashpoint("rescue.committed")

    def _ready(self) -> bool:
        """Have the destination ready before anything is claimed for it."""
        try:
            self._courier.ready()
        except PluginNotStarted as error:
            if not self._told:
                log.error("[destinations.%s] is not ready: %s", self.destination, error)
            self._told = True
            return False
        self._told = False
        crashpoint("host.started")
        return True

    def _claim(self) -> Parcel | Turn:
        with self._store.write() as tables:
            now = self._clock(tables)
            promise = self._terms.promise
            gate = tables.gates.ask(self.destination, promise, now)
            crashpoint("gate.asked")
            if not gate.open:
                return Turn(did=False, wait_until=gate.until)
            row = tables.claims.claim(
                self.kind, self._owner, now, now + self._lease, self.destination
            )
            if row is None:
                return Turn(did=False, wait_until=now)
            tables.gates.take(self.destination, promise, now, probe=gate.probe)
            crashpoint("claim.gated")
            return Parcel(
                row=row, action=_read(tables, row), probe=gate.probe, claimed_at=now
            )

    def _deliver(self, parcel: Parcel) -> None:
        row = parcel.row
        step = next_step(row, self._terms, parcel.claimed_at)
        if parcel.action is None or step is None:
            code = "unreadable" if parcel.action is None else "cannot_look"
            person = Answer(outcome=Outcome.NEEDS_PERSON, code=code)
            self._settle(parcel, person, None, 0)
            return
        begun = monotonic()
        try:
            self._start(row, step)
        except LeaseLost:
            log.warning("%s: another worker has it", row.key[:12])
            return
        crashpoint("start.committed")
        until = begun + self._terms.promise.deadline.total_seconds()
        answer = self._courier.carry(parcel, step, until)
        crashpoint("call.answered")
        spent = int((monotonic() - begun) * 1000)
        self._settle(parcel, answer, step, spent)

    def _start(self, row: StoredAction, step: Step) -> None:
        with self._store.write() as tables:
            now = self._clock(tables)
            until = now + self._terms.promise.deadline + self._lease
            tables.claims.start(row, step, now, until)
            number = tables.claims.last_attempt()
            crashpoint("start.written")
        if self._mark is not None:
            self._mark.reach(number)

    def _settle(
        self, parcel: Parcel, answer: Answer, step: Step | None, spent: int
    ) -> None:
        """Write the result, as soon as the database answers."""
        judge = after_looking if step is Step.FIND else after_sending
        try:
            for attempt in Retrying(
                retry=retry_if_exception_type(StoreError),
                stop=stop_when_event_set(self._leaving) & stop_after_delay(GRACE),
                wait=wait_random_exponential(max=2),
                before_sleep=_keep,
                reraise=True,
            ):
                with attempt, self._store.write() as tables:
                    now = self._clock(tables)
                    verdict = judge(
                        parcel.row, answer, self._terms, now, probe=parcel.probe
                    )
                    self._report(tables, answer, now)
                    self._write(tables, parcel.row, answer, verdict, now, step, spent)
                    crashpoint("settle.written")
        except LeaseLost:
            log.warning("%s: too late, another worker has it", parcel.row.key[:12])
            return
        crashpoint("settle.committed")
        why = f" ({answer.code})" if answer.code else ""
        log.info("%s: %s%s", parcel.row.key[:12], verdict.status, why)

    def _write(
        self,
        tables: Tables,
        row: StoredAction,
        answer: Answer,
        verdict: Verdict,
        now: datetime,
        step: Step | None = None,
        spent: int = 0,
    ) -> None:
        settled = tables.claims.settle(
            row, answer, verdict, now, step=step, milliseconds=spent
        )
        if settled.status not in ACTIVE:
            tell(tables, settled, self._followers)

    def _report(self, tables: Tables, answer: Answer, now: datetime) -> None:
        """Before the row, as a claim does: two that lock in turn never wait."""
        failed = answer.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN)
        pause = wait_asked(answer.retry_after) or self._courier.pause(now)
        tables.gates.report(self.destination, now, failed=failed, pause=pause)


def _keep(state: RetryCallState) -> None:
    if state.attempt_number == 1:
        log.warning("no answer from the database: what came back is kept meanwhile")


def _read(tables: Tables, row: StoredAction) -> object | None:
    try:
        return tables.outbox.action(row)
    except (ActionUnreadable, TamperedData) as error:
        log.error("%s: %s", row.key[:12], error)
        return None
