"""The contract of each employee: dates, quota and days, as `situation` does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from miroir.recomputation.bulk.blocks import Employees, any_of, numbers, packed, total
from miroir.recomputation.bulk.promotions import Promotions
from miroir.recomputation.bulk.rows import (
    NO_END,
    NUMBER_WORDS,
    UNIT,
    Ints,
    Mask,
    Words,
)
from miroir.recomputation.facts import APPRENTICES, BEFORE_2019, INTERN, UNIFIED
from miroir.recomputation.situation import (
    CEILING_DAYS,
    DAYS_CONTRACT,
    EXTRA_HOURS,
    GROSS_PAY,
    PART_TIME,
)

CONTRACT, END, SCHEME = "S21.G00.40", "S21.G00.62", "S21.G00.71"
PAY, ACTIVITY, BASE = "S21.G00.51", "S21.G00.53", "S21.G00.78"
SEVERAL_EMPLOYERS = FULL_TIME_CONTRIBUTION = "02"
END_CANCELLED = "099"


@dataclass(frozen=True, slots=True, eq=False)
class Quota:
    """The work quota is `worked` / `reference`; 1 / 1 when it plays no part."""

    worked: Ints
    reference: Ints
    reduced_days_contract: Mask


class Contracts:
    """One contract for each employee; the others are not sure."""

    def __init__(self, employees: Employees) -> None:
        self.employees = employees
        owner = employees.owner(CONTRACT)
        employees.sure &= employees.count(CONTRACT) == 1
        # Without pay or base, a declaration says nothing of its own month.
        employees.sure &= employees.count(PAY) + employees.count(BASE) > 0
        self._row = np.zeros(len(employees), np.int64)
        self._row[owner] = np.arange(len(owner))
        self._doubt_special(owner)
        self.start = self._ints("001")
        self.end = self._end()
        self.promotions = Promotions.of(employees, self.start, self.end, self.status())
        self.own_pay = self._own_pay()

    def _codes(self, number: str) -> Words:
        codes = self.employees.codes(CONTRACT, number)
        return codes[self._row] if len(codes) else np.zeros(len(self._row), np.uint64)

    def _ints(self, number: str) -> Ints:
        ints = self.employees.ints(CONTRACT, number)
        return ints[self._row] if len(ints) else np.zeros(len(self._row), np.int64)

    def number(self) -> Words:
        """40.009, of shape (employees, 3)."""
        texts = self.employees.texts(CONTRACT, "009", NUMBER_WORDS)
        if not len(texts):
            return np.zeros((len(self._row), NUMBER_WORDS), np.uint64)
        return texts[self._row]

    def status(self) -> Ints:
        return numbers(self._codes("003"), digits=2)

    def apprentice(self) -> Mask:
        return any_of(self._codes("008"), *APPRENTICES)

    def _doubt_special(self, owner: Ints) -> None:
        """Interns, several employers, part-timers who contribute as full-time."""
        for number, value in (
            ("007", INTERN),
            ("037", SEVERAL_EMPLOYERS),
            ("044", FULL_TIME_CONTRIBUTION),
        ):
            found = self.employees.codes(CONTRACT, number) == packed(value)
            self.employees.doubt(owner[found])

    def _end(self) -> Ints:
        """The end of each contract; one that has no day in the month (paid
        after it ended, or before it starts) is not sure."""
        employees = self.employees
        employees.sure &= employees.count(END) <= 1
        cancelled = employees.codes(END, "002") == packed(END_CANCELLED)
        kept = employees.present(END, "001") & ~cancelled
        end = np.full(len(employees), NO_END)
        end[employees.owner(END)[kept]] = employees.ints(END, "001")[kept]
        starts = np.maximum(self.start, employees.first)
        employees.sure &= starts <= np.minimum(end, employees.last)
        return end

    def doubt_without_scheme(self, declares: Mask) -> None:
        """Without any contribution, block 71 tells whether some are due."""
        employees = self.employees
        known = any_of(employees.codes(SCHEME, "002"), UNIFIED, *BEFORE_2019)
        found = employees.marked(employees.owner(SCHEME)[known])
        employees.sure &= declares | found | (employees.count(SCHEME) == 0)

    def _own_pay(self) -> Mask:
        """The blocks 51 of the contract; one of another month is not sure."""
        employees = self.employees
        owner = employees.owner(PAY)
        named = employees.texts(PAY, "010", NUMBER_WORDS)
        own: Mask = (named == self.number()[owner]).all(axis=1)
        start = employees.ints(PAY, "001")
        outside = (start < employees.first[owner]) | (start > employees.last[owner])
        employees.doubt(owner[own & outside])
        return own

    def quota(self) -> Quota:
        """As `situation._segment`, complementary hours included."""
        by_days = self._codes("011") == packed(DAYS_CONTRACT)
        worked, reference = self._ints("013"), self._ints("012")
        counts = (self._codes("014") == packed(PART_TIME)) | by_days
        counts &= (worked != 0) & (reference != 0)
        worked = worked + self._extra_hours()
        self.employees.sure &= ~counts | ((worked > 0) & (reference > 0))
        counts &= worked < reference
        return Quota(
            worked=np.where(counts, worked, UNIT),
            reference=np.where(counts, reference, UNIT),
            reduced_days_contract=counts & by_days,
        )

    def _extra_hours(self) -> Ints:
        employees = self.employees
        extra = self.own_pay & (employees.codes(PAY, "011") == packed(EXTRA_HOURS))
        hours = employees.ints(PAY, "012")[extra]
        return total(employees.owner(PAY)[extra], hours, len(employees))

    def days(self, first: Ints, last: Ints, paid: Mask) -> Ints:
        """Days that count for the ceiling: block 53, else the dates.

        `first`, `last`: days covered by the bases 02 and 03; `paid`: a base 02
        is above zero, and zero days cannot be right.
        """
        employees = self.employees
        counted = employees.codes(ACTIVITY, "003") == packed(CEILING_DAYS)
        pay = employees.parent(ACTIVITY)
        gross = self.own_pay & (employees.codes(PAY, "011") == packed(GROSS_PAY))
        owner, own = employees.owner(ACTIVITY), counted & gross[pay]
        said = employees.marked(owner[own])
        elsewhere = owner[counted & self.own_pay[pay] & ~own]
        employees.doubt(elsewhere[~said[elsewhere]])
        measures = employees.ints(ACTIVITY, "002")[own]
        days = total(owner[own], measures, len(employees))
        first = np.maximum(np.maximum(self.start, employees.first), first)
        last = np.minimum(np.minimum(self.end, employees.last), last)
        by_dates = np.maximum(last - first + 1, 0) * UNIT
        days = np.where(~said | ((days == 0) & paid), by_dates, days)
        whole = (employees.last - employees.first + 1) * UNIT
        employees.sure &= (days >= 0) & (days <= whole)
        return days
