"""Delays of follow-ups: «5 working days», «10 days», «2 weeks», «1 month»."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from miroir.schedule.territories import Territory

FORMS = '"5 working days", "10 days", "2 weeks" or "1 month"'
_DELAY = re.compile(r"([1-9][0-9]{0,2}) (working day|day|week|month)s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Delay:
    """So many days, working days, weeks or months."""

    count: int
    unit: str

    def from_day(self, day: date, place: Territory) -> date:
        """The working day that a delay leads to, or the next one after it.

        A month leads to the same day of the month, or to the last one.
        """
        if self.unit == "working day":
            return place.working_days_after(day, self.count)
        if self.unit == "month":
            return place.on_or_after(_months_after(day, self.count))
        days = self.count * (7 if self.unit == "week" else 1)
        return place.on_or_after(day + timedelta(days))


def parse_delay(text: str) -> Delay:
    """Read a delay; raises ValueError, which says what can be written."""
    match = _DELAY.fullmatch(" ".join(text.split()))
    if match is None:
        raise ValueError(f"«{text}» is no delay such as {FORMS}")
    return Delay(int(match[1]), match[2])


def _months_after(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
