"""Civil months, the unit of the DSN: «2026-03»."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One civil month. Ordered, hashable, written «2026-03»."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read «2026-03»; raises ValueError on anything else."""
        match = _MONTH.fullmatch(text)
        if match is None:
            raise ValueError(f"«{text}» is not a month such as 2026-03")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """Calendar days of the month: 28 to 31."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def next(self) -> Month:
        if self.month == 12:
            return Month(self.year + 1, 1)
        return Month(self.year, self.month + 1)

    @property
    def previous(self) -> Month:
        if self.month == 1:
            return Month(self.year - 1, 12)
        return Month(self.year, self.month - 1)

    @property
    def january(self) -> Month:
        return Month(self.year, 1)

    def until(self, end: Month) -> Iterator[Month]:
        """This month and the following ones, `end` included."""
        current = self
        while current <= end:
            yield current
            current = current.next

    def __contains__(self, day: date) -> bool:
        return day.year == self.year and day.month == self.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
