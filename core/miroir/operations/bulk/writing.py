"""Records of a shard into parts, cut in the same places whatever the ranges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from miroir.store.bulk.order import place_of
from miroir.store.bulk.parts import PART_ROWS, Part, Parts
from miroir.store.bulk.records import Kind, Records


@dataclass(slots=True)
class PartWriter:
    """Takes records sorted by person, range after range."""

    parts: Parts
    kind: Kind
    _waiting: list[Records] = field(default_factory=list)
    _count: int = 0
    _done: list[Part] = field(default_factory=list)

    def add(self, records: Records) -> None:
        self._waiting.append(records)
        self._count += len(records)
        while self._count > PART_ROWS:
            self._cut()

    def close(self) -> tuple[Part, ...]:
        """Every part; one without a record is none."""
        if self._count:
            self._keep(np.concatenate(self._waiting))
        return tuple(self._done)

    def _cut(self) -> None:
        """Write a part; a person is never cut."""
        records = np.concatenate(self._waiting)
        place = place_of(records["siret"], records["person"])
        end = int(np.searchsorted(place, place[PART_ROWS - 1], "right"))
        self._keep(records[:end])
        self._waiting = [records[end:]]
        self._count = len(records) - end

    def _keep(self, records: Records) -> None:
        self._done.append(self.parts.write(self.kind, records))
