"""What earlier months left, for some persons or for a range of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from miroir.store.bulk.order import NIC, in_shard, place_of
from miroir.store.bulk.parts import Part, Parts
from miroir.store.bulk.records import Kind, Records, chosen

GROUP = np.dtype([("siren", "<i8"), ("person", "<u8")])
"""A person in a company: what is read in full together."""


@dataclass(frozen=True, slots=True)
class History:
    """The parts of earlier months, by year x 12 + month - 1."""

    parts: Parts
    months: Mapping[int, Sequence[Part]]
    shard: int
    shards: int

    def known(self, period: int, first: int, last: int) -> tuple[Records, Records]:
        """Lines of the month before, and whoever else was seen this year.

        Of a range of places, in order. Without the month before, whoever was
        seen in it is only someone seen this year.
        """
        latest = max((month for month in self._year(period)), default=None)
        if latest is None:
            return self._nothing()
        lines, others = (
            self._own(self._read(kind, [latest], first, last), first, last)
            for kind in (Kind.LINES, Kind.KNOWN)
        )
        return lines, others

    def is_before(self, period: int) -> bool:
        """Whether the month before, of the same year, is at hand."""
        return period - 1 in self._year(period)

    def reaches(self, month: int) -> bool:
        """Whether a month, or a later one of its year, is at hand."""
        return any(month <= each < (month // 12 + 1) * 12 for each in self.months)

    def lines(self, period: int, wanted: Records, *, since: int) -> dict[int, Records]:
        """The lines of some groups, by month of their batch."""
        return self._of(Kind.LINES, period, wanted, since)

    def revisions(
        self, period: int, wanted: Records, *, since: int
    ) -> dict[int, Records]:
        """The lines that a batch changed, by month of the batch."""
        return self._of(Kind.REVISIONS, period, wanted, since)

    def _of(
        self,
        kind: Kind,
        period: int,
        wanted: Records,
        since: int,
    ) -> dict[int, Records]:
        if not len(wanted):
            return {}
        places = _group_places(wanted)
        first, last = int(places.min()), int(places.max())
        found = {}
        for month in sorted(self.months):
            if since <= month < period:
                parts = self._overlapping(kind, month, first, last)
                found[month] = self.parts.read(kind, parts, wanted)
        return found

    def _year(self, period: int) -> list[int]:
        january = period // 12 * 12
        return [month for month in self.months if january <= month < period]

    def _read(
        self, kind: Kind, months: Iterable[int], first: int, last: int
    ) -> Records:
        parts = [
            part
            for month in months
            for part in self._overlapping(kind, month, first, last)
        ]
        return self.parts.read(kind, parts)

    def _overlapping(self, kind: Kind, month: int, first: int, last: int) -> list[Part]:
        return [
            part
            for part in self.months[month]
            if part.kind is kind
            and part.first_place <= last
            and part.last_place >= first
        ]

    def _own(self, records: Records, first: int, last: int) -> Records:
        places = place_of(records["siret"], records["person"])
        kept = (places >= np.uint64(first)) & (places <= np.uint64(last))
        kept &= in_shard(records["siret"] // NIC, self.shard, self.shards)
        return chosen(records, kept)

    def _nothing(self) -> tuple[Records, Records]:
        return self.parts.read(Kind.LINES, ()), self.parts.read(Kind.KNOWN, ())


def _group_places(wanted: Records) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return place_of(wanted["siren"] * NIC, wanted["person"])
