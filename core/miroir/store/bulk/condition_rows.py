"""Every adhesion condition of the database, as a company alone would have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, RowMapping, select

from miroir.store.bulk.conditions import RATES, TEXTS
from miroir.store.tables import adhesion_condition
from miroir.types.adhesion import AdhesionCondition, Headcount


def every_condition(connection: Connection) -> Iterator[AdhesionCondition]:
    """The conditions of every company, as `Adhesions.conditions_of` gives them."""
    table = adhesion_condition.c
    query = select(adhesion_condition).order_by(table.siren, table.source, table.id)
    rows = connection.execute(query).mappings()
    for _, own in groupby(rows, key=itemgetter("siren", "source")):
        yield from _newest(list(own))


def _newest(rows: Sequence[RowMapping]) -> Iterator[AdhesionCondition]:
    """Those of the file received last."""
    last = max(rows, key=lambda row: (row["received_at"], row["id"]))
    for row in rows:
        if row["sha256"] == last["sha256"]:
            headcount = row["headcount"]
            yield AdhesionCondition(
                **{name: row[name] for name in (*TEXTS, *RATES)},
                valid_from=row["valid_from"],
                valid_until=row["valid_until"],
                headcount=None if headcount is None else Headcount(headcount),
            )
