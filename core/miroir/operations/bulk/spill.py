"""Rows of a month, in memory while they are few, on the disk beyond.

They come in the order of the files and leave in that of `place_of`, range
after range, so that memory holds one range whatever the size.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import numpy as np

from miroir.recomputation.bulk.rows import MonthRows
from miroir.store.bulk.names import CONTRACT_WORDS, PERSON_WORDS
from miroir.store.bulk.order import Words
from miroir.store.bulk.records import Records

RANGE_ROWS = 16_384
_TYPES = {"Ints": "<i8", "Mask": "?"}
_WIDE = {"person": PERSON_WORDS, "contract": CONTRACT_WORDS}
ROW = np.dtype(
    [
        ("place", "<u8"),
        ("name", "<u8"),
        *(
            (each.name, "<u8", (_WIDE[each.name],))
            if each.name in _WIDE
            else (each.name, _TYPES[str(each.type)])
            for each in fields(MonthRows)
        ),
    ]
)
"""A row of `MonthRows`; `name`: the number of the person."""
END = 1 << 64

Placed = Callable[[Records], Records]


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


@dataclass(slots=True)
class Spill:
    """`limit`: rows held in memory; `folder`: where more go, then removed."""

    folder: Path
    limit: int = RANGE_ROWS
    _held: list[Records] = field(default_factory=list)
    _count: int = 0
    _scratch: tempfile.TemporaryDirectory[str] | None = None

    def add(self, records: Records) -> None:
        self._held.append(records)
        self._count += len(records)
        if self._count > self.limit:
            self._write("received", np.concatenate(self._held))
            self._held, self._count = [], 0

    def ranges(self, placed: Placed) -> Iterator[Range]:
        """Every place there is, in order. `placed` gives the rows to keep of
        some, with their place."""
        if self._scratch is None:
            rows = np.concatenate(self._held) if self._held else np.zeros(0, ROW)
            yield Range(0, END - 1, placed(rows))
            return
        if self._held:
            self._write("received", np.concatenate(self._held))
            self._held = []
        bounds = self._bounds(placed)
        for rank, (first, end) in enumerate(
            zip([0, *bounds], [*bounds, END], strict=True)
        ):
            path = self._path(f"range-{rank}")
            rows = np.fromfile(path, ROW) if path.exists() else np.zeros(0, ROW)
            path.unlink(missing_ok=True)
            yield Range(first, end - 1, rows)

    def close(self) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _bounds(self, placed: Placed) -> list[int]:
        """Cut what was received into ranges; the first place of each but one."""
        places = []
        for rows in self._read("received"):
            kept = placed(rows)
            places.append(kept["place"].copy())
            self._write("placed", kept)
        self._path("received").unlink()
        ordered = np.sort(np.concatenate(places))
        bounds = np.unique(ordered[self.limit :: self.limit])
        for rows in self._read("placed"):
            self._route(rows, bounds)
        self._path("placed").unlink(missing_ok=True)
        return [int(bound) for bound in bounds]

    def _route(self, rows: Records, bounds: Words) -> None:
        owner = np.searchsorted(bounds, rows["place"], "right")
        order = np.argsort(owner, kind="stable")
        rows, owner = rows[order], owner[order]
        for rank in np.unique(owner):
            first, end = np.searchsorted(owner, [rank, rank + 1])
            self._write(f"range-{rank}", rows[first:end])

    def _read(self, name: str) -> Iterator[Records]:
        path = self._path(name)
        size = path.stat().st_size // ROW.itemsize if path.exists() else 0
        for start in range(0, size, self.limit):
            yield np.fromfile(path, ROW, count=self.limit, offset=start * ROW.itemsize)

    def _write(self, name: str, rows: Records) -> None:
        with self._path(name).open("ab") as out:
            out.write(rows.tobytes())

    def _path(self, name: str) -> Path:
        if self._scratch is None:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._scratch = tempfile.TemporaryDirectory(dir=self.folder)
        return Path(self._scratch.name) / name
