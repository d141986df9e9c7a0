"""Records of a shard into parts, cut in the same places whatever the ranges."""

from __future__ import annotations

from collections.abc import Sequence
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
        """Every row of the places that these have, and no other of them."""
        while self._count + len(records) > PART_ROWS:
            end = _whole_person(records, PART_ROWS - self._count)
            self._keep([*self._waiting, records[:end]])
            self._waiting, self._count = [], 0
            records = records[end:]
        self._waiting.append(records)
        self._count += len(records)

    def close(self) -> tuple[Part, ...]:
        """Every part; one without a record is none."""
        if self._count:
            self._keep(self._waiting)
        return tuple(self._done)

    def _keep(self, pieces: Sequence[Records]) -> None:
        self._done.append(self.parts.write(self.kind, *pieces))


def _whole_person(records: Records, rows: int) -> int:
    """So many rows, and those that follow of the last person: none is cut."""
    if not rows:
        return 0
    last = records[rows - 1 :]
    place = place_of(last["siret"], last["person"])
    return rows - 1 + int(np.searchsorted(place, place[0], "right"))
