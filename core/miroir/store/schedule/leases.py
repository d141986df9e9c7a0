"""Who may run the schedule: one at a time, for a while, under a rising number.

The number, `fence`, goes up at each taking. What a scheduler writes is written
under its own: one that was paused, and replaced meanwhile, writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select, text, update

from miroir.errors import LeaseLost
from miroir.store.schedule.tables import lease

_SHORT_IDLE = "SET LOCAL idle_in_transaction_session_timeout = 10000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease as it stands. `beat_at`: the last tick of who has it."""

    name: str
    owner: str
    fence: int
    taken_at: datetime
    until: datetime
    beat_at: datetime | None


class Leases:
    """Table `lease`. Moments are those of the database, not of each machine."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, name: str) -> Lease | None:
        """Who has a lease, or had it last; None when nobody ever had."""
        query = select(lease).where(lease.c.name == name)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else Lease(**row)

    def take(self, name: str, owner: str, duration: timedelta) -> Lease | None:
        """Take or prolong a lease; None while another has it."""
        self._be_brief()
        now = self.now()
        row = {"owner": owner, "until": now + duration}
        query = select(lease).where(lease.c.name == name).with_for_update()
        found = self._connection.execute(query).mappings().first()
        if found is None:
            first = {"name": name, "fence": 1, "taken_at": now, "beat_at": None, **row}
            self._connection.execute(insert(lease).values(first))
        elif found["owner"] == owner:
            self._set(name, until=now + duration)
        elif found["until"] > now:
            return None
        else:
            fence = found["fence"] + 1
            self._set(name, fence=fence, taken_at=now, beat_at=None, **row)
        return self.of(name)

    def require(self, name: str, fence: int) -> None:
        """Keep anyone from taking the lease before the end of the transaction.

        Raises LeaseLost when somebody has taken it already.
        """
        self._be_brief()
        query = select(lease.c.fence).where(lease.c.name == name)
        # A lock that a renewal, which changes no key, does not wait for.
        found = self._connection.execute(
            query.with_for_update(read=True, key_share=True)
        )
        if found.scalar() != fence:
            raise LeaseLost

    def beat(self, name: str, fence: int) -> None:
        """Note that who has the lease is at work; raises LeaseLost."""
        self._be_brief()
        change = (
            update(lease)
            .where(lease.c.name == name, lease.c.fence == fence)
            .values(beat_at=self.now())
        )
        if self._connection.execute(change).rowcount != 1:
            raise LeaseLost

    def release(self, name: str, fence: int) -> None:
        """Give a lease back, so that the next one need not wait."""
        change = (
            update(lease)
            .where(lease.c.name == name, lease.c.fence == fence)
            .values(owner="", until=self.now())
        )
        self._connection.execute(change)

    def now(self) -> datetime:
        """The moment, by the clock of the database."""
        if self._connection.dialect.name != "postgresql":
            return datetime.now(UTC)  # SQLite has that of this machine
        found = self._connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        assert isinstance(found, datetime)
        return found.astimezone(UTC)

    def _be_brief(self) -> None:
        if self._connection.dialect.name == "postgresql":
            # One that is paused right here must not keep the lease for long.
            self._connection.execute(text(_SHORT_IDLE))

    def _set(self, name: str, **values: object) -> None:
        self._connection.execute(
            update(lease).where(lease.c.name == name).values(**values)
        )
