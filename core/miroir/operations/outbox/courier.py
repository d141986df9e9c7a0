"""The call itself: an action given to its destination, and what came back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from miroir.errors import (
    MiroirError,
    PluginCrashed,
    PluginFailure,
    PluginNotStarted,
)
from miroir.isolation import Host
from miroir.outbox.crashing import crashpoint
from miroir.outbox.model import Answer, Outcome, Step, StoredAction
from miroir.outbox.serving import Call, answered
from miroir.privacy import mask
from miroir.types.delivery import Intent, Promise

CRASHES, CRASH_TIME = 3, timedelta(minutes=10)
"""So many in so long, and the destination is left alone for as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One claim, on its way. `probe`: it tries a destination that was failing."""

    row: StoredAction
    action: object | None
    probe: bool
    claimed_at: datetime


class Courier:
    """Takes parcels to one destination, behind its host."""

    def __init__(self, host: Host, promise: Promise) -> None:
        self._host, self._promise = host, promise
        self._crashes: deque[datetime] = deque(maxlen=CRASHES)

    def ready(self) -> None:
        """Have the host ready; raises PluginNotStarted."""
        self._host.start()

    def carry(self, parcel: Parcel, step: Step, until: float) -> Answer:
        """Call the destination; `until` is of the monotonic clock."""
        row, seconds = parcel.row, self._promise.deadline.total_seconds()
        call = Call(
            action=parcel.action,
            kind=row.kind,
            intent=Intent(key=row.key, siren=row.siren, attempt=row.fence),
            doubt=row.doubt,
            until=until,
        )
        crashpoint("call.made")
        try:
            return answered(self._host.call(step.value, call.params(), seconds))
        except PluginNotStarted as error:
            return _failed(Outcome.NOT_SENT, error)
        except PluginFailure as error:
            if isinstance(error, PluginCrashed):
                self._crashes.append(parcel.claimed_at)
            return _failed(Outcome.UNKNOWN, error)

    def pause(self, now: datetime) -> timedelta | None:
        """How long to leave alone a destination that keeps crashing."""
        recent = [at for at in self._crashes if now - at < CRASH_TIME]
        if len(recent) < CRASHES:
            return None
        self._crashes.clear()
        return CRASH_TIME

    def close(self) -> None:
        """End the process of the destination."""
        self._host.close()


def _failed(outcome: Outcome, error: MiroirError) -> Answer:
    reason = mask(str(error))
    return Answer(outcome=outcome, code=type(error).__name__, reason=reason)
