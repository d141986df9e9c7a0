"""Adhesion conditions, with the file and line that each comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    delete,
    func,
    insert,
    select,
    update,
)

from miroir.errors import NothingFound
from miroir.store.tables import adhesion_condition, received_file
from miroir.types.adhesion import AdhesionCondition, Headcount


class Adhesions:
    """Table `adhesion_condition`; nothing is lost when a newer file comes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace_conditions(
        self, source: str, sha256: str, conditions: Iterable[AdhesionCondition]
    ) -> None:
        """Record all the conditions of one file, which is to be known.

        They replace what the same file gave before. Raises NothingFound.
        """
        file = received_file.c
        received = select(file.received_at).where(file.sha256 == sha256)
        received_at = self._connection.execute(received).scalar_one_or_none()
        if received_at is None:
            raise NothingFound(f"no file with the sha256 {sha256} was received")
        same_file = adhesion_condition.c.sha256 == sha256
        self._connection.execute(delete(adhesion_condition).where(same_file))
        rows = [
            {
                **_row(condition),
                "sha256": sha256,
                "source": source,
                "received_at": received_at,
            }
            for condition in conditions
        ]
        if rows:
            self._connection.execute(insert(adhesion_condition), rows)

    def seen_again(self, source: str, sha256: str, at: datetime) -> tuple[str, ...]:
        """A source gives a file it gave before: its rows are the newest again.

        Gives the companies whose conditions that may change.
        """
        table = adhesion_condition.c
        of_source = table.source == source
        latest = select(func.max(table.received_at)).where(of_source)
        newest = (
            select(table.sha256)
            .where(of_source, table.received_at == latest.scalar_subquery())
            .limit(1)
        )
        if self._connection.execute(newest).scalar_one_or_none() == sha256:
            return ()
        moved = (
            update(adhesion_condition)
            .where(of_source, table.sha256 == sha256)
            .values(received_at=at)
            .returning(table.siren)
        )
        return tuple(sorted(set(self._connection.execute(moved).scalars())))

    def conditions_of(self, siren: str) -> tuple[AdhesionCondition, ...]:
        """The conditions of a company, in the order of their source and file.

        In each source, the newest file that names the company holds, alone.
        """
        table = adhesion_condition.c
        query = (
            select(adhesion_condition, received_file.c.name)
            .join(received_file, received_file.c.sha256 == table.sha256)
            .where(table.siren == siren)
            .order_by(table.source, table.received_at.desc(), table.id.desc())
        )
        rows = self._connection.execute(query).mappings().all()
        newest: dict[str, str] = {}
        for row in rows:
            newest.setdefault(row["source"], row["sha256"])
        kept = [row for row in rows if newest[row["source"]] == row["sha256"]]
        kept.sort(key=lambda row: (row["source"], row["id"]))
        return tuple(_condition(row) for row in kept)


_FIELDS = (
    "siren",
    "siret",
    "category",
    "valid_from",
    "valid_until",
    "rate_t1",
    "rate_t2",
    "employer_share",
    "idcc",
    "institution",
    "periodicity",
    "line",
)


def _row(condition: AdhesionCondition) -> dict[str, object]:
    headcount = condition.headcount
    return {
        **{name: getattr(condition, name) for name in _FIELDS},
        "headcount": None if headcount is None else headcount.value,
        "guarantees": list(condition.guarantees),
    }


def _condition(row: RowMapping) -> AdhesionCondition:
    headcount = row["headcount"]
    return AdhesionCondition(
        **{name: row[name] for name in _FIELDS},
        headcount=None if headcount is None else Headcount(headcount),
        guarantees=tuple(row["guarantees"]),
        file=row["name"],
    )
