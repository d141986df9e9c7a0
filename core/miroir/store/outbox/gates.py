"""Whether a destination may be called now: its breaker, its rate, for all workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from miroir.outbox.crashing import crashpoint
from miroir.store.conflict import upsert
from miroir.store.outbox.tables import breaker, rate_bucket
from miroir.types.delivery import Promise

MOST_IN_A_ROW = 5
WINDOW = 20
PROBE_EVERY = timedelta(seconds=60)
_TOKEN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether one call may go; `probe`: it is the one that tries an open breaker.

    When it may not, `until` says when to ask again.
    """

    open: bool
    probe: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerState:
    """`recent`: the last calls, «1» for each that failed."""

    destination: str
    state: str
    failures: int
    recent: str
    opened_at: datetime | None
    probe_at: datetime | None


class Gates:
    """Tables `breaker` and `rate_bucket`. Both rows are locked until the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, destination: str, promise: Promise, now: datetime) -> Gate:
        """May one call go now?"""
        found = self.breaker(destination)
        if found.probe_at is not None and found.probe_at > now:
            return Gate(open=False, until=found.probe_at)
        tokens = self._tokens(destination, promise, now)
        if tokens < _TOKEN:
            missing = (_TOKEN - tokens) / _TOKEN
            wait = timedelta(seconds=missing / max(promise.rate, 1e-6))
            return Gate(open=False, until=now + wait)
        return Gate(open=True, probe=found.probe_at is not None)

    def take(
        self, destination: str, promise: Promise, now: datetime, *, probe: bool
    ) -> None:
        """One call goes: one token less, and no other probe for a while."""
        tokens = self._tokens(destination, promise, now) - _TOKEN
        change = (
            update(rate_bucket)
            .where(rate_bucket.c.destination == destination)
            .values(thousandths=tokens, updated_at=now)
        )
        self._connection.execute(change)
        crashpoint("gate.taken")
        if probe:
            self._set(destination, probe_at=now + PROBE_EVERY)

    def report(
        self,
        destination: str,
        now: datetime,
        *,
        failed: bool,
        pause: timedelta | None = None,
    ) -> None:
        """How a call went; `pause`: what the other side asked for."""
        found = self.breaker(destination)
        recent = (found.recent + "01"[failed])[-WINDOW:]
        failures = found.failures + 1 if failed else 0
        sick = failures >= MOST_IN_A_ROW or (
            len(recent) == WINDOW and recent.count("1") * 2 >= WINDOW and failed
        )
        if pause is not None or sick:
            wait = PROBE_EVERY if pause is None else pause
            self._set(
                destination,
                state="open",
                failures=failures,
                recent=recent,
                opened_at=found.opened_at or now,
                probe_at=now + wait,
            )
        elif failed:
            self._set(destination, failures=failures, recent=recent)
        else:
            # One that works again is not held to what it did before.
            recent = "" if found.state == "open" else recent
            self._set(
                destination,
                state="closed",
                failures=0,
                recent=recent,
                opened_at=None,
                probe_at=None,
            )
        crashpoint("breaker.reported")

    def breaker(self, destination: str) -> BreakerState:
        """The breaker of a destination, made if need be, locked."""
        query = (
            select(breaker)
            .where(breaker.c.destination == destination)
            .with_for_update()
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            new = {"state": "closed", "failures": 0, "recent": ""}
            upsert(self._connection, breaker, [{"destination": destination, **new}])
            row = self._connection.execute(query).mappings().one()
        return BreakerState(**row)

    def breakers(self) -> tuple[BreakerState, ...]:
        """Every breaker there is."""
        query = select(breaker).order_by(breaker.c.destination)
        rows = self._connection.execute(query).mappings()
        return tuple(BreakerState(**row) for row in rows)

    def _tokens(self, destination: str, promise: Promise, now: datetime) -> int:
        most = max(promise.burst, 1) * _TOKEN
        query = (
            select(rate_bucket)
            .where(rate_bucket.c.destination == destination)
            .with_for_update()
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            new = {"thousandths": most, "updated_at": now}
            upsert(self._connection, rate_bucket, [{"destination": destination, **new}])
            row = self._connection.execute(query).mappings().one()
        # A clock that goes back gives nothing, and takes nothing.
        seconds = max((now - row["updated_at"]).total_seconds(), 0.0)
        gained = int(min(seconds, 1e6) * promise.rate * _TOKEN)
        return min(int(row["thousandths"]) + gained, most)

    def _set(self, destination: str, **values: object) -> None:
        self._connection.execute(
            update(breaker).where(breaker.c.destination == destination).values(**values)
        )
