"""Rows of a month, in memory while they are few, on the disk beyond.

They come in the order of the files and leave in that of `place_of`, range
after range, so that memory holds one range whatever the size: sorted runs are
written as they come, and a range is read from the same places of each.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO

import numpy as np

from miroir.recomputation.bulk.rows import RECORD, Ints, MonthRows
from miroir.store.bulk.names import Namer
from miroir.store.bulk.order import Words, place_of
from miroir.store.bulk.records import Records, chosen, joined

RANGE_ROWS = 16_384
ROW = np.dtype([("place", "<u8"), ("name", "<u8"), ("part", "u1"), *RECORD.descr])
"""A row of `MonthRows`; `name`: the number of the person; `part`: 1 and 2 for an
employee of two contracts, one after the other, else 0."""
END = 1 << 64
_SAMPLE = 16
"""One place out of so many tells where ranges are cut."""


def records_of(rows: MonthRows) -> Records:
    """The same rows as records, `place` and `name` still zero."""
    records = np.zeros(len(rows), ROW)
    for each in fields(MonthRows):
        records[each.name] = getattr(rows, each.name)
    return records


def rows_of(records: Records) -> MonthRows:
    """The same records as columns."""
    return MonthRows(
        **{
            each.name: np.ascontiguousarray(records[each.name])
            for each in fields(MonthRows)
        }
    )


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """Rows whose place is from `first` to `last`, both included."""

    first: int
    last: int
    records: Records


@dataclass(slots=True, eq=False)
class _Run:
    """Sorted rows on the disk, from row `start` of the file; `given` of them
    were read back. `sample`: one place out of `step`, the first one first."""

    start: int
    count: int
    step: int
    sample: Words
    given: int = 0

    def most(self, end: int) -> int:
        """The rows whose place is before `end`, or a few more."""
        if end >= END:
            return self.count
        return min(
            int(np.searchsorted(self.sample, np.uint64(end))) * self.step, self.count
        )


@dataclass(slots=True)
class Spill:
    """`limit`: rows held in memory; `folder`: where more go, then removed."""

    folder: Path
    namer: Namer
    limit: int = RANGE_ROWS
    _held: list[tuple[Records, Ints]] = field(default_factory=list)
    _count: int = 0
    _runs: list[_Run] = field(default_factory=list)
    _file: IO[bytes] | None = None

    def add(self, records: Records, siret: Ints) -> None:
        """Rows, and the SIRET of each."""
        self._held.append((records, siret))
        self._count += len(records)
        if self._count > self.limit:
            self._write()

    def ranges(self) -> Iterator[Range]:
        """Every place there is, in order."""
        if not self._runs:
            yield Range(0, END - 1, self._taken())
            return
        if self._count:
            self._write()
        bounds = self._bounds()
        for first, end in zip([0, *bounds], [*bounds, END], strict=True):
            yield Range(first, end - 1, self._before(end))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _taken(self) -> Records:
        """The rows held, which are no longer; who they are about, and where
        that is in the order of all."""
        if not self._held:
            return np.zeros(0, ROW)
        rows = joined([records for records, _ in self._held])
        siret = np.concatenate([each for _, each in self._held])
        self._held, self._count = [], 0
        rows["name"] = self.namer.names(rows["person"])
        rows["place"] = place_of(siret, rows["name"])
        return rows

    def _write(self) -> None:
        """Put the rows held on the disk, sorted."""
        rows = self._taken()
        rows = chosen(rows, np.argsort(rows["place"], kind="stable"))
        last = self._runs[-1] if self._runs else None
        start = last.start + last.count if last else 0
        step = max(min(_SAMPLE, self.limit // _SAMPLE), 1)
        self._runs.append(_Run(start, len(rows), step, rows["place"][::step].copy()))
        self._opened().write(rows.data)

    def _bounds(self) -> list[int]:
        """The first place of each range but one: about as many rows in each."""
        places = np.sort(np.concatenate([run.sample for run in self._runs]))
        size = self.limit // self._runs[0].step
        return [int(bound) for bound in np.unique(places[size::size])]

    def _before(self, end: int) -> Records:
        """The rows not given yet whose place is before `end`."""
        file = self._opened()
        file.flush()
        parts = []
        for run in self._runs:
            size = (run.most(end) - run.given) * ROW.itemsize
            at = (run.start + run.given) * ROW.itemsize
            rows = np.frombuffer(os.pread(file.fileno(), size, at), ROW)
            if end < END:
                rows = rows[: np.searchsorted(rows["place"], np.uint64(end))]
            run.given += len(rows)
            parts.append(rows)
        return joined(parts)

    def _opened(self) -> IO[bytes]:
        """A file without a name: nothing is left of it, whatever happens."""
        if self._file is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115
        return self._file
