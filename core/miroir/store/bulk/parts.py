"""Immutable Parquet files, each named by its content.

The same records give the same bytes: one thread, one order, no date inside.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from miroir.errors import StoreError
from miroir.store.bulk.order import NIC, bucket_of, place_of
from miroir.store.bulk.records import DTYPES, Kind, Records

PART_ROWS = 32_768
MEMORY = "128MB"
_WRITE = (
    "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION V2,"
    " DICTIONARY_SIZE_LIMIT 1)"
)
"""Amounts hardly repeat: without dictionaries a part is a quarter smaller, and
written a third faster. V2 holds differences between neighbours: a quarter faster
again, for five bytes more an employee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file: records of SIRENs whose bucket is between two, places too."""

    kind: Kind
    sha256: str
    rows: int
    first_bucket: int
    last_bucket: int
    first_place: int
    last_place: int

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Part:
        return cls(**{**found, "kind": Kind(found["kind"])})


@dataclass(frozen=True, slots=True)
class Parts:
    """A folder of parts, `ab/abcd….parquet`, readable by its owner only."""

    folder: Path

    def path(self, part: Part) -> Path:
        return self.folder / part.sha256[:2] / f"{part.sha256}.parquet"

    def write(self, kind: Kind, *pieces: Records) -> Part:
        """Keep records, sorted from the first piece to the last; complete and on
        the disk once this returns."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{secrets.token_hex(8)}.parquet"
        try:
            with connection() as duck:
                duck.register("part", _columns(*pieces))
                duck.execute(
                    f"COPY (SELECT * FROM part) TO '{_quoted(draft)}' {_WRITE}"
                )
            part = _described(kind, pieces, _digest(draft))
            target = self.path(part)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _make_durable(draft)
            draft.chmod(0o400)
            draft.replace(target)
            _make_durable(target.parent)
        except OSError as error:
            raise StoreError(
                f"{self.folder}: a part cannot be kept ({error.strerror});"
                " check the space left and who owns the folder"
            ) from None
        finally:
            draft.unlink(missing_ok=True)
        return part

    def read(
        self,
        kind: Kind,
        parts: Iterable[Part],
        wanted: Records | None = None,
    ) -> Records:
        """The records of some parts, in their order.

        `wanted`: records with `siren` and `person`; only theirs are given.
        """
        paths = [str(self.path(part)) for part in parts if part.rows]
        if not paths or (wanted is not None and not len(wanted)):
            return np.zeros(0, DTYPES[kind])
        names = DTYPES[kind].names or ()
        columns = ", ".join(f'"{name}"' for name in names)
        query = f"SELECT {columns} FROM read_parquet(?)"
        try:
            with connection() as duck:
                if wanted is not None:
                    duck.register("wanted", _columns(wanted))
                    query += (
                        " AS part WHERE EXISTS (SELECT 1 FROM wanted WHERE"
                        " wanted.person = part.person"
                        " AND wanted.siren = part.siret // 100000)"
                    )
                found = duck.execute(query, [paths]).fetchnumpy()
        except duckdb.Error as error:
            raise StoreError(
                f"{self.folder}: a part cannot be read ({str(error).splitlines()[0]});"
                " restore the folder from a backup, or run the month again"
            ) from None
        return _records(kind, found)


@contextmanager
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that computes in one thread, in the given order."""
    # Opening one takes longer than writing a part; a forked one must not be used.
    duck = _database(os.getpid()).cursor()
    try:
        yield duck
    finally:
        duck.close()


@lru_cache(maxsize=1)
def _database(process: int) -> duckdb.DuckDBPyConnection:
    duck = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": False,
        },
    )
    duck.execute("SET enable_progress_bar = false")
    return duck


def _described(kind: Kind, pieces: Sequence[Records], sha256: str) -> Part:
    siret, person = (
        np.concatenate([piece[name] for piece in pieces])
        for name in ("siret", "person")
    )
    places, buckets = place_of(siret, person), bucket_of(siret // NIC)
    some = len(siret) > 0
    return Part(
        kind=kind,
        sha256=sha256,
        rows=len(siret),
        first_bucket=int(buckets.min()) if some else 0,
        last_bucket=int(buckets.max()) if some else 0,
        first_place=int(places.min()) if some else 0,
        last_place=int(places.max()) if some else 0,
    )


def _columns(*pieces: Records) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in pieces[0].dtype.names or ():
        values = np.concatenate([piece[name] for piece in pieces])
        columns[name] = values.astype("U") if values.dtype.kind == "S" else values
    return columns


def _records(kind: Kind, found: dict[str, Any]) -> Records:
    count = len(next(iter(found.values())))
    records = np.zeros(count, DTYPES[kind])
    for name, values in found.items():
        records[name] = np.ma.getdata(values)
    return records


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
