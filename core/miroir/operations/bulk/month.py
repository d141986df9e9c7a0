"""One month of a range of people: columns where sure, the reference elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from miroir.operations.bulk.conditions import NO_ROW, MonthTariffs
from miroir.operations.bulk.full import FullPath
from miroir.operations.bulk.history import History
from miroir.operations.bulk.joining import (
    any_in_group,
    groups_of,
    matches,
    unsettled,
)
from miroir.operations.bulk.known import known_after
from miroir.operations.bulk.pairs import SECOND, Pairs
from miroir.operations.bulk.scanning import Scanned
from miroir.operations.bulk.spill import Range, rows_of
from miroir.operations.bulk.sure import SureLines
from miroir.recomputation.bulk.calendar import month_bounds
from miroir.recomputation.bulk.month import month_due, nothing_before
from miroir.recomputation.bulk.rows import (
    Columns,
    Ints,
    Mask,
    MonthDue,
    Sums,
    Words,
)
from miroir.store.bulk.order import place_of
from miroir.store.bulk.records import LINE, Records, chosen, joined


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A range of a month. `sure`: employees that the columns alone told."""

    lines: Records
    revisions: Records
    known: Records
    gaps: Records
    employees: int
    sure: int


@dataclass(frozen=True, slots=True)
class MonthWork:
    """What a month is worked with."""

    period: int
    history: History
    full: FullPath
    tariffs: MonthTariffs
    sure_lines: SureLines

    def run(self, found: Scanned, given: Range) -> Outcome:
        """The month of the people of a range."""
        rows = self._sorted(found, given.records)
        declarations = chosen(found.declarations, rows["declaration"])
        siret = declarations["siret"]
        lines, others = self.history.known(self.period, given.first, given.last)
        contract = self.sure_lines.namer.names(rows["contract"])
        before, sure = self._before(rows, siret, contract, lines, others)
        sure &= ~unsettled(siret, rows["name"], lines, others)
        due, after, sure = self._due(rows, siret, before, sure)
        groups = groups_of(rows["place"], rows["name"])
        sure &= ~any_in_group(groups, ~sure)
        where = self._where(found, rows, declarations)
        where["contract"] = np.where(sure, contract, 0)
        told = self.sure_lines.told(
            _some(rows, sure),
            _some(where, sure),
            _taken(due, sure),
            _taken(after, sure),
        )
        people = rows["part"] != SECOND
        restated = self.full.restate(self.period, chosen(where, ~sure & people))
        return Outcome(
            lines=_joined(told.lines, restated.lines),
            revisions=_ordered(restated.revisions),
            known=known_after(lines, others, where),
            gaps=_joined(told.gaps, restated.gaps),
            employees=int(people.sum()),
            sure=int((sure & people).sum()),
        )

    def _sorted(self, found: Scanned, rows: Records) -> Records:
        """By person, then establishment, then place in the files."""
        rows = chosen(rows, np.argsort(rows["place"], kind="stable"))
        again = np.flatnonzero(_repeats(rows["place"]))
        if len(again):
            shared = chosen(rows, again)
            heads = chosen(found.declarations, shared["declaration"])
            record = np.array(found.records, np.int64)[heads["piece"]]
            by_name = (shared["name"], shared["place"])
            within = (shared["part"], shared["offset"], record, heads["siret"])
            order = np.lexsort((*within, *by_name))
            rows[again] = shared[order]
        return rows

    def _before(
        self,
        rows: Records,
        siret: Ints,
        contract: Words,
        lines: Records,
        others: Records,
    ) -> tuple[Sums, Mask]:
        """The sums of the year so far, and of which rows they are known."""
        sure = rows["sure"] & ~_repeated(siret, rows)
        here = matches(siret, rows["name"], lines)
        gone = matches(siret, rows["name"], others)
        new = (here.count == 0) & (gone.count == 0)
        new &= (self.period % 12 == 0) | (rows["start"] >= self._first_day())
        sums = nothing_before(len(rows))
        if not len(lines) or not self.history.is_before(self.period):
            return sums, sure & new
        found = chosen(lines, np.maximum(here.only, 0))
        going_on = (here.only >= 0) & found["sure"] & (gone.count == 0)
        going_on &= (found["contract"] == contract) & (found["start"] == rows["start"])
        values = {
            each.name: np.where(going_on, found[f"sum_{each.name}"], 0).astype(
                getattr(sums, each.name).dtype
            )
            for each in fields(Sums)
        }
        return Sums(**values), sure & (new | going_on)

    def _due(
        self, rows: Records, siret: Ints, before: Sums, sure: Mask
    ) -> tuple[MonthDue, Sums, Mask]:
        """What was due, the sums after the month, and which rows are still sure."""
        tariffs = self.tariffs
        tariff = tariffs.of(siret, np.where(sure, rows["status"], 0))
        columns, row = rows_of(rows), np.maximum(tariff, 0)
        due, after = month_due(columns, before, tariffs.tariffs, row, tariffs.month)
        sure = sure & (tariff != NO_ROW) & due.sure
        pairs = Pairs.of(rows["part"])
        if len(pairs):
            due, open_ = pairs.settled(columns, due, after, tariffs, row)
            sure &= ~open_
        return due, after, sure

    def _first_day(self) -> int:
        return int(month_bounds(np.array([self.period]))[0][0])

    def _where(self, found: Scanned, rows: Records, heads: Records) -> Records:
        """Records of LINE that only say who and where. `heads`: the declaration
        of each row."""
        where = np.zeros(len(rows), LINE)
        where["siret"], where["person"] = heads["siret"], rows["name"]
        where["record"] = np.array(found.records, np.int64)[heads["piece"]]
        where["head"], where["norm"] = heads["offset"], heads["norm"]
        for name in ("offset", "length", "line"):
            where[name] = rows[name]
        return where


def _some(records: Records, mask: Mask) -> Records:
    return records if mask.all() else chosen(records, mask)


_Columns = TypeVar("_Columns", bound=Columns)


def _taken(columns: _Columns, mask: Mask) -> _Columns:
    return columns if mask.all() else columns.take(mask)


def _repeats(place: Words) -> Mask:
    """Places, sorted, that two rows or more have."""
    same = place[1:] == place[:-1]
    twice: Mask = np.append(same, False) | np.append(False, same)
    return twice[: len(place)]


def _repeated(siret: Ints, rows: Records) -> Mask:
    """People whom an establishment declares twice in the month."""
    same = (siret[1:] == siret[:-1]) & (rows["name"][1:] == rows["name"][:-1])
    same &= rows["part"][1:] != SECOND
    twice: Mask = np.append(same, False) | np.append(False, same)
    return twice[: len(rows)]


def _joined(sure: Records, others: Records) -> Records:
    return _ordered(joined([sure, others]) if len(others) else sure)


def _ordered(records: Records) -> Records:
    """Sorted by person; what has the same key keeps its order."""
    place = place_of(records["siret"], records["person"])
    order = np.argsort(place, kind="stable")
    shared = order[_repeats(place[order])]
    if len(shared):
        names = ("period", "contract", "siret", "person")
        held = [name for name in names if name in (records.dtype.names or ())]
        keys = [records[name][shared] for name in held]
        order[_repeats(place[order])] = shared[np.lexsort((*keys, place[shared]))]
    return chosen(records, order)
