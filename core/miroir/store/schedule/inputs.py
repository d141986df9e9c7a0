"""Which companies have something new since they were last diagnosed.

Counted, not dated: a change that comes while a company is being diagnosed is
seen, whatever the clocks say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from miroir.store.schedule.tables import company_input
from miroir.store.tables import declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A company to diagnose. `changes`: how many were counted until now."""

    siren: str
    changes: int
    failures: int


class Inputs:
    """Table `company_input`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changed(self, sirens: Iterable[str], at: datetime) -> None:
        """Count a change of companies; in the transaction that makes it."""
        # In order, so that two writers never wait for each other.
        for siren in sorted(set(sirens)):
            row = {
                "siren": siren,
                "changes": 1,
                "diagnosed": 0,
                "changed_at": at,
                "failures": 0,
                "error": "",
            }
            counted = {
                "changes": company_input.c.changes + 1,
                "changed_at": at,
                "retry_at": None,
            }
            self._connection.execute(
                _insert(self._connection)
                .values(row)
                .on_conflict_do_update(index_elements=["siren"], set_=counted)
            )

    def changes_of(self, siren: str) -> int:
        """How many changes were counted; to be asked before reading a company."""
        query = select(company_input.c.changes).where(company_input.c.siren == siren)
        return self._connection.execute(query).scalar() or 0

    def diagnosed(self, siren: str, changes: int) -> None:
        """A company was diagnosed with all it had at that count."""
        table = company_input.c
        self._connection.execute(
            update(company_input)
            .where(table.siren == siren, table.diagnosed <= changes)
            .values(diagnosed=changes, failures=0, error="", retry_at=None)
        )

    def failed(self, siren: str, error: str, retry_at: datetime) -> None:
        """A company could not be diagnosed: it is tried again later."""
        self._connection.execute(
            update(company_input)
            .where(company_input.c.siren == siren)
            .values(
                failures=company_input.c.failures + 1, error=error, retry_at=retry_at
            )
        )

    def waiting(self, now: datetime, limit: int) -> tuple[Waiting, ...]:
        """Companies with a declaration and something new, the oldest first."""
        table = company_input.c
        query = (
            select(table.siren, table.changes, table.failures)
            .where(
                table.diagnosed < table.changes,
                or_(table.retry_at.is_(None), table.retry_at <= now),
                exists().where(declaration.c.siren == table.siren),
            )
            .order_by(table.changed_at, table.siren)
            .limit(limit)
        )
        rows = self._connection.execute(query).mappings()
        return tuple(Waiting(**row) for row in rows)

    def failing(self) -> int:
        """How many companies could not be diagnosed the last time."""
        query = select(func.count()).where(company_input.c.failures > 0)
        return int(self._connection.execute(query).scalar_one())


def _insert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(company_input)
    return sqlite.insert(company_input)
