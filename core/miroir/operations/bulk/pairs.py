"""Employees of two contracts in a month, the second after the end of the first.

Each contract has sums of its own. Whether the second one's start from nothing or
go on from those of the first is not settled by the texts: as `due.best_year`, both
are computed and the nearer to the declaration is kept. Pairs are worked in their
first month alone: the whole year decides, so the next one reads it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from miroir.operations.bulk.conditions import MonthTariffs
from miroir.recomputation.bulk.month import month_due
from miroir.recomputation.bulk.rows import Ints, Mask, MonthDue, MonthRows, Sums
from miroir.recomputation.due import ROUNDING
from miroir.types.diagnosis import TOLERANCE

ALONE, FIRST, SECOND = 0, 1, 2
"""`part` of a row."""
_BY_SUMS = (
    *("due_131", "due_132", "declared_131", "ceiling"),
    *("t1", "t2", "cet", "apec", "exempted"),
)
"""What of a month depends on the sums before it; a reduction has its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The rows of first contracts, and those of the second ones, just after."""

    first: Ints
    second: Ints

    @classmethod
    def of(cls, part: NDArray[np.uint8]) -> Self:
        first = np.flatnonzero(part == FIRST)
        return cls(first, first + 1)

    def __len__(self) -> int:
        return len(self.first)

    def settled(
        self,
        rows: MonthRows,
        due: MonthDue,
        after: Sums,
        tariffs: MonthTariffs,
        tariff: Ints,
    ) -> tuple[MonthDue, Mask]:
        """What was due, and the rows that only the reference can judge.

        `due`, `after`: of every row, its sums started from nothing.
        """
        own, alone = rows.take(self.second), due.take(self.second)
        # A reduction has sums of its own, which start from nothing in any case.
        none = np.zeros(len(self), bool)
        along, _ = month_due(
            replace(own, has_018=none, has_106=none),
            after.take(self.first),
            tariffs.tariffs,
            tariff[self.second],
            tariffs.month,
        )
        along = replace(along, due_106=alone.due_106)
        going_on = _Fit.of(own, along).preferred(_Fit.of(own, alone))
        due = self._with(due, along, going_on)
        open_ = np.zeros(len(rows), bool)
        open_[self.second] = ~along.sure | after.option[self.second]
        open_[self.first] = after.option[self.first] | self._shared(rows, due)
        return due, open_

    def _with(self, due: MonthDue, along: MonthDue, going_on: Mask) -> MonthDue:
        where = self.second[going_on]
        changed = {}
        for name in _BY_SUMS:
            values = getattr(due, name).copy()
            values[where] = getattr(along, name)[going_on]
            changed[name] = values
        return replace(due, **changed)

    def _shared(self, rows: MonthRows, due: MonthDue) -> Mask:
        """Gaps that cancel from contract to contract: see
        `company._between_contracts`."""
        gaps = _gap(rows, due)
        one, other = gaps[self.first], gaps[self.second]
        apart = (np.abs(one) > TOLERANCE) | (np.abs(other) > TOLERANCE)
        cancel: Mask = apart & (np.abs(one + other) <= TOLERANCE)
        return cancel


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """How near a month is to its declaration: as `due._Fit`, row by row."""

    exact: Mask
    off: Ints
    amount: Ints

    @classmethod
    def of(cls, rows: MonthRows, due: MonthDue) -> Self:
        silent = (rows.capped == rows.gross) & (rows.gross > due.ceiling)
        off = np.where(silent, 0, np.abs(rows.capped - due.t1))
        amount = np.maximum(np.abs(_gap(rows, due)) - ROUNDING, 0)
        return cls(~silent & (off <= ROUNDING), off, amount)

    def preferred(self, other: Self) -> Mask:
        """Where this one is kept, the other being the first tried."""
        found: Mask = self._beats(other)
        found |= ~other._beats(self) & (self.amount < other.amount)
        return found

    def _beats(self, other: Self) -> Mask:
        differ = self.exact != other.exact
        return np.where(differ, self.exact, self.off < other.off - 1)


def _gap(rows: MonthRows, due: MonthDue) -> Ints:
    """Declared minus due, all contributions together."""
    declared = due.declared_131 + rows.declared_132 + rows.declared_106
    gap: Ints = declared - due.due_131 - due.due_132 - due.due_106
    return gap
