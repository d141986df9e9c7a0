"""What was due for the waiting employees of a company, month after month.

A person is told by the columns when each of its months is: the same contract
all along, no month missing since January or the hire, a rule that leaves no
choice but of the reduction, and blocks as usual. A gap changes nothing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from miroir.errors import BeyondHorizon
from miroir.large.declarations import WaitingDeclaration
from miroir.large.shape import Shapes
from miroir.recomputation.bulk.calendar import month_bounds, month_of, number_of
from miroir.recomputation.bulk.month import month_due, nothing_before
from miroir.recomputation.bulk.rows import Ints, Mask, MonthDue, MonthRows, Sums
from miroir.recomputation.bulk.tariffs import STANDARD_ROW, Tariffs, tariffs_of
from miroir.recomputation.company import condition_for
from miroir.types.adhesion import AdhesionCondition
from miroir.types.identity import PersonNumber

Condition = AdhesionCondition | None


@dataclass(frozen=True, slots=True, eq=False)
class CompanyRows:
    """The waiting employees of every valid declaration of a company.

    `persons`: each once, sorted; `person`: which one each row is, `unit`: the
    same in its establishment; `place`, `rank`: which declaration, and which of
    those that wait in it.
    """

    declarations: Sequence[WaitingDeclaration]
    persons: Sequence[PersonNumber]
    facts: MonthRows
    shapes: Shapes
    person: Ints
    unit: Ints
    place: Ints
    rank: Ints
    period: Ints

    @classmethod
    def of(cls, declarations: Sequence[WaitingDeclaration]) -> CompanyRows:
        waiting = [each.waiting for each in declarations]
        counts = [len(each.facts) for each in waiting]
        facts = MonthRows.joined([each.facts for each in waiting])
        place = np.repeat(np.arange(len(waiting)), counts)
        texts = np.array(
            [
                person.reveal().encode("ascii")
                for each in waiting
                for person in each.persons
            ]
        )
        names, person = np.unique(texts, return_inverse=True)
        sirets = [int(each.siret) for each in declarations]
        _, establishment = np.unique(sirets, return_inverse=True)
        periods = [number_of(each.period) for each in declarations]
        return cls(
            declarations=declarations,
            persons=[PersonNumber(name.decode("ascii")) for name in names.tolist()],
            facts=facts,
            shapes=Shapes.joined([each.shapes for each in waiting]),
            person=person,
            unit=np.unique(
                establishment[place] * len(names) + person, return_inverse=True
            )[1],
            place=place,
            rank=np.concatenate([np.arange(count) for count in counts]),
            period=np.array(periods)[place],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One row per waiting employee: what was due and under which condition (a
    rank in `conditions`). `told`: the columns are sure of every month of the
    person; the others are for the reference."""

    rows: CompanyRows
    due: dict[str, Ints | Mask]
    condition: Ints
    conditions: Sequence[Condition]
    told: Mask


def told_by_columns(
    rows: CompanyRows,
    conditions: Sequence[AdhesionCondition],
    closed: Sequence[int],
) -> Told:
    """`closed`: ranks of the persons that only the reference may tell."""
    count = len(rows.person)
    work = _Work(
        rows=rows,
        given=conditions,
        state=_State.of(int(rows.unit.max(initial=-1)) + 1, rows.facts, rows.unit),
        due={
            each.name: np.zeros(count, bool if each.name in _MASKS else np.int64)
            for each in fields(MonthDue)
        },
        condition=np.zeros(count, np.int64),
        conditions=[],
        fine=np.zeros(count, bool),
    )
    for period in np.unique(rows.period).tolist():
        work.month(period)
    fine = np.ones(len(rows.persons), bool)
    fine[rows.person[~work.fine]] = False
    fine[np.array(closed, np.int64)] = False
    return Told(rows, work.due, work.condition, work.conditions, fine[rows.person])


_MASKS = ("sure", "yearly")


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """By unit: its last month, the sums since January, and its contract."""

    last: Ints
    sums: Sums
    first_row: Ints

    @classmethod
    def of(cls, units: int, facts: MonthRows, unit: Ints) -> _State:
        first_row = np.zeros(units, np.int64)
        first_row[unit[::-1]] = np.arange(len(unit))[::-1]
        zeros = nothing_before(units)
        # Each to be written in place: `nothing_before` gives one array for all.
        own = {each.name: getattr(zeros, each.name).copy() for each in fields(Sums)}
        return cls(np.full(units, -1), Sums(**own), first_row)


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """`fine`: rows that the columns tell, given the months before."""

    rows: CompanyRows
    given: Sequence[AdhesionCondition]
    state: _State
    due: dict[str, Ints | Mask]
    condition: Ints
    conditions: list[Condition]
    fine: Mask

    def month(self, period: int) -> None:
        here = np.flatnonzero(self.rows.period == period)
        facts = self.rows.facts.take(here)
        unit = self.rows.unit[here]
        fine = facts.sure & self.rows.shapes.usual[here] & ~_repeated(unit)
        fine &= self._same_contract(here, unit)
        january, first_day = period % 12 == 0, int(_first_day(period))
        going_on = (self.state.last[unit] == period - 1) & (not january)
        fine &= going_on | january | (facts.start >= first_day)
        tariffs, tariff = self._tariffs(period, here, facts)
        if tariffs is None:
            return
        before = _only(self.state.sums.take(unit), going_on)
        due, after = month_due(facts, before, tariffs, tariff, tariffs.month)
        self.fine[here] = fine & due.sure
        for each in fields(MonthDue):
            self.due[each.name][here] = getattr(due, each.name)
        self.state.last[unit] = period
        for each in fields(Sums):
            getattr(self.state.sums, each.name)[unit] = getattr(after, each.name)

    def _same_contract(self, here: Ints, unit: Ints) -> Mask:
        """The number and the start of the first month of the unit."""
        facts, first = self.rows.facts, self.state.first_row[unit]
        same: Mask = (facts.contract[here] == facts.contract[first]).all(axis=1)
        same &= facts.start[here] == facts.start[first]
        return same

    def _tariffs(
        self, period: int, here: Ints, facts: MonthRows
    ) -> tuple[Tariffs | None, Ints]:
        """None when no rule is published, or some rate is not a whole number."""
        month = month_of(period)
        pairs = self.rows.place[here] * 100 + np.where(facts.sure, facts.status, 0)
        known, which = np.unique(pairs, return_inverse=True)
        found: list[Condition] = []
        for pair in known.tolist():
            place, status = divmod(pair, 100)
            siret = self.rows.declarations[place].siret
            found.append(condition_for(siret, f"{status:02d}", month.last, self.given))
        self.condition[here] = len(self.conditions) + which
        self.conditions.extend(found)
        given = [each for each in found if each is not None]
        ranks = np.cumsum([each is not None for each in found])
        row = np.where([each is None for each in found], STANDARD_ROW, ranks)
        try:
            return tariffs_of(given, month.first), row[which]
        except (BeyondHorizon, ValueError):
            return None, row[which]


def _first_day(period: int) -> int:
    return int(month_bounds(np.array([period]))[0][0])


def _repeated(unit: Ints) -> Mask:
    """People whom an establishment declares twice in the month."""
    repeated: Mask = np.bincount(unit)[unit] > 1
    return repeated


def _only(sums: Sums, kept: Mask) -> Sums:
    """The sums of the kept rows, nothing for the others."""
    values = {
        each.name: np.where(kept, getattr(sums, each.name), 0).astype(
            getattr(sums, each.name).dtype
        )
        for each in fields(Sums)
    }
    return Sums(**values)
