"""Lists of dossiers: who has what, how old, how much is at stake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, case, func, select

from miroir.dossier.model import Dossier
from miroir.dossier.states import CommitmentState, GapState, HypothesisState, State
from miroir.dossier.worklist import Line
from miroir.store.dossiers.rows import read
from miroir.store.dossiers.tables import (
    commitment,
    dossier,
    dossier_gap,
    dossier_signal,
    hypothesis,
)


class Worklists:
    """Reads the tables of dossiers; writes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self) -> dict[str, int]:
        """Open dossiers of each adviser."""
        query = (
            select(dossier.c.adviser, func.count())
            .where(dossier.c.state != State.CLOSED, dossier.c.adviser != "")
            .group_by(dossier.c.adviser)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def lines(self, *, closed: bool = False) -> tuple[Line, ...]:
        """Every dossier, or every open one, as a line of a worklist."""
        query = select(dossier).order_by(dossier.c.siren)
        if not closed:
            query = query.where(dossier.c.state != State.CLOSED)
        found = [
            read(Dossier, row) for row in self._connection.execute(query).mappings()
        ]
        amounts, counts = self._gaps()
        campaigns = self._campaigns()
        causes = self._causes()
        due = self._next_commitments()
        return tuple(
            Line(
                dossier=item,
                gaps=counts.get(item.id, 0),
                amount=amounts.get(item.id, 0),
                campaigns=tuple(sorted(campaigns.get(item.id, ()))),
                causes=tuple(sorted(causes.get(item.id, ()))),
                due_on=due.get(item.id),
            )
            for item in found
        )

    def campaigns(self) -> dict[str, tuple[int, int, int, int]]:
        """Signals, dossiers, open dossiers, signals settled by memory."""
        table = dossier_signal.c
        is_open = case((dossier.c.state != State.CLOSED, table.dossier_id))
        query = (
            select(
                table.campaign,
                func.count(),
                func.count(table.dossier_id.distinct()),
                func.count(is_open.distinct()),
                func.sum(case((table.memory, 1), else_=0)),
            )
            .join(dossier, dossier.c.id == table.dossier_id)
            .where(table.campaign != "")
            .group_by(table.campaign)
        )
        return {
            row[0]: (row[1], row[2], row[3], int(row[4]))
            for row in self._connection.execute(query)
        }

    def _gaps(self) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """Absolute amounts, and numbers, of the open gaps of each dossier."""
        table = dossier_gap.c
        query = (
            select(table.dossier_id, func.sum(func.abs(table.amount)), func.count())
            .where(table.state == GapState.OPEN)
            .group_by(table.dossier_id)
        )
        rows = self._connection.execute(query).all()
        return (
            {id: int(total) for id, total, _ in rows},
            {id: count for id, _, count in rows},
        )

    def _causes(self) -> Mapping[int, set[str]]:
        table = hypothesis.c
        query = select(table.dossier_id, table.cause).where(
            table.state != HypothesisState.REFUTED
        )
        return _grouped((row[0], row[1]) for row in self._connection.execute(query))

    def _campaigns(self) -> Mapping[int, set[str]]:
        query = select(dossier_signal.c.dossier_id, dossier_signal.c.campaign)
        rows = self._connection.execute(query.distinct())
        return _grouped((row[0], row[1]) for row in rows if row[1])

    def _next_commitments(self) -> Mapping[int, date]:
        table = commitment.c
        query = (
            select(table.dossier_id, func.min(table.due_on))
            .where(table.state == CommitmentState.PROMISED)
            .group_by(table.dossier_id)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _grouped(pairs: Iterable[tuple[int, str]]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for id, text in pairs:
        found[id].add(text)
    return found
