"""What is not sure in bulk: person by person, by the reference itself.

All that a person was declared with in a company since January is read again
from the received files, and `mirror` tells the lines. Those of other months
that differ from what was published go out as revisions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from miroir.operations.bulk.excerpts import Excerpts, Span, Spot
from miroir.operations.bulk.history import GROUP, History
from miroir.operations.bulk.restating import Restated, Restating, published_lines
from miroir.operations.bulk.settling import settled
from miroir.privacy import Keys
from miroir.recomputation.bulk.calendar import number_of
from miroir.recomputation.company import mirror
from miroir.store.bulk.names import Namer, text_of
from miroir.store.bulk.order import NIC
from miroir.store.bulk.records import WHERE, Records
from miroir.types.adhesion import AdhesionCondition
from miroir.types.amounts import Cents
from miroir.types.declaration import Declaration

GROUPS_AT_ONCE = 1_000
ConditionsOf = Callable[[int], Sequence[AdhesionCondition]]
Group = tuple[int, int]
"""A SIREN and the number of a person."""
Places = Mapping[int, Sequence[Mapping[str, Any]]]
"""Where a group was declared, by month."""


@dataclass(frozen=True, slots=True)
class FullPath:
    """What reading in full needs. `tolerance` in cents."""

    excerpts: Excerpts
    history: History
    conditions: ConditionsOf
    namer: Namer
    keys: Keys
    tolerance: Cents

    def restate(self, period: int, places: Records) -> Restated:
        """Every line of some groups, as the reference tells it now.

        `places`: records of LINE, one per employee of the month, sorted by
        group.
        """
        january = period // 12 * 12
        parts = [
            self._chunk(period, chunk, january)
            for chunk in _chunks(places, GROUPS_AT_ONCE)
        ]
        return Restated.joined(parts)

    def _chunk(self, period: int, places: Records, since: int) -> Restated:
        groups = np.unique(_groups(places))
        earlier = self.history.lines(period, groups, since=since)
        changed = self.history.revisions(period, groups, since=since)
        published = published_lines(earlier, changed)
        where = _places_by_group({**earlier, period: places})
        restating = Restating(period, self.namer, self.keys, self.tolerance)
        further: dict[int, list[Group]] = defaultdict(list)
        for group, own in where.items():
            declarations = list(self._declarations(own))
            oldest = min((_first_month(each) for each in declarations), default=since)
            if oldest < since and self.history.reaches(oldest):
                further[oldest // 12 * 12].append(group)
                continue
            conditions = self.conditions(group[0])
            restating.add(
                group[1],
                mirror(declarations, conditions),
                declarations,
                published.pop(group, {}),
                own[period],
                settled(declarations, conditions, period),
            )
        done = [restating.result()]
        for january, again in further.items():
            done.append(self._chunk(period, _of(places, again), january))
        return Restated.joined(done)

    def _declarations(self, places: Places) -> Iterator[Declaration]:
        for month in sorted(places):
            spans: dict[Spot, set[Span]] = defaultdict(set)
            for row in places[month]:
                if row["length"]:
                    norm = text_of(np.array([row["norm"]], np.uint64))
                    spot = Spot(row["record"], row["head"], norm)
                    spans[spot].add(Span(row["offset"], row["length"]))
            for spot, own in spans.items():
                yield self.excerpts.declaration(spot, own)


def _first_month(declaration: Declaration) -> int:
    months = [
        number_of(base.month)
        for employee in declaration.employees
        for base in employee.bases
    ]
    return min([number_of(declaration.period), *months])


def _groups(places: Records) -> Records:
    groups = np.zeros(len(places), GROUP)
    groups["siren"], groups["person"] = places["siret"] // NIC, places["person"]
    return groups


def _chunks(places: Records, groups: int) -> Iterator[Records]:
    """So many groups at a time, none cut."""
    if not len(places):
        return
    keys = _groups(places)
    starts = np.nonzero(np.append(True, keys[1:] != keys[:-1]))[0][::groups]
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        yield places[start:end]


def _of(places: Records, groups: Sequence[Group]) -> Records:
    wanted = set(groups)
    kept = [tuple(key) in wanted for key in _groups(places).tolist()]
    chosen: Records = places[np.array(kept)]
    return chosen


def _places_by_group(
    months: Mapping[int, Records],
) -> dict[Group, dict[int, list[Any]]]:
    found: dict[Group, dict[int, list[Any]]] = {}
    names = ("siret", "person", *WHERE)
    for month, records in months.items():
        columns = [records[name].tolist() for name in names]
        for values in zip(*columns, strict=True):
            row = dict(zip(names, values, strict=True))
            group = (row["siret"] // NIC, row["person"])
            found.setdefault(group, {}).setdefault(month, []).append(row)
    return found
