"""Anchors: a chain of digests over every result stored, to be kept elsewhere.

Whoever may write to the database can change a result and every digest after
it, but not the copies of earlier digests that left the machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, insert, select, text

from miroir.store.schedule.tables import anchor
from miroir.store.tables import analysis_run, diagnosis, gap, payment_gap

_START = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """`digest` covers every run up to `last_run`, of which `runs` are new."""

    seq: int
    at: datetime
    last_run: int
    runs: int
    digest: str

    def __str__(self) -> str:
        """The line to keep elsewhere."""
        return (
            f"{self.seq} {self.at:%Y-%m-%dT%H:%M:%SZ} run={self.last_run}"
            f" runs={self.runs} sha256={self.digest}"
        )


class Anchors:
    """Table `anchor`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Anchor, ...]:
        """Every anchor, the first first."""
        rows = self._connection.execute(select(anchor).order_by(anchor.c.seq))
        return tuple(Anchor(**row) for row in rows.mappings())

    def last(self) -> Anchor | None:
        query = select(anchor).order_by(anchor.c.seq.desc()).limit(1)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else Anchor(**row)

    def add(self, at: datetime) -> Anchor | None:
        """Anchor the runs that came since the last one; None when none did."""
        if self._connection.dialect.name == "postgresql":
            # Else a run with a smaller number could still be on its way.
            self._connection.execute(text("LOCK TABLE analysis_run IN SHARE MODE"))
        previous = self.last()
        since = previous.last_run if previous else 0
        digest, runs, last = self._digest(
            previous.digest if previous else _START, since, None
        )
        if not runs:
            return None
        new = Anchor(
            seq=previous.seq + 1 if previous else 1,
            at=at,
            last_run=last,
            runs=runs,
            digest=digest,
        )
        values = {name: getattr(new, name) for name in Anchor.__slots__}
        self._connection.execute(insert(anchor).values(values))
        return new

    def broken(self) -> Iterator[Anchor]:
        """The anchors whose digest is not the one of the runs stored now."""
        digest, since = _START, 0
        for known in self.all():
            found, runs, _ = self._digest(digest, since, known.last_run)
            if (found, runs) != (known.digest, known.runs):
                yield known
            digest, since = known.digest, known.last_run

    def _digest(
        self, before: str, since: int, until: int | None
    ) -> tuple[str, int, int]:
        """Digest, number and last of the runs after `since`, up to `until`."""
        query = select(analysis_run).where(analysis_run.c.id > since)
        if until is not None:
            query = query.where(analysis_run.c.id <= until)
        found, runs, last = hashlib.sha256(before.encode()), 0, since
        for row in self._connection.execute(query.order_by(analysis_run.c.id)):
            values = row._asdict()
            found.update(_canonical(values))
            for table in (gap, payment_gap, diagnosis):
                for part in self._of(table, values["id"]):
                    found.update(_canonical(part))
            runs, last = runs + 1, values["id"]
        return found.hexdigest(), runs, last

    def _of(self, table: Table, run: int) -> Iterator[Mapping[str, object]]:
        query = select(table).where(table.c.run_id == run)
        rows = self._connection.execute(query.order_by(*table.primary_key))
        for row in rows.mappings():
            yield {"table": table.name, **row}


def _canonical(row: Mapping[str, object]) -> bytes:
    """A row as bytes, the same on both kinds of store; instants are in UTC."""
    line = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return f"{len(line)}:{line}".encode()
