"""Hypotheses, questions and commitments of dossiers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, Table, insert, select, update

from miroir.dossier.model import Commitment, GapRef, Hypothesis, Question
from miroir.dossier.states import CommitmentState
from miroir.errors import NothingFound
from miroir.store.conflict import upsert
from miroir.store.dossiers.rows import gap_values, read, read_gap, values
from miroir.store.dossiers.tables import (
    commitment,
    commitment_gap,
    dossier,
    hypothesis,
    question,
)


class Promises:
    """Tables `hypothesis`, `question`, `commitment` and `commitment_gap`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hypotheses_of(self, dossier_id: int) -> tuple[Hypothesis, ...]:
        """By cause; those refuted are kept for the next campaign."""
        query = (
            select(hypothesis)
            .where(hypothesis.c.dossier_id == dossier_id)
            .order_by(hypothesis.c.cause)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(Hypothesis, row) for row in rows)

    def save_hypothesis(self, dossier_id: int, item: Hypothesis) -> None:
        row = {**values(item, hypothesis), "dossier_id": dossier_id}
        names = [name for name in row if name not in ("dossier_id", "cause")]
        upsert(self._connection, hypothesis, [row], names)

    def questions_of(self, dossier_id: int) -> tuple[Question, ...]:
        """In the order they were asked."""
        query = (
            select(question)
            .where(question.c.dossier_id == dossier_id)
            .order_by(question.c.id)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(read(Question, row) for row in rows)

    def add_question(self, dossier_id: int, item: Question) -> int:
        return self._add(question, {**values(item, question), "dossier_id": dossier_id})

    def save_question(self, item: Question) -> None:
        self._connection.execute(
            update(question)
            .where(question.c.id == item.id)
            .values(**values(item, question))
        )

    def commitments_of(self, dossier_id: int) -> tuple[Commitment, ...]:
        """In the order they were made, with the gaps that each is about."""
        query = (
            select(commitment)
            .where(commitment.c.dossier_id == dossier_id)
            .order_by(commitment.c.id)
        )
        rows = self._connection.execute(query).mappings().all()
        return tuple(
            read(Commitment, row, gaps=self._gaps_of(row["id"])) for row in rows
        )

    def commitment(self, dossier_id: int, id: int) -> Commitment:
        """One commitment of a dossier; raises NothingFound."""
        for found in self.commitments_of(dossier_id):
            if found.id == id:
                return found
        raise NothingFound(f"This dossier has no commitment {id}.")

    def add_commitment(self, dossier_id: int, item: Commitment) -> int:
        row = {**values(item, commitment), "dossier_id": dossier_id}
        id = self._add(commitment, row)
        rows = [{**gap_values(ref), "commitment_id": id} for ref in item.gaps]
        if rows:
            self._connection.execute(insert(commitment_gap), rows)
        return id

    def save_commitment(self, item: Commitment) -> None:
        self._connection.execute(
            update(commitment)
            .where(commitment.c.id == item.id)
            .values(**values(item, commitment))
        )

    def dossiers_due(self, before: date) -> tuple[str, ...]:
        """SIREN with a commitment in course whose day was before a day."""
        table = commitment.c
        query = (
            select(dossier.c.siren)
            .join(commitment, table.dossier_id == dossier.c.id)
            .where(table.state == CommitmentState.PROMISED, table.due_on < before)
            .distinct()
            .order_by(dossier.c.siren)
        )
        return tuple(self._connection.execute(query).scalars())

    def _gaps_of(self, id: int) -> tuple[GapRef, ...]:
        query = select(commitment_gap).where(commitment_gap.c.commitment_id == id)
        rows: Iterable[GapRef] = (
            read_gap(row) for row in self._connection.execute(query).mappings()
        )
        return tuple(sorted(rows))

    def _add(self, table: Table, row: dict[str, object]) -> int:
        made = self._connection.execute(insert(table).values(**row))
        (id,) = made.inserted_primary_key or (0,)
        return int(id)
