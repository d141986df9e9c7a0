"""Legitimate gaps, interlocutors and calls of companies."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert, select, update

from miroir.dossier.mandate import Interlocutor
from miroir.dossier.memory import LegitimateGap
from miroir.dossier.model import CallRecord
from miroir.store.conflict import upsert
from miroir.store.dossiers.rows import read, values
from miroir.store.dossiers.tables import dossier_call, interlocutor, legitimate_gap


class Memories:
    """Tables `legitimate_gap`, `interlocutor` and `dossier_call`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def legitimate(self, siren: str) -> tuple[LegitimateGap, ...]:
        """Every decision about a company, even expired or withdrawn."""
        table = legitimate_gap.c
        query = select(legitimate_gap).where(table.siren == siren).order_by(table.id)
        rows = self._connection.execute(query).mappings()
        return tuple(read(LegitimateGap, row) for row in rows)

    def remember(self, item: LegitimateGap) -> int:
        made = self._connection.execute(
            insert(legitimate_gap).values(**values(item, legitimate_gap))
        )
        (id,) = made.inserted_primary_key or (0,)
        return int(id)

    def withdraw(self, id: int, on: date) -> None:
        """A decision holds no more; it is kept."""
        self._connection.execute(
            update(legitimate_gap)
            .where(legitimate_gap.c.id == id)
            .values(withdrawn_on=on)
        )

    def interlocutors(self, dossier_id: int) -> tuple[Interlocutor, ...]:
        """Those known, by name."""
        query = (
            select(interlocutor)
            .where(interlocutor.c.dossier_id == dossier_id)
            .order_by(interlocutor.c.name)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(Interlocutor, row) for row in rows)

    def save_interlocutor(self, dossier_id: int, item: Interlocutor) -> None:
        row = {**values(item, interlocutor), "dossier_id": dossier_id}
        names = [name for name in row if name not in ("dossier_id", "name")]
        upsert(self._connection, interlocutor, [row], names)

    def add_call(self, dossier_id: int, item: CallRecord) -> int:
        row = {**values(item, dossier_call), "dossier_id": dossier_id}
        made = self._connection.execute(
            insert(dossier_call).values(**{**row, "answers": dict(item.answers)})
        )
        (id,) = made.inserted_primary_key or (0,)
        return int(id)

    def calls_of(self, dossier_id: int) -> tuple[CallRecord, ...]:
        """The oldest first."""
        table = dossier_call.c
        query = (
            select(dossier_call)
            .where(table.dossier_id == dossier_id)
            .order_by(table.at, table.id)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(CallRecord, row) for row in rows)
