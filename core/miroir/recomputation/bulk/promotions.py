"""Changes of contracts (block 41), and of status within a month above all.

A change of who the contract is, or of what it is computed with, is not sure unless
from the first day of the month: block 40 then holds the whole month, and no earlier
month is spoken of. A change of status alone, inside the month, is: the pay is parted
between both, as `facts._cadre_gross`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from miroir.recomputation.bulk.blocks import Employees, numbers, packed, total
from miroir.recomputation.bulk.rows import Ints, Mask
from miroir.recomputation.facts import NO_CATEGORY, UNCAPPED
from miroir.recomputation.situation import CADRE

CHANGE, BASE = "S21.G00.41", "S21.G00.78"
IDENTITY = ("012", "014", "021")
"""A change of establishment, of number, of start: another contract before."""
COMPUTED = ("003", "007", "008", "022", "027")
"""What a contract is computed with, as it was before a change: its status first."""


@dataclass(frozen=True, slots=True, eq=False)
class Promotions:
    """For each employee: how many changes of status within the month, since which
    day and from which status; the days under contract; the status at the end."""

    employees: Employees
    count: Ints
    since: Ints
    before: Ints
    start: Ints
    end: Ints
    status: Ints

    @classmethod
    def of(cls, employees: Employees, start: Ints, end: Ints, status: Ints) -> Self:
        """Doubts every other change. `start`, `end`: days of the contract."""
        owner, since = employees.owner(CHANGE), employees.ints(CHANGE, "001")
        identity, computed = (
            [employees.present(CHANGE, number) for number in every]
            for every in (IDENTITY, COMPUTED)
        )
        late = since != employees.first[owner]
        within, others = computed[0] & late, np.logical_or.reduce(computed[1:]) & late
        employees.doubt(owner[np.logical_or.reduce(identity) | others])
        count = np.bincount(owner[within], minlength=len(employees))
        day, before = np.zeros_like(count), np.zeros_like(count)
        day[owner[within]] = since[within]
        codes = numbers(employees.codes(CHANGE, "003"), digits=2)
        before[owner[within]] = codes[within]
        first = np.maximum(start, employees.first)
        last = np.minimum(end, employees.last)
        found = cls(employees, count, day, before, first, last, status)
        employees.sure &= (count == 0) | found._plain()
        return found

    def _plain(self) -> Mask:
        """One change, while the contract lasts, between two known categories."""
        plain: Mask = self.count == 1
        plain &= (self.since > self.start) & (self.since <= self.end)
        for none in NO_CATEGORY:
            plain &= (self.status != int(none)) & (self.before != int(none))
        return plain

    def cadre_gross(self, gross: Ints) -> Ints:
        """As `facts._cadre_gross`; a change of status without pay is not sure."""
        cadre = int(CADRE)
        whole = self.status == cadre
        for none in NO_CATEGORY:
            whole |= self.status == int(none)
        self.employees.sure &= (self.count == 0) | (gross != 0)
        part: Ints = np.where(whole, gross, 0)
        was = self.before == cadre
        split = (self.count == 1) & ((self.status == cadre) != was)
        split &= self.employees.sure
        if split.any():
            first = np.where(was, self.start, self.since)
            last = np.where(was, self.since - 1, self.end)
            part[split] = self._between(first, last, gross)[split]
        return part

    def _between(self, first: Ints, last: Ints, gross: Ints) -> Ints:
        """Pay between two days: by the dates of the bases 03, by days with one."""
        employees = self.employees
        own = (employees.codes(BASE, "001") == packed(UNCAPPED)) & (
            employees.ints(BASE, "004") != 0
        )
        owner, amount = employees.owner(BASE)[own], employees.ints(BASE, "004")[own]
        start = employees.ints(BASE, "002")[own]
        inside = (start >= first[owner]) & (start <= last[owner])
        dated = total(owner[inside], amount[inside], len(employees))
        days = np.maximum(self.end - self.start + 1, 1)
        several = np.bincount(owner, minlength=len(employees)) > 1
        return np.where(several, dated, gross * (last - first + 1) // days)
