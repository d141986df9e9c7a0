"""What the trials of a destination came to: the class that it is acted upon by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from miroir.store.conflict import upsert
from miroir.store.outbox.moves import Note
from miroir.store.outbox.tables import delivery_verdict
from miroir.store.schedule.leases import Leases
from miroir.trace.entry import Entry
from miroir.types.delivery import DeliveryClass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """The trials of a destination, as `connector` and of class `declared`."""

    destination: str
    connector: str
    declared: DeliveryClass
    delivery: DeliveryClass
    reason: str
    recorded_by: str
    recorded_at: datetime


class Verdicts:
    """Table `delivery_verdict`: the last verdict of each destination."""

    def __init__(self, connection: Connection, note: Note) -> None:
        self._connection = connection
        self._note = note

    def record(
        self,
        destination: str,
        connector: str,
        declared: DeliveryClass,
        delivery: DeliveryClass,
        *,
        reason: str,
        by: str,
    ) -> None:
        """Keep what the trials came to, instead of what was kept before."""
        row = {
            "destination": destination,
            "connector": connector,
            "declared": declared.value,
            "delivery": delivery.value,
            "reason": reason,
            "recorded_by": by,
            "recorded_at": Leases(self._connection).now(),
        }
        changed = [name for name in row if name != "destination"]
        upsert(self._connection, delivery_verdict, [row], update=changed)
        facts = {"declared": declared.value, "delivery": delivery.value}
        self._note(
            Entry(
                act="destination.judged",
                actor=by,
                subject=f"destination:{destination}",
                outcome=delivery.value,
                facts=facts,
            )
        )

    def all(self) -> dict[str, StoredVerdict]:
        """The last verdict of each destination that was judged, by its name."""
        query = select(delivery_verdict).order_by(delivery_verdict.c.destination)
        return {
            row["destination"]: StoredVerdict(
                **{
                    **row,
                    "declared": DeliveryClass(row["declared"]),
                    "delivery": DeliveryClass(row["delivery"]),
                }
            )
            for row in self._connection.execute(query).mappings()
        }
