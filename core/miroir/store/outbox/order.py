"""Which actions may go: one at a time per dossier, in order, after what they need."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, and_, exists, select

from miroir.outbox.model import Status
from miroir.store.outbox.tables import outbox, outbox_needs

_UNDER_WAY = (Status.IN_FLIGHT.value, Status.UNKNOWN.value)


def _lacks(row: FromClause, needed: FromClause) -> ColumnElement[bool]:
    """Something that a row needs is not confirmed."""
    return exists(
        select(needed.c.id)
        .join(outbox_needs, outbox_needs.c.needs_id == needed.c.id)
        .where(
            outbox_needs.c.outbox_id == row.c.id,
            needed.c.status != Status.CONFIRMED.value,
        )
    )


def _may_go() -> ColumnElement[bool]:
    earlier = outbox.alias("earlier")
    waits_for_nothing = ~_lacks(earlier, outbox.alias("its_needed"))
    goes_first = and_(
        earlier.c.dossier == outbox.c.dossier,
        earlier.c.id != outbox.c.id,
        earlier.c.status.in_(_UNDER_WAY)
        | and_(
            earlier.c.id < outbox.c.id,
            earlier.c.status == Status.PENDING.value,
            # One that waits for a person's decision on another holds nobody up.
            waits_for_nothing,
        ),
    )
    first = ~exists(select(earlier.c.id).where(goes_first))
    return and_(~_lacks(outbox, outbox.alias("needed")), first)


MAY_GO = _may_go()
"""Of a row of `outbox`: all that it needs is confirmed, and nothing goes first."""
