"""What is published: one row per month, and the gaps that came with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, RowMapping, delete, insert, select, text

from miroir.store.bulk.records import AMOUNTS, JUDGED, Records
from miroir.store.tables import bulk_batch, bulk_gap
from miroir.types.calculation import Basis
from miroir.types.period import Month

_ROWS_AT_ONCE = 2_000
"""Rows made into Python objects together, a thousand bytes each."""
_BASES: Mapping[int, Basis] = {int(code): basis for basis, code in JUDGED.items()}
_COLUMNS = tuple(column.name for column in bulk_gap.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBatch:
    """A month as everyone sees it. `manifest`: the file that lists its parts;
    `inputs`: a sha256 of all that it was made from."""

    period: Month
    manifest: str
    inputs: str
    version: str
    at: datetime
    employees: int
    gaps: int


class Batches:
    """Tables `bulk_batch` and `bulk_gap`, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def published(self) -> tuple[PublishedBatch, ...]:
        """Every month, the earliest first."""
        query = select(bulk_batch).order_by(bulk_batch.c.period)
        rows = self._connection.execute(query).mappings()
        return tuple(PublishedBatch(**row) for row in rows)

    def publish(self, batch: PublishedBatch, gaps: Iterable[Records]) -> None:
        """Take the place of the month's batch, gaps included.

        `gaps`: records of `miroir.store.bulk.records.GAP`, once each.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SET LOCAL statement_timeout = 0"))
        same = bulk_batch.c.period == batch.period
        self._connection.execute(delete(bulk_batch).where(same))
        values = {name: getattr(batch, name) for name in batch.__slots__}
        self._connection.execute(insert(bulk_batch), values)
        self._insert(row for some in _few(gaps) for row in _rows(batch.period, some))

    def gaps_of(self, siren: str) -> tuple[RowMapping, ...]:
        """The gaps of a company, of the last batch that speaks of each line."""
        query = (
            select(bulk_gap)
            .where(
                bulk_gap.c.siret >= f"{siren}00000", bulk_gap.c.siret <= f"{siren}99999"
            )
            .order_by(bulk_gap.c.batch)
        )
        found: dict[tuple[object, ...], RowMapping] = {}
        for row in self._connection.execute(query).mappings():
            found[row["siret"], row["pseudonym"], row["contract"], row["period"]] = row
        return tuple(row for row in found.values() if row["amount"])

    def _insert(self, rows: Iterator[tuple[object, ...]]) -> None:
        if self._connection.dialect.name == "postgresql":
            self._copy(rows)
            return
        marks = ", ".join("?" * len(_COLUMNS))
        statement = f"INSERT INTO bulk_gap ({', '.join(_COLUMNS)}) VALUES ({marks})"
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            self._connection.exec_driver_sql(statement, chunk)

    def _copy(self, rows: Iterator[tuple[object, ...]]) -> None:
        driver = self._connection.connection.driver_connection
        assert driver is not None
        statement = f"COPY bulk_gap ({', '.join(_COLUMNS)}) FROM STDIN"
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


def _few(gaps: Iterable[Records]) -> Iterator[Records]:
    for records in gaps:
        for start in range(0, len(records), _ROWS_AT_ONCE):
            yield records[start : start + _ROWS_AT_ONCE]


def _rows(batch: Month, records: Records) -> Iterator[tuple[object, ...]]:
    """Rows in the order of the table's columns."""
    label = str(batch)
    columns = [records[name].tolist() for name in records.dtype.names or ()]
    for period, siret, _, pseudonym, contract, basis, *amounts in zip(
        *columns, strict=True
    ):
        declared, due = amounts[: len(AMOUNTS)], amounts[len(AMOUNTS) :]
        yield (
            label,
            f"{siret:014d}",
            pseudonym.decode("ascii"),
            f"{contract:016x}",
            f"{period // 12:04d}-{period % 12 + 1:02d}",
            *amounts,
            sum(declared) - sum(due),
            _BASES[basis].value,
        )
